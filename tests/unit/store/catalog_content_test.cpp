// Folders, what stands in them, and what refers to what.
#include "catalog_people_fixture.h"

namespace casement::store {
namespace {

class ContentTest : public PeopleTest {};

TEST_P(ContentTest, GivesBackEveryMemberOfContent) {
    const Time later = clock.now() + std::chrono::hours(5);
    Folder folder;
    {
        const auto catalog = open();
        const auto top = insert(*catalog, a_folder("Top"));
        folder = a_folder("Embed Shared Group X", top.id);
        folder.groups = {3, 5};
        folder.external_group = 44;
        folder.creator = "ada@example.org";
        folder = insert(*catalog, folder);
        auto look = a_look("Delays", folder.id);
        look.description = "by airport";
        look.author = "ada@example.org";
        look.deleted_at = later;
        insert(*catalog, look);
        auto theme = named<Theme>("Night");
        theme.settings = {{"background_color", "#000"}};
        theme.begin_at = later;
        insert(*catalog, theme);
        auto model = named<Model>("flights");
        model.label = "Flights";
        model.source = "warehouse";
        model.document = {{"row_filters", json::array{}}};
        model.provisioned = true;
        insert(*catalog, model);
        auto dashboard = a_dashboard("inside");
        dashboard.folder = folder.id;
        insert(*catalog, dashboard);
        auto user = a_user("ada");
        user.profile = {{"locale", "en"}};
        insert(*catalog, user);
    }
    const auto catalog = open();
    const auto snapshot = catalog->snapshot();
    const auto* loaded = snapshot->folder_of_external_group(44);
    ASSERT_NE(loaded, nullptr);
    EXPECT_EQ(loaded->name, "Embed Shared Group X");
    EXPECT_EQ(loaded->groups, (std::vector<std::int64_t>{3, 5}));
    EXPECT_EQ(loaded->creator, "ada@example.org");
    EXPECT_EQ(loaded->created_at, clock.now());
    EXPECT_EQ(snapshot->find<Folder>(loaded->parent)->name, "Top");
    const auto looks = snapshot->looks_in(1, folder.id);
    ASSERT_EQ(looks.size(), 1U);
    EXPECT_EQ(looks[0]->title, "Delays");
    EXPECT_EQ(looks[0]->description, "by airport");
    EXPECT_EQ(looks[0]->author, "ada@example.org");
    EXPECT_EQ(looks[0]->modified_at, clock.now());
    EXPECT_EQ(looks[0]->deleted_at, later);
    EXPECT_TRUE(looks[0]->document.contains("panel"));
    const auto* theme = snapshot->by_name<Theme>(1, "Night");
    ASSERT_NE(theme, nullptr);
    EXPECT_EQ(theme->settings.at("background_color").as_string(), "#000");
    EXPECT_EQ(theme->begin_at, later);
    EXPECT_EQ(theme->end_at, std::nullopt);
    const auto* model = snapshot->by_name<Model>(1, "flights");
    ASSERT_NE(model, nullptr);
    EXPECT_EQ(model->label, "Flights");
    EXPECT_EQ(model->source, "warehouse");
    EXPECT_TRUE(model->document.contains("row_filters"));
    EXPECT_TRUE(model->provisioned);
    EXPECT_EQ(model->created_at, clock.now());
    EXPECT_EQ(snapshot->dashboard_by_uid(1, "inside")->folder, folder.id);
    EXPECT_EQ(snapshot->user_by_handle(1, "ada")->profile.at("locale").as_string(), "en");
}

TEST_P(ContentTest, ListsWhatStandsInAFolder) {
    const auto catalog = open();
    insert(*catalog, named<Organization>("Other"));
    const auto top = insert(*catalog, a_folder("Top"));
    const auto inner = insert(*catalog, a_folder("Inner", top.id));
    auto foreign = a_folder("Foreign");
    foreign.org = 2;
    insert(*catalog, foreign);
    auto look = insert(*catalog, a_look("Look", top.id));
    auto dashboard = a_dashboard("one");
    dashboard.folder = inner.id;
    insert(*catalog, dashboard);
    insert(*catalog, a_dashboard("loose"));
    auto snapshot = catalog->snapshot();
    EXPECT_EQ(names(snapshot->folders_in(1, 0)), Names{"Top"});
    EXPECT_EQ(names(snapshot->folders_in(2, 0)), Names{"Foreign"});
    EXPECT_EQ(names(snapshot->folders_in(1, top.id)), Names{"Inner"});
    EXPECT_TRUE(snapshot->folders_in(2, top.id).empty()) << "another organization's";
    EXPECT_EQ(snapshot->dashboards_in(1, inner.id).front()->uid, "one");
    ASSERT_EQ(snapshot->dashboards_in(1, 0).size(), 1U);
    EXPECT_EQ(snapshot->dashboards_in(1, 0).front()->uid, "loose");
    EXPECT_EQ(names(snapshot->looks_in(1, top.id)), Names{"Look"});

    look.folder = 0;
    ASSERT_TRUE(write(*catalog, [&](Transaction& tx) { return tx.update(look); }));
    snapshot = catalog->snapshot();
    EXPECT_TRUE(snapshot->looks_in(1, top.id).empty());
    EXPECT_EQ(names(snapshot->looks_in(1, 0)), Names{"Look"});
}

TEST_P(ContentTest, NeverMakesAFolderItsOwnAncestor) {
    const auto catalog = open();
    auto top = insert(*catalog, a_folder("Top"));
    const auto middle = insert(*catalog, a_folder("Middle", top.id));
    const auto low = insert(*catalog, a_folder("Low", middle.id));
    for (const std::int64_t parent : {top.id, middle.id, low.id}) {
        top.parent = parent;
        const auto result = write(*catalog, [&](Transaction& tx) { return tx.update(top); });
        ASSERT_FALSE(result.has_value());
        EXPECT_EQ(result.error().code, "folder_cycle");
        EXPECT_EQ(result.error().field, "parent");
    }
    EXPECT_EQ(catalog->snapshot()->find<Folder>(top.id)->parent, 0);
    auto moved = low;
    moved.parent = top.id;
    EXPECT_TRUE(write(*catalog, [&](Transaction& tx) { return tx.update(moved); }));
}

TEST_P(ContentTest, RefusesToRemoveWhatOthersStandIn) {
    const auto catalog = open();
    const auto folder = insert(*catalog, a_folder("Full"));
    auto binned = a_dashboard("binned");
    binned.folder = folder.id;
    binned.deleted_at = clock.now();
    binned = insert(*catalog, binned);
    const auto permissions = insert(*catalog, named<PermissionSet>("p"));
    auto role = named<Role>("r");
    role.permission_set = permissions.id;
    role.model_set = insert(*catalog, named<ModelSet>("m")).id;
    role = insert(*catalog, role);
    const auto refused = [&](const Result<void>& result) {
        ASSERT_FALSE(result.has_value());
        EXPECT_EQ(result.error().code, "in_use");
        EXPECT_EQ(result.error().kind, ErrorKind::conflict);
    };
    refused(remove<Folder>(*catalog, folder.id));
    refused(remove<PermissionSet>(*catalog, permissions.id));
    refused(remove<ModelSet>(*catalog, role.model_set));
    refused(remove<Organization>(*catalog, 1));
    EXPECT_NE(catalog->snapshot()->find<Folder>(folder.id), nullptr);
    EXPECT_TRUE(remove<Dashboard>(*catalog, binned.id));
    EXPECT_TRUE(remove<Folder>(*catalog, folder.id));
    EXPECT_TRUE(remove<Role>(*catalog, role.id));
    EXPECT_TRUE(remove<PermissionSet>(*catalog, permissions.id));
}

TEST_P(ContentTest, RefusesReferencesToNothing) {
    const auto catalog = open();
    const auto refused = [](const Error& error) {
        EXPECT_EQ(error.kind, ErrorKind::not_found) << error.message;
    };
    refused(insert_fails(*catalog, a_folder("x", 99)));
    refused(insert_fails(*catalog, a_look("x", 99)));
    auto dashboard = a_dashboard("x");
    dashboard.folder = 99;
    refused(insert_fails(*catalog, dashboard));
    auto role = named<Role>("x");
    role.permission_set = 99;
    refused(insert_fails(*catalog, role));
    refused(insert_fails(*catalog, named<Theme>("x", 99)));
    EXPECT_EQ(remove<Group>(*catalog, 99).error().kind, ErrorKind::not_found);
    EXPECT_EQ(remove<EmbedUser>(*catalog, 99).error().kind, ErrorKind::not_found);
}

CASEMENT_ON_BOTH_ENGINES(ContentTest);

}  // namespace
}  // namespace casement::store
