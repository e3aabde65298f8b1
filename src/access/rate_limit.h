// How often one caller may ask: a token bucket for each, in this process's memory.
#pragma once

#include "base/clock.h"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace casement::access {

struct RateLimit {
    std::int64_t requests = 0;  ///< per period, and the largest burst; 0 means no limit
    std::chrono::seconds period{60};
};

class RateLimiter {
  public:
    /// `clock` must outlive it.
    RateLimiter(RateLimit limit, const Clock& clock) : limit_(limit), clock_(&clock) {}

    struct Decision {
        bool allowed = true;
        std::int64_t remaining = 0;    ///< requests that would pass right now
        std::chrono::seconds reset{};  ///< until the next one passes, or until the bucket is full
    };
    /// Takes one request from the caller's bucket. Any thread. A caller is named by a number that
    /// only an authenticated request has, so that strangers cannot fill the memory.
    [[nodiscard]] Decision take(std::int64_t caller);
    /// Puts one that was taken back, where only failures shall count.
    void give_back(std::int64_t caller);

    [[nodiscard]] const RateLimit& limit() const { return limit_; }

  private:
    struct Bucket {
        double tokens = 0;
        Time filled_at{};
    };
    void forget_idle(Time now);

    RateLimit limit_;
    const Clock* clock_;
    std::mutex mutex_;
    std::unordered_map<std::int64_t, Bucket> buckets_;
    Time cleaned_at_{};
};

}  // namespace casement::access
