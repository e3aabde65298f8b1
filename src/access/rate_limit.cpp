#include "access/rate_limit.h"

#include <algorithm>
#include <cmath>

namespace casement::access {
namespace {

constexpr std::size_t kBucketsBeforeCleaning = 10'000;

}  // namespace

RateLimiter::Decision RateLimiter::take(std::int64_t caller) {
    if (limit_.requests <= 0) return {};
    const auto capacity = static_cast<double>(limit_.requests);
    const double per_second = capacity / static_cast<double>(limit_.period.count());
    const Time now = clock_->now();

    const std::lock_guard lock(mutex_);
    if (buckets_.size() >= kBucketsBeforeCleaning) forget_idle(now);
    auto [place, is_new] = buckets_.try_emplace(caller, Bucket{capacity, now});
    Bucket& bucket = place->second;
    // A clock that was set back gives nothing, and takes nothing.
    const double passed =
        std::max(0.0, std::chrono::duration<double>(now - bucket.filled_at).count());
    bucket.tokens = std::min(capacity, bucket.tokens + passed * per_second);
    bucket.filled_at = now;

    Decision decision;
    decision.allowed = bucket.tokens >= 1;
    if (decision.allowed) bucket.tokens -= 1;
    decision.remaining = static_cast<std::int64_t>(bucket.tokens);
    const double wanted = decision.allowed ? capacity - bucket.tokens : 1 - bucket.tokens;
    decision.reset =
        std::chrono::seconds(static_cast<std::int64_t>(std::ceil(wanted / per_second)));
    return decision;
}

void RateLimiter::give_back(std::int64_t caller) {
    const std::lock_guard lock(mutex_);
    const auto place = buckets_.find(caller);
    if (place == buckets_.end()) return;
    auto& tokens = place->second.tokens;
    tokens = std::min(static_cast<double>(limit_.requests), tokens + 1);
}

void RateLimiter::forget_idle(Time now) {
    // Looking at all of them for every request would cost more than the memory does.
    if (now >= cleaned_at_ && now - cleaned_at_ < limit_.period) return;
    cleaned_at_ = now;
    // After a whole period without a request a bucket is full again: forgetting it changes nothing.
    std::erase_if(buckets_,
                  [&](const auto& entry) { return now - entry.second.filled_at >= limit_.period; });
}

}  // namespace casement::access
