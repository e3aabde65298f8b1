// Runs a coroutine to its end on the calling thread.
#pragma once

#include <exception>
#include <optional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace casement::test {

template <class T>
[[nodiscard]] T run(boost::asio::awaitable<T> work) {
    boost::asio::io_context context;
    std::optional<T> result;
    std::exception_ptr failed;
    boost::asio::co_spawn(context, std::move(work), [&](std::exception_ptr error, T value) {
        failed = error;
        if (!error) result.emplace(std::move(value));
    });
    context.run();
    if (failed) std::rethrow_exception(failed);
    return std::move(*result);
}

}  // namespace casement::test
