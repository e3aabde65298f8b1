#include "access/session_service.h"

#include "base/encoding.h"
#include "base/log.h"
#include "crypto/hash.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::size_t kSecretText = 43;  // 32 bytes of base64url
constexpr std::size_t kUserAgent = 256;
constexpr std::size_t kLongestId = 64;

Error no_proof() {
    return unauthenticated("no_session_cookie", "This browser holds no cookie of the session.");
}

Error access_token_expired() {
    return unauthenticated("access_token_expired",
                           "The access token has expired; resume the session.");
}

bool is_secret(std::string_view text) {
    return text.size() == kSecretText && from_base64url(text).has_value();
}

std::string subject_of(const store::SessionRow& row) {
    if (row.share != 0) return fmt::format("share:{}", row.share);
    return fmt::format("person:{}", row.owner);
}

}  // namespace

SessionService::SessionService(store::Catalog& catalog, store::SessionStore& sessions,
                               DocumentCache& documents, EmbedUsers& people, Audit& audit,
                               crypto::Random& random, const Clock& clock, Secret token_key)
    : catalog_(&catalog),
      sessions_(&sessions),
      documents_(&documents),
      people_(&people),
      audit_(&audit),
      random_(&random),
      clock_(&clock),
      tokens_(std::move(token_key)),
      watches_(std::make_shared<SessionWatches>()) {
    sessions.on_end([watches = watches_](const std::string& id) { watches->end(id); });
    catalog.on_change([watches = watches_, clock = clock_](const store::SnapshotPtr& snapshot) {
        watches->look_again(*snapshot, clock->now());
    });
}

SessionService::~SessionService() = default;

// -- what a session may see -----------------------------------------------------------------------

Result<Standing> SessionService::standing_of(const store::SessionRow& row) {
    Standing standing{row.org, row.share, row.credential, nullptr};
    if (row.share != 0) return standing;
    auto grant = views_.grant(row.id, row.grant);
    if (!grant) return grant.error();
    standing.grant = std::move(*grant);
    return standing;
}

Result<Viewer> SessionService::viewer_of(RowPtr row, std::string_view user_agent) {
    const Time now = clock_->now();
    if (row->ended_at) return session_ended();
    if (row->expires_at <= now) return session_expired();
    auto standing = standing_of(*row);
    if (!standing) return standing.error();

    Viewer viewer;
    viewer.snapshot = catalog_->snapshot();
    if (auto holds = check_standing(*viewer.snapshot, *standing, now); !holds) {
        return holds.error();
    }
    viewer.grant = std::move(standing->grant);
    // A cookieless session lives on tokens alone, so it is bound to the browser that got them
    // (looker.md §4).
    const auto* person = viewer.person();
    if (person != nullptr && person->cookieless &&
        row->user_agent != user_agent.substr(0, kUserAgent)) {
        return unauthenticated("user_agent_changed",
                               "This session belongs to another browser. Reload the page you came "
                               "from to open a new one.");
    }
    viewer.session = std::move(row);
    if (person != nullptr) return viewer;

    auto view = share_view(viewer);
    if (!view) return view.error();
    viewer.view = std::move(*view);
    return viewer;
}

Result<ViewPtr> SessionService::share_view(const Viewer& viewer) {
    const auto& snapshot = *viewer.snapshot;
    return views_.view(fmt::format("share:{}", viewer.session->share), snapshot.version(), [&] {
        return view_of_share(snapshot, *snapshot.share(viewer.session->share), *documents_);
    });
}

Result<void> SessionService::look_at(Viewer& viewer, const ContentRef& ref) {
    const auto* person = viewer.person();
    if (person == nullptr) {
        return invalid("content_not_expected", "This session shows one dashboard only.", "content");
    }
    const auto& snapshot = *viewer.snapshot;
    const auto org = viewer.session->org;
    auto content = find_content(snapshot, org, *person, ref, *documents_);
    if (!content) return content.error();
    if (content->folder == nullptr) {
        const auto key = fmt::format("{} {}", viewer.session->id, to_string(ref));
        auto view = views_.view(key, snapshot.version(), [&] {
            return view_of_content(snapshot, org, *person, *content, *documents_);
        });
        if (!view) return view.error();
        viewer.view = std::move(*view);
    }
    viewer.content = std::move(*content);
    return {};
}

