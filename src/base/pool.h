// Named pools for work that blocks (SQL, files, DuckDB, PBKDF2), so that no executor ever waits.
#pragma once

#include <string>
#include <type_traits>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace casement {

namespace asio = boost::asio;

class BlockingPool {
  public:
    /// `name` shows in thread names (at most 15 characters are seen) and metrics.
    BlockingPool(std::string name, unsigned threads);
    ~BlockingPool();
    BlockingPool(const BlockingPool&) = delete;
    BlockingPool& operator=(const BlockingPool&) = delete;

    /// Runs `work` on a thread of the pool and resumes the caller on its own executor. `work` and
    /// what it captures are moved in. An exception comes out of the co_await.
    template <class Work>
    [[nodiscard]] asio::awaitable<std::invoke_result_t<Work&>> run(Work work) {
        co_return co_await asio::co_spawn(
            threads_,
            [](Work inner) -> asio::awaitable<std::invoke_result_t<Work&>> {
                co_return inner();
            }(std::move(work)),
            asio::use_awaitable);
    }

    /// Queues `work` and returns at once. `work` must not throw.
    template <class Work>
    void post(Work work) {
        asio::post(threads_, std::move(work));
    }

    /// Waits for what is queued, then stops. Called by the destructor too.
    void join();

  private:
    std::string name_;
    asio::thread_pool threads_;
};

}  // namespace casement
