// How a link becomes a session: SessionService::open() and what it needs.
#include "access/account_keys.h"
#include "access/session_owner.h"
#include "access/session_secret.h"
#include "access/session_service.h"
#include "access/share_invitees.h"
#include "access/sharing_settings.h"
#include "base/encoding.h"
#include "base/log.h"
#include "crypto/hash.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::access {
namespace {

/// What an audit row of a session is about.
std::string subject_of(const store::SessionRow& row) {
    if (row.share != 0) return fmt::format("share:{}", row.share);
    if (const auto key = key_of_owner(row.owner); key != 0)
        return fmt::format("account_key:{}", key);
    return row.owner != 0 ? fmt::format("person:{}", row.owner) : "anonymous";
}

}  // namespace

/// The session that a link would open: whose it is, what it grants, until when.
asio::awaitable<Result<store::SessionRow>> SessionService::row_for(
    const VerifiedLink& link, std::optional<PreparedLogin>& person, ClientInfo client) {
    const Time now = clock_->now();
    store::SessionRow row;
    row.id = random_->id();
    row.org = link.org;
    row.client = client.address;
    row.user_agent = kept_user_agent(client.user_agent);
    row.created_at = now;
    row.last_seen_at = now;
    Grant grant{link.dialect, std::nullopt};

    if (link.share != 0) {
        row.share = link.share;
        row.credential = link.credential;
        const auto snapshot = catalog_->snapshot();
        const auto* share = snapshot->share(link.share);
        if (share == nullptr) {
            co_return not_found("share_not_found", "This dashboard is no longer shared.");
        }
        const auto settings = read_share_settings(share->settings);
        const auto invitee = invitee_who_opened(link.credential);
        const bool is_public = link.credential <= 0 && invitee == 0;
        const bool names_length = share->settings.contains("session_length_seconds");
        row.expires_at =
            now + (is_public && !names_length ? kPublicSessionLife : settings.session_length);
        if (invitee != 0) {
            const auto end = end_of_invitation(*snapshot, *share, invitee);
            if (end) row.expires_at = std::min(row.expires_at, *end);
            // One guest's sessions end together, so they have an owner.
            row.owner = link.user;
        }
        if (settings.expires_at) row.expires_at = std::min(row.expires_at, *settings.expires_at);
    } else if (!link.family.empty()) {
        auto parent = co_await find_live(link.org, link.family);
        if (!parent) co_return parent.error();
        if (parent->user_agent != row.user_agent) {
            co_return unauthenticated("user_agent_changed",
                                      "This session was made for another browser.");
        }
        auto inherited = read_grant(parent->grant);
        if (!inherited || !inherited->embed) co_return session_ended();
        grant = std::move(*inherited);
        grant.embed->target = link.target;
        row.owner = parent->owner;
        row.family = parent->id;
        row.expires_at = parent->expires_at;
    } else if (link.login && !link.outside_window) {
        auto prepared = co_await people_->prepare(*link.login);
        if (!prepared) co_return prepared.error();
        grant.embed = prepared->grant;
        row.owner = prepared->user;
        row.expires_at = now + prepared->session_length;
        person = std::move(*prepared);
    } else if (link.key) {
        grant.key = link.key->grant;
        row.expires_at = now + link.key->session_length;
        if (grant.key->key != 0) {
            const auto snapshot = catalog_->snapshot();
            auto key = check_account_key(*snapshot, link.org, grant.key->key, now);
            if (!key) co_return key.error();
            row.owner = owner_of_key((*key)->id);
            if ((*key)->expires_at) row.expires_at = std::min(row.expires_at, *(*key)->expires_at);
        }
    } else if (link.dashboard_snapshot) {
        const auto snapshot = catalog_->snapshot();
        const auto* shown = snapshot->find<store::DashboardSnapshot>(link.dashboard_snapshot->id);
        if (auto open = check_dashboard_snapshot(shown, now); !open) co_return open.error();
        grant.dashboard_snapshot = link.dashboard_snapshot;
        row.expires_at = now + link.session_length;
        if (shown->expires_at) row.expires_at = std::min(row.expires_at, *shown->expires_at);
    } else if (link.user != 0) {
        const auto snapshot = catalog_->snapshot();
        const auto* user = snapshot->user(link.user);
        if (user == nullptr || user->org != link.org || user->disabled) co_return session_ended();
        grant.embed = people_->grant_of(*snapshot, *user);
        grant.embed->target = link.target;
        row.owner = user->id;
        row.expires_at = now + link.session_length;
    } else {
        // Outside its window a login opens nothing, so nobody is made for it: this row only asks.
        row.expires_at = now;
    }
    row.grant = write_grant(grant);
    co_return row;
}

/// Why the session that a used link opened is not this browser's: it may be over as well.
asio::awaitable<Error> SessionService::refusal_of_used(std::string id) {
    auto found = co_await sessions_->find(id);
    if (!found) co_return found.error();
    const auto& other = *found;
    if (other && other->ended_at) co_return session_ended();
    if (!other || other->expires_at <= clock_->now()) co_return session_expired();
    auto error = conflict("link_already_used",
                          "This link was already opened in another browser, or your browser kept "
                          "no data for this page. Reload the page you came from to get a new one.");
    error.field = id;
    co_return error;
}

