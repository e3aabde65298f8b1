// Changes to an organization itself: its name, and the switch of all embeds.
#pragma once

#include "access/catalog_parts.h"

#include <functional>

namespace casement::access {

class OrganizationService {
  public:
    explicit OrganizationService(const CatalogParts& parts) : parts_(parts) {}

    /// {"embed_sharing": bool}. Needs org_manage.
    [[nodiscard]] asio::awaitable<Result<store::Organization>> update(
        Principal who, std::function<Result<void>(store::Organization&)> change);

  private:
    const CatalogParts parts_;
};

/// Whether the organization allows embedding by signed links (on unless switched off).
[[nodiscard]] bool embed_sharing_enabled(const store::Organization& organization);

}  // namespace casement::access
