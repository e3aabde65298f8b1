// Keys of programs: API keys and the tokens of service accounts. Who such a key stands for as
// things are now, and that it was used. How a key proves itself is its dialect's business.
#pragma once

#include "access/audit.h"
#include "access/key_uses.h"
#include "access/principal.h"
#include "base/clock.h"
#include "store/catalog.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace casement::access {

/// "None", "Viewer", "Editor", "Admin".
[[nodiscard]] bool is_account_role(std::string_view name);
/// Whether somebody who may do this gives nothing away with a role that he has not himself.
[[nodiscard]] bool may_grant(const Permissions& own, std::string_view role);

/// The role that a key has now: its account's or, of an API key, its own. "None" when the account
/// is gone.
[[nodiscard]] std::string_view role_of(const store::Snapshot& snapshot,
                                       const store::AccountKey& key);

/// The one check of whether a key counts. Ask it again whenever something stands on a key. Errors,
/// all unauthenticated, in the order in which the vendor finds them (grafana.md §1.3):
/// "api_key_invalid" (there is none of this id), "api_key_expired", "api_key_revoked",
/// "api_key_organization_mismatch", "service_account_disabled".
[[nodiscard]] Result<const store::AccountKey*> check_account_key(const store::Snapshot& snapshot,
                                                                 store::OrgId org, std::int64_t key,
                                                                 Time now);
/// The same for a key named by a link. Whoever asks must not tell a stranger more than that the
/// link is wrong, before its signature has held.
[[nodiscard]] Result<const store::AccountKey*> check_account_key(const store::Snapshot& snapshot,
                                                                 store::OrgId org,
                                                                 std::string_view name, Time now);

/// What proves a key now: its hash and, while a rotation's overlap lasts, the hash before. Pointers
/// into `key`.
[[nodiscard]] std::vector<const Secret*> hashes_of(const store::AccountKey& key, Time now);
/// In constant time.
[[nodiscard]] bool is_hash_of(const store::AccountKey& key, const Secret& hash, Time now);

/// What a session keeps of the hash that opened it: enough to see that the key still has it, and
/// nothing that signs.
[[nodiscard]] std::string proof_of(const Secret& hash);
/// Whether this came from a hash that proves the key now.
[[nodiscard]] bool is_proof_of(const store::AccountKey& key, std::string_view proof, Time now);

/// "account_key:17", as audit rows name it.
[[nodiscard]] std::string object_of(const store::AccountKey& key);

/// A key that counts, and whom it stands for.
struct KeyHolder {
    /// `key` and `user` are 0: it is none of the keys that those number. `actor` names the key,
    /// `handle` is the account's login or the API key's name.
    Principal principal;
    std::int64_t key = 0;
    std::int64_t account = 0;  ///< 0 of an API key
    std::string role;
};

class AccountKeys {
  public:
    /// All must outlive it.
    AccountKeys(store::Catalog& catalog, Audit& audit, const Clock& clock)
        : catalog_(&catalog),
          audit_(&audit),
          clock_(&clock),
          uses_(catalog, clock, store::KeyTable::account_keys, kUseInterval) {}

    /// Of a key that has proven itself. `org` other than 0 is the organization that the caller
    /// wants. Errors: as check_account_key.
    [[nodiscard]] Result<KeyHolder> holder(std::int64_t key, store::OrgId org) const;

    /// Notes that a key was used, and from where, at most once in kUseInterval for each key. What
    /// is written is written behind the caller's back. Any thread.
    void note_use(const KeyHolder& holder, const std::string& client);

    /// When keys of an organization were used last, those included that are not written yet.
    [[nodiscard]] asio::awaitable<Result<store::KeyUses>> uses(store::OrgId org) {
        return uses_.uses(org);
    }

    static constexpr std::chrono::minutes kUseInterval{5};

  private:
    store::Catalog* catalog_;
    Audit* audit_;
    const Clock* clock_;
    KeyUseNotes uses_;
};

}  // namespace casement::access
