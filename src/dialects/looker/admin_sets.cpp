// Permissions, permission sets and model sets: what roles are made of.
#include "access/embed_login.h"
#include "access/embed_permissions.h"
#include "dialects/looker/admin_people.h"

#include <array>

namespace casement::looker {
namespace {

using access::Permission;
using http::Method;
using store::ModelSet;
using store::PermissionSet;

constexpr std::array<std::string_view, 6> kSearchable{"id",       "name",        "all_access",
                                                      "built_in", "permissions", "models"};

Answered list_permissions(const Admin&, Call& call) {
    json::array bodies;
    for (const auto& permission : access::embed_permissions()) {
        bodies.push_back({{"can", can(call, Permission::org_manage, false)},
                          {"permission", permission.name},
                          {"parent", text_or_null(permission.parent)},
                          {"description", permission.description}});
    }
    co_return answer(call, std::move(bodies));
}

std::optional<std::vector<std::string>> texts_at(const json::object& body, std::string_view name) {
    if (!has(body, name)) return std::nullopt;
    std::vector<std::string> texts;
    for (const auto& item : body.at(name).get_array())
        texts.emplace_back(item.get_string());
    return texts;
}

// The two kinds of sets differ in what they list, and in nothing else.

json::object body_of(const Call& call, const store::Snapshot&, const PermissionSet& row) {
    return permission_set_body(call, row);
}
json::object body_of(const Call& call, const store::Snapshot& snapshot, const ModelSet& row) {
    return model_set_body(call, snapshot, row);
}

access::PermissionSetChange change_of(std::type_identity<PermissionSet>, const json::object& body) {
    return {text_at(body, "name"), texts_at(body, "permissions")};
}
access::ModelSetChange change_of(std::type_identity<ModelSet>, const json::object& body) {
    return {text_at(body, "name"), texts_at(body, "models")};
}

auto remove_set(std::type_identity<PermissionSet>, const Admin& admin, const Call& call,
                std::int64_t id) {
    return admin.roles.remove_permission_set(call.who, id);
}
auto remove_set(std::type_identity<ModelSet>, const Admin& admin, const Call& call,
                std::int64_t id) {
    return admin.roles.remove_model_set(call.who, id);
}

template <class Set>
Answered listed(const Admin& admin, Call& call, Names searchable) {
    auto ready = co_await admin.roles.ensure_built_ins(call.who);
    if (!ready) co_return ready.error();
    const auto snapshot = admin.snapshot();
    json::array bodies;
    for (const auto* row : snapshot->list<Set>(call.who.org))
        bodies.push_back(body_of(call, *snapshot, *row));
    auto rows = select_rows(call, std::move(bodies), searchable);
    if (!rows) co_return rows.error();
    co_return answer(call, std::move(*rows));
}

template <class Set>
Answered list_sets(const Admin& admin, Call& call) {
    return listed<Set>(admin, call, {});
}
template <class Set>
Answered search_sets(const Admin& admin, Call& call) {
    return listed<Set>(admin, call, kSearchable);
}

template <class Set>
Answered get_set(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    const auto snapshot = admin.snapshot();
    const auto* row = access::find_own<Set>(*snapshot, call.who.org, *id);
    if (row == nullptr) co_return api_not_found();
    co_return answer(call, body_of(call, *snapshot, *row));
}

template <class Set>
Answered create_set(const Admin& admin, Call& call) {
    auto ready = co_await admin.roles.ensure_built_ins(call.who);
    if (!ready) co_return ready.error();
    auto what = change_of(std::type_identity<Set>{}, call.body);
    const auto row = co_await admin.roles.create(call.who, std::move(what));
    if (!row) co_return row.error();
    co_return answer(call, body_of(call, *admin.snapshot(), *row));
}

template <class Set>
Answered update_set(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    auto change = change_of(std::type_identity<Set>{}, call.body);
    const auto row = co_await admin.roles.update(call.who, *id, std::move(change));
    if (!row) co_return row.error();
    co_return answer(call, body_of(call, *admin.snapshot(), *row));
}

template <class Set>
Answered delete_set(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    auto removed = co_await remove_set(std::type_identity<Set>{}, admin, call, *id);
    if (!removed && removed.error().code == "in_use") {
        co_return conflict("in_use", "Roles use this set. Change or remove them first.");
    }
    if (!removed) co_return removed.error();
    co_return nothing_left();
}

template <class Set>
void add_set(Operations& operations, const AdminPtr& admin, const std::string& root,
             const Shape& body) {
    const auto add = [&](Method method, const std::string& path, std::optional<Shape> shape,
                         Answered (*handler)(const Admin&, Call&)) {
        operations.add({.method = method,
                        .path = root + path,
                        .permission = Permission::org_manage,
                        .body = std::move(shape),
                        .handle = on(admin, handler)});
    };
    add(Method::get, "", {}, list_sets<Set>);
    add(Method::post, "", body, create_set<Set>);
    add(Method::get, "/search", {}, search_sets<Set>);
    add(Method::get, "/{id}", {}, get_set<Set>);
    add(Method::patch, "/{id}", body, update_set<Set>);
    add(Method::del, "/{id}", {}, delete_set<Set>);
}

}  // namespace

void add_set_operations(Operations& operations, const AdminPtr& admin) {
    operations.add({.method = Method::get,
                    .path = "/permissions",
                    .permission = Permission::org_manage,
                    .handle = on(admin, list_permissions)});
    const auto permissions = Shape::list(Shape::text(1, 100), access::kMaxEmbedPermissions);
    add_set<PermissionSet>(operations, admin, "/permission_sets",
                           Shape::object({optional("name", name_shape()),
                                          optional("permissions", permissions.or_null())}));
    const auto models = Shape::list(Shape::text(1, 100), access::kMaxEmbedModels);
    add_set<ModelSet>(
        operations, admin, "/model_sets",
        Shape::object({optional("name", name_shape()), optional("models", models.or_null())}));
}

}  // namespace casement::looker
