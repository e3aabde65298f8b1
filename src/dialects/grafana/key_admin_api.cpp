// What the vendor has not: every key of an organization in one list, with its age and last use; its
// rotation with an overlap; its revocation.
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/errors.h"

#include <algorithm>
#include <utility>

namespace casement::grafana {
namespace {

using access::Permission;
using http::Method;
using http::Response;

constexpr std::int64_t kListed = 100;
constexpr std::int64_t kMostListed = 1000;
/// The vendor's page asks for another key every three months.
constexpr std::chrono::days kOld{90};
constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kLongestOverlap = 30 * kDay;

Error no_such_key() {
    return not_found("key_not_found", "There is no such key.");
}

const store::AccountKey* find_key(const store::Snapshot& snapshot, const Call& call) {
    const auto id = call.id_part(0);
    const auto* key = id ? snapshot.find<store::AccountKey>(*id) : nullptr;
    return key != nullptr && key->org == call.who().org ? key : nullptr;
}

bool is_old(const store::AccountKey& key, Time now) {
    return key.rotated_at.value_or(key.created_at) + kOld <= now;
}
bool is_over(const store::AccountKey& key, Time now) {
    return key.expires_at && *key.expires_at <= now;
}

json::object key_json(const store::Snapshot& snapshot, const store::AccountKey& key,
                      const store::KeyUses& uses, Time now) {
    json::value account = nullptr;
    if (const auto* row = snapshot.find<store::ServiceAccount>(key.account)) {
        account = {{"id", row->id},
                   {"name", row->name},
                   {"login", row->login},
                   {"disabled", row->disabled}};
    }
    const auto used = uses.find(key.id);
    const bool overlaps = key.previous_until && now < *key.previous_until;
    return {{"id", key.id},
            {"name", key.name},
            {"account", std::move(account)},
            {"role", access::role_of(snapshot, key)},
            {"suffix", key.suffix},
            {"author", key.author},
            {"created_at", seconds_text(key.created_at)},
            {"rotated_at", seconds_or_null(key.rotated_at)},
            {"last_used_at",
             used != uses.end() ? json::value(seconds_text(used->second)) : json::value(nullptr)},
            {"expires_at", seconds_or_null(key.expires_at)},
            {"previous_until", overlaps ? seconds_or_null(key.previous_until) : nullptr},
            {"expired", is_over(key, now)},
            {"revoked", key.revoked},
            {"older_than_90_days", is_old(key, now)}};
}

Answered list_keys(const AccountParts& parts, Call& call) {
    const auto uses = co_await parts.keys.uses(call.who().org);
    if (!uses) co_return uses.error();
    const auto now = parts.now();
    const auto query = call.parameter("query");
    const auto account = call.number("account", 0);
    const auto after = call.number("after", 0);
    const auto limit = std::min(call.number("limit", kListed), kMostListed);
    const bool only_old = call.flag("older_than_90_days");
    const bool only_expired = call.flag("expired");
    const auto snapshot = parts.snapshot();
    json::array list;
    json::value next = nullptr;
    std::int64_t last = 0;
    for (const auto* key : snapshot->list<store::AccountKey>(call.who().org)) {
        if (key->id <= after || (account != 0 && key->account != account)) continue;
        if ((only_old && !is_old(*key, now)) || (only_expired && !is_over(*key, now))) continue;
        if (!contains_text(key->name, query)) continue;
        if (list.size() == static_cast<std::size_t>(limit)) {
            next = last;
            break;
        }
        list.push_back(key_json(*snapshot, *key, *uses, now));
        last = key->id;
    }
    co_return Response::json(200,
                             json::object{{"keys", std::move(list)}, {"next", std::move(next)}});
}

Answered get_key(const AccountParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* key = find_key(*snapshot, call);
    if (key == nullptr) co_return no_such_key();
    auto answered = co_await show_key(parts, call, key->id);
    co_return answered;
}

/// An API key stays one; what belongs to an account becomes a token, also when it was an API key
/// once.
asio::awaitable<MadeKey> make_another(const AccountParts& parts, bool is_token, std::string name,
                                      store::OrgId org) {
    if (is_token) {
        auto token = co_await make_token(parts, std::move(name));
        co_return token;
    }
    auto key = co_await make_key(parts, std::move(name), org);
    co_return key;
}

Answered rotate_key(const AccountParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* key = find_key(*snapshot, call);
    if (key == nullptr) co_return no_such_key();
    const bool is_token = key->account != 0;
    const bool says_end = call.body.contains("seconds_to_live");
    access::Rotation what;
    what.overlap =
        seconds{call.body.contains("overlap_seconds") ? number_or_zero(call.body, "overlap_seconds")
                                                      : kDay};
    if (says_end || !key->expires_at) {
        const auto wanted = number_or_zero(call.body, "seconds_to_live");
        const auto end = is_token ? end_of_token(parts.rules, wanted, parts.now())
                                  : end_of_key(parts.rules, wanted, parts.now());
        if (!end) co_return end.error();
        what.expires_at = *end;
    }
    auto made = co_await make_another(parts, is_token, key->name, key->org);
    what.hash = std::move(made.row.hash);
    what.suffix = std::move(made.row.suffix);
    const auto rotated = co_await parts.service.rotate(call.who(), key->id, std::move(what));
    if (!rotated) co_return rotated.error();
    auto answered = co_await show_key(parts, call, rotated->id, {{"key", made.text.reveal()}});
    co_return answered;
}

Answered revoke_key(const AccountParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* key = find_key(*snapshot, call);
    if (key == nullptr) co_return no_such_key();
    const auto revoked = co_await parts.service.revoke(call.who(), key->id);
    if (!revoked) co_return revoked.error();
    auto answered = co_await show_key(parts, call, revoked->id);
    co_return answered;
}

}  // namespace

Answered show_key(const AccountParts& parts, const Call& call, std::int64_t id, json::object more,
                  int status) {
    const auto uses = co_await parts.keys.uses(call.who().org);
    if (!uses) co_return uses.error();
    const auto snapshot = parts.snapshot();
    const auto* key = snapshot->find<store::AccountKey>(id);
    if (key == nullptr || key->org != call.who().org) co_return no_such_key();
    auto body = key_json(*snapshot, *key, *uses, parts.now());
    for (auto& [name, value] : more)
        body[name] = std::move(value);
    co_return Response::json(status, body);
}

void add_key_admin_operations(Operations& operations, const AccountPartsPtr& parts) {
    const auto add = [&](Method method, const std::string& path, std::optional<Shape> body,
                         Answered (*handler)(const AccountParts&, Call&)) {
        operations.add({.method = method,
                        .path = "/account-keys" + path,
                        .shapes = Shapes::own,
                        .permission = Permission::org_manage,
                        .body = std::move(body),
                        .handle = on(parts, handler)});
    };
    add(Method::get, "", {}, list_keys);
    add(Method::get, "/{id}", {}, get_key);
    add(Method::post, "/{id}/rotate",
        Shape::object({optional("overlap_seconds", Shape::integer(0, kLongestOverlap)),
                       optional("seconds_to_live", Shape::integer(1, kLongestSeconds))}),
        rotate_key);
    add(Method::post, "/{id}/revoke", {}, revoke_key);
}

}  // namespace casement::grafana
