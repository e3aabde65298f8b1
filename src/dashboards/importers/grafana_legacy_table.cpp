// The table of before Grafana 7, whose columns are styled by patterns (schema version 24).
#include "dashboards/importers/grafana_legacy.h"

namespace casement::dashboards::grafana {
namespace {

using Properties = json::array;

void add(Properties& properties, std::string_view id, json::value value) {
    properties.push_back({{"id", id}, {"value", std::move(value)}});
}

json::value steps_of(const json::object& style) {
    const auto* thresholds = list_at(style, "thresholds");
    const auto* colors = list_at(style, "colors");
    json::array steps{json::object{{"color", "red"}, {"value", nullptr}}};
    for (std::size_t i = 0; thresholds != nullptr && i < thresholds->size(); ++i) {
        const json::object item{{"value", thresholds->at(i)}};
        const auto value = loose_number(item, "value");
        if (!value || colors == nullptr || i >= colors->size()) continue;
        steps.push_back({{"color", colors->at(i)}, {"value", *value}});
    }
    return json::object{{"mode", "absolute"}, {"steps", std::move(steps)}};
}

/// What the style sets, as the properties of an override.
Properties properties_of(const json::object& style) {
    Properties properties;
    if (const auto alias = text_or_empty(style, "alias"); !alias.empty()) {
        add(properties, "displayName", json::value(alias));
    }
    const auto type = text_or_empty(style, "type");
    if (type == "date") {
        const auto format = text_or_empty(style, "dateFormat");
        if (!format.empty()) add(properties, "unit", json::value("time: " + format));
    } else if (const auto unit = text_or_empty(style, "unit"); !unit.empty()) {
        add(properties, "unit", json::value(unit));
    }
    if (const auto decimals = number_at(style, "decimals")) {
        add(properties, "decimals", json::value(*decimals));
    }
    if (type == "hidden") add(properties, "custom.hidden", json::value(true));
    if (flag_at(style, "link")) {
        add(properties, "links",
            json::array{json::object{{"title", text_or_empty(style, "linkTooltip")},
                                     {"url", text_or_empty(style, "linkUrl")},
                                     {"targetBlank", flag_at(style, "linkTargetBlank")}}});
    }
    if (const auto align = text_or_empty(style, "align"); !align.empty() && align != "auto") {
        add(properties, "custom.align", json::value(align));
    }
    const auto mode = text_or_empty(style, "colorMode");
    if (mode == "cell" || mode == "row" || mode == "value") {
        add(properties, "custom.cellOptions",
            json::object{{"type", mode == "value" ? "color-text" : "color-background"}});
        add(properties, "thresholds", steps_of(style));
    }
    return properties;
}

void set(json::object& defaults, const Properties& properties) {
    for (const auto& item : properties) {
        const std::string id(item.at("id").get_string());
        if (id.starts_with("custom.")) {
            if (!defaults.contains("custom")) defaults["custom"] = json::object{};
            defaults.at("custom").as_object()[id.substr(7)] = item.at("value");
        } else {
            defaults[id] = item.at("value");
        }
    }
}

/// The step that an old way of making rows stands for.
json::array transformations_of(const json::object& panel) {
    const auto transform = text_or_empty(panel, "transform");
    const auto one = [](std::string_view id, json::object options = {}) {
        return json::array{json::object{{"id", id}, {"options", std::move(options)}}};
    };
    if (transform == "timeseries_to_rows") return one("seriesToRows", {{"reducers", {}}});
    if (transform == "timeseries_to_columns") {
        return one("seriesToColumns", {{"reducers", {}}});
    }
    if (transform == "table") return one("merge", {{"reducers", {}}});
    if (transform != "timeseries_aggregations") return {};
    json::array reducers;
    if (const auto* columns = list_at(panel, "columns")) {
        for (const auto& item : *columns) {
            const auto* column = item.if_object();
            if (column == nullptr) continue;
            reducers.emplace_back(modern_calculation(text_or_empty(*column, "value")));
        }
    }
    return one("reduce", {{"reducers", std::move(reducers)}, {"includeTimeField", false}});
}

}  // namespace

json::object modern_table(const json::object& panel) {
    json::object defaults;
    json::array overrides;
    if (const auto* styles = list_at(panel, "styles")) {
        for (const auto& item : *styles) {
            const auto* style = item.if_object();
            if (style == nullptr) continue;
            const auto pattern = text_or_empty(*style, "pattern");
            auto properties = properties_of(*style);
            if (properties.empty()) continue;
            if (pattern == "/.*/") {
                set(defaults, properties);
                continue;
            }
            const bool regular = pattern.starts_with('/') && pattern.ends_with('/');
            overrides.push_back(
                {{"matcher", {{"id", regular ? "byRegexp" : "byName"}, {"options", pattern}}},
                 {"properties", std::move(properties)}});
        }
    }
    json::object options{{"showHeader", flag_at(panel, "showHeader", true)}};
    auto made = modern(panel, "table", std::move(options),
                       {{"defaults", std::move(defaults)}, {"overrides", std::move(overrides)}});
    if (!panel.contains("transformations")) made["transformations"] = transformations_of(panel);
    return made;
}

}  // namespace casement::dashboards::grafana
