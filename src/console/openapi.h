// The OpenAPI 3.1 document, made from the operations.
#pragma once

#include "console/operation.h"

#include <string>
#include <vector>

namespace casement::console {

[[nodiscard]] json::object openapi_document(const std::vector<Operation>& operations);
/// Of operations() and those that others answer, as it is served.
[[nodiscard]] std::string served_document(const std::vector<Operation>& others);
/// The same with line breaks and two spaces of indentation, as docs/openapi.json keeps it.
[[nodiscard]] std::string pretty(const json::value& value);

[[nodiscard]] std::vector<Operation> openapi_operations();

}  // namespace casement::console
