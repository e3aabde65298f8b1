// A user of this server proves who he is with his password: private embedding asks for it inside
// the frame.
#pragma once

#include "access/audit.h"
#include "access/rate_limit.h"
#include "base/clock.h"
#include "base/error.h"
#include "crypto/secret.h"
#include "store/catalog.h"

#include <cstdint>
#include <string>

#include <boost/asio/awaitable.hpp>

namespace casement::access {

namespace asio = boost::asio;

class SignIn {
  public:
    SignIn(store::Catalog& catalog, Audit& audit, const Clock& clock);

    struct Attempt {
        store::OrgId org = 0;
        std::string handle;  ///< an e-mail address usually
        Secret password;
        std::string client;  ///< address, for the limits and the audit
    };
    /// The user's id. Unknown users, wrong passwords, users without one and disabled users fail
    /// alike and take equally long. Errors: unauthenticated "login_failed"; rate_limited
    /// "too_many_attempts" (ten a minute for one name, sixty for one address).
    [[nodiscard]] asio::awaitable<Result<std::int64_t>> check(Attempt attempt);

  private:
    store::Catalog* catalog_;
    Audit* audit_;
    /// Names and addresses are anybody's to invent: they share a fixed number of buckets.
    RateLimiter by_name_;
    RateLimiter by_address_;
};

}  // namespace casement::access
