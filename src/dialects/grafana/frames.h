// Results as the vendor's clients read them: frames of typed fields with values by column
// (grafana.md §5, /ds/query). Pure.
#pragma once

#include "base/error.h"
#include "data/table.h"

#include <string_view>

#include <boost/json.hpp>

namespace casement::grafana {

namespace json = boost::json;

/// `{"schema": {"refId", "fields"}, "data": {"values"}}`, a field for each column; times are whole
/// epoch milliseconds, numbers doubles, as the vendor's are. A table that its limits cut says so in
/// `schema.meta.notices`.
[[nodiscard]] json::object frame_of(const data::Table& table, std::string_view ref_id);

/// Cells that a frame made of series may have.
inline constexpr std::size_t kMostSeriesCells = 1'000'000;

/// The same as time series, which a query asks for with `"format": "time_series"`: the first column
/// of times first and in order; where columns of text stand beside it, a field for each number and
/// each combination of texts, which are its labels. A number that stands in one place twice is the
/// last one. Errors: invalid "no_time_column", "too_many_series".
[[nodiscard]] Result<json::object> series_frame_of(const data::Table& table,
                                                   std::string_view ref_id);

}  // namespace casement::grafana
