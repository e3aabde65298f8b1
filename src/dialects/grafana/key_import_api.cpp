// Keys that another server made and that programs hold already: taken over, so that nobody has to
// be given another one.
#include "dialects/grafana/account_parts.h"
#include "dialects/grafana/errors.h"
#include "dialects/grafana/key.h"

#include <limits>
#include <utility>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

using http::Method;

constexpr std::string_view kRoleOfKeys = "Viewer";

Error required_name() {
    return invalid("name_required",
                   "name is required: 1 to 190 bytes without control characters, as the key was "
                   "called where it was made. Links name the key by it.",
                   "name");
}

/// Name and suffix of what was handed over, and what its hash is made from.
struct Imported {
    access::NewKey row;
    std::optional<LegacyKey> legacy;
    std::optional<ServiceToken> token;
};

Result<Imported> read_hash(Imported what, std::string hash) {
    if (!is_key_hash(hash)) {
        return invalid("hash_malformed",
                       "hash must be 100 lower-case hex digits, as the column `key` of the table "
                       "`api_key` has it.",
                       "hash");
    }
    what.row.hash = Secret(std::move(hash));
    what.row.suffix = "0000";  // nobody knows how the key ends
    return what;
}

Result<Imported> read_key(Imported what, const Secret& key, store::OrgId org) {
    what.row.suffix = key.suffix();
    if (kind_of(key.reveal()) == KeyKind::token) {
        auto token = parse_service_token(key.reveal());
        if (!token) return invalid("key_malformed", token.error().message, "key");
        what.token = std::move(*token);
        return what;
    }
    auto legacy = parse_legacy_key(key.reveal());
    if (!legacy) return invalid("key_malformed", legacy.error().message, "key");
    if (legacy->org != org) {
        return invalid("key_of_other_organization",
                       fmt::format("The key says that it belongs to organization {}, and this is "
                                   "organization {}. Such a key is only good in its own.",
                                   legacy->org, org),
                       "key");
    }
    if (!what.row.name.empty() && what.row.name != legacy->name) {
        return invalid("name_differs", "The key has another name in it. Leave name out.", "name");
    }
    what.row.name = legacy->name;
    what.legacy = std::move(*legacy);
    return what;
}

Result<Imported> read_import(const Call& call) {
    Imported what;
    what.row.name = text_or_empty(call.body, "name");
    const Secret key(text_or_empty(call.body, "key"));
    auto hash = text_or_empty(call.body, "hash");
    if (key.empty() == hash.empty()) {
        return invalid("key_or_hash", "Hand over either key or hash.", "key");
    }
    auto read = hash.empty() ? read_key(std::move(what), key, call.who().org)
                             : read_hash(std::move(what), std::move(hash));
    if (read && !is_key_name(read->row.name)) return required_name();
    return read;
}

bool is_known(const store::Snapshot& snapshot, const Secret& hash, Time now) {
    for (const auto* organization : snapshot.organizations()) {
        for (const auto* row : snapshot.list<store::AccountKey>(organization->id)) {
            if (access::is_hash_of(*row, hash, now)) return true;
        }
    }
    return false;
}

Answered import_key(const AccountParts& parts, Call& call) {
    auto what = read_import(call);
    if (!what) co_return what.error();
    const auto account = number_or_zero(call.body, "account");
    if (what->token && account == 0) {
        co_return invalid("account_required",
                          "A token needs the id of the service account that it belongs to.",
                          "account");
    }
    const auto lifetime = number_or_zero(call.body, "seconds_to_live");
    const auto end = account != 0 ? end_of_token(parts.rules, lifetime, parts.now())
                                  : end_of_key(parts.rules, lifetime, parts.now());
    if (!end) co_return end.error();
    auto row = std::move(what->row);
    row.expires_at = *end;
    if (row.hash.empty()) {
        auto work = [legacy = std::move(what->legacy), token = std::move(what->token)] {
            return legacy ? key_hash(*legacy) : key_hash(*token);
        };
        row.hash = co_await parts.pool.run(std::move(work));
    }
    if (is_known(*parts.snapshot(), row.hash, parts.now())) {
        co_return conflict("key_known", "This key is here already.");
    }
    auto role = text_at(call.body, "role").value_or(std::string(kRoleOfKeys));
    auto made = account != 0
                    ? parts.service.create_token(call.who(), account, std::move(row))
                    : parts.service.create_key(call.who(), std::move(row), std::move(role));
    const auto written = co_await std::move(made);
    if (!written) co_return written.error();
    auto answered = co_await show_key(parts, call, written->id, {}, 201);
    co_return answered;
}

}  // namespace

void add_key_import_operations(Operations& operations, const AccountPartsPtr& parts) {
    operations.add(
        {.method = Method::post,
         .path = "/account-keys/import",
         .shapes = Shapes::own,
         .permission = access::Permission::org_manage,
         .body = Shape::object(
             {optional("key", Shape::text(1, static_cast<std::int64_t>(kMaxKeyLength))),
              optional("hash", Shape::text(1, 200)), optional("name", Shape::text(1, 255)),
              optional("role", Shape::text(1, 16)),
              optional("account", Shape::integer(1, std::numeric_limits<std::int64_t>::max())),
              optional("seconds_to_live", Shape::integer(1, kLongestSeconds))}),
         .handle = on(parts, import_key),
         .text = {.id = "importAccountKey",
                  .summary = "Take over a key that another Grafana made",
                  .description =
                      "Either `key`, its text, or `hash`, as the other server's database "
                      "has it, with `name`. With `account` it becomes a token of that "
                      "service account, else an API key of role `role`.",
                  .status = 201,
                  .answer_text = "The key as it is kept here.",
                  .answer = account_key_shape(),
                  .refusals = {{400,
                                "name_required, name_differs, key_or_hash, hash_malformed, "
                                "key_malformed, key_of_other_organization, account_required, "
                                "role_unknown"},
                               {409, "key_known"}}}});
}

}  // namespace casement::grafana
