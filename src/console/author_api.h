// Dashboards as those see them who are signed in, or who call with a key: kept ones and drafts.
#pragma once

#include "console/operation.h"

#include <vector>

namespace casement::console {

[[nodiscard]] std::vector<Operation> author_operations();

}  // namespace casement::console
