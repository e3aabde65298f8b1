// Users of this server, as their administrators manage them.
#include "access/embed_login.h"
#include "access/people_services.h"
#include "console/context.h"
#include "console/listing.h"
#include "console/people_api.h"
#include "store/console_store.h"

#include <algorithm>
#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;

constexpr auto kValueBytes = static_cast<std::int64_t>(access::kMaxAttributeBytes);

Error user_error(Error error) {
    return named(std::move(error), "user_not_found", "There is no such user, or not any more.");
}

json::object to_json(const store::User& user) {
    return {{"id", user.id},
            {"handle", user.handle},
            {"name", user.name},
            {"role", user.role},
            {"disabled", user.disabled},
            {"has_password", !user.password_hash.empty()},
            {"created_at", to_rfc3339(user.created_at)}};
}

std::vector<ShapeMember> user_members() {
    return {required("id", Shape::integer(1, kAnyId)),
            required("handle", Shape::text()),
            required("name", Shape::text()),
            required("role", Shape::text()),
            required("disabled", Shape::boolean()),
            required("has_password",
                     Shape::boolean().described("false: a password link is still to be made.")),
            required("created_at", Shape::text())};
}

Shape detailed_shape() {
    auto members = user_members();
    members.push_back(required("totp", Shape::boolean().described("Signing in asks for a code.")));
    members.push_back(required("sessions", Shape::integer(0, kAnyId).described("Of the console.")));
    members.push_back(required(
        "last_seen_at", Shape::text().or_null().described("In an open session of the console.")));
    members.push_back(required("groups", Shape::list(named_shape(), access::kMaxListed)));
    members.push_back(required("roles", Shape::list(named_shape(), access::kMaxListed)
                                            .described("Given directly, for embedded content.")));
    return Shape::object(std::move(members));
}

asio::awaitable<Result<json::object>> detailed(Context& console, store::User user) {
    const auto totp = co_await console.parts.accounts.has_totp(user.id);
    if (!totp) co_return totp.error();
    const auto sessions = co_await console.parts.accounts.sessions_of(user.id);
    if (!sessions) co_return sessions.error();
    const auto snapshot = console.parts.catalog.snapshot();
    auto out = to_json(user);
    const access::Person person{user};
    out["totp"] = *totp;
    out["sessions"] = static_cast<std::int64_t>(sessions->size());
    out["last_seen_at"] = sessions->empty()
                              ? json::value(nullptr)
                              : json::value(to_rfc3339(sessions->front().last_seen_at));
    out["groups"] = named_rows<store::Group>(*snapshot, user.org, person.groups());
    out["roles"] = named_rows<store::Role>(*snapshot, user.org, person.roles());
    co_return out;
}

Answered detailed_response(Context& console, store::User user) {
    auto out = co_await detailed(console, std::move(user));
    if (!out) co_return out.error();
    co_return Response::json(200, *out);
}

Answered list_users(Context& console, Call& call) {
    const auto snapshot = console.parts.catalog.snapshot();
    const auto search = call.text("search");
    const auto pattern = anywhere(search.value_or(""));
    const auto role = call.text("role");
    const auto* disabled = call.parameters.if_contains("disabled");
    const auto fits = [&](const store::User& user) {
        if (role && user.role != *role) return false;
        if (disabled != nullptr && user.disabled != disabled->get_bool()) return false;
        return !search || access::is_like(pattern, user.handle) ||
               access::is_like(pattern, user.name);
    };
    const auto show = [](const store::User& user) { return to_json(user); };
    auto page = page_of("users", call, snapshot->users(call.principal.org), fits, show);
    co_return Response::json(200, page);
}

Answered get_user(Context& console, Call& call) {
    auto user = console.parts.people.users.find(call.principal, id_part(call, 0));
    if (!user) co_return user_error(user.error());
    auto response = co_await detailed_response(console, std::move(*user));
    co_return response;
}

