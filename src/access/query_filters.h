// A viewer's own filters in a query of SQL: its text becomes a relation, of which those rows stay
// that pass. Only columns of the query's own result can be named, every value is bound, and what
// the scope allows is checked for the whole text as ever.
#pragma once

#include "base/error.h"
#include "dashboards/filters.h"
#include "data/query.h"
#include "data/source.h"

#include <string_view>
#include <vector>

namespace casement::access {

/// Whether one of the columns is called that.
[[nodiscard]] bool has_column(const std::vector<data::Column>& columns, std::string_view name);

// `described`: the source's own description of the query's text.

/// All of `filters` name columns. Errors: unprocessable "filter_not_applicable" for an operator
/// that this type of source, or the column's type, does not know.
[[nodiscard]] Result<void> narrow(data::Query& query, std::string_view source_type,
                                  const data::Source::Description& described,
                                  const std::vector<dashboards::Filter>& filters);

/// A query whose only column holds the distinct texts of that column, at most 1000.
void ask_for_values(data::Query& query, std::string_view source_type,
                    const data::Source::Description& described, std::string_view column);

}  // namespace casement::access
