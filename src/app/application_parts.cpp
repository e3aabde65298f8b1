#include "app/application_parts.h"

#include "app/application_options.h"
#include "app/open_id.h"
#include "app/provisioning_folder.h"
#include "base/log.h"

#include <utility>

namespace casement::app {
namespace {

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

}  // namespace

Result<void> Parts::start() {
    if (auto ready = prepare_data_folder(configuration); !ready) return ready.error();
    // First, because it has the lock that keeps a second server out of this folder.
    auto stored = store::open_sqlite_session_store(session_database(configuration), clock);
    if (!stored) return stored.error();
    session_store = std::move(*stored);

    auto opened = open_catalog(configuration, random, clock, WhenMissing::create);
    if (!opened) return opened.error();
    open = std::move(*opened);
    auto& catalog = *open.catalog;
    if (auto done = provision(configuration, catalog, clock); !done) return done.error();

    audit_queue.emplace(catalog);
    audit.emplace(*audit_queue, clock, registry);
    sources.emplace(catalog);
    engine = data::Engine::create(
        engine_options(configuration),
        [this](std::int64_t org, const std::string& name) { return sources->find(org, name); },
        clock);
    const access::CatalogParts parts{catalog, *audit, random, clock};
    dashboards.emplace(parts);
    shares.emplace(parts);
    if (auto ready = start_share_invitations(parts); !ready) return ready.error();
    snapshots.emplace(parts);
    models.emplace(parts);
    organizations.emplace(parts);
    people.emplace(catalog, *audit, clock);
    sign_in.emplace(catalog, *audit, clock, open.secrets->derive("sign-in"));
    accounts.emplace(catalog, *sign_in, *audit, random, clock,
                     open.secrets->derive("console-cookie"));
    persons.emplace(*accounts, configuration.server.public_url);
    auto provider = open_id_of(configuration, catalog, *accounts, *audit, random, clock,
                               open.secrets->derive("openid-sign-in"));
    if (!provider) return provider.error();
    open_id = std::move(*provider);
    sessions.emplace(catalog, *session_store, documents, *people, *audit, random, clock,
                     open.secrets->derive("access-token"));
    auto strangers = access::AnonymousAccess::create(anonymous_settings(configuration));
    if (!strangers) return strangers.error();
    anonymous = std::move(*strangers);
    sessions->admit(anonymous);
    embed_tokens.emplace(open.secrets->derive("embed-token"), random);
    embed_links.emplace(*people, *embed_tokens, public_hosts(configuration));
    embed_content.emplace(*embed_tokens);
    embed_admin.emplace(parts);
    embed_urls.emplace(parts, *people, *embed_links);
    key_service.emplace(parts);
    views.emplace(*engine, clock, query_limits(configuration),
                  configuration.security.disable_sanitize_html);
    // The last of them are in the cache of results too, and the same memory.
    sent_answers.emplace(open.secrets->derive("answer-version"),
                         engine_options(configuration).cache_bytes / 2);
    views->remember(*sent_answers);
    authors.emplace(catalog, documents, *people);
    authenticator.emplace(catalog, clock);
    account_keys.emplace(catalog, *audit, clock);
    user_slots.emplace(catalog, configuration.quota.org_user);
    people_services.emplace(parts, *sessions, *user_slots);
    key_check.emplace(catalog, random, clock);
    link_attempts.emplace(attempt_limit(configuration), random, clock);
    auto sharing = sharing_options(configuration);
    if (!sharing) return sharing.error();
    sharable_links.emplace(catalog, *key_check, *account_keys, *link_attempts, clock, *sharing);
    public_links.emplace(random, clock);
    looker_explainer.emplace(*embed_links, *people, *embed_content, documents,
                             configuration.security.allow_embedding);
    grafana_explainer.emplace(*sharable_links, documents, configuration.security.allow_embedding);
    return {};
}

Result<void> Parts::start_share_invitations(const access::CatalogParts& parts) {
    auto& catalog = *open.catalog;
    const auto& smtp = configuration.smtp;
    if (smtp.enabled && configuration.server.public_url.empty()) {
        return invalid("invalid_configuration",
                       "smtp.enabled: the links in mails begin with server.public_url, which "
                       "is not set.");
    }
    if (smtp.enabled) {
        auto made = SmtpMailer::create(smtp, random, clock);
        if (!made) return made.error();
        mailer = std::move(*made);
        mails.emplace(*mailer);
    }
    share_invitations.emplace(
        parts, catalog, *session_store, mails ? &*mails : nullptr,
        access::ShareInvitations::Settings{configuration.server.public_url,
                                           open.secrets->derive("invitation")});
    visits.emplace(catalog, clock);
    shared_pages.emplace(catalog, share_invitations->codes(), random, clock);
    return {};
}

std::vector<const access::LinkExplainer*> Parts::explainers() const {
    return {&datadog_explainer, &*looker_explainer, &*grafana_explainer};
}

std::vector<const access::LinkVerifier*> Parts::verifiers() const {
    return {&datadog_links, &*shared_pages,   &*embed_links,  &*sharable_links,
            &*public_links, &anonymous_links, &snapshot_links};
}

}  // namespace casement::app
