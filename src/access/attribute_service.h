// Changes to the definitions of user attributes. All of it needs org_manage.
#pragma once

#include "access/person.h"

#include <functional>
#include <vector>

namespace casement::access {

/// Longest name of an attribute, in bytes.
inline constexpr std::size_t kMaxAttributeName = 64;

class AttributeService {
  public:
    explicit AttributeService(const CatalogParts& parts) : parts_(parts) {}

    /// Takes name, label, type, default_value and settings. Errors: unprocessable, with `field`:
    /// "missing_field", "invalid", "already_exists" (name or label).
    [[nodiscard]] asio::awaitable<Result<store::UserAttribute>> create(Principal who,
                                                                       store::UserAttribute what);
    /// `change` edits label, type, default_value and settings. An attribute keeps its name: models,
    /// dashboards and links go by it. What is hidden stays hidden. With another type every value
    /// that is kept (default, groups', users' own) must be of it. Errors: as create; not_found;
    /// forbidden for a system attribute.
    [[nodiscard]] asio::awaitable<Result<store::UserAttribute>> update(
        Principal who, std::int64_t id, std::function<Result<void>(store::UserAttribute&)> change);
    /// With every value of it: another attribute of this name begins empty.
    [[nodiscard]] asio::awaitable<Result<void>> remove(Principal who, std::int64_t id);

    /// All group values anew, first rank first. Errors: not_found; unprocessable, with `field`.
    [[nodiscard]] asio::awaitable<Result<store::UserAttribute>> set_group_values(
        Principal who, std::int64_t id, std::vector<store::UserAttribute::GroupValue> values);

  private:
    const CatalogParts parts_;
};

}  // namespace casement::access
