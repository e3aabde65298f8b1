// The last look at a panel's options: what goes without saying is taken out, and so is whatever
// the panel's type does not take. Nothing else of a document reaches a page.
#include "dashboards/importers/grafana_parts.h"

#include <vector>

namespace casement::dashboards::grafana {
namespace {

const Shape* member_shape(const Shape& shape, std::string_view name) {
    for (const auto& member : shape.members) {
        if (member.name == name) return &member.shape;
    }
    return nullptr;
}

/// Of what an override may set.
const Shape& set_shape() {
    static const Shape nothing = Shape::object({});
    static const Shape& found = []() -> const Shape& {
        const auto* panels = member_shape(dashboard_shape(), "panels");
        const auto* panel = panels == nullptr ? nullptr : panels->items.get();
        const auto* overrides = panel == nullptr ? nullptr : member_shape(*panel, "overrides");
        const auto* one = overrides == nullptr ? nullptr : overrides->items.get();
        const auto* set = one == nullptr ? nullptr : member_shape(*one, "set");
        return set == nullptr ? nothing : *set;
    }();
    return found;
}

void keep_declared(json::object& options, const Shape& shape) {
    std::vector<std::string> wrong;
    for (const auto& [name, value] : options) {
        const auto* member = member_shape(shape, name);
        if (member == nullptr || check(value, *member)) wrong.emplace_back(name);
    }
    for (const auto& name : wrong)
        options.erase(name);
}

}  // namespace

void settle_options(Panel& out) {
    auto& options = out.options;
    const auto mode_of = [&]() -> std::string {
        const auto* colour = object_at(options, "color");
        return colour == nullptr ? std::string() : text_or_empty(*colour, "mode");
    };
    const auto mode = mode_of();
    const bool is_single = out.type == PanelType::stat || out.type == PanelType::gauge ||
                           out.type == PanelType::bargauge;
    // What a type does anyway need not be asked for: a panel without wishes is drawn sooner.
    if (mode == (is_single ? "thresholds" : "palette")) options.erase("color");
    if (out.type == PanelType::timeseries) {
        const auto style = text_or_empty(options, "thresholds_style");
        const bool drawn = !style.empty() && style != "off";
        if (!drawn && mode != "thresholds") {
            options.erase("thresholds");
            options.erase("thresholds_mode");
        }
        if (!drawn) {
            if (options.contains("thresholds")) {
                options["thresholds_style"] = "off";
            } else {
                options.erase("thresholds_style");
            }
        }
        // Long rows: the vendor takes this column, else the first text. So does the chart.
        options["series_column"] = "metric";
    } else if (!is_single && mode != "thresholds" && out.type != PanelType::table) {
        options.erase("thresholds");
        options.erase("thresholds_mode");
    }
    if (!options.contains("thresholds")) options.erase("thresholds_mode");
    struct Usual {
        std::string_view name;
        json::value value;
    };
    const Usual usual[] = {{"line_style", "solid"}, {"interpolation", "linear"},
                           {"gradient", "none"},    {"points", "auto"},
                           {"null_as", "gap"},      {"stack", false},
                           {"bar_width", 0.6}};
    for (const auto& [name, value] : usual) {
        const auto* written = options.if_contains(name);
        const bool says_nothing = written != nullptr && *written == value;
        if (says_nothing && out.type == PanelType::timeseries) options.erase(name);
    }
    keep_declared(options, options_shape(out.type));
    const auto& set = set_shape();
    for (auto& item : out.overrides)
        keep_declared(item.get_object().at("set").get_object(), set);
    json::array overrides;
    for (auto& item : out.overrides) {
        const bool empty = item.get_object().at("set").get_object().empty();
        if (!empty) overrides.push_back(std::move(item));
    }
    out.overrides = std::move(overrides);
}

}  // namespace casement::dashboards::grafana
