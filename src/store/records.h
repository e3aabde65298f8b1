// What the catalog keeps: plain rows, one struct each. Times are UTC. Secrets are sealed on disk
// and stand here in the open, in memory only.
//
// Ids are never given out twice. Lists of ids (Group::roles, Folder::groups, profiles, grants) may
// name rows that were removed since: readers skip an id that they do not find. They must not take
// what is left for less of a restriction: a folder whose only group is gone is nobody's, not
// everybody's. A single id that is a member of its own (Dashboard::folder, Look::folder,
// Folder::parent, Role::permission_set, Role::model_set) cannot dangle: what it names is not
// removed before it. The exceptions are said where they stand.
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
    /// {"first_name","last_name","locale","timezone","groups":[id…],"roles":[id…],
    /// "attributes":{name:"value"}}; each may be missing.
    json::object profile;
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
    json::object document;    ///< native document, or the vendor's body verbatim
    std::string author;       ///< handle
    std::int64_t folder = 0;  ///< folder id, or 0: in none
    Time created_at{};
    Time modified_at{};
    std::optional<Time> deleted_at;  ///< in the bin; restorable for 30 days
    bool provisioned = false;        ///< comes from a provisioning folder
    /// Counted up by the dialect whose clients send it back to show what they have changed.
    std::int64_t revision = 1;
};

struct Source {
    std::int64_t id = 0;
    OrgId org = 0;
    std::string uid;   ///< unique in the organization; given by the catalog when empty
    std::string name;  ///< unique in the organization
    std::string type;  ///< "duckdb", …
    json::object settings;
    Secret secret;  ///< connection password or token, may be empty
    bool provisioned = false;
    std::int64_t revision = 1;  ///< as Dashboard::revision
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

/// People who share roles, attribute values and folders.
struct Group {
    std::int64_t id = 0;
    OrgId org = 0;
    std::string name;  ///< unique among the organization's ordinary groups
    /// Not empty: the group that signed links and the API name by this text, apart from ordinary
    /// groups. Unique in the organization.
    std::string external_group_id;
    std::vector<std::int64_t> roles;  ///< role ids
    Time created_at{};
};

struct PermissionSet {
    std::int64_t id = 0;
    OrgId org = 0;
    std::string name;  ///< unique in the organization
    std::vector<std::string> permissions;
    bool built_in = false;
};

struct ModelSet {
    std::int64_t id = 0;
    OrgId org = 0;
    std::string name;  ///< unique in the organization
    std::vector<std::string> models;
    bool built_in = false;
};

struct Role {
    std::int64_t id = 0;
    OrgId org = 0;
    std::string name;                 ///< unique in the organization
    std::int64_t permission_set = 0;  ///< id
    std::int64_t model_set = 0;       ///< id
    bool built_in = false;
};

/// A fact about a person that row filters and dashboard variables can be bound to.
struct UserAttribute {
    struct GroupValue {
        std::int64_t group = 0;  ///< group id
        std::string value;
        friend bool operator==(const GroupValue&, const GroupValue&) = default;
    };

