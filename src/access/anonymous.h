// Anonymous access: who comes from certain addresses sees one organization's dashboards without a
// key, a link or a name. Off unless it is configured.
#pragma once

#include "access/principal.h"
#include "base/address_blocks.h"
#include "base/error.h"
#include "store/catalog.h"

#include <optional>
#include <string>
#include <vector>

namespace casement::access {

class AnonymousAccess {
  public:
    struct Settings {
        bool enabled = false;
        std::string organization;  ///< its name; empty: the first one
        std::string role = "Viewer";
        std::vector<std::string> addresses;  ///< addresses and CIDR blocks; none: nobody
    };

    /// For nobody.
    AnonymousAccess() = default;
    /// Errors: invalid "invalid_configuration" for what is no address, and for a role that there is
    /// not.
    [[nodiscard]] static Result<AnonymousAccess> create(const Settings& settings);

    /// Whose dashboards strangers see; nullopt: nobody's. An organization that was renamed since is
    /// not found, and then nobody comes in.
    [[nodiscard]] std::optional<store::OrgId> organization(const store::Snapshot& snapshot) const;
    /// Whether somebody at this address may come in; an address that cannot be read may not.
    [[nodiscard]] bool admits(const boost::asio::ip::address& client) const;
    [[nodiscard]] bool admits(const std::string& client) const;
    [[nodiscard]] const std::string& role() const { return role_; }
    /// Whom a stranger's API call acts as.
    [[nodiscard]] std::optional<Principal> principal(const store::Snapshot& snapshot) const;

  private:
    bool enabled_ = false;
    std::string organization_;
    std::string role_;
    AddressBlocks addresses_;
};

}  // namespace casement::access
