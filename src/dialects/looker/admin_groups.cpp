// Groups, their members and their attribute values.
#include "access/embed_login.h"
#include "access/user_attributes.h"
#include "dialects/looker/admin_people.h"

#include <array>

namespace casement::looker {
namespace {

using access::Permission;
using http::Method;

/// Counting members asks the database once a group: a longer list goes without.
constexpr std::size_t kMostCounted = 10;
constexpr std::array<std::string_view, 4> kSearchable{"id", "name", "external_group_id",
                                                      "externally_managed"};

Answered shown(const Admin& admin, Call& call, const store::Group& group) {
    auto count = co_await count_members(admin, call.who.org, group.id);
    if (!count) co_return count.error();
    co_return answer(call, group_body(call, *admin.snapshot(), group, *count));
}

/// Bodies, with the numbers of members filled in where they are few.
Answered listed(const Admin& admin, Call& call, json::array rows) {
    if (rows.size() <= kMostCounted) {
        for (auto& row : rows) {
            const auto id = read_id(row.at("id").get_string());
            auto count = co_await count_members(admin, call.who.org, id.value_or(0));
            if (!count) co_return count.error();
            row.get_object()["user_count"] = *count;
        }
    }
    co_return answer(call, std::move(rows));
}

json::array all_bodies(const Admin& admin, const Call& call) {
    const auto snapshot = admin.snapshot();
    json::array bodies;
    for (const auto* group : snapshot->list<store::Group>(call.who.org))
        bodies.push_back(group_body(call, *snapshot, *group, nullptr));
    return bodies;
}

Answered list_groups(const Admin& admin, Call& call) {
    const auto ids = ids_parameter(call, "ids");
    if (!ids) co_return ids.error();
    json::array bodies;
    for (auto& body : all_bodies(admin, call)) {
        const auto id = read_id(body.at("id").get_string()).value_or(0);
        if (is_among(*ids, id)) bodies.push_back(std::move(body));
    }
    auto rows = select_rows(call, std::move(bodies), {});
    if (!rows) co_return rows.error();
    auto answered = co_await listed(admin, call, std::move(*rows));
    co_return answered;
}

Answered search_groups(const Admin& admin, Call& call) {
    auto rows = select_rows(call, all_bodies(admin, call), kSearchable);
    if (!rows) co_return rows.error();
    auto answered = co_await listed(admin, call, std::move(*rows));
    co_return answered;
}

Result<store::Group> find_group(const Admin& admin, const Call& call) {
    const auto id = id_part(call, 0);
    if (!id) return id.error();
    const auto snapshot = admin.snapshot();
    const auto* group = access::find_own<store::Group>(*snapshot, call.who.org, *id);
    if (group == nullptr) return api_not_found();
    return *group;
}

Answered get_group(const Admin& admin, Call& call) {
    const auto group = find_group(admin, call);
    if (!group) co_return group.error();
    auto answered = co_await shown(admin, call, *group);
    co_return answered;
}

Answered create_group(const Admin& admin, Call& call) {
    auto name = text_at(call.body, "name").value_or("");
    if (name.empty()) co_return field_error("name", "missing_field", "name is required.");
    const auto group = co_await admin.groups.create(call.who, std::move(name));
    if (!group) co_return group.error();
    auto answered = co_await shown(admin, call, *group);
    co_return answered;
}

Answered update_group(const Admin& admin, Call& call) {
    auto group = find_group(admin, call);
    if (!group) co_return group.error();
    if (auto name = text_at(call.body, "name")) {
        if (name->empty()) co_return field_error("name", "invalid", "A group has a name.");
        auto renamed = co_await admin.groups.rename(call.who, group->id, std::move(*name));
        if (!renamed) co_return renamed.error();
        *group = std::move(*renamed);
    }
    auto answered = co_await shown(admin, call, *group);
    co_return answered;
}

Answered delete_group(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    auto removed = co_await admin.groups.remove(call.who, *id);
    if (!removed) co_return removed.error();
    co_return nothing_left();
}

// -- members ----------------------------------------------------------------------------------

Answered list_members(const Admin& admin, Call& call) {
    const auto group = find_group(admin, call);
    if (!group) co_return group.error();
    const auto page = read_page(call);
    if (!page) co_return page.error();
    access::PersonQuery query;
    query.group = group->id;
    query.limit = page->limit;
    query.offset = page->offset;
    const auto people = co_await admin.people.search(call.who, std::move(query));
    if (!people) co_return people.error();
    co_return answer(call, user_bodies(call, *admin.snapshot(), *people));
}

Answered add_member(const Admin& admin, Call& call) {
    const auto group = id_part(call, 0);
    if (!group) co_return group.error();
    const auto person = id_member(call.body, "user_id");
    if (!person) co_return person.error();
    if (*person == 0) {
        co_return field_error("user_id", "missing_field", "user_id is required: a user's id.");
    }
    const auto added = co_await admin.groups.add_member(call.who, *group, *person);
    if (!added) co_return added.error();
    co_return answer(call, user_body(call, *admin.snapshot(), *added));
}

Answered remove_member(const Admin& admin, Call& call) {
    const auto group = id_part(call, 0);
    if (!group) co_return group.error();
    const auto person = id_part(call, 1);
    if (!person) co_return person.error();
    auto removed = co_await admin.groups.remove_member(call.who, *group, *person);
    if (!removed) co_return removed.error();
    co_return nothing_left();
}

// -- attribute values -------------------------------------------------------------------------

Answered set_value(const Admin& admin, Call& call) {
    const auto group = id_part(call, 0);
    if (!group) co_return group.error();
    const auto attribute = id_part(call, 1);
    if (!attribute) co_return attribute.error();
    auto value = text_at(call.body, "value");
    if (!value) co_return field_error("value", "missing_field", "value is required: a text.");
    const auto row =
        co_await admin.groups.set_value(call.who, *group, *attribute, std::move(value));
    if (!row) co_return row.error();
    for (auto& body : group_value_bodies(call, *row)) {
        if (body.at("group_id").get_string() == std::to_string(*group)) {
            co_return answer(call, std::move(body));
        }
    }
    co_return api_not_found();
}

Answered delete_value(const Admin& admin, Call& call) {
    const auto group = id_part(call, 0);
    if (!group) co_return group.error();
    const auto attribute = id_part(call, 1);
    if (!attribute) co_return attribute.error();
    auto removed = co_await admin.groups.set_value(call.who, *group, *attribute, std::nullopt);
    if (!removed) co_return removed.error();
    co_return nothing_left();
}

}  // namespace

void add_group_operations(Operations& operations, const AdminPtr& admin) {
    const auto add = [&](Method method, const std::string& path, std::optional<Shape> body,
                         Answered (*handler)(const Admin&, Call&)) {
        operations.add({.method = method,
                        .path = "/groups" + path,
                        .permission = Permission::org_manage,
                        .body = std::move(body),
                        .handle = on(admin, handler)});
    };
    const Shape group = Shape::object({optional("name", name_shape())});
    add(Method::get, "", {}, list_groups);
    add(Method::post, "", group, create_group);
    add(Method::get, "/search", {}, search_groups);
    add(Method::get, "/{id}", {}, get_group);
    add(Method::patch, "/{id}", group, update_group);
    add(Method::del, "/{id}", {}, delete_group);
    add(Method::get, "/{id}/users", {}, list_members);
    add(Method::post, "/{id}/users", Shape::object({optional("user_id", id_shape())}), add_member);
    add(Method::del, "/{id}/users/{user}", {}, remove_member);
    add(Method::patch, "/{id}/attribute_values/{attribute}",
        Shape::object({optional(
            "value",
            Shape::text(0, static_cast<std::int64_t>(access::kMaxAttributeBytes)).or_null())}),
        set_value);
    add(Method::del, "/{id}/attribute_values/{attribute}", {}, delete_value);
}

}  // namespace casement::looker
