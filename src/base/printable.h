// Text of strangers, made fit for a terminal and a log.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace casement {

/// What does not show itself, and what would steer a terminal or turn the direction of writing, is
/// written as \xNN; more than `longest` bytes of `text` are cut, with an ellipsis behind.
[[nodiscard]] std::string printable(std::string_view text, std::size_t longest = 140);

}  // namespace casement
