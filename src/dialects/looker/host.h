// The host that a link was signed for: what the browser sent, held against what this server is
// configured to be.
#pragma once

#include "base/error.h"

#include <span>
#include <string>
#include <string_view>

namespace casement::looker {

/// The host for string_to_sign. `request_host` is what the browser sent (behind a trusted proxy:
/// what that says the browser sent), `public_hosts` are "dash.example" or "dash.example:8443".
/// A public host is found whatever the case and also with its scheme's own port behind it, which
/// some proxies add, and is returned as it is configured, in lower case. Without public hosts,
/// every well-formed host is taken as it came: the signature covers it. Errors: host_invalid, in
/// the vendor's words.
[[nodiscard]] Result<std::string> check_host(std::string_view request_host,
                                             std::span<const std::string> public_hosts);

}  // namespace casement::looker
