#include "access/key_service.h"

#include "access/account_keys.h"
#include "access/catalog_edits.h"
#include "crypto/hash.h"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace casement::access {
namespace {

using store::ApiKey;

constexpr std::array<std::pair<KeyKind, std::string_view>, 4> kKinds{{
    {KeyKind::service_token, "service_token"},
    {KeyKind::datadog_api_key, "datadog_api_key"},
    {KeyKind::datadog_app_key, "datadog_app_key"},
    {KeyKind::looker_client, "looker_client"},
}};

Error role_forbidden() {
    return forbidden("role_forbidden",
                     "You cannot give out, or change, more than you may yourself.");
}

std::string object_of(const ApiKey& row) {
    return fmt::format("key:{}", row.id);
}

json::object detail_of(const ApiKey& row) {
    json::object detail{{"kind", to_string(row.kind)}, {"name", row.name}, {"role", row.role}};
    if (row.user != 0) detail["owner"] = fmt::format("user:{}", row.user);
    if (row.expires_at) detail["expires_at"] = to_rfc3339(*row.expires_at);
    return detail;
}

Result<void> check_role(const Principal& who, std::string_view role) {
    if (!is_role(role)) {
        return invalid("role_unknown", "The role must be Admin, Editor or Viewer.", "role");
    }
    if (!may_grant(who.permissions, role)) {
        auto error = role_forbidden();
        error.field = "role";
        return error;
    }
    return {};
}

bool has_owner(KeyKind kind) {
    return kind == KeyKind::datadog_app_key || kind == KeyKind::looker_client;
}

/// Id of the user in whose name the key is to act; 0 for nobody.
Result<std::int64_t> owner_of(const store::Snapshot& snapshot, const Principal& who,
                              const NewApiKey& what) {
    if (what.owner.empty()) return 0;
    if (!has_owner(what.kind)) {
        return invalid("owner_not_allowed",
                       "Only application keys and Looker API clients belong to somebody.", "owner");
    }
    const auto* user = snapshot.user_by_handle(who.org, what.owner);
    if (user == nullptr) {
        return invalid("owner_unknown", "Nobody of this name or address is in the organization.",
                       "owner");
    }
    // Acting in somebody's name, a key does no more than he may.
    if (!may_grant(permissions_of_role(user->role), what.role)) {
        return invalid("role_above_owner",
                       fmt::format("{} has the role {}: a key in this name cannot have more.",
                                   user->handle, user->role.empty() ? "None" : user->role),
                       "role");
    }
    return user->id;
}

Result<void> check_end(const std::optional<Time>& end, Time now) {
    if (end && *end <= now) {
        return invalid("expired_already", "This time is over already. Choose one to come.",
                       "expires_at");
    }
    return {};
}

Result<ApiKey> load_key(store::Transaction& tx, const Principal& who, std::int64_t id) {
    auto row = load_own<ApiKey>(tx, who.org, id);
    if (!row) {
        return row.error().kind == ErrorKind::not_found
                   ? not_found("key_not_found", "There is no such key.")
                   : row.error();
    }
    if (!may_grant(who.permissions, row->role)) return role_forbidden();
    return row;
}

}  // namespace

std::string_view to_string(KeyKind kind) noexcept {
    for (const auto& [known, name] : kKinds)
        if (known == kind) return name;
    return {};
}

std::optional<KeyKind> key_kind_of(std::string_view name) noexcept {
    for (const auto& [kind, known] : kKinds)
        if (known == name) return kind;
    return std::nullopt;
}

Secret make_key_secret(KeyKind kind, crypto::Random& random) {
    switch (kind) {
        case KeyKind::service_token:
            return Secret("cas_" + random.token());
        case KeyKind::datadog_api_key:
            return Secret(random.hex(32));
        case KeyKind::datadog_app_key:
            return Secret(random.hex(40));
        case KeyKind::looker_client:
            break;
    }
    return Secret(random.alphanumeric(24));
}

std::string make_client_id(crypto::Random& random) {
    return random.alphanumeric(20);
}

asio::awaitable<Result<MadeApiKey>> KeyService::create(Principal who, NewApiKey what) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    if (auto fits = check_role(who, what.role); !fits) co_return fits.error();
    if (auto fits = check_end(what.expires_at, parts_.clock.now()); !fits) co_return fits.error();
    const auto snapshot = parts_.catalog.snapshot();
    if (snapshot->keys(who.org).size() >= kMostKeys) {
        co_return conflict("too_many_keys",
                           fmt::format("An organization has at most {} keys. Delete those that "
                                       "nobody uses any more.",
                                       kMostKeys));
    }
    const auto owner = owner_of(*snapshot, who, what);
    if (!owner) co_return owner.error();
    MadeApiKey made;
    made.secret = make_key_secret(what.kind, parts_.random);
    ApiKey row;
    row.org = who.org;
    row.kind = what.kind;
    row.name = std::move(what.name);
    if (what.kind == KeyKind::looker_client) row.public_id = make_client_id(parts_.random);
    row.hash = crypto::sha256(made.secret.reveal());
    row.suffix = made.secret.suffix();
    row.role = std::move(what.role);
    row.user = *owner;
    row.expires_at = what.expires_at;
    auto written = co_await insert_row(parts_, std::move(row));
    if (!written) co_return written.error();
    made.row = std::move(*written);
    parts_.record(who, "key.created", object_of(made.row), detail_of(made.row));
    co_return made;
}

asio::awaitable<Result<ApiKey>> KeyService::update(Principal who, std::int64_t id,
                                                   ApiKeyChange change) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    if (change.sets_end) {
        auto fits = check_end(change.expires_at, parts_.clock.now());
        if (!fits) co_return fits.error();
    }
    std::function<Result<ApiKey>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<ApiKey> {
        auto row = load_key(tx, who, id);
        if (!row) return row.error();
        if (change.name) row->name = *change.name;
        if (change.disabled) row->disabled = *change.disabled;
        if (change.sets_end) row->expires_at = change.expires_at;
        if (auto updated = tx.update(*row); !updated) return updated.error();
        return row;
    };
    auto written = co_await parts_.catalog.write(std::move(work));
    if (!written) co_return written.error();
    auto detail = detail_of(*written);
    detail["disabled"] = written->disabled;
    parts_.record(who, "key.changed", object_of(*written), std::move(detail));
    co_return written;
}

asio::awaitable<Result<void>> KeyService::remove(Principal who, std::int64_t id) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    std::function<Result<ApiKey>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<ApiKey> {
        auto row = load_key(tx, who, id);
        if (!row) return row.error();
        if (auto removed = tx.remove<ApiKey>(id); !removed) return removed.error();
        return row;
    };
    const auto removed = co_await parts_.catalog.write(std::move(work));
    if (!removed) co_return removed.error();
    parts_.record(who, "key.deleted", object_of(*removed), detail_of(*removed));
    co_return Result<void>{};
}

}  // namespace casement::access
