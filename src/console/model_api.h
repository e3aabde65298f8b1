// Models and certificates of scope.
#pragma once

#include "console/operation.h"

#include <vector>

namespace casement::console {

[[nodiscard]] std::vector<Operation> model_operations();
[[nodiscard]] std::vector<Operation> certificate_operations();

}  // namespace casement::console
