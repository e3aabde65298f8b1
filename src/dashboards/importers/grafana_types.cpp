// What each type of panel says of itself: options of the vendor's page as options of ours, which
// have the same words in snake case.
#include "base/encoding.h"
#include "dashboards/field_shapes.h"
#include "dashboards/importers/grafana_legacy.h"
#include "dashboards/importers/grafana_parts.h"
#include "dashboards/importers/grafana_sql_places.h"

#include <algorithm>

namespace casement::dashboards::grafana {
namespace {

constexpr std::size_t kLongestWord = 64;
constexpr std::size_t kLongestColumn = 256;
constexpr std::size_t kMostItems = 50;

const json::object& object_or_empty(const json::object& object, std::string_view name) {
    static const json::object none;
    const auto* found = object_at(object, name);
    return found == nullptr ? none : *found;
}

/// "showThresholdMarkers" as "show_threshold_markers".
std::string snake_case(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c >= 'A' && c <= 'Z') {
            out += '_';
            out += static_cast<char>(c - 'A' + 'a');
        } else {
            out += c;
        }
    }
    return out;
}

void take_flags(const json::object& from, std::initializer_list<std::string_view> names,
                json::object& out) {
    for (const auto name : names) {
        const auto* value = from.if_contains(name);
        if (value != nullptr && value->is_bool()) out[snake_case(name)] = *value;
    }
}

/// Short words: of a list that the page knows, so that what is no such word does nothing there.
void take_words(const json::object& from, std::initializer_list<std::string_view> names,
                json::object& out) {
    for (const auto name : names) {
        const auto word = text_or_empty(from, name);
        if (!word.empty() && word.size() <= kLongestWord) out[snake_case(name)] = word;
    }
}

void take_numbers(const json::object& from, std::initializer_list<std::string_view> names,
                  json::object& out) {
    for (const auto name : names) {
        if (const auto number = number_at(from, name)) out[snake_case(name)] = *number;
    }
}

void take_list(const json::object& from, std::string_view theirs, std::string_view ours,
               json::object& out) {
    const auto* list = list_at(from, theirs);
    if (list == nullptr) return;
    json::array words;
    for (const auto& item : *list) {
        const bool fits = item.is_string() && item.get_string().size() <= kLongestWord;
        if (fits && words.size() < kMostItems) words.push_back(item);
    }
    out[ours] = std::move(words);
}

/// "/^name$/" or "name": one column; empty when it is an expression over several.
std::string column_of(std::string_view fields) {
    if (fields.starts_with("/^") && fields.ends_with("$/") && fields.size() > 4) {
        fields = fields.substr(2, fields.size() - 4);
        if (fields.find_first_of("\\^$.|?*+()[]{}") != std::string_view::npos) return {};
    } else if (fields.starts_with('/')) {
        return {};
    }
    return fields.size() > kLongestColumn ? std::string() : std::string(fields);
}

/// How rows become one number.
void read_reduce(const json::object& options, Panel& out) {
    const auto& reduce = object_or_empty(options, "reduceOptions");
    const auto* calcs = list_at(reduce, "calcs");
    std::string calc = "last";
    if (calcs != nullptr && !calcs->empty() && calcs->front().is_string()) {
        calc = utf8_head(std::string_view(calcs->front().get_string()), kLongestWord);
    }
    // The vendor's own list of everything: one number of it is the last.
    if (calc == "lastNotNull" || calc == "allValues" || calc == "uniqueValues") calc = "last";
    if (calc == "firstNotNull") calc = "first";
    out.options["reduce"] = calc;
    if (flag_at(reduce, "values")) {
        out.options["values"] = true;
        if (const auto limit = number_at(reduce, "limit")) {
            out.options["limit"] = bounded(*limit, 1, 1000);
        }
    }
    const auto fields = text_or_empty(reduce, "fields");
    if (fields.empty()) return;
    if (const auto column = column_of(fields); !column.empty()) {
        out.options["value_column"] = column;
    } else {
        out.options["fields"] = std::string(utf8_head(fields, kLongestColumn));
    }
}

