// Roles, and which groups and users have them.
#include "dialects/looker/admin_people.h"

#include <array>

namespace casement::looker {
namespace {

using access::Permission;
using access::Person;
using http::Method;
using store::Role;

constexpr std::array<std::string_view, 3> kSearchable{"id", "name", "built_in"};

Result<Role> find_role(const Admin& admin, const Call& call) {
    const auto id = id_part(call, 0);
    if (!id) return id.error();
    const auto snapshot = admin.snapshot();
    const auto* row = access::find_own<Role>(*snapshot, call.who.org, *id);
    if (row == nullptr) return api_not_found();
    return *row;
}

Answered listed(const Admin& admin, Call& call, Names searchable) {
    auto ready = co_await admin.roles.ensure_built_ins(call.who);
    if (!ready) co_return ready.error();
    const auto ids = ids_parameter(call, "ids");
    if (!ids) co_return ids.error();
    const auto snapshot = admin.snapshot();
    json::array bodies;
    for (const auto* row : snapshot->list<Role>(call.who.org)) {
        if (is_among(*ids, row->id)) bodies.push_back(role_body(call, *snapshot, *row));
    }
    auto rows = select_rows(call, std::move(bodies), searchable);
    if (!rows) co_return rows.error();
    co_return answer(call, std::move(*rows));
}

Answered list_roles(const Admin& admin, Call& call) {
    return listed(admin, call, {});
}
Answered search_roles(const Admin& admin, Call& call) {
    return listed(admin, call, kSearchable);
}

Answered get_role(const Admin& admin, Call& call) {
    const auto row = find_role(admin, call);
    if (!row) co_return row.error();
    co_return answer(call, role_body(call, *admin.snapshot(), *row));
}

Result<access::RoleChange> read_change(const json::object& body) {
    access::RoleChange change;
    change.name = text_at(body, "name");
    const auto permissions = id_member(body, "permission_set_id");
    if (!permissions) return permissions.error();
    if (*permissions != 0) change.permission_set = *permissions;
    const auto models = id_member(body, "model_set_id");
    if (!models) return models.error();
    if (*models != 0) change.model_set = *models;
    return change;
}

Answered create_role(const Admin& admin, Call& call) {
    auto ready = co_await admin.roles.ensure_built_ins(call.who);
    if (!ready) co_return ready.error();
    auto what = read_change(call.body);
    if (!what) co_return what.error();
    const auto row = co_await admin.roles.create(call.who, std::move(*what));
    if (!row) co_return row.error();
    co_return answer(call, role_body(call, *admin.snapshot(), *row));
}

Answered update_role(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    auto change = read_change(call.body);
    if (!change) co_return change.error();
    const auto row = co_await admin.roles.update(call.who, *id, std::move(*change));
    if (!row) co_return row.error();
    co_return answer(call, role_body(call, *admin.snapshot(), *row));
}

Answered delete_role(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    auto removed = co_await admin.roles.remove_role(call.who, *id);
    if (!removed) co_return removed.error();
    co_return nothing_left();
}

// -- who has a role ---------------------------------------------------------------------------

Answered list_groups(const Admin& admin, Call& call) {
    const auto role = find_role(admin, call);
    if (!role) co_return role.error();
    const auto snapshot = admin.snapshot();
    json::array bodies;
    for (const auto* group : snapshot->list<store::Group>(call.who.org)) {
        const auto& roles = group->roles;
        if (std::find(roles.begin(), roles.end(), role->id) != roles.end()) {
            bodies.push_back(group_body(call, *snapshot, *group, nullptr));
        }
    }
    co_return answer(call, std::move(bodies));
}

Answered set_groups(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    auto groups = ids_body(call, "group_ids");
    if (!groups) co_return groups.error();
    auto done = co_await admin.roles.set_groups(call.who, *id, std::move(*groups));
    if (!done) co_return done.error();
    auto answered = co_await list_groups(admin, call);
    co_return answered;
}

/// Users of this server. Embed users, of whom there may be a million, are not looked through.
Answered list_users(const Admin& admin, Call& call) {
    const auto role = find_role(admin, call);
    if (!role) co_return role.error();
    const auto direct = flag_parameter(call, "direct_association_only");
    if (!direct) co_return direct.error();
    const auto snapshot = admin.snapshot();
    json::array bodies;
    for (const auto* user : snapshot->users(call.who.org)) {
        const Person person{*user};
        const auto roles = roles_of(*snapshot, person, direct->value_or(false));
        if (std::find(roles.begin(), roles.end(), role->id) != roles.end()) {
            bodies.push_back(user_body(call, *snapshot, person));
        }
    }
    co_return answer(call, std::move(bodies));
}

Answered set_users(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    auto users = ids_body(call, "user_ids");
    if (!users) co_return users.error();
    auto done = co_await admin.roles.set_users(call.who, *id, std::move(*users));
    if (!done) co_return done.error();
    auto answered = co_await list_users(admin, call);
    co_return answered;
}

}  // namespace

void add_role_operations(Operations& operations, const AdminPtr& admin) {
    const auto add = [&](Method method, const std::string& path, std::optional<Shape> body,
                         Answered (*handler)(const Admin&, Call&)) {
        operations.add({.method = method,
                        .path = "/roles" + path,
                        .permission = Permission::org_manage,
                        .body = std::move(body),
                        .handle = on(admin, handler)});
    };
    const Shape role =
        Shape::object({optional("name", name_shape()), optional("permission_set_id", id_shape()),
                       optional("model_set_id", id_shape())});
    add(Method::get, "", {}, list_roles);
    add(Method::post, "", role, create_role);
    add(Method::get, "/search", {}, search_roles);
    add(Method::get, "/{id}", {}, get_role);
    add(Method::patch, "/{id}", role, update_role);
    add(Method::del, "/{id}", {}, delete_role);
    add(Method::get, "/{id}/groups", {}, list_groups);
    add(Method::put, "/{id}/groups", {}, set_groups);
    add(Method::get, "/{id}/users", {}, list_users);
    add(Method::put, "/{id}/users", {}, set_users);
}

}  // namespace casement::looker
