#include "data/deadline.h"

namespace casement::data {

DeadlineWatch::~DeadlineWatch() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
}

DeadlineWatch::Registration DeadlineWatch::add(Moment moment, std::function<void()> callback) {
    const std::lock_guard lock(mutex_);
    const Key key(moment, next_id_++);
    const auto place = waiting_.emplace(key, std::move(callback)).first;
    if (!thread_.joinable()) thread_ = std::thread([this] { watch(); });
    // A later deadline changes nothing for a thread that already waits for an earlier one.
    if (place == waiting_.begin()) changed_.notify_all();
    return {*this, key.first, key.second};
}

void DeadlineWatch::drop(const Key& key) {
    const std::lock_guard lock(mutex_);
    waiting_.erase(key);
}

void DeadlineWatch::watch() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (waiting_.empty()) {
            changed_.wait(lock);
            continue;
        }
        const Moment first = waiting_.begin()->first.first;
        if (std::chrono::steady_clock::now() < first) {
            changed_.wait_until(lock, first);
            continue;
        }
        auto node = waiting_.extract(waiting_.begin());
        node.mapped()();
    }
}

}  // namespace casement::data
