#include "access/anonymous.h"

#include "access/account_keys.h"

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr store::OrgId kFirst = 1;

}  // namespace

Result<AnonymousAccess> AnonymousAccess::create(const Settings& settings) {
    AnonymousAccess access;
    access.enabled_ = settings.enabled;
    access.organization_ = settings.organization;
    access.role_ = settings.role;
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
