// The organization itself, who asks, its sources, its viewers' sessions and its audit trail.
#pragma once

#include "console/operation.h"

namespace casement::console {

[[nodiscard]] std::vector<Operation> organization_operations();
[[nodiscard]] std::vector<Operation> session_admin_operations();
[[nodiscard]] std::vector<Operation> audit_operations();

}  // namespace casement::console
