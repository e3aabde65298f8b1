// Changes to roles, permission sets and model sets, and who has which role. All of it needs
// org_manage. An organization begins with one of each, built in: role and permission set "Admin"
// (every permission) and model set "All" (every model).
#pragma once

#include "access/person.h"

#include <optional>
#include <string>
#include <vector>

namespace casement::access {

/// What is absent stays; a new one needs all but the lists, which are then empty.
struct PermissionSetChange {
    std::optional<std::string> name;
    std::optional<std::vector<std::string>> permissions;
};
struct ModelSetChange {
    std::optional<std::string> name;
    std::optional<std::vector<std::string>> models;
};
struct RoleChange {
    std::optional<std::string> name;
    std::optional<std::int64_t> permission_set;
    std::optional<std::int64_t> model_set;
};

/// Errors of every change: unprocessable with `field` ("missing_field", "invalid",
/// "already_exists"); not_found; forbidden "built_in"; removing a set that roles use: conflict
/// "in_use".
class RoleService {
  public:
    explicit RoleService(const CatalogParts& parts) : parts_(parts) {}

    /// Makes what is built in, unless it is there.
    [[nodiscard]] asio::awaitable<Result<void>> ensure_built_ins(Principal who);

    [[nodiscard]] asio::awaitable<Result<store::PermissionSet>> create(Principal who,
                                                                       PermissionSetChange what);
    [[nodiscard]] asio::awaitable<Result<store::PermissionSet>> update(Principal who,
                                                                       std::int64_t id,
                                                                       PermissionSetChange change);
    [[nodiscard]] asio::awaitable<Result<store::ModelSet>> create(Principal who,
                                                                  ModelSetChange what);
    [[nodiscard]] asio::awaitable<Result<store::ModelSet>> update(Principal who, std::int64_t id,
                                                                  ModelSetChange change);
    [[nodiscard]] asio::awaitable<Result<store::Role>> create(Principal who, RoleChange what);
    [[nodiscard]] asio::awaitable<Result<store::Role>> update(Principal who, std::int64_t id,
                                                              RoleChange change);
    [[nodiscard]] asio::awaitable<Result<void>> remove_permission_set(Principal who,
                                                                      std::int64_t id);
    [[nodiscard]] asio::awaitable<Result<void>> remove_model_set(Principal who, std::int64_t id);
    [[nodiscard]] asio::awaitable<Result<void>> remove_role(Principal who, std::int64_t id);

    /// From then on these groups have the role, and no others. Errors: not_found; unprocessable
    /// (`field` "group_ids").
    [[nodiscard]] asio::awaitable<Result<void>> set_groups(Principal who, std::int64_t role,
                                                           std::vector<std::int64_t> groups);
    /// From then on these users of this server have the role directly, and no others of them. Embed
    /// users get roles one by one (PeopleService::set_roles) and are left as they are. Errors:
    /// not_found; unprocessable (`field` "user_ids").
    [[nodiscard]] asio::awaitable<Result<void>> set_users(Principal who, std::int64_t role,
                                                          std::vector<std::int64_t> users);

  private:
    const CatalogParts parts_;
};

}  // namespace casement::access
