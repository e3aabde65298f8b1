// Looker signed embedding (looker.md): its pages and its API 4.0.
#pragma once

#include "access/account_slots.h"
#include "access/audit.h"
#include "access/document_cache.h"
#include "access/embed_users.h"
#include "access/principal.h"
#include "access/session_service.h"
#include "base/clock.h"
#include "crypto/random.h"
#include "dialects/looker/tokens.h"
#include "dialects/looker/verifier.h"
#include "http/router.h"
#include "store/catalog.h"

#include <string>

namespace prometheus {
class Registry;
}

namespace casement::looker {

/// Everything handed in by reference must outlive the router.
struct Dependencies {
    store::Catalog& catalog;
    store::SessionStore& session_store;
    access::EmbedUsers& people;
    access::UserSlots& slots;
    access::SessionService& sessions;
    access::DocumentCache& documents;
    const access::Authenticator& authenticator;
    const EmbedVerifier& verifier;
    const EmbedTokens& tokens;
    access::Audit& audit;
    crypto::Random& random;
    const Clock& clock;
    prometheus::Registry& metrics;
    /// "https://dashboards.example", without a slash at its end; what URLs that the API makes
    /// begin with. Empty: the scheme and host that the API was called by.
    std::string public_url;
    /// false: no page may stand in a frame.
    bool allow_embedding = true;
    /// Text panels may hold frames of other sites (security.disable_sanitize_html).
    bool text_frames = false;
};

void add_looker_routes(http::Router& router, const Dependencies& dependencies);

}  // namespace casement::looker
