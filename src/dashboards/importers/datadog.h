// Datadog dashboards as Casement shows them: texts, layout and template variables are taken over;
// what would need Datadog's own data says quietly that it has none here.
#pragma once

#include "base/error.h"
#include "base/shape.h"
#include "dashboards/dashboard.h"

namespace casement::dashboards {

/// Reads a stored Datadog document (the body of its v1 dashboards API). Lenient about details, as
/// its author is a program of the vendor's: what is odd is left out, never guessed into data.
/// Errors: invalid "invalid_dashboard" when there is no list of widgets.
[[nodiscard]] Result<Dashboard> import_datadog(const json::object& document);

}  // namespace casement::dashboards
