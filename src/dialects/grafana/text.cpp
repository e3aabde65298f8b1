#include "dialects/grafana/text.h"

#include "base/encoding.h"

#include <algorithm>
#include <charconv>

namespace casement::grafana {

bool has_no_controls(std::string_view text) noexcept {
    return std::ranges::none_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; });
}

bool is_alphanumeric(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    });
}

bool is_lower_hex(std::string_view text) noexcept {
    return std::ranges::all_of(
        text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_plain_text(std::string_view text, std::size_t most) noexcept {
    return text.size() <= most && is_utf8(text) && has_no_controls(text);
}

std::optional<std::int64_t> plain_number(std::string_view text, std::size_t most_digits) noexcept {
    const bool is_number = !text.empty() && text.size() <= most_digits &&
                           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }) &&
                           (text.size() == 1 || text.front() != '0');
    if (!is_number) return std::nullopt;
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace casement::grafana
