// The lines that panels' answers travel in (ARCHITECTURE.md, "The viewer's protocol").
#pragma once

#include "access/view_service.h"

#include <string>

namespace casement::access {

/// The members that every line begins with.
[[nodiscard]] json::object line_head(const PanelRef& panel);

/// The line of a panel of a dashboard snapshot, as it was made; a text panel's has no data in it,
/// as everywhere. `view.still` must be set.
[[nodiscard]] std::string still_line(const View& view, const dashboards::Panel& panel,
                                     const Selection& selection);

}  // namespace casement::access
