// Who is signed in to the console, and what they prove themselves with besides a password. It
// stands in the catalog's database and not in its snapshot: every call asks the database, so a
// session that was ended is over at once for every process that shares it.
//
// A session goes with its user, with his password, and when he is disabled: the write that does
// that (Transaction::update, Transaction::remove) takes the sessions along, whoever makes it.
#pragma once

#include "store/catalog.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casement::store {

/// Names a password by its stored hash, without telling it: 64 hex digits.
[[nodiscard]] std::string password_mark(std::string_view password_hash);

/// A user whom a sign-in has proven: its password was his too.
struct ProvenUser {
    std::int64_t user = 0;
    std::string mark;   ///< of his password then
    bool totp = false;  ///< a one-time code was shown too

    friend bool operator==(const ProvenUser&, const ProvenUser&) = default;
};

struct ConsoleSession {
    std::string id;           ///< public name, 22 characters of base64url
    std::string secret_hash;  ///< SHA-256 of the cookie's secret, 32 raw bytes
    OrgId org = 0;
    std::int64_t user = 0;
    std::string mark;                ///< of the user's password
    std::vector<ProvenUser> proven;  ///< the user too
    std::string client;              ///< address that signed in
    std::string user_agent;
    Time created_at{};    ///< of the sign-in, also where another session took its place since
    Time last_seen_at{};  ///< within a minute
};

/// What is over before its time is gone when a session is opened.
struct ConsoleSessionLimits {
    Time seen_before{};     ///< those seen last before this go, everybody's
    Time made_before{};     ///< so do those made before this
    std::size_t most = 32;  ///< of one user; the longest unseen go
};

/// The second factor of a user.
struct Totp {
    std::int64_t user = 0;
    Secret secret;
    bool active = false;         ///< a code has been shown since it was made
    std::int64_t last_step = 0;  ///< the newest whose code was used
    Time created_at{};
};

class ConsoleStore {
  public:
    /// That of a catalog that Catalog::open gave.
    [[nodiscard]] static ConsoleStore& of(Catalog& catalog);
    virtual ~ConsoleStore() = default;

    /// Durable when it returns. `replaces` is the id of a session that ends in the same step, or
    /// empty. Errors: conflict "user_changed" when the user is gone or disabled, or his password is
    /// not the one of `mark` any more.
    [[nodiscard]] asio::awaitable<Result<void>> open_session(ConsoleSession session,
                                                             ConsoleSessionLimits limits,
                                                             std::string replaces) {
        auto done = co_await pool().run(
            [this, session = std::move(session), limits, replaces = std::move(replaces)] {
                return open_console_session_now(session, limits, replaces);
            });
        co_return done;
    }
    /// By the hash of its secret, as it is now in the database.
    [[nodiscard]] asio::awaitable<Result<std::optional<ConsoleSession>>> find_session(
        std::string secret_hash) {
        auto found = co_await pool().run([this, secret_hash = std::move(secret_hash)] {
            return find_console_session_now(secret_hash);
        });
        co_return found;
    }
    [[nodiscard]] asio::awaitable<Result<void>> note_session(std::string id, Time seen_at) {
        auto done = co_await pool().run(
            [this, id = std::move(id), seen_at] { return note_console_session_now(id, seen_at); });
        co_return done;
    }
    /// False when the user has none of this id.
    [[nodiscard]] asio::awaitable<Result<bool>> end_session(std::int64_t user, std::string id) {
        auto ended = co_await pool().run(
            [this, user, id = std::move(id)] { return end_console_session_now(user, id); });
        co_return ended;
    }
    /// Of one user, seen last first; those that are over before their time are among them.
    [[nodiscard]] asio::awaitable<Result<std::vector<ConsoleSession>>> sessions_of(
        std::int64_t user) {
        auto found = co_await pool().run([this, user] { return console_sessions_now(user); });
        co_return found;
    }

    /// nullopt: the user has none.
    [[nodiscard]] asio::awaitable<Result<std::optional<Totp>>> totp(std::int64_t user) {
        auto found = co_await pool().run([this, user] { return totp_now(user); });
        co_return found;
    }
    /// Keeps a secret that is not active, in the place of another such. Errors: conflict
    /// "totp_active" when there is an active one.
    [[nodiscard]] asio::awaitable<Result<void>> start_totp(Totp totp) {
        auto done =
            co_await pool().run([this, totp = std::move(totp)] { return start_totp_now(totp); });
        co_return done;
    }
    /// Makes the secret of `created_at` the active one, with `step` used and these recovery codes
    /// in the place of all others. Errors: conflict "totp_changed" when it is not there any more,
    /// or is active.
    [[nodiscard]] asio::awaitable<Result<void>> activate_totp(
        std::int64_t user, Time created_at, std::int64_t step,
        std::vector<std::string> recovery_hashes) {
        auto done = co_await pool().run(
            [this, user, created_at, step, hashes = std::move(recovery_hashes)] {
                return activate_totp_now(user, created_at, step, hashes);
            });
        co_return done;
    }
    /// Takes the secret and the recovery codes away. False when there was none.
    [[nodiscard]] asio::awaitable<Result<bool>> remove_totp(std::int64_t user) {
        auto removed = co_await pool().run([this, user] { return remove_totp_now(user); });
        co_return removed;
    }
    /// Of all calls with one step or an older one, in all processes, one is true.
    [[nodiscard]] asio::awaitable<Result<bool>> spend_totp_step(std::int64_t user,
                                                                std::int64_t step) {
        auto spent =
            co_await pool().run([this, user, step] { return spend_totp_step_now(user, step); });
        co_return spent;
    }
    /// Of all calls with one hash, one is true, if the user's active second factor has such a code.
    [[nodiscard]] asio::awaitable<Result<bool>> spend_recovery_code(std::int64_t user,
                                                                    std::string hash) {
        auto spent = co_await pool().run(
            [this, user, hash = std::move(hash)] { return spend_recovery_code_now(user, hash); });
        co_return spent;
    }

    // The same on the calling thread.
    [[nodiscard]] virtual Result<void> open_console_session_now(const ConsoleSession& session,
                                                                const ConsoleSessionLimits& limits,
                                                                const std::string& replaces) = 0;
    [[nodiscard]] virtual Result<std::optional<ConsoleSession>> find_console_session_now(
        const std::string& secret_hash) = 0;
    [[nodiscard]] virtual Result<void> note_console_session_now(const std::string& id,
                                                                Time seen_at) = 0;
    [[nodiscard]] virtual Result<bool> end_console_session_now(std::int64_t user,
                                                               const std::string& id) = 0;
    [[nodiscard]] virtual Result<std::vector<ConsoleSession>> console_sessions_now(
        std::int64_t user) = 0;
    [[nodiscard]] virtual Result<std::optional<Totp>> totp_now(std::int64_t user) = 0;
    [[nodiscard]] virtual Result<void> start_totp_now(const Totp& totp) = 0;
    [[nodiscard]] virtual Result<void> activate_totp_now(
        std::int64_t user, Time created_at, std::int64_t step,
        const std::vector<std::string>& recovery_hashes) = 0;
    [[nodiscard]] virtual Result<bool> remove_totp_now(std::int64_t user) = 0;
    [[nodiscard]] virtual Result<bool> spend_totp_step_now(std::int64_t user,
                                                           std::int64_t step) = 0;
    [[nodiscard]] virtual Result<bool> spend_recovery_code_now(std::int64_t user,
                                                               const std::string& hash) = 0;

  protected:
    [[nodiscard]] virtual BlockingPool& pool() = 0;
};

}  // namespace casement::store
