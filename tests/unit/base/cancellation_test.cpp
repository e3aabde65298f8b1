#include "base/cancellation.h"

#include <thread>

#include <gtest/gtest.h>

namespace casement {
namespace {

TEST(Cancellation, CallsEveryCallbackOnce) {
    Cancellation cancellation;
    int calls = 0;
    const auto first = cancellation.on_cancel([&] { ++calls; });
    {
        const auto dropped = cancellation.on_cancel([&] { calls += 100; });
    }
    cancellation.cancel();
    cancellation.cancel();
    EXPECT_EQ(calls, 1);
    const auto late = cancellation.on_cancel([&] { ++calls; });
    EXPECT_EQ(calls, 2);
}

TEST(Cancellation, DroppingARegistrationWaitsForItsCallback) {
    for (int round = 0; round < 200; ++round) {
        Cancellation cancellation;
        auto target = std::make_unique<int>(0);
        auto registration = cancellation.on_cancel([&] { ++*target; });
        std::thread canceller([&] { cancellation.cancel(); });
        {
            const auto drop = std::move(registration);
        }
        target.reset();  // a callback that still ran would touch freed memory
        canceller.join();
    }
}

}  // namespace
}  // namespace casement
