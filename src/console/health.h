// Whether the server lives and can work, its metrics, and the plain page at `/`.
#pragma once

#include "console/console.h"

namespace casement::console {

void add_health_routes(http::Router& router, const Dependencies& dependencies);

}  // namespace casement::console
