// `?fields=id,name,roles(id)`: which members of an answer a caller wants.
#pragma once

#include "base/error.h"

#include <string_view>

#include <boost/json.hpp>

namespace casement::looker {

namespace json = boost::json;

/// Leaves only the named members of an object, or of every object of a list; names in brackets
/// select inside. Unknown names select nothing. Errors: invalid "invalid_fields" for a text that
/// does not read (at most 2048 bytes, four levels deep).
[[nodiscard]] Result<json::value> select_fields(json::value value, std::string_view fields);

}  // namespace casement::looker
