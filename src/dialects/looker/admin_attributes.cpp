// User attributes: their definitions and their groups' values.
#include "access/embed_login.h"
#include "access/user_attributes.h"
#include "dialects/looker/admin_people.h"

namespace casement::looker {
namespace {

using access::Permission;
using http::Method;
using store::UserAttribute;

constexpr auto kValueBytes = static_cast<std::int64_t>(access::kMaxAttributeBytes);

json::object attribute_body(const Call& call, const UserAttribute& row) {
    const bool hidden = access::is_hidden(row);
    json::value default_value = nullptr;
    // Hidden values leave the server for nobody.
    if (row.default_value) default_value = hidden ? std::string_view{} : *row.default_value;
    const auto* may_view = row.settings.if_contains("user_can_view");
    return {{"can", can(call, Permission::org_manage, !row.is_system)},
            {"id", std::to_string(row.id)},
            {"name", row.name},
            {"label", row.label},
            {"type", row.type},
            {"default_value", std::move(default_value)},
            {"is_system", row.is_system},
            {"is_permanent", row.is_system},
            {"value_is_hidden", hidden},
            {"user_can_view", may_view == nullptr || !may_view->is_bool() || may_view->get_bool()},
            {"user_can_edit", access::is_editable(row)},
            {"hidden_value_domain_whitelist",
             text_at(row.settings, "hidden_value_domain_whitelist").value_or("")},
            {"url", api_url(call, "user_attributes", row.id)}};
}

void take_members(const json::object& body, UserAttribute& row) {
    if (auto name = text_at(body, "name")) row.name = std::move(*name);
    if (auto label = text_at(body, "label")) row.label = std::move(*label);
    if (auto type = text_at(body, "type")) row.type = std::move(*type);
    // Absent: it stays. null: there is none, which is not the empty text.
    if (body.contains("default_value")) row.default_value = text_at(body, "default_value");
    for (const std::string_view name : {"value_is_hidden", "user_can_view", "user_can_edit"}) {
        if (const auto flag = flag_at(body, name)) row.settings[name] = *flag;
    }
    if (auto list = text_at(body, "hidden_value_domain_whitelist")) {
        row.settings["hidden_value_domain_whitelist"] = *list;
    }
}

Result<UserAttribute> find_attribute(const Admin& admin, const Call& call) {
    const auto id = id_part(call, 0);
    if (!id) return id.error();
    const auto snapshot = admin.snapshot();
    const auto* row = access::find_own<UserAttribute>(*snapshot, call.who.org, *id);
    if (row == nullptr) return api_not_found();
    return *row;
}

Answered list_attributes(const Admin& admin, Call& call) {
    const auto snapshot = admin.snapshot();
    json::array bodies;
    for (const auto* row : snapshot->list<UserAttribute>(call.who.org))
        bodies.push_back(attribute_body(call, *row));
    auto rows = select_rows(call, std::move(bodies), {});
    if (!rows) co_return rows.error();
    co_return answer(call, std::move(*rows));
}

Answered get_attribute(const Admin& admin, Call& call) {
    const auto row = find_attribute(admin, call);
    if (!row) co_return row.error();
    co_return answer(call, attribute_body(call, *row));
}

Answered create_attribute(const Admin& admin, Call& call) {
    UserAttribute what;
    take_members(call.body, what);
    const auto row = co_await admin.attributes.create(call.who, std::move(what));
    if (!row) co_return row.error();
    co_return answer(call, attribute_body(call, *row));
}

Answered update_attribute(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    std::function<Result<void>(UserAttribute&)> change =
        [&call](UserAttribute& row) -> Result<void> {
        take_members(call.body, row);
        return {};
    };
    const auto row = co_await admin.attributes.update(call.who, *id, std::move(change));
    if (!row) co_return row.error();
    co_return answer(call, attribute_body(call, *row));
}

Answered delete_attribute(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    auto removed = co_await admin.attributes.remove(call.who, *id);
    if (!removed) co_return removed.error();
    co_return nothing_left();
}

Answered list_group_values(const Admin& admin, Call& call) {
    const auto row = find_attribute(admin, call);
    if (!row) co_return row.error();
    co_return answer(call, group_value_bodies(call, *row));
}

Answered set_group_values(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    const auto list =
        list_body(call, Shape::object({optional("group_id", id_shape()),
                                       optional("value", Shape::text(0, kValueBytes).or_null())})
                            .open());
    if (!list) co_return list.error();
    std::vector<UserAttribute::GroupValue> values;
    for (const auto& item : *list) {
        const auto& sent = item.get_object();
        const auto group = id_member(sent, "group_id");
        if (!group) co_return group.error();
        if (*group == 0) {
            co_return field_error("group_id", "missing_field", "group_id is required.");
        }
        auto value = text_at(sent, "value");
        if (!value) co_return field_error("value", "missing_field", "value is required: a text.");
        values.push_back({*group, std::move(*value)});
    }
    const auto row = co_await admin.attributes.set_group_values(call.who, *id, std::move(values));
    if (!row) co_return row.error();
    co_return answer(call, group_value_bodies(call, *row));
}

}  // namespace

json::array group_value_bodies(const Call& call, const UserAttribute& attribute) {
    const bool hidden = access::is_hidden(attribute);
    json::array bodies;
    std::int64_t rank = 0;
    for (const auto& value : attribute.group_values) {
        bodies.push_back({{"can", can(call, Permission::org_manage)},
                          {"id", fmt::format("{}-{}", attribute.id, value.group)},
                          {"group_id", std::to_string(value.group)},
                          {"user_attribute_id", std::to_string(attribute.id)},
                          {"rank", rank++},
                          {"value_is_hidden", hidden},
                          {"value", hidden ? std::string_view{} : std::string_view(value.value)}});
    }
    return bodies;
}

void add_attribute_operations(Operations& operations, const AdminPtr& admin) {
    const auto add = [&](Method method, const std::string& path, std::optional<Shape> body,
                         Answered (*handler)(const Admin&, Call&)) {
        operations.add({.method = method,
                        .path = "/user_attributes" + path,
                        .permission = Permission::org_manage,
                        .body = std::move(body),
                        .handle = on(admin, handler)});
    };
    const Shape attribute =
        Shape::object({optional("name", name_shape()), optional("label", name_shape()),
                       optional("type", name_shape()),
                       optional("default_value", Shape::text(0, kValueBytes).or_null()),
                       optional("value_is_hidden", Shape::boolean().or_null()),
                       optional("user_can_view", Shape::boolean().or_null()),
                       optional("user_can_edit", Shape::boolean().or_null()),
                       optional("hidden_value_domain_whitelist", Shape::text(0, 4096).or_null())});
    add(Method::get, "", {}, list_attributes);
    add(Method::post, "", attribute, create_attribute);
    add(Method::get, "/{id}", {}, get_attribute);
    add(Method::patch, "/{id}", attribute, update_attribute);
    add(Method::del, "/{id}", {}, delete_attribute);
    add(Method::get, "/{id}/group_values", {}, list_group_values);
    add(Method::post, "/{id}/group_values", {}, set_group_values);
}

}  // namespace casement::looker
