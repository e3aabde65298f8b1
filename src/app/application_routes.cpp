#include "app/application_routes.h"

#include "app/application_options.h"
#include "app/licences.h"
#include "app/own_calls.h"
#include "app/vendor_settings.h"
#include "console/console.h"
#include "dialects/datadog/api.h"
#include "dialects/grafana/api.h"
#include "dialects/grafana/pages.h"
#include "dialects/grafana/public_page.h"
#include "dialects/grafana/snapshot_pages.h"
#include "dialects/looker/api.h"
#include "http/assets.h"

#include <algorithm>

namespace casement::app {

void add_routes(Parts& the, http::Router& router) {
    http::add_asset_routes(router);
    datadog::add_datadog_routes(
        router,
        datadog::Dependencies{.catalog = *the.open.catalog,
                              .dashboards = *the.dashboards,
                              .shares = *the.shares,
                              .authenticator = *the.authenticator,
                              .share_invitations = *the.share_invitations,
                              .visits = *the.visits,
                              .shared_pages = *the.shared_pages,
                              .audit = *the.audit,
                              .random = the.random,
                              .clock = the.clock,
                              .metrics = the.registry,
                              .public_url = the.configuration.server.public_url,
                              .limits = {},
                              .allow_embedding = the.configuration.security.allow_embedding,
                              .text_frames = the.configuration.security.disable_sanitize_html});
    looker::add_looker_routes(
        router,
        looker::Dependencies{.catalog = *the.open.catalog,
                             .session_store = *the.session_store,
                             .people = *the.people,
                             .slots = *the.user_slots,
                             .sessions = *the.sessions,
                             .documents = the.documents,
                             .authenticator = *the.authenticator,
                             .verifier = *the.embed_links,
                             .tokens = *the.embed_tokens,
                             .audit = *the.audit,
                             .random = the.random,
                             .clock = the.clock,
                             .metrics = the.registry,
                             .public_url = the.configuration.server.public_url,
                             .allow_embedding = the.configuration.security.allow_embedding,
                             .text_frames = the.configuration.security.disable_sanitize_html});
    const auto grafana_calls = grafana::add_grafana_routes(
        router, grafana::Dependencies{
                    .catalog = *the.open.catalog,
                    .authenticator = *the.authenticator,
                    .keys = *the.account_keys,
                    .key_check = *the.key_check,
                    .slots = *the.user_slots,
                    .engine = *the.engine,
                    .audit = *the.audit,
                    .random = the.random,
                    .clock = the.clock,
                    .key_rules = {the.configuration.auth.api_key_max_seconds_to_live,
                                  the.configuration.service_accounts.token_expiration_day_limit},
                    .snapshots = grafana::SnapshotServices{*the.views, the.documents,
                                                           the.configuration.server.public_url},
                    .settings = vendor_settings(the.configuration),
                    .query_limits = query_limits(the.configuration),
                    .allowed_folders = the.configuration.data.allowed_folders,
                    .anonymous = the.anonymous,
                    .hide_version = the.configuration.auth.anonymous.hide_version,
                    .publics = grafana::PublicServices{*the.shares, the.documents, *the.views},
                    .persons = persons_of(*the.persons),
                    .sharing = *sharing_options(the.configuration)});
    grafana::add_public_page(
        router,
        grafana::PublicPageParts{.catalog = *the.open.catalog,
                                 .verifier = *the.public_links,
                                 .audit = *the.audit,
                                 .clock = the.clock,
                                 .metrics = the.registry,
                                 .allow_embedding = the.configuration.security.allow_embedding,
                                 .text_frames = the.configuration.security.disable_sanitize_html});
    grafana::add_page_routes(
        router,
        grafana::PageParts{.catalog = *the.open.catalog,
                           .verifier = *the.sharable_links,
                           .audit = *the.audit,
                           .clock = the.clock,
                           .metrics = the.registry,
                           .anonymous = the.anonymous,
                           .allow_embedding = the.configuration.security.allow_embedding,
                           .text_frames = the.configuration.security.disable_sanitize_html});
    grafana::add_snapshot_page_routes(
        router, grafana::SnapshotPageParts{
                    .catalog = *the.open.catalog,
                    .verifier = the.snapshot_links,
                    .clock = the.clock,
                    .allow_embedding = the.configuration.security.allow_embedding,
                    .text_frames = the.configuration.security.disable_sanitize_html});
    console::add_console_routes(
        router, console::Dependencies{
                    .catalog = *the.open.catalog,
                    .session_store = *the.session_store,
                    .sessions = *the.sessions,
                    .dashboards = *the.dashboards,
                    .shares = *the.shares,
                    .share_links = the.share_links,
                    .share_invitations = *the.share_invitations,
                    .visits = *the.visits,
                    .snapshots = *the.snapshots,
                    .documents = the.documents,
                    .models = *the.models,
                    .organizations = *the.organizations,
                    .views = *the.views,
                    .authors = *the.authors,
                    .sign_in = *the.sign_in,
                    .accounts = *the.accounts,
                    .people = *the.people_services,
                    .content = *the.embed_content,
                    .pages = the.sharable_pages,
                    .authenticator = *the.authenticator,
                    .audit = *the.audit,
                    .random = the.random,
                    .verifiers = the.verifiers(),
                    .explainers = the.explainers(),
                    .registry = the.registry,
                    .engine = *the.engine,
                    .clock = the.clock,
                    .keys = {*the.key_service, *the.embed_admin, *the.embed_urls},
                    .public_url = the.configuration.server.public_url,
                    .metrics_clients = the.configuration.metrics.allow_from,
                    .allowed_folders = the.configuration.data.allowed_folders,
                    .cookie = {console::same_site_of(the.configuration.security.cookie_samesite),
                               the.configuration.security.cookie_secure},
                    .others = documented(grafana_calls),
                    .version = CASEMENT_VERSION,
                    .settings = all_settings(the.configuration),
                    .licences = {licences().begin(), licences().end()},
                    .open_id = the.open_id.get(),
                    .certificate_key = the.open.secrets->derive("scope-certificate")});
}

Result<void> close_paths(const Configuration& configuration, http::Router& router) {
    const auto& paths = configuration.aliyun.not_allow_request_uri;
    for (std::size_t at = 0; at < paths.size();) {
        const auto end = std::min(paths.find('|', at), paths.size());
        const auto path = paths.substr(at, end - at);
        at = end + 1;
        if (!path.starts_with('/')) {
            return invalid("invalid_configuration",
                           "aliyun.not_allow_request_uri: each path must begin with a slash; "
                           "several have | between them.");
        }
        router.close(path);
    }
    return {};
}

}  // namespace casement::app
