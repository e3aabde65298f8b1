// Which column holds which member, said once per row type. Loading, inserting and updating are all
// made from these lists (catalog_rows.h), so they cannot drift apart. What every row has of the
// same kind (`org`, `created_at`) is said once for all, in visit_columns.
//
// A visitor is called as visit(column, member). `written_once(column, member)` is a column that an
// update leaves alone; `sealed(column, secret, kind, id)` is encrypted at rest, bound to its kind
// and id; `reference(column, id)` is NULL for 0; `derived(column, text)` is written, for the
// database to search in, and never read.
#pragma once

#include "store/catalog_embed_users.h"
#include "store/records.h"

#include <string_view>

namespace casement::store {

template <class Row>
struct Table;

template <>
struct Table<Organization> {
    static constexpr const char* name = "organizations";
    template <class Visitor>
    static void columns(Visitor& visit, Organization& row) {
        visit("name", row.name);
        visit("settings", row.settings);
    }
};

template <>
struct Table<User> {
    static constexpr const char* name = "users";
    template <class Visitor>
    static void columns(Visitor& visit, User& row) {
        visit.written_once("uuid", row.uuid);
        visit("handle", row.handle);
        visit("name", row.name);
        visit("role", row.role);
        visit("password_hash", row.password_hash);
        visit("disabled", row.disabled);
        visit("profile", row.profile);
    }
};

template <>
struct Table<ApiKey> {
    static constexpr const char* name = "api_keys";
    template <class Visitor>
    static void columns(Visitor& visit, ApiKey& row) {
        visit.written_once("kind", row.kind);
        visit("name", row.name);
        visit.written_once("public_id", row.public_id);
        visit.binary("hash", row.hash);
        visit("suffix", row.suffix);
        visit("role", row.role);
        visit("owner", row.user);
        visit("expires_at", row.expires_at);
        visit("disabled", row.disabled);
    }
};

template <>
struct Table<Dashboard> {
    static constexpr const char* name = "dashboards";
    template <class Visitor>
    static void columns(Visitor& visit, Dashboard& row) {
        visit("uid", row.uid);
        visit("dialect", row.dialect);
        visit("title", row.title);
        visit("document", row.document);
        visit("author", row.author);
        visit.reference("folder", row.folder);
        visit("modified_at", row.modified_at);
        visit("deleted_at", row.deleted_at);
        visit("provisioned", row.provisioned);
        visit("revision", row.revision);
    }
};

template <>
struct Table<Source> {
    static constexpr const char* name = "sources";
    template <class Visitor>
    static void columns(Visitor& visit, Source& row) {
        visit("uid", row.uid);
        visit("name", row.name);
        visit("type", row.type);
        visit("settings", row.settings);
        visit.sealed("secret", row.secret, "source", row.id);
        visit("provisioned", row.provisioned);
        visit("revision", row.revision);
    }
};

template <>
struct Table<Share> {
    static constexpr const char* name = "shares";
    template <class Visitor>
    static void columns(Visitor& visit, Share& row) {
        visit.written_once("dashboard", row.dashboard);
        visit.written_once("token", row.token);
        visit("type", row.type);
        visit("status", row.status);
        visit("title", row.title);
        visit("settings", row.settings);
        visit("sharer", row.sharer);
        visit("provisioned", row.provisioned);
    }
};

template <>
struct Table<Credential> {
    static constexpr const char* name = "credentials";
    template <class Visitor>
    static void columns(Visitor& visit, Credential& row) {
        visit.written_once("share", row.share);
        visit.sealed("secret", row.secret, "credential", row.id);
        visit("suffix", row.suffix);
        visit("note", row.note);
        visit("disabled", row.disabled);
        visit("expires_at", row.expires_at);
    }
};

template <>
struct Table<Group> {
    static constexpr const char* name = "user_groups";
    template <class Visitor>
    static void columns(Visitor& visit, Group& row) {
        visit("name", row.name);
        visit("external_group_id", row.external_group_id);
        visit("roles", row.roles);
    }
};

template <>
struct Table<PermissionSet> {
    static constexpr const char* name = "permission_sets";
    template <class Visitor>
    static void columns(Visitor& visit, PermissionSet& row) {
        visit("name", row.name);
        visit("permissions", row.permissions);
        visit("built_in", row.built_in);
    }
};

template <>
struct Table<ModelSet> {
    static constexpr const char* name = "model_sets";
    template <class Visitor>
    static void columns(Visitor& visit, ModelSet& row) {
        visit("name", row.name);
        visit("models", row.models);
        visit("built_in", row.built_in);
    }
};

template <>
struct Table<Role> {
    static constexpr const char* name = "roles";
    template <class Visitor>
    static void columns(Visitor& visit, Role& row) {
        visit("name", row.name);
        visit.reference("permission_set", row.permission_set);
        visit.reference("model_set", row.model_set);
        visit("built_in", row.built_in);
    }
};

template <>
struct Table<UserAttribute> {
    static constexpr const char* name = "user_attributes";
    template <class Visitor>
    static void columns(Visitor& visit, UserAttribute& row) {
        visit("name", row.name);
        visit("label", row.label);
        visit("type", row.type);
        visit("default_value", row.default_value);
        visit("settings", row.settings);
        visit("group_values", row.group_values);
        visit("is_system", row.is_system);
    }
};

template <>
struct Table<EmbedSecret> {
    static constexpr const char* name = "embed_secrets";
    template <class Visitor>
    static void columns(Visitor& visit, EmbedSecret& row) {
        visit("algorithm", row.algorithm);
        visit.sealed("secret", row.secret, "embed_secret", row.id);
        visit("suffix", row.suffix);
        visit("secret_type", row.secret_type);
        visit("note", row.note);
        visit("enabled", row.enabled);
        visit("expires_at", row.expires_at);
        visit("owner", row.user);
    }
};

template <>
struct Table<Folder> {
    static constexpr const char* name = "folders";
    template <class Visitor>
    static void columns(Visitor& visit, Folder& row) {
        visit("uid", row.uid);
        visit("name", row.name);
        visit.reference("parent", row.parent);
        visit("visible_to", row.groups);
        visit.reference("external_group", row.external_group);
        visit("creator", row.creator);
        visit("description", row.description);
        visit("revision", row.revision);
    }
};

template <>
struct Table<Look> {
    static constexpr const char* name = "looks";
    template <class Visitor>
    static void columns(Visitor& visit, Look& row) {
        visit("title", row.title);
        visit("description", row.description);
        visit("document", row.document);
        visit.reference("folder", row.folder);
        visit("author", row.author);
        visit("modified_at", row.modified_at);
        visit("deleted_at", row.deleted_at);
    }
};

template <>
struct Table<Theme> {
    static constexpr const char* name = "themes";
    template <class Visitor>
    static void columns(Visitor& visit, Theme& row) {
        visit("name", row.name);
        visit("settings", row.settings);
        visit("begin_at", row.begin_at);
        visit("end_at", row.end_at);
    }
};

template <>
struct Table<Model> {
    static constexpr const char* name = "models";
    template <class Visitor>
    static void columns(Visitor& visit, Model& row) {
        visit("name", row.name);
        visit("label", row.label);
        visit("source", row.source);
        visit("document", row.document);
        visit("provisioned", row.provisioned);
    }
};

template <>
struct Table<EmbedUser> {
    static constexpr const char* name = "embed_users";
    /// Where its ids come from, when not from its own table's counter.
    static constexpr const char* counter = "users";
    template <class Visitor>
    static void columns(Visitor& visit, EmbedUser& row) {
        visit.written_once("external_user_id", row.external_user_id);
        visit("first_name", row.first_name);
        visit("last_name", row.last_name);
        visit("granted", row.grant);
        visit("external_group", row.external_group);
        visit("profile", row.profile);
        visit.derived("member_of", member_of(row));
        visit("timezone", row.timezone);
        visit("disabled", row.disabled);
        visit("logged_in_at", row.logged_in_at);
    }
};

template <>
struct Table<ServiceAccount> {
    static constexpr const char* name = "service_accounts";
    static constexpr const char* counter = "users";
    template <class Visitor>
    static void columns(Visitor& visit, ServiceAccount& row) {
        visit("uid", row.uid);
        visit("name", row.name);
        visit("login", row.login);
        visit("role", row.role);
        visit("disabled", row.disabled);
        visit("modified_at", row.modified_at);
    }
};

template <>
struct Table<AccountKey> {
    static constexpr const char* name = "account_keys";
    template <class Visitor>
    static void columns(Visitor& visit, AccountKey& row) {
        visit.reference("account", row.account);
        visit("name", row.name);
        visit.sealed("hash", row.hash, "account_key", row.id);
        visit("suffix", row.suffix);
        visit.sealed("previous_hash", row.previous_hash, "account_key_before", row.id);
        visit("previous_until", row.previous_until);
        visit("rotated_at", row.rotated_at);
        visit("role", row.role);
        visit("author", row.author);
        visit("revoked", row.revoked);
        visit("expires_at", row.expires_at);
    }
};

template <>
struct Table<DashboardSnapshot> {
    static constexpr const char* name = "dashboard_snapshots";
    template <class Visitor>
    static void columns(Visitor& visit, DashboardSnapshot& row) {
        visit.written_once("public_key", row.key);
        visit.binary("delete_hash", row.delete_hash);
        visit("name", row.name);
        visit.written_once("dialect", row.dialect);
        visit("author", row.author);
        visit.written_once("creator", row.creator);
        visit.written_once("creator_user", row.user);
        visit.written_once("bytes", row.bytes);
        visit("expires_at", row.expires_at);
    }
};

/// All columns of a row but `id` and `version`.
template <class Visitor, class Row>
void visit_columns(Visitor& visit, Row& row) {
    if constexpr (requires { row.org; }) visit.written_once("org", row.org);
    Table<Row>::columns(visit, row);
    if constexpr (requires { row.created_at; }) visit.written_once("created_at", row.created_at);
}

}  // namespace casement::store
