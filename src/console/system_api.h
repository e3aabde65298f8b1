// How the server does: its sources and stores, its version, the licences of what it carries, and
// what it is set to.
#pragma once

#include "console/operation.h"

namespace casement::console {

[[nodiscard]] std::vector<Operation> system_operations();

}  // namespace casement::console