FolderListing SessionService::list(const Viewer& viewer) {
    return list_folder(*viewer.snapshot, viewer.session->org, *viewer.person(), *viewer.content,
                       *documents_);
}

asio::awaitable<Result<OpenedSession>> SessionService::grant(RowPtr row, bool created,
                                                             bool new_cookie,
                                                             std::string user_agent) {
    auto viewer = viewer_of(row, user_agent);
    if (!viewer) co_return viewer.error();

    OpenedSession opened;
    opened.created = created;
    if (new_cookie) {
        opened.cookie = random_->token();
        auto kept = co_await sessions_->set_cookie(row->id, crypto::sha256(opened.cookie));
        if (!kept) co_return kept.error();
    }
    const Time now = clock_->now();
    opened.session_rest = std::chrono::floor<seconds>(row->expires_at - now);
    // A token that ends as it is made would be refused as one that can be renewed.
    if (opened.session_rest < seconds{1}) co_return session_expired();
    opened.access_token_life = std::min(kAccessTokenLife, opened.session_rest);
    opened.access_token = tokens_.make(row->id, now + opened.access_token_life);
    opened.viewer = std::move(*viewer);
    sessions_->touch(row->id);
    co_return opened;
}

// -- opening --------------------------------------------------------------------------------------

/// The session that a link would open: whose it is, what it grants, until when.
asio::awaitable<Result<store::SessionRow>> SessionService::row_for(
    const VerifiedLink& link, std::optional<PreparedLogin>& person, ClientInfo client) {
    const Time now = clock_->now();
    store::SessionRow row;
    row.id = random_->id();
    row.org = link.org;
    row.client = client.address;
    row.user_agent = client.user_agent.substr(0, kUserAgent);
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
        row.expires_at = now + settings.session_length;
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
    if (link.credential != 0) detail["credential"] = link.credential;
    if (link.login) detail["secret"] = link.login->secret;
    if (!session->family.empty()) detail["family"] = session->family;
    audit_->record({link.org, "session:" + session->id, "link.redeemed", subject_of(*session),
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

// -- going on -------------------------------------------------------------------------------------

asio::awaitable<Result<SessionService::RowPtr>> SessionService::prove(std::string id,
                                                                      SessionProof proof) {
    const bool by_cookie = !proof.cookie.empty() && proof.cookie.size() <= 128;
    const bool by_secret = is_secret(proof.secret);
    if (id.size() > kLongestId || (!by_cookie && !by_secret)) co_return no_proof();
    auto found = co_await sessions_->find(id);
    if (!found) co_return found.error();
    if (!*found) co_return no_proof();
    const auto& row = **found;
    const bool cookie_holds = by_cookie && !row.cookie_hash.empty() &&
                              equal_in_constant_time(row.cookie_hash, crypto::sha256(proof.cookie));
    const bool secret_holds =
        by_secret && equal_in_constant_time(row.secret_hash, crypto::sha256(proof.secret));
    if (!cookie_holds && !secret_holds) co_return no_proof();
    co_return std::make_shared<const store::SessionRow>(std::move(**found));
}

asio::awaitable<Result<OpenedSession>> SessionService::resume(std::string id, SessionProof proof,
                                                              ClientInfo client) {
    const bool without_cookie = proof.cookie.empty();
    auto row = co_await prove(std::move(id), std::move(proof));
    if (!row) co_return row.error();
    auto opened =
        co_await grant(std::move(*row), false, without_cookie, std::move(client.user_agent));
    co_return opened;
}

asio::awaitable<Result<OpenedSession>> SessionService::renew(std::string id, ClientInfo client) {
    auto found = co_await sessions_->find(id);
    if (!found) co_return found.error();
    if (!*found) co_return session_expired();
    auto row = std::make_shared<const store::SessionRow>(std::move(**found));
    auto opened = co_await grant(std::move(row), false, false, std::move(client.user_agent));
    co_return opened;
}

std::optional<Result<Viewer>> SessionService::authorize_now(std::string_view access_token,
                                                            std::string_view user_agent) {
    auto claims = tokens_.read(access_token);
    if (!claims) return Result<Viewer>(claims.error());
    if (claims->expires_at <= clock_->now()) return Result<Viewer>(access_token_expired());
    auto row = sessions_->peek(claims->session);
    if (!row) return std::nullopt;
    sessions_->touch(claims->session);
    return viewer_of(std::move(row), user_agent);
}

asio::awaitable<Result<Viewer>> SessionService::authorize(std::string access_token,
                                                          std::string user_agent) {
    auto at_once = authorize_now(access_token, user_agent);
    if (at_once) co_return std::move(*at_once);
    auto claims = tokens_.read(access_token);
    if (!claims) co_return claims.error();
    auto found = co_await sessions_->find(claims->session);
    if (!found) co_return found.error();
    if (!*found) co_return session_expired();
    auto row = std::make_shared<const store::SessionRow>(std::move(**found));
    co_return viewer_of(std::move(row), user_agent);
}

// -- ending ---------------------------------------------------------------------------------------

asio::awaitable<Result<store::SessionRow>> SessionService::find_live(store::OrgId org,
                                                                     std::string id) {
    const auto unknown = not_found("session_not_found", "There is no live session of this id.");
    if (id.empty() || id.size() > kLongestId) co_return unknown;
    auto found = co_await sessions_->find(id);
    if (!found) co_return found.error();
    if (!*found || (*found)->org != org) co_return unknown;
    if ((*found)->ended_at) co_return session_ended();
    if ((*found)->expires_at <= clock_->now()) co_return session_expired();
    co_return std::move(**found);
}

asio::awaitable<Result<void>> SessionService::end(store::OrgId org, std::string id,
                                                  std::string actor) {
    const auto unknown = not_found("session_not_found", "There is no live session of this id.");
    auto live = co_await find_live(org, id);
    if (!live) {
        const bool over = live.error().kind == ErrorKind::gone;
        co_return over ? unknown : live.error();
    }
    auto ended = co_await sessions_->end_of_family(id);
    if (!ended) co_return ended.error();
    if (*ended == 0) co_return unknown;
    json::object detail;
    if (live->share != 0) detail["share"] = live->share;
    if (live->owner != 0) detail["person"] = live->owner;
    audit_->record(
        {org, std::move(actor), "session.ended", "session:" + id, {}, std::move(detail)});
    co_return Result<void>{};
}

asio::awaitable<Result<std::size_t>> SessionService::end_all_of(store::OrgId org,
                                                                std::int64_t owner,
                                                                std::string actor) {
    auto ended = co_await sessions_->end_of_owner(org, owner, "");
    if (!ended) co_return ended.error();
    if (*ended > 0) {
        audit_->record({org,
                        std::move(actor),
                        "sessions.ended",
                        fmt::format("person:{}", owner),
                        {},
                        {{"count", static_cast<std::int64_t>(*ended)}}});
    }
    co_return *ended;
}

asio::awaitable<Result<void>> SessionService::leave(std::string id, SessionProof proof) {
    auto row = co_await prove(std::move(id), std::move(proof));
    if (!row) co_return row.error();
    auto done = co_await end((*row)->org, (*row)->id, "session:" + (*row)->id);
    co_return done;
}

std::shared_ptr<void> SessionService::watch(const Viewer& viewer,
                                            std::shared_ptr<Cancellation> cancellation) {
    const auto& row = *viewer.session;
    const Standing standing{row.org, row.share, row.credential, viewer.grant};
    auto handle = watches_->add(row.id, standing, cancellation);
    // What ended between the check and this line would otherwise be missed.
    const auto current = sessions_->peek(row.id);
    if ((current && current->ended_at) ||
        !check_standing(*catalog_->snapshot(), standing, clock_->now())) {
        cancellation->cancel();
    }
    return handle;
}

}  // namespace casement::access
