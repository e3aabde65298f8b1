#include "access/account_keys.h"

#include "base/encoding.h"
#include "crypto/hash.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::string_view kNone = "None";

Error invalid_key() {
    return unauthenticated("api_key_invalid", "Invalid API key");
}

Result<const store::AccountKey*> check(const store::Snapshot& snapshot,
                                       const store::AccountKey* key, store::OrgId org, Time now) {
    if (key == nullptr) return invalid_key();
    if (key->expires_at && *key->expires_at <= now) {
        return unauthenticated("api_key_expired", "Expired API key");
    }
    if (key->revoked) return unauthenticated("api_key_revoked", "Revoked API key");
    if (key->org != org) {
        return unauthenticated("api_key_organization_mismatch",
                               "API key does not belong to the requested organization");
    }
    if (key->account == 0) return key;
    const auto* account = snapshot.find<store::ServiceAccount>(key->account);
    // Keys go with their account: without one this is a row that nobody should stand on.
    if (account == nullptr || account->org != key->org) return invalid_key();
    if (account->disabled) {
        return unauthenticated("service_account_disabled", "The service account is disabled");
    }
    return key;
}

}  // namespace

bool is_account_role(std::string_view name) {
    return name == kNone || is_role(name);
}

bool may_grant(const Permissions& own, std::string_view role) {
    // One permission each that tells a role from the ones below it.
    if (role == "Admin") return own.has(Permission::org_manage) && may_grant(own, "Editor");
    if (role == "Editor") return own.has(Permission::dashboards_write) && may_grant(own, "Viewer");
    if (role == "Viewer") return own.has(Permission::dashboards_read);
    return role == kNone;
}

std::string_view role_of(const store::Snapshot& snapshot, const store::AccountKey& key) {
    if (key.account == 0) return key.role;
    const auto* account = snapshot.find<store::ServiceAccount>(key.account);
    return account != nullptr ? std::string_view(account->role) : kNone;
}

Result<const store::AccountKey*> check_account_key(const store::Snapshot& snapshot,
                                                   store::OrgId org, std::int64_t key, Time now) {
    return check(snapshot, snapshot.find<store::AccountKey>(key), org, now);
}

Result<const store::AccountKey*> check_account_key(const store::Snapshot& snapshot,
                                                   store::OrgId org, std::string_view name,
                                                   Time now) {
    return check(snapshot, snapshot.by_name<store::AccountKey>(org, name), org, now);
}

std::vector<const Secret*> hashes_of(const store::AccountKey& key, Time now) {
    std::vector<const Secret*> hashes;
    if (!key.hash.empty()) hashes.push_back(&key.hash);
    const bool overlaps = key.previous_until && now < *key.previous_until;
    if (overlaps && !key.previous_hash.empty()) hashes.push_back(&key.previous_hash);
    return hashes;
}

bool is_hash_of(const store::AccountKey& key, const Secret& hash, Time now) {
    bool is_one = false;
    for (const auto* known : hashes_of(key, now))
        is_one = (*known == hash) || is_one;
    return is_one;
}

std::string proof_of(const Secret& hash) {
    constexpr std::size_t kBytes = 16;
    return to_hex(crypto::sha256("session " + std::string(hash.reveal())).substr(0, kBytes));
}

bool is_proof_of(const store::AccountKey& key, std::string_view proof, Time now) {
    const auto hashes = hashes_of(key, now);
    return std::any_of(hashes.begin(), hashes.end(),
                       [&](const Secret* hash) { return proof_of(*hash) == proof; });
}

std::string object_of(const store::AccountKey& key) {
    return fmt::format("account_key:{}", key.id);
}

Result<KeyHolder> AccountKeys::holder(std::int64_t id, store::OrgId org) const {
    const auto snapshot = catalog_->snapshot();
    const auto* found = snapshot->find<store::AccountKey>(id);
    const auto wanted = org != 0 || found == nullptr ? org : found->org;
    const auto key = check(*snapshot, found, wanted, clock_->now());
    if (!key) return key.error();
    const auto& row = **key;
    KeyHolder holder;
    holder.key = row.id;
    holder.account = row.account;
    holder.role = role_of(*snapshot, row);
    auto& who = holder.principal;
    who.org = row.org;
    who.actor = object_of(row);
    const auto* account = snapshot->find<store::ServiceAccount>(row.account);
    who.handle = account != nullptr ? account->login : row.name;
    who.permissions = permissions_of_role(holder.role);
    return holder;
}

void AccountKeys::note_use(const KeyHolder& holder, const std::string& client) {
    if (!uses_.note(holder.principal.org, holder.key)) return;
    audit_->record({holder.principal.org,
                    holder.principal.actor,
                    "account_key.used",
                    holder.principal.actor,
                    client,
                    {{"handle", holder.principal.handle}}});
}

}  // namespace casement::access
