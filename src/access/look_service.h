// Changes to looks: saved panels that stand for themselves. Reading needs dashboards_read, changing
// dashboards_write; what lies in a folder that the caller does not see is not there.
#pragma once

#include "access/catalog_edits.h"

#include <functional>
#include <string>

namespace casement::access {

struct NewLook {
    std::string title;
    std::string description;
    json::object document;  ///< native, with exactly one panel; its title is the look's
    std::int64_t folder = 0;
};

class LookService {
  public:
    explicit LookService(const CatalogParts& parts) : parts_(parts) {}

    /// Binned ones too: see store::Look::deleted_at. Errors: not_found.
    [[nodiscard]] Result<store::Look> find(const Principal& who, std::int64_t id) const;
    /// Errors: unprocessable with `field` ("title", "casement_document.…", "folder_id").
    [[nodiscard]] asio::awaitable<Result<store::Look>> create(Principal who, NewLook what);
    /// `change` edits title, description, document and folder, and bins or restores it by
    /// deleted_at. Errors: as create; not_found.
    [[nodiscard]] asio::awaitable<Result<store::Look>> update(
        Principal who, std::int64_t id, std::function<Result<void>(store::Look&)> change);
    /// For good.
    [[nodiscard]] asio::awaitable<Result<void>> remove(Principal who, std::int64_t id);

  private:
    const CatalogParts parts_;
};

}  // namespace casement::access
