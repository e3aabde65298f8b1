// The one thread that writes sessions. It takes everything that waits, writes it in one
// transaction, and answers when the disk has it: many waiting callers share one flush.
#pragma once

#include "store/session_cache.h"
#include "store/session_sql.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace casement::store {

/// One thing to write. Created by a caller, then used by the writer's thread only.
class SessionOperation {
  public:
    virtual ~SessionOperation() = default;
    /// Within the transaction. What it finds out is not true before the commit.
    virtual void apply(SessionReads& reads, SessionWrites& writes) = 0;
    /// After the commit: bring memory up to date and run listeners.
    virtual void committed() = 0;
    /// Last: tell the caller what came of it. True when it wants to be applied again, in a later
    /// transaction, before it answers.
    virtual bool answer() = 0;
    /// Nothing of the transaction was stored. Instead of `committed` and `answer`.
    virtual void failed(const Error& error) = 0;
};

class SessionWriter {
  public:
    /// `housekeeping` is called on the writer's thread now and then, and once more before it ends
    /// (`last`). It gives what is due.
    using Housekeeping = std::function<std::vector<std::shared_ptr<SessionOperation>>(bool last)>;

    /// Throws sqlite::Error when the file cannot be used.
    SessionWriter(std::string path, const SessionStoreOptions& options, Housekeeping housekeeping);
    /// Writes what waits, then ends.
    ~SessionWriter();
    SessionWriter(const SessionWriter&) = delete;
    SessionWriter& operator=(const SessionWriter&) = delete;

    /// Any thread. An operation that cannot wait any more is failed at once.
    void enqueue(const std::shared_ptr<SessionOperation>& operation);

    [[nodiscard]] bool healthy() const { return healthy_; }

  private:
    struct Database {
        Database(const std::string& path, std::chrono::milliseconds busy_timeout)
            : connection(path, busy_timeout), reads(connection), writes(connection) {}
        sqlite::Connection connection;
        SessionReads reads;
        SessionWrites writes;
    };
    using Batch = std::vector<std::shared_ptr<SessionOperation>>;

    void run();
    void write(Batch& batch);
    void transact(const std::function<void(Database&)>& work);
    void probe();

    const std::string path_;
    const SessionStoreOptions options_;
    const Housekeeping housekeeping_;
    std::unique_ptr<Database> database_;  ///< the thread's; empty after a failure
    std::atomic<bool> healthy_{true};
    std::mutex mutex_;
    std::condition_variable work_;
    std::deque<std::shared_ptr<SessionOperation>> queue_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace casement::store
