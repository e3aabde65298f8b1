// Who an API request acts as, and how that is proven. Viewers of embedded dashboards are not
// principals of this kind: they are sessions (access/session_service.h).
#pragma once

#include "access/key_uses.h"
#include "access/permission.h"
#include "base/clock.h"
#include "base/error.h"
#include "store/catalog.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace casement::access {

struct Principal {
    store::OrgId org = 0;
    std::string actor;      ///< for audit rows: "user:3", "key:17"
    std::string handle;     ///< for "author": the user's handle, or the key's name
    std::int64_t user = 0;  ///< 0 when the key belongs to nobody
    std::int64_t key = 0;
    Permissions permissions;

    /// An Error "missing_permission" (403) that names it, or nothing.
    [[nodiscard]] Result<void> require(Permission permission) const;
};

/// Looks keys up by their SHA-256 in the snapshot: no database, no secret compared byte by byte.
/// Unknown, disabled and expired keys and keys of disabled users fail alike (401
/// "invalid_credentials"), so nobody learns which it was. A key that proves itself is noted as
/// used.
class Authenticator {
  public:
    Authenticator(store::Catalog& catalog, const Clock& clock)
        : catalog_(&catalog),
          clock_(&clock),
          uses_(catalog, clock, store::KeyTable::api_keys, kUseInterval) {}

    /// `Authorization: Bearer`: a service token.
    [[nodiscard]] Result<Principal> by_token(std::string_view token) const;
    /// `DD-API-KEY` with `DD-APPLICATION-KEY`; both must be of one organization.
    [[nodiscard]] Result<Principal> by_datadog_keys(std::string_view api_key,
                                                    std::string_view app_key) const;
    /// A Looker API client: its public id with its secret.
    [[nodiscard]] Result<Principal> by_looker_client(std::string_view client_id,
                                                     std::string_view client_secret) const;
    /// Who a key stands for that has proven itself before, as things are now: `user` other than 0
    /// for the user in whose name it acts.
    [[nodiscard]] Result<Principal> by_key_id(std::int64_t key, std::int64_t user) const;
    /// `DD-API-KEY` alone: is it a live key? (GET /api/v1/validate)
    [[nodiscard]] bool is_datadog_api_key(std::string_view api_key) const;

    /// When keys of an organization were used last, within kUseInterval; those never used are
    /// missing.
    [[nodiscard]] asio::awaitable<Result<store::KeyUses>> uses(store::OrgId org) const {
        return uses_.uses(org);
    }

    static constexpr std::chrono::seconds kUseInterval{60};

  private:
    [[nodiscard]] bool is_live(const store::Snapshot& snapshot, const store::ApiKey& key) const;
    /// One that is live; noted as used by whoever lets it in.
    [[nodiscard]] const store::ApiKey* live_key(const store::Snapshot& snapshot,
                                                std::string_view key,
                                                store::ApiKey::Kind kind) const;
    void note_use(const store::ApiKey& key) const;

    const store::Catalog* catalog_;
    const Clock* clock_;
    mutable KeyUseNotes uses_;  ///< locks itself
};

/// The keys that `casement admin create-credentials` makes: one of each kind, of one role.
struct NewCredentials {
    Secret service_token;
    Secret datadog_api_key;
    Secret datadog_app_key;
    std::string looker_client_id;
    Secret looker_client_secret;
};
/// Writes them to the catalog; the plain values exist only in the answer. Blocking.
[[nodiscard]] Result<NewCredentials> create_credentials(store::Catalog& catalog,
                                                        crypto::Random& random, store::OrgId org,
                                                        const std::string& role);

}  // namespace casement::access
