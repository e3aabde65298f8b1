// Signing in through a provider of OpenID Connect: two addresses that a browser goes to by itself,
// and one that tells the sign-in page about them.
#pragma once

#include "console/operation.h"
#include "http/router.h"

#include <memory>
#include <vector>

namespace casement::console {

inline constexpr std::string_view kOpenIdStart = "/api/casement/v1/sign-in/openid/start";
inline constexpr std::string_view kOpenIdCallback = "/api/casement/v1/sign-in/openid/callback";

[[nodiscard]] std::vector<Operation> open_id_operations();

/// The two addresses; they answer that there is nothing where no provider is configured.
void add_open_id_routes(http::Router& router, const std::shared_ptr<Context>& console);

}  // namespace casement::console
