// Text encodings of bytes. Decoders are strict: what they accept has exactly one spelling.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace casement {

/// Lower case.
[[nodiscard]] std::string to_hex(std::string_view bytes);
/// Either case; nullopt on an odd length or another character.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);

/// RFC 4648 §5, without padding.
[[nodiscard]] std::string to_base64url(std::string_view bytes);
/// Without padding; nullopt on another character, a bad length, or non-zero trailing bits.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

/// RFC 4648 §4, padded.
[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Padded; nullopt on another character, a bad length, or non-zero trailing bits.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

/// `%XX` decoded once; `+` stays. nullopt on a broken escape.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text);
/// As percent_decode, and `+` is a space: application/x-www-form-urlencoded.
[[nodiscard]] std::optional<std::string> form_decode(std::string_view text);
/// Everything but RFC 3986 unreserved characters becomes `%XX` (upper-case hex).
[[nodiscard]] std::string percent_encode(std::string_view text);

/// Well-formed UTF-8: shortest form, no surrogates, at most U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;
/// The longest start of `text` that has at most `max_bytes` and cuts no character in two.
[[nodiscard]] std::string_view utf8_head(std::string_view text, std::size_t max_bytes) noexcept;

}  // namespace casement
