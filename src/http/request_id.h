// Random names of requests, from a store of random bytes per thread.
#pragma once

#include <string>

namespace casement::http {

/// 22 characters of base64url: 128 random bits.
[[nodiscard]] std::string new_request_id();

}  // namespace casement::http
