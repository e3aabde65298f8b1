// The login link as the server receives it: read, verified, held against the clock. Pure: no I/O,
// no state. Single use is not decided here but by the replay guard.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "crypto/secret.h"
#include "dialects/looker/signature.h"
#include "dialects/looker/target.h"
#include "dialects/looker/values.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace casement::looker {

/// The only parameter of a cookieless login.
inline constexpr std::string_view kAuthenticationToken = "embed_authentication_token";

/// `/login/embed/<path>?nonce=…&signature=…`, not yet verified.
struct SignedLogin {
    SignedTexts texts;      ///< what the signature is over, byte for byte
    std::string signature;  ///< well-formed base64 of 20 or 32 bytes
    LoginValues values;
    /// Where the link leads. For the form that the vendor's SDK makes (see parse_login_link), its
    /// outer embed_domain and sdk stand in here where the path itself has none.
    InnerTarget target;
    std::optional<std::string> outer_embed_domain;
    std::optional<std::string> outer_sdk;
};

/// `/login/embed/<path>?embed_authentication_token=…`: no signature; the token is everything.
struct CookielessLogin {
    std::string authentication_token;  ///< 1 to 2048 visible ASCII characters
    InnerTarget target;
};

using LoginLink = std::variant<SignedLogin, CookielessLogin>;

/// Whether this raw request target looks like a login link, right or wrong.
[[nodiscard]] bool is_login_link(std::string_view target) noexcept;

/// Reads a raw request target: `/login/embed/<ENC>?<parameters>`, where ENC is the encoded path
/// and query of a page below /embed/, with or without its leading slash. Also `/embed/login/embed/
/// <ENC>?…`, which embed-sdk 2 makes of a signed URL: the outer embed_domain, sdk and
/// sandboxed_host that it adds are not part of what was signed.
///
/// Parameters come in any order, each exactly once, names and values form-decoded once. Unknown
/// ones are refused, as the vendor does. Signed and cookieless parameters do not mix. Errors:
/// link_malformed, parameter_*, target_refused.
[[nodiscard]] Result<LoginLink> parse_login_link(std::string_view target);

/// looker.md §1.3. `host` is check_host()'s.
[[nodiscard]] std::string string_to_sign(const SignedLogin& link, std::string_view host);

/// One of the secrets that may have signed. The secret must outlive the call.
struct EmbedSecretView {
    std::int64_t id = 0;
    Algorithm algorithm = Algorithm::sha256;
    const Secret* secret = nullptr;
    bool enabled = true;
    std::optional<Time> expires_at;
};

/// The id of the secret that signed this link. Every secret is tried, each with its own algorithm
/// and in constant time; how long it takes says nothing about which one fits. An empty secret
/// verifies nothing. Errors: signature_invalid; secret_disabled when only a disabled or expired
/// one fits.
[[nodiscard]] Result<std::int64_t> verify_signature(const SignedLogin& link, std::string_view host,
                                                    std::span<const EmbedSecretView> secrets,
                                                    Time now);

/// Whole seconds, both ends included: link_expired or link_not_yet_valid; nullopt within five
/// minutes of the link's time.
[[nodiscard]] std::optional<Error> check_window(const SignedLogin& link, Time now);

/// What is wrong with parameters that no login link has, in the vendor's words.
[[nodiscard]] Error unknown_parameters(std::span<const std::string> names);

}  // namespace casement::looker
