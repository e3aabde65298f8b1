#include "base/encoding.h"
#include "dashboards/importers/grafana_parts.h"
#include "dashboards/limits.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace casement::dashboards::grafana {
namespace {

constexpr std::size_t kLongestTitle = 200;
constexpr std::size_t kLongestDescription = 2000;
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestColumn = 256;
constexpr std::string_view kNotShown = "*This panel cannot be shown here.*";

/// Why a panel cannot be shown as it is meant.
Error cannot(std::string message) {
    return {ErrorKind::unprocessable, "panel_not_importable", std::move(message), {}};
}

const json::object& object_or_empty(const json::object& object, std::string_view name) {
    static const json::object none;
    const auto* found = object_at(object, name);
    return found == nullptr ? none : *found;
}

/// A type's name in Markdown: letters that cannot mean anything there.
std::string plain_type(std::string_view type) {
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    };
    if (type.empty() || type.size() > kLongestName ||
        !std::all_of(type.begin(), type.end(), is_plain)) {
        return "unknown";
    }
    std::string words(type);
    std::replace(words.begin(), words.end(), '-', ' ');
    return words;
}

// -- stat -------------------------------------------------------------------------------------

std::optional<std::string> reduce_of(const json::object& reduce) {
    const auto* calcs = list_at(reduce, "calcs");
    if (calcs == nullptr || calcs->empty()) return "last";
    if (!calcs->front().is_string()) return std::nullopt;
    const std::string_view calc = calcs->front().get_string();
    if (calc == "last" || calc == "lastNotNull") return "last";
    if (calc == "first" || calc == "firstNotNull") return "first";
    for (const std::string_view same : {"sum", "mean", "min", "max"}) {
        if (calc == same) return std::string(same);
    }
    return std::nullopt;
}

/// "/^name$/" or "name": one column. Empty: the panel's choice; nullopt: several.
std::optional<std::string> column_of(std::string_view fields) {
    if (fields.starts_with("/^") && fields.ends_with("$/") && fields.size() > 4) {
        fields = fields.substr(2, fields.size() - 4);
        if (fields.find_first_of("\\^$.|?*+()[]{}") != std::string_view::npos) return std::nullopt;
    } else if (fields.starts_with('/')) {
        return std::nullopt;
    }
    if (fields.size() > kLongestColumn) return std::nullopt;
    return std::string(fields);
}

/// Stat, gauge and bar gauge: a number of each query; or a row each, when they are told to.
Result<void> read_single(const json::object& panel, std::string_view type, Panel& out,
                         Notes& notes) {
    const auto& options = object_or_empty(panel, "options");
    const auto& reduce = object_or_empty(options, "reduceOptions");
    if (flag_at(reduce, "values")) {
        out.type = type == "bargauge" ? PanelType::barchart : PanelType::table;
        if (out.type == PanelType::barchart) out.options["orientation"] = "horizontal";
        notes.changed(fmt::format("Each row has its own {} here.",
                                  out.type == PanelType::barchart ? "bar" : "line in a table"));
        return {};
    }
    out.type = PanelType::stat;
    const auto how = reduce_of(reduce);
    if (!how) return cannot("Its rows become one number in a way that is not known here.");
    out.options["reduce"] = *how;
    const auto column = column_of(text_or_empty(reduce, "fields"));
    if (!column) return cannot("It shows several columns, picked by an expression.");
    if (!column->empty()) out.options["value_column"] = *column;
    if (type != "stat") {
        notes.changed(fmt::format("The {} is drawn as a number.", plain_type(type)));
        return {};
    }
    const auto graph = text_or_empty(options, "graphMode");
    out.options["sparkline"] = graph != "none";
    const auto colour = text_or_empty(options, "colorMode");
    out.options["color_mode"] = colour == "none"                   ? "none"
                                : colour.starts_with("background") ? "background"
                                                                   : "value";
    return {};
}

// -- the other types --------------------------------------------------------------------------

void read_stacking(const json::object& custom, Panel& out, Notes& notes) {
    const auto mode = text_or_empty(object_or_empty(custom, "stacking"), "mode");
    if (mode == "normal" || mode == "percent") out.options["stack"] = true;
    if (mode == "percent") notes.changed("Stacked values are shown as they are, not in percent.");
}

