// Binds a query's values. The only way a value gets to the engine.
#pragma once

#include "base/error.h"
#include "data/duckdb_handles.h"
#include "data/query.h"

#include <string>
#include <vector>

namespace casement::data {

/// Names of the statement's parameters in the engine's order. Errors: query_refused for `?` and
/// `$1`, and for a spelling that named_parameters(text) does not see.
[[nodiscard]] Result<std::vector<std::string>> parameter_names(duckdb_prepared_statement statement,
                                                               const std::string& text);

/// Errors: query_invalid for a name without a value; invalid_parameter for a value that cannot be
/// bound (text that is not UTF-8, a list of mixed types).
[[nodiscard]] Result<void> bind_parameters(duckdb_prepared_statement statement,
                                           const std::vector<std::string>& names,
                                           const std::map<std::string, Value>& values);

}  // namespace casement::data
