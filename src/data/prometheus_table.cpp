#include "data/prometheus_table.h"

#include "data/json_text.h"
#include "data/promql_parser.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

namespace casement::data {
namespace {

constexpr std::string_view kName = "__name__";
constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
/// More labels than this make a table that nobody reads, and a request nobody meant.
constexpr std::size_t kMaxLabelColumns = 100;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

std::string_view name_of(ColumnType type) {
    return type == ColumnType::time ? "time" : type == ColumnType::number ? "number" : "text";
}

/// Columns first as cells, then as the JSON that is sent.
class TableMaker {
  public:
    explicit TableMaker(std::size_t max_bytes) : max_bytes_(max_bytes) {}

    /// NaN is null.
    void add_numbers(std::string name, ColumnType type, std::vector<double> values,
                     std::map<std::string, std::string> labels = {}) {
        Table::Cells cells;
        cells.nulls.resize(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (std::isfinite(values[i])) continue;
            cells.nulls[i] = true;
            values[i] = 0;
        }
        cells.numbers = std::move(values);
        add(std::move(name), type, std::move(cells), std::move(labels));
    }
    /// A text that is missing is null.
    void add_texts(std::string name, std::vector<std::optional<std::string>> values) {
        Table::Cells cells;
        for (auto& value : values) {
            cells.nulls.push_back(!value);
            cells.texts.push_back(value ? std::move(*value) : std::string());
        }
        add(std::move(name), ColumnType::text, std::move(cells), {});
    }

    TablePtr finish(std::size_t rows, bool truncated, const std::string& notice) {
        table_->rows = rows;
        table_->truncated = truncated;
        std::string& json = table_->json;
        json = "{\"columns\":[";
        for (std::size_t i = 0; i < table_->columns.size(); ++i) {
            if (i > 0) json += ',';
            write_column(json, table_->columns[i], table_->cells[i]);
            if (json.size() > max_bytes_) return nullptr;
        }
        json += fmt::format("],\"rows\":{},\"truncated\":{}", rows, truncated);
        if (!notice.empty()) {
            json += ",\"notice\":";
            append_text(json, notice);
        }
        json += '}';
        return table_;
    }

  private:
    void add(std::string name, ColumnType type, Table::Cells cells,
             std::map<std::string, std::string> labels) {
        table_->columns.push_back({std::move(name), type, std::move(labels)});
        table_->cells.push_back(std::move(cells));
    }

    static void write_column(std::string& json, const Column& column, const Table::Cells& cells) {
        json += "{\"name\":";
        append_text(json, column.name);
        json += fmt::format(",\"type\":\"{}\"", name_of(column.type));
        if (!column.labels.empty()) {
            json += ",\"labels\":{";
            bool first = true;
            for (const auto& [label, value] : column.labels) {
                if (!first) json += ',';
                first = false;
                append_text(json, label);
                json += ':';
                append_text(json, value);
            }
            json += '}';
        }
        json += ",\"values\":[";
        for (std::size_t row = 0; row < cells.nulls.size(); ++row) {
            if (row > 0) json += ',';
            if (cells.nulls[row])
                json += "null";
            else if (column.type == ColumnType::text)
                append_text(json, cells.texts[row]);
            else
                append_number(json, cells.numbers[row]);
        }
        json += "]}";
    }

    const std::size_t max_bytes_;
    std::shared_ptr<Table> table_ = std::make_shared<Table>();
};

std::string notice_of(const PrometheusAnswer& answer) {
    std::string notice;
    if (answer.has_more) {
        notice = fmt::format("Only the first {} series are shown.", answer.series.size());
    }
    for (const auto& warning : answer.warnings) {
        if (!notice.empty()) notice += ' ';
        notice += warning;
    }
    return notice;
}

/// The upper bound of a bucket.
double bound_of(const PrometheusSeries& series) {
    const auto found = series.labels.find("le");
    if (found == series.labels.end()) return kNothing;
    if (found->second == "+Inf") return std::numeric_limits<double>::infinity();
    try {
        return std::stod(found->second);
    } catch (const std::exception&) {
        return kNothing;
    }
}

/// Of cumulative buckets each one's own part; a lower bucket that has no sample counts as empty.
void without_lower_buckets(std::vector<std::vector<double>>& columns) {
    for (std::size_t i = columns.size(); i-- > 1;) {
        for (std::size_t row = 0; row < columns[i].size(); ++row) {
            const double lower = columns[i - 1][row];
            if (std::isnan(lower)) continue;
            columns[i][row] = std::max(columns[i][row] - lower, 0.0);
        }
    }
}

TablePtr make_wide(PrometheusAnswer answer, const TableWish& wish, const std::string& notice) {
    const bool is_heatmap = wish.format == TableWish::Format::heatmap;
    auto& all = answer.series;
    std::vector<double> times;
    if (wish.grid) {
        const auto start = to_unix_millis(wish.grid->start);
        for (std::size_t i = 0; i < wish.grid->points() && !all.empty(); ++i) {
            times.push_back(static_cast<double>(start + static_cast<std::int64_t>(i) *
                                                            wish.grid->step.count()));
        }
    } else if (!all.empty() && !all[0].times.empty()) {
        times.push_back(static_cast<double>(all[0].times[0]));
    }
    // A cell takes two bytes at least; told before the grid is filled in.
    if (all.size() * times.size() * 2 > wish.limits.bytes) return nullptr;
    if (is_heatmap) {
        std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
            const double left = bound_of(a);
            const double right = bound_of(b);
            if (std::isnan(left) != std::isnan(right)) return std::isnan(right);
            return left < right || (!(right < left) && a.labels < b.labels);
        });
    }
    std::vector<std::vector<double>> columns;
    for (const auto& series : all) {
        auto& column = columns.emplace_back(times.size(), kNothing);
        for (std::size_t i = 0; i < series.times.size() && !times.empty(); ++i) {
            std::size_t row = 0;
            if (wish.grid) {
                const auto since = series.times[i] - to_unix_millis(wish.grid->start);
                if (since < 0) continue;
                row = static_cast<std::size_t>(since / wish.grid->step.count());
            }
            if (row < column.size()) column[row] = series.values[i];
        }
    }
    if (is_heatmap) without_lower_buckets(columns);
    const bool truncated = times.size() > wish.limits.rows || answer.has_more;
    const auto rows = std::min(times.size(), wish.limits.rows);
    times.resize(rows);
    const std::string legend = is_heatmap && wish.legend.empty() ? "{{le}}" : wish.legend;
    TableMaker maker(wish.limits.bytes);
    maker.add_numbers("Time", ColumnType::time, std::move(times));
    for (std::size_t i = 0; i < all.size(); ++i) {
        columns[i].resize(rows);
        auto name = series_name(legend, all[i].labels);
        maker.add_numbers(std::move(name), ColumnType::number, std::move(columns[i]),
                          std::move(all[i].labels));
    }
    return maker.finish(rows, truncated, notice);
}

