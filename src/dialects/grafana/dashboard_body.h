// A dashboard of this dialect as the vendor's API reads and shows it.
#pragma once

#include "access/versioned_dashboards.h"
#include "dialects/grafana/content_parts.h"

namespace casement::grafana {

/// The body of a save. Errors: invalid "bad_dashboard", "dashboard_title_empty", "folder_unknown",
/// "uid_illegal", "uid_too_long"; not_found "dashboard_not_found" for an id that nothing can have.
[[nodiscard]] Result<access::DashboardSave> read_save(const store::Snapshot& snapshot,
                                                      const access::Principal& who,
                                                      const json::object& body);
[[nodiscard]] Shape save_shape();

/// What was stored, with the id, uid and version that it has now.
[[nodiscard]] json::object shown_document(const store::Dashboard& row);
/// The answer to a save.
[[nodiscard]] http::Response saved(const store::Snapshot& snapshot, const store::Dashboard& row);

/// 406 for a dashboard of another dialect, which this API cannot write down.
[[nodiscard]] http::Response other_dialect(const store::Dashboard& row);

/// "" for none.
[[nodiscard]] std::string folder_uid_of(const store::Snapshot& snapshot,
                                        const store::Dashboard& row);
/// The texts in `tags`, each once.
[[nodiscard]] std::vector<std::string> tags_of(const store::Dashboard& row);

}  // namespace casement::grafana
