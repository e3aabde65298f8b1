// Groups: people who share roles, attribute values and folders.
#include "access/people_services.h"
#include "console/context.h"
#include "console/listing.h"
#include "console/people_api.h"
#include "store/catalog_embed_users.h"

#include <algorithm>
#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

constexpr const char* kTag = "People";

Error group_error(Error error) {
    return named(std::move(error), "group_not_found", "There is no such group, or not any more.");
}

std::int64_t users_in(const store::Snapshot& snapshot, const store::Group& group) {
    return std::ranges::count_if(snapshot.users(group.org), [&](const store::User* user) {
        const auto groups = access::profile_ids(user->profile, "groups");
        return std::ranges::find(groups, group.id) != groups.end();
    });
}

json::object to_json(const store::Snapshot& snapshot, const store::Group& group) {
    const auto& external = group.external_group_id;
    return {{"id", group.id},
            {"name", group.name},
            {"external_group_id", external.empty() ? json::value(nullptr) : json::value(external)},
            {"roles", named_rows<store::Role>(snapshot, group.org, group.roles)},
            {"users", users_in(snapshot, group)},
            {"created_at", to_rfc3339(group.created_at)}};
}

Shape group_shape() {
    return Shape::object(
        {required("id", Shape::integer(1, kAnyId)), required("name", Shape::text()),
         required("external_group_id",
                  Shape::text().or_null().described(
                      "Not null: the application's own group, named by its signed links. Its "
                      "members come with those links alone.")),
         required("roles", Shape::list(named_shape(), access::kMaxListed)),
         required("users", Shape::integer(0, kAnyId).described("Users of this server in it.")),
         required("created_at", Shape::text())});
}

Response group_response(Context& console, int status, const store::Group& group) {
    return Response::json(status, to_json(*console.parts.catalog.snapshot(), group));
}

Answered list_groups(Context& console, Call& call) {
    const auto snapshot = console.parts.catalog.snapshot();
    const auto search = call.text("search");
    const auto pattern = anywhere(search.value_or(""));
    const auto fits = [&](const store::Group& group) {
        return !search || access::is_like(pattern, group.name);
    };
    const auto show = [&](const store::Group& group) { return to_json(*snapshot, group); };
    auto page =
        page_of("groups", call, snapshot->list<store::Group>(call.principal.org), fits, show);
    co_return Response::json(200, page);
}

Answered get_group(Context& console, Call& call) {
    const auto snapshot = console.parts.catalog.snapshot();
    const auto* group =
        access::find_own<store::Group>(*snapshot, call.principal.org, id_part(call, 0));
    if (group == nullptr) co_return group_error(access::no_such_object());
    co_return Response::json(200, to_json(*snapshot, *group));
}

Answered create_group(Context& console, Call& call) {
    const auto group = co_await console.parts.people.groups.create(
        call.principal, text_at(call.body, "name").value_or(""));
    if (!group) co_return group.error();
    co_return group_response(console, 201, *group);
}

Answered rename_group(Context& console, Call& call) {
    const auto group = co_await console.parts.people.groups.rename(
        call.principal, id_part(call, 0), text_at(call.body, "name").value_or(""));
    if (!group) co_return group_error(group.error());
    co_return group_response(console, 200, *group);
}

Answered remove_group(Context& console, Call& call) {
    auto removed = co_await console.parts.people.groups.remove(call.principal, id_part(call, 0));
    if (!removed) co_return group_error(removed.error());
    co_return Response::empty(204);
}

Answered set_roles(Context& console, Call& call) {
    const auto group = co_await access::set_group_roles(
        console.parts.people.parts, call.principal, id_part(call, 0), ids_at(call.body, "roles"));
    if (!group) co_return group_error(group.error());
    co_return group_response(console, 200, *group);
}

json::object member_json(const access::Person& person) {
    const auto* user = person.user();
    const auto& known_by = user != nullptr ? user->handle : person.embed()->external_user_id;
    auto name = user != nullptr ? user->name : person.first_name() + " " + person.last_name();
    return {{"id", person.id()},
            {"kind", user != nullptr ? "user" : "external"},
            {"handle", known_by},
            {"name", std::move(name)},
            {"disabled", person.disabled()}};
}

Answered list_members(Context& console, Call& call) {
    const auto snapshot = console.parts.catalog.snapshot();
    const auto id = id_part(call, 0);
    if (access::find_own<store::Group>(*snapshot, call.principal.org, id) == nullptr) {
        co_return group_error(access::no_such_object());
    }
    const auto limit = limit_of(call);
    access::PersonQuery query;
    query.group = id;
    query.offset = offset_of(call);
    query.limit = limit + 1;
    auto found = co_await console.parts.people.people.search(call.principal, std::move(query));
    if (!found) co_return found.error();
    co_return Response::json(
        200, offset_page_of("members", call, std::move(*found), limit, member_json));
}

Answered add_member(Context& console, Call& call) {
    const auto added = co_await console.parts.people.groups.add_member(
        call.principal, id_part(call, 0), id_part(call, 1));
    if (!added) co_return group_error(added.error());
    co_return Response::empty(204);
}

