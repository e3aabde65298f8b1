// Sessions: opened by a link, carried by secret, cookie and access token, ended by time or by hand.
// The protocol is ARCHITECTURE.md's "Opening a dashboard"; the reasons are browsers.md §5.
#pragma once

#include "access/access_token.h"
#include "access/anonymous.h"
#include "access/audit.h"
#include "access/document_cache.h"
#include "access/embed_users.h"
#include "access/link_verifier.h"
#include "access/snapshot_views.h"
#include "access/standing.h"
#include "access/view.h"
#include "access/view_cache.h"
#include "base/cancellation.h"
#include "crypto/random.h"
#include "store/catalog.h"
#include "store/session_store.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>

namespace casement::access {

namespace asio = boost::asio;

inline constexpr std::chrono::seconds kAccessTokenLife{600};

/// Where a request came from, for the session row and the audit.
struct ClientInfo {
    std::string address;
    std::string user_agent;
};

/// A live session and what it may see, at one moment. Hold it for one request.
struct Viewer {
    std::shared_ptr<const store::SessionRow> session;
    store::SnapshotPtr snapshot;
    std::shared_ptr<const Grant> grant;
    /// What the request is about. Null for a session that is not a share's when no content was
    /// named (or a folder, which holds no data).
    ViewPtr view;
    std::optional<Content> content;  ///< when it was named

    [[nodiscard]] const KeyGrant* key() const {
        if (!grant) return nullptr;
        const auto& of_key = grant->key;
        return of_key ? &*of_key : nullptr;
    }
    [[nodiscard]] const DashboardSnapshotGrant* dashboard_snapshot() const {
        if (!grant) return nullptr;
        const auto& of_snapshot = grant->dashboard_snapshot;
        return of_snapshot ? &*of_snapshot : nullptr;
    }
    /// Whether a request has to name the content it is about: the sessions of a share and of a
    /// dashboard snapshot show one thing.
    [[nodiscard]] bool names_content() const {
        return grant != nullptr && dashboard_snapshot() == nullptr;
    }
    [[nodiscard]] const EmbedGrant* person() const {
        if (!grant) return nullptr;
        const auto& embed = grant->embed;
        return embed ? &*embed : nullptr;
    }
};

struct OpenedSession {
    Viewer viewer;
    bool created = false;      ///< else it was this browser's already
    std::string access_token;  ///< good for kAccessTokenLife, or until the session ends
    std::chrono::seconds access_token_life{};
    std::string cookie;  ///< new cookie value, or empty when the old one stays
    std::chrono::seconds session_rest{};
};

/// How a browser proves that a session is its own: by the session's cookie, or by the secret that
/// the frame wrote into its storage before it opened it.
struct SessionProof {
    std::string cookie;
    std::string secret;
};

class SessionService {
  public:
    /// Everything must outlive the service. `token_key` signs access tokens.
    SessionService(store::Catalog& catalog, store::SessionStore& sessions, DocumentCache& documents,
                   EmbedUsers& people, Audit& audit, crypto::Random& random, const Clock& clock,
                   Secret token_key);
    ~SessionService();
    /// Before serving; `anonymous` must outlive the service. Without it nobody is admitted so.
    void admit(const AnonymousAccess& anonymous) { anonymous_ = &anonymous; }

    /// Redeems a verified link for the browser that holds `secret`, or finds the session this
    /// browser opened with it before. Durable when it returns. The answer's viewer has no content
    /// yet: see `look_at`.
    /// Errors: conflict "link_already_used" (`field` = session id), gone "link_expired",
    /// "session_expired", "session_ended", the share's own refusals, those of EmbedUsers::prepare,
    /// invalid "invalid_secret".
    [[nodiscard]] asio::awaitable<Result<OpenedSession>> open(VerifiedLink link, std::string secret,
                                                              ClientInfo client);

    /// By the session's cookie, or by the frame's secret when there is no cookie. Errors:
    /// unauthenticated "no_session_cookie", gone as above.
    [[nodiscard]] asio::awaitable<Result<OpenedSession>> resume(std::string id, SessionProof proof,
                                                                ClientInfo client);