Answered change_user(Context& console, Call& call) {
    access::UserChange change;
    change.name = text_at(call.body, "name");
    change.role = text_at(call.body, "role");
    if (const auto* disabled = call.body.if_contains("disabled")) {
        change.disabled = disabled->get_bool();
    }
    auto user = co_await console.parts.people.users.update(call.principal, id_part(call, 0),
                                                           std::move(change));
    if (!user) co_return user_error(user.error());
    auto response = co_await detailed_response(console, std::move(*user));
    co_return response;
}

Answered remove_user(Context& console, Call& call) {
    const auto id = id_part(call, 0);
    const auto user = console.parts.people.users.find(call.principal, id);
    if (!user) co_return user_error(user.error());
    auto removed = co_await console.parts.people.people.remove(call.principal, id);
    if (!removed) co_return user_error(removed.error());
    co_return Response::empty(204);
}

Answered reset_totp(Context& console, Call& call) {
    auto done = co_await console.parts.people.users.reset_totp(call.principal, id_part(call, 0));
    if (!done) co_return user_error(done.error());
    co_return Response::empty(204);
}

Answered end_sessions(Context& console, Call& call) {
    const auto ended =
        co_await console.parts.people.users.end_sessions(call.principal, id_part(call, 0));
    if (!ended) co_return user_error(ended.error());
    co_return Response::json(200, {{"ended", static_cast<std::int64_t>(*ended)}});
}

Answered set_roles(Context& console, Call& call) {
    const auto id = id_part(call, 0);
    const auto user = console.parts.people.users.find(call.principal, id);
    if (!user) co_return user_error(user.error());
    auto changed = co_await console.parts.people.people.set_roles(call.principal, id,
                                                                  ids_at(call.body, "roles"));
    if (!changed) co_return user_error(changed.error());
    auto response = co_await detailed_response(console, *changed->user());
    co_return response;
}

Answered list_values(Context& console, Call& call) {
    const auto user = console.parts.people.users.find(call.principal, id_part(call, 0));
    if (!user) co_return user_error(user.error());
    const auto snapshot = console.parts.catalog.snapshot();
    co_return Response::json(
        200, {{"attributes", attribute_values_json(*snapshot, user->org, {*user})}});
}

Answered set_value(Context& console, Call& call) {
    const auto id = id_part(call, 0);
    const auto user = console.parts.people.users.find(call.principal, id);
    if (!user) co_return user_error(user.error());
    const auto changed = co_await console.parts.people.people.set_attribute(
        call.principal, id, id_part(call, 1), text_at(call.body, "value"));
    if (!changed) {
        co_return named(changed.error(), "attribute_not_found", "There is no such attribute.");
    }
    const auto snapshot = console.parts.catalog.snapshot();
    co_return Response::json(
        200, {{"attributes", attribute_values_json(*snapshot, user->org, *changed)}});
}

constexpr const char* kTag = "People";

