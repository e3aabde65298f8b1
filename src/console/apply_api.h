// A whole bundle of sources, dashboards and shares in one call: what `casement apply` sends.
#pragma once

#include "console/operation.h"

namespace casement::console {

/// POST /apply. Needs org_manage.
[[nodiscard]] std::vector<Operation> apply_operations();

}  // namespace casement::console
