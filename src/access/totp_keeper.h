// The second factor of the people who use the console: codes of an authenticator app, and recovery
// codes for the day on which that is lost. No code is good twice.
#pragma once

#include "access/rate_limit.h"
#include "base/clock.h"
#include "base/error.h"
#include "crypto/random.h"
#include "store/console_store.h"

#include <cstdint>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace casement::access {

namespace asio = boost::asio;

class TotpKeeper {
  public:
    /// Wrong codes that one user may send an hour. Only who knows the password gets to send any, so
    /// a stranger shuts nobody out; and six digits must not be guessed by trying them.
    static constexpr std::int64_t kTriesAnHour = 10;
    static constexpr std::size_t kRecoveryCodes = 10;

    TotpKeeper(store::Catalog& catalog, crypto::Random& random, const Clock& clock);

    [[nodiscard]] asio::awaitable<Result<bool>> is_active(std::int64_t user) const;

    struct Started {
        std::string secret;  ///< base32
        std::string uri;     ///< otpauth://…
    };
    /// A new secret that is not asked for yet. `account` is what the app shows. Errors: conflict
    /// "totp_active".
    [[nodiscard]] asio::awaitable<Result<Started>> start(std::int64_t user, std::string account);

    /// From now on a code is asked for. The recovery codes, which are shown this once. Errors:
    /// not_found "totp_not_set" before start(); conflict "totp_active", "totp_changed"; invalid
    /// "wrong_totp"; rate_limited "too_many_attempts".
    [[nodiscard]] asio::awaitable<Result<std::vector<std::string>>> activate(std::int64_t user,
                                                                             std::string code);
    /// Errors: not_found "totp_not_set".
    [[nodiscard]] asio::awaitable<Result<void>> remove(std::int64_t user);

    enum class Answer { not_needed, held, recovery_code, missing, wrong };
    /// What a code (or none) is worth at a sign-in whose password was right; a good one is spent.
    /// Errors: rate_limited "too_many_attempts"; unavailable.
    [[nodiscard]] asio::awaitable<Result<Answer>> check(std::int64_t user, std::string code);

  private:
    [[nodiscard]] Result<void> take_try(std::int64_t user);
    [[nodiscard]] asio::awaitable<Result<Answer>> spend(store::Totp totp, std::string code);

    store::ConsoleStore* store_;
    crypto::Random* random_;
    const Clock* clock_;
    RateLimiter tries_;
};

}  // namespace casement::access
