#include "dialects/looker/api.h"

#include "dialects/looker/admin.h"
#include "dialects/looker/embed_api.h"
#include "dialects/looker/landing.h"

#include <memory>

namespace casement::looker {
namespace {

using LandingPtr = std::shared_ptr<Landing>;

asio::awaitable<http::Response> login_page(LandingPtr landing, http::Request& request) {
    co_return landing->login(request);
}

asio::awaitable<http::Response> content_page(LandingPtr landing, http::Request& request) {
    co_return landing->content(request);
}

/// What the operations work with and nobody else has.
struct Api {
    Api(http::Router& router, const Dependencies& d)
        : parts{d.catalog, d.audit, d.random, d.clock},
          admin(parts),
          logins(d.authenticator, d.session_store, d.random, d.clock),
          operations(router, logins, d.clock, d.public_url) {}
    const access::CatalogParts parts;
    access::EmbedAdmin admin;
    ApiSessions logins;
    Operations operations;
};

void add_api(http::Router& router, const Dependencies& d) {
    const auto api = std::make_shared<Api>(router, d);
    const EmbedParts embed{api->parts,      d.people,    api->admin, d.sessions, d.session_store,
                           d.authenticator, api->logins, d.verifier, d.tokens,   api};
    add_login_operations(router, api->operations, embed);
    add_url_operations(api->operations, embed);
    add_secret_operations(api->operations, embed);
    add_setting_operations(api->operations, embed);
    add_cookieless_operations(api->operations, embed);
    add_admin_operations(api->operations,
                         {api->parts, d.sessions, d.session_store, d.documents, &d.slots});
}

void add_pages(http::Router& router, const Dependencies& dependencies) {
    const auto landing = std::make_shared<Landing>(
        dependencies.catalog, dependencies.verifier, dependencies.audit, dependencies.clock,
        dependencies.metrics,
        http::ViewerShell(http::embedded_viewer_assets(dependencies.text_frames)),
        dependencies.allow_embedding);
    router.add(http::Method::get, "/login/embed/{link...}",
               [landing](http::Request& request) { return login_page(landing, request); });
    router.add(http::Method::get, "/embed/{content...}",
               [landing](http::Request& request) { return content_page(landing, request); });
}

}  // namespace

void add_looker_routes(http::Router& router, const Dependencies& dependencies) {
    add_pages(router, dependencies);
    add_api(router, dependencies);
}

}  // namespace casement::looker
