// When each share was last opened: for lists, so it is kept within a minute.
#pragma once

#include "base/clock.h"
#include "store/share_guest_store.h"

#include <map>
#include <mutex>

namespace casement::access {

class ShareVisits {
  public:
    /// Both must outlive it.
    ShareVisits(store::Catalog& catalog, const Clock& clock)
        : store_(&store::ShareGuestStore::of(catalog)), clock_(&clock) {}

    /// A session of this share was opened; by a guest when `owner` is one's
    /// (access/share_invitees.h). A failure is logged and hurts nobody.
    [[nodiscard]] asio::awaitable<void> opened(store::OrgId org, std::int64_t share,
                                               std::int64_t owner);
    /// By share; those never opened are not in it.
    [[nodiscard]] asio::awaitable<Result<std::map<std::int64_t, Time>>> of(store::OrgId org);

    /// Whether the guest's links were revoked at `since` or later: a session that one of them
    /// opened meanwhile must not stay.
    [[nodiscard]] asio::awaitable<Result<bool>> was_revoked(std::int64_t owner, Time since);

    [[nodiscard]] store::ShareGuestStore& guests() { return *store_; }

  private:
    store::ShareGuestStore* store_;
    const Clock* clock_;
    std::mutex mutex_;
    std::map<std::int64_t, Time> noted_;  ///< by share: at most as many as there are
};

}  // namespace casement::access
