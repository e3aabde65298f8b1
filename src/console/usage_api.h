// What was looked at, and by whom; which sources are slow.
#pragma once

#include "console/operation.h"

namespace casement::console {

[[nodiscard]] std::vector<Operation> usage_operations();

}  // namespace casement::console
