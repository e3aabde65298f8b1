// How the columns of a panel's result are shown: field options, overrides, transformations and
// links. Their shapes, and the checks that a shape cannot say.
#pragma once

#include "base/error.h"
#include "base/shape.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::dashboards {

/// A colour as it may be written; see colours.h.
[[nodiscard]] Shape colour_shape();
/// Name of a result's column.
[[nodiscard]] Shape column_shape();
/// How several rows become one value.
[[nodiscard]] Shape reduce_shape();

/// What every panel that shows data takes in its options.
[[nodiscard]] std::vector<ShapeMember> common_options();
/// How rows become single values: for stat, gauge, bar gauge and pie chart.
[[nodiscard]] std::vector<ShapeMember> reduce_options();
/// How single series are drawn, beside the native style, fill, line_width and null_as.
[[nodiscard]] std::vector<ShapeMember> series_options();
/// Of a time series panel as a whole.
[[nodiscard]] std::vector<ShapeMember> legend_options();
[[nodiscard]] std::vector<ShapeMember> stat_field_options();
[[nodiscard]] std::vector<ShapeMember> table_field_options();

/// A unit that only the page's part "fields" can write; the viewer's own few are not among them,
/// nor is text that simply stands behind the number.
[[nodiscard]] bool is_rich_unit(std::string_view unit);

struct Panel;
/// Whether the page has to load its part "fields" to draw the panel as it is meant.
[[nodiscard]] bool needs_fields(const Panel& panel);

/// Members of a panel.
[[nodiscard]] std::vector<ShapeMember> panel_field_members();
/// Links of a panel or of the dashboard.
[[nodiscard]] Shape links_shape();

/// "500ms", "15s", "5m", "6h", "7d", "2w", "1M" (30 days), "1y"; nullopt for anything else, for
/// nothing at all and for more than ten years.
[[nodiscard]] std::optional<std::chrono::milliseconds> length_of(std::string_view text);

/// Checks what a shape cannot say of options or of an override's `set`, and gives every colour the
/// spelling that a page takes. Errors: invalid "invalid_dashboard".
[[nodiscard]] Result<void> settle_field_options(json::object& options, const std::string& path);
/// The same for a panel's overrides and for links.
[[nodiscard]] Result<void> settle_overrides(json::array& overrides, const std::string& path);
[[nodiscard]] Result<void> check_links(const json::array& links, const std::string& path);

}  // namespace casement::dashboards
