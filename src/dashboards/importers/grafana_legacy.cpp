// Panels of before Grafana 7: the vendor's own page turns them into their successors when it opens
// a document, and so does this.
#include "dashboards/importers/grafana_legacy.h"

#include <charconv>
#include <cmath>

namespace casement::dashboards::grafana {
namespace {

/// Old heat maps say how they look in the panel itself.
json::object modern_heatmap(const json::object& panel) {
    json::object options;
    options["calculate"] = text_or_empty(panel, "dataFormat") != "tsbuckets";
    if (const auto* axis = object_at(panel, "yAxis")) {
        options["yAxis"] = json::object{{"unit", text_or_empty(*axis, "format")}};
    }
    if (const auto* colour = object_at(panel, "color")) {
        const bool opacity = text_or_empty(*colour, "mode") == "opacity";
        auto scheme = text_or_empty(*colour, "colorScheme");
        if (scheme.starts_with("interpolate")) scheme.erase(0, 11);
        options["color"] =
            json::object{{"mode", opacity ? "opacity" : "scheme"}, {"scheme", scheme}};
    }
    return modern(panel, "heatmap", std::move(options), {});
}

bool is_single(std::string_view type) {
    return type == "stat" || type == "gauge" || type == "bargauge";
}

}  // namespace

std::optional<double> loose_number(const json::object& object, std::string_view name) {
    if (const auto number = number_at(object, name)) return number;
    const auto text = text_or_empty(object, name);
    double number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || failed != std::errc{} || end != text.data() + text.size() ||
        !std::isfinite(number)) {
        return std::nullopt;
    }
    return number;
}

json::object modern(const json::object& panel, std::string_view type, json::object options,
                    json::object field_config) {
    json::object made = panel;
    made["type"] = type;
    made["options"] = std::move(options);
    made["fieldConfig"] = std::move(field_config);
    return made;
}

std::string modern_calculation(std::string_view word) {
    if (word.empty() || word == "avg") return "mean";
    if (word == "current" || word == "name") return "lastNotNull";
    if (word == "first") return "firstNotNull";
    if (word == "total") return "sum";
    return std::string(word);
}

json::object fixed_colour(const json::value& colour) {
    return {{"mode", "fixed"}, {"fixedColor", colour}};
}

json::object modern_panel(const json::object& panel, Notes& notes) {
    const auto type = text_or_empty(panel, "type");
    if (type == "graph") return modern_graph(panel);
    if (type == "singlestat" || type == "grafana-singlestat-panel") {
        return modern_single(panel, notes);
    }
    if (type == "table-old" || (type == "table" && panel.contains("styles"))) {
        return modern_table(panel);
    }
    if (type == "grafana-piechart-panel") return modern_pie(panel);
    if (type == "heatmap" && panel.contains("dataFormat")) return modern_heatmap(panel);
    const auto* options = object_at(panel, "options");
    if (is_single(type) && options != nullptr && options->contains("fieldOptions")) {
        return with_field_config(panel);
    }
    return panel;
}

}  // namespace casement::dashboards::grafana
