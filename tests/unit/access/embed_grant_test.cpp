#include "access/embed_users.h"
#include "unit/access/embed_world.h"

namespace casement::access {
namespace {

using Texts = EmbedWorld::Texts;
using Names = std::map<std::string, std::vector<std::string>, std::less<>>;

class EmbedGrants : public testing::Test, public EmbedWorld {};

TEST_F(EmbedGrants, TheLinksOwnRoleIsWhatItsPermissionsLeave) {
    EmbedLogin link = login();
    link.permissions = {"see_user_dashboards", "explore", "access_data", "nonsense"};
    link.secret = 3;
    link.cookieless = true;
    link.embed_domain = "https://app.example";
    link.target = "/embed/dashboards/1";
    link.timezone = "Europe/Berlin";
    const auto got = grant(link);
    EXPECT_EQ(got.roles, (std::vector<GrantedRole>{{{"access_data"}, {"flights"}, false}}));
    EXPECT_EQ(got.secret, 3);
    EXPECT_EQ(got.external_user_id, "user-4");
    EXPECT_TRUE(got.cookieless);
    EXPECT_EQ(got.embed_domain, "https://app.example");
    EXPECT_EQ(got.target, "/embed/dashboards/1");
    EXPECT_EQ(got.timezone, "Europe/Berlin");
    EXPECT_FALSE(got.ordinary);
    EXPECT_TRUE(got.groups.empty());
}

TEST_F(EmbedGrants, TheEffectiveGrantIsTheUnionOfLinkGroupsAndExternalGroup) {
    const auto viewer = role("viewer", {"access_data", "see_looks"}, {"of_group"});
    const auto reader = role("reader", {"access_data", "see_sql", "see_looks"}, {"of_external"});
    const auto pilots = group("pilots", {viewer.id});
    store::Group external;
    external.org = 1;
    external.name = "acme";
    external.external_group_id = "acme";
    external.roles = {reader.id};
    external = put(external);

    EmbedLogin link = login();
    link.permissions = {"access_data"};
    link.models = {"of_link"};
    link.group_ids = {std::to_string(pilots.id), std::to_string(pilots.id)};
    link.external_group_id = "acme";
    const auto got = grant(link);
    EXPECT_EQ(got.groups, (std::vector<std::int64_t>{pilots.id, external.id}));
    const auto models_with = [&](std::string_view permission) {
        Texts models;
        for (const auto* model : {"of_link", "of_group", "of_external"}) {
            if (got.allows(permission, model)) models.emplace_back(model);
        }
        return models;
    };
    EXPECT_EQ(models_with("access_data"), (Texts{"of_link", "of_group", "of_external"}));
    EXPECT_EQ(models_with("see_looks"), (Texts{"of_group", "of_external"}));
    EXPECT_EQ(models_with("see_sql"), (Texts{"of_external"}));
}

TEST_F(EmbedGrants, AParentInAnotherRoleDoesNotHoldTheChild) {
    const auto half = role("half", {"see_looks", "see_user_dashboards"}, {"flights"});
    const auto pilots = group("pilots", {half.id});
    EmbedLogin link = login();
    link.permissions = {"access_data"};
    link.group_ids = {std::to_string(pilots.id)};
    const auto got = grant(link);
    EXPECT_TRUE(got.allows("access_data", "flights"));
    EXPECT_FALSE(got.allows("see_looks", "flights"));
}

TEST_F(EmbedGrants, EmptyListsAreFineWhenGroupsGiveTheRoles) {
    const auto pilots = group("pilots", {role("viewer", {"access_data"}, {"m"}).id});
    EmbedLogin link = login();
    link.permissions = {};
    link.models = {};
    link.group_ids = {std::to_string(pilots.id)};
    EXPECT_TRUE(grant(link).allows("access_data", "m"));
    EXPECT_EQ(grant(link).roles.size(), 1U);
}

TEST_F(EmbedGrants, GroupsThatAreNotOnesOwnGiveNothing) {
    const auto everything = role("everything", grantable_permissions(), {"flights"});
    const auto org = another_organization();
    const auto elsewhere = group("elsewhere", {everything.id}, org);
    store::Group external;
    external.org = 1;
    external.name = "acme";
    external.external_group_id = "acme";
    external.roles = {everything.id};
    external = put(external);
    const auto borrowed = group("borrows", {role("theirs", {"access_data"}, {"m"}, org).id});

    EmbedLogin link = login();
    link.permissions = {};
    link.models = {};
    // Another organization's, an external one by its number, and no numbers at all.
    link.group_ids = {std::to_string(elsewhere.id),
                      std::to_string(external.id),
                      std::to_string(borrowed.id),
                      "acme",
                      "999",
                      "1 ",
                      "",
                      "0x1",
                      "99999999999999999999"};
    const auto got = grant(link);
    EXPECT_EQ(got.groups, (std::vector<std::int64_t>{borrowed.id}));
    EXPECT_TRUE(got.roles.empty());
}

TEST_F(EmbedGrants, ARoleLostItsSetsGivesNothing) {
    store::Role bare;
    bare.org = 1;
    bare.name = "bare";
    const auto pilots = group("pilots", {put(bare).id, 999});
    EmbedLogin link = login();
    link.permissions = {};
    link.group_ids = {std::to_string(pilots.id)};
    EXPECT_TRUE(grant(link).roles.empty());
}

TEST_F(EmbedGrants, ABuiltInModelSetStandsForEveryModel) {
    store::PermissionSet permissions;
    permissions.org = 1;
    permissions.name = "p";
    permissions.permissions = {"access_data"};
    store::ModelSet all;
    all.org = 1;
    all.name = "All";
    all.built_in = true;
    store::Role of_all;
    of_all.org = 1;
    of_all.name = "all";
    of_all.permission_set = put(permissions).id;
    of_all.model_set = put(all).id;
    const auto pilots = group("pilots", {put(of_all).id});
    EmbedLogin link = login();
    link.permissions = {};
    link.group_ids = {std::to_string(pilots.id)};
    EXPECT_TRUE(grant(link).allows("access_data", "any"));
}

TEST_F(EmbedGrants, AttributesAreResolvedAndFrozen) {
    const auto pilots = group("pilots");
    attribute("airport", "advanced_filter_string", "DFW", {{pilots.id, "ATL"}});
    attribute("region", "string", "west", {{pilots.id, "east"}});
    attribute("city", "string", "Oslo");
    attribute("nothing");
    attribute("salary", "number", "7", {}, {{"value_is_hidden", true}});
    attribute("color", "string", "red", {}, {{"user_can_edit", true}});
    EmbedLogin link = login();
    link.group_ids = {std::to_string(pilots.id)};
    link.attributes = {{"airport", "SFO, OAK"}, {"unknown", "a,b"}, {"empty", ""}};
    const auto got = grant(link);
    EXPECT_EQ(got.attributes, (Names{{"airport", {"SFO", "OAK"}},
                                     {"region", {"east"}},
                                     {"city", {"Oslo"}},
                                     {"salary", {"7"}},
                                     {"color", {"red"}},
                                     {"unknown", {"a,b"}},
                                     {"empty", {}}}));
    EXPECT_EQ(got.hidden, Texts{"salary"});
    EXPECT_EQ(got.editable, Texts{"color"});
}

TEST_F(EmbedGrants, AValueThatNoLongerFitsItsTypeIsNone) {
    attribute("age", "number", "old");
    EXPECT_EQ(grant(login()).attributes, (Names{{"age", {}}}));
}

TEST_F(EmbedGrants, AUserOfTheServerHasHisRolesGroupsAndAttributes) {
    const auto viewer = role("viewer", {"access_data", "see_looks"}, {"flights"});
    const auto reader = role("reader", {"access_data", "see_looks", "see_sql"}, {"carriers"});
    const auto pilots = group("pilots", {reader.id});
    group("others", {role("more", {"access_data"}, {"more"}).id});
    attribute("airport", "string", "DFW", {{pilots.id, "ORD"}});
    attribute("region", "string", "west", {{pilots.id, "east"}});
    attribute("odd", "string", "default");
    const auto ada = user("ada", "Viewer",
                          {{"roles", {viewer.id, viewer.id, "x"}},
                           {"groups", {pilots.id, 999, nullptr}},
                           {"attributes", {{"airport", "ATL"}, {"odd", 5}}},
                           {"timezone", "Europe/Berlin"}});
    const auto got = people.grant_of(*catalog->snapshot(), ada);
    EXPECT_TRUE(got.ordinary);
    EXPECT_EQ(got.user, ada.id);
    EXPECT_EQ(got.name, "Ada Lovelace");
    EXPECT_EQ(got.secret, 0);
    EXPECT_EQ(got.groups, std::vector<std::int64_t>{pilots.id});
    EXPECT_EQ(got.roles.size(), 2U);
    EXPECT_TRUE(got.allows("see_looks", "flights"));
    EXPECT_FALSE(got.allows("see_sql", "flights"));
    EXPECT_TRUE(got.allows("see_sql", "carriers"));
    EXPECT_FALSE(got.allows("access_data", "more"));
    EXPECT_EQ(got.attributes, (Names{{"airport", {"ATL"}}, {"region", {"east"}}, {"odd", {}}}));
    EXPECT_EQ(got.timezone, "Europe/Berlin");
}

TEST_F(EmbedGrants, AUserWithoutRolesHasNothing) {
    const auto got = people.grant_of(*catalog->snapshot(), user("eve", "Editor"));
    EXPECT_TRUE(got.roles.empty());
    EXPECT_TRUE(got.groups.empty());
    EXPECT_TRUE(got.timezone.empty());
}

TEST_F(EmbedGrants, AnAdminHasEverythingThatCanBeGranted) {
    const auto pilots = group("pilots");
    store::Group external;
    external.org = 1;
    external.name = "acme";
    external.external_group_id = "acme";
    external = put(external);
    const auto got = people.grant_of(
        *catalog->snapshot(),
        user("root", "Admin", {{"groups", {external.id}}, {"timezone", "browser"}}));
    for (const auto& permission : embed_permissions()) {
        const bool has = permission.per_model ? got.allows(permission.name, "whatever")
                                              : got.allows(permission.name);
        EXPECT_EQ(has, permission.grantable) << permission.name;
    }
    EXPECT_EQ(got.groups, std::vector<std::int64_t>{pilots.id});
    EXPECT_EQ(got.timezone, "");
}

}  // namespace
}  // namespace casement::access
