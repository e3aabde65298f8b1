// Changes to service accounts and to the keys of programs: API keys and the accounts' tokens. All
// of it needs org_manage, and nobody gives out a role that he has not himself. A key's hash comes
// from its dialect; the key itself is never seen here.
#pragma once

#include "access/account_keys.h"
#include "access/account_slots.h"
#include "access/catalog_parts.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace casement::access {

struct NewAccount {
    std::string name;
    std::string role;
    bool disabled = false;
};

/// What is absent stays.
struct AccountChange {
    std::optional<std::string> name;
    std::optional<std::string> role;
    std::optional<bool> disabled;
};

/// What is kept of a key that was just made.
struct NewKey {
    std::string name;
    Secret hash;
    std::string suffix;  ///< of the key as it is shown
    std::optional<Time> expires_at;
};

struct Rotation {
    Secret hash;
    std::string suffix;
    std::chrono::seconds overlap{0};  ///< how long the key before goes on counting
    std::optional<Time> expires_at;   ///< absent: as it was
};

struct Migration {
    std::size_t total = 0;
    std::size_t migrated = 0;
    struct Failure {
        std::int64_t key = 0;
        std::string name;
        Error error;
    };
    std::vector<Failure> failures;
};

/// Errors of every change: forbidden "missing_permission", "role_forbidden" (a role, or an account
/// with a role, above the caller's own); not_found "account_not_found", "key_not_found"; invalid
/// "role_unknown"; conflict "account_name_taken", "key_name_taken"; forbidden "quota_reached".
class AccountService {
  public:
    /// `slots` must outlive it.
    AccountService(const CatalogParts& parts, UserSlots& slots) : parts_(parts), slots_(&slots) {}

    [[nodiscard]] asio::awaitable<Result<store::ServiceAccount>> create(Principal who,
                                                                        NewAccount what);
    [[nodiscard]] asio::awaitable<Result<store::ServiceAccount>> update(Principal who,
                                                                        std::int64_t id,
                                                                        AccountChange change);
    /// With its keys.
    [[nodiscard]] asio::awaitable<Result<void>> remove(Principal who, std::int64_t id);

    /// An API key of its own.
    [[nodiscard]] asio::awaitable<Result<store::AccountKey>> create_key(Principal who, NewKey what,
                                                                        std::string role);
    [[nodiscard]] asio::awaitable<Result<store::AccountKey>> create_token(Principal who,
                                                                          std::int64_t account,
                                                                          NewKey what);
    /// A key of this account; `account` 0: an API key of its own.
    [[nodiscard]] asio::awaitable<Result<void>> remove_key(Principal who, std::int64_t account,
                                                           std::int64_t key);

    /// The key gets another secret under its name and id. Errors also: conflict "key_revoked";
    /// invalid "key_over" when it would be expired at once.
    [[nodiscard]] asio::awaitable<Result<store::AccountKey>> rotate(Principal who, std::int64_t key,
                                                                    Rotation what);
    /// For good; the row stays and says so.
    [[nodiscard]] asio::awaitable<Result<store::AccountKey>> revoke(Principal who,
                                                                    std::int64_t key);

    /// Gives an API key a service account of its role. The key goes on working.
    [[nodiscard]] asio::awaitable<Result<store::ServiceAccount>> migrate(Principal who,
                                                                         std::int64_t key);
    /// Every API key of the organization; one that cannot be moved does not keep the others.
    [[nodiscard]] asio::awaitable<Result<Migration>> migrate_all(Principal who);

  private:
    const CatalogParts parts_;
    UserSlots* slots_;
};

/// The login that an account of this name gets: "sa-1-nightly-report".
[[nodiscard]] std::string login_of_account(std::string_view prefix, store::OrgId org,
                                           std::string_view name);

}  // namespace casement::access
