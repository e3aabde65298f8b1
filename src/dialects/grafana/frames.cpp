#include "dialects/grafana/frames.h"

#include "base/words.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

using data::ColumnType;

json::object field_of(const data::Column& column) {
    std::string_view type = "string";
    std::string_view frame = "string";
    switch (column.type) {
        case ColumnType::time:
            type = "time";
            frame = "time.Time";
            break;
        case ColumnType::number:
            type = "number";
            frame = "float64";
            break;
        case ColumnType::boolean:
            type = "boolean";
            frame = "bool";
            break;
        case ColumnType::text:
            break;
    }
    return {{"name", column.name},
            {"type", type},
            {"typeInfo", {{"frame", frame}, {"nullable", true}}}};
}

/// Whole numbers without an exponent, which a serialized double has.
json::value number_of(double number) {
    constexpr double kExact = 9'007'199'254'740'992.0;  // 2^53
    if (!std::isfinite(number)) return nullptr;
    if (std::abs(number) <= kExact && std::trunc(number) == number) {
        return static_cast<std::int64_t>(number);
    }
    return number;
}

/// Whole milliseconds: the vendor's times have no fractions.
json::value moment_of(double milliseconds) {
    return number_of(std::floor(milliseconds));
}

json::value cell_of(const data::Table& table, std::size_t column, std::size_t row) {
    const auto& cells = table.cells[column];
    if (cells.nulls[row]) return nullptr;
    switch (table.columns[column].type) {
        case ColumnType::time:
            return moment_of(cells.numbers[row]);
        case ColumnType::number:
            return number_of(cells.numbers[row]);
        case ColumnType::boolean:
            return cells.numbers[row] != 0;
        case ColumnType::text:
            break;
    }
    return json::value(cells.texts[row]);
}

json::object frame(const data::Table& table, std::string_view ref_id, json::array fields,
                   json::array values) {
    json::object schema{{"refId", ref_id}};
    if (table.truncated) {
        const auto text = only_the_first(table.rows, "row") +
                          " here: the query has more than this server answers.";
        schema["meta"] = {{"notices", {json::object{{"severity", "warning"}, {"text", text}}}}};
    }
    schema["fields"] = std::move(fields);
    return {{"schema", std::move(schema)}, {"data", {{"values", std::move(values)}}}};
}

/// Rows that have a time, in its order; those of one time stay as they were.
std::vector<std::size_t> rows_by_time(const data::Table::Cells& times, std::size_t rows) {
    std::vector<std::size_t> order;
    order.reserve(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        if (!times.nulls[row]) order.push_back(row);
    }
    std::sort(order.begin(), order.end(), [&](std::size_t one, std::size_t other) {
        return std::pair(times.numbers[one], one) < std::pair(times.numbers[other], other);
    });
    return order;
}

/// One row's texts, which tell the series apart; nothing for null, which is no label.
using Labels = std::vector<std::optional<std::string>>;

/// Columns of a table by what they are to a series.
struct Roles {
    std::size_t time = 0;
    std::vector<std::size_t> texts;
    std::vector<std::size_t> values;
};

json::object wide(const data::Table& table, std::string_view ref_id, const Roles& roles,
                  const std::vector<std::size_t>& order, const std::vector<double>& times,
                  const std::map<Labels, std::vector<std::size_t>>& series) {
    json::array fields;
    fields.push_back(field_of(table.columns[roles.time]));
    json::array moments;
    for (const auto time : times)
        moments.push_back(moment_of(time));
    json::array values;
    values.push_back(std::move(moments));
    const auto& numbers = table.cells[roles.time].numbers;
    for (const auto column : roles.values) {
        for (const auto& [labels, rows] : series) {
            auto field = field_of(table.columns[column]);
            json::object named;
            for (std::size_t i = 0; i < labels.size(); ++i) {
                if (labels[i]) named[table.columns[roles.texts[i]].name] = *labels[i];
            }
            if (!named.empty()) field["labels"] = std::move(named);
            fields.push_back(std::move(field));
            json::array cells(times.size());
            for (const auto at : rows) {
                const auto place = std::lower_bound(times.begin(), times.end(), numbers[order[at]]);
                cells[static_cast<std::size_t>(place - times.begin())] =
                    cell_of(table, column, order[at]);
            }
            values.push_back(std::move(cells));
        }
    }
    return frame(table, ref_id, std::move(fields), std::move(values));
}

}  // namespace

json::object frame_of(const data::Table& table, std::string_view ref_id) {
    json::array fields;
    json::array values;
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
        fields.push_back(field_of(table.columns[column]));
        json::array cells;
        cells.reserve(table.rows);
        for (std::size_t row = 0; row < table.rows; ++row)
            cells.push_back(cell_of(table, column, row));
        values.push_back(std::move(cells));
    }
    return frame(table, ref_id, std::move(fields), std::move(values));
}

Result<json::object> series_frame_of(const data::Table& table, std::string_view ref_id) {
    const auto time = std::find_if(table.columns.begin(), table.columns.end(),
                                   [](const auto& c) { return c.type == ColumnType::time; });
    if (time == table.columns.end()) {
        return invalid("no_time_column",
                       "The query asks for time series, and its result has no column of times. "
                       "Select one, or ask for the format \"table\".");
    }
    Roles roles{static_cast<std::size_t>(time - table.columns.begin()), {}, {}};
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
        if (column == roles.time) continue;
        const bool text = table.columns[column].type == ColumnType::text;
        (text ? roles.texts : roles.values).push_back(column);
    }
    const auto& moments = table.cells[roles.time];
    const auto order = rows_by_time(moments, table.rows);

    std::map<Labels, std::vector<std::size_t>> series;  // places in `order`
    std::vector<double> times;
    for (std::size_t at = 0; at < order.size(); ++at) {
        const auto row = order[at];
        if (times.empty() || times.back() != moments.numbers[row]) {
            times.push_back(moments.numbers[row]);
        }
        Labels labels;
        for (const auto column : roles.texts) {
            const auto& cells = table.cells[column];
            labels.push_back(cells.nulls[row] ? std::nullopt : std::optional(cells.texts[row]));
        }
        series[std::move(labels)].push_back(at);
    }
    const auto columns = std::max<std::size_t>(1, roles.values.size());
    if (series.size() > kMostSeriesCells / columns / std::max<std::size_t>(1, times.size())) {
        return invalid("too_many_series",
                       "The result has more series and moments than one frame holds. Ask for a "
                       "shorter time range or fewer groups, or for the format \"table\".");
    }
    return wide(table, ref_id, roles, order, times, series);
}

}  // namespace casement::grafana
