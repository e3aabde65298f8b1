// The pages of dashboard snapshots: the viewer's shell, or why there is nothing to see.
#pragma once

#include "base/clock.h"
#include "dialects/grafana/snapshot_verifier.h"
#include "http/router.h"
#include "store/catalog.h"

namespace casement::grafana {

/// Everything handed in by reference must outlive the router.
struct SnapshotPageParts {
    const store::Catalog& catalog;
    const SnapshotVerifier& verifier;
    const Clock& clock;
    bool allow_embedding = true;  ///< else no page of it may stand in a frame
    bool text_frames = false;     ///< security.disable_sanitize_html
};

/// GET /dashboard/snapshot/{key} and /dashboard-solo/snapshot/{key}.
void add_snapshot_page_routes(http::Router& router, const SnapshotPageParts& parts);

}  // namespace casement::grafana
