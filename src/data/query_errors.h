// What goes wrong with a query, in the words that every source uses (codes of source.h).
#pragma once

#include "base/error.h"
#include "data/query.h"

#include <string>

namespace casement::data {

[[nodiscard]] Error query_cancelled();
[[nodiscard]] Error query_timeout();
[[nodiscard]] Error query_too_large(std::string message);
/// The result's JSON would grow beyond `limits.bytes`.
[[nodiscard]] Error result_too_large(const QueryLimits& limits);
/// Not a single SELECT, or a closed door.
[[nodiscard]] Error query_refused(std::string message);
/// The engine's own message, cut to a length that a person reads.
[[nodiscard]] Error query_invalid(std::string message);

/// What holds for the text of any query: well-formed UTF-8 without NUL, and not endless. Errors:
/// query_refused.
[[nodiscard]] Result<void> check_query_text(const std::string& text);

}  // namespace casement::data
