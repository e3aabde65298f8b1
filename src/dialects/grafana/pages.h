// The routes of dashboards' and panels' pages.
#pragma once

#include "access/anonymous.h"
#include "access/audit.h"
#include "base/clock.h"
#include "dialects/grafana/verifier.h"
#include "http/router.h"
#include "store/catalog.h"

namespace prometheus {
class Registry;
}

namespace casement::grafana {

/// Everything handed in by reference must outlive the router.
struct PageParts {
    const store::Catalog& catalog;
    const SharableVerifier& verifier;
    access::Audit& audit;
    const Clock& clock;
    prometheus::Registry& metrics;
    const access::AnonymousAccess& anonymous;
    bool allow_embedding = true;
    /// Text panels may hold frames of other sites (security.disable_sanitize_html).
    bool text_frames = false;
};

/// GET /d/{uid}, /d/{uid}/{slug} and the same below /d-solo/.
void add_page_routes(http::Router& router, const PageParts& parts);

}  // namespace casement::grafana
