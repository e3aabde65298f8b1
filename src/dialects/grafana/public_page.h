// The page of a public dashboard: GET /public-dashboards/{token}.
#pragma once

#include "dialects/grafana/pages.h"
#include "dialects/grafana/public_verifier.h"

namespace casement::grafana {

struct PublicPageParts {
    const store::Catalog& catalog;
    const PublicVerifier& verifier;
    access::Audit& audit;
    const Clock& clock;
    prometheus::Registry& metrics;
    bool allow_embedding = true;
    bool text_frames = false;  ///< security.disable_sanitize_html
};

/// Everything handed in by reference must outlive the router. The page is the viewer's shell, or
/// says why there is none; nothing is stored by loading it.
void add_public_page(http::Router& router, const PublicPageParts& parts);

}  // namespace casement::grafana
