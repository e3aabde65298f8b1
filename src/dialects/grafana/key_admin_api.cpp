// What the vendor has not: every key of an organization in one list, with its age and last use; its
// rotation with an overlap; its revocation.
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/errors.h"

#include <algorithm>
#include <limits>
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
/// Values of the parameter `kind`.
constexpr std::string_view kApiKey = "api_key";
constexpr std::string_view kToken = "token";

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
    const bool without_expired = call.flag("unexpired");
    const auto kind = call.parameter("kind");
    const auto snapshot = parts.snapshot();
    json::array list;
    json::value next = nullptr;
    std::int64_t last = 0;
    for (const auto* key : snapshot->list<store::AccountKey>(call.who().org)) {
        if (key->id <= after || (account != 0 && key->account != account)) continue;
        if ((only_old && !is_old(*key, now)) || (only_expired && !is_over(*key, now))) continue;
        if (without_expired && is_over(*key, now)) continue;
        if ((kind == kApiKey && key->account != 0) || (kind == kToken && key->account == 0)) {
            continue;
        }
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
        if (!end) co_return in_own_words(parts.rules, end.error());
        what.expires_at = *end;
    }
    auto made = co_await make_another(parts, is_token, key->name, key->org);
    what.hash = std::move(made.row.hash);
    what.suffix = std::move(made.row.suffix);
    const auto rotated = co_await parts.service.rotate(call.who(), key->id, std::move(what));
    if (!rotated) co_return in_own_words(parts.rules, rotated.error());
    auto answered = co_await show_key(parts, call, rotated->id, {{"key", made.text.reveal()}});
    co_return answered;
}

Answered revoke_key(const AccountParts& parts, Call& call) {
    const auto snapshot = parts.snapshot();
    const auto* key = find_key(*snapshot, call);
    if (key == nullptr) co_return no_such_key();
    const auto revoked = co_await parts.service.revoke(call.who(), key->id);
    if (!revoked) co_return in_own_words(parts.rules, revoked.error());
    auto answered = co_await show_key(parts, call, revoked->id);
    co_return answered;
}

}  // namespace

Shape account_key_shape(bool with_text) {
    const auto text = [] { return Shape::text(0, 255); };
    const auto time = [] { return Shape::text(20, 20).or_null(); };
    const Shape id = Shape::integer(1, std::numeric_limits<std::int64_t>::max());
    auto shape = Shape::object(
        {required("id", id), required("name", text()),
         required("account",
                  Shape::object({required("id", id), required("name", text()),
                                 required("login", text()), required("disabled", Shape::boolean())})
                      .or_null()
                      .described("Of a service account's token.")),
         required("role", text()),
         required("suffix", Shape::text(4, 4).described("The last four characters.")),
         required("author", text()), required("created_at", Shape::text(20, 20)),
         required("rotated_at", time()), required("last_used_at", time()),
         required("expires_at", time()),
         required("previous_until", time().described("Until when the text before it works.")),
         required("expired", Shape::boolean()), required("revoked", Shape::boolean()),
         required("older_than_90_days", Shape::boolean())});
    if (with_text) shape.members.push_back(required("key", text()));
    return shape;
}

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
                         Answered (*handler)(const AccountParts&, Call&), Description text) {
        operations.add({.method = method,
                        .path = "/account-keys" + path,
                        .shapes = Shapes::own,
                        .permission = Permission::org_manage,
                        .body = std::move(body),
                        .handle = on(parts, handler),
                        .text = std::move(text)});
    };
    const auto flag = [](std::string name, std::string what) {
        return Description::Parameter{std::move(name), Shape::boolean(), std::move(what)};
    };
    const Shape id = Shape::integer(1, std::numeric_limits<std::int64_t>::max());
    add(Method::get, "", {}, list_keys,
        {.id = "listAccountKeys",
         .summary =
             "API keys and service account tokens of the organization, with age and last use",
         .parameters = {{"query", Shape::text(0, 255), "Part of the name."},
                        {"account", id, "Only tokens of this service account."},
                        flag("older_than_90_days", "Only keys that are due to be rotated."),
                        {"kind", Shape::one_of({std::string(kApiKey), std::string(kToken)}),
                         "Only API keys of their own, or only tokens of service accounts."},
                        flag("expired", "Only keys whose time is over."),
                        flag("unexpired", "Only keys whose time is not over."),
                        {"after", id, "The `next` of the answer before."},
                        {"limit", Shape::integer(1, kMostListed), "Default: 100."}},
         .answer_text = "A page of keys, and where the next one starts.",
         .answer = Shape::object({required("keys", Shape::list(account_key_shape(), kMostListed)),
                                  required("next", id.or_null())})});
    add(Method::get, "/{id}", {}, get_key,
        {.id = "getAccountKey",
         .summary = "One key",
         .answer_text = "The key; never its text.",
         .answer = account_key_shape(),
         .refusals = {{404, "key_not_found"}}});
    add(Method::post, "/{id}/rotate",
        Shape::object({optional("overlap_seconds", Shape::integer(0, kLongestOverlap)),
                       optional("seconds_to_live", Shape::integer(1, kLongestSeconds))}),
        rotate_key,
        {.id = "rotateAccountKey",
         .summary = "Give a key a new text; the old one goes on working for a while",
         .description = "Without overlap_seconds the old text works for one more day. A key that "
                        "had an end keeps it, unless seconds_to_live gives another.",
         .answer_text = "The key with its new text in `key`, shown this once.",
         .answer = account_key_shape(true),
         .refusals = {{400, "key_over"}, {404, "key_not_found"}, {409, "key_revoked"}}});
    add(Method::post, "/{id}/revoke", {}, revoke_key,
        {.id = "revokeAccountKey",
         .summary = "End a key and every session that it opened",
         .answer_text = "The key, revoked.",
         .answer = account_key_shape(),
         .refusals = {{404, "key_not_found"}}});
}

}  // namespace casement::grafana
