// Refusals in the two shapes of the vendor's API (grafana.md §1.8).
#pragma once

#include "base/error.h"
#include "http/message.h"

#include <string>
#include <string_view>

namespace casement::grafana {

/// `{"message"}` with the kind's status; or, for those codes that have a name in the vendor's own
/// list, `{"statusCode", "messageId", "message", "traceID"}`.
[[nodiscard]] http::Response api_error(const Error& error);

/// 400 for a body that cannot be read. The vendor says only `message`; `error` says what is wrong.
[[nodiscard]] http::Response bad_body(std::string_view message, const Error& error);

/// 403 for a permission that is missing, which the vendor names in its own words.
[[nodiscard]] http::Response access_denied(std::string_view action);

/// 200 `{"message"}`.
[[nodiscard]] http::Response done(std::string_view message);

}  // namespace casement::grafana
