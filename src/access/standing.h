// What a session stands on: its share and credential, or the secret and the switches that a
// person's grant came through. When that goes, the session goes, on the next request and in the
// middle of a running one.
#pragma once

#include "access/grant.h"
#include "base/cancellation.h"
#include "base/clock.h"
#include "base/error.h"
#include "store/catalog.h"
#include "store/session_store.h"

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>

namespace casement::access {

/// Small, so that a watch does not hold a snapshot.
struct Standing {
    store::OrgId org = 0;
    std::int64_t share = 0;
    std::int64_t credential = 0;
    std::shared_ptr<const Grant> grant;  ///< null for a share's session
    /// Whether the organization admits people without a key: what a grant of no key stands on.
    bool admits_anonymous = false;
};

/// Errors: the share's refusals (check_share_open); for a person forbidden "embed_disabled"; for a
/// person and for a key that may no longer be used gone "session_ended"; for a dashboard snapshot
/// check_dashboard_snapshot's.
[[nodiscard]] Result<void> check_standing(const store::Snapshot& snapshot, const Standing& standing,
                                          Time now);

/// May this share be seen at all right now? Errors: forbidden "share_paused", "embed_disabled";
/// gone "share_expired"; not_found "share_not_found" (also when its dashboard is in the bin).
[[nodiscard]] Result<void> check_share_open(const store::Snapshot& snapshot,
                                            const store::Share& share, Time now);

/// A dashboard snapshot that can be opened now. Errors: not_found "snapshot_not_found", for one
/// that is over as for one that never was.
[[nodiscard]] Result<void> check_dashboard_snapshot(const store::DashboardSnapshot* row, Time now);

[[nodiscard]] Error session_ended();
[[nodiscard]] Error session_expired();

/// Requests in flight that must be cut when their session may no longer go on.
class SessionWatches : public std::enable_shared_from_this<SessionWatches> {
  public:
    /// Dropping the handle unregisters.
    [[nodiscard]] std::shared_ptr<void> add(std::string session, Standing standing,
                                            std::shared_ptr<Cancellation> cancellation);
    void end(const std::string& session);
    /// Cancels those whose standing no longer holds.
    void look_again(const store::Snapshot& snapshot, Time now);

  private:
    struct Watch {
        std::string session;
        Standing standing;
        std::shared_ptr<Cancellation> cancellation;
    };
    using List = std::list<Watch>;
    template <class Match>
    void cancel_if(Match match);

    std::mutex mutex_;
    List list_;
};

}  // namespace casement::access
