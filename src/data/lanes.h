// Work that blocks, in one lane for each source: a lane has its own queue and a bound on how much
// of it runs at once, so that a slow source holds up nobody but its own viewers. The threads come
// as they are needed, up to a bound, and take their work from the lanes in turn.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace casement::data {

class WorkLanes {
  public:
    using Key = std::pair<std::int64_t, std::string>;  ///< organization and source
    using Moment = std::chrono::steady_clock::time_point;

    /// Exactly one of the two is called, unless `withdraw` took the work back. They must not throw.
    struct Work {
        std::function<void()> run;      ///< on a thread of its own
        std::function<void()> expired;  ///< instead, when its turn had not come by `until`; short
        Moment until;
    };
    struct Entry;
    using Ticket = std::shared_ptr<Entry>;

    /// At most `threads` run at once. At most `queue` wait in each lane.
    WorkLanes(unsigned threads, std::size_t queue);
    ~WorkLanes();
    WorkLanes(const WorkLanes&) = delete;
    WorkLanes& operator=(const WorkLanes&) = delete;

    /// At most `width` of this lane run at once, and never more than three quarters of the threads.
    /// Null: the lane's queue is full.
    [[nodiscard]] Ticket submit(const Key& lane, unsigned width, Work work);

    /// True: it still waited, and neither of its callbacks will be called.
    bool withdraw(const Ticket& ticket);

    /// Runs what still waits, and ends. Nothing may be submitted afterwards.
    void stop();

    struct Figures {
        std::size_t waiting = 0, running = 0, threads = 0;
    };
    [[nodiscard]] Figures figures() const;

  private:
    struct Lane {
        std::deque<Ticket> queue;
        unsigned running = 0;
        unsigned width = 1;
    };

    // All of these are called with the mutex held.
    [[nodiscard]] bool is_ready(const Lane& lane) const;
    [[nodiscard]] Ticket take();
    void remove(const Ticket& ticket);
    void finish(const Key& lane);
    void grow();
    void retire();

    void work();
    void keep_time();

    const unsigned most_threads_;
    const std::size_t queue_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable deadline_changed_;
    std::map<Key, Lane> lanes_;  ///< those with something waiting or running
    Key last_;                   ///< whose turn was the last
    std::map<std::pair<Moment, std::uint64_t>, Ticket> waiting_;
    std::uint64_t next_id_ = 0;
    std::size_t running_ = 0;
    std::size_t idle_ = 0;
    bool stopping_ = false;
    std::list<std::thread> threads_;
    std::list<std::thread> retired_;
    std::thread keeper_;
};

}  // namespace casement::data
