// Access tokens: ten minutes of a session, carried in memory by the page that it opened for. They
// name the session and their end, and nothing is stored of them.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "crypto/secret.h"

#include <string>
#include <string_view>

namespace casement::access {

class AccessTokens {
  public:
    /// `key` signs them; every node of an installation has the same.
    explicit AccessTokens(Secret key) : key_(std::move(key)) {}

    struct Claims {
        std::string session;
        Time expires_at;
    };
    [[nodiscard]] std::string make(std::string_view session, Time expires_at) const;
    /// Whether it has expired is left to the caller. Errors: unauthenticated
    /// "invalid_access_token".
    [[nodiscard]] Result<Claims> read(std::string_view token) const;

  private:
    Secret key_;
};

}  // namespace casement::access
