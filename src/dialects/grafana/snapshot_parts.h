// The calls about dashboard snapshots (grafana.md §3.5).
#pragma once

#include "access/document_cache.h"
#include "access/snapshot_service.h"
#include "access/view_service.h"
#include "dialects/grafana/operation.h"

#include <memory>
#include <string>

namespace casement::grafana {

/// What they need besides what every call has. References must outlive the router.
struct SnapshotServices {
    access::ViewService& views;
    access::DocumentCache& documents;
    std::string public_url;  ///< empty: as the request came
    access::SnapshotLimits limits = {};
};

struct SnapshotParts {
    access::CatalogParts catalog;
    access::SnapshotService snapshots;
    SnapshotServices services;
};
using SnapshotPartsPtr = std::shared_ptr<const SnapshotParts>;

/// Longest body of a call that makes one: a document of the longest size and what stands around it.
inline constexpr std::size_t kSnapshotBody = std::size_t{9} * 1024 * 1024;

void add_snapshot_operations(Operations& operations, const SnapshotPartsPtr& parts);
/// Those that nobody has to sign in for: a snapshot by its key, and its end by its delete key.
void add_snapshot_routes(http::Router& router, const SnapshotPartsPtr& parts);

}  // namespace casement::grafana
