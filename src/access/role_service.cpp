#include "access/role_service.h"

#include "access/embed_permissions.h"
#include "base/encoding.h"

namespace casement::access {
namespace {

using store::ModelSet;
using store::PermissionSet;
using store::Role;

constexpr std::string_view kAdmin = "Admin";
constexpr std::string_view kAllModels = "All";

std::string row_object(const PermissionSet& row) {
    return fmt::format("permission_set:{}", row.id);
}
std::string row_object(const ModelSet& row) {
    return fmt::format("model_set:{}", row.id);
}
std::string row_object(const Role& row) {
    return fmt::format("role:{}", row.id);
}

json::array texts(const std::vector<std::string>& list) {
    json::array out;
    for (const auto& text : list)
        out.emplace_back(text);
    return out;
}
json::object detail(const PermissionSet& row) {
    return {{"name", row.name}, {"permissions", texts(row.permissions)}};
}
json::object detail(const ModelSet& row) {
    return {{"name", row.name}, {"models", texts(row.models)}};
}
json::object detail(const Role& row) {
    return {
        {"name", row.name}, {"permission_set", row.permission_set}, {"model_set", row.model_set}};
}

/// Each once, in the order sent.
std::vector<std::string> without_repeats(const std::vector<std::string>& list) {
    std::vector<std::string> kept;
    for (const auto& text : list) {
        if (std::find(kept.begin(), kept.end(), text) == kept.end()) kept.push_back(text);
    }
    return kept;
}

template <class Row>
Result<void> take_name(const std::optional<std::string>& name, Row& row) {
    if (row.built_in) return built_in_row();
    if (name) row.name = *name;
    return row.name.empty() ? Result<void>{missing_value("name")} : Result<void>{};
}

Result<void> apply(const store::Snapshot&, const PermissionSetChange& change, PermissionSet& row) {
    if (auto named = take_name(change.name, row); !named) return named;
    if (!change.permissions) return {};
    for (const auto& permission : *change.permissions) {
        if (find_embed_permission(permission) != nullptr) continue;
        return wrong_value("permissions",
                           fmt::format("There is no permission \"{}\". GET /permissions lists all.",
                                       utf8_head(permission, 100)));
    }
    row.permissions = without_repeats(*change.permissions);
    return {};
}

// Models come and go with the provisioning folder: a set may name one that is not there yet.
Result<void> apply(const store::Snapshot&, const ModelSetChange& change, ModelSet& row) {
    if (auto named = take_name(change.name, row); !named) return named;
    if (change.models) row.models = without_repeats(*change.models);
    return {};
}

Result<void> apply(const store::Snapshot& snapshot, const RoleChange& change, Role& row) {
    if (auto named = take_name(change.name, row); !named) return named;
    if (change.permission_set) row.permission_set = *change.permission_set;
    if (change.model_set) row.model_set = *change.model_set;
    if (row.permission_set == 0) return missing_value("permission_set_id");
    if (row.model_set == 0) return missing_value("model_set_id");
    if (find_own<PermissionSet>(snapshot, row.org, row.permission_set) == nullptr) {
        return wrong_value("permission_set_id", "There is no such permission set.");
    }
    if (find_own<ModelSet>(snapshot, row.org, row.model_set) == nullptr) {
        return wrong_value("model_set_id", "There is no such model set.");
    }
    return {};
}

template <class Row, class Change>
asio::awaitable<Result<Row>> create_row(CatalogParts parts, Principal who, Change what,
                                        std::string action) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    Row row;
    row.org = who.org;
    const auto snapshot = parts.catalog.snapshot();
    if (auto fits = apply(*snapshot, what, row); !fits) co_return fits.error();
    auto written = co_await insert_row(parts, std::move(row));
    if (!written) co_return or_name_taken(written.error(), "name", what.name.value_or(""));
    parts.record(who, std::move(action), row_object(*written), detail(*written));
    co_return written;
}

template <class Row, class Change>
asio::awaitable<Result<Row>> update_row(CatalogParts parts, Principal who, std::int64_t id,
                                        Change change, std::string action) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const auto snapshot = parts.catalog.snapshot();
    std::function<Result<void>(Row&)> edit = [&](Row& row) {
        return apply(*snapshot, change, row);
    };
    auto written = co_await edit_row(parts, who.org, id, std::move(edit));
    if (!written) co_return or_name_taken(written.error(), "name", change.name.value_or(""));
    parts.record(who, std::move(action), row_object(*written), detail(*written));
    co_return written;
}

