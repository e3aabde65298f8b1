// Whole numbers as people and programs write them.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace casement {

/// All of `text` as a decimal number: an optional '-', digits, nothing else. nullopt for what is no
/// such text, and for what does not fit.
template <class Number>
[[nodiscard]] std::optional<Number> whole_number(std::string_view text) {
    Number number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace casement
