#include "access/account_service.h"

#include "access/catalog_edits.h"

namespace casement::access {
namespace {

using store::AccountKey;
using store::ServiceAccount;

constexpr std::string_view kPrefix = "sa";
constexpr std::string_view kPrefixOfMigrated = "sa-autogen";
constexpr std::string_view kRoleOfTokens = "Viewer";

Error account_not_found() {
    return not_found("account_not_found", "service account not found");
}
Error key_not_found() {
    return not_found("key_not_found", "There is no such key.");
}
Error role_forbidden() {
    return forbidden("role_forbidden", "can not assign a role higher than user's role");
}

/// What cannot be found is said in the words of what was looked for.
Error or_missing(const Error& error, Error (*missing)()) {
    return error.kind == ErrorKind::not_found ? missing() : error;
}
Error or_taken(const Error& error, std::string_view code, std::string message) {
    const bool taken = error.kind == ErrorKind::conflict && error.code == "already_exists";
    return taken ? conflict(code, std::move(message)) : error;
}
Error key_name_taken(const Error& error) {
    return or_taken(error, "key_name_taken", "The organization has a key of this name already.");
}

Result<void> check_role(const Principal& who, std::string_view role) {
    if (!is_account_role(role)) return invalid("role_unknown", "invalid role specified", "role");
    if (!may_grant(who.permissions, role)) return role_forbidden();
    return {};
}

std::string account_object(const ServiceAccount& row) {
    return fmt::format("service_account:{}", row.id);
}

json::object detail_of(const AccountKey& row) {
    json::object detail{{"name", row.name}, {"account", row.account}};
    if (row.expires_at) detail["expires_at"] = to_rfc3339(*row.expires_at);
    return detail;
}

Result<ServiceAccount> load_account(store::Transaction& tx, const Principal& who, std::int64_t id) {
    auto row = load_own<ServiceAccount>(tx, who.org, id);
    if (!row) return or_missing(row.error(), account_not_found);
    // Whoever changes an account of more rights, or makes a key for it, would get those rights.
    if (!may_grant(who.permissions, row->role)) return role_forbidden();
    return row;
}

Result<AccountKey> load_key(store::Transaction& tx, const Principal& who, std::int64_t id) {
    auto row = load_own<AccountKey>(tx, who.org, id);
    if (!row) return or_missing(row.error(), key_not_found);
    if (row->account == 0) {
        if (!may_grant(who.permissions, row->role)) return role_forbidden();
        return row;
    }
    const auto account = load_account(tx, who, row->account);
    if (!account) return account.error();
    return row;
}

AccountKey row_of(const Principal& who, const NewKey& what, Time now) {
    AccountKey row;
    row.org = who.org;
    row.name = what.name;
    row.hash = what.hash;
    row.suffix = what.suffix;
    row.author = who.handle;
    row.expires_at = what.expires_at;
    row.created_at = now;
    return row;
}

Result<void> apply(AccountKey& row, const Rotation& what, Time now) {
    if (row.revoked) {
        return conflict("key_revoked",
                        "The key is revoked for good. Delete it and make another one.");
    }
    const auto end = what.expires_at ? what.expires_at : row.expires_at;
    if (end && *end <= now) {
        return invalid("key_over",
                       "The key would be expired at once. Say how long it shall live from now.",
                       "seconds_to_live");
    }
    auto overlap_end = now + what.overlap;
    // The secret before does not outlive its own end.
    if (row.expires_at) overlap_end = std::min(overlap_end, *row.expires_at);
    const bool overlaps = overlap_end > now;
    row.previous_hash = overlaps ? row.hash : Secret();
    row.previous_until = overlaps ? std::optional(overlap_end) : std::nullopt;
    row.hash = what.hash;
    row.suffix = what.suffix;
    row.rotated_at = now;
    row.expires_at = end;
    return {};
}

/// An account for a key, under the first login that is free.
Result<ServiceAccount> insert_account_for(store::Transaction& tx, const AccountKey& key, Time now) {
    ServiceAccount row;
    row.org = key.org;
    row.name = fmt::format("{}-{}", kPrefixOfMigrated, key.name);
    row.login = login_of_account(kPrefixOfMigrated, key.org, key.name);
    row.role = key.role;
    row.modified_at = now;
    auto inserted = tx.insert(row);
    if (!inserted && inserted.error().kind == ErrorKind::conflict) {
        row.login += fmt::format("-{}", key.id);
        inserted = tx.insert(row);
    }
    if (!inserted) return inserted.error();
    return row;
}

}  // namespace

std::string login_of_account(std::string_view prefix, store::OrgId org, std::string_view name) {
    auto login = fmt::format("{}-{}-{}", prefix, org, name);
    for (auto& c : login) {
        if (c == ' ') c = '-';
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return login;
}

asio::awaitable<Result<ServiceAccount>> AccountService::create(Principal who, NewAccount what) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    if (auto fits = check_role(who, what.role); !fits) co_return fits.error();
    const auto place = slots_->take(who.org);
    if (!place) co_return place.error();
    ServiceAccount row;
    row.org = who.org;
    row.name = what.name;
    row.login = login_of_account(kPrefix, who.org, what.name);
    row.role = what.role;
    row.disabled = what.disabled;
    row.modified_at = parts_.clock.now();
    auto written = co_await insert_row(parts_, std::move(row));
    if (!written) {
        co_return or_taken(written.error(), "account_name_taken", "service account already exists");
    }
    parts_.record(who, "service_account.created", account_object(*written),
                  {{"name", written->name}, {"role", written->role}});
    co_return written;
}

asio::awaitable<Result<ServiceAccount>> AccountService::update(Principal who, std::int64_t id,
                                                               AccountChange change) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    if (change.role) {
        if (auto fits = check_role(who, *change.role); !fits) co_return fits.error();
    }
    std::function<Result<ServiceAccount>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<ServiceAccount> {
        auto row = load_account(tx, who, id);
        if (!row) return row.error();
        if (change.name) row->name = *change.name;
        if (change.role) row->role = *change.role;
        if (change.disabled) row->disabled = *change.disabled;
        row->modified_at = parts_.clock.now();
        if (auto updated = tx.update(*row); !updated) return updated.error();
        return row;
    };
    auto written = co_await parts_.catalog.write(std::move(work));
    if (!written) co_return written.error();
    parts_.record(
        who, "service_account.changed", account_object(*written),
        {{"name", written->name}, {"role", written->role}, {"disabled", written->disabled}});
    co_return written;
}