template <class Row>
asio::awaitable<Result<void>> remove_own_row(CatalogParts parts, Principal who, std::int64_t id,
                                             std::string action) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    std::function<Result<void>(const Row&)> objection = [](const Row& row) {
        return row.built_in ? Result<void>{built_in_row()} : Result<void>{};
    };
    const auto removed = co_await remove_row<Row>(parts, who.org, id, std::move(objection));
    if (!removed) co_return removed.error();
    parts.record(who, std::move(action), row_object(*removed), {{"name", removed->name}});
    co_return Result<void>{};
}

Result<bool> insert_built_ins(store::Transaction& tx, store::OrgId org) {
    PermissionSet permissions;
    permissions.org = org;
    permissions.name = kAdmin;
    permissions.built_in = true;
    for (const auto& permission : embed_permissions())
        permissions.permissions.emplace_back(permission.name);
    if (auto inserted = tx.insert(permissions); !inserted) return inserted.error();
    ModelSet models;
    models.org = org;
    models.name = kAllModels;
    models.built_in = true;
    if (auto inserted = tx.insert(models); !inserted) return inserted.error();
    Role role;
    role.org = org;
    role.name = kAdmin;
    role.permission_set = permissions.id;
    role.model_set = models.id;
    role.built_in = true;
    if (auto inserted = tx.insert(role); !inserted) return inserted.error();
    return true;
}

/// Gives the role to those of `rows` that are in `wanted`, and takes it from the others.
template <class Row, class Roles, class SetRoles>
Result<bool> distribute(store::Transaction& tx, const std::vector<const Row*>& rows,
                        std::int64_t role, const std::vector<std::int64_t>& wanted, Roles roles_of,
                        SetRoles set_roles) {
    for (const auto* known : rows) {
        const bool has = std::find(wanted.begin(), wanted.end(), known->id) != wanted.end();
        auto before = roles_of(*known);
        if (!set_listed(before, role, has)) continue;
        auto row = tx.load<Row>(known->id);
        if (!row && row.error().kind == ErrorKind::not_found) continue;
        if (!row) return row.error();
        auto roles = roles_of(*row);
        set_listed(roles, role, has);
        set_roles(*row, roles);
        if (auto updated = tx.update(*row); !updated) return updated.error();
    }
    return true;
}

json::array numbers(const std::vector<std::int64_t>& list) {
    json::array out;
    for (const auto number : list)
        out.emplace_back(number);
    return out;
}

}  // namespace

asio::awaitable<Result<void>> RoleService::ensure_built_ins(Principal who) {
    const auto snapshot = parts_.catalog.snapshot();
    for (const auto* role : snapshot->list<Role>(who.org)) {
        if (role->built_in) co_return Result<void>{};
    }
    std::function<Result<bool>(store::Transaction&)> work = [&who](store::Transaction& tx) {
        return insert_built_ins(tx, who.org);
    };
    const auto written = co_await parts_.catalog.write(std::move(work));
    // Made by another process in between; or somebody has given these names away before, which
    // then stand for what he made of them.
    const bool there = !written && written.error().code == "already_exists";
    if (!written && !there) co_return written.error();
    if (written) {
        parts_.record(who, "roles.built_in_created", fmt::format("organization:{}", who.org));
    }
    co_return Result<void>{};
}

