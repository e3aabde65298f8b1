// The time, handed in, so that a test can move it. The server's clock decides everything;
// a viewer's clock decides nothing.
#pragma once

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace casement {

using Time = std::chrono::sys_time<std::chrono::microseconds>;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

class Clock {
  public:
    virtual ~Clock() = default;
    /// Wall clock, UTC, microseconds. Any thread.
    [[nodiscard]] virtual Time now() const = 0;
};

class SystemClock final : public Clock {
  public:
    [[nodiscard]] Time now() const override;
};

/// A clock that stands still until it is moved. Any thread may read and move it. Besides unit
/// tests, `casement serve` uses one shifted from the real time when a test asks for it.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(Time start) : now_(start) {}
    [[nodiscard]] Time now() const override { return now_.load(); }
    void set(Time now) { now_.store(now); }
    void advance(microseconds by) { now_.store(now_.load() + by); }

  private:
    std::atomic<Time> now_;
};

/// The real time plus a fixed shift.
class ShiftedClock final : public Clock {
  public:
    explicit ShiftedClock(seconds shift) : shift_(shift) {}
    [[nodiscard]] Time now() const override;

  private:
    seconds shift_;
};

/// "2026-03-11T18:30:00.000000Z" (six digits, always UTC).
[[nodiscard]] std::string to_rfc3339(Time time);
/// Reads RFC 3339 with `Z` or an offset, fraction optional; also the plain date "2026-03-11".
[[nodiscard]] std::optional<Time> parse_rfc3339(std::string_view text);

[[nodiscard]] constexpr std::int64_t to_unix_micros(Time time) {
    return time.time_since_epoch().count();
}
[[nodiscard]] constexpr std::int64_t to_unix_millis(Time time) {
    return std::chrono::floor<milliseconds>(time).time_since_epoch().count();
}
[[nodiscard]] constexpr std::int64_t to_unix_seconds(Time time) {
    return std::chrono::floor<seconds>(time).time_since_epoch().count();
}
[[nodiscard]] constexpr Time from_unix_micros(std::int64_t micros) {
    return Time{microseconds{micros}};
}
[[nodiscard]] constexpr Time from_unix_seconds(std::int64_t count) {
    return Time{seconds{count}};
}

}  // namespace casement
