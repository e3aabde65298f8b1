// A dashboard as the v1 API takes it: what is checked, and how it is kept. Widget definitions are
// the vendor's and many; they are stored and given back as they came (datadog.md §3).
#pragma once

#include "base/shape.h"
#include "crypto/random.h"

#include <string>

namespace casement::datadog {

/// Body of POST and PUT. Unknown members are kept.
[[nodiscard]] const Shape& dashboard_request_shape();
/// Body of bulk delete and restore.
[[nodiscard]] const Shape& dashboard_ids_shape();

/// Checks what a shape cannot say (layouts, tags, template variables), drops the read-only members,
/// gives an id to every widget and tab that has none, and resolves "@N" in tabs. `body` has passed
/// dashboard_request_shape(). Errors: invalid "invalid_dashboard" with `field`.
[[nodiscard]] Result<json::object> read_document(const json::object& body, crypto::Random& random);

}  // namespace casement::datadog
