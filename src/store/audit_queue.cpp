#include "store/audit_queue.h"

#include "base/log.h"
#include "store/catalog.h"
#include "store/resume.h"

#include <algorithm>

#include <pthread.h>

namespace casement::store {
namespace {

constexpr auto kShortestPause = std::chrono::milliseconds(20);
constexpr auto kLongestPause = std::chrono::milliseconds(1000);

Error full() {
    return unavailable("audit_full",
                       "The audit trail cannot be written fast enough, so nothing is done that "
                       "would have to be in it. Try again in a moment.");
}

}  // namespace

AuditQueue::AuditQueue(Catalog& catalog, const AuditQueueOptions& options)
    : catalog_(catalog), options_(options), thread_([this] { run(); }) {}

AuditQueue::~AuditQueue() {
    stop();
}

Result<void> AuditQueue::enqueue(Entry entry) {
    bool wake = false;
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || queue_.size() + in_hand_ >= options_.capacity) return full();
        if (entry.done) urgent_ = true;
        queue_.push_back(std::move(entry));
        wake = urgent_ || queue_.size() == 1 || queue_.size() >= options_.batch;
    }
    if (wake) work_.notify_one();
    return {};
}

Result<void> AuditQueue::post(AuditRow row) {
    return enqueue({std::move(row), nullptr});
}

asio::awaitable<Result<void>> AuditQueue::append(AuditRow row) {
    auto result = co_await wait_for<Result<void>>(
        [this, row = std::move(row)](const std::function<void(Result<void>)>& done) {
            auto queued = enqueue({row, done});
            if (!queued) done(std::move(queued));
        });
    co_return result;
}

void AuditQueue::flush() {
    std::unique_lock lock(mutex_);
    urgent_ = true;
    work_.notify_one();
    written_.wait(lock, [&] { return queue_.empty() && in_hand_ == 0; });
}

void AuditQueue::stop() {
    const std::lock_guard once(stop_mutex_);
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    work_.notify_one();
    if (thread_.joinable()) thread_.join();
}

std::size_t AuditQueue::waiting() const {
    const std::lock_guard lock(mutex_);
    return queue_.size() + in_hand_;
}

std::vector<AuditQueue::Entry> AuditQueue::write(std::vector<Entry> entries) {
    std::vector<AuditRow> rows;
    rows.reserve(entries.size());
    for (const auto& entry : entries)
        rows.push_back(entry.row);
    auto written = catalog_.append_audit(std::move(rows));
    if (written) {
        for (auto& entry : entries) {
            if (entry.done) entry.done({});
        }
        return {};
    }
    if (written.error().kind != ErrorKind::unavailable && entries.size() > 1) {
        // One row is at fault: find it, so that it does not keep the others from the disk.
        std::vector<Entry> again;
        for (auto& entry : entries) {
            std::vector<Entry> alone;
            alone.push_back(std::move(entry));
            for (auto& left : write(std::move(alone)))
                again.push_back(std::move(left));
        }
        return again;
    }
    std::vector<Entry> again;
    for (auto& entry : entries) {
        if (entry.done) {
            entry.done(written.error());
        } else if (written.error().kind == ErrorKind::unavailable) {
            again.push_back(std::move(entry));
        } else {
            log::error("audit_row_lost", {{"org", entry.row.org},
                                          {"action", entry.row.action},
                                          {"object", entry.row.object},
                                          {"actor", entry.row.actor},
                                          {"reason", written.error().message}});
        }
    }
    return again;
}

void AuditQueue::run() {
    ::pthread_setname_np(::pthread_self(), "audit");
    std::vector<Entry> batch;
    auto pause = kShortestPause;
    std::optional<std::chrono::steady_clock::time_point> give_up_at;
    std::unique_lock lock(mutex_);
    while (true) {
        if (batch.empty()) work_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
        if (batch.empty() && queue_.empty()) return;
        work_.wait_for(lock, options_.linger,
                       [&] { return stopping_ || urgent_ || queue_.size() >= options_.batch; });
        urgent_ = false;
        const auto taken = static_cast<std::ptrdiff_t>(
            std::min(queue_.size(), options_.batch - std::min(options_.batch, batch.size())));
        std::move(queue_.begin(), queue_.begin() + taken, std::back_inserter(batch));
        queue_.erase(queue_.begin(), queue_.begin() + taken);
        in_hand_ = batch.size();

        lock.unlock();
        batch = write(std::move(batch));
        lock.lock();
        in_hand_ = batch.size();
        if (batch.empty()) {
            pause = kShortestPause;
            if (queue_.empty()) written_.notify_all();
            continue;
        }
        if (stopping_) {
            const auto now = std::chrono::steady_clock::now();
            if (!give_up_at) give_up_at = now + options_.patience;
            if (now >= *give_up_at) break;
        }
        // The order of rows is kept: the batch goes first again.
        work_.wait_for(lock, pause, [&] { return stopping_; });
        pause = std::min(pause * 2, kLongestPause);
    }
    std::move(queue_.begin(), queue_.end(), std::back_inserter(batch));
    queue_.clear();
    in_hand_ = 0;
    lock.unlock();
    for (auto& entry : batch) {
        if (entry.done) {
            entry.done(full());
            continue;
        }
        log::error("audit_row_not_stored", {{"org", entry.row.org},
                                            {"at", to_rfc3339(entry.row.at)},
                                            {"actor", entry.row.actor},
                                            {"action", entry.row.action},
                                            {"object", entry.row.object},
                                            {"client", entry.row.client},
                                            {"detail", json::serialize(entry.row.detail)}});
    }
    written_.notify_all();
}

}  // namespace casement::store