asio::awaitable<Result<PermissionSet>> RoleService::create(Principal who,
                                                           PermissionSetChange what) {
    return create_row<PermissionSet>(parts_, std::move(who), std::move(what),
                                     "permission_set.created");
}
asio::awaitable<Result<PermissionSet>> RoleService::update(Principal who, std::int64_t id,
                                                           PermissionSetChange change) {
    return update_row<PermissionSet>(parts_, std::move(who), id, std::move(change),
                                     "permission_set.changed");
}
asio::awaitable<Result<ModelSet>> RoleService::create(Principal who, ModelSetChange what) {
    return create_row<ModelSet>(parts_, std::move(who), std::move(what), "model_set.created");
}
asio::awaitable<Result<ModelSet>> RoleService::update(Principal who, std::int64_t id,
                                                      ModelSetChange change) {
    return update_row<ModelSet>(parts_, std::move(who), id, std::move(change), "model_set.changed");
}
asio::awaitable<Result<Role>> RoleService::create(Principal who, RoleChange what) {
    return create_row<Role>(parts_, std::move(who), std::move(what), "role.created");
}
asio::awaitable<Result<Role>> RoleService::update(Principal who, std::int64_t id,
                                                  RoleChange change) {
    return update_row<Role>(parts_, std::move(who), id, std::move(change), "role.changed");
}

asio::awaitable<Result<void>> RoleService::remove_permission_set(Principal who, std::int64_t id) {
    return remove_own_row<PermissionSet>(parts_, std::move(who), id, "permission_set.deleted");
}
asio::awaitable<Result<void>> RoleService::remove_model_set(Principal who, std::int64_t id) {
    return remove_own_row<ModelSet>(parts_, std::move(who), id, "model_set.deleted");
}
asio::awaitable<Result<void>> RoleService::remove_role(Principal who, std::int64_t id) {
    return remove_own_row<Role>(parts_, std::move(who), id, "role.deleted");
}

asio::awaitable<Result<void>> RoleService::set_groups(Principal who, std::int64_t role,
                                                      std::vector<std::int64_t> groups) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    if (find_own<Role>(*snapshot, who.org, role) == nullptr) co_return no_such_object();
    for (const auto id : groups) {
        if (find_own<store::Group>(*snapshot, who.org, id) == nullptr) {
            co_return wrong_value("group_ids", fmt::format("There is no group {}.", id));
        }
    }
    std::function<Result<bool>(store::Transaction&)> work = [&](store::Transaction& tx) {
        return distribute(
            tx, snapshot->list<store::Group>(who.org), role, groups,
            [](const store::Group& row) { return row.roles; },
            [](store::Group& row, const auto& roles) { row.roles = roles; });
    };
    const auto written = co_await parts_.catalog.write(std::move(work));
    if (!written) co_return written.error();
    parts_.record(who, "role.groups_changed", fmt::format("role:{}", role),
                  {{"groups", numbers(groups)}});
    co_return Result<void>{};
}

asio::awaitable<Result<void>> RoleService::set_users(Principal who, std::int64_t role,
                                                     std::vector<std::int64_t> users) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    if (find_own<Role>(*snapshot, who.org, role) == nullptr) co_return no_such_object();
    for (const auto id : users) {
        if (find_own<store::User>(*snapshot, who.org, id) == nullptr) {
            co_return wrong_value("user_ids",
                                  fmt::format("{} is no user of this server. Embed users get "
                                              "roles through PUT /users/{{id}}/roles.",
                                              id));
        }
    }
    std::function<Result<bool>(store::Transaction&)> work = [&](store::Transaction& tx) {
        return distribute(
            tx, snapshot->users(who.org), role, users,
            [](const store::User& row) { return profile_ids(row.profile, "roles"); },
            [](store::User& row, const auto& roles) {
                set_profile_ids(row.profile, "roles", roles);
            });
    };
    const auto written = co_await parts_.catalog.write(std::move(work));
    if (!written) co_return written.error();
    parts_.record(who, "role.users_changed", fmt::format("role:{}", role),
                  {{"users", numbers(users)}});
    co_return Result<void>{};
}

}  // namespace casement::access
