// User attributes: what is known of people, which row filters and variables use. A hidden value is
// written and never read.
#include "access/embed_login.h"
#include "access/people_services.h"
#include "access/user_attributes.h"
#include "console/context.h"
#include "console/listing.h"
#include "console/people_api.h"

#include <algorithm>
#include <array>
#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;
using store::UserAttribute;

constexpr const char* kTag = "People";
constexpr auto kValueBytes = static_cast<std::int64_t>(access::kMaxAttributeBytes);

/// Our word for a setting, and the one that is stored.
struct Flag {
    std::string_view name;
    std::string_view stored;
};
constexpr std::array kFlags{Flag{"hidden", "value_is_hidden"}, Flag{"viewable", "user_can_view"},
                            Flag{"editable", "user_can_edit"}};
constexpr std::string_view kDomains = "hidden_value_domain_whitelist";

Error attribute_error(Error error) {
    for (const auto& flag : kFlags) {
        if (error.field == flag.stored) error.field = flag.name;
    }
    return named(std::move(error), "attribute_not_found", "There is no such attribute.");
}

json::value shown(bool hidden, const std::string& value) {
    return hidden ? json::value(nullptr) : json::value(value);
}

json::object to_json(const store::Snapshot& snapshot, const UserAttribute& row) {
    const bool hidden = access::is_hidden(row);
    json::array groups;
    for (const auto& value : row.group_values) {
        const auto* group = access::find_own<store::Group>(snapshot, row.org, value.group);
        if (group == nullptr) continue;
        groups.push_back(
            {{"group", group->id}, {"name", group->name}, {"value", shown(hidden, value.value)}});
    }
    const auto* viewable = row.settings.if_contains("user_can_view");
    return {{"id", row.id},
            {"name", row.name},
            {"label", row.label},
            {"type", row.type},
            {"has_default", row.default_value.has_value()},
            {"default", row.default_value ? shown(hidden, *row.default_value) : nullptr},
            {"hidden", hidden},
            {"viewable", viewable == nullptr || !viewable->is_bool() || viewable->get_bool()},
            {"editable", access::is_editable(row)},
            {"domains", text_at(row.settings, kDomains).value_or("")},
            {"system", row.is_system},
            {"group_values", std::move(groups)}};
}

Shape attribute_shape() {
    const Shape group_value = Shape::object(
        {required("group", Shape::integer(1, kAnyId)), required("name", Shape::text()),
         required("value", Shape::text().or_null().described("null: hidden."))});
    return Shape::object(
        {required("id", Shape::integer(1, kAnyId)), required("name", Shape::text()),
         required("label", Shape::text()), required("type", Shape::text()),
         required("has_default", Shape::boolean()),
         required("default", Shape::text().or_null().described("null: none, or hidden.")),
         required("hidden", Shape::boolean()), required("viewable", Shape::boolean()),
         required("editable", Shape::boolean().described("By its owner; then it narrows nothing.")),
         required("domains", Shape::text().described(
                                 "Where a hidden value may be sent, comma-separated. It is "
                                 "kept for Looker's clients and decides nothing: this "
                                 "server sends hidden values nowhere.")),
         required("system", Shape::boolean()),
         required("group_values", Shape::list(group_value, kAnyId)
                                      .described("First rank first: the first group that a person "
                                                 "is in gives the value."))});
}

void take_members(const json::object& body, UserAttribute& row) {
    if (auto label = text_at(body, "label")) row.label = std::move(*label);
    if (auto type = text_at(body, "type")) row.type = std::move(*type);
    // Absent: it stays. null: there is none, which is not the empty text.
    if (body.contains("default")) row.default_value = text_at(body, "default");
    for (const auto& flag : kFlags) {
        if (const auto* on = body.if_contains(flag.name)) row.settings[flag.stored] = *on;
    }
    if (auto domains = text_at(body, "domains")) row.settings[kDomains] = std::move(*domains);
}

Answered list_attributes(Context& console, Call& call) {
    const auto snapshot = console.parts.catalog.snapshot();
    const auto show = [&](const UserAttribute* row) { return to_json(*snapshot, *row); };
    co_return Response::json(
        200, list_of("attributes", snapshot->list<UserAttribute>(call.principal.org), show));
}

Answered create_attribute(Context& console, Call& call) {
    UserAttribute what;
    what.name = text_at(call.body, "name").value_or("");
    take_members(call.body, what);
    const auto row =
        co_await console.parts.people.attributes.create(call.principal, std::move(what));
    if (!row) co_return attribute_error(row.error());
    co_return Response::json(201, to_json(*console.parts.catalog.snapshot(), *row));
}

Answered change_attribute(Context& console, Call& call) {
    std::function<Result<void>(UserAttribute&)> change =
        [body = call.body](UserAttribute& row) -> Result<void> {
        take_members(body, row);
        return {};
    };
    const auto row = co_await console.parts.people.attributes.update(
        call.principal, id_part(call, 0), std::move(change));
    if (!row) co_return attribute_error(row.error());
    co_return Response::json(200, to_json(*console.parts.catalog.snapshot(), *row));
}

