// The graph of before Grafana 7 as a time series.
#include "dashboards/importers/grafana_legacy.h"

#include <algorithm>

namespace casement::dashboards::grafana {
namespace {

constexpr double kFillStep = 10;  // of a graph's fill, 0 to 10, in percent
constexpr double kFull = 100;

json::object style_of(std::string_view fill) {
    return {{"fill", fill}};
}

/// One of the two axes: unit, ends, label, scale.
void read_axis(const json::object& axis, json::object& defaults, json::object& custom) {
    if (const auto unit = text_at(axis, "format")) defaults["unit"] = *unit;
    for (const std::string_view name : {"min", "max", "decimals"}) {
        if (const auto number = loose_number(axis, name)) defaults[name] = *number;
    }
    if (const auto label = text_or_empty(axis, "label"); !label.empty()) {
        custom["axisLabel"] = label;
    }
    if (const auto base = number_at(axis, "logBase"); base && *base > 1) {
        custom["scaleDistribution"] = json::object{{"type", "log"}, {"log", *base}};
    }
    if (!flag_at(axis, "show", true)) custom["axisPlacement"] = "hidden";
}

const json::object* axis_at(const json::object& panel, std::size_t index) {
    const auto* axes = list_at(panel, "yaxes");
    return axes == nullptr || axes->size() <= index ? nullptr : axes->at(index).if_object();
}

json::value span_nulls(std::string_view mode) {
    return mode == "connected";
}

/// How lines, bars and points are drawn: of the whole graph, or of one series.
void read_drawing(const json::object& from, json::object& custom) {
    const auto* lines = from.if_contains("lines");
    const bool no_lines = lines != nullptr && lines->is_bool() && !lines->get_bool();
    if (flag_at(from, "bars")) {
        custom["drawStyle"] = "bars";
        custom["fillOpacity"] = kFull;
    } else if (flag_at(from, "points") && no_lines) {
        custom["drawStyle"] = "points";
    } else if (flag_at(from, "lines")) {
        custom["drawStyle"] = "line";
    } else if (no_lines) {
        custom["lineWidth"] = 0;
    }
    if (const auto fill = number_at(from, "fill"); fill && !flag_at(from, "bars")) {
        custom["fillOpacity"] = *fill * kFillStep;
    }
    if (const auto width = number_at(from, "linewidth"); width && !no_lines) {
        custom["lineWidth"] = *width;
    }
    if (const auto size = number_at(from, "pointradius")) custom["pointSize"] = *size * 2;
    if (const auto* points = from.if_contains("points"); points != nullptr && points->is_bool()) {
        custom["showPoints"] = points->get_bool() ? "always" : "never";
    }
    if (flag_at(from, "steppedLine")) custom["lineInterpolation"] = "stepAfter";
    if (flag_at(from, "dashes")) custom["lineStyle"] = style_of("dash");
    const auto missing = text_or_empty(from, "nullPointMode");
    if (!missing.empty()) {
        custom["spanNulls"] = span_nulls(missing);
        custom["nullAsZero"] = missing == "null as zero";
    }
}

json::object matcher_of(const std::string& alias) {
    const bool regular = alias.size() > 1 && alias.front() == '/' &&
                         alias.find_last_of('/') != std::string::npos && alias.rfind('/') > 0;
    return {{"id", regular ? "byRegexp" : "byName"}, {"options", alias}};
}

json::object override_of(const std::string& alias, const json::object& defaults,
                         const json::object& custom) {
    json::array properties;
    for (const auto& [name, value] : defaults)
        properties.push_back({{"id", name}, {"value", value}});
    for (const auto& [name, value] : custom) {
        properties.push_back({{"id", "custom." + std::string(name)}, {"value", value}});
    }
    return {{"matcher", matcher_of(alias)}, {"properties", std::move(properties)}};
}

json::object series_override(const json::object& panel, const json::object& one) {
    json::object defaults;
    json::object custom;
    if (number_at(one, "yaxis") == 2) {
        if (const auto* right = axis_at(panel, 1)) read_axis(*right, defaults, custom);
        if (!custom.contains("axisPlacement")) custom["axisPlacement"] = "right";
    }
    read_drawing(one, custom);
    if (const auto* stack = one.if_contains("stack")) {
        const bool off = stack->is_bool() && !stack->get_bool();
        json::object stacking{{"mode", off ? "none" : "normal"}};
        if (stack->is_string()) stacking["group"] = *stack;
        custom["stacking"] = std::move(stacking);
    }
    if (const auto transform = text_or_empty(one, "transform"); !transform.empty()) {
        custom["transform"] = transform;
    }
    if (const auto below = text_or_empty(one, "fillBelowTo"); !below.empty()) {
        custom["fillBelowTo"] = below;
    }
    json::object hidden;
    if (!flag_at(one, "legend", true)) hidden["legend"] = true;
    if (flag_at(one, "hideTooltip")) hidden["tooltip"] = true;
    if (flag_at(one, "hiddenSeries")) hidden["viz"] = true;
    if (!hidden.empty()) custom["hideFrom"] = std::move(hidden);
    if (const auto* colour = one.if_contains("color")) defaults["color"] = fixed_colour(*colour);
    return override_of(text_or_empty(one, "alias"), defaults, custom);
}

json::array overrides_of(const json::object& panel) {
    json::array overrides;
    if (const auto* colours = object_at(panel, "aliasColors")) {
        for (const auto& [alias, colour] : *colours) {
            overrides.push_back(
                {{"matcher", {{"id", "byName"}, {"options", alias}}},
                 {"properties", {{{"id", "color"}, {"value", fixed_colour(colour)}}}}});
        }
    }
    const auto* series = list_at(panel, "seriesOverrides");
    if (series == nullptr) return overrides;
    for (const auto& item : *series) {
        const auto* one = item.if_object();
        if (one != nullptr && !text_or_empty(*one, "alias").empty()) {
            overrides.push_back(series_override(panel, *one));
        }
    }
    return overrides;
}

json::object legend_of(const json::object& panel) {
    const auto* legend = object_at(panel, "legend");
    if (legend == nullptr) return {{"showLegend", true}};
    json::array calculations;
    if (flag_at(*legend, "values")) {
        for (const std::string_view word : {"min", "max", "avg", "current", "total"}) {
            if (flag_at(*legend, word)) calculations.emplace_back(modern_calculation(word));
        }
    }
    return {{"showLegend", flag_at(*legend, "show", true)},
            {"displayMode", flag_at(*legend, "alignAsTable") ? "table" : "list"},
            {"placement", flag_at(*legend, "rightSide") ? "right" : "bottom"},
            {"calcs", std::move(calculations)}};
}

json::object tooltip_of(const json::object& panel) {
    const auto* tooltip = object_at(panel, "tooltip");
    const bool shared = tooltip == nullptr || flag_at(*tooltip, "shared", true);
    const auto sort = tooltip == nullptr ? 0.0 : number_at(*tooltip, "sort").value_or(0);
    return {{"mode", shared ? "multi" : "single"},
            {"sort", sort == 1   ? "asc"
                     : sort == 2 ? "desc"
                                 : "none"}};
}

std::string threshold_colour(const json::object& threshold) {
    const auto mode = text_or_empty(threshold, "colorMode");
    if (mode == "critical") return "red";
    if (mode == "warning") return "orange";
    if (mode == "ok") return "green";
    auto colour = text_or_empty(threshold, "fillColor");
    if (colour.empty()) colour = text_or_empty(threshold, "lineColor");
    return colour.empty() ? "red" : colour;
}

/// Below a "less than" the colour begins with nothing; above it there is none again.
void read_thresholds(const json::object& panel, json::object& defaults, json::object& custom) {
    const auto* list = list_at(panel, "thresholds");
    if (list == nullptr || list->empty()) return;
    std::vector<std::pair<double, std::string>> steps;
    std::string base = "transparent";
    bool fills = false;
    bool lines = false;
    for (const auto& item : *list) {
        const auto* threshold = item.if_object();
        const auto value = threshold == nullptr ? std::nullopt : loose_number(*threshold, "value");
        if (!value) continue;
        fills = fills || flag_at(*threshold, "fill");
        lines = lines || flag_at(*threshold, "line");
        const bool below = text_or_empty(*threshold, "op") == "lt";
        if (below) base = threshold_colour(*threshold);
        steps.emplace_back(*value, below ? "transparent" : threshold_colour(*threshold));
    }
    if (steps.empty()) return;
    std::sort(steps.begin(), steps.end());
    json::array written{json::object{{"color", base}, {"value", nullptr}}};
    for (const auto& [value, colour] : steps)
        written.push_back({{"color", colour}, {"value", value}});
    defaults["thresholds"] = json::object{{"mode", "absolute"}, {"steps", std::move(written)}};
    custom["thresholdsStyle"] = json::object{{"mode", fills && lines ? "line+area"
                                                      : fills        ? "area"
                                                                     : "line"}};
}

}  // namespace

json::object modern_graph(const json::object& panel) {
    json::object defaults;
    json::object custom{{"drawStyle", "line"}, {"fillOpacity", kFillStep}, {"lineWidth", 1}};
    if (const auto* own = object_at(panel, "fieldConfig")) {
        const auto* written = object_at(*own, "defaults");
        const auto* links = written == nullptr ? nullptr : list_at(*written, "links");
        if (links != nullptr) defaults["links"] = *links;
    }
    if (const auto* axis = axis_at(panel, 0)) read_axis(*axis, defaults, custom);
    if (const auto decimals = number_at(panel, "decimals")) defaults["decimals"] = *decimals;
    read_drawing(panel, custom);
    const bool stack = flag_at(panel, "stack");
    const bool percentage = stack && flag_at(panel, "percentage");
    custom["stacking"] = json::object{{"mode", percentage ? "percent" : stack ? "normal" : "none"}};
    read_thresholds(panel, defaults, custom);
    const auto* x = object_at(panel, "xaxis");
    const auto mode = x == nullptr ? std::string() : text_or_empty(*x, "mode");
    if (mode == "series") {
        const auto* values = list_at(*x, "values");
        const auto word = values != nullptr && !values->empty() && values->front().is_string()
                              ? std::string(values->front().get_string())
                              : std::string("total");
        json::object reduce{{"calcs", json::array{json::value(modern_calculation(word))}},
                            {"values", false}};
        return modern(panel, "bargauge",
                      {{"reduceOptions", std::move(reduce)}, {"orientation", "vertical"}},
                      {{"defaults", std::move(defaults)}, {"overrides", overrides_of(panel)}});
    }
    defaults["custom"] = std::move(custom);
    return modern(panel, mode == "histogram" ? "histogram" : "timeseries",
                  {{"legend", legend_of(panel)}, {"tooltip", tooltip_of(panel)}},
                  {{"defaults", std::move(defaults)}, {"overrides", overrides_of(panel)}});
}

}  // namespace casement::dashboards::grafana
