// The keys by which programs call the APIs as this server has them: service tokens, Datadog's API
// and application keys, Looker's API clients. Of each only a hash is kept, so a key is said once,
// when it is made.
#pragma once

#include "access/catalog_parts.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace casement::access {

using KeyKind = store::ApiKey::Kind;

/// "service_token", "datadog_api_key", "datadog_app_key", "looker_client".
[[nodiscard]] std::string_view to_string(KeyKind kind) noexcept;
[[nodiscard]] std::optional<KeyKind> key_kind_of(std::string_view name) noexcept;

/// A fresh key of a kind, in the form that the vendor's clients know.
[[nodiscard]] Secret make_key_secret(KeyKind kind, crypto::Random& random);
/// The public half of a Looker API client.
[[nodiscard]] std::string make_client_id(crypto::Random& random);

struct NewApiKey {
    KeyKind kind = KeyKind::service_token;
    std::string name;
    std::string role = "Viewer";
    /// Handle of the user in whose name it acts; empty: in nobody's. Only application keys and
    /// Looker's clients act in somebody's name.
    std::string owner;
    std::optional<Time> expires_at;
};

struct MadeApiKey {
    store::ApiKey row;
    Secret secret;  ///< nobody is shown it again
};

/// What is absent stays.
struct ApiKeyChange {
    std::optional<std::string> name;
    std::optional<bool> disabled;
    bool sets_end = false;
    std::optional<Time> expires_at;  ///< with `sets_end`; nothing: it does not end
};

/// All need org_manage. Errors: not_found "key_not_found"; forbidden "role_forbidden" for a role
/// above the caller's own, and for a key that has one; invalid "role_unknown", "owner_unknown",
/// "owner_not_allowed", "role_above_owner", "expired_already"; conflict "too_many_keys".
class KeyService {
  public:
    explicit KeyService(const CatalogParts& parts) : parts_(parts) {}

    [[nodiscard]] asio::awaitable<Result<MadeApiKey>> create(Principal who, NewApiKey what);
    /// Switched off, or with its end moved into the past, it is refused from the next request on.
    [[nodiscard]] asio::awaitable<Result<store::ApiKey>> update(Principal who, std::int64_t id,
                                                                ApiKeyChange change);
    [[nodiscard]] asio::awaitable<Result<void>> remove(Principal who, std::int64_t id);

    static constexpr std::size_t kMostKeys = 5000;  ///< of an organization

  private:
    const CatalogParts parts_;
};

}  // namespace casement::access
