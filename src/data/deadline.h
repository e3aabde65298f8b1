// Calls back when a moment has come: the time limit that the engine itself does not have.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace casement::data {

/// One thread, started with the first deadline. Any thread may add and drop.
class DeadlineWatch {
  public:
    using Moment = std::chrono::steady_clock::time_point;

    /// A deadline's place; dropping it unregisters. After the destructor returns the callback
    /// neither runs nor will run.
    class Registration {
      public:
        Registration(DeadlineWatch& watch, Moment moment, std::uint64_t id)
            : watch_(watch), key_(moment, id) {}
        Registration(const Registration&) = delete;
        Registration& operator=(const Registration&) = delete;
        ~Registration() { watch_.drop(key_); }

      private:
        DeadlineWatch& watch_;
        std::pair<Moment, std::uint64_t> key_;
    };

    DeadlineWatch() = default;
    ~DeadlineWatch();
    DeadlineWatch(const DeadlineWatch&) = delete;
    DeadlineWatch& operator=(const DeadlineWatch&) = delete;

    /// `callback` must be short, must not throw and must not touch this object.
    [[nodiscard]] Registration add(Moment moment, std::function<void()> callback);

  private:
    using Key = std::pair<Moment, std::uint64_t>;
    void drop(const Key& key);
    void watch();

    std::mutex mutex_;  ///< held while a callback runs, so that dropping waits for it
    std::condition_variable changed_;
    std::map<Key, std::function<void()>> waiting_;
    std::uint64_t next_id_ = 0;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace casement::data
