// Signing in to the console, and what a person does about his own account there.
#pragma once

#include "console/operation.h"

namespace casement::console {

[[nodiscard]] std::vector<Operation> account_operations();

}  // namespace casement::console
