// One-way "stop now": from whoever sees that nobody waits any more (a closed connection, a killed
// session, a deadline) to whoever works (a query in DuckDB, a wait for a shared result).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace casement {

/// Shared between one canceller and any number of workers. Any thread.
class Cancellation {
  public:
    /// A callback's place; dropping it unregisters. After the destructor returns the callback
    /// neither runs nor will run.
    class Registration {
      public:
        Registration() = default;
        Registration(Registration&& other) noexcept;
        Registration& operator=(Registration&& other) noexcept;
        Registration(const Registration&) = delete;
        Registration& operator=(const Registration&) = delete;
        ~Registration();

      private:
        friend class Cancellation;
        struct State;
        std::shared_ptr<State> state_;
        std::uint64_t id_ = 0;
    };

    Cancellation();

    /// Runs every registered callback once, on the calling thread. Later calls do nothing.
    void cancel();
    [[nodiscard]] bool cancelled() const;

    /// Calls `callback` at cancellation, or at once when that has already happened. The callback
    /// must be short, must not throw, and must not touch this object.
    [[nodiscard]] Registration on_cancel(std::function<void()> callback) const;

  private:
    std::shared_ptr<Registration::State> state_;
};

}  // namespace casement
