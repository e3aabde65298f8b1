// Dashboards of the dialects whose clients count versions: a save says which revision it changed,
// and every revision is kept.
#pragma once

#include "access/catalog_parts.h"

#include <optional>
#include <string>

namespace casement::access {

struct DashboardSave {
    std::string dialect;
    std::optional<std::int64_t> id;  ///< of the dashboard to change; it must be there
    /// Of the dashboard to change or, when there is none, to make; empty: one is made up.
    std::string uid;
    std::string title;
    json::object document;
    std::int64_t folder = 0;    ///< the dashboard goes there; 0: in none
    std::int64_t revision = 0;  ///< the one that was changed
    bool overwrite = false;     ///< whatever the revision
    std::string message;
    std::int64_t restored_from = 0;
};

/// The live dashboard of a uid, where the caller sees its folder; nullptr: none.
[[nodiscard]] const store::Dashboard* find_seen_dashboard(const store::Snapshot& snapshot,
                                                          const Principal& who,
                                                          std::string_view uid);

class VersionedDashboards {
  public:
    explicit VersionedDashboards(const CatalogParts& parts) : parts_(parts) {}

    /// A new dashboard takes its uid from one in the bin, which can be restored all the same: under
    /// a uid made up for it. Errors: missing_permission; not_found "dashboard_not_found"; conflict
    /// "dashboard_version_mismatch"; forbidden "dashboard_access_denied" (the uid's dashboard lies
    /// in a folder that the caller does not see); invalid "dashboard_uid_kept",
    /// "dashboard_provisioned", "dashboard_other_dialect"; unprocessable with the field
    /// "folder_id".
    [[nodiscard]] asio::awaitable<Result<store::Dashboard>> save(Principal who,
                                                                 DashboardSave what) const;

  private:
    const CatalogParts parts_;
};

}  // namespace casement::access
