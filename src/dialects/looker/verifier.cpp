#include "dialects/looker/verifier.h"

#include "dialects/looker/host.h"
#include "dialects/looker/reasons.h"
#include "store/catalog.h"

#include <charconv>
#include <chrono>

#include <fmt/format.h>

namespace casement::looker {
namespace {

/// "Must not repeat within an hour" (looker.md §1.2).
constexpr std::chrono::seconds kNonceRemembered = std::chrono::hours{1};

Error embed_disabled() {
    return forbidden("embed_disabled",
                     "Embedding is switched off by the organization that owns this page.");
}

Error cookieless_disabled() {
    return forbidden("cookieless_disabled", "Cookieless embedding is switched off here.");
}

Error token_expired() {
    return gone("token_expired",
                "This link's time is over. Reload the page you came from to get a new one.");
}

access::EmbedSettings settings_of(const store::Snapshot& snapshot) {
    const auto* organization = snapshot.organization(kOrganization);
    if (organization == nullptr) {
        access::EmbedSettings off;
        off.enabled = false;
        return off;
    }
    return access::read_embed_settings(*organization);
}

std::vector<EmbedSecretView> secrets_of(const store::Snapshot& snapshot) {
    std::vector<EmbedSecretView> views;
    for (const auto* secret : snapshot.list<store::EmbedSecret>(kOrganization)) {
        const auto algorithm = parse_algorithm(secret->algorithm);
        if (!algorithm) continue;
        views.push_back(
            {secret->id, *algorithm, &secret->secret, secret->enabled, secret->expires_at});
    }
    return views;
}

/// A navigation page's own query is all that `recognizes` may look at: cheap, for every request.
bool has_navigation_token(std::string_view target) {
    return target.starts_with(kContentPath) &&
           target.find("embed_navigation_token=") != std::string_view::npos;
}

/// Whether the page may talk to the host page at its word.
void judge_domain(const access::EmbedSettings& settings, const std::string& own,
                  Judgement& judgement) {
    if (!judgement.target || !judgement.target->embed_domain) return;
    const auto& asked = *judgement.target->embed_domain;
    const bool allowed =
        access::is_allowed_domain(settings, asked) || (!own.empty() && own == asked);
    (allowed ? judgement.embed_domain : judgement.refused_domain) = asked;
}

}  // namespace

access::EmbedLogin login_of(const LoginValues& values, store::OrgId org) {
    access::EmbedLogin login;
    login.org = org;
    login.external_user_id = values.external_user_id;
    if (!values.first_name.empty()) login.first_name = values.first_name;
    if (!values.last_name.empty()) login.last_name = values.last_name;
    login.permissions = values.permissions;
    login.models = values.models;
    login.group_ids = values.group_ids;
    login.external_group_id = values.external_group_id;
    login.attributes = values.user_attributes;
    login.timezone = values.user_timezone;
    login.session_length = values.session_length;
    return login;
}

bool EmbedVerifier::recognizes(std::string_view target) const {
    return is_login_link(target) || has_navigation_token(target);
}

std::optional<access::LinkSubject> EmbedVerifier::subject_of(std::string_view target,
                                                             const store::Snapshot&) const {
    // Junk is nobody's; what can be read is put down to the organization.
    if (is_login_link(target) ? !parse_login_link(target).has_value()
                              : !read_target(target).has_value()) {
        return std::nullopt;
    }
    return access::LinkSubject{kOrganization, 0};
}

Result<access::VerifiedLink> EmbedVerifier::verify(const access::LinkRequest& link,
                                                   const store::Snapshot& snapshot,
                                                   Time now) const {
    return judge(link, snapshot, now).link;
}

Judgement EmbedVerifier::judge(const access::LinkRequest& request, const store::Snapshot& snapshot,
                               Time now) const {
    Judgement judgement{access::VerifiedLink{}, std::nullopt, {}, {}, true};
    const auto settings = settings_of(snapshot);
    if (is_login_link(request.target)) {
        auto link = parse_login_link(request.target);
        if (!link) {
            judgement.link = link.error();
        } else if (const auto* login = std::get_if<SignedLogin>(&*link)) {
            judgement.target = login->target;
            judge_domain(settings, {}, judgement);
            judge_signed(*login, request, snapshot, now, judgement);
        } else {
            const auto& cookieless = std::get<CookielessLogin>(*link);
            judgement.target = cookieless.target;
            judge_cookieless(cookieless, now, judgement);
        }
    } else {
        auto target = read_target(request.target);
        if (!target) {
            judgement.link = target.error();
        } else {
            judgement.target = std::move(*target);
            judge_navigation(*judgement.target, now, judgement);
        }
    }
    if (judgement.link) {
        const bool by_token = !judgement.link->family.empty();
        if (!settings.enabled) judgement.link = embed_disabled();
        if (by_token && !settings.cookieless) judgement.link = cookieless_disabled();
    }
    if (judgement.embed_domain.empty() && judgement.refused_domain.empty()) {
        judge_domain(settings, {}, judgement);
    }
    return judgement;
}

void EmbedVerifier::judge_signed(const SignedLogin& login, const access::LinkRequest& request,
                                 const store::Snapshot& snapshot, Time now,
                                 Judgement& judgement) const {
    judgement.force_logout = login.values.force_logout_login;
    if (!settings_of(snapshot).signed_links) {
        judgement.link = embed_disabled();
        return;
    }
    const auto host = check_host(request.host, public_hosts_);
    if (!host) {
        judgement.link = host.error();
        return;
    }
    const auto secrets = secrets_of(snapshot);
    const auto signer = verify_signature(login, *host, secrets, now);
    if (!signer) {
        judgement.link = signer.error();
        return;
    }
    auto person = login_of(login.values, kOrganization);
    person.secret = *signer;
    person.target = to_location(login.target, Tokens::left_out);
    if (auto fits = people_->check(snapshot, person); !fits) {
        judgement.link = fits.error();
        return;
    }
    access::VerifiedLink link;
    link.dialect = "looker";
    link.org = kOrganization;
    link.scope = fmt::format("looker:{}", kOrganization);
    link.nonce = login.values.nonce;
    link.nonce_for = kNonceRemembered;
    link.outside_window = check_window(login, now);
    link.target = person.target;
    link.login = std::make_shared<const access::EmbedLogin>(std::move(person));
    judgement.link = std::move(link);
}

void EmbedVerifier::judge_cookieless(const CookielessLogin& login, Time now,
                                     Judgement& judgement) const {
    const auto target = to_location(login.target, Tokens::left_out);
    access::VerifiedLink link;
    link.dialect = "looker";
    link.target = target;
    auto claims = tokens_->read(TokenType::authentication, login.authentication_token);
    if (claims) {
        link.family = claims->subject;
    } else {
        claims = tokens_->read(TokenType::login, login.authentication_token);
        if (!claims) {
            judgement.link = claims.error();
            return;
        }
        const auto& text = claims->subject;
        std::from_chars(text.data(), text.data() + text.size(), link.user);
        link.session_length = claims->session_length;
    }
    link.org = claims->org;
    link.scope = "looker-token";
    link.nonce = claims->randomizer;
    if (claims->expires_at <= now) link.outside_window = token_expired();
    if (login.target.embed_domain && *login.target.embed_domain == claims->embed_domain) {
        judgement.embed_domain = claims->embed_domain;
    }
    judgement.link = std::move(link);
}

void EmbedVerifier::judge_navigation(const InnerTarget& target, Time now,
                                     Judgement& judgement) const {
    if (!target.embed_navigation_token) {
        judgement.link = refusal(kLinkMalformed, "This page has no navigation token.");
        return;
    }
    const auto claims = tokens_->read(TokenType::navigation, *target.embed_navigation_token);
    if (!claims) {
        judgement.link = claims.error();
        return;
    }
    access::VerifiedLink link;
    link.dialect = "looker";
    link.org = claims->org;
    // Not single-use: a token opens as many frames as its time allows, one session for each.
    link.scope = "looker-frame:" + claims->subject;
    link.family = claims->subject;
    link.target = to_location(target, Tokens::left_out);
    if (claims->expires_at <= now) link.outside_window = token_expired();
    if (target.embed_domain && *target.embed_domain == claims->embed_domain) {
        judgement.embed_domain = claims->embed_domain;
    }
    judgement.link = std::move(link);
}

}  // namespace casement::looker
