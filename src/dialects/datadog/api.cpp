#include "dialects/datadog/api.h"

#include "dialects/datadog/dashboard_api.h"
#include "dialects/datadog/embed_api.h"
#include "dialects/datadog/errors.h"
#include "dialects/datadog/landing.h"
#include "dialects/datadog/public_dashboard_api.h"
#include "dialects/datadog/shared_page.h"

namespace casement::datadog {
namespace {

/// What the handlers work with; the router's closures keep it alive.
struct Dialect {
    explicit Dialect(const Dependencies& the)
        : callers(the.authenticator, the.clock, the.limits),
          embeds(the),
          dashboards(the),
          publics(the),
          landing(the.catalog, the.audit, the.clock, the.metrics,
                  http::ViewerShell(http::embedded_viewer_assets(the.text_frames)),
                  the.allow_embedding) {}
    Callers callers;
    EmbedApi embeds;
    DashboardApi dashboards;
    PublicDashboardApi publics;
    Landing landing;
};

using DialectPtr = std::shared_ptr<Dialect>;

/// Adds routes whose handlers are methods of one part, and whose errors have one shape. What it
/// refers to must outlive it.
template <class Part>
auto adder(http::Router& router, const DialectPtr& dialect, http::Router::ErrorShape shape,
           Part Dialect::* part) {
    using Answered = Callers::Action::result_type;
    return [&router, &dialect, shape = std::move(shape), part](
               http::Method method, std::string_view pattern, Access access,
               Answered (Part::*operation)(access::Principal, http::Request&)) {
        auto action = [dialect, part, operation](access::Principal who, http::Request& request) {
            return ((*dialect).*part.*operation)(std::move(who), request);
        };
        router.add(method, pattern, dialect->callers.guard(access, shape, std::move(action)));
    };
}

asio::awaitable<http::Response> landing(DialectPtr dialect, http::Request& request) {
    co_return dialect->landing.get(request);
}

asio::awaitable<http::Response> validate(DialectPtr dialect, http::Request& request) {
    const auto valid = dialect->callers.validate(request);
    if (!valid) co_return v1_error(valid.error());
    co_return http::Response::json(200, json::object{{"valid", true}});
}

void add_embed_routes(http::Router& router, const DialectPtr& dialect) {
    const auto add = adder(router, dialect, v2_error, &Dialect::embeds);
    using http::Method;
    constexpr std::string_view kAll = "/api/v2/dashboard/{dashboard_id}/shared";
    constexpr std::string_view kEmbeds = "/api/v2/dashboard/{dashboard_id}/shared/secure-embed";
    constexpr std::string_view kEmbed =
        "/api/v2/dashboard/{dashboard_id}/shared/secure-embed/{token}";
    add(Method::get, kAll, Access::read, &EmbedApi::list);
    add(Method::post, kEmbeds, Access::write, &EmbedApi::create);
    add(Method::get, kEmbed, Access::read, &EmbedApi::get);
    add(Method::patch, kEmbed, Access::write, &EmbedApi::update);
    add(Method::del, kEmbed, Access::write, &EmbedApi::remove);
}

void add_dashboard_routes(http::Router& router, const DialectPtr& dialect) {
    const auto add = adder(router, dialect, v1_error, &Dialect::dashboards);
    using http::Method;
    constexpr std::string_view kDashboards = "/api/v1/dashboard";
    constexpr std::string_view kDashboard = "/api/v1/dashboard/{dashboard_id}";
    add(Method::post, kDashboards, Access::write, &DashboardApi::create);
    add(Method::get, kDashboards, Access::read, &DashboardApi::list);
    add(Method::del, kDashboards, Access::write, &DashboardApi::remove_many);
    add(Method::patch, kDashboards, Access::write, &DashboardApi::restore_many);
    add(Method::get, kDashboard, Access::read, &DashboardApi::get);
    add(Method::put, kDashboard, Access::write, &DashboardApi::update);
    add(Method::del, kDashboard, Access::write, &DashboardApi::remove);
}

void add_public_routes(http::Router& router, const DialectPtr& dialect) {
    const auto add = adder(router, dialect, v1_error, &Dialect::publics);
    using http::Method;
    constexpr std::string_view kAll = "/api/v1/dashboard/public";
    constexpr std::string_view kOne = "/api/v1/dashboard/public/{token}";
    constexpr std::string_view kInvitations = "/api/v1/dashboard/public/{token}/invitation";
    add(Method::post, kAll, Access::write, &PublicDashboardApi::create);
    add(Method::get, kOne, Access::read, &PublicDashboardApi::get);
    add(Method::put, kOne, Access::write, &PublicDashboardApi::update);
    add(Method::del, kOne, Access::write, &PublicDashboardApi::remove);
    add(Method::get, kInvitations, Access::read, &PublicDashboardApi::invitations);
    add(Method::post, kInvitations, Access::write, &PublicDashboardApi::invite);
    add(Method::del, kInvitations, Access::write, &PublicDashboardApi::revoke);
}

}  // namespace

void add_datadog_routes(http::Router& router, const Dependencies& dependencies) {
    const auto dialect = std::make_shared<Dialect>(dependencies);
    router.errors_below("/api/v1", v1_error);
    router.errors_below("/api/v2", v2_error);
    router.add(http::Method::get, "/sb/secure-embed/{token}",
               [dialect](http::Request& request) { return landing(dialect, request); });
    router.add(http::Method::get, "/api/v1/validate",
               [dialect](http::Request& request) { return validate(dialect, request); });
    add_embed_routes(router, dialect);
    add_dashboard_routes(router, dialect);
    add_public_routes(router, dialect);
    add_shared_pages(router, SharedPageParts{.catalog = dependencies.catalog,
                                             .verifier = dependencies.shared_pages,
                                             .audit = dependencies.audit,
                                             .clock = dependencies.clock,
                                             .metrics = dependencies.metrics,
                                             .allow_embedding = dependencies.allow_embedding,
                                             .text_frames = dependencies.text_frames});
}

}  // namespace casement::datadog
