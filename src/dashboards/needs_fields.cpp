#include "dashboards/dashboard.h"
#include "dashboards/field_shapes.h"

#include <algorithm>
#include <set>

namespace casement::dashboards {
namespace {

/// What the viewer's first bundle draws by itself; whatever it does not know needs the part.
const std::set<std::string>& rich_names() {
    static const std::set<std::string> names = [] {
        std::set<std::string> all = {"display_name",    "no_value",   "color",
                                     "thresholds_mode", "mappings",   "links",
                                     "values",          "per_series", "fields"};
        for (auto make :
             {series_options, legend_options, stat_field_options, table_field_options}) {
            for (const auto& member : make())
                all.insert(member.name);
        }
        return all;
    }();
    return names;
}

bool is_plain_reducer(std::string_view name) {
    return name == "last" || name == "first" || name == "sum" || name == "mean" || name == "min" ||
           name == "max";
}

/// The page's first bundle knows these spellings of colours alone.
bool is_plain(const json::object& options) {
    if (const auto* unit = options.if_contains("unit")) {
        if (unit->is_string() && is_rich_unit(unit->get_string())) return false;
    }
    if (const auto* how = options.if_contains("reduce")) {
        if (how->is_string() && !is_plain_reducer(how->get_string())) return false;
    }
    const auto* mode = options.if_contains("color_mode");
    return mode == nullptr || *mode != "background_solid";
}

}  // namespace

bool needs_fields(const Panel& panel) {
    if (panel.type == PanelType::text) return false;
    if (!panel.overrides.empty() || !panel.transformations.empty()) return true;
    if (std::any_of(panel.queries.begin(), panel.queries.end(),
                    [](const PanelQuery& query) { return query.hide; })) {
        return true;
    }
    if (!is_plain(panel.options)) return true;
    if (const auto* columns = panel.options.if_contains("columns")) {
        const auto* list = columns->if_array();
        if (list != nullptr && std::any_of(list->begin(), list->end(), [](const auto& column) {
                return column.is_object() && !is_plain(column.get_object());
            })) {
            return true;
        }
    }
    // Types that are drawn by parts of their own take some of these names for themselves.
    const bool is_own = panel.type == PanelType::timeseries || panel.type == PanelType::stat ||
                        panel.type == PanelType::barchart || panel.type == PanelType::table;
    static const std::set<std::string> kCommon = {"display_name",    "no_value", "color",
                                                  "thresholds_mode", "mappings", "links"};
    const auto& names = is_own ? rich_names() : kCommon;
    return std::any_of(panel.options.begin(), panel.options.end(), [&](const auto& member) {
        return names.contains(std::string(member.key())) &&
               !(panel.type == PanelType::barchart && member.key() == "orientation");
    });
}

}  // namespace casement::dashboards
