#include "data/prometheus_table.h"

#include "data/promql_parser.h"
#include "data/table_writer.h"

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

/// The columns of a result in their order, each filled as a whole.
class Columns {
  public:
    Columns(std::vector<Column> columns, const QueryLimits& limits)
        : writer_(std::move(columns), limits) {}

    /// The next column. NaN is null. False: the table is larger than its limit.
    [[nodiscard]] bool add_numbers(const std::vector<double>& values) {
        auto& column = writer_.column(next_);
        for (const double value : values)
            column.add_number(value);
        return added();
    }
    /// The same; a text that is missing is null.
    [[nodiscard]] bool add_texts(const std::vector<const std::string*>& values) {
        auto& column = writer_.column(next_);
        for (const auto* value : values) {
            if (value == nullptr) {
                column.add_null();
            } else {
                column.add_text(*value);
            }
        }
        return added();
    }

    [[nodiscard]] TablePtr finish(std::size_t rows, bool truncated, std::string notice) && {
        if (!writer_.advance(rows)) return nullptr;
        if (truncated) writer_.cut();
        writer_.set_notice(std::move(notice));
        return std::move(writer_).finish();
    }

  private:
    bool added() {
        bytes_ += writer_.column(next_++).bytes();
        return bytes_ <= writer_.limits().bytes;
    }

    TableWriter writer_;
    std::size_t next_ = 0;
    std::size_t bytes_ = 0;
};

std::string notice_of(const PrometheusAnswer& answer) {
    std::string notice;
    if (answer.has_more) {
        notice = answer.series.size() == 1
                     ? "Only the first series is shown."
                     : fmt::format("Only the first {} series are shown.", answer.series.size());
    }
    if (!answer.warnings.empty()) {
        // Its words may name servers and addresses: they are for the log.
        if (!notice.empty()) notice += ' ';
        notice += "The source warns that this may be incomplete.";
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
    std::vector<Column> described = {{"Time", ColumnType::time, {}}};
    for (auto& series : all) {
        auto name = series_name(legend, series.labels);
        described.push_back({std::move(name), ColumnType::number, std::move(series.labels)});
    }
    Columns table(std::move(described), wish.limits);
    if (!table.add_numbers(times)) return nullptr;
    for (auto& column : columns) {
        column.resize(rows);
        if (!table.add_numbers(column)) return nullptr;
    }
    return std::move(table).finish(rows, truncated, notice);
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
    std::vector<Column> described = {{"Time", ColumnType::time, {}}};
    for (const auto& label : labels)
        described.push_back({label, ColumnType::text, {}});
    described.push_back({"Value", ColumnType::number, {}});
    Columns table(std::move(described), wish.limits);
    if (!table.add_numbers(times)) return nullptr;
    for (const auto& label : labels) {
        std::vector<const std::string*> texts;
        texts.reserve(rows);
        for (const auto* series : owners) {
            const auto found = series->labels.find(label);
            texts.push_back(found == series->labels.end() ? nullptr : &found->second);
        }
        if (!table.add_texts(texts)) return nullptr;
    }
    if (!table.add_numbers(values)) return nullptr;
    return std::move(table).finish(rows, truncated, notice);
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

TablePtr make_list(const std::vector<std::string>& values, std::size_t max_rows) {
    QueryLimits limits;
    limits.rows = max_rows;
    limits.bytes = std::numeric_limits<std::size_t>::max();
    TableWriter writer({{"value", ColumnType::text, {}}}, limits);
    const auto rows = std::min(values.size(), max_rows);
    for (std::size_t i = 0; i < rows; ++i)
        writer.column(0).add_text(values[i]);
    if (!writer.advance(rows)) return nullptr;
    if (values.size() > rows) writer.cut();
    return std::move(writer).finish();
}

}  // namespace casement::data
