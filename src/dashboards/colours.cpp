#include "dashboards/colours.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace casement::dashboards {
namespace {

struct Hue {
    std::string_view name;
    std::array<std::string_view, 5> shades;
};
// In the order of kHues' shades.
constexpr std::array<std::string_view, 5> kShades = {"dark-", "semi-dark-", "", "light-",
                                                     "super-light-"};
constexpr Hue kHues[] = {
    {"red", {"#c4162a", "#e02f44", "red", "#ff7383", "#ffa6b0"}},
    {"orange", {"#fa6400", "#ff780a", "#ff9830", "#ffb357", "#ffcb7d"}},
    {"yellow", {"#e0b400", "#f2cc0c", "yellow", "#ffee52", "#fff899"}},
    {"green", {"#37872d", "#56a64b", "green", "#96d98d", "#c8f2c2"}},
    {"blue", {"#1f60c4", "#3274d9", "blue", "#8ab8ff", "#c0d8ff"}},
    {"purple", {"#8f3bb8", "#a352cc", "#b877d9", "#ca95e5", "#deb6f2"}},
};
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kPlain = {{
    {"white", "#ffffff"},
    {"black", "#000000"},
    {"gray", "#808080"},
    {"grey", "#808080"},
    {"transparent", "#00000000"},
}};

bool is_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](unsigned char c) { return std::isxdigit(c) != 0; });
}

std::optional<std::string> hex_colour(std::string_view digits) {
    if (!is_hex(digits)) return std::nullopt;
    if (digits.size() == 6 || digits.size() == 8) return fmt::format("#{}", digits);
    if (digits.size() != 3) return std::nullopt;
    return fmt::format("#{0}{0}{1}{1}{2}{2}", digits[0], digits[1], digits[2]);
}

/// The numbers between the brackets: "1, 2, 3" or "1, 2, 3, 0.5".
std::optional<std::string> mixed_colour(std::string_view text, bool has_opacity) {
    std::array<double, 4> parts{0, 0, 0, 1};
    const std::size_t count = has_opacity ? 4 : 3;
    for (std::size_t i = 0; i < count; ++i) {
        while (text.starts_with(' '))
            text.remove_prefix(1);
        const auto [end, failed] =
            std::from_chars(text.data(), text.data() + text.size(), parts[i]);
        if (failed != std::errc{} || !(parts[i] >= 0)) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        while (text.starts_with(' '))
            text.remove_prefix(1);
        if (i + 1 == count) break;
        if (!text.starts_with(',')) return std::nullopt;
        text.remove_prefix(1);
    }
    if (!text.empty() || parts[3] > 1) return std::nullopt;
    if (std::any_of(parts.begin(), parts.begin() + 3, [](double part) { return part > 255; })) {
        return std::nullopt;
    }
    const auto whole = [](double part) { return static_cast<int>(std::lround(part)); };
    auto colour =
        fmt::format("#{:02x}{:02x}{:02x}", whole(parts[0]), whole(parts[1]), whole(parts[2]));
    if (parts[3] < 1) colour += fmt::format("{:02x}", whole(parts[3] * 255));
    return colour;
}

}  // namespace

const char* colour_pattern() {
    return "((super-light-|light-|semi-dark-|dark-)?(red|orange|yellow|green|blue|purple))|white|"
           "black|gray|grey|transparent|#[0-9A-Fa-f]{3}|#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?|"
           "rgba?\\([0-9., ]{5,40}\\)";
}

std::optional<std::string> page_colour(std::string_view written) {
    if (written.starts_with('#')) return hex_colour(written.substr(1));
    for (const auto& [name, colour] : kPlain) {
        if (written == name) return std::string(colour);
    }
    for (const auto& hue : kHues) {
        if (!written.ends_with(hue.name)) continue;
        const auto shade = written.substr(0, written.size() - hue.name.size());
        for (std::size_t i = 0; i < kShades.size(); ++i) {
            if (shade == kShades[i]) return std::string(hue.shades[i]);
        }
        return std::nullopt;
    }
    const bool has_opacity = written.starts_with("rgba(");
    if (!has_opacity && !written.starts_with("rgb(")) return std::nullopt;
    if (!written.ends_with(')')) return std::nullopt;
    const std::size_t start = has_opacity ? 5 : 4;
    return mixed_colour(written.substr(start, written.size() - start - 1), has_opacity);
}

}  // namespace casement::dashboards
