// What the viewer page calls (ARCHITECTURE.md, "The viewer's protocol"): session_api.cpp opens,
// resumes and leaves, data_api.cpp asks for data.
#pragma once

#include "console/operation.h"

namespace casement::console {

[[nodiscard]] std::vector<Operation> viewer_operations();
[[nodiscard]] std::vector<Operation> data_operations();

}  // namespace casement::console
