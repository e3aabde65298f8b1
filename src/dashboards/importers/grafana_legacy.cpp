// Panels of before Grafana 7: the vendor's own page turns them into their successors when it opens
// a document, and so does this.
#include "dashboards/importers/grafana_parts.h"

#include <charconv>

namespace casement::dashboards::grafana {
namespace {

constexpr double kFillStep = 10;  // of a graph's fill, 0 to 10, in percent

/// A number, or a text that is one.
std::optional<double> loose_number(const json::object& object, std::string_view name) {
    if (const auto number = number_at(object, name)) return number;
    const auto text = text_or_empty(object, name);
    double number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || failed != std::errc{} || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

const json::object* first_object(const json::object& object, std::string_view name) {
    const auto* list = list_at(object, name);
    return list == nullptr || list->empty() ? nullptr : list->front().if_object();
}

json::object with(const json::object& panel, std::string_view type, json::object options,
                  json::object defaults) {
    json::object modern = panel;
    modern["type"] = type;
    modern["options"] = std::move(options);
    modern["fieldConfig"] = json::object{{"defaults", std::move(defaults)}};
    return modern;
}

json::object modern_graph(const json::object& panel, Notes& notes) {
    json::object defaults;
    if (const auto* axis = first_object(panel, "yaxes")) {
        if (const auto unit = text_at(*axis, "format")) defaults["unit"] = *unit;
        for (const std::string_view name : {"min", "max", "decimals"}) {
            if (const auto number = loose_number(*axis, name)) defaults[name] = *number;
        }
    }
    json::object custom;
    const bool lines = flag_at(panel, "lines", true);
    custom["drawStyle"] = flag_at(panel, "bars") && !lines     ? "bars"
                          : flag_at(panel, "points") && !lines ? "points"
                                                               : "line";
    custom["fillOpacity"] = number_at(panel, "fill").value_or(1) * kFillStep;
    custom["lineWidth"] = number_at(panel, "linewidth").value_or(1);
    const bool stack = flag_at(panel, "stack");
    const bool percentage = stack && flag_at(panel, "percentage");
    custom["stacking"] = json::object{{"mode", percentage ? "percent" : stack ? "normal" : "none"}};
    const auto missing = text_or_empty(panel, "nullPointMode");
    custom["spanNulls"] = missing == "connected";
    custom["nullAsZero"] = missing == "null as zero";
    defaults["custom"] = std::move(custom);
    const auto* legend = object_at(panel, "legend");
    const auto* overrides = list_at(panel, "seriesOverrides");
    if (overrides != nullptr && !overrides->empty()) {
        notes.left_out("What is set for single series.");
    }
    return with(panel, "timeseries",
                {{"legend", {{"showLegend", legend == nullptr || flag_at(*legend, "show", true)}}}},
                std::move(defaults));
}

/// "10,20" and three colours.
json::array single_thresholds(const json::object& panel) {
    json::array steps;
    const auto* colors = list_at(panel, "colors");
    const auto text = text_or_empty(panel, "thresholds");
    if (colors == nullptr || colors->empty() || text.empty()) return steps;
    steps.push_back({{"value", nullptr}, {"color", colors->front()}});
    std::string_view rest = text;
    for (std::size_t i = 1; i < colors->size() && !rest.empty(); ++i) {
        while (rest.starts_with(' '))
            rest.remove_prefix(1);
        double value = 0;
        const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
        if (failed != std::errc{}) return {};
        steps.push_back({{"value", value}, {"color", colors->at(i)}});
        const auto comma = rest.find(',');
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
    return steps;
}

json::object modern_single(const json::object& panel, Notes& notes) {
    const auto how = text_or_empty(panel, "valueName");
    const std::string calc = how.empty() || how == "avg" ? "mean"
                             : how == "current"          ? "lastNotNull"
                             : how == "first"            ? "firstNotNull"
                             : how == "total"            ? "sum"
                                                         : how;
    json::object reduce{{"calcs", json::array{json::value(calc)}}, {"values", false}};
    const auto column = text_or_empty(panel, "tableColumn");
    if (!column.empty()) reduce["fields"] = "/^" + column + "$/";
    const auto* spark = object_at(panel, "sparkline");
    json::object options{
        {"reduceOptions", std::move(reduce)},
        {"graphMode", spark != nullptr && flag_at(*spark, "show") ? "area" : "none"},
        {"colorMode", flag_at(panel, "colorBackground") ? "background"
                      : flag_at(panel, "colorValue")    ? "value"
                                                        : "none"}};
    json::object defaults{
        {"color", {{"mode", "thresholds"}}},
        {"thresholds", {{"mode", "absolute"}, {"steps", single_thresholds(panel)}}}};
    if (const auto unit = text_at(panel, "format")) defaults["unit"] = *unit;
    if (const auto decimals = number_at(panel, "decimals")) defaults["decimals"] = *decimals;
    if (const auto* maps = list_at(panel, "valueMaps"); maps != nullptr && maps->size() > 1) {
        notes.left_out("Texts in the place of values.");
    }
    if (!text_or_empty(panel, "prefix").empty() || !text_or_empty(panel, "postfix").empty()) {
        notes.left_out("What stands before and behind the number.");
    }
    return with(panel, "stat", std::move(options), std::move(defaults));
}

json::object modern_table(const json::object& panel, Notes& notes) {
    json::object modern = with(panel, "table", {}, {});
    const auto* styles = list_at(panel, "styles");
    if (styles != nullptr && styles->size() > 1) {
        notes.left_out("What is set for single columns.");
    }
    const auto transform = text_or_empty(panel, "transform");
    if (!transform.empty() && transform != "table") {
        modern["transformations"] = json::array{json::object{{"id", transform}}};
    }
    return modern;
}

}  // namespace

json::object modern_panel(const json::object& panel, Notes& notes) {
    const auto type = text_or_empty(panel, "type");
    if (type == "graph") return modern_graph(panel, notes);
    if (type == "singlestat") return modern_single(panel, notes);
    if (type == "table-old" || (type == "table" && panel.contains("styles"))) {
        return modern_table(panel, notes);
    }
    return panel;
}

}  // namespace casement::dashboards::grafana