std::vector<Operation> change_operations() {
    std::vector<Operation> all;
    all.push_back({.method = Method::patch,
                   .path = "/users/{id}",
                   .id = "changeUser",
                   .tag = kTag,
                   .summary = "Name, role, and whether he may come in",
                   .description = "Another role and being disabled hold at once, and end what was "
                                  "opened in frames.",
                   .permission = Permission::org_manage,
                   .body = Shape::object({optional("name", Shape::text(1, 200)),
                                          optional("role", Shape::text(1, 32)),
                                          optional("disabled", Shape::boolean())}),
                   .answers = {{200, "As it is now.", detailed_shape()}},
                   .refusals = {{400, "invalid_name, invalid_role"},
                                {403, "own_user"},
                                {404, "user_not_found"},
                                {409, "last_admin"}},
                   .handle = change_user});
    all.push_back({.method = Method::del,
                   .path = "/users/{id}",
                   .id = "deleteUser",
                   .tag = kTag,
                   .summary = "Delete a user for good, with all sessions",
                   .permission = Permission::org_manage,
                   .answers = {{204, "Deleted.", std::nullopt}},
                   .refusals = {{403, "own_user"}, {404, "user_not_found"}, {409, "last_admin"}},
                   .handle = remove_user});
    all.push_back({.method = Method::del,
                   .path = "/users/{id}/totp",
                   .id = "resetSecondFactor",
                   .tag = kTag,
                   .summary = "Take a user's second factor away",
                   .permission = Permission::org_manage,
                   .answers = {{204, "He signs in without a code.", std::nullopt}},
                   .refusals = {{403, "own_user"}, {404, "user_not_found, totp_not_set"}},
                   .handle = reset_totp});
    all.push_back({.method = Method::del,
                   .path = "/users/{id}/sessions",
                   .id = "endSessionsOfUser",
                   .tag = kTag,
                   .summary = "End all sessions of a user at once",
                   .permission = Permission::org_manage,
                   .answers = {{200, "How many there were, of the console and in frames.",
                                Shape::object({required("ended", Shape::integer(0, kAnyId))})}},
                   .refusals = {{404, "user_not_found"}},
                   .handle = end_sessions});
    all.push_back({.method = Method::put,
                   .path = "/users/{id}/roles",
                   .id = "setRolesOfUser",
                   .tag = kTag,
                   .summary = "The roles that a user has directly",
                   .permission = Permission::org_manage,
                   .body = Shape::object({required("roles", ids_shape())}),
                   .answers = {{200, "As it is now.", detailed_shape()}},
                   .refusals = {{404, "user_not_found"}, {422, "invalid"}},
                   .handle = set_roles});
    all.push_back(
        {.method = Method::put,
         .path = "/users/{id}/attributes/{attribute}",
         .id = "setAttributeOfUser",
         .tag = kTag,
         .summary = "A user's own value of an attribute",
         .permission = Permission::org_manage,
         .body = Shape::object({required(
             "value", Shape::text(0, kValueBytes).or_null().described("null takes it away."))}),
         .answers = {{200, "All values.", attribute_values_shape()}},
         .refusals = {{404, "user_not_found, attribute_not_found"}, {422, "invalid"}},
         .handle = set_value});
    return all;
}

}  // namespace

std::vector<Operation> user_operations() {
    std::vector<Operation> all;
    all.push_back(
        {.method = Method::get,
         .path = "/users",
         .id = "listUsers",
         .tag = kTag,
         .summary = "Users of this server, by id",
         .permission = Permission::org_manage,
         .parameters = {{"search", Shape::text(1, 200), "In handle and name; % for anything."},
                        {"role", Shape::text(1, 32), "Only of this role."},
                        {"disabled", Shape::boolean(), "Only disabled ones, or only the others."},
                        after_parameter(),
                        limit_parameter()},
         .answers = {{200, "One page.",
                      page_shape("users", Shape::object(user_members()), "after")}},
         .handle = list_users});
    all.push_back({.method = Method::get,
                   .path = "/users/{id}",
                   .id = "getUser",
                   .tag = kTag,
                   .summary = "One user",
                   .permission = Permission::org_manage,
                   .answers = {{200, "The user.", detailed_shape()}},
                   .refusals = {{404, "user_not_found"}},
                   .handle = get_user});
    all.push_back({.method = Method::get,
                   .path = "/users/{id}/attributes",
                   .id = "listAttributesOfUser",
                   .tag = kTag,
                   .summary = "What each attribute is for a user, and where from",
                   .permission = Permission::org_manage,
                   .answers = {{200, "Hidden values are not told.", attribute_values_shape()}},
                   .refusals = {{404, "user_not_found"}},
                   .handle = list_values});
    for (auto& operation : change_operations())
        all.push_back(std::move(operation));
    return all;
}

}  // namespace casement::console
