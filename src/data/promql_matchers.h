// The matchers of a selector: {job="api", instance!~"a|b"}.
#pragma once

#include "data/promql_ast.h"
#include "data/promql_cursor.h"

#include <vector>

namespace casement::data::promql {

/// The cursor stands on "{" and then behind "}". `named`: the selector has a metric's name before
/// them. Errors: query_invalid.
[[nodiscard]] Result<std::vector<Matcher>> read_matchers(Cursor& cursor, std::size_t selector_at,
                                                         bool named);

/// Whether a series that lacks the label passes.
[[nodiscard]] bool passes_empty(const Matcher& matcher);

}  // namespace casement::data::promql
