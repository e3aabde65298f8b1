// libcasement-sign: signed links that open a Casement dashboard in a page of yours.
//
//     const std::string url = casement::sign::secure_embed_url(base_url, credential);
//
// Put the url into the src of an iframe. It opens once, within 30 minutes, in one browser; so sign
// a new one for every page load, and only for a visitor whom your application knows.
//
// Links as Looker's signed embedding has them are made by looker_embed_url, further down. They name
// the user and what he may see, and open once, within 5 minutes.
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
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// What an embed secret signs with: a property of the secret, shown where it was made.
enum class LookerAlgorithm { hmac_sha1, hmac_sha256 };

/// Whom a Looker-style link lets in, and to what. Texts are UTF-8 without control characters.
struct LookerEmbed {
    /// "https://dash.example", or with a port; what the browser will send as Host is signed.
    std::string base_url;
    /// "/embed/dashboards/42", with filters and options as its query, encoded as in any URL:
    /// "/embed/dashboards/42?State=New%20York&embed_domain=https://app.example&sdk=3".
    std::string target;
    /// Your own id of the visitor, 1 to 255 characters. One id, one person: the link's permissions
    /// and attributes replace those of the last link for that id.
    std::string external_user_id;
    std::vector<std::string> permissions;
    std::vector<std::string> models;
    std::optional<std::vector<std::string>> group_ids;
    std::optional<std::string> external_group_id;  ///< up to 81 characters
    std::optional<std::map<std::string, std::string>> user_attributes;
    std::optional<std::string> first_name;
    std::optional<std::string> last_name;
    std::optional<std::string> user_timezone;  ///< an IANA name, "Europe/Berlin"
    std::chrono::seconds session_length{300};  ///< 0 to 30 days
    /// False keeps a login of a person of the server itself that this browser may have.
    bool force_logout_login = true;
    LookerAlgorithm algorithm = LookerAlgorithm::hmac_sha256;
};

struct LookerOptions {
    /// Never take one twice. Empty (the usual way): 16 random bytes as hex. Else 1 to 254
    /// characters.
    std::string nonce;
    /// When the link was signed. Nothing (the usual way): now. Cut to whole seconds.
    std::optional<std::chrono::system_clock::time_point> timestamp;
};

/// A new signed link: `<base_url>/login/embed/<target, encoded>?…&signature=…`. `secret` is the
/// embed secret as text, exactly as it was given.
[[nodiscard]] CASEMENT_SIGN_API std::string looker_embed_url(const LookerEmbed& embed,
                                                             std::string_view secret,
                                                             const LookerOptions& options = {});

/// For your tests: whether `url` carries each of Looker's parameters at most once, the signed ones
/// all, and the signature is right under this secret. Looks neither at the time nor at what the
/// parameters say. Compares in constant time; an empty secret is right for nothing.
[[nodiscard]] CASEMENT_SIGN_API bool is_looker_url_signed_by(std::string_view url,
                                                             std::string_view secret,
                                                             LookerAlgorithm algorithm);

}  // namespace casement::sign

#endif
