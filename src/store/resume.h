// Waiting in a coroutine for something that a plain thread will finish.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace casement::store {

namespace asio = boost::asio;

/// Calls `start` with a function that must be called exactly once, from any thread, with the
/// answer; resumes with it on the caller's own executor, which is kept running meanwhile.
template <class Answer>
[[nodiscard]] asio::awaitable<Answer> wait_for(
    std::function<void(std::function<void(Answer)>)> start) {
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Answer)>(
        [](auto handler, const std::function<void(std::function<void(Answer)>)>& begin) {
            auto executor = asio::get_associated_executor(handler);
            auto guard = asio::make_work_guard(executor);
            // std::function copies; the handler can only move.
            auto shared = std::make_shared<decltype(handler)>(std::move(handler));
            begin([shared, executor, guard = std::move(guard)](Answer answer) {
                asio::post(executor, [shared, answer = std::move(answer)]() mutable {
                    auto resumed = std::move(*shared);
                    resumed(std::move(answer));
                });
            });
        },
        asio::use_awaitable, std::move(start));
}

}  // namespace casement::store
