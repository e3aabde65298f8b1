#include "access/principal.h"

#include "access/key_service.h"
#include "crypto/hash.h"

#include <fmt/format.h>

namespace casement::access {
namespace {

using store::ApiKey;

Error invalid_credentials() {
    return unauthenticated("invalid_credentials",
                           "The credentials are missing, unknown, expired or switched off.");
}

Principal principal_of(const store::Snapshot& snapshot, const ApiKey& key) {
    Principal who;
    who.org = key.org;
    who.key = key.id;
    who.user = key.user;
    who.permissions = permissions_of_role(key.role);
    const auto* user = key.user == 0 ? nullptr : snapshot.user(key.user);
    who.actor = user != nullptr ? fmt::format("user:{}", user->id) : fmt::format("key:{}", key.id);
    who.handle = user != nullptr ? user->handle : key.name;
    return who;
}

}  // namespace

Result<void> Principal::require(Permission permission) const {
    if (permissions.has(permission)) return {};
    return forbidden("missing_permission",
                     fmt::format("This needs the permission {}.", to_string(permission)));
}

const ApiKey* Authenticator::live_key(const store::Snapshot& snapshot, std::string_view key,
                                      ApiKey::Kind kind) const {
    // Longer than any key we issue: do not hash what an attacker wants hashed.
    if (key.empty() || key.size() > 512) return nullptr;
    const auto* found = snapshot.key_by_hash(crypto::sha256(key));
    const bool fits = found != nullptr && found->kind == kind && is_live(snapshot, *found);
    return fits ? found : nullptr;
}

bool Authenticator::is_live(const store::Snapshot& snapshot, const ApiKey& key) const {
    if (key.disabled) return false;
    if (key.expires_at && *key.expires_at <= clock_->now()) return false;
    if (key.user == 0) return true;
    const auto* user = snapshot.user(key.user);
    return user != nullptr && !user->disabled;
}

void Authenticator::note_use(const ApiKey& key) const {
    uses_.note(key.org, key.id);
}

Result<Principal> Authenticator::by_token(std::string_view token) const {
    const auto snapshot = catalog_->snapshot();
    const auto* key = live_key(*snapshot, token, ApiKey::Kind::service_token);
    if (key == nullptr) return invalid_credentials();
    note_use(*key);
    return principal_of(*snapshot, *key);
}

Result<Principal> Authenticator::by_datadog_keys(std::string_view api_key,
                                                 std::string_view app_key) const {
    const auto snapshot = catalog_->snapshot();
    const auto* api = live_key(*snapshot, api_key, ApiKey::Kind::datadog_api_key);
    const auto* app = live_key(*snapshot, app_key, ApiKey::Kind::datadog_app_key);
    if (api == nullptr || app == nullptr || api->org != app->org) return invalid_credentials();
    note_use(*api);
    note_use(*app);
    return principal_of(*snapshot, *app);
}

Result<Principal> Authenticator::by_looker_client(std::string_view client_id,
                                                  std::string_view client_secret) const {
    const auto snapshot = catalog_->snapshot();
    const auto* key = live_key(*snapshot, client_secret, ApiKey::Kind::looker_client);
    if (key == nullptr || !equal_in_constant_time(key->public_id, client_id)) {
        return invalid_credentials();
    }
    note_use(*key);
    return principal_of(*snapshot, *key);
}

Result<Principal> Authenticator::by_key_id(std::int64_t id, std::int64_t user) const {
    const auto snapshot = catalog_->snapshot();
    const auto* key = snapshot->key(id);
    if (key == nullptr || !is_live(*snapshot, *key)) return invalid_credentials();
    auto who = principal_of(*snapshot, *key);
    if (user == 0) {
        note_use(*key);
        return who;
    }
    const auto* person = snapshot->user(user);
    if (person == nullptr || person->org != key->org || person->disabled) {
        return invalid_credentials();
    }
    note_use(*key);
    who.user = person->id;
    who.actor = fmt::format("user:{}", person->id);
    who.handle = person->handle;
    who.permissions = permissions_of_role(person->role);
    return who;
}

bool Authenticator::is_datadog_api_key(std::string_view api_key) const {
    const auto snapshot = catalog_->snapshot();
    const auto* key = live_key(*snapshot, api_key, ApiKey::Kind::datadog_api_key);
    if (key != nullptr) note_use(*key);
    return key != nullptr;
}

Result<NewCredentials> create_credentials(store::Catalog& catalog, crypto::Random& random,
                                          store::OrgId org, const std::string& role) {
    if (!is_role(role)) {
        return invalid("unknown_role", "The role must be Admin, Editor or Viewer.", "role");
    }
    if (catalog.snapshot()->organization(org) == nullptr) {
        return not_found("organization_not_found",
                         fmt::format("There is no organization {}.", org));
    }
    NewCredentials made;
    made.service_token = make_key_secret(ApiKey::Kind::service_token, random);
    made.datadog_api_key = make_key_secret(ApiKey::Kind::datadog_api_key, random);
    made.datadog_app_key = make_key_secret(ApiKey::Kind::datadog_app_key, random);
    made.looker_client_id = make_client_id(random);
    made.looker_client_secret = make_key_secret(ApiKey::Kind::looker_client, random);

    const auto key = [&](ApiKey::Kind kind, const Secret& secret, std::string name) {
        ApiKey row;
        row.org = org;
        row.kind = kind;
        row.name = std::move(name);
        row.hash = crypto::sha256(secret.reveal());
        row.suffix = secret.suffix();
        row.role = role;
        return row;
    };
    // What the API does in a client's name (its own embed URL, its own settings) needs somebody
    // whose name it is.
    store::User owner;
    owner.org = org;
    owner.uuid = random.uuid();
    owner.handle = "api-" + made.looker_client_id;
    owner.name = "API client";
    owner.role = role;

    auto written = catalog.write_now<bool>([&](store::Transaction& tx) -> Result<bool> {
        if (auto inserted = tx.insert(owner); !inserted) return inserted.error();
        auto token = key(ApiKey::Kind::service_token, made.service_token, "service token");
        auto api = key(ApiKey::Kind::datadog_api_key, made.datadog_api_key, "API key");
        auto app = key(ApiKey::Kind::datadog_app_key, made.datadog_app_key, "application key");
        auto looker =
            key(ApiKey::Kind::looker_client, made.looker_client_secret, "API credentials");
        looker.public_id = made.looker_client_id;
        looker.user = owner.id;
        for (auto* row : {&token, &api, &app, &looker}) {
            if (auto inserted = tx.insert(*row); !inserted) return inserted.error();
        }
        store::AuditRow audit;
        audit.org = org;
        audit.actor = "system";
        audit.action = "keys.created";
        audit.object = fmt::format("key:{}", token.id);
        audit.detail["role"] = role;
        if (auto appended = tx.append(audit); !appended) return appended.error();
        return true;
    });
    if (!written) return written.error();
    return made;
}

}  // namespace casement::access
