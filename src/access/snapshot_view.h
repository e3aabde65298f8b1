// The page of a dashboard snapshot: its stored document becomes a view that holds its data and asks
// nobody for any. Pure, any thread; a large document takes tens of milliseconds.
#pragma once

#include "access/view.h"
#include "access/view_service.h"
#include "store/records.h"

#include <memory>
#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace casement::access {

/// What takes the place of queries in a view: lines that were made when the snapshot was read.
struct StillData {
    std::map<int, std::string> lines;  ///< by panel, as the viewer gets them; text panels have none
    Time taken_at{};
    std::size_t bytes = 0;  ///< of all lines
};

/// The document that a snapshot keeps of a dashboard of this server: a native one without queries,
/// whose variables are fixed texts, whose time is a fixed range, and whose panels hold their data.
/// `lines` are the panels' lines of `selection`, by panel.
[[nodiscard]] json::object still_document(const dashboards::Dashboard& dashboard,
                                          const Selection& selection,
                                          const std::map<int, json::object>& lines);

/// `document` is the row's stored text. Errors: internal "snapshot_unreadable".
[[nodiscard]] Result<ViewPtr> view_of_snapshot(const store::DashboardSnapshot& row,
                                               std::string_view document);

/// The same with one panel only. Errors: not_found "panel_not_found".
[[nodiscard]] Result<ViewPtr> only_panel(const ViewPtr& view, std::int64_t panel);

}  // namespace casement::access
