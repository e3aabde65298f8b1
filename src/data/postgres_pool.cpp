#include "data/postgres_pool.h"

#include "data/query_errors.h"

namespace casement::data {
namespace {

// Longer than that, and something on the way may have forgotten the connection.
constexpr std::chrono::minutes kLongestIdle{5};

}  // namespace

Result<void> PostgresPool::take_place(const PostgresStop& stop) {
    // Before the lock: it may call back at once.
    const auto registration = stop.cancellation().on_cancel([this] {
        const std::lock_guard lock(mutex_);
        changed_.notify_all();
    });
    std::unique_lock lock(mutex_);
    const bool free = changed_.wait_until(
        lock, stop.deadline(), [&] { return stop.cancelled() || in_use_ < settings_.pool_size; });
    // The registration's end waits for its callback, which needs the lock.
    if (stop.cancelled()) {
        lock.unlock();
        return query_cancelled();
    }
    if (!free) {
        lock.unlock();
        return query_timeout();
    }
    ++in_use_;
    lock.unlock();
    return {};
}

void PostgresPool::give_up_place() {
    const std::lock_guard lock(mutex_);
    --in_use_;
    changed_.notify_one();
}

Result<PostgresPool::Lease> PostgresPool::lease(const PostgresStop& stop, bool fresh) {
    if (auto place = take_place(stop); !place) return place.error();
    const auto oldest = std::chrono::steady_clock::now() - kLongestIdle;
    std::vector<Idle> dropped;  // closed outside of the lock
    std::unique_ptr<PostgresConnection> found;
    {
        const std::lock_guard lock(mutex_);
        while (!idle_.empty() && !found) {
            auto idle = std::move(idle_.back());
            idle_.pop_back();
            if (!fresh && idle.since > oldest && idle.connection->usable()) {
                found = std::move(idle.connection);
            } else {
                dropped.push_back(std::move(idle));
            }
        }
    }
    if (found) return Lease(*this, std::move(found), true);
    try {
        auto opened = PostgresConnection::open(settings_, stop);
        if (opened) return Lease(*this, std::move(*opened), false);
        give_up_place();
        return opened.error();
    } catch (...) {
        give_up_place();
        throw;
    }
}

void PostgresPool::put_back(std::unique_ptr<PostgresConnection> connection) {
    const bool good = connection->usable();
    if (!good) connection.reset();
    const std::lock_guard lock(mutex_);
    if (good) idle_.push_back({std::move(connection), std::chrono::steady_clock::now()});
    --in_use_;
    changed_.notify_one();
}

}  // namespace casement::data
