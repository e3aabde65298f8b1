// Tables of what Prometheus answers.
#pragma once

#include "data/prometheus_answer.h"
#include "data/prometheus_window.h"
#include "data/query.h"
#include "data/table.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::data {

/// `{{label}}` replaced by the label's value, or by nothing; without a template (or "__auto") the
/// series as PromQL writes it: `up{job="api"}`. Never the query's text.
[[nodiscard]] std::string series_name(std::string_view legend,
                                      const std::map<std::string, std::string>& labels);

struct TableWish {
    enum class Format { time_series, table, heatmap } format = Format::time_series;
    std::string legend;
    std::optional<StepGrid> grid;  ///< none: an instant
    QueryLimits limits;
};

/// time_series: one time column, the whole grid, and a number column per series, null where it has
/// no sample, is NaN or infinite. heatmap: the same, columns by `le`, each bucket without those
/// below it. table: a row per sample; Time, a text column per label, Value.
/// nullptr: it would be larger than its limit of bytes.
[[nodiscard]] TablePtr make_table(PrometheusAnswer answer, const TableWish& wish);

/// One text column.
[[nodiscard]] TablePtr make_list(const std::vector<std::string>& values, std::size_t max_rows);

}  // namespace casement::data
