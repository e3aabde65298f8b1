// How dashboards look in the native API, and what its changes of them have in common.
#pragma once

#include "access/dashboard_service.h"
#include "base/shape.h"
#include "store/records.h"

#include <vector>

#include <boost/json.hpp>

namespace casement::console {

namespace json = boost::json;

/// Without its document.
[[nodiscard]] json::object summary(const store::Dashboard& row);
[[nodiscard]] std::vector<ShapeMember> summary_members();
/// With it.
[[nodiscard]] json::object whole(const store::Dashboard& row);
[[nodiscard]] Shape whole_shape();

/// `revision` and `message` of a body that changes a dashboard.
[[nodiscard]] access::DashboardEdit edit_of(const json::object& body);
[[nodiscard]] std::vector<ShapeMember> edit_members();

}  // namespace casement::console
