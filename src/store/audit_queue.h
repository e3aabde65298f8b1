// Audit rows in bulk: many callers, one thread, one durable step for all that wait.
#pragma once

#include "base/error.h"
#include "store/records.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace casement::store {

namespace asio = boost::asio;

class Catalog;

struct AuditQueueOptions {
    /// Rows that may wait; beyond it callers are refused, and no row is dropped.
    std::size_t capacity = 16'384;
    /// Rows in one step.
    std::size_t batch = 1024;
    /// How long a row may wait for company when nobody waits for it: every step costs the disk a
    /// flush, which it could spend on opening sessions.
    std::chrono::milliseconds linger{10};
    /// How long stop() keeps trying when the database does not answer.
    std::chrono::milliseconds patience{5000};
};

class AuditQueue {
  public:
    /// `catalog` must outlive this.
    explicit AuditQueue(Catalog& catalog, const AuditQueueOptions& options = {});
    /// As stop().
    ~AuditQueue();
    AuditQueue(const AuditQueue&) = delete;
    AuditQueue& operator=(const AuditQueue&) = delete;

    /// Hands the row over and returns at once; it is on disk one batch later, and as long as the
    /// database does not answer it stays in the queue. Any thread.
    /// Errors: unavailable "audit_full" when the queue is full or stopped; the row is not kept.
    [[nodiscard]] Result<void> post(AuditRow row);

    /// Returns when the row is on disk. Any executor.
    /// Errors: unavailable "audit_full", "store_unavailable"; the row is not kept then.
    [[nodiscard]] asio::awaitable<Result<void>> append(AuditRow row);

    /// Waits until everything handed over before is on disk, or given up. Blocking.
    void flush();

    /// Writes what waits, then ends; what the database does not take within `patience` is written
    /// to the log. Later rows are refused. Blocking.
    void stop();

    [[nodiscard]] std::size_t waiting() const;

  private:
    struct Entry {
        AuditRow row;
        std::function<void(Result<void>)> done;  ///< empty when posted
    };
    [[nodiscard]] Result<void> enqueue(Entry entry);
    void run();
    /// What could not be written and has to be tried again.
    [[nodiscard]] std::vector<Entry> write(std::vector<Entry> entries);

    Catalog& catalog_;
    const AuditQueueOptions options_;
    mutable std::mutex mutex_;
    std::condition_variable work_;
    std::condition_variable written_;
    std::vector<Entry> queue_;
    std::size_t in_hand_ = 0;  ///< rows the thread has taken out and not finished
    bool urgent_ = false;      ///< somebody waits for what is in the queue
    bool stopping_ = false;
    std::mutex stop_mutex_;
    std::thread thread_;
};

}  // namespace casement::store
