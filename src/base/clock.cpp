#include "base/clock.h"

#include <charconv>

#include <fmt/format.h>

namespace casement {
namespace {

using namespace std::chrono;

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return std::nullopt;
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

}  // namespace

Time SystemClock::now() const {
    return floor<microseconds>(system_clock::now());
}

Time ShiftedClock::now() const {
    return floor<microseconds>(system_clock::now()) + shift_;
}

std::string to_rfc3339(Time time) {
    const auto day = floor<days>(time);
    const year_month_day date{day};
    const hh_mm_ss clock{time - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                       clock.subseconds().count());
}

std::optional<Time> parse_rfc3339(std::string_view text) {
    const auto y = digits(text, 0, 4);
    const auto mo = digits(text, 5, 2);
    const auto d = digits(text, 8, 2);
    if (!y || !mo || !d || text[4] != '-' || text[7] != '-') return std::nullopt;
    const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)},
                              day{static_cast<unsigned>(*d)}};
    if (!date.ok()) return std::nullopt;
    Time time = sys_days{date};
    if (text.size() == 10) return time;

    if (text[10] != 'T' && text[10] != 't' && text[10] != ' ') return std::nullopt;
    const auto h = digits(text, 11, 2);
    const auto mi = digits(text, 14, 2);
    const auto s = digits(text, 17, 2);
    if (!h || !mi || !s || text[13] != ':' || text[16] != ':') return std::nullopt;
    if (*h > 23 || *mi > 59 || *s > 60) return std::nullopt;
    time += hours{*h} + minutes{*mi} + seconds{*s};

    std::size_t at = 19;
    if (at < text.size() && text[at] == '.') {
        ++at;
        const std::size_t start = at;
        std::int64_t micros = 0;
        std::int64_t unit = 100'000;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
            micros += unit * (text[at] - '0');
            unit /= 10;
        }
        if (at == start) return std::nullopt;
        time += microseconds{micros};
    }
    const std::string_view zone = text.substr(at);
    if (zone == "Z" || zone == "z") return time;
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') {
        return std::nullopt;
    }
    const auto zh = digits(zone, 1, 2);
    const auto zm = digits(zone, 4, 2);
    if (!zh || !zm || *zh > 23 || *zm > 59) return std::nullopt;
    const auto offset = hours{*zh} + minutes{*zm};
    return zone[0] == '+' ? time - offset : time + offset;
}

}  // namespace casement
