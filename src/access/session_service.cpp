#include "access/session_service.h"

#include "access/catalog_service.h"
#include "base/encoding.h"
#include "crypto/hash.h"

#include <charconv>
#include <list>
#include <mutex>
#include <unordered_map>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::string_view kTokenPrefix = "ca1.";
constexpr std::size_t kSecretText = 43;  // 32 bytes of base64url

Error session_ended() {
    return gone("session_ended",
                "This session was ended. Reload the page you came from to open a new one.");
}

Error session_expired() {
    return gone(
        "session_expired",
        "This session has reached its end. Reload the page you came from to open a new one.");
}

Error invalid_access_token() {
    return unauthenticated("invalid_access_token", "The access token is missing or not valid.");
}

/// The ids that decide whether a session may go on; small, so that a watch does not hold a
/// snapshot.
struct Standing {
    std::int64_t share;
    std::int64_t credential;
};

Result<void> check_standing(const store::Snapshot& snapshot, const Standing& standing, Time now) {
    const auto* share = snapshot.share(standing.share);
    // A share that became another type is no longer what the link was signed for.
    if (share == nullptr || share->type != "secure_embed") {
        return not_found("share_not_found", "This dashboard is no longer shared.");
    }
    if (auto open = check_share_open(snapshot, *share, now); !open) return open.error();
    for (const auto& credential : share->credentials) {
        // An expired credential signs nothing new, but what it signed lives on: that is what makes
        // a rotation invisible. A disabled or removed one takes its sessions with it.
        if (credential.id == standing.credential && !credential.disabled) return {};
    }
    return session_ended();
}

}  // namespace

/// Requests in flight that must be cut when their session may no longer go on.
struct SessionService::Watches {
    struct Watch {
        std::string session;
        Standing standing;
        std::shared_ptr<Cancellation> cancellation;
    };
    using List = std::list<Watch>;

    std::mutex mutex;
    List list;

    // Cancelled outside the lock: a callback may drop other watches.
    template <class Match>
    void cancel_if(Match match) {
        std::vector<std::shared_ptr<Cancellation>> found;
        {
            const std::lock_guard lock(mutex);
            for (const auto& watch : list) {
                if (match(watch)) found.push_back(watch.cancellation);
            }
        }
        for (const auto& cancellation : found)
            cancellation->cancel();
    }
};

Result<void> check_share_open(const store::Snapshot& snapshot, const store::Share& share,
                              Time now) {
    const auto* organization = snapshot.organization(share.org);
    const auto* dashboard = snapshot.dashboard(share.dashboard);
    if (organization == nullptr || dashboard == nullptr || dashboard->deleted_at ||
        dashboard->org != share.org) {
        return not_found("share_not_found", "This dashboard is no longer shared.");
    }
    if (!embed_sharing_enabled(*organization)) {
        return forbidden(
            "embed_disabled",
            "Embedded dashboards are switched off by the organization that owns this one.");
    }
    if (share.status != "active") {
        return forbidden("share_paused", "This dashboard is paused by its owner. Try again later.");
    }
    // Every link and every data call passes here, and few shares have an end: only those are read.
    const bool may_end = share.settings.contains("expires_at");
    const auto expires_at =
        may_end ? read_share_settings(share.settings).expires_at : std::optional<Time>{};
    if (expires_at && *expires_at <= now) {
        return gone("share_expired", "The time for which this dashboard was shared is over.");
    }
    return {};
}

SessionService::SessionService(store::Catalog& catalog, store::SessionStore& sessions,
                               DocumentCache& documents, Audit& audit, crypto::Random& random,
                               const Clock& clock, Secret token_key)
    : catalog_(&catalog),
      sessions_(&sessions),
      documents_(&documents),
      audit_(&audit),
      random_(&random),
      clock_(&clock),
      token_key_(std::move(token_key)),
      watches_(std::make_shared<Watches>()) {
    sessions.on_end([watches = watches_](const std::string& id) {
        watches->cancel_if([&](const Watches::Watch& watch) { return watch.session == id; });
    });
    catalog.on_change([watches = watches_, clock = clock_](const store::SnapshotPtr& snapshot) {
        const Time now = clock->now();
        watches->cancel_if([&](const Watches::Watch& watch) {
            return !check_standing(*snapshot, watch.standing, now);
        });
    });
}

SessionService::~SessionService() = default;