void read_stat(const json::object& options, Panel& out) {
    read_reduce(options, out);
    const auto graph = text_or_empty(options, "graphMode");
    out.options["sparkline"] = graph != "none";
    const auto colour = text_or_empty(options, "colorMode");
    out.options["color_mode"] = colour == "none"                   ? "none"
                                : colour.starts_with("background") ? colour
                                                                   : "value";
    if (graph == "line") out.options["graph_mode"] = "line";
    take_words(options, {"textMode", "orientation"}, out.options);
    if (text_or_empty(options, "justifyMode") == "center") out.options["justify"] = "center";
    take_flags(options, {"showPercentChange"}, out.options);
    if (!flag_at(options, "wideLayout", true)) out.options["wide_layout"] = false;
    const auto change = text_or_empty(options, "percentChangeColorMode");
    if (change == "inverted" || change == "same_as_value") {
        out.options["percent_change_color"] = change;
    }
    const auto& text = object_or_empty(options, "text");
    for (const std::string_view size : {"titleSize", "valueSize"}) {
        if (const auto number = number_at(text, size)) {
            out.options[snake_case(size)] = bounded(*number, 4, 400);
        }
    }
}

void read_gauge(const json::object& options, Panel& out) {
    read_reduce(options, out);
    take_words(options, {"orientation"}, out.options);
    take_flags(options, {"showThresholdLabels", "showThresholdMarkers"}, out.options);
}

void read_bar_gauge(const json::object& options, Panel& out) {
    read_reduce(options, out);
    take_words(options, {"orientation", "displayMode", "valueMode", "namePlacement"}, out.options);
    take_flags(options, {"showUnfilled"}, out.options);
}

void read_pie(const json::object& options, Panel& out) {
    read_reduce(options, out);
    take_words(options, {"pieType", "sort"}, out.options);
    take_list(options, "displayLabels", "display_labels", out.options);
    take_list(object_or_empty(options, "legend"), "values", "legend_values", out.options);
}

void read_bars(const json::object& options, Panel& out) {
    const auto label = text_or_empty(options, "xField");
    if (!label.empty() && label.size() <= kLongestColumn) out.options["label_column"] = label;
    if (text_or_empty(options, "orientation") == "horizontal") {
        out.options["orientation"] = "horizontal";
    }
    const auto stacking = text_or_empty(options, "stacking");
    if (stacking == "normal" || stacking == "percent") {
        out.options["stack"] = true;
        if (stacking == "percent") out.options["stack_mode"] = "percent";
    }
    take_words(options, {"showValue"}, out.options);
    const auto colour = text_or_empty(options, "colorByField");
    if (!colour.empty()) out.options["color_by_field"] = std::string(utf8_head(colour, 256));
}

void read_table(const json::object& options, Panel& out) {
    take_flags(options, {"showHeader"}, out.options);
    constexpr int kPage = 50;  // the vendor's page takes as many as there is room for
    const auto& footer = object_or_empty(options, "footer");
    if (flag_at(options, "enablePagination") || flag_at(footer, "enablePagination")) {
        out.options["page_size"] = kPage;
    }
    if (flag_at(footer, "show")) {
        json::object ours;
        take_list(footer, "reducer", "reducers", ours);
        take_list(footer, "fields", "columns", ours);
        if (list_at(ours, "reducers") != nullptr && !ours.at("reducers").get_array().empty()) {
            if (ours.contains("columns") && ours.at("columns").get_array().empty()) {
                ours.erase("columns");
            }
            out.options["footer"] = std::move(ours);
        }
    }
    if (const auto frozen = number_at(object_or_empty(options, "frozenColumns"), "left")) {
        out.options["frozen_columns"] = bounded(*frozen, 0, 20);
    }
    take_words(options, {"cellHeight"}, out.options);
    const auto* sorts = list_at(options, "sortBy");
    const auto* first = sorts == nullptr || sorts->empty() ? nullptr : sorts->front().if_object();
    const auto column = first == nullptr ? std::string() : text_or_empty(*first, "displayName");
    if (column.empty() || column.size() > kLongestColumn) return;
    out.options["sort"] =
        json::object{{"column", column}, {"direction", flag_at(*first, "desc") ? "desc" : "asc"}};
}

