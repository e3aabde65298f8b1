// What is right and what is wrong with a link that somebody pastes.
#pragma once

#include "console/operation.h"

namespace casement::console {

[[nodiscard]] std::vector<Operation> link_operations();

}  // namespace casement::console
