// Proof that a request comes from a page of this server's own origin. The frame's calls need it:
// one of them is carried by a cookie, and none of them has a reason to come from elsewhere.
#pragma once

#include "http/message.h"

#include <string_view>

namespace casement::console {

/// Refuses `Sec-Fetch-Site` other than same-origin, and `Origin` other than our own (`null`
/// included). Both may be missing: a program that is no browser carries no victim's cookie, and
/// browsers send at least one of them with every POST. `public_url` counts as our own too.
/// Error: forbidden "cross_origin_request".
[[nodiscard]] Result<void> check_same_origin(const http::Request& request,
                                             std::string_view public_url);

}  // namespace casement::console
