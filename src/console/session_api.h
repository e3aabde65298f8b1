// What the viewer page calls: open, resume, query, export, view (ARCHITECTURE.md, "The viewer's
// protocol").
#pragma once

#include "console/operation.h"

namespace casement::console {

[[nodiscard]] std::vector<Operation> viewer_operations();

}  // namespace casement::console
