// Colours that an author may write, and the few spellings of them that reach a page's style.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace casement::dashboards {

/// As a pattern of a shape: what page_colour() may understand.
[[nodiscard]] const char* colour_pattern();

/// "green", "yellow", "red", "blue" (the page has a pair of them, for light and dark), "#rrggbb" or
/// "#rrggbbaa". Written may be besides: the other named hues (orange, purple), the shades
/// "dark-…", "semi-dark-…", "light-…", "super-light-…" of each, "white", "black", "gray",
/// "transparent", "#rgb", "rgb(1, 2, 3)" and "rgba(1, 2, 3, 0.5)". nullopt for anything else.
[[nodiscard]] std::optional<std::string> page_colour(std::string_view written);

}  // namespace casement::dashboards
