// Panel types: their names in documents, and the options of those whose shapes stand apart.
#pragma once

#include "dashboards/dashboard.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::dashboards {

/// "timeseries", "state-timeline", …
[[nodiscard]] std::string_view panel_type_name(PanelType type);
[[nodiscard]] std::optional<PanelType> panel_type_named(std::string_view name);
/// All of them, in the order of the enumeration.
[[nodiscard]] std::vector<std::string> panel_type_names();

/// What the type takes besides the options of all panels: gauge, bargauge, piechart, heatmap,
/// histogram, logs, state-timeline, status-history, geomap. Empty for the others.
[[nodiscard]] std::vector<ShapeMember> rich_options(PanelType type);

/// Options whose numbers have bounds of their own, checked after the shape: the path of the first
/// that is out of them below `path`, with what it must be; else nothing.
struct OutOfBounds {
    std::string field;
    std::string expected;
};
[[nodiscard]] std::optional<OutOfBounds> check_rich_options(const json::object& options);

}  // namespace casement::dashboards
