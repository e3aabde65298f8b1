// Roles of embedded content: a set of permissions on a set of models.
#include "access/embed_permissions.h"
#include "access/people_services.h"
#include "console/context.h"
#include "console/listing.h"
#include "console/people_api.h"

#include <algorithm>
#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;
using store::ModelSet;
using store::PermissionSet;
using store::Role;

constexpr const char* kTag = "People";
constexpr std::int64_t kMostNames = 1000;

json::array texts(const std::vector<std::string>& list) {
    return json::array(list.begin(), list.end());
}

std::optional<std::vector<std::string>> texts_at(const json::object& body, std::string_view name) {
    const auto* list = body.if_contains(name);
    if (list == nullptr) return std::nullopt;
    std::vector<std::string> out;
    for (const auto& item : list->get_array())
        out.emplace_back(item.get_string());
    return out;
}

std::optional<std::int64_t> number_at(const json::object& body, std::string_view name) {
    const auto* value = body.if_contains(name);
    if (value == nullptr) return std::nullopt;
    return value->get_int64();
}

json::object to_json(const store::Snapshot&, const PermissionSet& row) {
    return {{"id", row.id},
            {"name", row.name},
            {"permissions", texts(row.permissions)},
            {"built_in", row.built_in}};
}
json::object to_json(const store::Snapshot&, const ModelSet& row) {
    return {{"id", row.id},
            {"name", row.name},
            {"models", texts(row.models)},
            {"built_in", row.built_in}};
}

template <class Row>
json::value one_named(const store::Snapshot& snapshot, store::OrgId org, std::int64_t id) {
    auto list = named_rows<Row>(snapshot, org, {id});
    return list.empty() ? json::value(nullptr) : std::move(list.front());
}

bool is_listed(const std::vector<std::int64_t>& ids, std::int64_t id) {
    return std::ranges::find(ids, id) != ids.end();
}

json::object to_json(const store::Snapshot& snapshot, const Role& row) {
    json::array groups;
    for (const auto* group : snapshot.list<store::Group>(row.org)) {
        if (!is_listed(group->roles, row.id)) continue;
        groups.push_back({{"id", group->id}, {"name", group->name}});
    }
    const auto users = std::ranges::count_if(snapshot.users(row.org), [&](const store::User* user) {
        return is_listed(access::profile_ids(user->profile, "roles"), row.id);
    });
    return {{"id", row.id},
            {"name", row.name},
            {"permission_set", one_named<PermissionSet>(snapshot, row.org, row.permission_set)},
            {"model_set", one_named<ModelSet>(snapshot, row.org, row.model_set)},
            {"built_in", row.built_in},
            {"groups", std::move(groups)},
            {"users", users}};
}

Shape shape_of(const PermissionSet*) {
    return Shape::object({required("id", Shape::integer(1, kAnyId)),
                          required("name", Shape::text()),
                          required("permissions", Shape::list(Shape::text(), kMostNames)),
                          required("built_in", Shape::boolean())});
}
Shape shape_of(const ModelSet*) {
    return Shape::object(
        {required("id", Shape::integer(1, kAnyId)), required("name", Shape::text()),
         required("models", Shape::list(Shape::text(), kMostNames)
                                .described("Empty in the built-in set, which has every model.")),
         required("built_in", Shape::boolean())});
}
Shape shape_of(const Role*) {
    return Shape::object(
        {required("id", Shape::integer(1, kAnyId)), required("name", Shape::text()),
         required("permission_set", named_shape().or_null()),
         required("model_set", named_shape().or_null()), required("built_in", Shape::boolean()),
         required("groups", Shape::list(named_shape(), kAnyId).described("Whose members have it.")),
         required("users", Shape::integer(0, kAnyId).described("That have it directly."))});
}

void take(const json::object& body, access::PermissionSetChange& change) {
    change.permissions = texts_at(body, "permissions");
}
void take(const json::object& body, access::ModelSetChange& change) {
    change.models = texts_at(body, "models");
}
void take(const json::object& body, access::RoleChange& change) {
    change.permission_set = number_at(body, "permission_set");
    change.model_set = number_at(body, "model_set");
}

/// What a body may say of each kind; a new one needs all of it.
std::vector<ShapeMember> members_of(const PermissionSet*) {
    return {required("permissions", Shape::list(Shape::text(1, 128), kMostNames))};
}
std::vector<ShapeMember> members_of(const ModelSet*) {
    return {required("models", Shape::list(Shape::text(1, 255), kMostNames))};
}
std::vector<ShapeMember> members_of(const Role*) {
    return {required("permission_set", Shape::integer(1, kAnyId)),
            required("model_set", Shape::integer(1, kAnyId))};
}

template <class Row>
Shape body_of(bool is_new) {
    auto members = members_of(static_cast<const Row*>(nullptr));
    members.insert(members.begin(), required("name", Shape::text(1, 255)));
    for (auto& member : members)
        member.is_required = is_new;
    return Shape::object(std::move(members));
}

/// The service calls a role's sets by other names.
Error own_fields(Error error) {
    if (error.field == "permission_set_id") error.field = "permission_set";
    if (error.field == "model_set_id") error.field = "model_set";
    return named(std::move(error), "role_not_found", "There is no such role or set.");
}