asio::awaitable<Result<void>> AccountService::remove(Principal who, std::int64_t id) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    std::function<Result<ServiceAccount>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<ServiceAccount> {
        auto row = load_account(tx, who, id);
        if (!row) return row.error();
        if (auto removed = tx.remove<ServiceAccount>(id); !removed) return removed.error();
        return row;
    };
    const auto removed = co_await parts_.catalog.write(std::move(work));
    if (!removed) co_return removed.error();
    parts_.record(who, "service_account.deleted", account_object(*removed),
                  {{"name", removed->name}});
    co_return Result<void>{};
}

asio::awaitable<Result<AccountKey>> AccountService::create_key(Principal who, NewKey what,
                                                               std::string role) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    if (auto fits = check_role(who, role); !fits) co_return fits.error();
    auto row = row_of(who, what, parts_.clock.now());
    row.role = role;
    auto written = co_await insert_row(parts_, std::move(row));
    if (!written) co_return key_name_taken(written.error());
    auto detail = detail_of(*written);
    detail["role"] = written->role;
    parts_.record(who, "account_key.created", object_of(*written), std::move(detail));
    co_return written;
}

asio::awaitable<Result<AccountKey>> AccountService::create_token(Principal who,
                                                                 std::int64_t account,
                                                                 NewKey what) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    auto row = row_of(who, what, parts_.clock.now());
    row.account = account;
    row.role = kRoleOfTokens;
    std::function<Result<AccountKey>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<AccountKey> {
        const auto owner = load_account(tx, who, account);
        if (!owner) return owner.error();
        auto made = row;
        if (auto inserted = tx.insert(made); !inserted) return inserted.error();
        return made;
    };
    auto written = co_await parts_.catalog.write(std::move(work));
    if (!written) co_return key_name_taken(written.error());
    parts_.record(who, "account_key.created", object_of(*written), detail_of(*written));
    co_return written;
}

