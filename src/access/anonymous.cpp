#include "access/anonymous.h"

#include "access/account_keys.h"

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr store::OrgId kFirst = 1;

/// "bi.example.com:8443" and "[::1]:80" without their ports and brackets.
std::string_view without_port(std::string_view host) {
    if (host.starts_with('[')) {
        const auto end = host.find(']');
        return end == std::string_view::npos ? host : host.substr(1, end - 1);
    }
    const auto colon = host.find(':');
    // More than one: an address without brackets.
    if (colon != host.rfind(':')) return host;
    return host.substr(0, colon);
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string host_of_url(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    url.remove_prefix(scheme + 3);
    return lower(without_port(url.substr(0, url.find('/'))));
}

}  // namespace

Result<AnonymousAccess> AnonymousAccess::create(const Settings& settings) {
    AnonymousAccess access;
    access.enabled_ = settings.enabled;
    access.organization_ = settings.organization;
    access.role_ = settings.role;
    access.host_ = host_of_url(settings.public_url);
    if (!is_account_role(settings.role) || settings.role == "None") {
        return invalid("invalid_configuration",
                       "auth.anonymous.org_role must be Viewer, Editor or Admin.");
    }
    for (const auto& block : settings.addresses) {
        if (access.addresses_.add(block)) continue;
        return invalid("invalid_configuration",
                       fmt::format("auth.anonymous.allowed_addresses: \"{}\" is not an address or "
                                   "a block of addresses like 10.0.0.0/8 or fd00::/8.",
                                   block));
    }
    return access;
}

std::optional<store::OrgId> AnonymousAccess::organization(const store::Snapshot& snapshot) const {
    if (!enabled_) return std::nullopt;
    if (organization_.empty()) {
        return snapshot.organization(kFirst) != nullptr ? std::optional(kFirst) : std::nullopt;
    }
    for (const auto* one : snapshot.organizations()) {
        if (one->name == organization_) return one->id;
    }
    return std::nullopt;
}

bool AnonymousAccess::admits(const boost::asio::ip::address& client) const {
    return enabled_ && addresses_.contains(client);
}

bool AnonymousAccess::admits(const std::string& client) const {
    const auto address = read_address(client);
    return address && admits(*address);
}

bool AnonymousAccess::admits_at(std::string_view host) const {
    if (!enabled_) return false;
    const auto name = lower(without_port(host));
    if (name.empty()) return false;
    return name == host_ || name == "localhost" || read_address(name).has_value();
}

std::optional<Principal> AnonymousAccess::principal(const store::Snapshot& snapshot) const {
    const auto org = organization(snapshot);
    if (!org) return std::nullopt;
    Principal who;
    who.org = *org;
    who.actor = "anonymous";
    who.handle = "anonymous";
    who.permissions = permissions_of_role(role_);
    return who;
}

}  // namespace casement::access
