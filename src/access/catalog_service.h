// Changes to what is configured: dashboards, shares, credentials. Every API goes through here, so
// permission, limits, audit and scope are checked once, whichever dialect asks.
#pragma once

#include "access/audit.h"
#include "access/principal.h"
#include "access/share_settings.h"
#include "crypto/random.h"
#include "store/catalog.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace casement::access {

namespace asio = boost::asio;

inline constexpr std::int64_t kSharesPerDashboard = 1000;  // datadog.md §1
inline constexpr std::size_t kCredentialsPerShare = 10;
inline constexpr std::chrono::seconds kBinTime = std::chrono::days{30};

struct NewDashboard {
    std::string uid;  ///< empty: one is made ("xxx-xxx-xxx" for datadog)
    std::string dialect = "casement";
    std::string title;
    json::object document;
};

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

class CatalogService {
  public:
    CatalogService(store::Catalog& catalog, Audit& audit, crypto::Random& random,
                   const Clock& clock);

    // -- dashboards; `id` is a uid or a decimal number, of the principal's organization ----------
    /// Not found also for binned ones. Needs dashboards_read.
    [[nodiscard]] Result<store::Dashboard> find_dashboard(const Principal& who,
                                                          std::string_view id) const;
    [[nodiscard]] asio::awaitable<Result<store::Dashboard>> create_dashboard(Principal who,
                                                                             NewDashboard what);
    /// `change` edits the row (title, document); its kind, ids and owner stay.
    [[nodiscard]] asio::awaitable<Result<store::Dashboard>> update_dashboard(
        Principal who, std::string id, std::function<Result<void>(store::Dashboard&)> change);
    /// Into the bin, all or none. Their shares answer not found until they are restored.
    [[nodiscard]] asio::awaitable<Result<void>> bin_dashboards(Principal who,
                                                               std::vector<std::string> ids);
    [[nodiscard]] asio::awaitable<Result<void>> restore_dashboards(Principal who,
                                                                   std::vector<std::string> ids);

    // -- shares ---------------------------------------------------------------------------------
    /// With its first credential, whose secret is in the answer and nowhere else.
    /// Errors: 403 missing_permission, embed_disabled; 404 dashboard_not_found; 409
    /// too_many_shares.
    [[nodiscard]] asio::awaitable<Result<store::Share>> create_share(Principal who,
                                                                     std::string dashboard_id,
                                                                     NewShare what);
    /// By token, within a dashboard (its uid or number) when one is given.
    [[nodiscard]] Result<store::Share> find_share(const Principal& who, std::string_view token,
                                                  std::string_view dashboard_id = {}) const;
    [[nodiscard]] asio::awaitable<Result<store::Share>> update_share(
        Principal who, std::string token, std::string dashboard_id,
        std::function<Result<void>(store::Share&)> change);
    [[nodiscard]] asio::awaitable<Result<void>> remove_share(Principal who, std::string token,
                                                             std::string dashboard_id);

    // -- credentials of a share -----------------------------------------------------------------
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

    // -- organization ---------------------------------------------------------------------------
    /// {"embed_sharing": bool}. Needs org_manage.
    [[nodiscard]] asio::awaitable<Result<store::Organization>> update_organization(
        Principal who, std::function<Result<void>(store::Organization&)> change);

    [[nodiscard]] const store::Catalog& catalog() const { return *catalog_; }

  private:
    void record(const Principal& who, std::string action, std::string object,
                json::object detail = {});
    [[nodiscard]] store::Credential new_credential(const NewCredential& what);

    store::Catalog* catalog_;
    Audit* audit_;
    crypto::Random* random_;
    const Clock* clock_;
};

/// Whether the organization allows embedding by signed links (on unless switched off).
[[nodiscard]] bool embed_sharing_enabled(const store::Organization& organization);

}  // namespace casement::access