asio::awaitable<Result<void>> AccountService::remove_key(Principal who, std::int64_t account,
                                                         std::int64_t key) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    std::function<Result<AccountKey>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<AccountKey> {
        auto row = load_key(tx, who, key);
        if (!row) return row.error();
        if (row->account != account) return key_not_found();
        if (auto removed = tx.remove<AccountKey>(key); !removed) return removed.error();
        return row;
    };
    const auto removed = co_await parts_.catalog.write(std::move(work));
    if (!removed) co_return removed.error();
    parts_.record(who, "account_key.deleted", object_of(*removed), detail_of(*removed));
    co_return Result<void>{};
}

asio::awaitable<Result<AccountKey>> AccountService::rotate(Principal who, std::int64_t key,
                                                           Rotation what) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    std::function<Result<AccountKey>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<AccountKey> {
        auto row = load_key(tx, who, key);
        if (!row) return row.error();
        if (auto applied = apply(*row, what, parts_.clock.now()); !applied) return applied.error();
        if (auto updated = tx.update(*row); !updated) return updated.error();
        return row;
    };
    auto written = co_await parts_.catalog.write(std::move(work));
    if (!written) co_return written.error();
    auto detail = detail_of(*written);
    if (written->previous_until) {
        detail["previous_until"] = to_rfc3339(*written->previous_until);
    }
    parts_.record(who, "account_key.rotated", object_of(*written), std::move(detail));
    co_return written;
}

asio::awaitable<Result<AccountKey>> AccountService::revoke(Principal who, std::int64_t key) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    std::function<Result<AccountKey>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<AccountKey> {
        auto row = load_key(tx, who, key);
        if (!row) return row.error();
        row->revoked = true;
        row->previous_hash = Secret();
        row->previous_until.reset();
        if (auto updated = tx.update(*row); !updated) return updated.error();
        return row;
    };
    auto written = co_await parts_.catalog.write(std::move(work));
    if (!written) co_return written.error();
    parts_.record(who, "account_key.revoked", object_of(*written), detail_of(*written));
    co_return written;
}

asio::awaitable<Result<ServiceAccount>> AccountService::migrate(Principal who, std::int64_t key) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const auto place = slots_->take(who.org);
    if (!place) co_return place.error();
    std::function<Result<ServiceAccount>(store::Transaction&)> work =
        [&](store::Transaction& tx) -> Result<ServiceAccount> {
        auto row = load_key(tx, who, key);
        if (!row) return row.error();
        if (row->account != 0) return key_not_found();
        auto account = insert_account_for(tx, *row, parts_.clock.now());
        if (!account) return account.error();
        row->account = account->id;
        if (auto updated = tx.update(*row); !updated) return updated.error();
        return account;
    };
    auto written = co_await parts_.catalog.write(std::move(work));
    if (!written) co_return written.error();
    parts_.record(who, "account_key.migrated", fmt::format("account_key:{}", key),
                  {{"account", written->id}});
    co_return written;
}

asio::awaitable<Result<Migration>> AccountService::migrate_all(Principal who) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    Migration done;
    for (const auto* key : snapshot->list<AccountKey>(who.org)) {
        if (key->account != 0) continue;
        ++done.total;
        const auto migrated = co_await migrate(who, key->id);
        if (migrated) {
            ++done.migrated;
        } else if (migrated.error().kind == ErrorKind::not_found) {
            --done.total;  // removed, or moved by somebody else, meanwhile
        } else {
            done.failures.push_back({key->id, key->name, migrated.error()});
        }
    }
    co_return done;
}

}  // namespace casement::access
