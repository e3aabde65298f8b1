#include "access/rate_limit.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace casement::access {
namespace {

using namespace std::chrono_literals;

ManualClock clock_at_start() {
    return ManualClock{from_unix_seconds(1'767'225'600)};
}

TEST(RateLimiter, LetsABurstThroughAndThenTheRate) {
    auto clock = clock_at_start();
    RateLimiter limiter({.requests = 6, .period = 60s}, clock);
    for (int i = 5; i >= 0; --i) {
        const auto decision = limiter.take(1);
        EXPECT_TRUE(decision.allowed);
        EXPECT_EQ(decision.remaining, i);
    }
    const auto refused = limiter.take(1);
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.remaining, 0);
    EXPECT_EQ(refused.reset, 10s);
    clock.advance(9s);
    EXPECT_FALSE(limiter.take(1).allowed);
    clock.advance(1s);
    EXPECT_TRUE(limiter.take(1).allowed) << "coming back when it was told to is enough";
    EXPECT_FALSE(limiter.take(1).allowed);
}

TEST(RateLimiter, CallersDoNotShareABucket) {
    auto clock = clock_at_start();
    RateLimiter limiter({.requests = 1, .period = 60s}, clock);
    EXPECT_TRUE(limiter.take(1).allowed);
    EXPECT_TRUE(limiter.take(2).allowed);
    EXPECT_FALSE(limiter.take(1).allowed);
}

TEST(RateLimiter, AFullBucketHoldsNoMoreThanItsLimit) {
    auto clock = clock_at_start();
    RateLimiter limiter({.requests = 2, .period = 60s}, clock);
    clock.advance(std::chrono::hours(24));
    EXPECT_TRUE(limiter.take(1).allowed);
    EXPECT_TRUE(limiter.take(1).allowed);
    EXPECT_FALSE(limiter.take(1).allowed);
}

TEST(RateLimiter, AClockThatIsSetBackGivesNothing) {
    auto clock = clock_at_start();
    RateLimiter limiter({.requests = 1, .period = 60s}, clock);
    EXPECT_TRUE(limiter.take(1).allowed);
    clock.advance(-1h);
    EXPECT_FALSE(limiter.take(1).allowed);
    clock.advance(60s);
    EXPECT_TRUE(limiter.take(1).allowed);
}

TEST(RateLimiter, ZeroMeansNoLimit) {
    auto clock = clock_at_start();
    RateLimiter limiter({.requests = 0}, clock);
    for (int i = 0; i < 1000; ++i)
        EXPECT_TRUE(limiter.take(1).allowed);
}

TEST(RateLimiter, ForgettingIdleCallersGivesNobodyMore) {
    auto clock = clock_at_start();
    RateLimiter limiter({.requests = 1, .period = 60s}, clock);
    for (std::int64_t caller = 0; caller < 20'000; ++caller)
        (void)limiter.take(caller);
    EXPECT_FALSE(limiter.take(19'999).allowed);
    EXPECT_FALSE(limiter.take(0).allowed);
    clock.advance(60s);
    EXPECT_TRUE(limiter.take(0).allowed);
}

TEST(RateLimiter, CountsRightUnderConcurrency) {
    auto clock = clock_at_start();
    RateLimiter limiter({.requests = 100, .period = 60s}, clock);
    std::atomic<int> passed{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int n = 0; n < 100; ++n)
                passed += limiter.take(1).allowed ? 1 : 0;
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(passed, 100);
}

}  // namespace
}  // namespace casement::access
