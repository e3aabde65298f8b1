#include "app/application.h"

#include "access/account_key_keeper.h"
#include "access/account_keys.h"
#include "access/account_slots.h"
#include "access/bin.h"
#include "access/console_accounts.h"
#include "access/dashboard_service.h"
#include "access/document_cache.h"
#include "access/embed_admin.h"
#include "access/key_service.h"
#include "access/mail.h"
#include "access/model_service.h"
#include "access/organization_service.h"
#include "access/people_services.h"
#include "access/principal.h"
#include "access/sent_answers.h"
#include "access/session_service.h"
#include "access/share_invitations.h"
#include "access/share_service.h"
#include "access/share_visits.h"
#include "access/sign_in.h"
#include "access/snapshot_service.h"
#include "access/source_reference.h"
#include "access/view_service.h"
#include "app/licences.h"
#include "app/open_catalog.h"
#include "app/open_id.h"
#include "app/own_calls.h"
#include "app/provisioning_folder.h"
#include "app/queued_audit.h"
#include "app/smtp_mailer.h"
#include "app/source_definitions.h"
#include "app/vendor_settings.h"
#include "base/log.h"
#include "console/console.h"
#include "data/engine.h"
#include "dialects/datadog/api.h"
#include "dialects/datadog/link_explainer.h"
#include "dialects/datadog/shared_page_verifier.h"
#include "dialects/datadog/verifier.h"
#include "dialects/grafana/anonymous_verifier.h"
#include "dialects/grafana/api.h"
#include "dialects/grafana/link_explainer.h"
#include "dialects/grafana/page_reader.h"
#include "dialects/grafana/pages.h"
#include "dialects/grafana/public_page.h"
#include "dialects/grafana/snapshot_pages.h"
#include "dialects/grafana/snapshot_verifier.h"
#include "dialects/grafana/verifier.h"
#include "dialects/looker/api.h"
#include "dialects/looker/content_reader.h"
#include "dialects/looker/embed_urls.h"
#include "dialects/looker/link_explainer.h"
#include "dialects/looker/signature.h"
#include "dialects/looker/verifier.h"
#include "http/assets.h"
#include "http/server.h"
#include "store/audit_queue.h"
#include "store/session_store.h"

#include <algorithm>

#include <fmt/format.h>
#include <prometheus/registry.h>

