// The secure embed link as the server receives it: read, verified, held against the clock. Pure:
// no I/O, no state. Single use is not decided here but by the replay guard.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "crypto/secret.h"
#include "dialects/datadog/signature.h"

#include <optional>
#include <string>
#include <string_view>

namespace casement::datadog {

/// Longer targets are refused before anything else is looked at.
inline constexpr std::size_t kMaxLinkLength = 8192;

struct Link {
    std::string share_token;
    std::string token;    ///< 64 lower-case hex digits, not yet verified
    std::string nonce;    ///< decoded once
    std::string ts_text;  ///< as signed
    seconds ts{};         ///< since 1970, UTC
};

/// Reads `/sb/secure-embed/<share token>?token=…&nonce=…&ts=…` from a request target's raw bytes.
/// The three parameters come in any order, each exactly once; names and values are form-decoded
/// once. Hosts and mail programs append parameters of their own: others are ignored unread, since
/// nothing but the three is signed or used. Errors: malformed_link, with the parameter as `field`.
[[nodiscard]] Result<Link> parse_link(std::string_view target);

/// True when `link.token` signs its nonce and time under this credential. Constant time; an empty
/// credential verifies nothing.
[[nodiscard]] bool verify_signature(const Link& link, std::string_view credential);
[[nodiscard]] inline bool verify_signature(const Link& link, const Secret& credential) {
    return verify_signature(link, credential.reveal());
}

enum class WindowState { inside, expired, not_yet };

/// Whole seconds, both ends included: a link signed 1800 s ago opens, 1801 s ago does not.
[[nodiscard]] WindowState window(const Link& link, Time now);
/// The same as the error to answer with: link_expired or link_not_yet_valid; nullopt inside.
[[nodiscard]] std::optional<Error> check_window(const Link& link, Time now);

/// 401 bad_signature. Says nothing about which part differed.
[[nodiscard]] Error bad_signature();

/// A link signed for `now`; the arguments must have no signing_problem.
[[nodiscard]] std::string signed_url(std::string_view base_url, const Secret& credential,
                                     std::string_view nonce, Time now);

}  // namespace casement::datadog
