#include "access/standing.h"

#include "access/account_keys.h"
#include "access/embed_users.h"
#include "access/share_invitees.h"
#include "access/share_settings.h"
#include "access/sharing_settings.h"

#include <vector>

namespace casement::access {
namespace {

/// A share that became another type is no longer what its link was for. What was opened without a
/// proof is good as long as nobody needs one.
bool is_of_type(const store::Share& share, std::int64_t credential) {
    if (credential > 0) return share.type == "secure_embed";
    if (share.type == "open") return credential == kOpenedByAnybody || credential == kOpenedInFrame;
    if (share.type == "embed") return credential == kOpenedInFrame;
    return share.type == "invite" && invitee_who_opened(credential) != 0;
}

Result<void> check_share(const store::Snapshot& snapshot, const Standing& standing, Time now) {
    const auto* share = snapshot.share(standing.share);
    if (share == nullptr || !is_of_type(*share, standing.credential)) {
        return not_found("share_not_found", "This dashboard is no longer shared.");
    }
    if (auto open = check_share_open(snapshot, *share, now); !open) return open.error();
    if (const auto invitee = invitee_who_opened(standing.credential); invitee != 0) {
        return check_invitee(snapshot, *share, invitee, now);
    }
    if (standing.credential <= 0) return {};
    for (const auto& credential : share->credentials) {
        // An expired credential signs nothing new, but what it signed lives on: that is what makes
        // a rotation invisible. A disabled or removed one takes its sessions with it.
        if (credential.id == standing.credential && !credential.disabled) return {};
    }
    return session_ended();
}

Result<void> check_person(const store::Snapshot& snapshot, store::OrgId org,
                          const EmbedGrant& grant) {
    const auto* organization = snapshot.organization(org);
    if (organization == nullptr) return session_ended();
    const auto settings = read_embed_settings(*organization);
    if (!settings.enabled) {
        return forbidden("embed_disabled",
                         "Embedding is switched off by the organization that owns this page.");
    }
    if (grant.cookieless && !settings.cookieless) return session_ended();
    if (grant.secret != 0) {
        const auto* secret = snapshot.find<store::EmbedSecret>(grant.secret);
        if (secret == nullptr || secret->org != org || !secret->enabled) return session_ended();
    }
    if (grant.ordinary) {
        const auto* user = snapshot.user(grant.user);
        if (user == nullptr || user->org != org || user->disabled) return session_ended();
    }
    // An embed user who is disabled or removed has no row here to look at: whoever does that ends
    // his sessions in the session store.
    return {};
}

Result<void> check_key(const store::Snapshot& snapshot, store::OrgId org, const KeyGrant& grant,
                       Time now) {
    const auto key = check_account_key(snapshot, org, grant.key, now);
    if (!key || role_of(snapshot, **key) == "None") return session_ended();
    // A secret that was rotated away is how one gets rid of whoever had it.
    if (!is_proof_of(**key, grant.proof, now)) return session_ended();
    return {};
}

}  // namespace

Error session_ended() {
    return gone("session_ended",
                "This session was ended. Reload the page you came from to open a new one.");
}

Error session_expired() {
    return gone(
        "session_expired",
        "This session has reached its end. Reload the page you came from to open a new one.");
}

Result<void> check_standing(const store::Snapshot& snapshot, const Standing& standing, Time now) {
    if (standing.share != 0) return check_share(snapshot, standing, now);
    if (standing.grant && standing.grant->embed) {
        return check_person(snapshot, standing.org, *standing.grant->embed);
    }
    if (standing.grant && standing.grant->key && standing.grant->key->key == 0) {
        if (!standing.admits_anonymous) return session_ended();
        return {};
    }
    if (standing.grant && standing.grant->key) {
        return check_key(snapshot, standing.org, *standing.grant->key, now);
    }
    if (standing.grant && standing.grant->dashboard_snapshot) {
        const auto* row =
            snapshot.find<store::DashboardSnapshot>(standing.grant->dashboard_snapshot->id);
        const bool is_own = row != nullptr && row->org == standing.org;
        return check_dashboard_snapshot(is_own ? row : nullptr, now);
    }
    return session_ended();
}

Result<void> check_dashboard_snapshot(const store::DashboardSnapshot* row, Time now) {
    if (row == nullptr || (row->expires_at && *row->expires_at <= now)) {
        return not_found("snapshot_not_found",
                         "This snapshot is not here: it was deleted or has expired, or the "
                         "address is not complete.");
    }
    return {};
}

Result<void> check_share_open(const store::Snapshot& snapshot, const store::Share& share,
                              Time now) {
    const auto* organization = snapshot.organization(share.org);
    const auto* dashboard = snapshot.dashboard(share.dashboard);
    if (organization == nullptr || dashboard == nullptr || dashboard->deleted_at ||
        dashboard->org != share.org) {
        return not_found("share_not_found", "This dashboard is no longer shared.");
    }
    if (auto allowed = check_sharing(*organization, share.type); !allowed) return allowed;
    if (share.status != "active") {
        return forbidden("share_paused", "This dashboard is paused by its owner. Try again later.");
    }
    // Every link and every data call passes here, and few shares have an end: only those are read.
    const bool may_end = share.settings.contains("expires_at");
    const auto expires_at =
        may_end ? read_share_settings(share.settings).expires_at : std::optional<Time>{};
    if (expires_at && *expires_at <= now) {
        return gone("share_expired", "The time for which this dashboard was shared is over.");
    }
    return {};
}

std::shared_ptr<void> SessionWatches::add(std::string session, Standing standing,
                                          std::shared_ptr<Cancellation> cancellation) {
    struct Handle {
        std::shared_ptr<SessionWatches> watches;
        List::iterator place;
        Handle(std::shared_ptr<SessionWatches> w, List::iterator p)
            : watches(std::move(w)), place(p) {}
        Handle(const Handle&) = delete;
        Handle& operator=(const Handle&) = delete;
        ~Handle() {
            const std::lock_guard lock(watches->mutex_);
            watches->list_.erase(place);
        }
    };
    List::iterator place;
    {
        const std::lock_guard lock(mutex_);
        place = list_.insert(list_.end(),
                             {std::move(session), std::move(standing), std::move(cancellation)});
    }
    return std::make_shared<Handle>(shared_from_this(), place);
}

// Cancelled outside the lock: a callback may drop other watches.
template <class Match>
void SessionWatches::cancel_if(Match match) {
    std::vector<std::shared_ptr<Cancellation>> found;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& watch : list_) {
            if (match(watch)) found.push_back(watch.cancellation);
        }
    }
    for (const auto& cancellation : found)
        cancellation->cancel();
}

void SessionWatches::end(const std::string& session) {
    cancel_if([&](const Watch& watch) { return watch.session == session; });
}

void SessionWatches::look_again(const store::Snapshot& snapshot, Time now) {
    cancel_if([&](const Watch& watch) { return !check_standing(snapshot, watch.standing, now); });
}

}  // namespace casement::access
