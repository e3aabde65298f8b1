#include "dialects/grafana/snapshot_verifier.h"

#include "access/snapshot_service.h"
#include "access/standing.h"
#include "dialects/grafana/snapshot_target.h"

#include <fmt/format.h>

namespace casement::grafana {

bool SnapshotVerifier::recognizes(std::string_view target) const {
    return is_snapshot_target(target);
}

Result<access::VerifiedLink> SnapshotVerifier::verify(const access::LinkRequest& link,
                                                      const store::Snapshot& snapshot,
                                                      Time now) const {
    const auto target = read_snapshot_target(link.target);
    if (!target) return target.error();
    const auto* row = access::find_snapshot(snapshot, target->dashboard_uid, now);
    if (row == nullptr) return access::check_dashboard_snapshot(nullptr, now).error();
    access::VerifiedLink verified;
    verified.dialect = "grafana";
    verified.org = row->org;
    verified.scope = fmt::format("dashboard_snapshot:{}", row->id);
    verified.dashboard_snapshot = access::DashboardSnapshotGrant{row->id, target->panel.value_or(0),
                                                                 clean_target(link.target)};
    verified.session_length = kSession;
    return verified;
}

std::optional<access::LinkSubject> SnapshotVerifier::subject_of(std::string_view,
                                                                const store::Snapshot&) const {
    return std::nullopt;
}

}  // namespace casement::grafana
