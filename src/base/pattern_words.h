// The patterns that declared texts are held against, as a person would say them.
#pragma once

#include <string>
#include <string_view>

namespace casement {

/// What a text of this pattern is, to go after "must be": "a length of time such as 30s". Of one
/// that nobody has put into words: that it is written in another way. Never the pattern itself.
[[nodiscard]] std::string pattern_words(std::string_view pattern);

}  // namespace casement
