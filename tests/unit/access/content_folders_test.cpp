#include "unit/access/content_world.h"

namespace casement::access {
namespace {

class ContentFolders : public ContentTest {};

TEST_F(ContentFolders, AFolderForGroupsHidesItsContentFromOthers) {
    const auto pilots = group("pilots");
    const auto others = group("others");
    const auto shelf = folder_row("Shelf", 0, {pilots.id});
    const auto inner = folder_row("Inner", shelf.id);
    const auto deeper = folder_row("Deeper", inner.id, {others.id, pilots.id});
    dashboard("in", {"model:flights"}, shelf.id);
    dashboard("below", {"model:flights"}, inner.id);
    dashboard("deep", {"model:flights"}, deeper.id);
    const auto saved = look({"model:flights"}, shelf.id);
    const auto look_path = "looks/" + std::to_string(saved.id);
    for (const auto& path : {std::string("dashboards/in"), std::string("dashboards/below"),
                             std::string("dashboards/deep"), look_path}) {
        EXPECT_TRUE(sees(member(pilots), path)) << path;
        EXPECT_FALSE(sees(member(others), path)) << path;
        EXPECT_FALSE(sees(with(kUserPermissions, {"flights"}), path)) << path;
    }
    // A group that is gone lets nobody in.
    remove<store::Group>(pilots.id);
    EXPECT_FALSE(sees(with(kUserPermissions, {"flights"}), "dashboards/in"));
}

TEST_F(ContentFolders, ExternalGroupsDoNotSeeOneAnother) {
    const auto enter = [&](const std::string& user, const std::string& external) {
        EmbedLogin link = login(user);
        link.permissions = {"access_data", "see_looks", "see_user_dashboards",
                            "embed_browse_spaces"};
        link.external_group_id = external;
        return prepare(link).value().grant;
    };
    const auto acme = enter("1", "acme");
    const auto globex = enter("2", "globex");
    const auto snapshot = catalog->snapshot();
    const auto shared = [&](const char* external) {
        return snapshot->folder_of_external_group(snapshot->group_by_external_id(1, external)->id)
            ->id;
    };
    dashboard("of-acme", {"model:flights"}, shared("acme"));
    dashboard("of-globex", {"model:flights"}, shared("globex"));
    const auto path = [&](const char* external) {
        return "folders/" + std::to_string(shared(external));
    };
    EXPECT_TRUE(sees(acme, "dashboards/of-acme"));
    EXPECT_TRUE(sees(acme, path("acme")));
    EXPECT_FALSE(sees(acme, "dashboards/of-globex"));
    EXPECT_FALSE(sees(acme, path("globex")));
    EXPECT_TRUE(sees(globex, "dashboards/of-globex"));
    EXPECT_FALSE(sees(globex, "dashboards/of-acme"));
    // Nor does anybody else: ordinary users, an administrator, embed users of no group.
    const auto admin = people.grant_of(*snapshot, user("root", "Admin"));
    EXPECT_FALSE(sees(admin, "dashboards/of-acme"));
    EXPECT_FALSE(sees(admin, path("acme")));
    EXPECT_FALSE(sees(with(kUserPermissions, {"flights"}), "dashboards/of-acme"));
    // The folder stays closed when its group is gone or its list of groups is emptied.
    auto row = *snapshot->find<store::Folder>(shared("acme"));
    row.groups.clear();
    change(row);
    EXPECT_FALSE(sees(globex, "dashboards/of-acme"));
    EXPECT_TRUE(sees(acme, "dashboards/of-acme"));
}

TEST_F(ContentFolders, InAClosedSystemEmbedUsersSeeOnlyFoldersOfTheirGroups) {
    const auto pilots = group("pilots");
    const auto open_shelf = folder_row("Open");
    const auto theirs = folder_row("Theirs", 0, {pilots.id});
    const auto below = folder_row("Below", theirs.id);
    dashboard("loose", {"model:flights"});
    dashboard("open", {"model:flights"}, open_shelf.id);
    dashboard("theirs", {"model:flights"}, theirs.id);
    dashboard("below", {"model:flights"}, below.id);
    const auto stranger = with(kUserPermissions, {"flights"});
    const auto pilot = member(pilots);
    for (const auto* path : {"dashboards/loose", "dashboards/open"}) {
        EXPECT_TRUE(sees(stranger, path)) << path;
        EXPECT_TRUE(sees(pilot, path)) << path;
    }
    settings(R"({"closed_system": true})");
    for (const auto* path : {"dashboards/loose", "dashboards/open"}) {
        EXPECT_FALSE(sees(stranger, path)) << path;
        EXPECT_FALSE(sees(pilot, path)) << path;
    }
    for (const auto* path : {"dashboards/theirs", "dashboards/below"}) {
        EXPECT_FALSE(sees(stranger, path)) << path;
        EXPECT_TRUE(sees(pilot, path)) << path;
    }
    // The switch keeps embed users apart, not the people who run the place.
    const auto admin = people.grant_of(*catalog->snapshot(), user("root", "Admin"));
    EXPECT_TRUE(sees(admin, "dashboards/loose"));
    EXPECT_TRUE(sees(admin, "dashboards/theirs"));
}

TEST_F(ContentFolders, ContentTooDeepInFoldersIsNobodys) {
    std::int64_t in = 0;
    for (int depth = 1; depth <= 65; ++depth) {
        in = folder_row("Folder", in).id;
        if (depth >= 64) dashboard("at-" + std::to_string(depth), {"model:flights"}, in);
    }
    EXPECT_TRUE(sees(with(kUserPermissions, {"flights"}), "dashboards/at-64"));
    EXPECT_FALSE(sees(with(kUserPermissions, {"flights"}), "dashboards/at-65"));
}

TEST_F(ContentFolders, AFolderListsWhatThisPersonMayOpen) {
    const auto pilots = group("pilots");
    const auto others = group("others");
    const auto top = folder_row("Top");
    const auto shelf = folder_row("Shelf", top.id, {pilots.id});
    const auto zebra = folder_row("Zebra", shelf.id);
    folder_row("Closed", shelf.id, {others.id});
    folder_row("Ant", shelf.id);
    const auto b = dashboard("b", {"model:flights"}, shelf.id);
    dashboard("a", {"model:flights"}, shelf.id);
    dashboard("forbidden", {"model:carriers"}, shelf.id);
    auto binned = dashboard("binned", {"model:flights"}, shelf.id);
    binned.deleted_at = clock.now();
    change(binned);
    const auto saved = look({"model:flights"}, shelf.id);
    look({"model:carriers"}, shelf.id);

    Texts permissions = kUserPermissions;
    permissions.emplace_back("embed_browse_spaces");
    const auto pilot = member(pilots, permissions);
    const auto listing = list(pilot, shelf.id);
    EXPECT_EQ(listing.title, "Shelf");
    EXPECT_EQ(to_string(listing.self), "folders/" + std::to_string(shelf.id));
    ASSERT_TRUE(listing.parent.has_value());
    EXPECT_EQ(to_string(*listing.parent), "folders/" + std::to_string(top.id));
    EXPECT_EQ(titles(listing.folders), (Texts{"Ant", "Zebra"}));
    EXPECT_EQ(to_string(listing.folders.back().ref), "folders/" + std::to_string(zebra.id));
    EXPECT_EQ(titles(listing.items), (Texts{"A look", "Title of a", "Title of b"}));
    EXPECT_EQ(to_string(listing.items.front().ref), "looks/" + std::to_string(saved.id));
    EXPECT_EQ(to_string(listing.items.back().ref), "dashboards/" + std::to_string(b.id));
    for (const auto& entry : listing.items)
        EXPECT_TRUE(sees(pilot, to_string(entry.ref))) << entry.title;
    EXPECT_FALSE(list(pilot, top.id).parent.has_value());

    settings(R"({"closed_system": true})");
    EXPECT_FALSE(list(pilot, shelf.id).parent.has_value());
    EXPECT_FALSE(sees(pilot, "folders/" + std::to_string(top.id)));
    EXPECT_FALSE(sees(member(pilots), "folders/" + std::to_string(shelf.id)));
}

}  // namespace
}  // namespace casement::access