    /// By access token, for data. A person's viewer has no content yet: see `look_at`. Errors:
    /// unauthenticated "invalid_access_token", "access_token_expired", "user_agent_changed"; gone
    /// "session_expired", "session_ended"; the share's refusals.
    [[nodiscard]] asio::awaitable<Result<Viewer>> authorize(std::string access_token,
                                                            std::string user_agent);
    /// The same without waiting, when the session, and the snapshot that it shows, are in memory;
    /// nullopt when they are not.
    [[nodiscard]] std::optional<Result<Viewer>> authorize_now(std::string_view access_token,
                                                              std::string_view user_agent);

    /// Settles what a person's viewer looks at: `viewer.view` and `viewer.content`. Errors:
    /// not_found "content_not_found"; invalid "content_not_expected" in a share's session.
    [[nodiscard]] Result<void> look_at(Viewer& viewer, const ContentRef& ref);

    /// What a folder that look_at() settled holds for this person.
    [[nodiscard]] FolderListing list(const Viewer& viewer);

    /// A session that no browser has yet: others join it by its id (cookieless embedding). It ends
    /// no older one: a person may sit at two devices, and each session is bound to its User-Agent.
    [[nodiscard]] asio::awaitable<Result<store::SessionRow>> open_reference(EmbedLogin login,
                                                                            ClientInfo client);
    /// The live session `id`, or the refusal of its state; not_found "session_not_found" when there
    /// is none in the organization.
    [[nodiscard]] asio::awaitable<Result<store::SessionRow>> find_live(store::OrgId org,
                                                                       std::string id);
    /// A new access token for a live session (of a person).
    [[nodiscard]] asio::awaitable<Result<OpenedSession>> renew(std::string id, ClientInfo client);

    /// Ends it, and every session derived from it. not_found when there is no such live session in
    /// that organization.
    [[nodiscard]] asio::awaitable<Result<void>> end(store::OrgId org, std::string id,
                                                    std::string actor);
    /// Ends all sessions of an embed user or user; how many there were.
    [[nodiscard]] asio::awaitable<Result<std::size_t>> end_all_of(store::OrgId org,
                                                                  std::int64_t owner,
                                                                  std::string actor);
    /// Ends the session whose proof this is: the frame's own "log out".
    [[nodiscard]] asio::awaitable<Result<void>> leave(std::string id, SessionProof proof);

    /// Cancels `cancellation` as soon as the viewer's session or what it stands on stops allowing
    /// it. Dropping the returned handle unregisters.
    [[nodiscard]] std::shared_ptr<void> watch(const Viewer& viewer,
                                              const std::shared_ptr<Cancellation>& cancellation);

  private:
    using RowPtr = std::shared_ptr<const store::SessionRow>;

    [[nodiscard]] Result<Standing> standing_of(const store::SessionRow& row);
    [[nodiscard]] Result<Viewer> viewer_of(RowPtr row, std::string_view user_agent);
    [[nodiscard]] Result<ViewPtr> share_view(const Viewer& viewer);
    /// viewer_of(), and what it leaves to be read from the database.
    [[nodiscard]] asio::awaitable<Result<Viewer>> whole_viewer_of(RowPtr row,
                                                                  std::string user_agent);
    [[nodiscard]] asio::awaitable<Result<OpenedSession>> grant(RowPtr row, bool created,
                                                               bool new_cookie,
                                                               std::string user_agent);
    [[nodiscard]] asio::awaitable<Result<store::SessionRow>> row_for(
        const VerifiedLink& link, std::optional<PreparedLogin>& person, ClientInfo client);
    [[nodiscard]] asio::awaitable<Result<RowPtr>> prove(std::string id, SessionProof proof);
    [[nodiscard]] asio::awaitable<Error> refusal_of_used(std::string id);

    ViewCache views_;  // first: its cache lines leave no gap before them there
    store::Catalog* catalog_;
    store::SessionStore* sessions_;
    DocumentCache* documents_;
    EmbedUsers* people_;
    Audit* audit_;
    crypto::Random* random_;
    const Clock* clock_;
    const AnonymousAccess* anonymous_ = nullptr;
    SnapshotViews snapshot_views_;
    const std::shared_ptr<SessionWatches> watches_;
    const AccessTokens tokens_;
};

}  // namespace casement::access
