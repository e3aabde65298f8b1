// Files of the web applications, built into the binary together with their brotli and gzip forms.
#pragma once

#include "http/router.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace casement::http {

/// One embedded file. Views point to static storage. `path` holds a content hash where `immutable`.
struct Asset {
    std::string_view path;  ///< "/assets/viewer-3f2a91bc.js"
    std::string_view content_type;
    std::string_view etag;   ///< strong, quoted, of the identity form
    bool immutable = false;  ///< Cache-Control: public, max-age=31536000, immutable
    std::string_view identity;
    std::string_view gzip;    ///< empty when not smaller
    std::string_view brotli;  ///< empty when not smaller
};

/// All of them, sorted by path; made by the build from web/.
[[nodiscard]] std::span<const Asset> embedded_assets();
/// The asset whose logical name (without its hash: "viewer.js") was given to the bundler.
[[nodiscard]] const Asset* find_asset(std::string_view logical_name);

/// Answers with the smallest form the client accepts; honours If-None-Match; Vary:
/// Accept-Encoding. HEAD is the router's affair.
[[nodiscard]] Response serve_asset(const Request& request, const Asset& asset);

/// Adds a GET route for every embedded asset.
void add_asset_routes(Router& router);

}  // namespace casement::http
