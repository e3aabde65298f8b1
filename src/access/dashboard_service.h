// Changes to dashboards. Every API goes through here, so permission and audit are the same
// whichever dialect asks.
#pragma once

#include "access/catalog_parts.h"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace casement::access {

/// How long a dashboard can be restored from the bin; what is older is purged (access/bin.h).
inline constexpr std::chrono::seconds kBinTime = std::chrono::days{30};

struct NewDashboard {
    std::string uid;  ///< empty: one is made ("xxx-xxx-xxx" for datadog)
    std::string dialect = "casement";
    std::string title;
    json::object document;
    std::int64_t folder = 0;  ///< folder id, or 0: in none; whether it may be used is asked before
};

/// `id` is a uid or a decimal number, of the principal's organization.
class DashboardService {
  public:
    explicit DashboardService(const CatalogParts& parts) : parts_(parts) {}

    /// Not found also for binned ones. Needs dashboards_read.
    [[nodiscard]] Result<store::Dashboard> find(const Principal& who, std::string_view id) const;
    /// Errors (of update too): model_not_proven.
    [[nodiscard]] asio::awaitable<Result<store::Dashboard>> create(Principal who,
                                                                   NewDashboard what);
    /// `change` edits the row (title, document); its kind, ids and owner stay.
    [[nodiscard]] asio::awaitable<Result<store::Dashboard>> update(
        Principal who, std::string id, std::function<Result<void>(store::Dashboard&)> change);
    /// Into the bin, all or none. Their shares answer not found until they are restored.
    [[nodiscard]] asio::awaitable<Result<void>> bin(Principal who, std::vector<std::string> ids);
    [[nodiscard]] asio::awaitable<Result<void>> restore(Principal who,
                                                        std::vector<std::string> ids);

  private:
    /// Edits all of these rows in one transaction, then leaves an audit row for each.
    [[nodiscard]] asio::awaitable<Result<void>> edit(Principal who, std::vector<std::int64_t> rows,
                                                     std::string action,
                                                     std::function<void(store::Dashboard&)> change);

    const CatalogParts parts_;
};

}  // namespace casement::access
