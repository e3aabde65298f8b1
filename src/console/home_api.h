// The home of dashboards: folders, tags, where each dashboard lies, and what a person has starred
// and looked at lately.
#pragma once

#include "console/operation.h"

namespace casement::console {

[[nodiscard]] std::vector<Operation> home_operations();
[[nodiscard]] std::vector<Operation> folder_operations();

}  // namespace casement::console
