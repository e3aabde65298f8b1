// Which column holds which member, said once per row type. Loading, inserting and updating are all
// made from these lists (catalog_rows.h), so they cannot drift apart.
//
// A visitor is called as visit(column, member). `written_once(column, member)` is a column that an
// update leaves alone; `sealed(column, secret, id)` is encrypted at rest, bound to its table and
// id.
#pragma once

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
        visit.written_once("org", row.org);
        visit.written_once("uuid", row.uuid);
        visit("handle", row.handle);
        visit("name", row.name);
        visit("role", row.role);
        visit("password_hash", row.password_hash);
        visit("disabled", row.disabled);
        visit.written_once("created_at", row.created_at);
    }
};

template <>
struct Table<ApiKey> {
    static constexpr const char* name = "api_keys";
    template <class Visitor>
    static void columns(Visitor& visit, ApiKey& row) {
        visit.written_once("org", row.org);
        visit.written_once("kind", row.kind);
        visit("name", row.name);
        visit.written_once("public_id", row.public_id);
        visit.binary("hash", row.hash);
        visit("suffix", row.suffix);
        visit("role", row.role);
        visit("owner", row.user);
        visit("expires_at", row.expires_at);
        visit("disabled", row.disabled);
        visit.written_once("created_at", row.created_at);
    }
};

template <>
struct Table<Dashboard> {
    static constexpr const char* name = "dashboards";
    template <class Visitor>
    static void columns(Visitor& visit, Dashboard& row) {
        visit.written_once("org", row.org);
        visit("uid", row.uid);
        visit("dialect", row.dialect);
        visit("title", row.title);
        visit("document", row.document);
        visit("author", row.author);
        visit.written_once("created_at", row.created_at);
        visit("modified_at", row.modified_at);
        visit("deleted_at", row.deleted_at);
        visit("provisioned", row.provisioned);
    }
};

template <>
struct Table<Source> {
    static constexpr const char* name = "sources";
    template <class Visitor>
    static void columns(Visitor& visit, Source& row) {
        visit.written_once("org", row.org);
        visit("name", row.name);
        visit("type", row.type);
        visit("settings", row.settings);
        visit.sealed("secret", row.secret, "source", row.id);
        visit("provisioned", row.provisioned);
    }
};

template <>
struct Table<Share> {
    static constexpr const char* name = "shares";
    template <class Visitor>
    static void columns(Visitor& visit, Share& row) {
        visit.written_once("org", row.org);
        visit.written_once("dashboard", row.dashboard);
        visit.written_once("token", row.token);
        visit("type", row.type);
        visit("status", row.status);
        visit("title", row.title);
        visit("settings", row.settings);
        visit("sharer", row.sharer);
        visit("provisioned", row.provisioned);
        visit.written_once("created_at", row.created_at);
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
        visit.written_once("created_at", row.created_at);
    }
};

}  // namespace casement::store
