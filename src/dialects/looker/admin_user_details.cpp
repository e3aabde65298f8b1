// What hangs on a user: embed credentials, sessions, roles, attribute values.
#include "access/embed_login.h"
#include "access/user_attributes.h"
#include "dialects/looker/admin_people.h"

namespace casement::looker {
namespace {

using access::Permission;
using access::Person;
using http::Method;

constexpr std::size_t kMostSessions = 1000;
constexpr std::size_t kLongestSessionId = 64;

asio::awaitable<Result<Person>> find_user(const Admin& admin, const Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    auto found = co_await admin.people.find(call.who, *id);
    co_return found;
}

// -- embed credentials ------------------------------------------------------------------------

Answered list_credentials(const Admin& admin, Call& call) {
    const auto person = co_await find_user(admin, call);
    if (!person) co_return person.error();
    json::array list;
    if (const auto* embed = person->embed()) {
        list.push_back(embed_credential_body(call, *admin.snapshot(), *embed));
    }
    co_return answer(call, std::move(list));
}

Answered get_credential(const Admin& admin, Call& call) {
    const auto person = co_await find_user(admin, call);
    if (!person) co_return person.error();
    if (person->embed() == nullptr || call.part(1) != std::to_string(person->id())) {
        co_return api_not_found();
    }
    co_return answer(call, embed_credential_body(call, *admin.snapshot(), *person->embed()));
}

/// An embed user is known by this credential alone: without it there is no such person.
Answered delete_credential(const Admin& admin, Call& call) {
    const auto person = co_await find_user(admin, call);
    if (!person) co_return person.error();
    if (person->embed() == nullptr || call.part(1) != std::to_string(person->id())) {
        co_return api_not_found();
    }
    auto removed = co_await admin.people.remove(call.who, person->id());
    if (!removed) co_return removed.error();
    co_return nothing_left();
}

// -- sessions ---------------------------------------------------------------------------------

Answered list_sessions(const Admin& admin, Call& call) {
    const auto person = co_await find_user(admin, call);
    if (!person) co_return person.error();
    auto rows =
        co_await admin.parts.session_rows.list_of_owner(call.who.org, person->id(), kMostSessions);
    if (!rows) co_return rows.error();
    json::array list;
    for (const auto& row : *rows)
        list.push_back(session_body(call, row));
    co_return answer(call, std::move(list));
}

/// A live session of this person, and of nobody else.
asio::awaitable<Result<store::SessionRow>> find_session(const Admin& admin, const Call& call) {
    const auto owner = id_part(call, 0);
    if (!owner) co_return owner.error();
    auto id = call.part(1);
    if (id.size() > kLongestSessionId) co_return api_not_found();
    auto row = co_await admin.parts.session_rows.find(std::move(id));
    if (!row) co_return row.error();
    auto& session = *row;
    if (!session) co_return api_not_found();
    const bool own = session->org == call.who.org && session->owner == *owner;
    const bool over = session->ended_at || session->expires_at <= admin.parts.catalog.clock.now();
    if (!own || over) co_return api_not_found();
    co_return std::move(*session);
}

Answered get_session(const Admin& admin, Call& call) {
    const auto row = co_await find_session(admin, call);
    if (!row) co_return row.error();
    co_return answer(call, session_body(call, *row));
}

Answered delete_session(const Admin& admin, Call& call) {
    const auto row = co_await find_session(admin, call);
    if (!row) co_return row.error();
    auto ended = co_await admin.parts.sessions.end(row->org, row->id, call.who.actor);
    if (!ended) co_return ended.error();
    co_return nothing_left();
}

// -- roles ------------------------------------------------------------------------------------

Answered get_roles(const Admin& admin, Call& call) {
    auto ready = co_await admin.roles.ensure_built_ins(call.who);
    if (!ready) co_return ready.error();
    const auto person = co_await find_user(admin, call);
    if (!person) co_return person.error();
    const auto direct = flag_parameter(call, "direct_association_only");
    if (!direct) co_return direct.error();
    const auto snapshot = admin.snapshot();
    const auto roles = roles_of(*snapshot, *person, direct->value_or(false));
    co_return answer(call, role_bodies(call, *snapshot, roles));
}

Answered set_roles(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    auto roles = ids_body(call, "role_ids");
    if (!roles) co_return roles.error();
    const auto person = co_await admin.people.set_roles(call.who, *id, std::move(*roles));
    if (!person) co_return person.error();
    co_return answer(call, role_bodies(call, *admin.snapshot(), person->roles()));
}

// -- attribute values -------------------------------------------------------------------------

json::object value_body(const Call& call, const store::UserAttribute& attribute,
                        std::int64_t person) {
    const bool hidden = access::is_hidden(attribute);
    return {{"can", can(call, Permission::org_manage)},
            {"name", attribute.name},
            {"label", attribute.label},
            {"user_id", std::to_string(person)},
            {"user_attribute_id", std::to_string(attribute.id)},
            {"user_can_edit", access::is_editable(attribute)},
            {"value_is_hidden", hidden},
            {"hidden_value_domain_whitelist",
             text_at(attribute.settings, "hidden_value_domain_whitelist").value_or("")},
            {"rank", nullptr},
            {"source", nullptr},
            {"value", nullptr}};
}

void set_value(json::object& body, const store::UserAttribute& attribute, std::string_view value,
               std::string_view source) {
    // Hidden values leave the server for nobody.
    body["value"] = access::is_hidden(attribute) ? std::string_view{} : value;
    body["source"] = source;
}

/// Where a person's value of an attribute can come from, best first (looker.md §3.5).
json::array values_of(const Call& call, const store::Snapshot& snapshot, const Person& person,
                      const store::UserAttribute& attribute) {
    json::array found;
    const auto own = person.attributes();
    if (const auto value = own.find(attribute.name); value != own.end()) {
        auto body = value_body(call, attribute, person.id());
        set_value(body, attribute, value->second, "user");
        found.push_back(std::move(body));
    }
    const auto groups = person.groups();
    std::int64_t rank = 0;
    for (const auto& value : attribute.group_values) {
        const auto* group = access::find_own<store::Group>(snapshot, attribute.org, value.group);
        const bool member = std::find(groups.begin(), groups.end(), value.group) != groups.end();
        if (member && group != nullptr) {
            auto body = value_body(call, attribute, person.id());
            set_value(body, attribute, value.value, "group: " + group->name);
            body["rank"] = rank;
            found.push_back(std::move(body));
        }
        ++rank;
    }
    if (attribute.default_value) {
        auto body = value_body(call, attribute, person.id());
        set_value(body, attribute, *attribute.default_value, "default");
        found.push_back(std::move(body));
    }
    return found;
}

Answered list_values(const Admin& admin, Call& call) {
    const auto wanted = ids_parameter(call, "user_attribute_ids");
    if (!wanted) co_return wanted.error();
    const auto all = flag_parameter(call, "all_values");
    if (!all) co_return all.error();
    const auto unset = flag_parameter(call, "include_unset");
    if (!unset) co_return unset.error();
    const auto person = co_await find_user(admin, call);
    if (!person) co_return person.error();
    const auto snapshot = admin.snapshot();
    json::array list;
    for (const auto* attribute : snapshot->list<store::UserAttribute>(call.who.org)) {
        if (!is_among(*wanted, attribute->id)) continue;
        auto values = values_of(call, *snapshot, *person, *attribute);
        if (values.empty() && unset->value_or(false)) {
            list.push_back(value_body(call, *attribute, person->id()));
        }
        for (auto& value : values) {
            list.push_back(std::move(value));
            if (!all->value_or(false)) break;
        }
    }
    co_return answer(call, std::move(list));
}

Answered set_own_value(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    const auto attribute = id_part(call, 1);
    if (!attribute) co_return attribute.error();
    auto value = text_at(call.body, "value");
    if (!value) co_return field_error("value", "missing_field", "value is required: a text.");
    const auto person =
        co_await admin.people.set_attribute(call.who, *id, *attribute, std::move(value));
    if (!person) co_return person.error();
    const auto snapshot = admin.snapshot();
    const auto* row = access::find_own<store::UserAttribute>(*snapshot, call.who.org, *attribute);
    if (row == nullptr) co_return api_not_found();
    // Of an embed user the last link's value stands before what was stored just now.
    co_return answer(call, values_of(call, *snapshot, *person, *row).front());
}

Answered delete_own_value(const Admin& admin, Call& call) {
    const auto id = id_part(call, 0);
    if (!id) co_return id.error();
    const auto attribute = id_part(call, 1);
    if (!attribute) co_return attribute.error();
    auto removed = co_await admin.people.set_attribute(call.who, *id, *attribute, std::nullopt);
    if (!removed) co_return removed.error();
    co_return nothing_left();
}

}  // namespace

json::object session_body(const Call& call, const store::SessionRow& row) {
    return {{"can", can(call, Permission::org_manage)},
            {"id", row.id},
            {"ip_address", text_or_null(row.client)},
            {"browser", text_or_null(row.user_agent)},
            {"operating_system", nullptr},
            {"city", nullptr},
            {"state", nullptr},
            {"country", nullptr},
            {"credentials_type", "embed"},
            {"extended_at", nullptr},
            {"extended_count", 0},
            {"sudo_user_id", nullptr},
            {"created_at", to_rfc3339(row.created_at)},
            {"expires_at", to_rfc3339(row.expires_at)},
            {"url", fmt::format("{}/sessions/{}", api_url(call, "users", row.owner), row.id)}};
}

void add_user_detail_operations(Operations& operations, const AdminPtr& admin) {
    const auto add = [&](Method method, const std::string& path, std::optional<Shape> body,
                         Answered (*handler)(const Admin&, Call&)) {
        operations.add({.method = method,
                        .path = "/users/{id}/" + path,
                        .permission = Permission::org_manage,
                        .body = std::move(body),
                        .handle = on(admin, handler)});
    };
    add(Method::get, "credentials_embed", {}, list_credentials);
    add(Method::get, "credentials_embed/{credential}", {}, get_credential);
    add(Method::del, "credentials_embed/{credential}", {}, delete_credential);
    add(Method::get, "sessions", {}, list_sessions);
    add(Method::get, "sessions/{session}", {}, get_session);
    add(Method::del, "sessions/{session}", {}, delete_session);
    add(Method::get, "roles", {}, get_roles);
    add(Method::put, "roles", {}, set_roles);
    add(Method::get, "attribute_values", {}, list_values);
    add(Method::patch, "attribute_values/{attribute}",
        Shape::object({optional(
            "value",
            Shape::text(0, static_cast<std::int64_t>(access::kMaxAttributeBytes)).or_null())}),
        set_own_value);
    add(Method::del, "attribute_values/{attribute}", {}, delete_own_value);
}

}  // namespace casement::looker
