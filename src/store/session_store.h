// Sessions and the replay guard, which are one thing: a nonce is spent in the same durable step in
// which its session is born, so no crash can leave one without the other.
//
// The embedded version is SQLite with group commit (many redeems, one fsync); a Redis version
// implements the same interface with one script per call. Callers see neither.
#pragma once

#include "base/clock.h"
#include "base/error.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace casement::store {

namespace asio = boost::asio;

/// One session as it is kept. Hashes are SHA-256, 32 raw bytes.
struct SessionRow {
    std::string id;  ///< public name, 22 characters of base64url
    std::int64_t org = 0;
    std::int64_t share = 0;       ///< 0 when the grant does not come from a share
    std::int64_t credential = 0;  ///< that signed the link
    std::int64_t owner = 0;       ///< embed user whose session it is; 0 = nobody's
    std::string family;           ///< id of the session it was derived from, or empty
    std::string grant;            ///< JSON; written by access/grant.h, opaque here
    std::string secret_hash;      ///< of the frame's own secret
    std::string cookie_hash;      ///< of the newest cookie, or empty when none was given yet
    std::string client;           ///< address that opened it
    std::string user_agent;       ///< at most 256 bytes
    Time created_at{};
    Time expires_at{};
    Time last_seen_at{};           ///< within a minute
    std::optional<Time> ended_at;  ///< killed or logged out
};

struct Redemption {
    std::string scope;       ///< what the nonce must be unique in: "share:17"
    std::string nonce;       ///< as signed
    SessionRow session;      ///< to be created if the nonce is fresh
    bool may_create = true;  ///< false: only find what is there (the link's window is over)
    /// When the session is created, every other live one of its owner (in its organization) is
    /// ended in the same durable step. Without an owner there is nothing to end.
    bool replaces = false;
    /// For how long the nonce is remembered however short the session is. An hour is the least,
    /// which is longer than any link is good for; this can only make it more.
    std::chrono::seconds nonce_for{0};
};

struct Redeemed {
    enum class Outcome {
        created,       ///< nonce spent, session stored; durable
        same_browser,  ///< spent before with the same secret: `session` is the one of that time
        already_used,  ///< spent before with another secret: `session` says which, nothing more
        unused,        ///< may_create was false and the nonce is still fresh; nothing was stored
    };
    Outcome outcome = Outcome::unused;
    SessionRow session;
};

class SessionStore {
  public:
    virtual ~SessionStore() = default;

    /// Answers only when what it says is on disk. Safe under any concurrency: of all calls with
    /// one scope and nonce, in all processes and across restarts, exactly one is `created`.
    /// `created_at` and `last_seen_at` are set to now where unset. A session that is over when it
    /// is created (`expires_at` not after now) is legal: its nonce is spent. Errors: unavailable
    /// "store_unavailable"; then nothing may be assumed and nothing is granted. Invalid
    /// "session_invalid" when scope, nonce, id or secret hash are not what they must be. Gone
    /// "session_ended" when the session's family has been ended meanwhile (or is not there): else
    /// one that is being derived could outlive the end of all others.
    [[nodiscard]] virtual asio::awaitable<Result<Redeemed>> redeem(Redemption redemption) = 0;

    /// From memory when it was seen lately. nullopt when there is none or its row is purged; an
    /// ended or expired session is returned as it is: the caller decides.
    [[nodiscard]] virtual asio::awaitable<Result<std::optional<SessionRow>>> find(
        std::string id) = 0;

    /// Memory only, no wait: nullptr when it has to be fetched with find().
    [[nodiscard]] virtual std::shared_ptr<const SessionRow> peek(std::string_view id) = 0;

    /// Replaces the cookie hash; durable when it returns. Errors: not_found "session_not_found"
    /// when there is no such session or it was ended.
    [[nodiscard]] virtual asio::awaitable<Result<void>> set_cookie(std::string id,
                                                                   std::string cookie_hash) = 0;
    /// Notes activity; written later, in bulk.
    virtual void touch(std::string_view id) = 0;

    /// Ends it now; durable when it returns, and listeners have run. False when it had ended or
    /// does not exist.
    [[nodiscard]] virtual asio::awaitable<Result<bool>> end(std::string id) = 0;

    /// Ends every live session of an owner but `except_id` (empty = no exception) in one durable
    /// step, like end(). How many there were.
    [[nodiscard]] virtual asio::awaitable<Result<std::size_t>> end_of_owner(
        std::int64_t org, std::int64_t owner, std::string except_id) = 0;

    /// Ends the session `id` and every live one whose family it is in one durable step, like end();
    /// from then on none can be derived from it. How many there were.
    [[nodiscard]] virtual asio::awaitable<Result<std::size_t>> end_of_family(std::string id) = 0;

    /// Live sessions of an organization (share 0 = all), newest first.
    [[nodiscard]] virtual asio::awaitable<Result<std::vector<SessionRow>>> list(
        std::int64_t org, std::int64_t share, std::size_t limit) = 0;

    /// Live sessions of an owner, newest first; none for owner 0.
    [[nodiscard]] virtual asio::awaitable<Result<std::vector<SessionRow>>> list_of_owner(
        std::int64_t org, std::int64_t owner, std::size_t limit) = 0;

    /// When each credential last opened a session; nullopt when never (or purged).
    [[nodiscard]] virtual asio::awaitable<Result<std::optional<Time>>> last_use_of_credential(
        std::int64_t credential) = 0;

    /// Called with the id of each session that ends before its time, on the store's thread.
    virtual void on_end(std::function<void(const std::string& id)> listener) = 0;

    /// Drops rows whose session is over (nonces live as long as their session, and at least for
    /// their `nonce_for`). Runs by itself every minute; returns how many.
    virtual asio::awaitable<Result<std::size_t>> purge() = 0;

    [[nodiscard]] virtual bool healthy() const = 0;
};

struct SessionStoreOptions {
    /// Sessions held in memory.
    std::size_t cache_bytes = std::size_t{64} << 20U;
    /// How long a write waits for a file that somebody else has locked.
    std::chrono::milliseconds busy_timeout{2000};
    std::chrono::milliseconds purge_interval{60'000};
    std::chrono::milliseconds touch_interval{20'000};
};

/// `path`: the SQLite file. Blocking; creates and migrates it, with mode 0600. One process per
/// file: a second one is refused. Errors: invalid "session_store_invalid", "database_too_new";
/// conflict "store_in_use".
[[nodiscard]] Result<std::unique_ptr<SessionStore>> open_sqlite_session_store(
    const std::string& path, const Clock& clock, const SessionStoreOptions& options = {});

}  // namespace casement::store
