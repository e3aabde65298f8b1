// The pages behind those addresses: GET /sb/{token} and /sb/embed/{token}.
#pragma once

#include "access/audit.h"
#include "dialects/datadog/shared_page_verifier.h"
#include "http/router.h"

namespace prometheus {
class Registry;
}

namespace casement::datadog {

struct SharedPageParts {
    const store::Catalog& catalog;
    const SharedPageVerifier& verifier;
    access::Audit& audit;
    const Clock& clock;
    prometheus::Registry& metrics;
    bool allow_embedding = true;
    bool text_frames = false;  ///< security.disable_sanitize_html
};

/// Everything handed in by reference must outlive the router. Loading a page stores nothing and
/// uses nothing up.
void add_shared_pages(http::Router& router, const SharedPageParts& parts);

}  // namespace casement::datadog
