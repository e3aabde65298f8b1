// Waiting for something that another thread or process will do, without guessing how long it takes.
#pragma once

#include <chrono>
#include <thread>

namespace casement::test {

/// True as soon as `condition` holds; false when it does not within `limit`, which only a failing
/// test spends: it is long, since a busy machine may let a thread wait for many seconds.
template <class Condition>
[[nodiscard]] bool eventually(Condition condition,
                              std::chrono::milliseconds limit = std::chrono::seconds(60)) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() >= deadline) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return true;
}

}  // namespace casement::test
