// Native dashboards: list, read, write, bin and restore.
#pragma once

#include "console/operation.h"

namespace casement::console {

[[nodiscard]] std::vector<Operation> dashboard_operations();

}  // namespace casement::console
