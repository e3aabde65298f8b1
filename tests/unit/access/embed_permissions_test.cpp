#include "access/embed_permissions.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::access {
namespace {

using Names = std::vector<std::string>;

Names effective(Names names) {
    return effective_permissions(names);
}
bool has(const Names& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

TEST(EmbedPermissions, GrantsTheseTenAndNoOther) {
    EXPECT_EQ(grantable_permissions(),
              (Names{"access_data", "see_lookml_dashboards", "see_looks", "see_user_dashboards",
                     "see_sql", "download_with_limit", "download_without_limit",
                     "clear_cache_refresh", "see_drill_overlay", "embed_browse_spaces"}));
    EXPECT_EQ(effective(grantable_permissions()), grantable_permissions());
}

TEST(EmbedPermissions, HoldsTheVendorsTree) {
    const std::vector<std::array<std::string_view, 2>> tree = {
        {"access_data", ""},
        {"see_lookml_dashboards", "access_data"},
        {"see_looks", "access_data"},
        {"see_user_dashboards", "see_looks"},
        {"explore", "see_looks"},
        {"create_table_calculations", "explore"},
        {"create_custom_fields", "explore"},
        {"can_create_forecast", "explore"},
        {"save_content", "see_looks"},
        {"see_sql", "see_looks"},
        {"create_alerts", "see_looks"},
        {"send_outgoing_webhook", "see_looks"},
        {"send_to_s3", "see_looks"},
        {"send_to_sftp", "see_looks"},
        {"send_to_integration", "see_looks"},
        {"schedule_look_emails", "see_looks"},
        {"schedule_external_look_emails", "schedule_look_emails"},
        {"download_with_limit", "see_looks"},
        {"download_without_limit", "see_looks"},
        {"clear_cache_refresh", "access_data"},
        {"see_drill_overlay", "access_data"},
        {"manage_spaces", ""},
        {"embed_browse_spaces", ""},
        {"embed_save_shared_space", ""}};
    ASSERT_EQ(embed_permissions().size(), tree.size());
    for (std::size_t i = 0; i < tree.size(); ++i) {
        EXPECT_EQ(embed_permissions()[i].name, tree[i][0]);
        EXPECT_EQ(embed_permissions()[i].parent, tree[i][1]);
        EXPECT_FALSE(embed_permissions()[i].description.empty());
    }
}

TEST(EmbedPermissions, InstancePermissionsAreTheVendors) {
    std::set<std::string_view> of_the_instance;
    for (const auto& permission : embed_permissions()) {
        if (!permission.per_model) of_the_instance.insert(permission.name);
    }
    EXPECT_EQ(of_the_instance,
              (std::set<std::string_view>{
                  "create_table_calculations", "create_custom_fields", "can_create_forecast",
                  "save_content", "create_alerts", "download_with_limit", "download_without_limit",
                  "manage_spaces", "embed_browse_spaces", "embed_save_shared_space"}));
}

TEST(EmbedPermissions, AMissingParentDropsTheChildAndWhatHangsOnIt) {
    EXPECT_EQ(effective({"see_user_dashboards", "access_data"}), (Names{"access_data"}));
    EXPECT_EQ(effective({"see_looks", "see_user_dashboards", "see_sql", "download_with_limit"}),
              Names{});
    EXPECT_EQ(effective({"see_drill_overlay", "clear_cache_refresh", "see_lookml_dashboards"}),
              Names{});
    EXPECT_EQ(effective({"embed_browse_spaces"}), (Names{"embed_browse_spaces"}));
    for (const auto& permission : embed_permissions()) {
        if (permission.parent.empty()) continue;
        Names all;
        for (const auto& other : embed_permissions()) {
            if (other.name != permission.parent) all.emplace_back(other.name);
        }
        EXPECT_FALSE(has(effective(all), permission.name)) << permission.name;
    }
}

TEST(EmbedPermissions, NamesThatOpenNothingHereAreDroppedSilently) {
    EXPECT_EQ(effective({"access_data",
                         "see_looks",
                         "explore",
                         "save_content",
                         "schedule_look_emails",
                         "schedule_external_look_emails",
                         "send_to_s3",
                         "send_to_sftp",
                         "send_to_integration",
                         "send_outgoing_webhook",
                         "create_alerts",
                         "create_table_calculations",
                         "create_custom_fields",
                         "can_create_forecast",
                         "manage_spaces",
                         "embed_save_shared_space",
                         "gemini_in_looker",
                         "ACCESS_DATA",
                         " access_data",
                         "",
                         "admin",
                         "*"}),
              (Names{"access_data", "see_looks"}));
}

TEST(EmbedPermissions, OrderAndRepetitionChangeNothing) {
    EXPECT_TRUE(rc::check([] {
        Names all;
        for (const auto& permission : embed_permissions())
            all.emplace_back(permission.name);
        Names sent = *rc::gen::container<Names>(rc::gen::elementOf(all));
        const auto once = effective(sent);
        std::sort(sent.begin(), sent.end());
        RC_ASSERT(effective(sent) == once);
        RC_ASSERT(effective(once) == once);
        for (const auto& name : once) {
            const auto* known = find_embed_permission(name);
            RC_ASSERT(known->grantable);
            RC_ASSERT(has(sent, name));
            RC_ASSERT(known->parent.empty() || has(once, known->parent));
        }
    }));
}

}  // namespace
}  // namespace casement::access