namespace casement::app {
namespace {

log::Level level_of(std::string_view name) {
    if (name == "debug") return log::Level::debug;
    if (name == "warning") return log::Level::warning;
    if (name == "error") return log::Level::error;
    return log::Level::info;
}

std::chrono::milliseconds from_seconds(std::int64_t count) {
    return std::chrono::seconds(count);
}

data::EngineOptions engine_options(const Configuration& c) {
    data::EngineOptions options;
    options.threads = static_cast<unsigned>(c.data.threads);
    options.cache_bytes = static_cast<std::size_t>(c.data.cache_megabytes) * 1024 * 1024;
    options.cache_time = from_seconds(c.data.cache_seconds);
    options.stale_time = from_seconds(c.data.stale_seconds);
    options.data_folder = c.store.folder;
    return options;
}

data::QueryLimits query_limits(const Configuration& c) {
    data::QueryLimits limits;
    limits.time = from_seconds(c.data.query_seconds);
    limits.rows = static_cast<std::size_t>(c.data.query_rows);
    return limits;
}

Result<http::ServerOptions> server_options(const Configuration& c) {
    const auto listen = parse_listen(c.server.listen);
    if (!listen) return listen.error();
    http::ServerOptions options;
    options.host = listen->host;
    options.port = listen->port;
    options.threads = static_cast<unsigned>(c.server.threads);
    if (!c.server.tls_cert.empty()) {
        options.tls = http::TlsFiles{c.server.tls_cert, c.server.tls_key};
    }
    options.trusted_proxies = c.server.trusted_proxies;
    options.drain_time = from_seconds(c.server.drain_seconds);
    options.access_log = c.log.access;
    const auto& limits = c.server.limits;
    options.limits.request_line = static_cast<std::size_t>(limits.max_request_line);
    options.limits.headers = static_cast<std::size_t>(limits.max_headers);
    options.limits.body = static_cast<std::size_t>(limits.max_body);
    options.limits.header_time = from_seconds(limits.header_seconds);
    options.limits.body_time = from_seconds(limits.body_seconds);
    options.limits.idle_time = from_seconds(limits.idle_seconds);
    options.limits.connections = static_cast<std::size_t>(limits.max_connections);
    return options;
}

/// Hosts that a link may have been signed for: those that browsers know this server by.
std::vector<std::string> public_hosts(const Configuration& c) {
    auto hosts = c.server.public_hosts;
    if (!c.server.public_url.empty()) {
        hosts.emplace_back(looker::host_of(c.server.public_url));
    }
    return hosts;
}

access::AttemptLimit attempt_limit(const Configuration& c) {
    return {c.aliyun.login_rate_limiter, std::chrono::seconds(c.aliyun.login_forbidden_seconds)};
}

access::AnonymousAccess::Settings anonymous_settings(const Configuration& c) {
    const auto& anonymous = c.auth.anonymous;
    return {anonymous.enabled, anonymous.org_name, anonymous.org_role, anonymous.allowed_addresses,
            c.server.public_url};
}

Result<grafana::SharingOptions> sharing_options(const Configuration& c) {
    auto options = grafana::read_versions(c.aliyun.api_key_share_version);
    if (!options) {
        return invalid("invalid_configuration",
                       "aliyun.api_key_share_version: " + options.error().message);
    }
    options->enabled = c.aliyun.api_key_share;
    options->longest_session = std::chrono::seconds(c.aliyun.api_key_max_expire_seconds);
    return options;
}

// The folder is the operator's declared whole: what is no longer in it goes.
Result<void> provision(const Configuration& configuration, store::Catalog& catalog,
                       const Clock& clock) {
    if (configuration.provision.folder.empty()) return {};
    FolderOptions options;
    options.environment = environment_variable;
    auto bundle = read_provisioning_folder(configuration.provision.folder, options);
    if (!bundle) return bundle.error();
    access::ApplyOptions how;
    how.prune = true;
    auto report = access::apply_bundle(catalog, *bundle, how, clock);
    if (!report) return report.error();
    for (const auto& note : report->notes)
        log::warning("provisioning_note", {{"note", note}});
    log::info("provisioned", {{"folder", configuration.provision.folder},
                              {"added", report->added},
                              {"changed", report->changed},
                              {"unchanged", report->unchanged},
                              {"removed", report->removed}});
    return {};
}

// Members stand in the order in which they are built; they go in the opposite one: first the
// server, so that nobody asks any more, then what answers, last the stores.
class RunningApplication final : public Application {
  public:
    RunningApplication(const Configuration& configuration, std::chrono::seconds clock_shift)
        : configuration_(configuration), clock_(clock_shift) {}

