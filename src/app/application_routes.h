// Which path is whose.
#pragma once

#include "app/application_parts.h"
#include "http/router.h"

namespace casement::app {

/// `the` must have started, and outlive the router.
void add_routes(Parts& the, http::Router& router);

/// Takes out the paths that the configuration names. Errors: invalid "invalid_configuration".
[[nodiscard]] Result<void> close_paths(const Configuration& configuration, http::Router& router);

}  // namespace casement::app
