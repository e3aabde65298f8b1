// The connections of one source: opened when they are needed, kept while they are good.
#pragma once

#include "data/postgres_connection.h"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace casement::data {

/// Any thread.
class PostgresPool {
  public:
    explicit PostgresPool(const PostgresSettings& settings) : settings_(settings) {}

    /// A connection for one run; goes back by itself when it is still good. The pool outlives it.
    class Lease {
      public:
        Lease(PostgresPool& pool, std::unique_ptr<PostgresConnection> connection, bool reused)
            : pool_(&pool), connection_(std::move(connection)), reused_(reused) {}
        Lease(Lease&& other) noexcept = default;
        Lease& operator=(Lease&&) = delete;
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        ~Lease() {
            if (connection_) pool_->put_back(std::move(connection_));
        }
        PostgresConnection* operator->() { return connection_.get(); }
        [[nodiscard]] bool reused() const { return reused_; }

      private:
        PostgresPool* pool_;
        std::unique_ptr<PostgresConnection> connection_;
        bool reused_;
    };

    /// Waits while all connections are in use. `fresh`: not one that was used before. Errors:
    /// query_timeout, query_cancelled, and those of opening one.
    [[nodiscard]] Result<Lease> lease(const PostgresStop& stop, bool fresh = false);

  private:
    using Moment = std::chrono::steady_clock::time_point;
    struct Idle {
        std::unique_ptr<PostgresConnection> connection;
        Moment since;
    };

    void put_back(std::unique_ptr<PostgresConnection> connection);
    void give_up_place();
    [[nodiscard]] Result<void> take_place(const PostgresStop& stop);

    const PostgresSettings& settings_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Idle> idle_;
    std::size_t in_use_ = 0;
};

}  // namespace casement::data
