// Small comparisons that HTTP's grammar asks for. ASCII only, by the standard.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace casement::http {

[[nodiscard]] constexpr char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

[[nodiscard]] constexpr bool same_name(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    if (a == b) return true;  // mostly written the same way
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (to_lower(a[i]) != to_lower(b[i])) return false;
    }
    return true;
}

/// Without the spaces and tabs around it.
[[nodiscard]] constexpr std::string_view trim(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

/// Cuts off and returns what stands before the first `separator`, or all of it.
[[nodiscard]] constexpr std::string_view next_part(std::string_view& rest,
                                                   char separator) noexcept {
    const auto end = rest.find(separator);
    const auto part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    return part;
}

namespace detail {
// A table: every name of every header goes through it, in both directions.
inline constexpr auto kTokenChars = [] {
    std::array<bool, 256> is{};
    for (const char c : std::string_view("!#$%&'*+-.^_`|~0123456789"))
        is[static_cast<unsigned char>(c)] = true;
    for (char c = 'a'; c <= 'z'; ++c)
        is[static_cast<unsigned char>(c)] = is[static_cast<unsigned char>(c - 'a' + 'A')] = true;
    return is;
}();
}  // namespace detail

/// RFC 9110 §5.6.2 tchar.
[[nodiscard]] constexpr bool is_token_char(char c) noexcept {
    return detail::kTokenChars[static_cast<unsigned char>(c)];
}

[[nodiscard]] inline std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        c = to_lower(c);
    return out;
}

}  // namespace casement::http
