#include "unit/access/content_world.h"

#include <algorithm>

namespace casement::access {
namespace {

using Type = ContentRef::Type;

TEST(ContentRefText, NamesADashboardALookOrAFolder) {
    const auto dashboard = read_content_ref("dashboards/42").value();
    EXPECT_EQ(dashboard.type, Type::dashboard);
    EXPECT_EQ(dashboard.id, "42");
    EXPECT_EQ(read_content_ref("dashboards/airport-operations")->id, "airport-operations");
    EXPECT_EQ(read_content_ref("dashboards/flights::airport_operations")->id,
              "flights::airport_operations");
    EXPECT_EQ(read_content_ref("looks/7")->type, Type::look);
    EXPECT_EQ(read_content_ref("folders/3")->type, Type::folder);
    for (const auto* text : {"dashboards/42", "looks/7", "folders/3", "dashboards/a::b"})
        EXPECT_EQ(to_string(read_content_ref(text).value()), text);
}

TEST(ContentRefText, AnythingElseNamesNothing) {
    for (const auto* bad : {"",
                            "/",
                            "dashboards",
                            "dashboards/",
                            "/dashboards/42",
                            "dashboards/42/",
                            "dashboards/4/2",
                            "dashboards/42?a=b",
                            "dashboards/42#x",
                            "dashboards/a b",
                            "dashboards/..",
                            "dashboards/%34",
                            "dashboards/::uid",
                            "dashboards/model::",
                            "dashboards/a::b::c",
                            "dashboards/a:b",
                            "dashboards/a/b::c",
                            "dashboards//42",
                            "Dashboards/42",
                            "looks/x",
                            "looks/0",
                            "looks/-1",
                            "looks/07",
                            "looks/+7",
                            "looks/7.0",
                            "looks/99999999999999999999",
                            "looks/m::7",
                            "folders/home",
                            "folders/",
                            "explore/m/v",
                            "users/1",
                            "dashboards/\xC3\xA4"}) {
        const auto ref = read_content_ref(bad);
        ASSERT_FALSE(ref) << bad;
        EXPECT_EQ(ref.error().code, "invalid_content");
    }
}

TEST(ContentRefText, OfAnyLengthIsAnswered) {
    EXPECT_TRUE(read_content_ref("dashboards/" + std::string(64, 'a')));
    EXPECT_FALSE(read_content_ref("dashboards/" + std::string(65, 'a')));
    EXPECT_FALSE(read_content_ref("dashboards/" + std::string(1'000'000, 'a')));
    EXPECT_FALSE(read_content_ref("dashboards/" + std::string(1'000, 'm') + "::a"));
}

TEST_F(ContentTest, MissingAndForbiddenSayTheSame) {
    EXPECT_EQ(content_not_found(Type::dashboard).message,
              "The dashboard you requested could not be found. It either doesn't exist or you "
              "don't have permission to view it.");
    EXPECT_EQ(content_not_found(Type::look).message,
              "The look you requested could not be found. It either doesn't exist or you don't "
              "have permission to view it.");
    EXPECT_EQ(content_not_found(Type::folder).message,
              "The folder you requested could not be found. It either doesn't exist or you don't "
              "have permission to view it.");
    const auto row = dashboard("d", {"model:flights"});
    const auto nobody = with({"access_data"}, {"flights"});
    EXPECT_FALSE(sees(nobody, "dashboards/d"));
    EXPECT_FALSE(sees(nobody, "dashboards/none"));
}

TEST_F(ContentTest, ADashboardIsFoundByUidAndByNumber) {
    const auto row = dashboard("d", {"model:flights"});
    const auto snapshot = catalog->snapshot();
    const auto whose = with(kUserPermissions, {"flights"});
    for (const auto& id : {std::string("d"), std::to_string(row.id)}) {
        const auto found = find_content(*snapshot, 1, whose, {Type::dashboard, id}, documents);
        ASSERT_TRUE(found) << id;
        EXPECT_EQ(found->dashboard->id, row.id);
        EXPECT_EQ(found->look, nullptr);
        EXPECT_EQ(found->folder, nullptr);
        EXPECT_EQ(found->title, "Title of d");
        EXPECT_EQ(to_string(found->ref), "dashboards/" + id);
    }
}

/// For each permission, the path that it opens and what is closed without it.
TEST_F(ContentTest, EachPermissionOpensWhatItShould) {
    dashboard("made", {"model:flights"});
    dashboard("provided", {"model:flights"}, 0, true);
    const auto saved = look({"model:flights"});
    const auto shelf = folder_row("Shelf");
    const std::string look_path = "looks/" + std::to_string(saved.id);
    const std::string folder_path = "folders/" + std::to_string(shelf.id);
    const struct {
        Texts permissions;
        bool made, provided, by_model, look, folder;
    } cases[] = {
        {{}, false, false, false, false, false},
        {{"access_data"}, false, false, false, false, false},
        {{"access_data", "see_looks"}, false, false, false, true, false},
        {{"access_data", "see_user_dashboards"}, false, false, false, false, false},
        {{"see_looks", "see_user_dashboards"}, false, false, false, false, false},
        {{"access_data", "see_looks", "see_user_dashboards"}, true, true, false, true, false},
        {{"see_lookml_dashboards"}, false, false, false, false, false},
        {{"access_data", "see_lookml_dashboards"}, false, true, true, false, false},
        {{"embed_browse_spaces"}, false, false, false, false, true},
        {{"access_data", "embed_browse_spaces"}, false, false, false, false, true},
        {{"access_data", "explore", "manage_spaces", "save_content", "see_drill_overlay",
          "clear_cache_refresh", "embed_save_shared_space"},
         false,
         false,
         false,
         false,
         false},
    };
    for (const auto& one : cases) {
        std::string names;
        for (const auto& name : one.permissions)
            names += name + " ";
        const auto whose = with(one.permissions, {"flights"});
        EXPECT_EQ(sees(whose, "dashboards/made"), one.made) << names;
        EXPECT_EQ(sees(whose, "dashboards/provided"), one.provided) << names;
        EXPECT_EQ(sees(whose, "dashboards/flights::provided"), one.by_model) << names;
        EXPECT_EQ(sees(whose, look_path), one.look) << names;
        EXPECT_EQ(sees(whose, folder_path), one.folder) << names;
    }
}

TEST_F(ContentTest, OnlyTheseThreeOpenADashboardThatSomebodyMade) {
    dashboard("made", {"model:flights"});
    for (const auto& permission : grantable_permissions()) {
        auto others = grantable_permissions();
        others.erase(std::find(others.begin(), others.end(), permission));
        const bool needed = std::find(kUserPermissions.begin(), kUserPermissions.end(),
                                      permission) != kUserPermissions.end();
        EXPECT_EQ(sees(with(others, {"flights"}), "dashboards/made"), !needed) << permission;
    }
}

TEST_F(ContentTest, EveryModelOfADashboardMustBeGranted) {
    dashboard("both", {"model:flights", "model:carriers"});
    EXPECT_TRUE(sees(with(kUserPermissions, {"flights", "carriers"}), "dashboards/both"));
    EXPECT_FALSE(sees(with(kUserPermissions, {"flights"}), "dashboards/both"));
    EXPECT_FALSE(sees(with(kUserPermissions, {"carriers"}), "dashboards/both"));
    EXPECT_FALSE(sees(with(kUserPermissions, {"other"}), "dashboards/both"));
    // One model to look at data, the other to open dashboards: not both for both.
    EmbedGrant mixed = with(kUserPermissions, {"flights"});
    mixed.roles.push_back({{"access_data"}, {"carriers"}, false});
    EXPECT_FALSE(sees(mixed, "dashboards/both"));
    mixed.roles.push_back({kUserPermissions, {"carriers"}, false});
    EXPECT_TRUE(sees(mixed, "dashboards/both"));
}

TEST_F(ContentTest, AVariablesQueryNeedsItsModelToo) {
    store::Dashboard row = dashboard("v", {"model:flights"});
    row.document = document({"model:flights"},
                            R"(, "variables": [{"name": "a", "type": "query",
                               "query": {"model": "carriers", "sql": "SELECT 1"}}])");
    row.modified_at = clock.now() + seconds{1};
    change(row);
    EXPECT_FALSE(sees(with(kUserPermissions, {"flights"}), "dashboards/v"));
    EXPECT_TRUE(sees(with(kUserPermissions, {"flights", "carriers"}), "dashboards/v"));
}

TEST_F(ContentTest, AQueryThatNamesOnlyASourceNeedsAModelOverIt) {
    dashboard("bare", {"flights"});
    dashboard("plain", {"plain"});
    dashboard("nowhere", {"no such source"});
    dashboard("unknown", {"model:no such model"});
    EXPECT_TRUE(sees(with(kUserPermissions, {"flights"}), "dashboards/bare"));
    EXPECT_TRUE(sees(with(kUserPermissions, {"carriers"}), "dashboards/bare"));
    EXPECT_FALSE(sees(with(kUserPermissions, {"plain"}), "dashboards/bare"));
    // Several: the page is there, and the panel says that it cannot know which one.
    EXPECT_TRUE(sees(with(kUserPermissions, {"flights", "carriers"}), "dashboards/bare"));
    // Where no model is defined the source's own name is one; elsewhere it is not.
    EXPECT_TRUE(sees(with(kUserPermissions, {"plain"}), "dashboards/plain"));
    EXPECT_FALSE(sees(with(kUserPermissions, {"flights"}), "dashboards/plain"));
    const Texts all = {"flights", "carriers", "plain"};
    EXPECT_FALSE(sees(with(kUserPermissions, all), "dashboards/nowhere"));
    EXPECT_FALSE(sees(with(kUserPermissions, all), "dashboards/unknown"));
}

TEST_F(ContentTest, APageOfTextOpensWithAnyModel) {
    dashboard("text", {});
    EXPECT_TRUE(sees(with(kUserPermissions, {"anything"}), "dashboards/text"));
    EXPECT_FALSE(sees(with(kLookPermissions, {"anything"}), "dashboards/text"));
    EXPECT_FALSE(sees(with(kUserPermissions, {}), "dashboards/text"));
    EXPECT_FALSE(sees(EmbedGrant{}, "dashboards/text"));
    EmbedGrant administrator;
    administrator.roles = {{grantable_permissions(), {}, true}};
    EXPECT_TRUE(sees(administrator, "dashboards/text"));
}

TEST_F(ContentTest, ByModelAndUidOnlyAProvisionedDashboardOfThatModel) {
    dashboard("made", {"model:flights"});
    dashboard("provided", {"model:flights"}, 0, true);
    dashboard("text", {}, 0, true);
    const auto whose = with(kProvisionedPermissions, {"flights", "carriers"});
    EXPECT_TRUE(sees(whose, "dashboards/flights::provided"));
    EXPECT_FALSE(sees(whose, "dashboards/carriers::provided"));
    EXPECT_FALSE(sees(whose, "dashboards/other::provided"));
    EXPECT_FALSE(sees(whose, "dashboards/flights::made"));
    EXPECT_FALSE(sees(whose, "dashboards/flights::none"));
    EXPECT_TRUE(sees(whose, "dashboards/carriers::text"));
    EXPECT_FALSE(sees(whose, "dashboards/other::text"));
    EXPECT_FALSE(sees(with(kUserPermissions, {"flights"}), "dashboards/flights::provided"));
}

TEST_F(ContentTest, TheBinAndOtherOrganizationsAreNotThere) {
    auto row = dashboard("d", {"model:flights"});
    auto saved = look({"model:flights"});
    const std::string look_path = "looks/" + std::to_string(saved.id);
    const auto whose = with(kUserPermissions, {"flights"});
    ASSERT_TRUE(sees(whose, "dashboards/d"));
    ASSERT_TRUE(sees(whose, look_path));
    row.deleted_at = clock.now();
    change(row);
    saved.deleted_at = clock.now();
    change(saved);
    EXPECT_FALSE(sees(whose, "dashboards/d"));
    EXPECT_FALSE(sees(whose, look_path));

    const auto org = another_organization();
    store::Dashboard theirs;
    theirs.org = org;
    theirs.uid = "theirs";
    theirs.dialect = "casement";
    theirs.title = "Theirs";
    theirs.document = document({});
    store::Folder shelf;
    shelf.org = org;
    shelf.name = "Theirs";
    EmbedGrant administrator;
    administrator.roles = {{grantable_permissions(), {}, true}};
    EXPECT_FALSE(sees(administrator, "dashboards/" + std::to_string(put(theirs).id)));
    EXPECT_FALSE(sees(administrator, "folders/" + std::to_string(put(shelf).id)));
}

TEST_F(ContentTest, ALookHasOnePanel) {
    const auto one = look({"model:flights"});
    const auto two = look({"model:flights", "model:flights"});
    store::Look damaged = look({"model:flights"});
    damaged.document = {{"title", 5}};
    damaged.modified_at = clock.now() + seconds{1};
    change(damaged);
    const auto whose = with(kLookPermissions, {"flights"});
    EXPECT_TRUE(sees(whose, "looks/" + std::to_string(one.id)));
    EXPECT_FALSE(sees(whose, "looks/" + std::to_string(two.id)));
    EXPECT_FALSE(sees(whose, "looks/" + std::to_string(damaged.id)));
    EXPECT_FALSE(sees(with(kLookPermissions, {"carriers"}), "looks/" + std::to_string(one.id)));
    const auto document = documents.get(one).value();
    EXPECT_EQ(document->title, "A look");
    EXPECT_EQ(document->panels.size(), 1U);
    EXPECT_EQ(documents.get(one).value(), document);
}

}  // namespace
}  // namespace casement::access
