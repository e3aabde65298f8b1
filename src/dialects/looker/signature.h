// How a signed embed link is spelled and signed. Only the standard library and OpenSSL below this
// point: the installable libcasement-sign is made of this file too.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casement::looker {

inline constexpr std::string_view kLoginPath = "/login/embed/";
/// Every page that a link may open lies below it.
inline constexpr std::string_view kContentPath = "/embed/";

/// A link opens this long before and after its time.
inline constexpr std::chrono::seconds kValidFor = std::chrono::minutes(5);
inline constexpr std::chrono::seconds kMaxSessionLength = std::chrono::hours(24 * 30);
inline constexpr std::chrono::seconds kDefaultSessionLength{300};
inline constexpr std::size_t kMaxNonceLength = 254;         ///< characters
inline constexpr std::size_t kMaxExternalGroupLength = 81;  ///< characters
inline constexpr std::size_t kMaxTextLength = 255;          ///< characters: ids and names
inline constexpr std::size_t kMaxTimestampLength = 12;      ///< digits; 13 are milliseconds
inline constexpr std::size_t kMaxPathLength = 8192;         ///< bytes of the signed path
inline constexpr std::size_t kMaxLinkLength = 16'384;       ///< bytes of path and query

/// What a secret signs with. No link says which; it is a property of the secret.
enum class Algorithm { sha1, sha256 };
/// "hmac/sha-1" and "hmac/sha-256", as the vendor's API writes them.
[[nodiscard]] std::string_view to_text(Algorithm algorithm) noexcept;
[[nodiscard]] std::optional<Algorithm> parse_algorithm(std::string_view text) noexcept;

/// What goes into a signature: the path as it stands in the request, still encoded, and the text
/// of each parameter decoded once. Never anything parsed and written again: signers differ in how
/// they write JSON.
struct SignedTexts {
    std::string path;
    std::string nonce;
    std::string time;
    std::string session_length;
    std::string external_user_id;
    std::string permissions;
    std::string models;
    std::optional<std::string> group_ids;
    std::optional<std::string> external_group_id;
    std::optional<std::string> user_attributes;
    std::string access_filters;
};

struct SignedLine {
    std::string_view name;  ///< "host", "path", then the parameters' names
    std::string_view text;
};
/// The lines in their order; a line of an absent optional parameter is not there.
[[nodiscard]] std::vector<SignedLine> signed_lines(std::string_view host, const SignedTexts& texts);
/// The same joined by LF, without one at the end. `host` is what the browser sends as Host.
[[nodiscard]] std::string string_to_sign(std::string_view host, const SignedTexts& texts);

/// The raw digest. The key is the secret's text as it was given, not decoded from anything.
[[nodiscard]] std::string digest(Algorithm algorithm, std::string_view secret,
                                 std::string_view text);
/// The link's `signature`: the digest in padded base64, not yet percent-encoded.
[[nodiscard]] std::string sign(Algorithm algorithm, std::string_view secret, std::string_view text);

/// A link to be made. `nonce` and `time` are given, so that a test can say them.
struct LoginParameters {
    std::string base_url;  ///< "https://dash.example" or with a port; nothing after it
    std::string target;    ///< "/embed/dashboards/42?State=CA", its query already encoded as such
    std::string nonce;
    std::int64_t time = 0;  ///< seconds since 1970, UTC
    std::chrono::seconds session_length = kDefaultSessionLength;
    std::string external_user_id;
    std::vector<std::string> permissions;
    std::vector<std::string> models;
    std::optional<std::vector<std::string>> group_ids;
    std::optional<std::string> external_group_id;
    std::optional<std::map<std::string, std::string>> user_attributes;
    std::optional<std::string> first_name;
    std::optional<std::string> last_name;
    std::optional<std::string> user_timezone;
    bool force_logout_login = true;
};

/// Why these cannot become a link that opens, as a sentence for the developer; nullopt when they
/// can. Never holds the secret.
[[nodiscard]] std::optional<std::string> signing_problem(const LoginParameters& parameters,
                                                         std::string_view secret);

/// The signed URL, with its parameters in the order of the vendor's own API. The arguments must
/// have no signing_problem.
[[nodiscard]] std::string make_login_url(const LoginParameters& parameters, std::string_view secret,
                                         Algorithm algorithm);

/// What a browser sends as Host for this URL; empty when it has no scheme that browsers open.
[[nodiscard]] std::string_view host_of(std::string_view url) noexcept;

/// The number of Unicode characters of well-formed UTF-8.
[[nodiscard]] std::size_t count_characters(std::string_view text) noexcept;
/// No byte below 0x20, no 0x7f.
[[nodiscard]] bool has_no_controls(std::string_view text) noexcept;

}  // namespace casement::looker
