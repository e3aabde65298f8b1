// libcasement-sign: signed links that open a Casement dashboard in a page of yours.
//
//     const std::string url = casement::sign::secure_embed_url(base_url, credential);
//
// Put the url into the src of an iframe. It opens once, within 30 minutes, in one browser; so sign
// a new one for every page load, and only for a visitor whom your application knows.
//
// Sign on the server. Whoever has the credential can open the dashboard: it must never reach a
// page, a URL or a log.
//
// C++17. Every function may be called from any thread at any time. Errors are exceptions:
// std::invalid_argument when an argument cannot be signed (what() names it and says what is
// wanted, and never holds the credential), std::runtime_error when OpenSSL or the system's random
// generator fails.
#ifndef CASEMENT_SIGN_H
#define CASEMENT_SIGN_H

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#if defined(__GNUC__)
#define CASEMENT_SIGN_API __attribute__((visibility("default")))
#else
#define CASEMENT_SIGN_API
#endif

namespace casement::sign {

struct SecureEmbedOptions {
    /// Makes the link single use: never take one twice. Empty (the usual way): 16 random bytes as
    /// hex. Else 1 to 128 visible ASCII characters without `|`.
    std::string nonce;
    /// When the link was signed. Nothing (the usual way): now. Cut to whole seconds.
    std::optional<std::chrono::system_clock::time_point> timestamp;
};

/// A new signed link: `<base_url>?token=…&nonce=…&ts=…`, with
/// `token = hex(HMAC-SHA256(credential, nonce + "|" + ts))`.
///
/// `base_url` is the share's url as Casement gave it, without query or fragment. `credential` is
/// the share's credential as text, exactly as it was given.
[[nodiscard]] CASEMENT_SIGN_API std::string secure_embed_url(
    std::string_view base_url, std::string_view credential, const SecureEmbedOptions& options = {});

/// For your tests: whether `url` carries token, nonce and ts once each, and the token is right
/// under this credential. Looks neither at the time nor at whether the link was used. Compares in
/// constant time; an empty credential is right for nothing.
[[nodiscard]] CASEMENT_SIGN_API bool is_signed_by(std::string_view url,
                                                  std::string_view credential);

}  // namespace casement::sign

#endif