TablePtr make_long(const PrometheusAnswer& answer, const TableWish& wish,
                   const std::string& notice) {
    std::set<std::string> labels;
    for (const auto& series : answer.series) {
        for (const auto& [label, value] : series.labels) {
            if (labels.size() < kMaxLabelColumns) labels.insert(label);
        }
    }
    std::vector<double> times;
    std::vector<double> values;
    std::vector<const PrometheusSeries*> owners;
    bool truncated = answer.has_more;
    std::size_t bytes = 0;  // of the labels, which every row of a series repeats
    for (const auto& series : answer.series) {
        std::size_t row_bytes = 0;
        for (const auto& [label, value] : series.labels)
            row_bytes += value.size();
        bytes += row_bytes * std::min(series.times.size(), wish.limits.rows);
        if (bytes > wish.limits.bytes) return nullptr;
        for (std::size_t i = 0; i < series.times.size(); ++i) {
            if (times.size() >= wish.limits.rows) {
                truncated = true;
                break;
            }
            times.push_back(static_cast<double>(series.times[i]));
            values.push_back(series.values[i]);
            owners.push_back(&series);
        }
    }
    const auto rows = times.size();
    TableMaker maker(wish.limits.bytes);
    maker.add_numbers("Time", ColumnType::time, std::move(times));
    for (const auto& label : labels) {
        std::vector<std::optional<std::string>> texts;
        texts.reserve(rows);
        for (const auto* series : owners) {
            const auto found = series->labels.find(label);
            texts.push_back(found == series->labels.end() ? std::nullopt
                                                          : std::optional(found->second));
        }
        maker.add_texts(label, std::move(texts));
    }
    maker.add_numbers("Value", ColumnType::number, std::move(values));
    return maker.finish(rows, truncated, notice);
}

}  // namespace

std::string series_name(std::string_view legend, const std::map<std::string, std::string>& labels) {
    std::string out;
    if (!legend.empty() && legend != "__auto") {
        while (!legend.empty()) {
            const auto open = legend.find("{{");
            const auto close = open == std::string_view::npos ? open : legend.find("}}", open);
            if (close == std::string_view::npos) break;
            out += legend.substr(0, open);
            const auto found =
                labels.find(std::string(trimmed(legend.substr(open + 2, close - open - 2))));
            if (found != labels.end()) out += found->second;
            legend.remove_prefix(close + 2);
        }
        return out + std::string(legend);
    }
    if (const auto name = labels.find(std::string(kName)); name != labels.end()) {
        out = name->second;
    }
    std::string inner;
    for (const auto& [label, value] : labels) {
        if (label == kName) continue;
        if (!inner.empty()) inner += ", ";
        inner += label + "=" + promql::print_text(value);
    }
    if (!inner.empty()) out += "{" + inner + "}";
    return out.empty() ? "Value" : out;
}

TablePtr make_table(PrometheusAnswer answer, const TableWish& wish) {
    const auto notice = notice_of(answer);
    if (wish.format == TableWish::Format::table) return make_long(answer, wish, notice);
    return make_wide(std::move(answer), wish, notice);
}

TablePtr make_list(std::vector<std::string> values, std::size_t max_rows) {
    const bool truncated = values.size() > max_rows;
    if (truncated) values.resize(max_rows);
    std::vector<std::optional<std::string>> texts;
    for (auto& value : values)
        texts.emplace_back(std::move(value));
    const auto rows = texts.size();
    TableMaker maker(std::numeric_limits<std::size_t>::max());
    maker.add_texts("value", std::move(texts));
    return maker.finish(rows, truncated, {});
}

}  // namespace casement::data
