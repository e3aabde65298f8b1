// When to stop waiting for a server: at a moment, or when nobody waits for the answer any more.
#pragma once

#include "base/cancellation.h"

#include <chrono>
#include <memory>

namespace casement::data {

/// Of one run. Used by the thread that runs it.
class PostgresStop {
  public:
    using Moment = std::chrono::steady_clock::time_point;

    /// Throws std::system_error when the system has no file descriptor left.
    PostgresStop(Moment deadline, const Cancellation& cancellation);
    PostgresStop(const PostgresStop&) = delete;
    PostgresStop& operator=(const PostgresStop&) = delete;
    ~PostgresStop();

    enum class Event { ready, cancelled, timeout };
    /// Until the socket can be read (or written, too), cancellation, or the earlier of `limit` and
    /// the run's deadline.
    [[nodiscard]] Event wait(int socket, bool read, bool write, Moment limit) const;

    [[nodiscard]] Moment deadline() const { return deadline_; }
    [[nodiscard]] bool cancelled() const { return cancellation_.cancelled(); }
    [[nodiscard]] const Cancellation& cancellation() const { return cancellation_; }

  private:
    const Moment deadline_;
    const Cancellation& cancellation_;
    int wake_ = -1;  ///< readable once cancelled
    Cancellation::Registration registration_;
};

}  // namespace casement::data
