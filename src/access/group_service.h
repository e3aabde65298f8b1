// Changes to groups: themselves, their members, their attribute values. All of it needs org_manage.
// The members of an external group come from links alone: nobody joins or leaves it through here.
#pragma once

#include "access/person.h"

#include <optional>
#include <string>

namespace casement::access {

class GroupService {
  public:
    explicit GroupService(const CatalogParts& parts) : parts_(parts) {}

    /// Errors: unprocessable "already_exists" (`field` "name").
    [[nodiscard]] asio::awaitable<Result<store::Group>> create(Principal who, std::string name);
    /// Errors: as create; not_found; unprocessable for an external group, whose name is its id.
    [[nodiscard]] asio::awaitable<Result<store::Group>> rename(Principal who, std::int64_t id,
                                                               std::string name);
    /// With its attribute values. Folders that only it could see are nobody's from then on.
    [[nodiscard]] asio::awaitable<Result<void>> remove(Principal who, std::int64_t id);

    /// Errors: not_found for the group; unprocessable (`field` "user_id") for the person, and for
    /// an external group.
    [[nodiscard]] asio::awaitable<Result<Person>> add_member(Principal who, std::int64_t group,
                                                             std::int64_t person);
    /// Errors: not_found for either.
    [[nodiscard]] asio::awaitable<Result<void>> remove_member(Principal who, std::int64_t group,
                                                              std::int64_t person);

    /// The group's value of an attribute; a new one gets the last rank. nullopt takes it away.
    /// Errors: not_found; unprocessable (`field` "value").
    [[nodiscard]] asio::awaitable<Result<store::UserAttribute>> set_value(
        Principal who, std::int64_t group, std::int64_t attribute,
        std::optional<std::string> value);

  private:
    const CatalogParts parts_;
};

}  // namespace casement::access
