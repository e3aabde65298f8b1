// Panels of before Grafana 7, as their successors write them. Of no use outside of this folder.
#pragma once

#include "dashboards/importers/grafana_parts.h"

namespace casement::dashboards::grafana {

/// A number, or a text that is one.
[[nodiscard]] std::optional<double> loose_number(const json::object& object, std::string_view name);
/// The panel as one of `type`, with these options and field options instead of its own.
[[nodiscard]] json::object modern(const json::object& panel, std::string_view type,
                                  json::object options, json::object field_config);
/// The calculation that an old word ("avg", "current") stands for.
[[nodiscard]] std::string modern_calculation(std::string_view word);
/// A fixed colour as field options write it.
[[nodiscard]] json::object fixed_colour(const json::value& colour);

// grafana_legacy_graph.cpp
[[nodiscard]] json::object modern_graph(const json::object& panel);
// grafana_legacy_single.cpp
[[nodiscard]] json::object modern_single(const json::object& panel, Notes& notes);
/// Single numbers of before 7.0 keep their field options in `options.fieldOptions`.
[[nodiscard]] json::object with_field_config(const json::object& panel);
[[nodiscard]] json::object modern_pie(const json::object& panel);
/// Mappings of numbered types as those of named ones.
[[nodiscard]] json::array modern_mappings(const json::array& mappings);
// grafana_legacy_table.cpp
[[nodiscard]] json::object modern_table(const json::object& panel);

}  // namespace casement::dashboards::grafana