    Result<void> start() {
        log::set_level(level_of(configuration_.log.level));
        if (auto ready = prepare_data_folder(configuration_); !ready) return ready.error();
        // First, because it has the lock that keeps a second server out of this folder.
        auto sessions = store::open_sqlite_session_store(session_database(configuration_), clock_);
        if (!sessions) return sessions.error();
        session_store_ = std::move(*sessions);

        auto open = open_catalog(configuration_, random_, clock_, WhenMissing::create);
        if (!open) return open.error();
        open_ = std::move(*open);
        auto& catalog = *open_.catalog;
        if (auto done = provision(configuration_, catalog, clock_); !done) return done.error();

        audit_queue_.emplace(catalog);
        audit_.emplace(*audit_queue_, clock_, registry_);
        sources_.emplace(catalog);
        engine_ = data::Engine::create(
            engine_options(configuration_),
            [this](std::int64_t org, const std::string& name) { return sources_->find(org, name); },
            clock_);
        const access::CatalogParts parts{catalog, *audit_, random_, clock_};
        dashboards_.emplace(parts);
        shares_.emplace(parts);
        if (auto ready = start_share_invitations(parts); !ready) return ready.error();
        snapshots_.emplace(parts);
        models_.emplace(parts);
        organizations_.emplace(parts);
        people_.emplace(catalog, *audit_, clock_);
        sign_in_.emplace(catalog, *audit_, clock_, open_.secrets->derive("sign-in"));
        accounts_.emplace(catalog, *sign_in_, *audit_, random_, clock_,
                          open_.secrets->derive("console-cookie"));
        persons_.emplace(*accounts_, configuration_.server.public_url);
        auto open_id = open_id_of(configuration_, catalog, *accounts_, *audit_, random_, clock_,
                                  open_.secrets->derive("openid-sign-in"));
        if (!open_id) return open_id.error();
        open_id_ = std::move(*open_id);
        sessions_.emplace(catalog, *session_store_, documents_, *people_, *audit_, random_, clock_,
                          open_.secrets->derive("access-token"));
        auto anonymous = access::AnonymousAccess::create(anonymous_settings(configuration_));
        if (!anonymous) return anonymous.error();
        anonymous_ = std::move(*anonymous);
        sessions_->admit(anonymous_);
        embed_tokens_.emplace(open_.secrets->derive("embed-token"), random_);
        embed_links_.emplace(*people_, *embed_tokens_, public_hosts(configuration_));
        embed_content_.emplace(*embed_tokens_);
        embed_admin_.emplace(parts);
        embed_urls_.emplace(parts, *people_, *embed_links_);
        key_service_.emplace(parts);
        views_.emplace(*engine_, clock_, query_limits(configuration_),
                       configuration_.security.disable_sanitize_html);
        // The last of them are in the cache of results too, and the same memory.
        sent_answers_.emplace(open_.secrets->derive("answer-version"),
                              engine_options(configuration_).cache_bytes / 2);
        views_->remember(*sent_answers_);
        authors_.emplace(catalog, documents_, *people_);
        authenticator_.emplace(catalog, clock_);
        account_keys_.emplace(catalog, *audit_, clock_);
        user_slots_.emplace(catalog, configuration_.quota.org_user);
        people_services_.emplace(parts, *sessions_, *user_slots_);
        key_check_.emplace(catalog, random_, clock_);
        link_attempts_.emplace(attempt_limit(configuration_), random_, clock_);
        auto sharing = sharing_options(configuration_);
        if (!sharing) return sharing.error();
        sharable_links_.emplace(catalog, *key_check_, *account_keys_, *link_attempts_, clock_,
                                *sharing);
        public_links_.emplace(random_, clock_);
        looker_explainer_.emplace(*embed_links_, *people_, *embed_content_, documents_,
                                  configuration_.security.allow_embedding);
        grafana_explainer_.emplace(*sharable_links_, documents_,
                                   configuration_.security.allow_embedding);
        add_routes();
        if (auto closed = close_paths(); !closed) return closed.error();

        auto options = server_options(configuration_);
        if (!options) return options.error();
        auto server = http::Server::create(std::move(*options), router_, registry_);
        if (!server) return server.error();
        server_ = std::move(*server);
        bin_keeper_.emplace(catalog, clock_);
        const std::chrono::days kept{configuration_.auth.delete_expired_keys_after_days};
        if (kept.count() > 0) key_keeper_.emplace(catalog, clock_, kept);
        return {};
    }

    std::string address() const override {
        const auto listen = parse_listen(configuration_.server.listen);
        const bool v6 = listen->host.find(':') != std::string::npos;
        return fmt::format("{}://{}{}{}:{}",
                           configuration_.server.tls_cert.empty() ? "http" : "https", v6 ? "[" : "",
                           listen->host, v6 ? "]" : "", server_->port());
    }

