#include "dialects/looker/host.h"

#include "dialects/looker/reasons.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::looker {
namespace {

constexpr std::size_t kMaxHostLength = 261;  // 255 for the name, six for the port

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

bool is_host(std::string_view text) {
    return !text.empty() && text.size() <= kMaxHostLength && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
    });
}

std::string_view without_own_port(std::string_view host) {
    for (const std::string_view port : {":443", ":80"}) {
        if (host.ends_with(port)) return host.substr(0, host.size() - port.size());
    }
    return host;
}

}  // namespace

Result<std::string> check_host(std::string_view request_host,
                               std::span<const std::string> public_hosts) {
    if (!is_host(request_host)) {
        return refusal(kHostInvalid, "Invalid host: the request has none, or a broken one.",
                       "host");
    }
    auto host = lower(request_host);
    if (public_hosts.empty()) return host;
    for (const bool exact : {true, false}) {
        for (const auto& configured : public_hosts) {
            auto known = lower(configured);
            const bool same =
                exact ? host == known : without_own_port(host) == without_own_port(known);
            if (same) return known;
        }
    }
    // Two spaces: the vendor's words.
    return refusal(kHostInvalid,
                   fmt::format("Invalid host: {}  (Use {} instead)", host, public_hosts.front()),
                   "host");
}

}  // namespace casement::looker
