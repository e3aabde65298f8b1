// The tokens of cookieless embedding and of API-made one-time links (looker.md §4): HS256 JWTs, as
// the vendor's are, so that a client that looks at `exp` finds it. They name a session; what it may
// see is the session's.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "store/records.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace casement::looker {

enum class TokenType {
    authentication,  ///< opens the first frame, once, within 30 s
    navigation,      ///< opens further frames
    api,             ///< renews a frame's right to data
    reference,       ///< what the host's backend keeps; never in a browser
    login,           ///< a user's own link, made by the API: once, within five minutes
};

inline constexpr std::chrono::seconds kAuthenticationLife{30};
inline constexpr std::chrono::seconds kNavigationLife{600};
inline constexpr std::chrono::seconds kApiLife{600};
inline constexpr std::chrono::seconds kLoginLife{300};

struct TokenClaims {
    store::OrgId org = 0;
    std::string subject;       ///< session id; of a login token the user's id
    std::string randomizer;    ///< unique; what makes a one-time token single-use
    std::string embed_domain;  ///< allowed for this session beyond the allowlist, or empty
    std::chrono::seconds session_length{};  ///< login tokens
    Time expires_at{};
};

class EmbedTokens {
  public:
    /// `key` is the same on every node; `random` must outlive it.
    EmbedTokens(Secret key, crypto::Random& random) : key_(std::move(key)), random_(&random) {}

    /// `claims.randomizer` is made here.
    [[nodiscard]] std::string make(TokenType type, TokenClaims claims) const;
    /// Whose end has passed is told by `expires_at`: reading does not look at the clock, since an
    /// expired reference token still says which session is over. Errors: unauthenticated
    /// "token_invalid" for anything that this server did not sign as this type.
    [[nodiscard]] Result<TokenClaims> read(TokenType type, std::string_view token) const;

  private:
    Secret key_;
    crypto::Random* random_;
};

}  // namespace casement::looker
