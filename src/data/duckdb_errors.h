// DuckDB's errors in our words.
#pragma once

#include "base/error.h"

#include <string>

#include <duckdb.h>

namespace casement::data {

/// Codes of source.h. The engine's own message is kept only under query_invalid; an interrupted
/// query comes back as query_cancelled, and whoever interrupted knows better why.
[[nodiscard]] Error engine_error(duckdb_result* failed);
/// For calls that leave only a message, which starts with the error's type.
[[nodiscard]] Error engine_error(const std::string& message);

}  // namespace casement::data