void read_buckets(const json::object& calculation, Panel& out) {
    for (const std::string axis : {"x", "y"}) {
        const auto& buckets = object_or_empty(calculation, axis + "Buckets");
        const auto value = text_or_empty(buckets, "value");
        const auto number = loose_number(buckets, "value");
        if (text_or_empty(buckets, "mode") == "count" && number) {
            out.options[axis + "_bucket_count"] = bounded(*number, 1, axis == "x" ? 500 : 200);
        } else if (axis == "x" && !value.empty() && value.size() <= 16 && length_of(value)) {
            out.options["x_bucket_size"] = value;
        } else if (axis == "y" && number && *number > 0) {
            out.options["y_bucket_size"] = *number;
        }
    }
    const auto& scale = object_or_empty(object_or_empty(calculation, "yBuckets"), "scale");
    if (text_or_empty(scale, "type") == "log") {
        out.options["y_scale"] = number_at(scale, "log") == 2 ? "log2" : "log10";
    }
}

void read_heat(const json::object& colour, Panel& out) {
    constexpr std::string_view kSchemes[] = {"blues",   "greens", "oranges",  "reds",
                                             "purples", "greys",  "spectral", "turbo",
                                             "viridis", "magma",  "inferno",  "plasma"};
    const auto scheme = lower_word(text_or_empty(colour, "scheme"));
    if (std::find(std::begin(kSchemes), std::end(kSchemes), scheme) != std::end(kSchemes)) {
        out.options["color_scheme"] = scheme;
    }
    const auto scale = text_or_empty(colour, "scale");
    if (scale == "linear" || scale == "exponential") out.options["color_scale"] = scale;
    if (const auto steps = number_at(colour, "steps")) {
        out.options["color_steps"] = bounded(*steps, 2, 128);
    }
    if (flag_at(colour, "reverse")) out.options["color_reverse"] = true;
    const auto min = number_at(colour, "min");
    const auto max = number_at(colour, "max");
    if (min && max && *min > *max) return;
    if (min) out.options["color_min"] = *min;
    if (max) out.options["color_max"] = *max;
}

void read_heatmap(const json::object& options, Panel& out) {
    take_flags(options, {"calculate"}, out.options);
    read_buckets(object_or_empty(options, "calculation"), out);
    read_heat(object_or_empty(options, "color"), out);
    const auto& axis = object_or_empty(options, "yAxis");
    if (const auto unit = text_or_empty(axis, "unit"); !unit.empty()) {
        out.options["y_unit"] = std::string(utf8_head(unit, 32));
    }
    if (const auto least = number_at(object_or_empty(options, "filterValues"), "le")) {
        out.options["hide_below"] = *least;
    }
    if (const auto gap = number_at(options, "cellGap")) {
        out.options["cell_gap"] = bounded(*gap, 0, 10);
    }
    take_words(options, {"showValue"}, out.options);
    out.options["legend"] = flag_at(object_or_empty(options, "legend"), "show", true);
}

void read_logs(const json::object& options, Panel& out) {
    take_flags(options, {"showTime", "showLabels", "showCommonLabels"}, out.options);
    if (flag_at(options, "wrapLogMessage")) out.options["wrap_lines"] = true;
    if (options.contains("wrapLogMessage") && !flag_at(options, "wrapLogMessage")) {
        out.options["wrap_lines"] = false;
    }
    if (flag_at(options, "prettifyLogMessage")) out.options["pretty_json"] = true;
    if (!flag_at(options, "enableLogDetails", true)) out.options["details"] = false;
    const auto same = text_or_empty(options, "dedupStrategy");
    if (same == "exact" || same == "numbers" || same == "signature") out.options["dedup"] = same;
    if (text_or_empty(options, "sortOrder") == "Ascending") out.options["sort_order"] = "ascending";
}

