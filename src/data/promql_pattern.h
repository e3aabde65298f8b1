// The regular expressions of label matchers (RE2's syntax, matched against the whole value).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace casement::data::promql {

/// `text` as an expression that matches it and nothing else, wherever it stands.
[[nodiscard]] std::string escape_pattern(std::string_view text);

/// An expression that matches every text that writes this number in digits, with or without a point
/// and zeros around them ("7", "07", "+7.0", "7."), and no text of another number. nullopt: it is
/// no number, or one with more digits than a label has.
[[nodiscard]] std::optional<std::string> number_pattern(std::string_view number);

/// Whether a matcher can have it: then whether it matches the empty text (true) or not (false);
/// nullopt for what is not an expression.
[[nodiscard]] std::optional<bool> matches_empty(const std::string& pattern);

/// Whether an escaped text may follow `before` and stand for itself there: not in a class, behind a
/// backslash, inside \Q…\E, a repeat count or a group's flags.
[[nodiscard]] bool takes_text_behind(std::string_view before);

}  // namespace casement::data::promql
