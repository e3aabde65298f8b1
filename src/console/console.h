// The native JSON API under /api/casement/v1: what the viewer page calls, and what an organization
// manages its dashboards, shares and sessions with. Health, metrics and the page at `/` too.
#pragma once

#include "access/author_views.h"
#include "access/console_accounts.h"
#include "access/content.h"
#include "access/dashboard_service.h"
#include "access/embed_admin.h"
#include "access/embed_urls.h"
#include "access/key_service.h"
#include "access/link_explainer.h"
#include "access/link_verifier.h"
#include "access/model_service.h"
#include "access/open_id.h"
#include "access/organization_service.h"
#include "access/principal.h"
#include "access/session_service.h"
#include "access/share_invitations.h"
#include "access/share_links.h"
#include "access/share_service.h"
#include "access/share_visits.h"
#include "access/sign_in.h"
#include "access/snapshot_service.h"
#include "access/view_service.h"
#include "console/operation.h"
#include "console/session_cookie.h"
#include "console/system_parts.h"
#include "crypto/random.h"
#include "data/engine.h"
#include "http/router.h"
#include "store/catalog.h"
#include "store/session_store.h"

#include <string>
#include <vector>

namespace prometheus {
class Registry;
}

namespace casement::access {
struct PeopleServices;
}

namespace casement::console {

/// What the pages about keys and embedding work with.
struct KeyServices {
    access::KeyService& keys;
    access::EmbedAdmin& embedding;
    access::EmbedUrls& urls;
};

/// Everything the API works with. All of it must outlive the router.
struct Dependencies {
    store::Catalog& catalog;
    store::SessionStore& session_store;
    access::SessionService& sessions;
    access::DashboardService& dashboards;
    access::ShareService& shares;
    const access::ShareLinks& share_links;
    access::ShareInvitations& share_invitations;
    access::ShareVisits& visits;
    access::SnapshotService& snapshots;
    access::DocumentCache& documents;
    access::ModelService& models;
    access::OrganizationService& organizations;
    access::ViewService& views;
    const access::AuthorViews& authors;
    access::SignIn& sign_in;
    access::ConsoleAccounts& accounts;
    access::PeopleServices& people;
    /// Reads the URLs under /embed/.
    const access::ContentReader& content;
    /// Reads the URLs under /d/.
    const access::PageReader& pages;
    const access::Authenticator& authenticator;
    access::Audit& audit;
    crypto::Random& random;
    /// Asked in this order which of them recognizes a link.
    std::vector<const access::LinkVerifier*> verifiers;
    /// The same dialects', for whoever asks what is wrong with a link.
    std::vector<const access::LinkExplainer*> explainers;
    prometheus::Registry& registry;
    /// Its figures stand in /metrics beside the registry's.
    data::Engine& engine;
    const Clock& clock;
    KeyServices keys;
    /// Scheme and host the world reaches this server by, without a path or trailing slash. Empty:
    /// taken from each request.
    std::string public_url = {};
    /// Clients that may read /metrics: addresses or CIDR blocks.
    std::vector<std::string> metrics_clients = {"127.0.0.0/8", "::1/128"};
    /// Folders whose files a source that comes through the API may read; empty: none.
    std::vector<std::string> allowed_folders = {};
    CookieRules cookie = {};
    /// Calls below kApiRoot that others answer: they stand in the OpenAPI document too.
    std::vector<Operation> others = {};
    std::string version = {};
    std::vector<Setting> settings = {};
    std::vector<Licence> licences = {};
    /// Null: people sign in by their passwords alone.
    access::OpenId* open_id = nullptr;
    /// Signs certificates of scope; empty: they are not signed.
    Secret certificate_key = {};
};

/// Adds every route. Throws std::invalid_argument when a metrics client is neither.
void add_console_routes(http::Router& router, const Dependencies& dependencies);

}  // namespace casement::console
