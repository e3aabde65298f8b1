// Changes to shares and to the credentials that sign their links. Every API goes through here, so
// permission, limits and audit are the same whichever dialect asks.
#pragma once

#include "access/catalog_parts.h"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace casement::access {

inline constexpr std::int64_t kSharesPerDashboard = 1000;  // datadog.md §1
inline constexpr std::size_t kCredentialsPerShare = 10;

struct NewShare {
    std::string type = "secure_embed";
    std::string status = "active";
    std::string title;
    json::object settings;
    std::string token;  ///< empty: one is made
};

struct NewCredential {
    std::string note;
    std::optional<Time> expires_at;
};

/// Which permission it takes to make, change or remove a share of this type.
[[nodiscard]] Permission permission_to_share(std::string_view type);

/// A share is found by its token, within a dashboard (its uid or number) when one is given.
class ShareService {
  public:
    explicit ShareService(const CatalogParts& parts) : parts_(parts) {}

    /// With its first credential, whose secret is in the answer and nowhere else.
    /// Errors: 403 missing_permission, embed_disabled; 404 dashboard_not_found; 409
    /// too_many_shares.
    [[nodiscard]] asio::awaitable<Result<store::Share>> create(Principal who,
                                                               std::string dashboard_id,
                                                               NewShare what);
    /// Needs dashboards_read.
    [[nodiscard]] Result<store::Share> find(const Principal& who, std::string_view token,
                                            std::string_view dashboard_id = {}) const;
    [[nodiscard]] asio::awaitable<Result<store::Share>> update(
        Principal who, std::string token, std::string dashboard_id,
        std::function<Result<void>(store::Share&)> change);
    [[nodiscard]] asio::awaitable<Result<void>> remove(Principal who, std::string token,
                                                       std::string dashboard_id);

    // -- its credentials --------------------------------------------------------------------------
    /// Errors: 409 too_many_credentials.
    [[nodiscard]] asio::awaitable<Result<store::Credential>> add_credential(Principal who,
                                                                            std::string token,
                                                                            NewCredential what);
    /// A new one now, and every other one expires after `overlap`. Nothing signed meanwhile fails.
    [[nodiscard]] asio::awaitable<Result<store::Credential>> rotate_credential(
        Principal who, std::string token, std::chrono::seconds overlap, std::string note);
    [[nodiscard]] asio::awaitable<Result<store::Credential>> update_credential(
        Principal who, std::string token, std::int64_t credential,
        std::function<Result<void>(store::Credential&)> change);
    /// Sessions it opened end with it.
    [[nodiscard]] asio::awaitable<Result<void>> remove_credential(Principal who, std::string token,
                                                                  std::int64_t credential);

  private:
    [[nodiscard]] store::Credential new_credential(const NewCredential& what);
    /// The id of the share whose credentials `who` may change.
    [[nodiscard]] Result<std::int64_t> share_to_sign(const Principal& who,
                                                     std::string_view token) const;

    const CatalogParts parts_;
};

}  // namespace casement::access
