#include "access/session_service.h"

#include "access/session_owner.h"
#include "access/session_secret.h"
#include "crypto/hash.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::size_t kLongestId = 64;

Error no_proof() {
    return unauthenticated("no_session_cookie", "This browser holds no cookie of the session.");
}

Error access_token_expired() {
    return unauthenticated("access_token_expired",
                           "The access token has expired; resume the session.");
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
      snapshot_views_(catalog),
      watches_(std::make_shared<SessionWatches>()),
      tokens_(std::move(token_key)) {
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
    standing.admits_anonymous =
        anonymous_ != nullptr && anonymous_->organization(*catalog_->snapshot()) == row.org;
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
    if (person != nullptr && person->cookieless && row->user_agent != kept_user_agent(user_agent)) {
        return unauthenticated("user_agent_changed",
                               "This session belongs to another browser. Reload the page you came "
                               "from to open a new one.");
    }
    viewer.session = std::move(row);
    if (viewer.names_content()) return viewer;
    if (const auto* grant = viewer.dashboard_snapshot()) {
        viewer.view = snapshot_views_.kept(*grant);
        return viewer;
    }

    auto view = share_view(viewer);
    if (!view) return view.error();
    viewer.view = std::move(*view);
    return viewer;
}

asio::awaitable<Result<Viewer>> SessionService::whole_viewer_of(RowPtr row,
                                                                std::string user_agent) {
    auto viewer = viewer_of(std::move(row), user_agent);
    if (!viewer) co_return viewer.error();
    const auto* grant = viewer->dashboard_snapshot();
    if (grant == nullptr || viewer->view) co_return viewer;
    auto view = co_await snapshot_views_.load(viewer->snapshot, *grant);
    if (!view) co_return view.error();
    viewer->view = std::move(*view);
    co_return viewer;
}

Result<ViewPtr> SessionService::share_view(const Viewer& viewer) {
    const auto& snapshot = *viewer.snapshot;
    return views_.view(fmt::format("share:{}", viewer.session->share), snapshot.version(), [&] {
        return view_of_share(snapshot, *snapshot.share(viewer.session->share), *documents_);
    });
}

Result<void> SessionService::look_at(Viewer& viewer, const ContentRef& ref) {
    if (!viewer.names_content()) {
        return invalid("content_not_expected", "This session shows one dashboard only.", "content");
    }
    const auto& snapshot = *viewer.snapshot;
    const auto org = viewer.session->org;
    const auto* person = viewer.person();
    const auto* key = viewer.key();
    auto content = person != nullptr ? find_content(snapshot, org, *person, ref, *documents_)
                                     : find_content(snapshot, org, *key, ref, *documents_);
    if (!content) return content.error();
    if (content->folder == nullptr) {
        const auto name = fmt::format("{} {}", viewer.session->id, to_string(ref));
        auto view = views_.view(name, snapshot.version(), [&] {
            return person != nullptr
                       ? view_of_content(snapshot, org, *person, *content, *documents_)
                       : view_of_content(snapshot, org, *key, *content, *documents_);
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
    auto viewer = co_await whole_viewer_of(row, std::move(user_agent));
    if (!viewer) co_return viewer.error();

    OpenedSession opened;
    opened.created = created;
    opened.session_rest = std::chrono::floor<seconds>(row->expires_at - clock_->now());
    // A token that ends as it is made would be refused as one that can be renewed. The old cookie
    // stays: it is what asks for the session's end.
    if (opened.session_rest < seconds{1}) co_return session_expired();
    if (new_cookie) {
        opened.cookie = random_->token();
        auto kept = co_await sessions_->set_cookie(row->id, crypto::sha256(opened.cookie));
        if (!kept) co_return kept.error();
    }
    opened.access_token_life = std::min(kAccessTokenLife, opened.session_rest);
    opened.access_token = tokens_.make(row->id, clock_->now() + opened.access_token_life);
    opened.viewer = std::move(*viewer);
    sessions_->touch(row->id);
    co_return opened;
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
    auto standing = standing_of(**row);
    if (!standing) co_return standing.error();
    // Who was admitted for where he comes from must still come from there.
    const bool is_anonymous =
        standing->grant && standing->grant->key && standing->grant->key->key == 0;
    if (is_anonymous && (anonymous_ == nullptr || !anonymous_->admits(client.address))) {
        co_return session_ended();
    }
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
    auto viewer = viewer_of(std::move(row), user_agent);
    if (viewer && viewer->dashboard_snapshot() != nullptr && !viewer->view) return std::nullopt;
    return viewer;
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
    auto viewer = co_await whole_viewer_of(std::move(row), std::move(user_agent));
    co_return viewer;
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
                        key_of_owner(owner) != 0
                            ? fmt::format("account_key:{}", key_of_owner(owner))
                            : fmt::format("person:{}", owner),
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
                                            const std::shared_ptr<Cancellation>& cancellation) {
    const auto& row = *viewer.session;
    const Standing standing{row.org, row.share, row.credential, viewer.grant,
                            viewer.key() != nullptr && viewer.key()->key == 0};
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
