// Refusals in the shapes that the vendor's SDKs can read (looker.md §2.2).
#pragma once

#include "base/error.h"
#include "http/message.h"

#include <string>
#include <vector>

namespace casement::looker {

/// One thing that is wrong with a body.
struct FieldError {
    std::string field;
    std::string code;  ///< "missing_field", "invalid", "already_exists"
    std::string message;
};

/// 422 with a list of fields. `documentation_url` is always a text: the Python SDK searches it.
[[nodiscard]] http::Response validation_error(const std::vector<FieldError>& errors);

/// `{"message", "documentation_url"}` with the kind's status; what is wrong with one field of a
/// body (ErrorKind::invalid or unprocessable with `field`) is a validation error.
[[nodiscard]] http::Response api_error(const Error& error);

/// A 422 as a value, for services that find it: kind unprocessable, its code one of the above.
[[nodiscard]] Error field_error(std::string_view field, std::string_view code, std::string message);
/// What a caller may not see is not there: the vendor's 404.
[[nodiscard]] Error api_not_found();

}  // namespace casement::looker