Answered remove_attribute(Context& console, Call& call) {
    auto removed =
        co_await console.parts.people.attributes.remove(call.principal, id_part(call, 0));
    if (!removed) co_return attribute_error(removed.error());
    co_return Response::empty(204);
}

Answered set_group_values(Context& console, Call& call) {
    const auto id = id_part(call, 0);
    const auto snapshot = console.parts.catalog.snapshot();
    const auto* known = access::find_own<UserAttribute>(*snapshot, call.principal.org, id);
    if (known == nullptr) co_return attribute_error(access::no_such_object());
    std::vector<UserAttribute::GroupValue> values;
    for (const auto& item : call.body.at("group_values").get_array()) {
        const auto& sent = item.get_object();
        const auto group = sent.at("group").get_int64();
        auto value = text_at(sent, "value");
        if (!value) {
            // Without a value it keeps the one it has: how hidden ones change places.
            const auto kept =
                std::ranges::find(known->group_values, group, &UserAttribute::GroupValue::group);
            if (kept == known->group_values.end()) {
                co_return access::wrong_value("value", "A group that has no value yet needs one.");
            }
            value = kept->value;
        }
        values.push_back({group, std::move(*value)});
    }
    const auto row = co_await console.parts.people.attributes.set_group_values(call.principal, id,
                                                                               std::move(values));
    if (!row) co_return attribute_error(row.error());
    co_return Response::json(200, to_json(*console.parts.catalog.snapshot(), *row));
}

/// All but the name, which stays what it is.
std::vector<ShapeMember> settings_members() {
    return {optional("label", Shape::text(1, 255)),
            optional("type", Shape::text(1, 64)),
            optional("default", Shape::text(0, kValueBytes).or_null()),
            optional("hidden", Shape::boolean().described("Cannot be undone.")),
            optional("viewable", Shape::boolean()),
            optional("editable", Shape::boolean()),
            optional("domains", Shape::text(0, 4096))};
}

}  // namespace

std::vector<Operation> attribute_operations() {
    auto new_members = settings_members();
    new_members.insert(new_members.begin(), required("name", Shape::text(1, 64)));
    for (auto& member : new_members)
        if (member.name == "label" || member.name == "type") member.is_required = true;
    const Shape group_value = Shape::object({required("group", Shape::integer(1, kAnyId)),
                                             optional("value", Shape::text(0, kValueBytes))});
    std::vector<Operation> all;
    all.push_back({.method = Method::get,
                   .path = "/user-attributes",
                   .id = "listUserAttributes",
                   .tag = kTag,
                   .summary = "User attributes with their groups' values",
                   .permission = Permission::org_manage,
                   .answers = {{200, "All of them, by id. Hidden values are not told.",
                                list_shape("attributes", attribute_shape(), 10'000)}},
                   .handle = list_attributes});
    all.push_back({.method = Method::post,
                   .path = "/user-attributes",
                   .id = "createUserAttribute",
                   .tag = kTag,
                   .summary = "A new attribute",
                   .permission = Permission::org_manage,
                   .body = Shape::object(std::move(new_members)),
                   .answers = {{201, "As it is.", attribute_shape()}},
                   .refusals = {{422, "invalid, already_exists"}},
                   .handle = create_attribute});
    all.push_back({.method = Method::patch,
                   .path = "/user-attributes/{id}",
                   .id = "changeUserAttribute",
                   .tag = kTag,
                   .summary = "What is absent stays; the name always does",
                   .permission = Permission::org_manage,
                   .body = Shape::object(settings_members()),
                   .answers = {{200, "As it is now.", attribute_shape()}},
                   .refusals = {{403, "built_in"},
                                {404, "attribute_not_found"},
                                {422, "invalid, already_exists"}},
                   .handle = change_attribute});
    all.push_back({.method = Method::del,
                   .path = "/user-attributes/{id}",
                   .id = "deleteUserAttribute",
                   .tag = kTag,
                   .summary = "Delete an attribute with every value of it",
                   .permission = Permission::org_manage,
                   .answers = {{204, "Deleted.", std::nullopt}},
                   .refusals = {{403, "built_in"}, {404, "attribute_not_found"}},
                   .handle = remove_attribute});
    all.push_back(
        {.method = Method::put,
         .path = "/user-attributes/{id}/group-values",
         .id = "setGroupValues",
         .tag = kTag,
         .summary = "All groups' values anew, first rank first",
         .description = "A group without `value` keeps the value that it has.",
         .permission = Permission::org_manage,
         .body = Shape::object({required("group_values", Shape::list(group_value, 1000))}),
         .answers = {{200, "As it is now.", attribute_shape()}},
         .refusals = {{404, "attribute_not_found"}, {422, "invalid"}},
         .handle = set_group_values});
    return all;
}

}  // namespace casement::console