    std::int64_t id = 0;
    OrgId org = 0;
    std::string name;   ///< [a-z0-9_]+, unique in the organization
    std::string label;  ///< unique in the organization
    std::string type;   ///< "string", "number", "datetime", "yesno", "zipcode", "advanced_filter_…"
    std::optional<std::string> default_value;  ///< absent is not ""
    /// {"value_is_hidden","user_can_view","user_can_edit","hidden_value_domain_whitelist"}
    json::object settings;
    std::vector<GroupValue> group_values;  ///< first rank first
    bool is_system = false;
};

/// A secret that signs an organization's links.
struct EmbedSecret {
    std::int64_t id = 0;
    OrgId org = 0;
    std::string algorithm;  ///< "hmac/sha-256" or "hmac/sha-1"
    Secret secret;
    std::string suffix;  ///< last four characters
    std::string secret_type = "SSO";
    std::string note;
    bool enabled = true;
    std::optional<Time> expires_at;
    std::int64_t user = 0;  ///< who made it, who may be gone; 0 for none
    Time created_at{};
};

struct Folder {
    std::int64_t id = 0;
    OrgId org = 0;
    std::string uid;  ///< unique in the organization; given by the catalog when empty
    std::string name;
    std::int64_t parent = 0;           ///< folder id, or 0: at the top
    std::vector<std::int64_t> groups;  ///< who may see it; empty: no restriction of its own
    /// The external group whose own folder this is, or 0; at most one folder each. The group may be
    /// gone: then the folder is nobody's.
    std::int64_t external_group = 0;
    std::string creator;  ///< handle
    std::string description;
    std::int64_t revision = 1;  ///< as Dashboard::revision
    Time created_at{};
};

/// One panel that stands for itself.
struct Look {
    std::int64_t id = 0;
    OrgId org = 0;
    std::string title;
    std::string description;
    json::object document;    ///< one panel in the native shape, its variables, its time
    std::int64_t folder = 0;  ///< folder id, or 0: in none
    std::string author;       ///< handle
    Time created_at{};
    Time modified_at{};
    std::optional<Time> deleted_at;  ///< in the bin
};

struct Theme {
    std::int64_t id = 0;
    OrgId org = 0;
    std::string name;              ///< unique in the organization
    json::object settings;         ///< colours, fonts, what is shown
    std::optional<Time> begin_at;  ///< applies from then on
    std::optional<Time> end_at;    ///< and before this
};

/// What may be seen of a source: relations and row filters bound to user attributes.
struct Model {
    std::int64_t id = 0;
    OrgId org = 0;
    std::string name;  ///< unique in the organization
    std::string label;
    std::string source;     ///< a source's name; there may be no such source
    json::object document;  ///< {"relations": …, "row_filters": …}
    bool provisioned = false;
    Time created_at{};
};

/// A person whom only the application knows, by its own id for them. There may be a million, so
/// they are not in the snapshot: Catalog and Transaction read them from the database.
struct EmbedUser {
    std::int64_t id = 0;  ///< of the same count as User's, so that no two people share an id
    OrgId org = 0;
    std::string external_user_id;  ///< 1 to 255 bytes of any text; unique in the organization
    std::string first_name;
    std::string last_name;
    /// What the last link or API call granted: {"permissions":[…],"models":[…],"groups":[id…],
    /// "external_group_id":"…","attributes":{…}}.
    json::object grant;
    std::int64_t external_group = 0;  ///< group id, or 0; the group may be gone
    /// What was set through the API and outlives links: {"roles":[id…],"groups":[id…],
    /// "attributes":{…}}.
    json::object profile;
    std::string timezone;  ///< IANA name, or empty
    bool disabled = false;
    Time created_at{};
    std::optional<Time> logged_in_at;
};

/// A program that acts for itself, with keys of its own.
struct ServiceAccount {
    std::int64_t id = 0;  ///< of the same count as User's
    OrgId org = 0;
    std::string uid;  ///< unique in the organization; given by the catalog when empty
    std::string name;
    std::string login;  ///< unique in the organization
    std::string role;   ///< "Admin", "Editor", "Viewer", "None"
    bool disabled = false;
    Time created_at{};
    Time modified_at{};
};

/// A key that a program presents or signs sharable links with: an API key, or the token of a
/// service account. What is stored of it signs links, so it is sealed like a secret.
struct AccountKey {
    std::int64_t id = 0;
    OrgId org = 0;
    std::int64_t account = 0;  ///< service account id, or 0: an API key of its own
    std::string name;          ///< unique in the organization, over both kinds
    Secret hash;               ///< of the key's secret, hex (grafana.md §1.1)
    std::string suffix;        ///< last four characters of the key as it was shown
    /// The hash before the last rotation, good until `previous_until`; empty without one.
    Secret previous_hash;
    std::optional<Time> previous_until;
    std::optional<Time> rotated_at;  ///< last time; how old the secret is counts from there
    std::string role;                ///< of an API key; a token has its account's
    std::string author;              ///< handle of who made it
    bool revoked = false;
    std::optional<Time> expires_at;
    Time created_at{};
};

/// What a dashboard was after one change of it. Read and written by SQL (Catalog, Transaction), not
/// in the snapshot.
struct DashboardVersion {
    std::int64_t dashboard = 0;
    std::int64_t revision = 0;
    std::int64_t parent = 0;         ///< the revision it was changed from, or 0
    std::int64_t restored_from = 0;  ///< the revision it brought back, or 0
    std::string title;
    json::object document;
    std::string message;
    std::string author;  ///< handle
    Time created_at{};
};

/// What a dashboard showed at one moment, kept with its data and without its queries, for whoever
/// has its key. Not to be mixed up with store::Snapshot, which is the catalog itself at one moment.
/// Immutable but for its end. The document may be megabytes long: it is not here but in a table of
/// its own, read by SQL (Catalog::snapshot_document).
struct DashboardSnapshot {
    std::int64_t id = 0;
    OrgId org = 0;
    std::string key;          ///< public, unguessable, unique over organizations
    std::string delete_hash;  ///< SHA-256 of the key that deletes it, 32 raw bytes; unique
    std::string name;
    std::string dialect;     ///< how its document is written: "casement" or "grafana"
    std::string author;      ///< handle
    std::string creator;     ///< access::Principal::actor
    std::int64_t user = 0;   ///< user id, or 0
    std::int64_t bytes = 0;  ///< of the document
    std::optional<Time> expires_at;
    Time created_at{};
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

/// A list of row types, to make the same thing for each.
template <class... Row>
struct Rows {};

/// What a snapshot holds. Credentials are in it too, inside their shares.
using SnapshotRows = Rows<Organization, User, ApiKey, Dashboard, Source, Share, Group,
                          PermissionSet, ModelSet, Role, UserAttribute, EmbedSecret, Folder, Look,
                          Theme, Model, ServiceAccount, AccountKey, DashboardSnapshot>;

/// What a transaction can read and write.
using WritableRows =
    Rows<Organization, User, ApiKey, Dashboard, Source, Share, Group, PermissionSet, ModelSet, Role,
         UserAttribute, EmbedSecret, Folder, Look, Theme, Model, ServiceAccount, AccountKey,
         DashboardSnapshot, Credential, EmbedUser>;

}  // namespace casement::store
