// The end of the bin: dashboards and looks whose time to be restored is over are removed for good,
// dashboards with their shares and credentials. Dashboard snapshots that have expired go as well.
#pragma once

#include "base/error.h"
#include "store/catalog.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>

namespace casement::access {

/// Removes every dashboard and look of every organization that has been in the bin for kBinTime,
/// and every expired dashboard snapshot, each in a transaction of its own that leaves an audit row
/// "dashboard.purged", "look.purged" or "dashboard_snapshot.purged".
/// Any number of processes may do it at once: whoever comes second finds nothing to remove.
/// Blocking. How many it removed. Errors: unavailable "store_unavailable", which ends it, and
/// any other after all that can go has gone; what was removed stays removed.
[[nodiscard]] Result<std::size_t> purge_bin(store::Catalog& catalog, const Clock& clock);

/// Purges the bin at once and then every `interval`, on a thread of its own.
class BinKeeper {
  public:
    /// Both must outlive it.
    BinKeeper(store::Catalog& catalog, const Clock& clock,
              std::chrono::milliseconds interval = std::chrono::hours{1});
    /// Waits for a purge that is under way.
    ~BinKeeper();
    BinKeeper(const BinKeeper&) = delete;
    BinKeeper& operator=(const BinKeeper&) = delete;

  private:
    void run();

    store::Catalog& catalog_;
    const Clock& clock_;
    const std::chrono::milliseconds interval_;
    std::mutex mutex_;
    std::condition_variable stop_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace casement::access
