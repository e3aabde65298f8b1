// Words of a dashboard document for what its structs hold.
#pragma once

#include "dashboards/dashboard.h"

#include <string_view>

namespace casement::access {

[[nodiscard]] std::string_view name_of(dashboards::Theme theme);
[[nodiscard]] std::string_view name_of(dashboards::PanelType type);

}  // namespace casement::access
