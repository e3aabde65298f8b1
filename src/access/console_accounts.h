// What a person does about his own account in the console: set the server up, sign in and out,
// change the password, add a second factor, go over to another organization.
#pragma once

#include "access/audit.h"
#include "access/console_sessions.h"
#include "access/rate_limit.h"
#include "access/set_up.h"
#include "access/sign_in.h"
#include "access/totp_keeper.h"
#include "base/shape.h"
#include "crypto/random.h"
#include "store/catalog.h"

#include <cstdint>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace casement::access {

/// The browser that a person sits at.
struct Browser {
    std::string client;  ///< address
    std::string user_agent;
    std::string session;  ///< the session cookie that came along, or empty
    std::string device;   ///< what it keeps since its user signed in there, or empty
};

class ConsoleAccounts {
  public:
    /// All must outlive it. `key` guards the cookies.
    ConsoleAccounts(store::Catalog& catalog, SignIn& sign_in, Audit& audit, crypto::Random& random,
                    const Clock& clock, Secret key);

    struct Opened {
        SignedIn signed_in;
        std::string cookie;
        std::string device;  ///< for the browser to keep, or empty: it keeps what it has
    };

    struct FirstAdmin {
        std::string code;
        std::string organization;  ///< its name
        std::string handle;
        std::string name;
        Secret password;
    };
    [[nodiscard]] const SetUpCode& set_up_code() const { return set_up_; }
    /// Makes the first Admin and signs him in. Errors: those of SetUpCode::take; invalid
    /// "invalid_handle", "invalid_name", "weak_password"; conflict "already_exists".
    [[nodiscard]] asio::awaitable<Result<Opened>> set_up(FirstAdmin admin, Browser browser);

    struct Credentials {
        std::string handle;
        Secret password;
        std::string code;      ///< of the second factor, or a recovery code; may be empty
        store::OrgId org = 0;  ///< 0: the first in which the handle has a password
    };
    /// A new session; the one of the browser's cookie ends. Errors: unauthenticated "login_failed",
    /// "totp_required" (its field is "totp" when a code was sent that is not right); rate_limited
    /// "too_many_attempts".
    [[nodiscard]] asio::awaitable<Result<Opened>> sign_in(Credentials credentials, Browser browser);
    /// A session of a user whom somebody else has proven: `by` says who, for the audit. The one of
    /// the browser's cookie ends. Errors: conflict "user_changed".
    [[nodiscard]] asio::awaitable<Result<Opened>> sign_in_as(store::User user, std::string by,
                                                             Browser browser);
    /// Ends the session of the browser's cookie, if that is one.
    [[nodiscard]] asio::awaitable<Result<void>> sign_out(Browser browser);

    /// Organizations that the session may go over to, and its own.
    [[nodiscard]] std::vector<store::OrgId> organizations_of(const SignedIn& me) const;
    /// The same person in another organization, in a session that takes this one's place. Two users
    /// of one handle are two people until somebody has shown both passwords: only those whom the
    /// sign-in proved with its own password are gone over to. Errors: forbidden "sign_in_again".
    [[nodiscard]] asio::awaitable<Result<Opened>> switch_to(SignedIn me, store::OrgId org,
                                                            Browser browser);

    [[nodiscard]] asio::awaitable<Result<SignedIn>> find(std::string cookie) const {
        auto found = co_await sessions_.find(std::move(cookie));
        co_return found;
    }
    [[nodiscard]] bool is_genuine(std::string_view cookie) const {
        return sessions_.is_genuine(cookie);
    }
    [[nodiscard]] asio::awaitable<Result<std::vector<store::ConsoleSession>>> sessions_of(
        std::int64_t user) const {
        auto found = co_await sessions_.list(user);
        co_return found;
    }
    /// One of his own sessions. Errors: not_found "session_not_found".
    [[nodiscard]] asio::awaitable<Result<void>> end_session(SignedIn me, std::string id,
                                                            std::string client);

    /// All his sessions end; the browser goes on in a new one. Errors: forbidden "wrong_password",
    /// invalid "weak_password", rate_limited "too_many_attempts", conflict "user_changed".
    [[nodiscard]] asio::awaitable<Result<Opened>> change_password(SignedIn me, Secret old_password,
                                                                  Secret new_password,
                                                                  Browser browser);

    [[nodiscard]] asio::awaitable<Result<bool>> has_totp(std::int64_t user) const {
        auto active = co_await totp_.is_active(user);
        co_return active;
    }
    [[nodiscard]] asio::awaitable<Result<TotpKeeper::Started>> start_totp(SignedIn me);
    [[nodiscard]] asio::awaitable<Result<std::vector<std::string>>> activate_totp(
        SignedIn me, std::string code, std::string client);
    /// Errors: forbidden "wrong_password"; not_found "totp_not_set"; "too_many_attempts".
    [[nodiscard]] asio::awaitable<Result<void>> remove_totp(SignedIn me, Secret password,
                                                            Browser browser);

  private:
    /// Users of the same handle elsewhere whose password this is too, and who need no code.
    [[nodiscard]] asio::awaitable<Result<std::vector<store::ProvenUser>>> prove_others(
        store::OrgId org, std::string handle, Secret password, std::string client);
    [[nodiscard]] asio::awaitable<Result<SignIn::Checked>> check_password(const SignedIn& me,
                                                                          Secret password,
                                                                          const Browser& browser);
    [[nodiscard]] asio::awaitable<std::string> session_of(std::string cookie) const;
    void record(const Principal& who, std::string action, std::string object, std::string client,
                json::object detail = {}) const;

    store::Catalog* catalog_;
    SignIn* sign_in_;
    Audit* audit_;
    crypto::Random* random_;
    ConsoleSessions sessions_;
    TotpKeeper totp_;
    SetUpCode set_up_;
};

}  // namespace casement::access
