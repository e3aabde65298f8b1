// Changes to dashboards. Every API goes through here, so permission and audit are the same
// whichever dialect asks.
#pragma once

#include "access/catalog_parts.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
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

/// What a change of a dashboard's title or document leaves in its history.
struct DashboardEdit {
    /// The one that was changed; another than the present one is a conflict. None: whichever.
    std::optional<std::int64_t> revision;
    std::string message;
    std::int64_t restored_from = 0;
};

/// `id` is a uid or a decimal number, of the principal's organization.
class DashboardService {
  public:
    explicit DashboardService(const CatalogParts& parts) : parts_(parts) {}

    /// Not found also for binned ones, and for what lies in a folder that the caller does not see.
    /// Needs dashboards_read.
    [[nodiscard]] Result<store::Dashboard> find(const Principal& who, std::string_view id) const;
    /// Errors (of update too): model_not_proven.
    [[nodiscard]] asio::awaitable<Result<store::Dashboard>> create(Principal who,
                                                                   NewDashboard what);
    /// `change` edits the row (title, document); its kind, ids and owner stay. A new title or
    /// document counts the revision up, and both are kept. Errors besides: conflict
    /// "dashboard_version_mismatch".
    [[nodiscard]] asio::awaitable<Result<store::Dashboard>> update(
        Principal who, std::string id, std::function<Result<void>(store::Dashboard&)> change,
        DashboardEdit edit = {});
    /// The document of an older revision again, as a new one. Errors: not_found
    /// "version_not_found"; those of update.
    [[nodiscard]] asio::awaitable<Result<store::Dashboard>> bring_back(Principal who,
                                                                       std::string id,
                                                                       std::int64_t revision,
                                                                       DashboardEdit edit);
    /// Into a folder, which the caller may use; 0: into none. All or none; answers how many lay
    /// elsewhere before.
    [[nodiscard]] asio::awaitable<Result<std::size_t>> move(Principal who,
                                                            std::vector<std::string> ids,
                                                            std::int64_t folder);
    /// Into the bin, all or none. Their shares answer not found until they are restored.
    [[nodiscard]] asio::awaitable<Result<void>> bin(Principal who, std::vector<std::string> ids);
    [[nodiscard]] asio::awaitable<Result<void>> restore(Principal who,
                                                        std::vector<std::string> ids);

  private:
    [[nodiscard]] const store::Dashboard* find_live(const store::Snapshot& snapshot,
                                                    const Principal& who,
                                                    std::string_view id) const;
    /// Edits all of these rows in one transaction, then leaves an audit row for each.
    [[nodiscard]] asio::awaitable<Result<void>> edit(Principal who, std::vector<std::int64_t> rows,
                                                     std::string action,
                                                     std::function<void(store::Dashboard&)> change);

    const CatalogParts parts_;
};

}  // namespace casement::access
