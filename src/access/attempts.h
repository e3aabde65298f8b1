// Who fails too often is shut out for a while. In this process's memory, bounded, whoever asks.
#pragma once

#include "base/clock.h"
#include "crypto/random.h"
#include "crypto/secret.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace casement::access {

/// Whom an address counts as where failures are counted: itself, or, of IPv6, the /64 that it
/// stands in. One line has that many addresses, and could fail with each of them once.
[[nodiscard]] std::string network_of(std::string_view address);

struct AttemptLimit {
    std::int64_t failures = 10;                ///< a minute; one more shuts out
    std::chrono::seconds forbidden_for{3600};  ///< from the last failure that was one too many
};

/// Callers are named by any text: an address, a key's name. Only so many are kept: whoever invents
/// names makes the oldest forgotten, but fills no memory and shuts nobody else out.
class Attempts {
  public:
    /// `clock` must outlive it.
    Attempts(AttemptLimit limit, crypto::Random& random, const Clock& clock);

    /// Of each of the two generations that are kept.
    static constexpr std::size_t kMostCallers = 50'000;

    /// How long this caller still has to wait; 0 when he may try. Any thread.
    [[nodiscard]] std::chrono::seconds wait(std::string_view caller) const;
    /// Notes that he failed. Any thread.
    void failed(std::string_view caller);

  private:
    struct Place {
        std::int64_t failures = 0;
        Time since{};
        Time forbidden_until{};
    };
    /// By a hash of the name that strangers cannot aim with: it is keyed for each process.
    using Places = std::unordered_map<std::uint64_t, Place>;

    [[nodiscard]] std::uint64_t key_of(std::string_view caller) const;

    AttemptLimit limit_;
    const Clock* clock_;
    const Secret hash_key_;
    mutable std::mutex mutex_;
    /// When the young ones are many, they become the old ones, and those before them go.
    Places young_, old_;
};

}  // namespace casement::access
