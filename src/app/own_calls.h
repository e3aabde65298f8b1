// Calls of this server's own API that a dialect answers, as the OpenAPI document shows them.
#pragma once

#include "console/operation.h"
#include "dialects/grafana/operation.h"

#include <vector>

namespace casement::app {

[[nodiscard]] std::vector<console::Operation> documented(
    const std::vector<grafana::OwnCall>& calls);

}  // namespace casement::app
