// Rows that only grow beside the catalog's snapshot: versions of dashboards, documents of dashboard
// snapshots, last uses of keys.
// Errors of the database come out as SOCI's exceptions.
#pragma once

#include "store/catalog.h"

#include <optional>
#include <string>
#include <vector>

#include <soci/soci.h>

namespace casement::store {

/// Newest first, older than `before` (0 = newest). One that cannot be read is left out and logged.
[[nodiscard]] std::vector<DashboardVersion> find_versions(soci::session& session,
                                                          std::int64_t dashboard,
                                                          std::int64_t before, std::size_t limit);
void insert_version(soci::session& session, const DashboardVersion& version);
void remove_versions(soci::session& session, std::int64_t dashboard);

[[nodiscard]] std::optional<std::string> find_snapshot_document(soci::session& session,
                                                                std::int64_t dashboard_snapshot);
void insert_snapshot_document(soci::session& session, std::int64_t dashboard_snapshot,
                              const std::string& document);
void remove_snapshot_document(soci::session& session, std::int64_t dashboard_snapshot);
[[nodiscard]] DashboardSnapshotTotals totals_of_snapshots(soci::session& session, OrgId org);

[[nodiscard]] KeyUses uses_of_keys(soci::session& session, KeyTable table, OrgId org);
void put_key_use(soci::session& session, KeyTable table, std::int64_t key, Time at);
void remove_key_uses(soci::session& session, KeyTable table, std::int64_t key);

}  // namespace casement::store