void read_states(const json::object& options, Panel& out) {
    take_flags(options, {"mergeValues"}, out.options);
    take_words(options, {"showValue", "alignValue"}, out.options);
    take_numbers(options, {"rowHeight", "colWidth"}, out.options);
}

void read_histogram(const json::object& options, Panel& out) {
    take_numbers(options, {"bucketSize", "bucketCount", "bucketOffset"}, out.options);
    take_flags(options, {"combine"}, out.options);
}

void read_place(const json::object& place, Panel& out) {
    const auto mode = text_or_empty(place, "mode");
    if (mode == "coords") {
        out.options["location"] = "coordinates";
    } else if (mode == "geohash") {
        out.options["location"] = mode;
    } else if (mode == "lookup") {
        out.options["location"] = "country";
    }
    constexpr std::pair<std::string_view, std::string_view> kColumns[] = {
        {"latitude", "latitude_column"},
        {"longitude", "longitude_column"},
        {"geohash", "geohash_column"},
        {"lookup", "country_column"}};
    for (const auto& [theirs, ours] : kColumns) {
        const auto column = text_or_empty(place, theirs);
        if (!column.empty() && column.size() <= kLongestColumn) out.options[ours] = column;
    }
}

void read_map(const json::object& options, Panel& out) {
    const auto& view = object_or_empty(options, "view");
    const auto latitude = number_at(view, "lat");
    const auto longitude = number_at(view, "lon");
    const auto zoom = number_at(view, "zoom");
    if (latitude && longitude && text_or_empty(view, "id") == "coords") {
        out.options["view"] = "center";
        out.options["center_latitude"] = std::clamp(*latitude, -90.0, 90.0);
        out.options["center_longitude"] = std::clamp(*longitude, -180.0, 180.0);
        if (zoom) out.options["zoom"] = std::clamp(*zoom, 1.0, 20.0);
    } else if (text_or_empty(view, "id") == "zero") {
        out.options["view"] = "world";
    }
    const auto* layers = list_at(options, "layers");
    const auto* first =
        layers == nullptr || layers->empty() ? nullptr : layers->front().if_object();
    if (first != nullptr) read_place(object_or_empty(*first, "location"), out);
}

using Reader = void (*)(const json::object& options, Panel& out);
struct Kind {
    std::string_view name;
    PanelType type;
    Reader read;
};
void nothing(const json::object&, Panel&) {}

constexpr Kind kKinds[] = {
    {"timeseries", PanelType::timeseries, nothing},
    {"stat", PanelType::stat, read_stat},
    {"gauge", PanelType::gauge, read_gauge},
    {"bargauge", PanelType::bargauge, read_bar_gauge},
    {"piechart", PanelType::piechart, read_pie},
    {"barchart", PanelType::barchart, read_bars},
    {"table", PanelType::table, read_table},
    {"heatmap", PanelType::heatmap, read_heatmap},
    {"histogram", PanelType::histogram, read_histogram},
    {"logs", PanelType::logs, read_logs},
    {"state-timeline", PanelType::state_timeline, read_states},
    {"status-history", PanelType::status_history, read_states},
    {"geomap", PanelType::geomap, read_map},
};

}  // namespace

bool is_drawn(std::string_view type) {
    return std::any_of(std::begin(kKinds), std::end(kKinds),
                       [type](const Kind& kind) { return kind.name == type; });
}

void read_type(const json::object& panel, std::string_view type, Panel& out) {
    for (const auto& kind : kKinds) {
        if (kind.name != type) continue;
        out.type = kind.type;
        const auto& options = object_or_empty(panel, "options");
        kind.read(options, out);
        read_legend(options, out);
        read_tooltip(options, out);
    }
}

}  // namespace casement::dashboards::grafana
