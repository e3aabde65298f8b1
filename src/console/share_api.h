// Shares and the credentials that sign their links.
#pragma once

#include "console/operation.h"

namespace casement::console {

[[nodiscard]] std::vector<Operation> share_operations();
[[nodiscard]] std::vector<Operation> credential_operations();
[[nodiscard]] std::vector<Operation> share_link_operations();

}  // namespace casement::console
