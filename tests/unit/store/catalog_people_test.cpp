// What the catalog knows of people: groups, roles, user attributes, embed secrets.
#include "catalog_people_fixture.h"
#include "store/catalog_database.h"
#include "store/catalog_migrate.h"
#include "store/migrations.h"

namespace casement::store {
namespace {

using test::eventually;

TEST_P(PeopleTest, GivesBackEveryMemberOfGroupsAndRoles) {
    Role role;
    Group ordinary;
    {
        const auto catalog = open();
        auto permissions = named<PermissionSet>("Viewer");
        permissions.permissions = {"access_data", "see_looks"};
        permissions.built_in = true;
        permissions = insert(*catalog, permissions);
        auto models = named<ModelSet>("Ärzte");
        models.models = {"flights", "with \"quotes\""};
        models = insert(*catalog, models);
        role = named<Role>("Everything");
        role.permission_set = permissions.id;
        role.model_set = models.id;
        role.built_in = true;
        role = insert(*catalog, role);
        ordinary = a_group("Everybody");
        ordinary.roles = {role.id, 7'000'000'000};
        ordinary = insert(*catalog, ordinary);
    }
    const auto catalog = open();
    const auto snapshot = catalog->snapshot();
    const auto* group = snapshot->by_name<Group>(1, "Everybody");
    ASSERT_NE(group, nullptr);
    EXPECT_EQ(group, snapshot->find<Group>(ordinary.id));
    EXPECT_EQ(group->roles, (std::vector<std::int64_t>{role.id, 7'000'000'000}));
    EXPECT_EQ(group->created_at, clock.now());
    const auto* loaded = snapshot->by_name<Role>(1, "Everything");
    ASSERT_NE(loaded, nullptr);
    EXPECT_TRUE(loaded->built_in);
    const auto* permissions = snapshot->find<PermissionSet>(loaded->permission_set);
    ASSERT_NE(permissions, nullptr);
    EXPECT_EQ(permissions->permissions, (Names{"access_data", "see_looks"}));
    EXPECT_TRUE(permissions->built_in);
    const auto* models = snapshot->find<ModelSet>(loaded->model_set);
    ASSERT_NE(models, nullptr);
    EXPECT_EQ(models->name, "Ärzte");
    EXPECT_EQ(models->models, (Names{"flights", "with \"quotes\""}));
    EXPECT_FALSE(models->built_in);
}

TEST_P(PeopleTest, GivesBackEveryMemberOfAttributesAndSecrets) {
    const Time later = clock.now() + std::chrono::hours(5);
    EmbedSecret secret;
    {
        const auto catalog = open();
        auto attribute = named<UserAttribute>("airport");
        attribute.label = "Airport";
        attribute.type = "advanced_filter_string";
        attribute.default_value = "";
        attribute.settings = {{"user_can_view", true}};
        attribute.group_values = {{9, "ATL,JFK"}, {4, std::string("a\0b", 3)}};
        attribute.is_system = true;
        insert(*catalog, attribute);
        auto without = named<UserAttribute>("without");
        insert(*catalog, without);
        secret.org = 1;
        secret.algorithm = "hmac/sha-1";
        secret.secret = Secret("the-embed-secret");
        secret.suffix = "cret";
        secret.note = "rotation";
        secret.enabled = false;
        secret.expires_at = later;
        secret.user = 12;
        secret = insert(*catalog, secret);
    }
    EXPECT_EQ(sql("SELECT secret FROM embed_secrets").find("the-embed-secret"), std::string::npos)
        << "it must be sealed";
    const auto catalog = open();
    const auto snapshot = catalog->snapshot();
    const auto* attribute = snapshot->by_name<UserAttribute>(1, "airport");
    ASSERT_NE(attribute, nullptr);
    EXPECT_EQ(attribute->label, "Airport");
    EXPECT_EQ(attribute->type, "advanced_filter_string");
    EXPECT_EQ(attribute->default_value, "");
    EXPECT_TRUE(attribute->settings.at("user_can_view").as_bool());
    EXPECT_EQ(attribute->group_values, (std::vector<UserAttribute::GroupValue>{
                                           {9, "ATL,JFK"}, {4, std::string("a\0b", 3)}}));
    EXPECT_TRUE(attribute->is_system);
    EXPECT_EQ(snapshot->by_name<UserAttribute>(1, "without")->default_value, std::nullopt);
    const auto* loaded = snapshot->find<EmbedSecret>(secret.id);
    ASSERT_NE(loaded, nullptr);
    EXPECT_EQ(loaded->algorithm, "hmac/sha-1");
    EXPECT_EQ(loaded->secret, Secret("the-embed-secret"));
    EXPECT_EQ(loaded->suffix, "cret");
    EXPECT_EQ(loaded->secret_type, "SSO");
    EXPECT_EQ(loaded->note, "rotation");
    EXPECT_FALSE(loaded->enabled);
    EXPECT_EQ(loaded->expires_at, later);
    EXPECT_EQ(loaded->user, 12);
    EXPECT_EQ(snapshot->list<EmbedSecret>(1), std::vector<const EmbedSecret*>{loaded});
}

TEST_P(PeopleTest, LeavesOutASecretThatWasPutInAnothersPlace) {
    EmbedSecret mine;
    mine.org = 1;
    mine.secret = Secret("mine");
    {
        const auto catalog = open();
        insert(*catalog, mine);
        insert(*catalog, mine);
    }
    sql("UPDATE embed_secrets SET secret = (SELECT secret FROM embed_secrets WHERE id = 1) "
        "WHERE id = 2");
    const auto catalog = open();
    EXPECT_NE(catalog->snapshot()->find<EmbedSecret>(1), nullptr);
    EXPECT_EQ(catalog->snapshot()->find<EmbedSecret>(2), nullptr);
}

TEST_P(PeopleTest, RefusesASecondRowOfTheSameNameInOneOrganization) {
    const auto catalog = open();
    insert(*catalog, named<Organization>("Other"));
    const auto twice = [&]<class Row>(std::type_identity<Row>) {
        insert(*catalog, named<Row>("same"));
        insert(*catalog, named<Row>("same", 2));
        EXPECT_EQ(insert_fails(*catalog, named<Row>("same")).code, "already_exists");
        EXPECT_EQ(catalog->snapshot()->list<Row>(1).size(), 1U);
        EXPECT_EQ(catalog->snapshot()->by_name<Row>(2, "same")->org, 2);
    };
    twice(std::type_identity<Group>{});
    twice(std::type_identity<PermissionSet>{});
    twice(std::type_identity<ModelSet>{});
    twice(std::type_identity<UserAttribute>{});
    twice(std::type_identity<Theme>{});
    twice(std::type_identity<Model>{});
    auto same_label = named<UserAttribute>("another");
    same_label.label = "same";
    EXPECT_EQ(insert_fails(*catalog, same_label).code, "already_exists");
    auto role = named<Role>("same");
    role.permission_set = catalog->snapshot()->by_name<PermissionSet>(1, "same")->id;
    role.model_set = catalog->snapshot()->by_name<ModelSet>(1, "same")->id;
    insert(*catalog, role);
    EXPECT_EQ(insert_fails(*catalog, role).code, "already_exists");
}

TEST_P(PeopleTest, KeepsExternalGroupsApartFromTheNamesOfOrdinaryOnes) {
    const auto catalog = open();
    const auto ordinary = insert(*catalog, a_group("Allegra K"));
    const auto external = insert(*catalog, a_group("Allegra K", "Allegra K"));
    insert(*catalog, a_group("Allegra K", "another"));
    EXPECT_EQ(insert_fails(*catalog, a_group("x", "Allegra K")).code, "already_exists");
    const auto snapshot = catalog->snapshot();
    EXPECT_EQ(snapshot->by_name<Group>(1, "Allegra K")->id, ordinary.id);
    EXPECT_EQ(snapshot->group_by_external_id(1, "Allegra K")->id, external.id);
    EXPECT_EQ(snapshot->group_by_external_id(1, ""), nullptr);
    EXPECT_EQ(snapshot->group_by_external_id(2, "Allegra K"), nullptr);
    ASSERT_TRUE(write(*catalog, [&](Transaction& tx) -> Result<void> {
        const auto found = tx.group_by_external_id(1, "Allegra K");
        EXPECT_EQ(found.value().id, external.id);
        for (const auto& nobody : {std::string(), std::string("a\0b", 3), std::string("\xff")}) {
            const auto none = tx.group_by_external_id(1, nobody);
            EXPECT_FALSE(none.has_value());
            EXPECT_EQ(none.error().kind, ErrorKind::not_found);
        }
        auto other_organization = tx.group_by_external_id(2, "Allegra K");
        EXPECT_FALSE(other_organization.has_value());
        return {};
    }));
}

TEST_P(PeopleTest, ShowsAnotherProcessEveryKindOfChangeWithinASecond) {
    const auto writer = open();
    const auto reader = open();
    const auto within = std::chrono::seconds(1);
    const auto follow = [&]<class Row>(Row row) {
        row = insert(*writer, row);
        EXPECT_TRUE(
            eventually([&] { return reader->snapshot()->find<Row>(row.id) != nullptr; }, within))
            << typeid(Row).name();
        if constexpr (requires { row.name; }) {
            row.name = "changed";
            EXPECT_TRUE(write(*writer, [&](Transaction& tx) { return tx.update(row); }));
            EXPECT_TRUE(eventually(
                [&] { return reader->snapshot()->find<Row>(row.id)->name == "changed"; }, within))
                << typeid(Row).name();
        }
        EXPECT_TRUE(remove<Row>(*writer, row.id));
        EXPECT_TRUE(
            eventually([&] { return reader->snapshot()->find<Row>(row.id) == nullptr; }, within))
            << typeid(Row).name();
        EXPECT_TRUE(reader->snapshot()->list<Row>(1).empty());
    };
    follow(a_group("one"));
    follow(a_group("one", "external"));
    follow(named<PermissionSet>("one"));
    follow(named<ModelSet>("one"));
    follow(named<Role>("one"));
    follow(named<UserAttribute>("one"));
    EmbedSecret secret;
    secret.org = 1;
    secret.secret = Secret("x");
    follow(secret);
    auto folder = a_folder("one");
    folder.external_group = 7;
    follow(folder);
    follow(a_look("one"));
    follow(named<Theme>("one"));
    follow(named<Model>("one"));
    follow(a_user("one"));
    ApiKey key;
    key.org = 1;
    key.hash = std::string(32, 'h');
    follow(key);
    EXPECT_EQ(reader->snapshot()->folder_of_external_group(7), nullptr);
    EXPECT_EQ(reader->snapshot()->group_by_external_id(1, "external"), nullptr);
}

TEST_P(PeopleTest, ReadsCurrentRowsOfEveryKindInATransaction) {
    const auto catalog = open();
    const auto group = insert(*catalog, a_group("one", "external"));
    auto folder = a_folder("Embed Shared Group external");
    folder.external_group = group.id;
    insert(*catalog, folder);
    ASSERT_TRUE(write(*catalog, [&](Transaction& tx) -> Result<void> {
        EXPECT_EQ(tx.load<Group>(group.id).value().external_group_id, "external");
        EXPECT_EQ(tx.folder_of_external_group(group.id).value().name, folder.name);
        EXPECT_EQ(tx.load<Role>(5).error().kind, ErrorKind::not_found);
        auto second = folder;
        EXPECT_EQ(tx.insert(second).error().code, "already_exists");
        return {};
    }));
}

TEST_P(PeopleTest, BringsADatabaseOfTheFirstShapeUpToDate) {
    {
        const auto database = Database::open(address_, 1).value();
        ASSERT_TRUE(migrate(*database, {catalog_migrations().front()}, clock));
    }
    sql("INSERT INTO organizations (id, version, name, settings) VALUES (1, 1, 'Main', '{}')");
    sql("INSERT INTO users (id, version, org, uuid, handle, name, role, password_hash, disabled, "
        "created_at) VALUES (1, 1, 1, 'u', 'ada', 'Ada', 'Admin', '', 0, 5)");
    sql("INSERT INTO dashboards (id, version, org, uid, dialect, title, document, author, "
        "created_at, modified_at, deleted_at, provisioned) "
        "VALUES (1, 1, 1, 'old', 'casement', 'Old', '{\"panels\":[]}', 'ada', 5, 6, NULL, 0)");
    sql("INSERT INTO shares (id, version, org, dashboard, token, type, status, title, settings, "
        "sharer, provisioned, created_at) "
        "VALUES (1, 1, 1, 1, 'token', 'open', 'active', '', '{}', 1, 0, 5)");
    sql("UPDATE counters SET value = 1 "
        "WHERE name IN ('version', 'organizations', 'users', 'dashboards', 'shares')");
    const auto catalog = open();
    const auto snapshot = catalog->snapshot();
    ASSERT_NE(snapshot->dashboard_by_uid(1, "old"), nullptr);
    EXPECT_EQ(snapshot->dashboard_by_uid(1, "old")->folder, 0);
    EXPECT_EQ(snapshot->dashboard_by_uid(1, "old")->modified_at, from_unix_micros(6));
    EXPECT_TRUE(snapshot->user_by_handle(1, "ada")->profile.empty());
    EXPECT_NE(snapshot->share_by_token("token"), nullptr);
    EXPECT_EQ(insert(*catalog, a_user("grace")).id, 2);
    auto moved = *snapshot->dashboard_by_uid(1, "old");
    moved.folder = insert(*catalog, a_folder("New")).id;
    EXPECT_TRUE(write(*catalog, [&](Transaction& tx) { return tx.update(moved); }));
    EXPECT_EQ(catalog->snapshot()->dashboards_in(1, moved.folder).size(), 1U);
}

CASEMENT_ON_BOTH_ENGINES(PeopleTest);

}  // namespace
}  // namespace casement::store
