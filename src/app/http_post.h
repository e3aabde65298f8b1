// Calls of JSON APIs, over libcurl, for commands that talk to a server.
#pragma once

#include "base/error.h"
#include "crypto/secret.h"

#include <string>
#include <string_view>

namespace casement::app {

struct PostAnswer {
    long status = 0;
    std::string body;
};

/// Follows no redirect, since that would hand the token to another address. Errors: unavailable
/// "server_unreachable", which names the address and the reason.
[[nodiscard]] Result<PostAnswer> post_json(const std::string& url, const Secret& token,
                                           const std::string& body);
/// The same for a GET. `option` is where the address came from, for the message.
[[nodiscard]] Result<PostAnswer> get_json(const std::string& url, const Secret& token,
                                          std::string_view option = "--server");

}  // namespace casement::app