void read_timeseries(const json::object& panel, Panel& out, Notes& notes) {
    out.type = PanelType::timeseries;
    const auto& field = object_or_empty(panel, "fieldConfig");
    const auto& custom = object_or_empty(object_or_empty(field, "defaults"), "custom");
    const auto style = text_or_empty(custom, "drawStyle");
    out.options["style"] = style == "bars" || style == "points" ? style : std::string("line");
    constexpr double kPercent = 100;
    constexpr double kWidest = 10;
    if (const auto fill = number_at(custom, "fillOpacity"); fill && style != "points") {
        out.options["fill"] = std::clamp(*fill, 0.0, kPercent) / kPercent;
    }
    if (const auto width = number_at(custom, "lineWidth")) {
        out.options["line_width"] = std::clamp(*width, 0.0, kWidest);
    }
    read_stacking(custom, out, notes);
    const auto* span = custom.if_contains("spanNulls");
    const bool connects =
        span != nullptr && ((span->is_bool() && span->get_bool()) || span->is_number());
    if (connects) out.options["null_as"] = "connect";
    if (flag_at(custom, "nullAsZero")) out.options["null_as"] = "zero";
    // Long rows: the vendor takes this column, else the first text. So does the chart.
    out.options["series_column"] = "metric";
}

Result<void> read_bars(const json::object& panel, std::string_view type, Panel& out, Notes& notes) {
    const auto& options = object_or_empty(panel, "options");
    out.type = PanelType::barchart;
    if (type == "piechart") {
        if (!flag_at(object_or_empty(options, "reduceOptions"), "values")) {
            return cannot("Its slices are columns or series, which a bar chart has no bars for.");
        }
        notes.changed("The pie chart is drawn as bars.");
        out.options["legend"] = false;
        return {};
    }
    const auto label = text_or_empty(options, "xField");
    if (!label.empty() && label.size() <= kLongestColumn) out.options["label_column"] = label;
    if (text_or_empty(options, "orientation") == "horizontal") {
        out.options["orientation"] = "horizontal";
    }
    const auto stacking = text_or_empty(options, "stacking");
    if (stacking == "normal" || stacking == "percent") out.options["stack"] = true;
    if (stacking == "percent") {
        notes.changed("Stacked values are shown as they are, not in percent.");
    }
    return {};
}

void read_table(const json::object& panel, Panel& out) {
    out.type = PanelType::table;
    const auto* sorts = list_at(object_or_empty(panel, "options"), "sortBy");
    const auto* first = sorts == nullptr || sorts->empty() ? nullptr : sorts->front().if_object();
    const auto column = first == nullptr ? std::string() : text_or_empty(*first, "displayName");
    if (column.empty() || column.size() > kLongestColumn) return;
    out.options["sort"] =
        json::object{{"column", column}, {"direction", flag_at(*first, "desc") ? "desc" : "asc"}};
}

// -- data -------------------------------------------------------------------------------------

/// Steps after the query that change what is shown. Those that only name and order columns are
/// left out; without the others the panel would show something else than it says.
Result<void> check_transformations(const json::object& panel, std::size_t queries, Notes& notes) {
    const auto* list = list_at(panel, "transformations");
    if (list == nullptr) return {};
    for (const auto& item : *list) {
        const auto* step = item.if_object();
        if (step == nullptr || flag_at(*step, "disabled")) continue;
        const auto id = text_or_empty(*step, "id");
        if (id == "merge" && queries == 1) continue;
        if (id == "organize" || id == "sortBy") {
            notes.left_out("Names and order of columns that are set after the query.");
            continue;
        }
        return cannot(fmt::format("Its data goes through the step \"{}\", which is not done here.",
                                  utf8_head(id, kLongestName)));
    }
    return {};
}

