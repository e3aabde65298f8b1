// A catalog with whatever an embed user's grant can be made of, on a real SQLite file.
#pragma once

#include "access/document_cache.h"
#include "access/embed_users.h"
#include "base/shape.h"
#include "store/secret_box.h"
#include "support/recorded_audit.h"
#include "support/run.h"
#include "support/temp_dir.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace casement::access {

struct EmbedWorld {
    using Texts = std::vector<std::string>;

    template <class Row>
    Row put(Row row) {
        return catalog
            ->write_now<Row>([&](store::Transaction& tx) -> Result<Row> {
                auto inserted = tx.insert(row);
                if (!inserted) return inserted.error();
                return row;
            })
            .value();
    }
    template <class Row>
    void change(const Row& row) {
        catalog->write_now<void>([&](store::Transaction& tx) { return tx.update(row); }).value();
    }
    template <class Row>
    void remove(std::int64_t id) {
        catalog->write_now<void>([&](store::Transaction& tx) { return tx.remove<Row>(id); })
            .value();
    }

    void settings(std::string_view looker) {
        store::Organization row = *catalog->snapshot()->organization(1);
        row.settings["looker"] = parse_json(looker).value();
        change(row);
    }
    store::OrgId another_organization() {
        store::Organization row;
        row.name = "Another";
        return put(row).id;
    }
    store::Role role(const std::string& name, Texts permissions, Texts models,
                     store::OrgId org = 1) {
        store::PermissionSet set;
        set.org = org;
        set.name = name;
        set.permissions = std::move(permissions);
        store::ModelSet of;
        of.org = org;
        of.name = name;
        of.models = std::move(models);
        store::Role row;
        row.org = org;
        row.name = name;
        row.permission_set = put(set).id;
        row.model_set = put(of).id;
        return put(row);
    }
    store::Group group(const std::string& name, std::vector<std::int64_t> roles = {},
                       store::OrgId org = 1) {
        store::Group row;
        row.org = org;
        row.name = name;
        row.roles = std::move(roles);
        return put(row);
    }
    store::UserAttribute attribute(const std::string& name, const std::string& type = "string",
                                   std::optional<std::string> otherwise = std::nullopt,
                                   std::vector<store::UserAttribute::GroupValue> group_values = {},
                                   json::object settings_of_it = {}) {
        store::UserAttribute row;
        row.org = 1;
        row.name = name;
        row.label = name;
        row.type = type;
        row.default_value = std::move(otherwise);
        row.group_values = std::move(group_values);
        row.settings = std::move(settings_of_it);
        return put(row);
    }
    store::User user(const std::string& handle, const std::string& role_name,
                     json::object profile = {}) {
        store::User row;
        row.org = 1;
        row.uuid = "uuid of " + handle;
        row.handle = handle;
        row.name = "Ada Lovelace";
        row.role = role_name;
        row.profile = std::move(profile);
        return put(row);
    }
    store::Source source(const std::string& name, store::OrgId org = 1) {
        store::Source row;
        row.org = org;
        row.name = name;
        row.type = "duckdb";
        return put(row);
    }
    /// Of one relation without filters.
    store::Model model(const std::string& name, const std::string& source_name,
                       store::OrgId org = 1) {
        store::Model row;
        row.org = org;
        row.name = name;
        row.label = name;
        row.source = source_name;
        row.document = parse_json(R"({"relations": {"flights": {}}})").value().as_object();
        return put(row);
    }

    /// A login that may see everything of model "flights".
    static EmbedLogin login(std::string external_user_id = "user-4") {
        EmbedLogin made;
        made.org = 1;
        made.external_user_id = std::move(external_user_id);
        made.permissions = {"access_data", "see_looks", "see_user_dashboards"};
        made.models = {"flights"};
        made.session_length = std::chrono::seconds{900};
        return made;
    }
    EmbedGrant grant(const EmbedLogin& of) const {
        return people.grant_of(*catalog->snapshot(), of);
    }
    Result<PreparedLogin> prepare(const EmbedLogin& of) { return test::run(people.prepare(of)); }
    store::EmbedUser stored(const std::string& external_user_id) const {
        return catalog->embed_user_by_external_id_now(1, external_user_id).value();
    }

    test::TempDir folder;
    crypto::SystemRandom random;
    store::SecretBox box = store::SecretBox::create(Secret(random.bytes(32)), random).value();
    ManualClock clock{from_unix_seconds(1'800'000'000)};
    std::unique_ptr<store::Catalog> catalog =
        store::Catalog::open({"sqlite:" + (folder / "catalog.db"), 4, milliseconds{50}}, box, clock)
            .value();
    test::RecordedAudit audit;
    EmbedUsers people{*catalog, audit, clock};
    DocumentCache documents;
};

}  // namespace casement::access
