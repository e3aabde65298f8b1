// Service accounts and their tokens as the console manages them.
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/key.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace casement::grafana {
namespace {

using access::Permission;
using http::Method;
using http::Response;
using store::ServiceAccount;

constexpr std::int64_t kListed = 100;
constexpr std::int64_t kMostListed = 1000;

Error no_such_account() {
    return not_found("account_not_found", "There is no such service account.");
}

json::object account_json(const store::Snapshot& snapshot, const ServiceAccount& account,
                          const store::KeyUses& uses) {
    std::optional<Time> last;
    const auto keys = snapshot.keys_of_account(account.id);
    for (const auto* key : keys) {
        const auto used = uses.find(key->id);
        if (used != uses.end() && (!last || *last < used->second)) last = used->second;
    }
    return {{"id", account.id},
            {"name", account.name},
            {"login", account.login},
            {"role", account.role},
            {"disabled", account.disabled},
            {"tokens", keys.size()},
            {"created_at", seconds_text(account.created_at)},
            {"modified_at", seconds_text(account.modified_at)},
            {"last_used_at", seconds_or_null(last)}};
}

Shape account_shape() {
    const auto text = [] { return Shape::text(0, 255); };
    const auto time = [] { return Shape::text(20, 20); };
    const Shape id = Shape::integer(1, std::numeric_limits<std::int64_t>::max());
    return Shape::object(
        {required("id", id), required("name", text()), required("login", text()),
         required("role", text()), required("disabled", Shape::boolean()),
         required("tokens", Shape::integer(0, std::numeric_limits<std::int64_t>::max())),
         required("created_at", time()), required("modified_at", time()),
         required("last_used_at", time().or_null().described("Of any of its tokens."))});
}

const ServiceAccount* find_account(const store::Snapshot& snapshot, const Call& call) {
    const auto id = call.id_part(0);
    const auto* account = id ? snapshot.find<ServiceAccount>(*id) : nullptr;
    return account != nullptr && account->org == call.who().org ? account : nullptr;
}

Answered show_account(const AccountParts& parts, const Call& call, std::int64_t id, int status) {
    const auto uses = co_await parts.keys.uses(call.who().org);
    if (!uses) co_return uses.error();
    const auto snapshot = parts.snapshot();
    const auto* account = snapshot->find<ServiceAccount>(id);
    if (account == nullptr || account->org != call.who().org) co_return no_such_account();
    co_return Response::json(status, account_json(*snapshot, *account, *uses));
}

Answered list_accounts(const AccountParts& parts, Call& call) {
    const auto uses = co_await parts.keys.uses(call.who().org);
    if (!uses) co_return uses.error();
    const auto query = call.parameter("query");
    const auto after = call.number("after", 0);
    const auto limit = std::min(call.number("limit", kListed), kMostListed);
    const auto snapshot = parts.snapshot();
    json::array list;
    json::value next = nullptr;
    std::int64_t last = 0;
    for (const auto* account : snapshot->list<ServiceAccount>(call.who().org)) {
        if (account->id <= after) continue;
        if (!contains_text(account->name, query) && !contains_text(account->login, query)) continue;
        if (list.size() == static_cast<std::size_t>(limit)) {
            next = last;
            break;
        }
        list.push_back(account_json(*snapshot, *account, *uses));
        last = account->id;
    }
    co_return Response::json(
        200, json::object{{"accounts", std::move(list)}, {"next", std::move(next)}});
}

Answered get_account(const AccountParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* account = find_account(*snapshot, call);
    if (account == nullptr) co_return no_such_account();
    auto answered = co_await show_account(parts, call, account->id, 200);
    co_return answered;
}

Answered create_account(const AccountParts& parts, Call& call) {
    auto name = own_name(call.body);
    if (!name) co_return name.error();
    access::NewAccount what;
    what.name = std::move(*name);
    what.role = text_or_empty(call.body, "role");
    const auto made = co_await parts.service.create(call.who(), std::move(what));
    if (!made) co_return in_own_words(parts.rules, made.error());
    auto answered = co_await show_account(parts, call, made->id, 201);
    co_return answered;
}

Answered change_account(const AccountParts& parts, Call& call) {
    const auto id = call.id_part(0);
    if (!id) co_return no_such_account();
    access::AccountChange change;
    if (call.body.contains("name")) {
        auto name = own_name(call.body);
        if (!name) co_return name.error();
        change.name = std::move(*name);
    }
    change.role = text_at(call.body, "role");
    if (const auto* off = call.body.if_contains("disabled")) change.disabled = off->get_bool();
    const auto changed = co_await parts.service.update(call.who(), *id, std::move(change));
    if (!changed) co_return in_own_words(parts.rules, changed.error());
    auto answered = co_await show_account(parts, call, *id, 200);
    co_return answered;
}

Answered remove_account(const AccountParts& parts, Call& call) {
    const auto id = call.id_part(0);
    if (!id) co_return no_such_account();
    const auto removed = co_await parts.service.remove(call.who(), *id);
    if (!removed) co_return in_own_words(parts.rules, removed.error());
    co_return Response::empty(204);
}

Answered create_own_token(const AccountParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* account = find_account(*snapshot, call);
    if (account == nullptr) co_return no_such_account();
    auto name = own_name(call.body);
    if (!name) co_return name.error();
    const auto end =
        end_of_token(parts.rules, number_or_zero(call.body, "seconds_to_live"), parts.now());
    if (!end) co_return in_own_words(parts.rules, end.error());
    auto made = co_await make_token(parts, std::move(*name));
    made.row.expires_at = *end;
    const auto row =
        co_await parts.service.create_token(call.who(), account->id, std::move(made.row));
    if (!row) co_return in_own_words(parts.rules, row.error());
    auto answered = co_await show_key(parts, call, row->id, {{"key", made.text.reveal()}}, 201);
    co_return answered;
}

}  // namespace

void add_own_account_operations(Operations& operations, const AccountPartsPtr& parts) {
    const auto add = [&](Method method, const std::string& path, std::optional<Shape> body,
                         Answered (*handler)(const AccountParts&, Call&), Description text) {
        operations.add({.method = method,
                        .path = "/service-accounts" + path,
                        .shapes = Shapes::own,
                        .permission = Permission::org_manage,
                        .body = std::move(body),
                        .handle = on(parts, handler),
                        .text = std::move(text)});
    };
    const Shape id = Shape::integer(1, std::numeric_limits<std::int64_t>::max());
    const auto name = [] { return Shape::text(1, 255); };
    const auto role = [] { return Shape::text(1, 16); };
    add(Method::get, "", {}, list_accounts,
        {.id = "listServiceAccounts",
         .summary = "Service accounts of the organization",
         .parameters = {{"query", Shape::text(0, 255), "Part of the name or of the login."},
                        {"after", id, "The `next` of the answer before."},
                        {"limit", Shape::integer(1, kMostListed), "Default: 100."}},
         .answer_text = "A page of accounts, and where the next one starts.",
         .answer = Shape::object({required("accounts", Shape::list(account_shape(), kMostListed)),
                                  required("next", id.or_null())})});
    add(Method::post, "", Shape::object({required("name", name()), required("role", role())}),
        create_account,
        {.id = "createServiceAccount",
         .summary = "A new service account",
         .status = 201,
         .answer_text = "The account. It has no token yet.",
         .answer = account_shape(),
         .refusals = {{400, "name_malformed, role_unknown"},
                      {403, "role_forbidden, quota_reached"},
                      {409, "account_name_taken"}}});
    add(Method::get, "/{id}", {}, get_account,
        {.id = "getServiceAccount",
         .summary = "One service account",
         .answer_text = "The account.",
         .answer = account_shape(),
         .refusals = {{404, "account_not_found"}}});
    add(Method::patch, "/{id}",
        Shape::object({optional("name", name()), optional("role", role()),
                       optional("disabled", Shape::boolean())}),
        change_account,
        {.id = "changeServiceAccount",
         .summary = "Name, role, switched off or on",
         .description = "Switched off, its tokens are refused from the next request on, and what "
                        "they opened ends.",
         .answer_text = "The account as it is now.",
         .answer = account_shape(),
         .refusals = {{400, "name_malformed, role_unknown"},
                      {403, "role_forbidden"},
                      {404, "account_not_found"}}});
    add(Method::del, "/{id}", {}, remove_account,
        {.id = "deleteServiceAccount",
         .summary = "Take an account away for good, with its tokens",
         .status = 204,
         .answer_text = "Gone, and every token of it.",
         .refusals = {{403, "role_forbidden"}, {404, "account_not_found"}}});
    add(Method::post, "/{id}/tokens",
        Shape::object({required("name", name()),
                       optional("seconds_to_live", Shape::integer(1, kLongestSeconds))}),
        create_own_token,
        {.id = "createServiceAccountToken",
         .summary = "A new token of a service account",
         .description = "Without seconds_to_live it does not end, where the server allows that.",
         .status = 201,
         .answer_text = "The token with its text in `key`, shown this once.",
         .answer = account_key_shape(true),
         .refusals = {
             {400, "name_malformed, lifetime_required, lifetime_above_limit, token_day_limit"},
             {403, "role_forbidden"},
             {404, "account_not_found"},
             {409, "key_name_taken"}}});
}

}  // namespace casement::grafana