    std::string set_up_code() const override {
        const auto& code = accounts_->set_up_code();
        return code.is_open() ? std::string(code.code().reveal()) : std::string();
    }

    std::string public_address() const override {
        return configuration_.server.public_url.empty() ? address()
                                                        : configuration_.server.public_url;
    }

    void run() override {
        server_->run();
        log::info("stopped");
    }
    void stop() override { server_->stop(); }

    void reload() override {
        if (configuration_.server.tls_cert.empty()) return;
        const auto done = server_->reload_tls();
        if (done) {
            log::info("tls_reloaded", {{"file", configuration_.server.tls_cert}});
        } else {
            log::error("tls_reload_failed", {{"reason", done.error().message}});
        }
    }

  private:
    Result<void> start_share_invitations(const access::CatalogParts& parts) {
        auto& catalog = *open_.catalog;
        const auto& smtp = configuration_.smtp;
        if (smtp.enabled && configuration_.server.public_url.empty()) {
            return invalid("invalid_configuration",
                           "smtp.enabled: the links in mails begin with server.public_url, which "
                           "is not set.");
        }
        if (smtp.enabled) {
            auto mailer = SmtpMailer::create(smtp, random_, clock_);
            if (!mailer) return mailer.error();
            mailer_ = std::move(*mailer);
            mails_.emplace(*mailer_);
        }
        share_invitations_.emplace(
            parts, catalog, *session_store_, mails_ ? &*mails_ : nullptr,
            access::ShareInvitations::Settings{configuration_.server.public_url,
                                               open_.secrets->derive("invitation")});
        visits_.emplace(catalog, clock_);
        shared_pages_.emplace(catalog, share_invitations_->codes(), random_, clock_);
        return {};
    }

    Result<void> close_paths() {
        const auto& paths = configuration_.aliyun.not_allow_request_uri;
        for (std::size_t at = 0; at < paths.size();) {
            const auto end = std::min(paths.find('|', at), paths.size());
            const auto path = paths.substr(at, end - at);
            at = end + 1;
            if (!path.starts_with('/')) {
                return invalid("invalid_configuration",
                               "aliyun.not_allow_request_uri: each path must begin with a slash; "
                               "several have | between them.");
            }
            router_.close(path);
        }
        return {};
    }

    std::vector<const access::LinkExplainer*> explainers() const {
        return {&datadog_explainer_, &*looker_explainer_, &*grafana_explainer_};
    }

    std::vector<const access::LinkVerifier*> verifiers() const {
        return {&datadog_links_, &*shared_pages_,   &*embed_links_,  &*sharable_links_,
                &*public_links_, &anonymous_links_, &snapshot_links_};
    }

