// How a secure embed link is spelled and signed. Only the standard library and OpenSSL below this
// point: the installable libcasement-sign is made of this file too.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casement::datadog {

inline constexpr std::string_view kLandingPath = "/sb/secure-embed/";
inline constexpr std::size_t kTokenLength = 64;
inline constexpr std::size_t kMaxNonceLength = 128;
/// Twelve digits of seconds reach the year 33658; thirteen are milliseconds by mistake.
inline constexpr std::size_t kMaxTimestampLength = 12;
/// A link opens from `kMaxAhead` before its timestamp until `kValidFor` after it.
inline constexpr std::chrono::seconds kValidFor = std::chrono::minutes(30);
inline constexpr std::chrono::seconds kMaxAhead{60};

/// Letters, digits, `-` and `_`, 8 to 64 of them.
[[nodiscard]] bool is_share_token(std::string_view text) noexcept;
/// Exactly 64 lower-case hex digits. The vendor's samples emit lower case, and with one spelling
/// only, the same link is the same text wherever texts are compared: logs, caches, counters.
[[nodiscard]] bool is_token(std::string_view text) noexcept;
/// 1 to 128 visible ASCII characters without `|`: the signed text `nonce|ts` then has one reading.
[[nodiscard]] bool is_nonce(std::string_view text) noexcept;
/// 1 to 12 decimal digits, no sign, no leading zero.
[[nodiscard]] bool is_timestamp(std::string_view text) noexcept;

/// What is signed: `<nonce>|<ts>`.
[[nodiscard]] std::string signed_text(std::string_view nonce, std::string_view ts);

/// The link's `token`: lower-case hex of HMAC-SHA256 over signed_text. The key is the credential's
/// text as it was issued, not decoded from anything.
[[nodiscard]] std::string sign(std::string_view credential, std::string_view nonce,
                               std::string_view ts);

/// Why these cannot become a link, as a sentence for the developer; nullopt when they can.
[[nodiscard]] std::optional<std::string> signing_problem(std::string_view base_url,
                                                         std::string_view credential,
                                                         std::string_view nonce,
                                                         std::string_view ts);

/// `<base_url>?token=…&nonce=…&ts=…`. The arguments must have no signing_problem.
[[nodiscard]] std::string signed_url(std::string_view base_url, std::string_view credential,
                                     std::string_view nonce, std::string_view ts);

}  // namespace casement::datadog
