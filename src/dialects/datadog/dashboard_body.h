// A dashboard as the v1 API gives it back, whichever dialect it is written in.
#pragma once

#include "base/error.h"
#include "base/shape.h"
#include "store/records.h"

#include <string>
#include <string_view>

namespace casement::datadog {

/// The whole dashboard. A native one shows its title, texts and variables, and of each panel its
/// kind and title, never a query. Errors: a stored native document that no longer reads.
[[nodiscard]] Result<json::object> dashboard_body(const store::Dashboard& row);

/// One entry of the list.
[[nodiscard]] json::object dashboard_summary(const store::Dashboard& row);

/// `/dashboard/<id>/<slug of the title>`.
[[nodiscard]] std::string dashboard_url(const store::Dashboard& row);

}  // namespace casement::datadog
