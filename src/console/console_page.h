// The web application's page: a static shell, the same at every address below /console/.
#pragma once

#include "http/assets.h"
#include "http/router.h"

#include <string_view>

namespace casement::console {

inline constexpr std::string_view kConsolePath = "/console/";

/// The shell around these files; `style` may be missing.
[[nodiscard]] http::Response console_shell(const http::Asset& script, const http::Asset* style);

/// Whether the web application is built into this binary.
[[nodiscard]] bool has_console();

/// Every address below kConsolePath. A build without the web application answers 404 and says so.
void add_console_pages(http::Router& router);

}  // namespace casement::console
