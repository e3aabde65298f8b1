// The address of a dashboard snapshot's page: /dashboard/snapshot/{key}, and for one panel
// /dashboard-solo/snapshot/{key}?panelId=N (grafana.md §3.3). Pure.
#pragma once

#include "dialects/grafana/target.h"

#include <string_view>

namespace casement::grafana {

inline constexpr std::string_view kSnapshotPath = "/dashboard/snapshot/";
inline constexpr std::string_view kSnapshotPanelPath = "/dashboard-solo/snapshot/";

/// Whether a raw request target is such an address, right or wrong.
[[nodiscard]] bool is_snapshot_target(std::string_view target) noexcept;

/// With the parameters that dashboards' pages have; `dashboard_uid` is the snapshot's key. Errors:
/// those of read_target.
[[nodiscard]] Result<Target> read_snapshot_target(std::string_view target);

}  // namespace casement::grafana
