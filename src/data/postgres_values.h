// PostgreSQL's text form of values, read exactly.
#pragma once

#include "data/table.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace casement::data {

/// What a column of this type becomes. `type` is PostgreSQL's number of it.
[[nodiscard]] ColumnType postgres_column_type(unsigned type);

/// A date or timestamp (DateStyle ISO, TimeZone UTC) as epoch milliseconds, rounded down; nullopt
/// for infinity and for what it does not understand.
[[nodiscard]] std::optional<std::int64_t> postgres_milliseconds(std::string_view text);

/// The nearest double; NaN for NaN and infinities.
[[nodiscard]] double postgres_number(std::string_view text);

/// Whether the shortest text of `value` says the same number as `text`.
[[nodiscard]] bool is_exact(std::string_view text, double value);

}  // namespace casement::data
