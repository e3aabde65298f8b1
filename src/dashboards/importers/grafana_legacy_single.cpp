// Single numbers of before Grafana 7: singlestat, and stat and gauge with their first options.
#include "dashboards/importers/grafana_legacy.h"

#include <charconv>

namespace casement::dashboards::grafana {
namespace {

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

/// Of the two lists that it has, the one that it uses.
json::array single_mappings(const json::object& panel) {
    const bool ranges = number_at(panel, "mappingType") == 2;
    const auto* list = list_at(panel, ranges ? "rangeMaps" : "valueMaps");
    json::array mappings;
    if (list == nullptr) return mappings;
    for (const auto& item : *list) {
        const auto* one = item.if_object();
        if (one == nullptr) continue;
        json::object mapping = *one;
        mapping["type"] = ranges ? 2 : 1;
        mappings.push_back(std::move(mapping));
    }
    return modern_mappings(mappings);
}

void read_scale(const json::object& panel, const std::string& unit, json::object& defaults) {
    if (unit == "percent" || unit == "percentunit") {
        defaults["min"] = 0;
        defaults["max"] = unit == "percent" ? 100 : 1;
    }
    const auto* gauge = object_at(panel, "gauge");
    if (gauge == nullptr || !flag_at(*gauge, "show")) return;
    if (const auto min = number_at(*gauge, "minValue")) defaults["min"] = *min;
    if (const auto max = number_at(*gauge, "maxValue")) defaults["max"] = *max;
}

json::value text_or_null(const json::object& mapping, std::string_view name) {
    const auto* value = mapping.if_contains(name);
    if (value == nullptr || (value->is_string() && value->get_string() == "null")) return nullptr;
    const auto number = loose_number(mapping, name);
    return number ? json::value(*number) : json::value(nullptr);
}

json::object result_of(const json::object& mapping) {
    json::object result{{"text", text_or_empty(mapping, "text")}};
    if (const auto colour = text_at(mapping, "color")) result["color"] = *colour;
    return result;
}

std::string value_text(const json::object& mapping) {
    const auto* value = mapping.if_contains("value");
    if (value == nullptr || value->is_null()) return "null";
    if (value->is_string()) return std::string(value->get_string());
    return json::serialize(*value);
}

}  // namespace

json::array modern_mappings(const json::array& mappings) {
    json::array modern;
    json::object values;
    for (const auto& item : mappings) {
        const auto* one = item.if_object();
        if (one == nullptr) continue;
        const auto type = number_at(*one, "type");
        if (!type) {
            modern.push_back(*one);
        } else if (*type == 1) {
            const auto value = value_text(*one);
            if (value == "null") {
                modern.push_back({{"type", "special"},
                                  {"options", {{"match", "null"}, {"result", result_of(*one)}}}});
            } else {
                values[value] = result_of(*one);
            }
        } else {
            const auto from = text_or_null(*one, "from");
            const auto to = text_or_null(*one, "to");
            if (from.is_null() && to.is_null()) {
                modern.push_back({{"type", "special"},
                                  {"options", {{"match", "null"}, {"result", result_of(*one)}}}});
                continue;
            }
            modern.push_back(
                {{"type", "range"},
                 {"options", {{"from", from}, {"to", to}, {"result", result_of(*one)}}}});
        }
    }
    if (!values.empty()) {
        modern.insert(modern.begin(),
                      json::object{{"type", "value"}, {"options", std::move(values)}});
    }
    return modern;
}

json::object modern_single(const json::object& panel, Notes& notes) {
    const auto how = text_or_empty(panel, "valueName");
    json::object reduce{{"calcs", json::array{json::value(modern_calculation(how))}},
                        {"values", false}};
    const auto column = text_or_empty(panel, "tableColumn");
    if (!column.empty()) reduce["fields"] = "/^" + column + "$/";
    const auto* spark = object_at(panel, "sparkline");
    const bool sparks = spark != nullptr && flag_at(*spark, "show");
    json::object options{{"reduceOptions", std::move(reduce)},
                         {"orientation", "horizontal"},
                         {"graphMode", sparks ? "area" : "none"},
                         {"colorMode", flag_at(panel, "colorBackground") ? "background"
                                       : flag_at(panel, "colorValue")    ? "value"
                                                                         : "none"}};
    if (how == "name") options["textMode"] = "name";
    json::object defaults{
        {"color", {{"mode", "thresholds"}}},
        {"thresholds", {{"mode", "absolute"}, {"steps", single_thresholds(panel)}}},
        {"mappings", single_mappings(panel)}};
    if (sparks && !flag_at(panel, "colorValue") && !flag_at(panel, "colorBackground")) {
        if (const auto* line = spark->if_contains("lineColor")) {
            defaults["color"] = fixed_colour(*line);
        }
    }
    auto unit = text_or_empty(panel, "format");
    read_scale(panel, unit, defaults);
    const auto prefix = text_or_empty(panel, "prefix");
    const auto postfix = text_or_empty(panel, "postfix");
    const bool plain = unit.empty() || unit == "none" || unit == "short";
    if (plain && prefix.empty() && !postfix.empty()) {
        unit = "suffix:" + postfix;
    } else if (plain && postfix.empty() && !prefix.empty()) {
        unit = "prefix:" + prefix;
    } else if (!prefix.empty() || !postfix.empty()) {
        notes.left_out("What stands before and behind the number.");
    }
    if (!unit.empty()) defaults["unit"] = unit;
    if (const auto decimals = number_at(panel, "decimals")) defaults["decimals"] = *decimals;
    if (const auto missing = text_or_empty(panel, "nullText"); !missing.empty()) {
        defaults["noValue"] = missing;
    }
    return modern(panel, "stat", std::move(options), {{"defaults", std::move(defaults)}});
}

json::object with_field_config(const json::object& panel) {
    json::object made = panel;
    auto& options = made.at("options").as_object();
    const auto* old = options.at("fieldOptions").if_object();
    if (old == nullptr) return made;
    json::object reduce{{"values", flag_at(*old, "values")}};
    if (const auto* calcs = list_at(*old, "calcs")) {
        json::array modern_ones;
        for (const auto& calc : *calcs) {
            if (calc.is_string()) modern_ones.emplace_back(modern_calculation(calc.get_string()));
        }
        reduce["calcs"] = std::move(modern_ones);
    }
    json::object field;
    const auto* defaults = object_at(*old, "defaults");
    if (defaults != nullptr) field["defaults"] = *defaults;
    if (const auto* overrides = list_at(*old, "overrides")) field["overrides"] = *overrides;
    // What fieldConfig itself says is newer.
    const auto* own = object_at(panel, "fieldConfig");
    const auto* newer = own == nullptr ? nullptr : object_at(*own, "defaults");
    if (newer != nullptr && newer->size() > (newer->contains("custom") ? 1U : 0U)) field = *own;
    options["reduceOptions"] = std::move(reduce);
    options.erase("fieldOptions");
    made["fieldConfig"] = std::move(field);
    return made;
}

json::object modern_pie(const json::object& panel) {
    json::object reduce{
        {"calcs", json::array{json::value(modern_calculation(text_or_empty(panel, "valueName")))}},
        {"values", false}};
    json::object defaults;
    if (const auto unit = text_at(panel, "format")) defaults["unit"] = *unit;
    if (const auto decimals = number_at(panel, "decimals")) defaults["decimals"] = *decimals;
    json::array overrides;
    if (const auto* colours = object_at(panel, "aliasColors")) {
        for (const auto& [alias, colour] : *colours) {
            overrides.push_back(
                {{"matcher", {{"id", "byName"}, {"options", alias}}},
                 {"properties", {{{"id", "color"}, {"value", fixed_colour(colour)}}}}});
        }
    }
    const bool shown = text_or_empty(panel, "legendType") != "On graph";
    return modern(panel, "piechart",
                  {{"reduceOptions", std::move(reduce)},
                   {"pieType", text_or_empty(panel, "pieType") == "donut" ? "donut" : "pie"},
                   {"legend", {{"showLegend", shown}}}},
                  {{"defaults", std::move(defaults)}, {"overrides", std::move(overrides)}});
}

}  // namespace casement::dashboards::grafana
