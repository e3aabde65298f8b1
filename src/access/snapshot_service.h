// Dashboard snapshots: taken, found, listed, deleted. Who has a snapshot's key may see it without
// signing in; who has its delete key may delete it.
#pragma once

#include "access/catalog_parts.h"
#include "access/document_cache.h"
#include "access/view_service.h"
#include "crypto/secret.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::access {

/// What one organization may keep. Those that have expired count until they are swept.
struct SnapshotLimits {
    std::int64_t count = 1000;
    std::int64_t bytes = std::int64_t{512} * 1024 * 1024;
    std::size_t one = std::size_t{8} * 1024 * 1024;  ///< bytes of one document
};

struct NewDashboardSnapshot {
    std::string name;
    std::string dialect;
    json::object document;              ///< without queries, with its data
    std::chrono::seconds lives_for{0};  ///< 0: until it is deleted
    /// Chosen by the caller; empty: made. See check_snapshot_key.
    std::string key;
    std::string delete_key;
};

struct TakenSnapshot {
    store::DashboardSnapshot row;
    Secret delete_key;  ///< only its hash is kept
};

/// What a caller chooses as a key must be as hard to guess as one that is made: 22 to 64 of
/// [A-Za-z0-9_-]. Errors: invalid "snapshot_key_refused".
[[nodiscard]] Result<void> check_snapshot_key(std::string_view key);

/// The snapshot of a key, if it can be opened now; else nullptr.
[[nodiscard]] const store::DashboardSnapshot* find_snapshot(const store::Snapshot& snapshot,
                                                            std::string_view key, Time now);

class SnapshotService {
  public:
    explicit SnapshotService(const CatalogParts& parts, const SnapshotLimits& limits = {})
        : parts_(parts), limits_(limits) {}

    /// What a stored dashboard shows now: its own queries are run under the rights of a link to it,
    /// for a viewer who chose `wanted` of time and variables. Its panels are passed over: a
    /// snapshot has all. Errors: those of view_of_content and ViewService::select; unprocessable
    /// "snapshot_panel_failed", which names the panel; too_large "snapshot_too_large".
    [[nodiscard]] asio::awaitable<Result<json::object>> take(
        ViewService& views, DocumentCache& documents, store::SnapshotPtr snapshot,
        const store::Dashboard& row, ViewRequest wanted,
        std::shared_ptr<Cancellation> cancellation) const;

    /// Errors: missing_permission, "snapshot_key_refused"; conflict "snapshot_key_taken"; too_large
    /// "snapshot_too_large"; forbidden "too_many_snapshots".
    [[nodiscard]] asio::awaitable<Result<TakenSnapshot>> create(Principal who,
                                                                NewDashboardSnapshot what) const;

    /// By the snapshot's own key, for whoever took it and for who may share. Errors: not_found
    /// "snapshot_not_found"; missing_permission.
    [[nodiscard]] asio::awaitable<Result<store::DashboardSnapshot>> remove(Principal who,
                                                                           std::string key) const;
    /// For whoever holds the delete key. Errors: not_found "snapshot_not_found".
    [[nodiscard]] asio::awaitable<Result<store::DashboardSnapshot>> remove_by_delete_key(
        std::string delete_key, std::string client) const;

    /// Of the caller's organization, newest first: all for who may share, else his own.
    [[nodiscard]] std::vector<const store::DashboardSnapshot*> list(const store::Snapshot& snapshot,
                                                                    const Principal& who) const;

  private:
    [[nodiscard]] asio::awaitable<Result<store::DashboardSnapshot>> remove_row(
        std::int64_t id, AuditEvent event) const;

    const CatalogParts parts_;
    const SnapshotLimits limits_;
};

}  // namespace casement::access
