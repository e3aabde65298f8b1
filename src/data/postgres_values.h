// PostgreSQL's text form of values, read exactly.
#pragma once

#include "data/table.h"

#include <optional>
#include <string_view>

namespace casement::data {

/// What a column of this type becomes. `type` is PostgreSQL's number of it.
[[nodiscard]] ColumnType postgres_column_type(unsigned type);

/// A date or timestamp (DateStyle ISO, TimeZone UTC) as epoch milliseconds with fractions; nullopt
/// for infinity and for what it does not understand.
[[nodiscard]] std::optional<double> postgres_milliseconds(std::string_view text);

}  // namespace casement::data
