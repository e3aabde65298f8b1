// API keys of their own (grafana.md §1.6), and their way to service accounts.
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/errors.h"
#include "dialects/grafana/key.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

using access::Permission;
using http::Method;
using http::Response;

/// As many as the vendor ever lists; more by asking for pages.
constexpr std::size_t kListed = 100;
constexpr std::size_t kMostListed = 1000;

json::object key_body(const store::AccountKey& key, const store::KeyUses& uses) {
    json::object body{{"id", key.id}, {"name", key.name}, {"role", key.role}};
    if (key.expires_at) body["expiration"] = seconds_text(*key.expires_at);
    if (const auto used = uses.find(key.id); used != uses.end()) {
        body["lastUsedAt"] = seconds_text(used->second);
    }
    return body;
}

Answered list_keys(const AccountParts& parts, Call& call) {
    const auto uses = co_await parts.keys.uses(call.who().org);
    if (!uses) co_return uses.error();
    const auto now = parts.now();
    const bool with_expired = call.flag("includeExpired");
    const auto query = call.parameter("query");
    const auto snapshot = parts.snapshot();
    std::vector<const store::AccountKey*> rows;
    for (const auto* key : snapshot->list<store::AccountKey>(call.who().org)) {
        const bool is_over = key->expires_at && *key->expires_at <= now;
        if (key->account != 0 || (is_over && !with_expired)) continue;
        if (contains_text(key->name, query)) rows.push_back(key);
    }
    std::sort(rows.begin(), rows.end(),
              [](const auto* one, const auto* other) { return one->name < other->name; });
    const auto page = read_page(call, kListed, kMostListed);
    json::array list;
    for (auto at = page.begin(rows.size()); at < page.end(rows.size()); ++at)
        list.push_back(key_body(*rows[at], *uses));
    co_return Response::json(200, list);
}

/// The vendor's older calls say the same things in other words, and without names for them.
Error in_older_words(const Error& error) {
    if (error.code == "role_unknown") return invalid("key_role", "Invalid role specified");
    if (error.code == "role_forbidden") {
        return forbidden("key_role", "Cannot assign a role higher than user's role");
    }
    if (error.code == "key_name_taken") {
        return conflict(error.code, "API key, organization ID and name must be unique");
    }
    return error;
}

Answered create_key(const AccountParts& parts, Call& call) {
    const auto name = text_or_empty(call.body, "name");
    if (!is_key_name(name)) {
        co_return bad_body("bad request data",
                           invalid("key_name",
                                   "name must have 1 to 190 bytes without control "
                                   "characters."));
    }
    const auto role = text_or_empty(call.body, "role");
    if (!access::is_account_role(role)) co_return invalid("key_role", "Invalid role specified");
    if (!access::may_grant(call.who().permissions, role)) {
        co_return forbidden("key_role", "Cannot assign a role higher than user's role");
    }
    const auto end =
        end_of_key(parts.rules, number_or_zero(call.body, "secondsToLive"), parts.now());
    if (!end) co_return end.error();
    auto made = co_await make_key(parts, name, call.who().org);
    made.row.expires_at = *end;
    const auto row = co_await parts.service.create_key(call.who(), std::move(made.row), role);
    if (!row) co_return in_older_words(row.error());
    co_return new_key_answer(*row, made.text);
}

Answered delete_key(const AccountParts& parts, Call& call) {
    const auto id = call.id_part(0);
    if (!id) co_return invalid("key_id", "id is invalid");
    const auto removed = co_await parts.service.remove_key(call.who(), 0, *id);
    if (!removed && removed.error().kind == ErrorKind::not_found) {
        co_return not_found("key_not_found", "Failed to delete API key");
    }
    if (!removed) co_return in_older_words(removed.error());
    co_return done("API key deleted");
}

// -- migration --------------------------------------------------------------------------------

Answered migrate_all(const AccountParts& parts, Call& call) {
    const auto moved = co_await parts.service.migrate_all(call.who());
    if (!moved) co_return moved.error();
    json::array ids;
    json::array details;
    for (const auto& failure : moved->failures) {
        ids.emplace_back(failure.key);
        details.emplace_back(
            fmt::format("API key name: {} - Error: {}", failure.name, failure.error.message));
    }
    json::object body{{"total", moved->total},
                      {"migrated", moved->migrated},
                      {"failed", moved->failures.size()},
                      {"failedApikeyIDs", std::move(ids)},
                      {"failedDetails", std::move(details)}};
    if (moved->failures.empty()) {
        body["message"] = "API keys migrated to service accounts";
        co_return Response::json(200, body);
    }
    body["message"] = fmt::format("Failed to migrate {} out of {} API keys to service accounts",
                                  moved->failures.size(), moved->total);
    co_return Response::json(http_status(moved->failures.front().error.kind), body);
}

Answered migrate_one(const AccountParts& parts, Call& call) {
    const auto id = call.id_part(0);
    if (!id) co_return invalid("key_id", "Key ID is invalid");
    const auto account = co_await parts.service.migrate(call.who(), *id);
    if (!account && account.error().kind == ErrorKind::not_found) {
        co_return not_found("key_not_found",
                            "API key not found. It may be a service account's already.");
    }
    if (!account) co_return account.error();
    co_return done("Service accounts migrated");
}

}  // namespace

void add_key_operations(Operations& operations, const AccountPartsPtr& parts) {
    operations.add({.method = Method::get,
                    .path = "/auth/keys",
                    .permission = Permission::org_manage,
                    .action = "apikeys:read",
                    .handle = on(parts, list_keys)});
    operations.add({.method = Method::post,
                    .path = "/auth/keys",
                    .permission = Permission::org_manage,
                    .action = "apikeys:create",
                    .body = Shape::object(
                        {optional("name", Shape::text()), optional("role", Shape::text()),
                         optional("secondsToLive",
                                  Shape::integer(-kLongestSeconds, kLongestSeconds).or_null())}),
                    .bad_body = "bad request data",
                    .handle = on(parts, create_key)});
    operations.add({.method = Method::del,
                    .path = "/auth/keys/{id}",
                    .permission = Permission::org_manage,
                    .action = "apikeys:delete",
                    .handle = on(parts, delete_key)});
}

void add_migrate_operations(Operations& operations, const AccountPartsPtr& parts) {
    operations.add({.method = Method::post,
                    .path = "/serviceaccounts/migrate",
                    .permission = Permission::org_manage,
                    .action = "serviceaccounts:create",
                    .handle = on(parts, migrate_all)});
    operations.add({.method = Method::post,
                    .path = "/serviceaccounts/migrate/{key}",
                    .permission = Permission::org_manage,
                    .action = "serviceaccounts:create",
                    .handle = on(parts, migrate_one)});
}

}  // namespace casement::grafana
