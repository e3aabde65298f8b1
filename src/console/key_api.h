// Keys by which programs call the APIs, and what an organization manages of signed embedding.
#pragma once

#include "console/operation.h"

namespace casement::console {

[[nodiscard]] std::vector<Operation> key_operations();
[[nodiscard]] std::vector<Operation> embed_operations();
[[nodiscard]] std::vector<Operation> embed_url_operations();

}  // namespace casement::console
