// Anonymous access: who comes from certain addresses sees one organization's dashboards without a
// key, a link or a name. Off unless it is configured.
#pragma once

#include "access/principal.h"
#include "base/address_blocks.h"
#include "base/error.h"
#include "store/catalog.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::access {

class AnonymousAccess {
  public:
    struct Settings {
        bool enabled = false;
        std::string organization;  ///< its name; empty: the first one
        std::string role = "Viewer";
        std::vector<std::string> addresses;  ///< addresses and CIDR blocks; none: nobody
        std::string public_url{};            ///< scheme and host the world reaches this server by
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
    /// Whether a request addressed to `host` (with or without a port) may come in so: the public
    /// URL's own host, localhost, or an address. Any other name could be a stranger's that was made
    /// to lead here, whose page then reads through the browser of somebody who is admitted.
    [[nodiscard]] bool admits_at(std::string_view host) const;
    /// Whom a stranger's API call acts as.
    [[nodiscard]] std::optional<Principal> principal(const store::Snapshot& snapshot) const;

  private:
    bool enabled_ = false;
    std::string organization_;
    std::string role_;
    AddressBlocks addresses_;
    std::string host_;  ///< of the public URL, lower case, without port; may be empty
};

}  // namespace casement::access
