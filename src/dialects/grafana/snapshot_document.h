// A dashboard with its data, as Grafana's front end sends it to be kept (grafana.md §3.5): written
// anew with nothing in it that asks for data or leads elsewhere. Pure.
#pragma once

#include "base/clock.h"
#include "base/error.h"

#include <optional>
#include <utility>

#include <boost/json.hpp>

namespace casement::grafana {

namespace json = boost::json;

inline constexpr std::size_t kMostSnapshotPanels = 500;

/// Whether a panel of it brings data of its own.
[[nodiscard]] bool has_snapshot_data(const json::object& dashboard);

/// What is kept: of the dashboard and of its panels what says how they look, of each panel's data
/// what access::read_frames keeps, of its variables their current text. No member of another name
/// stays, so none can hold a query. A range that moves with the clock is settled at `now`. Errors:
/// invalid "invalid_frames", "invalid_snapshot".
[[nodiscard]] Result<json::object> still_document(const json::object& dashboard, Time now);

/// The range that `time` of a dashboard names, settled at `now`; nullopt when it names none.
[[nodiscard]] std::optional<std::pair<Time, Time>> range_of_document(const json::object& dashboard,
                                                                     Time now);

}  // namespace casement::grafana