Result<void> read_queries(const json::object& panel, const Scope& scope, Panel& out, Notes& notes) {
    const auto* targets = list_at(panel, "targets");
    const auto* own = panel.if_contains("datasource");
    std::set<std::string> names;
    for (std::size_t i = 0; targets != nullptr && i < targets->size(); ++i) {
        const auto* target = targets->at(i).if_object();
        if (target == nullptr || flag_at(*target, "hide")) continue;
        if (out.queries.size() >= static_cast<std::size_t>(kMaxQueries)) {
            return cannot(fmt::format("It has more than {} queries.", kMaxQueries));
        }
        const auto* theirs = target->if_contains("datasource");
        const bool says = theirs != nullptr && !theirs->is_null();
        auto query = query_of(*target, says ? theirs : own, scope, notes);
        if (!query) return query.error();
        query->name = utf8_head(text_or_empty(*target, "refId"), kLongestName);
        if (query->name.empty() || !names.insert(query->name).second) {
            query->name = fmt::format("Query {}", i + 1);
            names.insert(query->name);
        }
        out.queries.push_back(std::move(*query));
    }
    if (out.queries.empty()) return cannot("It has no query of its own.");
    return check_transformations(panel, out.queries.size(), notes);
}

/// A stat of several series has a number of each; ours has one of each query.
Result<void> check_series(const json::object& panel, const Panel& out) {
    if (out.type != PanelType::stat) return {};
    const auto* targets = list_at(panel, "targets");
    for (const auto& item : *targets) {
        const auto* target = item.if_object();
        if (target == nullptr || flag_at(*target, "hide")) continue;
        const auto format = text_or_empty(*target, "format");
        if (format != "table" && has_metric_column(*target)) {
            return cannot("It shows a number for each series of one query.");
        }
    }
    return {};
}

Result<void> read_data(const json::object& panel, std::string_view type, const Scope& scope,
                       Panel& out, Notes& notes) {
    if (!text_or_empty(panel, "timeFrom").empty() || !text_or_empty(panel, "timeShift").empty()) {
        return cannot("It has a time range of its own.");
    }
    if (type == "timeseries") {
        read_timeseries(panel, out, notes);
    } else if (type == "table") {
        read_table(panel, out);
    } else if (type == "barchart" || type == "piechart") {
        if (auto ok = read_bars(panel, type, out, notes); !ok) return ok;
    } else if (auto ok = read_single(panel, type, out, notes); !ok) {
        return ok;
    }
    if (auto ok = read_queries(panel, scope, out, notes); !ok) return ok;
    if (auto ok = check_series(panel, out); !ok) return ok;
    read_common_options(panel, out.type, out.options, notes);
    if (!text_or_empty(panel, "repeat").empty()) {
        notes.changed("The panel stands there once, and not once for each value of a variable.");
    }
    if (!text_or_empty(panel, "interval").empty()) {
        notes.left_out("The shortest interval that it asks for.");
    }
    return {};
}

bool is_drawn(std::string_view type) {
    constexpr std::string_view kTypes[] = {"timeseries", "stat",     "gauge", "bargauge",
                                           "barchart",   "piechart", "table"};
    return std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
}

void make_text(Panel& out, std::string markdown) {
    out.type = PanelType::text;
    out.queries.clear();
    out.options = {};
    out.markdown = std::move(markdown);
}

}  // namespace

Panel read_panel(const json::object& written, const Scope& scope, Notes& notes) {
    const auto panel = modern_panel(written, notes);
    const auto type = text_or_empty(panel, "type");
    Panel out;
    out.title = utf8_head(text_or_empty(panel, "title"), kLongestTitle);
    out.description = utf8_head(text_or_empty(panel, "description"), kLongestDescription);
    if (type == "text") {
        make_text(out, markdown_of(panel));
        return out;
    }
    if (panel.contains("libraryPanel") && list_at(panel, "targets") == nullptr) {
        make_text(out, std::string(kNotShown));
        notes.left_out("It is kept in a library, and not in the document.");
        return out;
    }
    if (!is_drawn(type)) {
        make_text(out, fmt::format("*This {} panel cannot be drawn here yet.*", plain_type(type)));
        notes.left_out(fmt::format("Panels of type \"{}\" cannot be drawn yet.",
                                   utf8_head(type, kLongestName)));
        return out;
    }
    if (auto ok = read_data(panel, type, scope, out, notes); !ok) {
        make_text(out, std::string(kNotShown));
        notes.left_out(ok.error().message);
        return out;
    }
    notes.taken(fmt::format("Shown as {}.", plain_type(type)));
    return out;
}

}  // namespace casement::dashboards::grafana
