// API keys as the console makes, moves and removes them.
#include "base/words.h"
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/key.h"

#include <limits>
#include <utility>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

using access::Permission;
using http::Method;
using http::Response;

Error no_such_key() {
    return not_found("key_not_found", "There is no such key.");
}

/// A key's own end, where it is wrong: which field asks for it.
Result<std::optional<Time>> end_of(const AccountParts& parts, const Call& call) {
    auto end = end_of_key(parts.rules, number_or_zero(call.body, "seconds_to_live"), parts.now());
    if (!end) return in_own_words(parts.rules, end.error());
    return end;
}

Answered make_own_key(const AccountParts& parts, Call& call) {
    auto name = own_name(call.body);
    if (!name) co_return name.error();
    const auto end = end_of(parts, call);
    if (!end) co_return end.error();
    auto made = co_await make_key(parts, std::move(*name), call.who().org);
    made.row.expires_at = *end;
    auto role = text_or_empty(call.body, "role");
    const auto row =
        co_await parts.service.create_key(call.who(), std::move(made.row), std::move(role));
    if (!row) co_return in_own_words(parts.rules, row.error());
    auto answered = co_await show_key(parts, call, row->id, {{"key", made.text.reveal()}}, 201);
    co_return answered;
}

Answered remove_own_key(const AccountParts& parts, Call& call) {
    const auto id = call.id_part(0);
    const auto snapshot = parts.snapshot();
    const auto* key = id ? snapshot->find<store::AccountKey>(*id) : nullptr;
    if (key == nullptr || key->org != call.who().org) co_return no_such_key();
    const auto removed = co_await parts.service.remove_key(call.who(), key->account, key->id);
    if (!removed) co_return in_own_words(parts.rules, removed.error());
    co_return Response::empty(204);
}

Answered migrate_own_key(const AccountParts& parts, Call& call) {
    const auto id = call.id_part(0);
    if (!id) co_return no_such_key();
    const auto account = co_await parts.service.migrate(call.who(), *id);
    if (!account) co_return in_own_words(parts.rules, account.error());
    auto answered = co_await show_key(parts, call, *id);
    co_return answered;
}

Answered migrate_own_keys(const AccountParts& parts, Call& call) {
    const auto moved = co_await parts.service.migrate_all(call.who());
    if (!moved) co_return moved.error();
    json::array failures;
    for (const auto& failure : moved->failures) {
        const auto error = in_own_words(parts.rules, failure.error);
        failures.push_back({{"key", failure.key},
                            {"name", failure.name},
                            {"code", error.code},
                            {"message", error.message}});
    }
    co_return Response::json(200, json::object{{"total", moved->total},
                                               {"migrated", moved->migrated},
                                               {"failures", std::move(failures)}});
}

std::string days_text(std::int64_t days) {
    return days == 1 ? std::string("a day") : fmt::format("{} days", days);
}

}  // namespace

Error in_own_words(const KeyRules& rules, Error error) {
    constexpr std::int64_t kDay = 86'400;
    const auto say = [&](std::string message, std::string field) {
        error.message = std::move(message);
        error.field = std::move(field);
    };
    if (error.code == "role_unknown") {
        say("The role must be None, Viewer, Editor or Admin.", "role");
    } else if (error.code == "role_forbidden") {
        say("You cannot give out, or change, more than you may yourself.", "role");
    } else if (error.code == "key_name_taken") {
        say("The organization has a key or a token of this name already. Choose another.", "name");
    } else if (error.code == "account_name_taken") {
        say("There is a service account of this name already. Choose another.", "name");
    } else if (error.code == "account_not_found") {
        say("There is no such service account.", "");
    } else if (error.code == "quota_reached") {
        say("The organization has as many users and service accounts as this server allows. "
            "Remove some, or ask its operator for more.",
            "");
    } else if (error.code == "lifetime_required") {
        say("This server wants every key to end: say how long it lives.", "seconds_to_live");
    } else if (error.code == "lifetime_above_limit") {
        say(rules.max_seconds_to_live >= kDay
                ? fmt::format("Keys of this server live {} at most.",
                              days_text(rules.max_seconds_to_live / kDay))
                : fmt::format(
                      "Keys of this server live {} at most.",
                      counted(static_cast<std::size_t>(rules.max_seconds_to_live), "second")),
            "seconds_to_live");
    } else if (error.code == "token_day_limit") {
        say(fmt::format("Tokens of this server live {} at most.", days_text(rules.token_day_limit)),
            "seconds_to_live");
    }
    return error;
}

Result<std::string> own_name(const json::object& body) {
    auto name = text_or_empty(body, "name");
    if (is_key_name(name)) return name;
    return invalid("name_malformed",
                   "A name has 1 to 190 bytes, and no control characters such as tabs.", "name");
}

void add_own_key_operations(Operations& operations, const AccountPartsPtr& parts) {
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
    const Shape count = Shape::integer(0, std::numeric_limits<std::int64_t>::max());
    const auto text = [] { return Shape::text(0, 1000); };
    add(Method::post, "",
        Shape::object({required("name", Shape::text(1, 255)), required("role", Shape::text(1, 16)),
                       optional("seconds_to_live", Shape::integer(1, kLongestSeconds))}),
        make_own_key,
        {.id = "createAccountKey",
         .summary = "A new API key",
         .description = "Without seconds_to_live it does not end, where the server allows that.",
         .status = 201,
         .answer_text = "The key with its text in `key`, shown this once.",
         .answer = account_key_shape(true),
         .refusals = {
             {400, "name_malformed, role_unknown, lifetime_required, lifetime_above_limit"},
             {403, "role_forbidden"},
             {409, "key_name_taken"}}});
    add(Method::del, "/{id}", {}, remove_own_key,
        {.id = "deleteAccountKey",
         .summary = "Take a key or a token away for good",
         .description = "What it opened ends at once.",
         .status = 204,
         .answer_text = "Gone.",
         .refusals = {{403, "role_forbidden"}, {404, "key_not_found"}}});
    add(Method::post, "/migrate", {}, migrate_own_keys,
        {.id = "migrateAccountKeys",
         .summary = "Give every API key a service account of its role",
         .description =
             "The keys go on working. One that cannot be moved does not keep the others.",
         .answer_text = "How many there were, how many were moved, and what kept the rest.",
         .answer = Shape::object(
             {required("total", count), required("migrated", count),
              required("failures",
                       Shape::list(
                           Shape::object({required("key", count), required("name", text()),
                                          required("code", text()), required("message", text())}),
                           100'000))})});
    add(Method::post, "/{id}/migrate", {}, migrate_own_key,
        {.id = "migrateAccountKey",
         .summary = "Give an API key a service account of its role",
         .answer_text = "The key, which is that account's token now. Its text goes on working.",
         .answer = account_key_shape(),
         .refusals = {{403, "role_forbidden, quota_reached"}, {404, "key_not_found"}}});
}

}  // namespace casement::grafana
