// Data sources of the type "prometheus" as the vendor's clients create and query them (grafana.md
// §4.6, §5): url, basic authentication, jsonData; `expr`, `range`, `instant`, `legendFormat`. Pure.
#pragma once

#include "base/error.h"
#include "data/query.h"
#include "data/table.h"
#include "dialects/grafana/query_body.h"

#include <string>
#include <string_view>

namespace casement::grafana {

inline constexpr std::string_view kPrometheus = "prometheus";

[[nodiscard]] bool is_promql(const store::Source& source);

/// What the engine reads of a data source's body; check_source() says what is wrong with it.
[[nodiscard]] json::object prometheus_settings(const json::object& body);

/// Fills text, format, interval and promql of `asked`.
void read_promql(const json::object& query, Time from, Time to, AskedQuery& asked);

/// `text` gets what will run. Errors: invalid "query_empty", "query_too_long".
[[nodiscard]] Result<data::Query> promql_query(const AskedQuery& asked, const AskedQueries& all,
                                               const data::QueryLimits& limits, std::string& text);

/// One frame per series, its labels in the field; or one table.
[[nodiscard]] json::array promql_frames(const data::Table& table, const AskedQuery& asked,
                                        const std::string& text);

}  // namespace casement::grafana