template <class Row>
Answered list_rows(Context& console, Call& call) {
    auto ready = co_await console.parts.people.roles.ensure_built_ins(call.principal);
    if (!ready) co_return ready.error();
    const auto snapshot = console.parts.catalog.snapshot();
    const auto show = [&](const Row* row) { return to_json(*snapshot, *row); };
    co_return Response::json(200, list_of("items", snapshot->list<Row>(call.principal.org), show));
}

template <class Row, class Change>
Answered create_row(Context& console, Call& call) {
    Change what;
    what.name = text_at(call.body, "name");
    take(call.body, what);
    const auto row = co_await console.parts.people.roles.create(call.principal, std::move(what));
    if (!row) co_return own_fields(row.error());
    co_return Response::json(201, to_json(*console.parts.catalog.snapshot(), *row));
}

template <class Row, class Change>
Answered change_row(Context& console, Call& call) {
    Change change;
    change.name = text_at(call.body, "name");
    take(call.body, change);
    const auto row = co_await console.parts.people.roles.update(call.principal, id_part(call, 0),
                                                                std::move(change));
    if (!row) co_return own_fields(row.error());
    co_return Response::json(200, to_json(*console.parts.catalog.snapshot(), *row));
}

template <asio::awaitable<Result<void>> (access::RoleService::*remove)(access::Principal,
                                                                       std::int64_t)>
Answered remove_row(Context& console, Call& call) {
    auto removed = co_await (console.parts.people.roles.*remove)(call.principal, id_part(call, 0));
    if (!removed) co_return own_fields(removed.error());
    co_return Response::empty(204);
}

struct Named {
    std::string path;
    std::string one;   ///< "Role"
    std::string many;  ///< "Roles"
    std::string summary;
};

template <class Row, class Change>
void add(std::vector<Operation>& all, const Named& what, Handle remove) {
    const auto shape = shape_of(static_cast<const Row*>(nullptr));
    all.push_back({.method = Method::get,
                   .path = what.path,
                   .id = "list" + what.many,
                   .tag = kTag,
                   .summary = what.summary,
                   .permission = Permission::org_manage,
                   .answers = {{200, "All of them, by id.", list_shape("items", shape, 10'000)}},
                   .handle = list_rows<Row>});
    all.push_back({.method = Method::post,
                   .path = what.path,
                   .id = "create" + what.one,
                   .tag = kTag,
                   .summary = "A new one",
                   .permission = Permission::org_manage,
                   .body = body_of<Row>(true),
                   .answers = {{201, "As it is.", shape}},
                   .refusals = {{422, "invalid, already_exists"}},
                   .handle = create_row<Row, Change>});
    all.push_back(
        {.method = Method::patch,
         .path = what.path + "/{id}",
         .id = "change" + what.one,
         .tag = kTag,
         .summary = "What is absent stays",
         .permission = Permission::org_manage,
         .body = body_of<Row>(false),
         .answers = {{200, "As it is now.", shape}},
         .refusals = {{403, "built_in"}, {404, "role_not_found"}, {422, "invalid, already_exists"}},
         .handle = change_row<Row, Change>});
    all.push_back({.method = Method::del,
                   .path = what.path + "/{id}",
                   .id = "delete" + what.one,
                   .tag = kTag,
                   .summary = "Delete one",
                   .description = "A set that a role uses stays.",
                   .permission = Permission::org_manage,
                   .answers = {{204, "Deleted.", std::nullopt}},
                   .refusals = {{403, "built_in"}, {404, "role_not_found"}, {409, "in_use"}},
                   .handle = remove});
}

Answered list_permissions(Context&, Call&) {
    const auto show = [](const access::EmbedPermission& one) -> json::object {
        return {{"name", one.name},
                {"parent", one.parent.empty() ? json::value(nullptr) : json::value(one.parent)},
                {"grantable", one.grantable},
                {"description", one.description}};
    };
    co_return Response::json(200, list_of("permissions", access::embed_permissions(), show));
}

}  // namespace

std::vector<Operation> role_operations() {
    using Roles = access::RoleService;
    std::vector<Operation> all;
    add<Role, access::RoleChange>(
        all, {"/roles", "Role", "Roles", "Roles for embedded content, with who has them"},
        remove_row<&Roles::remove_role>);
    add<PermissionSet, access::PermissionSetChange>(
        all, {"/permission-sets", "PermissionSet", "PermissionSets", "Sets of permissions"},
        remove_row<&Roles::remove_permission_set>);
    add<ModelSet, access::ModelSetChange>(
        all, {"/model-sets", "ModelSet", "ModelSets", "Sets of models"},
        remove_row<&Roles::remove_model_set>);
    all.push_back(
        {.method = Method::get,
         .path = "/embed-permissions",
         .id = "listEmbedPermissions",
         .tag = kTag,
         .summary = "Permissions that a set can have",
         .permission = Permission::org_manage,
         .answers = {{200, "In the order of their tree.",
                      list_shape(
                          "permissions",
                          Shape::object(
                              {required("name", Shape::text()),
                               required("parent", Shape::text().or_null().described(
                                                      "Without which it counts for nothing.")),
                               required("grantable",
                                        Shape::boolean().described(
                                            "false: known by name; opens nothing here.")),
                               required("description", Shape::text())}))}},
         .handle = list_permissions});
    return all;
}

}  // namespace casement::console
