// Service accounts (grafana.md §1.7).
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/errors.h"
#include "dialects/grafana/key.h"

#include <algorithm>
#include <utility>

namespace casement::grafana {
namespace {

using access::Permission;
using http::Method;
using http::Response;
using store::ServiceAccount;

constexpr std::size_t kListed = 1000;
constexpr std::size_t kMostListed = 5000;
constexpr std::string_view kRoleOfNew = "Viewer";

Error no_such_account() {
    return not_found("account_not_found", "service account not found");
}

json::object account_body(const ServiceAccount& account, std::size_t tokens) {
    return {{"id", account.id},
            {"uid", account.uid},
            {"name", account.name},
            {"login", account.login},
            {"orgId", account.org},
            {"isDisabled", account.disabled},
            {"isExternal", false},
            {"role", account.role},
            {"tokens", tokens},
            // There are no pictures of programs here.
            {"avatarUrl", ""}};
}

json::object profile_body(const ServiceAccount& account, std::size_t tokens) {
    auto body = account_body(account, tokens);
    if (tokens == 0) body.erase("tokens");
    body["createdAt"] = seconds_text(account.created_at);
    body["updatedAt"] = seconds_text(account.modified_at);
    body["teams"] = json::array{};
    return body;
}

/// Name and role of a body that has them; what is absent is not looked at.
Result<void> check_body(const Call& call) {
    const auto role = text_at(call.body, "role");
    if (!role) return {};
    if (!access::is_account_role(*role)) return invalid("role_unknown", "invalid role specified");
    if (!access::may_grant(call.who().permissions, *role)) {
        return forbidden("role_forbidden", "can not assign a role higher than user's role");
    }
    return {};
}

http::Response bad_name() {
    return bad_body("Bad request data", invalid("account_name",
                                                "name must have 1 to 190 bytes without control "
                                                "characters."));
}

std::optional<bool> flag_of(const json::object& body, std::string_view name) {
    const auto* value = body.if_contains(name);
    if (value == nullptr || !value->is_bool()) return std::nullopt;
    return value->get_bool();
}

Answered create_account(const AccountParts& parts, Call& call) {
    access::NewAccount what;
    what.name = text_or_empty(call.body, "name");
    if (!is_key_name(what.name)) co_return bad_name();
    if (auto fits = check_body(call); !fits) co_return fits.error();
    what.role = text_at(call.body, "role").value_or(std::string(kRoleOfNew));
    what.disabled = flag_of(call.body, "isDisabled").value_or(false);
    const auto made = co_await parts.service.create(call.who(), std::move(what));
    if (!made) co_return made.error();
    co_return Response::json(201, account_body(*made, 0));
}

Answered search_accounts(const AccountParts& parts, Call& call) {
    const auto query = call.parameter("query");
    const bool only_disabled = call.flag("disabled");
    const bool only_expired = call.flag("expiredTokens");
    const auto now = parts.now();
    const auto snapshot = parts.snapshot();
    std::vector<const ServiceAccount*> rows;
    for (const auto* account : snapshot->list<ServiceAccount>(call.who().org)) {
        if (!contains_text(account->name, query) && !contains_text(account->login, query)) continue;
        if (only_disabled && !account->disabled) continue;
        if (only_expired) {
            const auto keys = snapshot->keys_of_account(account->id);
            const auto is_over = [&](const auto* key) {
                return key->expires_at && *key->expires_at <= now;
            };
            if (std::none_of(keys.begin(), keys.end(), is_over)) continue;
        }
        rows.push_back(account);
    }
    std::sort(rows.begin(), rows.end(),
              [](const auto* one, const auto* other) { return one->login < other->login; });
    const auto page = read_page(call, kListed, kMostListed);
    json::array list;
    for (auto at = page.begin(rows.size()); at < page.end(rows.size()); ++at)
        list.push_back(account_body(*rows[at], snapshot->keys_of_account(rows[at]->id).size()));
    co_return Response::json(200, json::object{{"totalCount", rows.size()},
                                               {"serviceAccounts", std::move(list)},
                                               {"page", page.number},
                                               {"perPage", page.size}});
}

Answered get_account(const AccountParts& parts, Call& call) {
    const auto id = call.id_part(0);
    if (!id) co_return invalid("account_id", "Service Account ID is invalid");
    const auto snapshot = parts.snapshot();
    const auto* account = snapshot->find<ServiceAccount>(*id);
    if (account == nullptr || account->org != call.who().org) co_return no_such_account();
    co_return Response::json(200, profile_body(*account, snapshot->keys_of_account(*id).size()));
}

Answered update_account(const AccountParts& parts, Call& call) {
    const auto id = call.id_part(0);
    if (!id) co_return invalid("account_id", "Service Account ID is invalid");
    access::AccountChange change;
    change.name = text_at(call.body, "name");
    if (change.name && !is_key_name(*change.name)) co_return bad_name();
    if (auto fits = check_body(call); !fits) co_return fits.error();
    change.role = text_at(call.body, "role");
    change.disabled = flag_of(call.body, "isDisabled");
    const auto changed = co_await parts.service.update(call.who(), *id, std::move(change));
    if (!changed) co_return changed.error();
    const auto tokens = parts.snapshot()->keys_of_account(*id).size();
    co_return Response::json(200, json::object{{"message", "Service account updated"},
                                               {"id", changed->id},
                                               {"name", changed->name},
                                               {"serviceaccount", profile_body(*changed, tokens)}});
}

Answered delete_account(const AccountParts& parts, Call& call) {
    const auto id = call.id_part(0);
    if (!id) co_return invalid("account_id", "Service Account ID is invalid");
    const auto removed = co_await parts.service.remove(call.who(), *id);
    if (!removed) co_return removed.error();
    co_return done("Service account deleted");
}

}  // namespace

void add_account_operations(Operations& operations, const AccountPartsPtr& parts) {
    const Shape body = Shape::object({optional("name", Shape::text().or_null()),
                                      optional("role", Shape::text().or_null()),
                                      optional("isDisabled", Shape::boolean().or_null())});
    const auto add = [&](Method method, const std::string& path, std::string_view action,
                         std::optional<Shape> shape,
                         Answered (*handler)(const AccountParts&, Call&)) {
        operations.add({.method = method,
                        .path = "/serviceaccounts" + path,
                        .permission = Permission::org_manage,
                        .action = action,
                        .body = std::move(shape),
                        .handle = on(parts, handler)});
    };
    add(Method::post, "", "serviceaccounts:create", body, create_account);
    add(Method::get, "/search", "serviceaccounts:read", {}, search_accounts);
    add(Method::get, "/{id}", "serviceaccounts:read", {}, get_account);
    add(Method::patch, "/{id}", "serviceaccounts:write", body, update_account);
    add(Method::del, "/{id}", "serviceaccounts:delete", {}, delete_account);
}

}  // namespace casement::grafana
