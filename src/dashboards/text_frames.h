// The frames in a text's HTML, for servers that are told to let them through
// (security.disable_sanitize_html). Everything else in the HTML stays text.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace casement::dashboards {

struct TextFrame {
    std::string src;  ///< http or https, without blanks and control characters
    std::string title;
    int height = 0;  ///< pixels, 20 to 4000; 0 = not said
};

/// In the order in which they stand. An `iframe` whose address is no such one is left out; of its
/// attributes only src, title and height count, and of the same one twice the first, as in a
/// browser.
[[nodiscard]] std::vector<std::variant<std::string, TextFrame>> split_frames(std::string_view html);

}  // namespace casement::dashboards
