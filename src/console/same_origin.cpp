#include "console/same_origin.h"

#include <string>

namespace casement::console {
namespace {

Error cross_origin() {
    return forbidden("cross_origin_request",
                     "This call is only for the page that shows the dashboard. Open the dashboard "
                     "through its signed link; programs use the other operations of this API.");
}

/// A browser's Origin leaves the scheme's own port out; an address that a person configured may
/// not.
std::string_view without_usual_port(std::string_view origin) {
    if (origin.starts_with("https://") && origin.ends_with(":443")) origin.remove_suffix(4);
    if (origin.starts_with("http://") && origin.ends_with(":80")) origin.remove_suffix(3);
    return origin;
}

}  // namespace

Result<void> check_same_origin(const http::Request& request, std::string_view public_url) {
    if (request.headers.count("Sec-Fetch-Site") > 1 || request.headers.count("Origin") > 1) {
        return cross_origin();
    }
    if (const auto site = request.headers.find("Sec-Fetch-Site"); site && *site != "same-origin") {
        return cross_origin();
    }
    if (const auto origin = request.headers.find("Origin")) {
        const auto own = (request.secure ? "https://" : "http://") + request.host;
        const bool ours = *origin == without_usual_port(own);
        const bool public_one = !public_url.empty() && *origin == without_usual_port(public_url);
        if (!ours && !public_one) return cross_origin();
    }
    return {};
}

}  // namespace casement::console
