#include "http/trusted_proxy.h"

#include "http/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::http {
namespace {

using asio::ip::address;

// An entry of X-Forwarded-For; some proxies add a port.
std::optional<address> parse_entry(std::string_view text) {
    if (text.starts_with('[')) return read_address(text.substr(1, text.find(']') - 1));
    if (std::count(text.begin(), text.end(), ':') == 1) text = text.substr(0, text.find(':'));
    return read_address(text);
}

// The last word is the one that the trusted proxy itself wrote; what stands before it may have
// come from the client.
std::optional<std::string_view> last_entry(const Headers& headers, std::string_view name) {
    std::optional<std::string_view> last;
    for (const auto& [field, value] : headers.all()) {
        if (same_name(field, name))
            last = trim(std::string_view(value).substr(value.rfind(',') + 1));
    }
    return last;
}

}  // namespace

std::optional<std::string> normalized_host(std::string_view host, bool secure) {
    if (host.empty() || host.size() > 255) return std::nullopt;
    std::string_view name = host;
    std::string_view port;
    const auto colon = host.rfind(':');
    const bool bracketed = host.front() == '[';
    const auto bracket = host.find(']');
    if (bracketed && bracket == std::string_view::npos) return std::nullopt;
    if (colon != std::string_view::npos && (!bracketed || colon > bracket)) {
        name = host.substr(0, colon);
        port = host.substr(colon + 1);
        const bool digits =
            std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (!digits || port.size() > 5) return std::nullopt;
    }
    if (name.empty()) return std::nullopt;
    if (bracketed) {
        if (name.size() < 3 || name.back() != ']' || name.find('%') != std::string_view::npos ||
            !read_address(name.substr(1, name.size() - 2))) {
            return std::nullopt;
        }
    } else {
        const bool clean = std::all_of(name.begin(), name.end(), [](char c) {
            return (c >= '0' && c <= '9') || (to_lower(c) >= 'a' && to_lower(c) <= 'z') ||
                   c == '-' || c == '.' || c == '_';
        });
        if (!clean) return std::nullopt;
    }
    std::string out = lower_case(name);
    const std::string_view own_port = secure ? "443" : "80";
    if (!port.empty() && port != own_port) {
        out += ':';
        out += port;
    }
    return out;
}

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& blocks) {
    TrustedProxies proxies;
    for (const auto& block : blocks) {
        if (!proxies.blocks_.add(block)) {
            return invalid("invalid_trusted_proxy",
                           fmt::format("The trusted proxy \"{}\" is not an address or a block of "
                                       "addresses like 10.0.0.0/8 or fd00::/8.",
                                       block),
                           "trusted_proxies");
        }
    }
    return proxies;
}

bool TrustedProxies::trusts(const address& given) const {
    return blocks_.contains(given);
}

bool TrustedProxies::resolve(const address& peer, bool tls, Request& request) const {
    request.client = unmapped(peer);
    request.secure = tls;
    std::string_view host = request.headers.find("Host").value_or(std::string_view{});

    if (trusts(peer)) {
        std::vector<std::string_view> chain;
        for (const auto& [field, value] : request.headers.all()) {
            if (!same_name(field, "X-Forwarded-For")) continue;
            std::string_view rest = value;
            while (!rest.empty())
                chain.push_back(trim(next_part(rest, ',')));
        }
        // From the right, each entry was written by the one that we trusted before it.
        for (auto entry = chain.rbegin(); entry != chain.rend(); ++entry) {
            const auto parsed = parse_entry(*entry);
            if (!parsed) break;
            request.client = *parsed;
            if (!trusts(*parsed)) break;
        }
        const auto scheme = last_entry(request.headers, "X-Forwarded-Proto");
        if (scheme && same_name(*scheme, "https")) request.secure = true;
        if (const auto forwarded = last_entry(request.headers, "X-Forwarded-Host")) {
            host = *forwarded;
        }
    }
    if (host.empty()) {
        // Only HTTP/1.0 gets this far without one.
        request.host.clear();
        return true;
    }
    auto normalized = normalized_host(host, request.secure);
    if (!normalized) return false;
    request.host = std::move(*normalized);
    return true;
}

}  // namespace casement::http
