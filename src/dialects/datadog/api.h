// Everything of the Datadog dialect that has an address: the landing page of signed links, the
// secure embed API (v2), and the dashboard API (v1) that goes with it.
#pragma once

#include "access/dashboard_service.h"
#include "access/principal.h"
#include "access/share_invitations.h"
#include "access/share_service.h"
#include "access/share_visits.h"
#include "crypto/random.h"
#include "dialects/datadog/callers.h"
#include "dialects/datadog/shared_page_verifier.h"
#include "http/router.h"

#include <string>

namespace prometheus {
class Registry;
}

namespace casement::datadog {

/// Everything handed in by reference must outlive the router.
struct Dependencies {
    const store::Catalog& catalog;
    access::DashboardService& dashboards;
    access::ShareService& shares;
    const access::Authenticator& authenticator;
    access::ShareInvitations& share_invitations;
    access::ShareVisits& visits;  ///< when a share was last opened
    const SharedPageVerifier& shared_pages;
    access::Audit& audit;
    crypto::Random& random;
    const Clock& clock;
    prometheus::Registry& metrics;
    /// "https://dashboards.example", without a slash at its end; what `url` attributes begin with.
    /// Empty: the scheme and host that the API was called by.
    std::string public_url;
    ApiLimits limits;
    /// false: no landing page may stand in a frame, whatever its share allows.
    bool allow_embedding = true;
    /// Text panels may hold frames of other sites (security.disable_sanitize_html).
    bool text_frames = false;
};

void add_datadog_routes(http::Router& router, const Dependencies& dependencies);

}  // namespace casement::datadog
