// Sessions of people who are signed in to the console: a cookie with a secret, of which the store
// keeps the hash. Every call asks the store, so one that was ended anywhere is over everywhere.
#pragma once

#include "access/principal.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "store/console_store.h"

#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace casement::access {

namespace asio = boost::asio;

/// Who a cookie stands for, as things are now.
struct SignedIn {
    Principal who;
    store::ConsoleSession session;
};

/// Who a user is to the services: what his role permits, in his name.
[[nodiscard]] Principal principal_of_user(const store::User& user);

class ConsoleSessions {
  public:
    /// Without a call for so long a session is over, and at this age whatever happens.
    static constexpr std::chrono::hours kUnseen{12};
    static constexpr std::chrono::hours kLongest{30 * 24};

    /// `key` guards the cookies; every process of an installation has the same.
    ConsoleSessions(store::Catalog& catalog, crypto::Random& random, const Clock& clock,
                    Secret key);

    /// Whether this server made the cookie. Junk costs a hash and no question to the store; whether
    /// its session is still open only find() knows. Any thread.
    [[nodiscard]] bool is_genuine(std::string_view cookie) const;

    /// Errors: unauthenticated "signed_out" for a cookie that is not ours, and a session that is
    /// over, or whose user is gone or disabled; unavailable.
    [[nodiscard]] asio::awaitable<Result<SignedIn>> find(std::string cookie) const;

    struct Wanted {
        std::int64_t user = 0;
        std::string mark;  ///< of the password that was shown (store::password_mark)
        std::vector<store::ProvenUser> proven;
        std::string client;
        std::string user_agent;
        Time signed_in_at{};   ///< unset: now
        std::string replaces;  ///< id of the session that ends in the same step, or empty
    };
    struct Opened {
        SignedIn signed_in;
        std::string cookie;
    };
    /// A session with a new id and a new secret. Errors: conflict "user_changed"; unavailable.
    [[nodiscard]] asio::awaitable<Result<Opened>> open(Wanted wanted) const;

    /// False when the user has none of this id.
    [[nodiscard]] asio::awaitable<Result<bool>> end(std::int64_t user, std::string id) const;

    /// Open ones of a user, seen last first.
    [[nodiscard]] asio::awaitable<Result<std::vector<store::ConsoleSession>>> list(
        std::int64_t user) const;

  private:
    [[nodiscard]] std::string mac_of(std::string_view secret) const;
    [[nodiscard]] bool is_over(const store::ConsoleSession& session) const;

    store::Catalog* catalog_;
    store::ConsoleStore* store_;
    crypto::Random* random_;
    const Clock* clock_;
    const Secret key_;
};

}  // namespace casement::access
