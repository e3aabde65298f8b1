// Tokens of service accounts (grafana.md §1.7).
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

/// How near the end must be for the vendor to say how far it is.
constexpr std::chrono::days kSoon{7};
constexpr std::size_t kMostListed = 5000;

json::object token_body(const store::AccountKey& key, const store::KeyUses& uses, Time now) {
    const bool has_expired = key.expires_at && *key.expires_at <= now;
    std::int64_t left = 0;
    if (key.expires_at && !has_expired && *key.expires_at < now + kSoon) {
        left = std::chrono::ceil<seconds>(*key.expires_at - now).count();
    }
    const auto used = uses.find(key.id);
    return {{"id", key.id},
            {"name", key.name},
            {"created", seconds_text(key.created_at)},
            {"lastUsedAt",
             used != uses.end() ? json::value(seconds_text(used->second)) : json::value(nullptr)},
            {"expiration", seconds_or_null(key.expires_at)},
            {"secondsUntilExpiration", left},
            {"hasExpired", has_expired},
            {"isRevoked", key.revoked}};
}

/// The id of an account of the caller's organization.
Result<std::int64_t> account_of(const AccountParts& parts, const Call& call) {
    const auto id = call.id_part(0);
    if (!id) return invalid("account_id", "Service Account ID is invalid");
    const auto snapshot = parts.snapshot();
    const auto* account = snapshot->find<store::ServiceAccount>(*id);
    if (account == nullptr || account->org != call.who().org) {
        return not_found("account_not_found", "service account not found");
    }
    return *id;
}

Answered list_tokens(const AccountParts& parts, Call& call) {
    const auto account = account_of(parts, call);
    // The vendor finds no tokens of an account that is not there, and nothing wrong with that.
    if (!account && account.error().kind == ErrorKind::not_found) {
        co_return Response::json(200, json::array{});
    }
    if (!account) co_return account.error();
    const auto uses = co_await parts.keys.uses(call.who().org);
    if (!uses) co_return uses.error();
    const auto snapshot = parts.snapshot();
    const auto query = call.parameter("query");
    auto rows = snapshot->keys_of_account(*account);
    std::erase_if(rows, [&](const auto* key) { return !contains_text(key->name, query); });
    std::sort(rows.begin(), rows.end(),
              [](const auto* one, const auto* other) { return one->name < other->name; });
    const auto page = read_page(call, kMostListed, kMostListed);
    const auto now = parts.now();
    json::array list;
    for (auto at = page.begin(rows.size()); at < page.end(rows.size()); ++at)
        list.push_back(token_body(*rows[at], *uses, now));
    co_return Response::json(200, list);
}

Answered create_token(const AccountParts& parts, Call& call) {
    const auto account = account_of(parts, call);
    if (!account) co_return account.error();
    const auto name = text_or_empty(call.body, "name");
    if (!is_key_name(name)) {
        co_return bad_body("Bad request data",
                           invalid("token_name",
                                   "name must have 1 to 190 bytes without control "
                                   "characters."));
    }
    const auto end =
        end_of_token(parts.rules, number_or_zero(call.body, "secondsToLive"), parts.now());
    if (!end) co_return end.error();
    auto made = co_await make_token(parts, name);
    made.row.expires_at = *end;
    const auto row = co_await parts.service.create_token(call.who(), *account, std::move(made.row));
    if (!row && row.error().code == "key_name_taken") {
        co_return invalid("token_name_taken",
                          "service account token with given name already exists in the "
                          "organization");
    }
    if (!row) co_return row.error();
    co_return new_key_answer(*row, made.text);
}

Answered delete_token(const AccountParts& parts, Call& call) {
    const auto account = account_of(parts, call);
    if (!account) co_return account.error();
    const auto id = call.id_part(1);
    if (!id) co_return invalid("token_id", "Token ID is invalid");
    const auto removed = co_await parts.service.remove_key(call.who(), *account, *id);
    if (!removed && removed.error().code == "key_not_found") {
        co_return not_found("token_not_found", "service account token not found");
    }
    if (!removed) co_return removed.error();
    co_return done("Service account token deleted");
}

}  // namespace

void add_token_operations(Operations& operations, const AccountPartsPtr& parts) {
    const Shape body = Shape::object(
        {optional("name", Shape::text().or_null()),
         optional("secondsToLive", Shape::integer(-kLongestSeconds, kLongestSeconds).or_null())});
    const auto add = [&](Method method, const std::string& path, std::string_view action,
                         std::optional<Shape> shape,
                         Answered (*handler)(const AccountParts&, Call&)) {
        operations.add({.method = method,
                        .path = "/serviceaccounts/{id}/tokens" + path,
                        .permission = Permission::org_manage,
                        .action = action,
                        .body = std::move(shape),
                        .handle = on(parts, handler)});
    };
    add(Method::get, "", "serviceaccounts:read", {}, list_tokens);
    add(Method::post, "", "serviceaccounts:write", body, create_token);
    add(Method::del, "/{token}", "serviceaccounts:write", {}, delete_token);
}

}  // namespace casement::grafana
