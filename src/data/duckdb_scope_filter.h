// One row filter as SQL on DuckDB. Values are bound, compared without rounding, and a value that
// cannot be read leaves no rows.
#pragma once

#include "data/query.h"
#include "data/scope.h"

#include <functional>
#include <optional>
#include <string>

namespace casement::data {

/// Binds a value and gives what the text calls it ("$casement_scope_3").
using BindScalar = std::function<std::string(Scalar)>;

/// `left` is the column, whose type is `type` as SQL writes it. nullopt: the filter does not go
/// with a column of this type.
[[nodiscard]] std::optional<std::string> filter_condition(const RowFilter& filter,
                                                          const std::string& type,
                                                          const std::string& left,
                                                          const BindScalar& bind);

}  // namespace casement::data