Result<Viewer> SessionService::viewer_of(std::shared_ptr<const store::SessionRow> row) const {
    const Time now = clock_->now();
    if (row->ended_at) return session_ended();
    if (row->expires_at <= now) return session_expired();

    Viewer viewer;
    viewer.snapshot = catalog_->snapshot();
    if (auto standing = check_standing(*viewer.snapshot, {row->share, row->credential}, now);
        !standing) {
        return standing.error();
    }
    viewer.share = viewer.snapshot->share(row->share);
    viewer.dashboard = viewer.snapshot->dashboard(viewer.share->dashboard);
    auto document = documents_->get(*viewer.dashboard);
    if (!document) return document.error();
    viewer.document = std::move(*document);
    viewer.settings = read_share_settings(viewer.share->settings);
    viewer.session = std::move(row);
    return viewer;
}

std::string SessionService::make_access_token(std::string_view id, Time expires_at) const {
    const auto claims = fmt::format("{}{}.{}", kTokenPrefix, id, to_unix_seconds(expires_at));
    return claims + "." + to_base64url(crypto::hmac_sha256(token_key_.reveal(), claims));
}

Result<SessionService::TokenClaims> SessionService::read_access_token(
    std::string_view token) const {
    const auto mac_dot = token.rfind('.');
    if (token.size() > 256 || !token.starts_with(kTokenPrefix) ||
        mac_dot == std::string_view::npos) {
        return invalid_access_token();
    }
    const std::string_view claims = token.substr(0, mac_dot);
    const auto expected = to_base64url(crypto::hmac_sha256(token_key_.reveal(), claims));
    if (!equal_in_constant_time(token.substr(mac_dot + 1), expected)) return invalid_access_token();

    const std::string_view body = claims.substr(kTokenPrefix.size());
    const auto dot = body.find('.');
    if (dot == std::string_view::npos) return invalid_access_token();
    std::int64_t expires_at = 0;
    const auto* end = body.data() + body.size();
    const auto parsed = std::from_chars(body.data() + dot + 1, end, expires_at);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return invalid_access_token();
    return TokenClaims{std::string(body.substr(0, dot)), from_unix_seconds(expires_at)};
}

asio::awaitable<Result<OpenedSession>> SessionService::grant(
    std::shared_ptr<const store::SessionRow> row, bool created, bool new_cookie) {
    auto viewer = viewer_of(row);
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
    opened.access_token_life = std::min(kAccessTokenLife, opened.session_rest);
    opened.access_token = make_access_token(row->id, now + opened.access_token_life);
    opened.viewer = std::move(*viewer);
    sessions_->touch(row->id);
    co_return opened;
}

asio::awaitable<Result<OpenedSession>> SessionService::open(VerifiedLink link, std::string secret,
                                                            ClientInfo client) {
    if (secret.size() != kSecretText || !from_base64url(secret)) {
        co_return invalid("invalid_secret", "The secret must be 32 random bytes in base64url.",
                          "secret");
    }
    const auto snapshot = catalog_->snapshot();
    const auto* share = snapshot->share(link.share);
    if (share == nullptr) {
        co_return not_found("share_not_found", "This dashboard is no longer shared.");
    }
    const auto settings = read_share_settings(share->settings);
    const Time now = clock_->now();
    // Before anything is spent: a link refused for a pause is good again after it.
    auto standing = check_standing(*snapshot, {link.share, link.credential}, now);
    if (!standing) co_return standing.error();

    store::Redemption redemption;
    redemption.scope = link.scope;
    redemption.nonce = link.nonce;
    redemption.may_create = !link.outside_window;
    auto& row = redemption.session;
    row.id = random_->id();
    row.org = link.org;
    row.share = link.share;
    row.credential = link.credential;
    row.grant = json::serialize(json::object{{"dialect", link.dialect}});
    row.secret_hash = crypto::sha256(secret);
    const auto cookie = random_->token();
    row.cookie_hash = crypto::sha256(cookie);
    row.client = client.address;
    row.user_agent = client.user_agent.substr(0, 256);
    row.created_at = now;
    row.last_seen_at = now;
    row.expires_at = now + settings.session_length;
    if (settings.expires_at) row.expires_at = std::min(row.expires_at, *settings.expires_at);

    auto redeemed = co_await sessions_->redeem(std::move(redemption));
    if (!redeemed) co_return redeemed.error();

    auto session = std::make_shared<const store::SessionRow>(std::move(redeemed->session));
    switch (redeemed->outcome) {
        case store::Redeemed::Outcome::unused:
            // The verifier said why; without a reason there would have been a session.
            co_return link.outside_window.value_or(internal_error());
        case store::Redeemed::Outcome::already_used: {
            // The store names the session and nothing more; whether it still lives is another look.
            auto found = co_await sessions_->find(session->id);
            if (!found) co_return found.error();
            const auto& other = *found;
            if (other && other->ended_at) co_return session_ended();
            if (!other || other->expires_at <= clock_->now()) co_return session_expired();
            auto error =
                conflict("link_already_used",
                         "This link was already opened in another browser, or your browser "
                         "kept no data for this page. Reload the page you came from to get "
                         "a new one.");
            error.field = session->id;
            co_return error;
        }
        case store::Redeemed::Outcome::same_browser: {
            // Its cookie may have been lost together with the answer that carried it.
            auto opened = co_await grant(std::move(session), false, true);
            co_return opened;
        }
        case store::Redeemed::Outcome::created:
            break;
    }
    audit_->record({link.org,
                    "session:" + session->id,
                    "link.redeemed",
                    fmt::format("share:{}", link.share),
                    client.address,
                    {{"session", session->id},
                     {"credential", link.credential},
                     {"dialect", link.dialect},
                     {"expires_at", to_rfc3339(session->expires_at)}}});
    auto opened = co_await grant(std::move(session), true, false);
    if (opened) opened->cookie = cookie;
    co_return opened;
}

