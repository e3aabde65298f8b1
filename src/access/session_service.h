// Sessions: opened by a link, carried by secret, cookie and access token, ended by time or by hand.
// The protocol is ARCHITECTURE.md's "Opening a dashboard"; the reasons are browsers.md §5.
#pragma once

#include "access/audit.h"
#include "access/document_cache.h"
#include "access/link_verifier.h"
#include "access/share_settings.h"
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

/// A live session and everything it may see, at one moment. Hold it for one request.
struct Viewer {
    std::shared_ptr<const store::SessionRow> session;
    store::SnapshotPtr snapshot;
    const store::Share* share = nullptr;          ///< in `snapshot`
    const store::Dashboard* dashboard = nullptr;  ///< in `snapshot`
    std::shared_ptr<const dashboards::Dashboard> document;
    ShareSettings settings;
};

struct OpenedSession {
    Viewer viewer;
    bool created = false;      ///< else it was this browser's already
    std::string access_token;  ///< good for kAccessTokenLife, or until the session ends
    std::chrono::seconds access_token_life{};
    std::string cookie;  ///< new cookie value, or empty when the old one stays
    std::chrono::seconds session_rest{};
};

class SessionService {
  public:
    /// Everything must outlive the service. `token_key` signs access tokens.
    SessionService(store::Catalog& catalog, store::SessionStore& sessions, DocumentCache& documents,
                   Audit& audit, crypto::Random& random, const Clock& clock, Secret token_key);
    ~SessionService();

    /// Redeems a verified link for the browser that holds `secret`, or finds the session this
    /// browser opened with it before. Durable when it returns.
    /// Errors: conflict "link_already_used" (`field` = session id), gone "link_expired",
    /// "session_expired", "session_ended", the share's own refusals, invalid "invalid_secret".
    [[nodiscard]] asio::awaitable<Result<OpenedSession>> open(VerifiedLink link, std::string secret,
                                                              ClientInfo client);

    /// By the session's cookie. Errors: unauthenticated "no_session_cookie", gone as above.
    [[nodiscard]] asio::awaitable<Result<OpenedSession>> resume(std::string id, std::string cookie);

    /// By access token, for data. Errors: unauthenticated "invalid_access_token",
    /// "access_token_expired"; gone "session_expired", "session_ended"; the share's refusals.
    [[nodiscard]] asio::awaitable<Result<Viewer>> authorize(std::string access_token);
    /// The same without waiting, when the session is in memory; nullopt when it is not.
    [[nodiscard]] std::optional<Result<Viewer>> authorize_now(std::string_view access_token);

    /// Ends it. not_found when there is no such live session in that organization.
    [[nodiscard]] asio::awaitable<Result<void>> end(store::OrgId org, std::string id,
                                                    std::string actor);

    /// Cancels `cancellation` as soon as the viewer's session, share, credential, dashboard or the
    /// organization's switch stops allowing it. Dropping the returned handle unregisters.
    [[nodiscard]] std::shared_ptr<void> watch(const Viewer& viewer,
                                              std::shared_ptr<Cancellation> cancellation);

  private:
    struct Watches;
    [[nodiscard]] Result<Viewer> viewer_of(std::shared_ptr<const store::SessionRow> row) const;
    [[nodiscard]] asio::awaitable<Result<OpenedSession>> grant(
        std::shared_ptr<const store::SessionRow> row, bool created, bool new_cookie);
    [[nodiscard]] std::string make_access_token(std::string_view id, Time expires_at) const;
    struct TokenClaims {
        std::string session;
        Time expires_at;
    };
    [[nodiscard]] Result<TokenClaims> read_access_token(std::string_view token) const;

    store::Catalog* catalog_;
    store::SessionStore* sessions_;
    DocumentCache* documents_;
    Audit* audit_;
    crypto::Random* random_;
    const Clock* clock_;
    Secret token_key_;
    std::shared_ptr<Watches> watches_;
};

/// May this share be seen at all right now? Errors: forbidden "share_paused", "embed_disabled";
/// gone "share_expired"; not_found "share_not_found" (also when its dashboard is in the bin).
[[nodiscard]] Result<void> check_share_open(const store::Snapshot& snapshot,
                                            const store::Share& share, Time now);

}  // namespace casement::access