Answered remove_member(Context& console, Call& call) {
    auto removed = co_await console.parts.people.groups.remove_member(
        call.principal, id_part(call, 0), id_part(call, 1));
    if (!removed) {
        co_return named(removed.error(), "member_not_found",
                        "There is no such group, or nobody of this id.");
    }
    co_return Response::empty(204);
}

Shape name_body() {
    return Shape::object({required("name", Shape::text(1, 255))});
}

Shape member_shape() {
    return Shape::object({required("id", Shape::integer(1, kAnyId)),
                          required("kind", Shape::one_of({"user", "external"})),
                          required("handle", Shape::text().described(
                                                 "Or the application's id of an external person.")),
                          required("name", Shape::text()), required("disabled", Shape::boolean())});
}

std::vector<Operation> member_operations() {
    std::vector<Operation> all;
    all.push_back({.method = Method::get,
                   .path = "/groups/{id}/members",
                   .id = "listMembersOfGroup",
                   .tag = kTag,
                   .summary = "Users and external people in a group, by id",
                   .permission = Permission::org_manage,
                   .parameters = {offset_parameter(), limit_parameter()},
                   .answers = {{200, "One page.", page_shape("members", member_shape(), "offset")}},
                   .refusals = {{404, "group_not_found"}},
                   .handle = list_members});
    all.push_back({.method = Method::put,
                   .path = "/groups/{id}/members/{person}",
                   .id = "addMemberToGroup",
                   .tag = kTag,
                   .summary = "Put somebody into a group",
                   .permission = Permission::org_manage,
                   .answers = {{204, "A member, perhaps before already.", std::nullopt}},
                   .refusals = {{404, "group_not_found"}, {422, "invalid"}},
                   .handle = add_member});
    all.push_back({.method = Method::del,
                   .path = "/groups/{id}/members/{person}",
                   .id = "removeMemberFromGroup",
                   .tag = kTag,
                   .summary = "Take somebody out of a group",
                   .permission = Permission::org_manage,
                   .answers = {{204, "No member.", std::nullopt}},
                   .refusals = {{404, "member_not_found"}, {422, "invalid"}},
                   .handle = remove_member});
    return all;
}

}  // namespace

std::vector<Operation> group_operations() {
    std::vector<Operation> all;
    all.push_back({.method = Method::get,
                   .path = "/groups",
                   .id = "listGroups",
                   .tag = kTag,
                   .summary = "Groups, by id",
                   .permission = Permission::org_manage,
                   .parameters = {{"search", Shape::text(1, 200), "In the name; % for anything."},
                                  after_parameter(),
                                  limit_parameter()},
                   .answers = {{200, "One page.", page_shape("groups", group_shape(), "after")}},
                   .handle = list_groups});
    all.push_back({.method = Method::post,
                   .path = "/groups",
                   .id = "createGroup",
                   .tag = kTag,
                   .summary = "A new group, with nobody in it",
                   .permission = Permission::org_manage,
                   .body = name_body(),
                   .answers = {{201, "The group.", group_shape()}},
                   .refusals = {{422, "already_exists"}},
                   .handle = create_group});
    all.push_back({.method = Method::get,
                   .path = "/groups/{id}",
                   .id = "getGroup",
                   .tag = kTag,
                   .summary = "One group",
                   .permission = Permission::org_manage,
                   .answers = {{200, "The group.", group_shape()}},
                   .refusals = {{404, "group_not_found"}},
                   .handle = get_group});
    all.push_back({.method = Method::patch,
                   .path = "/groups/{id}",
                   .id = "renameGroup",
                   .tag = kTag,
                   .summary = "Another name",
                   .permission = Permission::org_manage,
                   .body = name_body(),
                   .answers = {{200, "As it is now.", group_shape()}},
                   .refusals = {{404, "group_not_found"}, {422, "already_exists, invalid"}},
                   .handle = rename_group});
    all.push_back({.method = Method::del,
                   .path = "/groups/{id}",
                   .id = "deleteGroup",
                   .tag = kTag,
                   .summary = "Delete a group with its attribute values",
                   .description = "Folders that only it could see are nobody's from then on.",
                   .permission = Permission::org_manage,
                   .answers = {{204, "Deleted.", std::nullopt}},
                   .refusals = {{404, "group_not_found"}},
                   .handle = remove_group});
    all.push_back({.method = Method::put,
                   .path = "/groups/{id}/roles",
                   .id = "setRolesOfGroup",
                   .tag = kTag,
                   .summary = "The roles that every member has",
                   .permission = Permission::org_manage,
                   .body = Shape::object({required("roles", ids_shape())}),
                   .answers = {{200, "As it is now.", group_shape()}},
                   .refusals = {{404, "group_not_found"}, {422, "invalid"}},
                   .handle = set_roles});
    for (auto& operation : member_operations())
        all.push_back(std::move(operation));
    return all;
}

}  // namespace casement::console
