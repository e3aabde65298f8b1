#include "dialects/grafana/snapshot_target.h"

#include "dialects/grafana/reasons.h"

#include <string>

namespace casement::grafana {

bool is_snapshot_target(std::string_view target) noexcept {
    const auto path = path_of(target);
    return path.starts_with(kSnapshotPath) || path.starts_with(kSnapshotPanelPath);
}

Result<Target> read_snapshot_target(std::string_view target) {
    const auto parameters = read_query(target);
    if (!parameters) return parameters.error();
    auto key = path_of(target);
    const bool is_solo = key.starts_with(kSnapshotPanelPath);
    key.remove_prefix(is_solo ? kSnapshotPanelPath.size() : kSnapshotPath.size());
    if (key.ends_with('/')) key.remove_suffix(1);
    if (key.find('/') != std::string_view::npos) {
        return refusal(kTargetRefused, "Behind a snapshot's key there is nothing in its address.",
                       "target");
    }
    // A key has the form of a dashboard's uid, and everything behind it is the same.
    const auto path = std::string(is_solo ? kPanelPath : kDashboardPath).append(key);
    auto read = read_target(path, *parameters);
    if (!read) return read.error();
    read->path = path_of(target);
    return read;
}

}  // namespace casement::grafana
