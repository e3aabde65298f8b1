// Dashboards, looks and folders as the vendor's bodies show them (looker.md §2.7).
#pragma once

#include "dashboards/dashboard.h"
#include "dialects/looker/admin_call.h"

#include <memory>

namespace casement::looker {

using DocumentPtr = std::shared_ptr<const dashboards::Dashboard>;

[[nodiscard]] json::object folder_body(const Call& call, const store::Snapshot& snapshot,
                                       const store::Folder& row);
/// {"folder_id", "folder"}: where content lies, null for nowhere.
void add_folder_members(const Call& call, const store::Snapshot& snapshot, std::int64_t folder,
                        json::object& body);

/// What every list of dashboards shows.
[[nodiscard]] json::object dashboard_base(const Call& call, const store::Snapshot& snapshot,
                                          const store::Dashboard& row);
/// Its panels, variables and grid, as the vendor calls and shapes them.
[[nodiscard]] json::array element_bodies(std::int64_t dashboard,
                                         const dashboards::Dashboard& document);
[[nodiscard]] json::array filter_bodies(std::int64_t dashboard,
                                        const dashboards::Dashboard& document);
[[nodiscard]] json::array layout_bodies(std::int64_t dashboard,
                                        const dashboards::Dashboard& document);
/// What is read out of the document, the three lists above among it.
void add_document_members(const store::Dashboard& row, const dashboards::Dashboard& document,
                          json::object& body);

/// What every list of looks shows.
[[nodiscard]] json::object look_base(const Call& call, const store::Snapshot& snapshot,
                                     const store::Look& row);

/// The first model that a query of the document names: {"id", "label"}, or null.
[[nodiscard]] json::value model_body(const dashboards::Dashboard& document);

/// Our own document in a body, or none. It is checked by who keeps it.
[[nodiscard]] const json::object* document_in(const json::object& body);
inline constexpr std::string_view kDocumentMember = "casement_document";

}  // namespace casement::looker
