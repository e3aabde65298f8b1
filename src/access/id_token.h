// ID tokens of OpenID Connect: what a provider says of a person who has signed in there
// (OpenID Connect Core 1.0 §§2, 3.1.3.7; RFC 7515, 7517, 7518).
#pragma once

#include "base/clock.h"
#include "base/error.h"

#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace casement::access {

namespace json = boost::json;

/// What a token must say to be for us, and for this sign-in.
struct IdTokenRules {
    std::string issuer;
    std::string client_id;
    std::string nonce;
    Time now{};
};

struct IdClaims {
    std::string subject;  ///< the provider's own name for the person, 1 to 255 bytes
    std::string email;    ///< or empty
    bool email_verified = false;
    std::string name;  ///< or empty
    json::object all;
};

/// `keys` is the provider's JSON Web Key Set. RS256 and ES256, and nothing else: not "none", and no
/// secret that both sides know. A minute of difference between the clocks is let pass.
/// Errors: unauthenticated "openid_token_refused", whose message says why; it quotes nothing.
/// unavailable "openid_key_unknown": signed with a key that is not in the set.
[[nodiscard]] Result<IdClaims> verify_id_token(std::string_view token, const json::object& keys,
                                               const IdTokenRules& rules);

}  // namespace casement::access