    void add_routes() {
        http::add_asset_routes(router_);
        datadog::add_datadog_routes(
            router_,
            datadog::Dependencies{.catalog = *open_.catalog,
                                  .dashboards = *dashboards_,
                                  .shares = *shares_,
                                  .authenticator = *authenticator_,
                                  .share_invitations = *share_invitations_,
                                  .visits = *visits_,
                                  .shared_pages = *shared_pages_,
                                  .audit = *audit_,
                                  .random = random_,
                                  .clock = clock_,
                                  .metrics = registry_,
                                  .public_url = configuration_.server.public_url,
                                  .limits = {},
                                  .allow_embedding = configuration_.security.allow_embedding,
                                  .text_frames = configuration_.security.disable_sanitize_html});
        looker::add_looker_routes(
            router_,
            looker::Dependencies{.catalog = *open_.catalog,
                                 .session_store = *session_store_,
                                 .people = *people_,
                                 .slots = *user_slots_,
                                 .sessions = *sessions_,
                                 .documents = documents_,
                                 .authenticator = *authenticator_,
                                 .verifier = *embed_links_,
                                 .tokens = *embed_tokens_,
                                 .audit = *audit_,
                                 .random = random_,
                                 .clock = clock_,
                                 .metrics = registry_,
                                 .public_url = configuration_.server.public_url,
                                 .allow_embedding = configuration_.security.allow_embedding,
                                 .text_frames = configuration_.security.disable_sanitize_html});
        const auto grafana_calls = grafana::add_grafana_routes(
            router_, grafana::Dependencies{
                         .catalog = *open_.catalog,
                         .authenticator = *authenticator_,
                         .keys = *account_keys_,
                         .key_check = *key_check_,
                         .slots = *user_slots_,
                         .engine = *engine_,
                         .audit = *audit_,
                         .random = random_,
                         .clock = clock_,
                         .key_rules = {configuration_.auth.api_key_max_seconds_to_live,
                                       configuration_.service_accounts.token_expiration_day_limit},
                         .snapshots = grafana::SnapshotServices{*views_, documents_,
                                                                configuration_.server.public_url},
                         .settings = vendor_settings(configuration_),
                         .query_limits = query_limits(configuration_),
                         .allowed_folders = configuration_.data.allowed_folders,
                         .anonymous = anonymous_,
                         .hide_version = configuration_.auth.anonymous.hide_version,
                         .publics = grafana::PublicServices{*shares_, documents_, *views_},
                         .persons = persons_of(*persons_),
                         .sharing = *sharing_options(configuration_)});
        grafana::add_public_page(
            router_,
            grafana::PublicPageParts{.catalog = *open_.catalog,
                                     .verifier = *public_links_,
                                     .audit = *audit_,
                                     .clock = clock_,
                                     .metrics = registry_,
                                     .allow_embedding = configuration_.security.allow_embedding,
                                     .text_frames = configuration_.security.disable_sanitize_html});
        grafana::add_page_routes(
            router_,
            grafana::PageParts{.catalog = *open_.catalog,
                               .verifier = *sharable_links_,
                               .audit = *audit_,
                               .clock = clock_,
                               .metrics = registry_,
                               .anonymous = anonymous_,
                               .allow_embedding = configuration_.security.allow_embedding,
                               .text_frames = configuration_.security.disable_sanitize_html});
        grafana::add_snapshot_page_routes(
            router_, grafana::SnapshotPageParts{
                         .catalog = *open_.catalog,
                         .verifier = snapshot_links_,
                         .clock = clock_,
                         .allow_embedding = configuration_.security.allow_embedding,
                         .text_frames = configuration_.security.disable_sanitize_html});
        console::add_console_routes(
            router_, console::Dependencies{
                         .catalog = *open_.catalog,
                         .session_store = *session_store_,
                         .sessions = *sessions_,
                         .dashboards = *dashboards_,
                         .shares = *shares_,
                         .share_invitations = *share_invitations_,
                         .visits = *visits_,
                         .snapshots = *snapshots_,
                         .documents = documents_,
                         .models = *models_,
                         .organizations = *organizations_,
                         .views = *views_,
                         .authors = *authors_,
                         .sign_in = *sign_in_,
                         .accounts = *accounts_,
                         .people = *people_services_,
                         .content = *embed_content_,
                         .pages = sharable_pages_,
                         .authenticator = *authenticator_,
                         .audit = *audit_,
                         .random = random_,
                         .verifiers = verifiers(),
                         .explainers = explainers(),
                         .registry = registry_,
                         .engine = *engine_,
                         .clock = clock_,
                         .keys = {*key_service_, *embed_admin_, *embed_urls_},
                         .public_url = configuration_.server.public_url,
                         .metrics_clients = configuration_.metrics.allow_from,
                         .allowed_folders = configuration_.data.allowed_folders,
                         .cookie = {console::same_site_of(configuration_.security.cookie_samesite),
                                    configuration_.security.cookie_secure},
                         .others = documented(grafana_calls),
                         .version = CASEMENT_VERSION,
                         .settings = all_settings(configuration_),
                         .licences = {licences().begin(), licences().end()},
                         .open_id = open_id_.get(),
                         .certificate_key = open_.secrets->derive("scope-certificate")});
    }

