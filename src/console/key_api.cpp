#include "console/key_api.h"

#include "access/key_service.h"
#include "base/whole_number.h"
#include "console/context.h"
#include "console/listing.h"
#include "console/share_shapes.h"

#include <algorithm>
#include <utility>

namespace casement::console {
namespace {

using access::Permission;
using http::Method;
using http::Response;
using store::ApiKey;

const std::vector<std::string>& kinds() {
    static const std::vector<std::string> all{"service_token", "datadog_api_key", "datadog_app_key",
                                              "looker_client"};
    return all;
}

json::value time_or_null(const std::optional<Time>& time) {
    return time ? json::value(to_rfc3339(*time)) : json::value(nullptr);
}

json::object to_json(const ApiKey& key, const store::Snapshot& snapshot, const store::KeyUses& uses,
                     Time now) {
    const auto used = uses.find(key.id);
    json::value owner = nullptr;
    const auto* user = key.user == 0 ? nullptr : snapshot.user(key.user);
    if (user != nullptr) {
        owner = {{"id", user->id},
                 {"handle", user->handle},
                 {"name", user->name},
                 {"disabled", user->disabled}};
    }
    const bool is_over = key.expires_at && *key.expires_at <= now;
    // A key goes with the one it belongs to.
    const bool is_owned = key.user == 0 || (user != nullptr && !user->disabled);
    return {
        {"id", key.id},
        {"kind", access::to_string(key.kind)},
        {"name", key.name},
        {"client_id", key.public_id.empty() ? json::value(nullptr) : json::value(key.public_id)},
        {"suffix", key.suffix},
        {"role", key.role},
        {"owner", std::move(owner)},
        {"created_at", to_rfc3339(key.created_at)},
        {"last_used_at",
         used == uses.end() ? json::value(nullptr) : json::value(to_rfc3339(used->second))},
        {"expires_at", time_or_null(key.expires_at)},
        {"expired", is_over},
        {"disabled", key.disabled},
        {"works", !key.disabled && !is_over && is_owned}};
}

Shape key_shape() {
    const auto text = [] { return Shape::text(0, 1000); };
    return Shape::object(
        {required("id", Shape::integer(1, kAnyId)), required("kind", Shape::one_of(kinds())),
         required("name", text()),
         required("client_id", text().or_null().described("Of a Looker API client.")),
         required("suffix", text().described("The last four characters.")),
         required("role",
                  text().described("Of a Datadog API key it counts for nothing: what may be "
                                   "done follows from the application key.")),
         required("owner", Shape::object({required("id", Shape::integer(1, kAnyId)),
                                          required("handle", text()), required("name", text()),
                                          required("disabled", Shape::boolean())})
                               .or_null()
                               .described("In whose name it acts.")),
         required("created_at", text()),
         required("last_used_at", text().or_null().described("To the minute; null: never.")),
         required("expires_at", text().or_null()), required("expired", Shape::boolean()),
         required("disabled", Shape::boolean()),
         required("works", Shape::boolean().described(
                               "Not switched off, not expired, and its owner may sign in."))});
}

bool contains(std::string_view text, std::string_view part) {
    const auto same = [](char a, char b) {
        const auto low = [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        };
        return low(a) == low(b);
    };
    return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

Answered list_keys(Context& console, Call& call) {
    auto uses = co_await console.parts.authenticator.uses(call.principal.org);
    if (!uses) co_return uses.error();
    const auto snapshot = console.parts.catalog.snapshot();
    const auto now = console.parts.clock.now();
    const auto kind = call.text("kind");
    const auto query = call.text("query").value_or("");
    const auto fits = [&](const ApiKey& key) {
        return (!kind || access::to_string(key.kind) == *kind) && contains(key.name, query);
    };
    const auto show = [&](const ApiKey& key) { return to_json(key, *snapshot, *uses, now); };
    co_return Response::json(200,
                             page_of("keys", call, snapshot->keys(call.principal.org), fits, show));
}

Answered create_key(Context& console, Call& call) {
    auto end = read_expiry(call.body);
    if (!end) co_return end.error();
    access::NewApiKey what;
    what.kind = access::key_kind_of(*text_at(call.body, "kind")).value();
    what.name = *text_at(call.body, "name");
    what.role = text_at(call.body, "role").value_or("Viewer");
    what.owner = text_at(call.body, "owner").value_or("");
    what.expires_at = end->at;
    auto made = co_await console.parts.keys.keys.create(call.principal, std::move(what));
    if (!made) co_return made.error();
    const auto snapshot = console.parts.catalog.snapshot();
    co_return Response::json(
        201, json::object{{"key", to_json(made->row, *snapshot, {}, console.parts.clock.now())},
                          {"secret", made->secret.reveal()}});
}

Result<std::int64_t> id_of(const Call& call) {
    const auto id = whole_number<std::int64_t>(call.request.captures.at(0));
    if (!id) return not_found("key_not_found", "There is no such key.");
    return *id;
}

Answered change_key(Context& console, Call& call) {
    const auto id = id_of(call);
    if (!id) co_return id.error();
    auto end = read_expiry(call.body);
    if (!end) co_return end.error();
    access::ApiKeyChange change;
    change.name = text_at(call.body, "name");
    if (const auto* off = call.body.if_contains("disabled")) change.disabled = off->get_bool();
    change.sets_end = end->given;
    change.expires_at = end->at;
    auto changed = co_await console.parts.keys.keys.update(call.principal, *id, std::move(change));
    if (!changed) co_return changed.error();
    auto uses = co_await console.parts.authenticator.uses(call.principal.org);
    if (!uses) co_return uses.error();
    const auto snapshot = console.parts.catalog.snapshot();
    co_return Response::json(200, to_json(*changed, *snapshot, *uses, console.parts.clock.now()));
}

Answered remove_key(Context& console, Call& call) {
    const auto id = id_of(call);
    if (!id) co_return id.error();
    auto removed = co_await console.parts.keys.keys.remove(call.principal, *id);
    if (!removed) co_return removed.error();
    co_return Response::empty(204);
}

}  // namespace

std::vector<Operation> key_operations() {
    const auto name = Shape::text(1, 190).matching("[^\\x01-\\x1f\\x7f]+");
    const auto end = optional("expires_at", Shape::text(10, 40).or_null());
    std::vector<Operation> all;
    all.push_back({.method = Method::get,
                   .path = "/keys",
                   .id = "listKeys",
                   .tag = "Keys",
                   .summary = "Service tokens, Datadog keys and Looker API clients",
                   .permission = Permission::org_manage,
                   .parameters = {{"kind", Shape::one_of(kinds()), "Only of this kind."},
                                  {"query", Shape::text(0, 190), "Part of the name."},
                                  limit_parameter(),
                                  after_parameter()},
                   .answers = {{200, "In the order they were made, without what they are.",
                                page_shape("keys", key_shape(), "after")}},
                   .handle = list_keys});
    all.push_back(
        {.method = Method::post,
         .path = "/keys",
         .id = "createKey",
         .tag = "Keys",
         .summary = "A new key",
         .description = "Nobody makes a key that may do more than he may himself, or more than the "
                        "one in whose name it acts.",
         .permission = Permission::org_manage,
         .body = Shape::object(
             {required("kind", Shape::one_of(kinds())), required("name", name),
              optional("role", Shape::text(1, 16).described("Viewer when absent.")),
              optional("owner", Shape::text(0, 255).described(
                                    "Handle of the user in whose name an application key or a "
                                    "Looker API client acts.")),
              end}),
         .answers = {{201, "The key, and what it is, once.",
                      Shape::object({required("key", key_shape()),
                                     required("secret", Shape::text(1, 200))})}},
         .refusals = {{400,
                       "role_unknown, owner_unknown, owner_not_allowed, role_above_owner, "
                       "expired_already, invalid_time"},
                      {403, "role_forbidden"},
                      {409, "too_many_keys"}},
         .handle = create_key});
    all.push_back({.method = Method::patch,
                   .path = "/keys/{id}",
                   .id = "changeKey",
                   .tag = "Keys",
                   .summary = "Name, end, switched off or on",
                   .description = "A key that is switched off is refused from the next request on.",
                   .permission = Permission::org_manage,
                   .body = Shape::object(
                       {optional("name", name), optional("disabled", Shape::boolean()), end}),
                   .answers = {{200, "The key as it is now.", key_shape()}},
                   .refusals = {{400, "expired_already, invalid_time"},
                                {403, "role_forbidden"},
                                {404, "key_not_found"}},
                   .handle = change_key});
    all.push_back(
        {.method = Method::del,
         .path = "/keys/{id}",
         .id = "deleteKey",
         .tag = "Keys",
         .summary = "Take a key away for good",
         .permission = Permission::org_manage,
         .answers = {{204, "Gone; it is refused from the next request on.", std::nullopt}},
         .refusals = {{403, "role_forbidden"}, {404, "key_not_found"}},
         .handle = remove_key});
    return all;
}

}  // namespace casement::console
