// When keys were used last: kept in memory at once, and in the catalog a moment later.
#pragma once

#include "base/clock.h"
#include "store/catalog.h"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include <boost/asio/awaitable.hpp>

namespace casement::access {

namespace asio = boost::asio;

class KeyUseNotes {
  public:
    /// Both must outlive it. A use of a key counts at most once in `interval`.
    KeyUseNotes(store::Catalog& catalog, const Clock& clock, store::KeyTable table,
                std::chrono::seconds interval)
        : catalog_(&catalog), clock_(&clock), table_(table), interval_(interval) {}

    /// False: the key was noted within the interval. What is written is written behind the caller's
    /// back; a failure is logged and hurts nobody. Any thread.
    bool note(store::OrgId org, std::int64_t key);

    /// Of an organization, those included that are not written yet.
    [[nodiscard]] asio::awaitable<Result<store::KeyUses>> uses(store::OrgId org);

  private:
    struct Use {
        store::OrgId org = 0;
        Time at{};
    };
    store::Catalog* catalog_;
    const Clock* clock_;
    const store::KeyTable table_;
    const std::chrono::seconds interval_;
    std::mutex mutex_;
    std::unordered_map<std::int64_t, Use> noted_;
};

}  // namespace casement::access
