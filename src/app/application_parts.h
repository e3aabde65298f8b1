// Everything that answers requests, made and put together in one place.
#pragma once

#include "access/account_keys.h"
#include "access/account_slots.h"
#include "access/anonymous.h"
#include "access/attempts.h"
#include "access/author_views.h"
#include "access/console_accounts.h"
#include "access/dashboard_service.h"
#include "access/document_cache.h"
#include "access/embed_admin.h"
#include "access/embed_users.h"
#include "access/key_service.h"
#include "access/mail.h"
#include "access/model_service.h"
#include "access/open_id.h"
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
#include "app/configuration.h"
#include "app/open_catalog.h"
#include "app/queued_audit.h"
#include "app/smtp_mailer.h"
#include "app/source_definitions.h"
#include "base/clock.h"
#include "console/person.h"
#include "crypto/random.h"
#include "data/engine.h"
#include "dialects/datadog/link_explainer.h"
#include "dialects/datadog/share_links.h"
#include "dialects/datadog/shared_page_verifier.h"
#include "dialects/datadog/verifier.h"
#include "dialects/grafana/anonymous_verifier.h"
#include "dialects/grafana/link_explainer.h"
#include "dialects/grafana/page_reader.h"
#include "dialects/grafana/public_verifier.h"
#include "dialects/grafana/snapshot_verifier.h"
#include "dialects/grafana/verifier.h"
#include "dialects/looker/content_reader.h"
#include "dialects/looker/embed_urls.h"
#include "dialects/looker/link_explainer.h"
#include "dialects/looker/verifier.h"
#include "store/audit_queue.h"
#include "store/session_store.h"

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include <prometheus/registry.h>

namespace casement::app {

/// Members stand in the order in which they are built; they go in the opposite one: first what
/// answers, last the stores.
struct Parts {
    Parts(const Configuration& wanted, std::chrono::seconds clock_shift)
        : configuration(wanted), clock(clock_shift) {}
    Parts(const Parts&) = delete;
    Parts& operator=(const Parts&) = delete;

    /// Opens the stores, applies the provisioning folder, makes the rest. Blocking. Errors say
    /// which setting to change; after one the parts are of no use.
    [[nodiscard]] Result<void> start();

    [[nodiscard]] std::vector<const access::LinkExplainer*> explainers() const;
    [[nodiscard]] std::vector<const access::LinkVerifier*> verifiers() const;

    const Configuration configuration;
    crypto::SystemRandom random;
    const ShiftedClock clock;
    prometheus::Registry registry;
    std::unique_ptr<store::SessionStore> session_store;
    OpenCatalog open;
    std::optional<store::AuditQueue> audit_queue;
    std::optional<QueuedAudit> audit;
    std::optional<SourceDefinitions> sources;
    std::unique_ptr<data::Engine> engine;
    access::DocumentCache documents{[this](store::OrgId org, std::string_view reference) {
        return access::source_type_of(*open.catalog->snapshot(), org, reference);
    }};
    std::optional<access::DashboardService> dashboards;
    std::optional<access::ShareService> shares;
    std::unique_ptr<SmtpMailer> mailer;
    std::optional<access::MailQueue> mails;
    std::optional<access::ShareInvitations> share_invitations;
    std::optional<access::ShareVisits> visits;
    std::optional<access::SnapshotService> snapshots;
    std::optional<datadog::SharedPageVerifier> shared_pages;
    std::optional<access::ModelService> models;
    std::optional<access::OrganizationService> organizations;
    std::optional<access::EmbedUsers> people;
    std::optional<access::SignIn> sign_in;
    std::optional<access::ConsoleAccounts> accounts;
    std::optional<console::Persons> persons;
    std::unique_ptr<access::OpenId> open_id;
    std::optional<access::SessionService> sessions;
    std::optional<looker::EmbedTokens> embed_tokens;
    std::optional<looker::EmbedVerifier> embed_links;
    std::optional<looker::EmbedContentReader> embed_content;
    std::optional<access::EmbedAdmin> embed_admin;
    std::optional<looker::SignedUrls> embed_urls;
    std::optional<access::KeyService> key_service;
    std::optional<access::SentAnswers> sent_answers;
    std::optional<access::ViewService> views;
    std::optional<access::AuthorViews> authors;
    std::optional<access::Authenticator> authenticator;
    std::optional<access::AccountKeys> account_keys;
    std::optional<access::UserSlots> user_slots;
    std::optional<access::PeopleServices> people_services;
    std::optional<grafana::KeyCheck> key_check;
    std::optional<access::Attempts> link_attempts;
    std::optional<grafana::SharableVerifier> sharable_links;
    access::AnonymousAccess anonymous;
    const grafana::AnonymousVerifier anonymous_links{anonymous};
    std::optional<grafana::PublicVerifier> public_links;
    const grafana::PageReader sharable_pages;
    const grafana::SnapshotVerifier snapshot_links;
    const datadog::SecureEmbedVerifier datadog_links;
    const datadog::SecureEmbedLinks share_links{random};
    const datadog::SecureEmbedExplainer datadog_explainer{configuration.security.allow_embedding};
    std::optional<looker::EmbedExplainer> looker_explainer;
    std::optional<grafana::SharableExplainer> grafana_explainer;

  private:
    [[nodiscard]] Result<void> start_share_invitations(const access::CatalogParts& parts);
};

}  // namespace casement::app
