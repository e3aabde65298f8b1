// What the catalog keeps: plain rows, one struct each. Times are UTC. Secrets are sealed on disk
// and stand here in the open, in memory only.
#pragma once

#include "base/clock.h"
#include "crypto/secret.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>

namespace casement::store {

namespace json = boost::json;

using OrgId = std::int64_t;

struct Organization {
    OrgId id = 0;
    std::string name;
    json::object settings;  ///< {"embed_sharing": bool, …}; see access/organization settings
};

struct User {
    std::int64_t id = 0;
    OrgId org = 0;
    std::string uuid;
    std::string handle;  ///< unique in the organization; an e-mail address usually
    std::string name;
    std::string role;           ///< "Admin", "Editor", "Viewer"
    std::string password_hash;  ///< PHC string, or empty when the user cannot sign in by password
    bool disabled = false;
    Time created_at{};
};

/// A key a program presents. `kind` says which header it belongs to.
struct ApiKey {
    enum class Kind { service_token, datadog_api_key, datadog_app_key, looker_client };

    std::int64_t id = 0;
    OrgId org = 0;
    Kind kind = Kind::service_token;
    std::string name;
    std::string public_id;  ///< looker client_id; else empty
    std::string hash;       ///< SHA-256 of the key, 32 raw bytes: keys are long and random
    std::string suffix;     ///< last four characters
    std::string role;
    std::int64_t user = 0;  ///< owner, or 0
    std::optional<Time> expires_at;
    bool disabled = false;
    Time created_at{};
};

struct Dashboard {
    std::int64_t id = 0;  ///< number, unique over organizations
    OrgId org = 0;
    std::string uid;      ///< unique in the organization, 1–64 of [A-Za-z0-9_-]
    std::string dialect;  ///< "casement" (native) or "datadog": how `document` is written
    std::string title;
    json::object document;  ///< native document, or the vendor's body verbatim
    std::string author;     ///< handle
    Time created_at{};
    Time modified_at{};
    std::optional<Time> deleted_at;  ///< in the bin; restorable for 30 days
    bool provisioned = false;        ///< comes from a provisioning folder
};

struct Source {
    std::int64_t id = 0;
    OrgId org = 0;
    std::string name;  ///< unique in the organization
    std::string type;  ///< "duckdb", …
    json::object settings;
    Secret secret;  ///< connection password or token, may be empty
    bool provisioned = false;
};

/// A secret that signs links for one share.
struct Credential {
    std::int64_t id = 0;
    std::int64_t share = 0;
    Secret secret;
    std::string suffix;
    std::string note;
    bool disabled = false;
    std::optional<Time> expires_at;
    Time created_at{};
};

struct Share {
    std::int64_t id = 0;
    OrgId org = 0;
    std::int64_t dashboard = 0;
    std::string token;   ///< public, opaque, unique over organizations
    std::string type;    ///< "open", "invite", "embed", "secure_embed"
    std::string status;  ///< "active", "paused"
    std::string title;
    json::object settings;    ///< the rest of its attributes; shape: access/share.h
    std::int64_t sharer = 0;  ///< user id, 0 for a service account or provisioning
    bool provisioned = false;
    Time created_at{};
    std::vector<Credential> credentials;  ///< oldest first
};

struct AuditRow {
    std::int64_t id = 0;
    OrgId org = 0;
    Time at{};
    std::string actor;    ///< "user:3", "key:17", "session:…", "anonymous", "system"
    std::string action;   ///< "link.redeemed", "link.refused", "session.killed", …
    std::string object;   ///< "share:12", "dashboard:7", …
    std::string client;   ///< address
    json::object detail;  ///< reason and so on; never a secret
    std::string chain;    ///< SHA-256 over the previous row's chain and this row, hex
};

}  // namespace casement::store
