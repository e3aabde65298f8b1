// How the Datadog APIs say no: plain strings in v1, JSON:API objects in v2 (datadog.md §1.5).
#pragma once

#include "base/error.h"
#include "http/message.h"

namespace casement::datadog {

/// `{"errors":["…"]}`. Refused keys carry the vendor's `status` and `code` beside it.
[[nodiscard]] http::Response v1_error(const Error& error);

/// `{"errors":[{"status","title","detail","source"?,"meta"}]}`; `meta.code` is our stable code.
/// 429 is plain strings here too: the vendor's clients read it so.
[[nodiscard]] http::Response v2_error(const Error& error);

}  // namespace casement::datadog
