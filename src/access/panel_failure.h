// A query that failed: what its viewer is told, and what goes to the log.
#pragma once

#include "access/session_service.h"
#include "base/error.h"

namespace casement::access {

/// What a viewer may know of a query's failure: never the engine's words, which quote the query,
/// unless it is the view of an author.
[[nodiscard]] Error for_viewer(const View& view, const Error& error);

/// `panel`: 0 for the query of a variable.
void log_failure(const Viewer& viewer, int panel, const Error& error);

}  // namespace casement::access