asio::awaitable<Result<OpenedSession>> SessionService::resume(std::string id, std::string cookie) {
    auto refused =
        unauthenticated("no_session_cookie", "This browser holds no cookie of the session.");
    if (id.size() > 64 || cookie.empty() || cookie.size() > 128) co_return refused;
    auto found = co_await sessions_->find(id);
    if (!found) co_return found.error();
    if (!*found || (*found)->cookie_hash.empty() ||
        !equal_in_constant_time((*found)->cookie_hash, crypto::sha256(cookie))) {
        co_return refused;
    }
    auto row = std::make_shared<const store::SessionRow>(std::move(**found));
    auto opened = co_await grant(std::move(row), false, false);
    co_return opened;
}

std::optional<Result<Viewer>> SessionService::authorize_now(std::string_view access_token) {
    auto claims = read_access_token(access_token);
    if (!claims) return Result<Viewer>(claims.error());
    if (claims->expires_at <= clock_->now()) {
        return Result<Viewer>(unauthenticated("access_token_expired",
                                              "The access token has expired; resume the session."));
    }
    auto row = sessions_->peek(claims->session);
    if (!row) return std::nullopt;
    sessions_->touch(claims->session);
    return viewer_of(std::move(row));
}

asio::awaitable<Result<Viewer>> SessionService::authorize(std::string access_token) {
    auto at_once = authorize_now(access_token);
    if (at_once) co_return std::move(*at_once);
    auto claims = read_access_token(access_token);
    if (!claims) co_return claims.error();
    auto found = co_await sessions_->find(claims->session);
    if (!found) co_return found.error();
    if (!*found) co_return session_expired();
    co_return viewer_of(std::make_shared<const store::SessionRow>(std::move(**found)));
}

asio::awaitable<Result<void>> SessionService::end(store::OrgId org, std::string id,
                                                  std::string actor) {
    auto unknown = not_found("session_not_found", "There is no live session of this id.");
    if (id.size() > 64) co_return unknown;
    auto found = co_await sessions_->find(id);
    if (!found) co_return found.error();
    if (!*found || (*found)->org != org || (*found)->expires_at <= clock_->now()) co_return unknown;
    const auto share = (*found)->share;
    auto ended = co_await sessions_->end(id);
    if (!ended) co_return ended.error();
    if (!*ended) co_return unknown;
    audit_->record(
        {org, std::move(actor), "session.ended", "session:" + id, {}, {{"share", share}}});
    co_return Result<void>{};
}

std::shared_ptr<void> SessionService::watch(const Viewer& viewer,
                                            std::shared_ptr<Cancellation> cancellation) {
    struct Handle {
        std::shared_ptr<Watches> watches;
        Watches::List::iterator place;
        Handle(std::shared_ptr<Watches> w, Watches::List::iterator p)
            : watches(std::move(w)), place(p) {}
        Handle(const Handle&) = delete;
        Handle& operator=(const Handle&) = delete;
        ~Handle() {
            const std::lock_guard lock(watches->mutex);
            watches->list.erase(place);
        }
    };
    const auto& row = *viewer.session;
    Watches::List::iterator place;
    {
        const std::lock_guard lock(watches_->mutex);
        place = watches_->list.insert(watches_->list.end(),
                                      {row.id, {row.share, row.credential}, cancellation});
    }
    auto handle = std::make_shared<Handle>(watches_, place);
    // What ended between the check and this line would otherwise be missed.
    const auto current = sessions_->peek(row.id);
    if ((current && current->ended_at) ||
        !check_standing(*catalog_->snapshot(), {row.share, row.credential}, clock_->now())) {
        cancellation->cancel();
    }
    return handle;
}

}  // namespace casement::access