    const Configuration configuration_;
    crypto::SystemRandom random_;
    const ShiftedClock clock_;
    prometheus::Registry registry_;
    std::unique_ptr<store::SessionStore> session_store_;
    OpenCatalog open_;
    std::optional<store::AuditQueue> audit_queue_;
    std::optional<QueuedAudit> audit_;
    std::optional<SourceDefinitions> sources_;
    std::unique_ptr<data::Engine> engine_;
    access::DocumentCache documents_{[this](store::OrgId org, std::string_view reference) {
        return access::source_type_of(*open_.catalog->snapshot(), org, reference);
    }};
    std::optional<access::DashboardService> dashboards_;
    std::optional<access::ShareService> shares_;
    std::unique_ptr<SmtpMailer> mailer_;
    std::optional<access::MailQueue> mails_;
    std::optional<access::ShareInvitations> share_invitations_;
    std::optional<access::ShareVisits> visits_;
    std::optional<access::SnapshotService> snapshots_;
    std::optional<datadog::SharedPageVerifier> shared_pages_;
    std::optional<access::ModelService> models_;
    std::optional<access::OrganizationService> organizations_;
    std::optional<access::EmbedUsers> people_;
    std::optional<access::SignIn> sign_in_;
    std::optional<access::ConsoleAccounts> accounts_;
    std::optional<console::Persons> persons_;
    std::unique_ptr<access::OpenId> open_id_;
    std::optional<access::SessionService> sessions_;
    std::optional<looker::EmbedTokens> embed_tokens_;
    std::optional<looker::EmbedVerifier> embed_links_;
    std::optional<looker::EmbedContentReader> embed_content_;
    std::optional<access::EmbedAdmin> embed_admin_;
    std::optional<looker::SignedUrls> embed_urls_;
    std::optional<access::KeyService> key_service_;
    std::optional<access::SentAnswers> sent_answers_;
    std::optional<access::ViewService> views_;
    std::optional<access::AuthorViews> authors_;
    std::optional<access::Authenticator> authenticator_;
    std::optional<access::AccountKeys> account_keys_;
    std::optional<access::UserSlots> user_slots_;
    std::optional<access::PeopleServices> people_services_;
    std::optional<grafana::KeyCheck> key_check_;
    std::optional<access::Attempts> link_attempts_;
    std::optional<grafana::SharableVerifier> sharable_links_;
    access::AnonymousAccess anonymous_;
    const grafana::AnonymousVerifier anonymous_links_{anonymous_};
    std::optional<grafana::PublicVerifier> public_links_;
    const grafana::PageReader sharable_pages_;
    const grafana::SnapshotVerifier snapshot_links_;
    const datadog::SecureEmbedVerifier datadog_links_;
    const datadog::SecureEmbedExplainer datadog_explainer_{configuration_.security.allow_embedding};
    std::optional<looker::EmbedExplainer> looker_explainer_;
    std::optional<grafana::SharableExplainer> grafana_explainer_;
    http::Router router_;
    std::optional<access::BinKeeper> bin_keeper_;
    std::optional<access::AccountKeyKeeper> key_keeper_;
    std::unique_ptr<http::Server> server_;
};

}  // namespace

Result<std::unique_ptr<Application>> Application::create(const Configuration& configuration,
                                                         const Options& options) {
    auto application = std::make_unique<RunningApplication>(configuration, options.clock_shift);
    if (auto started = application->start(); !started) return started.error();
    return std::unique_ptr<Application>(std::move(application));
}

}  // namespace casement::app
