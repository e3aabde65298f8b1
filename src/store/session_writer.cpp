#include "store/session_writer.h"

#include "base/log.h"

#include <algorithm>

#include <pthread.h>

namespace casement::store {
namespace {

/// Operations in one transaction: beyond it a larger one is hardly faster, and all of it waits.
constexpr std::size_t kBatch = 1024;
/// Operations that may wait. Each belongs to an open connection, so this is only reached when
/// something is very wrong.
constexpr std::size_t kMostWaiting = 500'000;
constexpr auto kBetweenProbes = std::chrono::milliseconds(1000);
constexpr auto kBetweenLooks = std::chrono::milliseconds(1000);

Error not_stored() {
    return unavailable("store_unavailable",
                       "The session store cannot be written to at the moment. Nothing was opened "
                       "or changed; try again in a moment.");
}

}  // namespace

SessionWriter::SessionWriter(std::string path, const SessionStoreOptions& options,
                             Housekeeping housekeeping)
    : path_(std::move(path)),
      options_(options),
      housekeeping_(std::move(housekeeping)),
      database_(std::make_unique<Database>(path_, options.busy_timeout)),
      thread_([this] { run(); }) {}

SessionWriter::~SessionWriter() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    work_.notify_one();
    thread_.join();
}

void SessionWriter::enqueue(const std::shared_ptr<SessionOperation>& operation) {
    bool accepted = false;
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        accepted = queue_.size() < kMostWaiting && !stopping_;
        if (accepted) {
            first = queue_.empty();
            queue_.push_back(operation);
        }
    }
    if (!accepted) {
        operation->failed(not_stored());
    } else if (first) {
        work_.notify_one();
    }
}

void SessionWriter::run() {
    ::pthread_setname_np(::pthread_self(), "sessions");
    auto next_look = std::chrono::steady_clock::now() + kBetweenLooks;
    Batch batch;
    std::unique_lock lock(mutex_);
    while (true) {
        work_.wait_until(lock, next_look, [&] { return stopping_ || !queue_.empty(); });
        const bool last = stopping_ && queue_.empty();
        const auto count =
            static_cast<std::ptrdiff_t>(std::min<std::size_t>(queue_.size(), kBatch));
        batch.assign(std::make_move_iterator(queue_.begin()),
                     std::make_move_iterator(queue_.begin() + count));
        queue_.erase(queue_.begin(), queue_.begin() + count);
        lock.unlock();

        if (!batch.empty()) write(batch);
        const auto now = std::chrono::steady_clock::now();
        if (last || now >= next_look) {
            if (!healthy_) probe();
            Batch due = housekeeping_(last);
            if (!due.empty()) write(due);
            batch.insert(batch.end(), due.begin(), due.end());
            next_look = now + (healthy_ ? kBetweenLooks : kBetweenProbes);
        }

        lock.lock();
        // What wants another turn stands at the end of the line. It ends when the store does.
        for (auto& operation : batch) {
            if (stopping_) {
                lock.unlock();
                operation->failed(not_stored());
                lock.lock();
            } else {
                queue_.push_back(std::move(operation));
            }
        }
        if (last) return;
    }
}

void SessionWriter::transact(const std::function<void(Database&)>& work) {
    if (!database_) database_ = std::make_unique<Database>(path_, options_.busy_timeout);
    try {
        database_->connection.execute("BEGIN IMMEDIATE");
        work(*database_);
        database_->writes.finish();
        database_->connection.execute("COMMIT");
    } catch (...) {
        // After an error of the disk nothing that the connection remembers can be relied on:
        // closing it rolls back, and the next batch starts with a fresh one.
        database_.reset();
        throw;
    }
}

void SessionWriter::write(Batch& batch) {
    try {
        transact([&](Database& database) {
            for (const auto& operation : batch)
                operation->apply(database.reads, database.writes);
        });
    } catch (const std::exception& error) {
        // SQLite's errors, and whatever else: nobody may wait for an answer that never comes.
        if (healthy_.exchange(false)) log::error("session_store_lost", {{"detail", error.what()}});
        const Error answer = not_stored();
        for (const auto& operation : batch)
            operation->failed(answer);
        batch.clear();
        return;
    }
    if (!healthy_.exchange(true)) log::warning("session_store_back");
    for (const auto& operation : batch)
        operation->committed();
    std::erase_if(batch, [](const auto& operation) { return !operation->answer(); });
}

void SessionWriter::probe() {
    try {
        transact([](Database& database) { database.writes.probe(); });
        healthy_ = true;
        log::warning("session_store_back");
    } catch (const std::exception&) {
        healthy_ = false;  // stays lost; that it is was logged
    }
}

}  // namespace casement::store
