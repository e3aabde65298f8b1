// The end of expired keys, where the operator does not want them kept.
#pragma once

#include "base/error.h"
#include "store/catalog.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <thread>

namespace casement::access {

/// Removes every account key that expired `kept` ago or earlier, each in a transaction of its own
/// that leaves an audit row "account_key.purged". Any number of processes may do it at once.
/// Blocking. How many it removed. Errors: unavailable "store_unavailable", which ends it, and any
/// other after all that can go has gone.
[[nodiscard]] Result<std::size_t> purge_expired_keys(store::Catalog& catalog, const Clock& clock,
                                                     std::chrono::seconds kept);

/// Does so at once and then every `interval`, on a thread of its own.
class AccountKeyKeeper {
  public:
    /// `catalog` and `clock` must outlive it.
    AccountKeyKeeper(store::Catalog& catalog, const Clock& clock, std::chrono::seconds kept,
                     std::chrono::milliseconds interval = std::chrono::hours{1});
    /// Waits for a purge that is under way.
    ~AccountKeyKeeper();
    AccountKeyKeeper(const AccountKeyKeeper&) = delete;
    AccountKeyKeeper& operator=(const AccountKeyKeeper&) = delete;

  private:
    void run();

    store::Catalog& catalog_;
    const Clock& clock_;
    const std::chrono::seconds kept_;
    const std::chrono::milliseconds interval_;
    std::mutex mutex_;
    std::condition_variable stop_;
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace casement::access
