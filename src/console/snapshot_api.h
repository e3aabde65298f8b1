// Dashboard snapshots: taken, listed, deleted.
#pragma once

#include "console/operation.h"

namespace casement::console {

[[nodiscard]] std::vector<Operation> snapshot_operations();

}  // namespace casement::console