asio::awaitable<Result<OpenedSession>> SessionService::open(VerifiedLink link, std::string secret,
                                                            ClientInfo client) {
    if (!is_secret(secret)) {
        co_return invalid("invalid_secret", "The secret must be 32 random bytes in base64url.",
                          "secret");
    }
    const auto user_agent = client.user_agent;
    const auto address = client.address;
    std::optional<PreparedLogin> person;
    auto row = co_await row_for(link, person, std::move(client));
    if (!row) co_return row.error();
    // Before anything is spent: a link refused for a pause is good again after it.
    const bool asks_only = link.login && link.outside_window;
    if (!asks_only) {
        auto standing = standing_of(*row);
        if (!standing) co_return standing.error();
        auto holds = check_standing(*catalog_->snapshot(), *standing, clock_->now());
        if (!holds) co_return holds.error();
    }

    store::Redemption redemption;
    redemption.scope = link.scope;
    redemption.nonce =
        link.nonce.empty() ? to_base64url(crypto::sha256("frame " + secret)) : link.nonce;
    redemption.nonce_for = link.nonce_for;
    redemption.may_create = !link.outside_window;
    redemption.replaces = link.login && !link.login->cookieless;
    redemption.session = std::move(*row);
    redemption.session.secret_hash = crypto::sha256(secret);
    const auto cookie = random_->token();
    redemption.session.cookie_hash = crypto::sha256(cookie);

    auto redeemed = co_await sessions_->redeem(std::move(redemption));
    if (!redeemed) co_return redeemed.error();

    auto session = std::make_shared<const store::SessionRow>(std::move(redeemed->session));
    switch (redeemed->outcome) {
        case store::Redeemed::Outcome::unused:
            // The verifier said why; without a reason there would have been a session.
            co_return link.outside_window.value_or(internal_error());
        case store::Redeemed::Outcome::already_used: {
            // The store names the session and nothing more; whether it still lives is another look.
            auto refused = co_await refusal_of_used(session->id);
            co_return refused;
        }
        case store::Redeemed::Outcome::same_browser: {
            // Its cookie may have been lost together with the answer that carried it.
            auto opened = co_await grant(std::move(session), false, true, user_agent);
            co_return opened;
        }
        case store::Redeemed::Outcome::created:
            break;
    }
    json::object detail{{"session", session->id},
                        {"dialect", link.dialect},
                        {"expires_at", to_rfc3339(session->expires_at)}};
    if (link.credential > 0) detail["credential"] = link.credential;
    if (const auto guest = guest_of_owner(session->owner); guest != 0) detail["guest"] = guest;
    if (link.login) detail["secret"] = link.login->secret;
    if (!session->family.empty()) detail["family"] = session->family;
    auto subject = link.dashboard_snapshot
                       ? fmt::format("dashboard_snapshot:{}", link.dashboard_snapshot->id)
                       : subject_of(*session);
    audit_->record({link.org, "session:" + session->id, "link.redeemed", std::move(subject),
                    address, std::move(detail)});
    if (person) {
        auto noted = co_await people_->logged_in(*link.login, *person);
        const bool not_welcome = !noted && (noted.error().code == "user_removed" ||
                                            noted.error().code == "user_disabled");
        if (not_welcome) {
            // Removed or disabled between the two steps: whoever did that ended the sessions that
            // were there, and this one came after.
            auto ended = co_await sessions_->end(session->id);
            if (!ended) co_return ended.error();
            co_return noted.error();
        }
        // Otherwise the session is open and its grant is its own; what is kept of the person is for
        // lists.
        if (!noted) {
            log::error("embed_user_not_updated",
                       {{"user", person->user}, {"reason", noted.error().message}});
        }
    }
    auto opened = co_await grant(std::move(session), true, false, user_agent);
    if (opened) opened->cookie = cookie;
    co_return opened;
}

asio::awaitable<Result<store::SessionRow>> SessionService::open_reference(EmbedLogin login,
                                                                          ClientInfo client) {
    VerifiedLink link;
    link.dialect = "looker";
    link.org = login.org;
    link.login = std::make_shared<const EmbedLogin>(std::move(login));
    std::optional<PreparedLogin> person;
    const auto address = client.address;
    auto row = co_await row_for(link, person, std::move(client));
    if (!row) co_return row.error();
    auto standing = standing_of(*row);
    if (!standing) co_return standing.error();
    auto holds = check_standing(*catalog_->snapshot(), *standing, clock_->now());
    if (!holds) co_return holds.error();

    store::Redemption redemption;
    redemption.scope = "reference";
    redemption.nonce = random_->token();
    redemption.session = std::move(*row);
    // Nobody holds this secret: the session itself is entered by the tokens only.
    redemption.session.secret_hash = crypto::sha256(random_->token());
    auto redeemed = co_await sessions_->redeem(std::move(redemption));
    if (!redeemed) co_return redeemed.error();
    auto noted = co_await people_->logged_in(*link.login, *person);
    if (!noted) co_return noted.error();
    const auto& session = redeemed->session;
    audit_->record({session.org,
                    "session:" + session.id,
                    "session.acquired",
                    subject_of(session),
                    address,
                    {{"expires_at", to_rfc3339(session.expires_at)}}});
    co_return std::move(redeemed->session);
}

}  // namespace casement::access
