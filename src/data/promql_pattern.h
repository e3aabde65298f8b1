// The regular expressions of label matchers (RE2's syntax, matched against the whole value).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace casement::data::promql {

/// `text` as an expression that matches it and nothing else, wherever it stands.
[[nodiscard]] std::string escape_pattern(std::string_view text);

/// Whether a matcher can have it: then whether it matches the empty text (true) or not (false);
/// nullopt for what is not an expression.
[[nodiscard]] std::optional<bool> matches_empty(const std::string& pattern);

/// Whether an escaped text may follow `before` and stand for itself there: not in a class, behind a
/// backslash, inside \Q…\E, a repeat count or a group's flags.
[[nodiscard]] bool takes_text_behind(std::string_view before);

}  // namespace casement::data::promql
