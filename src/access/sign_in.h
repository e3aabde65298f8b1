// A user of this server proves who he is with his password: the console asks for it, and private
// embedding inside the frame.
#pragma once

#include "access/audit.h"
#include "access/sign_in_limits.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/pool.h"
#include "crypto/secret.h"
#include "store/catalog.h"

#include <atomic>
#include <cstdint>
#include <string>

#include <boost/asio/awaitable.hpp>

namespace casement::access {

namespace asio = boost::asio;

class SignIn {
  public:
    /// `key` is for the limits (sign_in_limits.h).
    SignIn(store::Catalog& catalog, Audit& audit, const Clock& clock, Secret key = {});

    struct Attempt {
        store::OrgId org = 0;
        std::string handle;  ///< an e-mail address usually
        Secret password;
        std::string client;  ///< address, for the limits and the audit
        std::string device;  ///< SignInLimits::device_of, where the browser shows one
    };
    /// The user's id. Unknown users, wrong passwords, users without one and disabled users fail
    /// alike and take equally long. Errors: unauthenticated "login_failed"; rate_limited
    /// "too_many_attempts" (sign_in_limits.h says how many those are).
    [[nodiscard]] asio::awaitable<Result<std::int64_t>> check(Attempt attempt);

    struct Checked {
        bool holds = false;
        std::int64_t user = 0;      ///< whose name it is, also where the password is wrong; or 0
        std::string password_hash;  ///< that the password was held against
    };
    /// The same without an audit row: whether the password is that of the name, for who has more to
    /// ask before anybody is signed in. Errors: "too_many_attempts" alone.
    [[nodiscard]] asio::awaitable<Result<Checked>> verify(Attempt attempt);

    [[nodiscard]] const SignInLimits& limits() const { return limits_; }

  private:
    /// Checks of strangers that may wait; more are refused. Each costs tens of milliseconds.
    static constexpr int kMostWaiting = 64;

    store::Catalog* catalog_;
    Audit* audit_;
    SignInLimits limits_;
    std::atomic<int> waiting_{0};
    /// Threads of their own: a flood of guesses must not keep the catalog's from their work, nor
    /// the people whose browsers are known from signing in.
    BlockingPool strangers_{"passwords", 2};
    BlockingPool known_{"known-passwords", 1};
};

/// What every sign-in that failed is told.
[[nodiscard]] Error login_failed();

}  // namespace casement::access
