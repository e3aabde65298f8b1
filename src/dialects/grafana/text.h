// Small readings of text that everything in this dialect shares.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace casement::grafana {

/// No byte below 0x20, no 0x7f.
[[nodiscard]] bool has_no_controls(std::string_view text) noexcept;
/// Only [0-9A-Za-z].
[[nodiscard]] bool is_alphanumeric(std::string_view text) noexcept;
/// Only [0-9a-f].
[[nodiscard]] bool is_lower_hex(std::string_view text) noexcept;
/// Well-formed UTF-8 of at most `most` bytes without control characters.
[[nodiscard]] bool is_plain_text(std::string_view text, std::size_t most) noexcept;

/// A decimal number with one spelling: no sign, no leading zero, at most `most_digits` (≤ 18).
[[nodiscard]] std::optional<std::int64_t> plain_number(std::string_view text,
                                                       std::size_t most_digits = 12) noexcept;

}  // namespace casement::grafana
