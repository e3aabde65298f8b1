// Native dashboards: list, read, write, bin and restore.
#pragma once

#include "console/operation.h"

namespace casement::console {

[[nodiscard]] std::vector<Operation> dashboard_operations();
[[nodiscard]] std::vector<Operation> dashboard_import_operations();
[[nodiscard]] std::vector<Operation> dashboard_version_operations();

}  // namespace casement::console
