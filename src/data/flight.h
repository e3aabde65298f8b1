// One run that any number of callers wait for, and how a caller waits.
#pragma once

#include "base/cancellation.h"
#include "base/error.h"
#include "data/engine.h"
#include "data/lanes.h"

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace casement::data {

/// A caller's place. All of it is guarded by the engine's mutex.
template <class Answer>
struct WaiterFor {
    std::optional<Result<Answer>> result;
    std::function<void()> resume;  ///< set once the caller sleeps; wakes it on its own executor

    /// Gives the result, once; returns what has to be called after the mutex is released.
    [[nodiscard]] std::function<void()> settle(Result<Answer> with) {
        if (result) return {};
        result.emplace(std::move(with));
        return std::exchange(resume, {});
    }
};
using Waiter = WaiterFor<Outcome>;

struct Flight {
    std::string key;
    Cancellation work;  ///< what the run listens to
    std::vector<std::shared_ptr<Waiter>> waiters;
    WorkLanes::Ticket ticket;
    /// Renews a result that was served though it was old: nobody need wait for it.
    bool background = false;
};

/// Sleeps until the waiter is settled, and wakes on the caller's executor. `mutex` is the engine's.
template <class Answer>
asio::awaitable<void> settled(std::shared_ptr<std::mutex> mutex,
                              std::shared_ptr<WaiterFor<Answer>> waiter) {
    auto start = [mutex, waiter](auto handler) {
        using Handler = decltype(handler);
        auto shared = std::make_shared<Handler>(std::move(handler));
        auto executor = asio::get_associated_executor(*shared);
        // Keeps the caller's context running while nothing else does.
        auto guard = asio::make_work_guard(executor);
        std::function<void()> resume = [shared, executor, guard] {
            asio::post(executor, [shared] { std::move (*shared)(); });
        };
        {
            const std::lock_guard lock(*mutex);
            if (!waiter->result) {
                waiter->resume = std::move(resume);
                return;
            }
        }
        resume();
    };
    asio::use_awaitable_t<> token;
    auto operation = asio::async_initiate<asio::use_awaitable_t<>, void()>(std::move(start), token);
    co_await std::move(operation);
}

}  // namespace casement::data
