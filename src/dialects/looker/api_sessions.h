// API logins (looker.md §2.1): a client's id and secret for a token of an hour, which logout ends
// everywhere at once. They live in the session store beside the viewers' sessions, which know
// nothing of each other: what opens one is never good for the other.
#pragma once

#include "access/principal.h"
#include "base/clock.h"
#include "crypto/random.h"
#include "store/session_store.h"

#include <chrono>
#include <cstdint>
#include <string>

#include <boost/asio/awaitable.hpp>

namespace casement::looker {

namespace asio = boost::asio;

inline constexpr std::chrono::seconds kApiSession{3600};

class ApiSessions {
  public:
    /// All must outlive it.
    ApiSessions(const access::Authenticator& authenticator, store::SessionStore& sessions,
                crypto::Random& random, const Clock& clock)
        : authenticator_(&authenticator), sessions_(&sessions), random_(&random), clock_(&clock) {}

    /// A new token for a client that has proven itself; `user` other than 0: in that user's name.
    /// Durable when it returns.
    [[nodiscard]] asio::awaitable<Result<std::string>> open(access::Principal who,
                                                            std::int64_t user, std::string client);

    /// Who a token stands for, with everything looked at again: session, key, user. A service
    /// token of this server (`casement admin create-credentials`) is taken as well. Errors:
    /// unauthenticated "invalid_token", alike for every reason.
    [[nodiscard]] asio::awaitable<Result<access::Principal>> identify(std::string token);

    /// Ends the login. Errors: as identify.
    [[nodiscard]] asio::awaitable<Result<void>> close(std::string token);

  private:
    [[nodiscard]] asio::awaitable<Result<store::SessionRow>> find(std::string token);

    const access::Authenticator* authenticator_;
    store::SessionStore* sessions_;
    crypto::Random* random_;
    const Clock* clock_;
};

}  // namespace casement::looker
