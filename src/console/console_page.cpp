#include "console/console_page.h"

#include <memory>
#include <string>

#include <fmt/format.h>

namespace casement::console {
namespace {

namespace asio = boost::asio;

using http::Method;
using http::Request;
using http::Response;

// No inline script or style, no foreign origin, no HTML made by script, and in nobody's frame. It
// frames pages of its own origin: the live test of an embed.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob:; font-src 'self'; frame-src 'self'; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; "
    "frame-ancestors 'none'";

Response not_built() {
    return Response::text(404,
                          "This server was built without its web application. Build the folder "
                          "web, then the server again.\n");
}

Response nothing_here() {
    return Response::error(not_found("not_found", "There is nothing at this address."));
}

/// Addresses of the application are its own affair, but none of them goes up.
bool climbs(std::string_view path) {
    while (!path.empty()) {
        const auto slash = path.find('/');
        const auto part = path.substr(0, slash);
        if (part == "." || part == "..") return true;
        path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    }
    return false;
}

asio::awaitable<Response> at_once(Response response) {
    co_return response;
}

}  // namespace

Response console_shell(const http::Asset& script, const http::Asset* style) {
    // Asset paths are made by the build: letters, digits, dots, dashes and slashes.
    auto page = Response::html(
        200,
        fmt::format(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
            "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
            "<meta name=\"color-scheme\" content=\"light dark\"><title>Casement</title>{}"
            "<script type=\"module\" src=\"{}\"></script></head><body><div id=\"app\"></div>"
            "<noscript><p>The console needs JavaScript, and a browser of 2022 or later.</p>"
            "</noscript></body></html>",
            style == nullptr ? ""
                             : fmt::format("<link rel=\"stylesheet\" href=\"{}\">", style->path),
            script.path));
    auto& headers = page.headers;
    headers.set("Cache-Control", "no-store");
    headers.set("Content-Security-Policy", std::string(kPolicy));
    // For what does not know frame-ancestors.
    headers.set("X-Frame-Options", "DENY");
    // Not no-referrer: some engines then send `Origin: null` on same-origin requests.
    headers.set("Referrer-Policy", "same-origin");
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Robots-Tag", "none");
    headers.set("Permissions-Policy", "camera=(),microphone=(),geolocation=()");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    return page;
}

bool has_console() {
    return http::find_asset("console.js") != nullptr;
}

void add_console_pages(http::Router& router) {
    const auto* script = http::find_asset("console.js");
    const auto shell = std::make_shared<const Response>(
        script == nullptr ? not_built() : console_shell(*script, http::find_asset("console.css")));
    router.add(Method::get, "/console",
               [](Request&) { return at_once(Response::redirect(std::string(kConsolePath))); });
    // Where the vendor has its page about signed embedding, with the validator on it.
    router.add(Method::get, "/admin/embed", [](Request&) {
        return at_once(Response::redirect(std::string(kConsolePath) + "links"));
    });
    router.add(Method::get, "/console/{path...}", [shell](Request& request) {
        return at_once(climbs(request.captures.at(0)) ? nothing_here() : *shell);
    });
}

}  // namespace casement::console
