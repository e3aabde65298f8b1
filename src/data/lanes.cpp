#include "data/lanes.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace casement::data {
namespace {

// A thread without work stays this long, so that a dashboard's refresh finds it.
constexpr std::chrono::seconds kIdle{30};

}  // namespace

struct WorkLanes::Entry {
    Key lane;
    Work work;
    std::uint64_t id = 0;
    bool waits = true;
};

WorkLanes::WorkLanes(unsigned threads, std::size_t queue)
    : most_threads_(std::max(1U, threads)), queue_(queue) {}

WorkLanes::~WorkLanes() {
    stop();
}

WorkLanes::Ticket WorkLanes::submit(const Key& key, unsigned width, Work work) {
    const std::lock_guard lock(mutex_);
    if (stopping_) return nullptr;
    auto& lane = lanes_[key];
    const unsigned most = most_threads_ < 4 ? most_threads_ : most_threads_ / 4 * 3;
    lane.width = std::clamp(width, 1U, most);
    if (lane.queue.size() >= queue_) return nullptr;
    auto ticket = std::make_shared<Entry>();
    ticket->lane = key;
    ticket->work = std::move(work);
    ticket->id = next_id_++;
    lane.queue.push_back(ticket);
    const auto place = waiting_.emplace(std::pair(ticket->work.until, ticket->id), ticket).first;
    if (!keeper_.joinable()) keeper_ = std::thread([this] { keep_time(); });
    if (place == waiting_.begin()) deadline_changed_.notify_one();
    grow();
    wake_.notify_one();
    return ticket;
}

bool WorkLanes::withdraw(const Ticket& ticket) {
    // Goes after the lock: it may hold a whole source, and whoever holds the ticket.
    Work work;
    const std::lock_guard lock(mutex_);
    if (!ticket || !ticket->waits) return false;
    remove(ticket);
    work = std::exchange(ticket->work, {});
    return true;
}

void WorkLanes::stop() {
    std::list<std::thread> all;
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        all.splice(all.end(), threads_);
        all.splice(all.end(), retired_);
        wake_.notify_all();
        deadline_changed_.notify_all();
    }
    for (auto& thread : all)
        thread.join();
    if (keeper_.joinable()) keeper_.join();
}

WorkLanes::Figures WorkLanes::figures() const {
    const std::lock_guard lock(mutex_);
    return {waiting_.size(), running_, threads_.size()};
}

bool WorkLanes::is_ready(const Lane& lane) const {
    return !lane.queue.empty() && lane.running < lane.width;
}

/// The next lane's first, beginning behind the lane that had the last turn.
WorkLanes::Ticket WorkLanes::take() {
    const auto ready = [this](const auto& entry) { return is_ready(entry.second); };
    const auto after = lanes_.upper_bound(last_);
    auto found = std::find_if(after, lanes_.end(), ready);
    if (found == lanes_.end()) {
        found = std::find_if(lanes_.begin(), after, ready);
        if (found == after) return nullptr;
    }
    last_ = found->first;
    ++found->second.running;
    ++running_;
    auto ticket = found->second.queue.front();
    remove(ticket);
    return ticket;
}

void WorkLanes::remove(const Ticket& ticket) {
    ticket->waits = false;
    waiting_.erase({ticket->work.until, ticket->id});
    const auto found = lanes_.find(ticket->lane);
    std::erase(found->second.queue, ticket);
    if (found->second.queue.empty() && found->second.running == 0) lanes_.erase(found);
}

void WorkLanes::finish(const Key& key) {
    --running_;
    const auto found = lanes_.find(key);
    if (--found->second.running == 0 && found->second.queue.empty()) lanes_.erase(found);
}

/// One more thread while there is more to do than idle threads to do it.
void WorkLanes::grow() {
    std::size_t ready = 0;
    for (const auto& [key, lane] : lanes_) {
        if (is_ready(lane)) {
            ready += std::min<std::size_t>(lane.queue.size(), lane.width - lane.running);
        }
    }
    if (ready <= idle_ || threads_.size() >= most_threads_ || stopping_) return;
    for (auto& thread : retired_)
        thread.join();
    retired_.clear();
    threads_.emplace_back([this] { work(); });
}

/// The calling thread is about to end.
void WorkLanes::retire() {
    const auto self = std::find_if(threads_.begin(), threads_.end(), [](const std::thread& one) {
        return one.get_id() == std::this_thread::get_id();
    });
    if (self != threads_.end()) retired_.splice(retired_.end(), threads_, self);
}

void WorkLanes::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        if (auto ticket = take()) {
            grow();
            lock.unlock();
            ticket->work.run();
            const Key key = ticket->lane;
            // What the work holds goes before the lock is taken: it may be a whole source.
            ticket->work = {};
            ticket.reset();
            lock.lock();
            finish(key);
            continue;
        }
        if (stopping_) return;
        ++idle_;
        const auto woken = wake_.wait_for(lock, kIdle);
        --idle_;
        if (woken == std::cv_status::timeout && !stopping_ && threads_.size() > 1) {
            const bool needed = std::any_of(lanes_.begin(), lanes_.end(), [this](const auto& each) {
                return is_ready(each.second);
            });
            if (needed) continue;
            retire();
            return;
        }
    }
}

void WorkLanes::keep_time() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (waiting_.empty()) {
            deadline_changed_.wait(lock);
            continue;
        }
        const Moment first = waiting_.begin()->first.first;
        if (std::chrono::steady_clock::now() < first) {
            deadline_changed_.wait_until(lock, first);
            continue;
        }
        const Ticket late = waiting_.begin()->second;
        remove(late);
        lock.unlock();
        late->work.expired();
        late->work = {};
        lock.lock();
    }
}

}  // namespace casement::data
