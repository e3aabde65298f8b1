#include "access/anonymous.h"

#include "unit/access/content_world.h"

#include <gtest/gtest.h>

namespace casement::access {
namespace {

class Anonymous : public ContentTest {
  protected:
    static AnonymousAccess access(std::vector<std::string> addresses, bool enabled = true,
                                  std::string organization = "", std::string role = "Viewer") {
        return AnonymousAccess::create({enabled, std::move(organization), std::move(role),
                                        std::move(addresses), "https://BI.example.com:8443"})
            .value();
    }
    std::optional<store::OrgId> org_of(const AnonymousAccess& anonymous) const {
        return anonymous.organization(*catalog->snapshot());
    }
};

TEST_F(Anonymous, AdmitsFromTheAddressesThatAreNamedAndFromNowhereElse) {
    const auto anonymous = access({"10.0.0.0/8", "fd00::/8"});
    EXPECT_TRUE(anonymous.admits(std::string("10.1.2.3")));
    EXPECT_TRUE(anonymous.admits(std::string("::ffff:10.1.2.3")));
    EXPECT_TRUE(anonymous.admits(std::string("fd12::1")));
    for (const std::string other : {"11.0.0.1", "127.0.0.1", "::1", "", "10.1.2.3 ", "somebody"})
        EXPECT_FALSE(anonymous.admits(other)) << other;
    EXPECT_FALSE(access({}).admits(std::string("127.0.0.1")));
}

TEST_F(Anonymous, AdmitsAtItsOwnNamesAndAtNoOther) {
    const auto anonymous = access({"0.0.0.0/0"});
    for (const std::string own :
         {"bi.example.com", "BI.EXAMPLE.COM:8443", "bi.example.com:80", "localhost",
          "localhost:8080", "127.0.0.1:8080", "10.0.0.4", "[::1]:8080", "[fd00::4]", "::1"})
        EXPECT_TRUE(anonymous.admits_at(own)) << own;
    for (const std::string other :
         {"", "evil.example", "evil.example:8443", "bi.example.com.evil.example",
          "127.0.0.1.nip.io", "localhost.evil.example", "[::1", "bi.example.com@evil.example",
          ":8080"})
        EXPECT_FALSE(anonymous.admits_at(other)) << other;
    EXPECT_FALSE(AnonymousAccess().admits_at("localhost"));
}

TEST_F(Anonymous, IsForNobodyUnlessItIsSwitchedOn) {
    EXPECT_FALSE(AnonymousAccess().admits(std::string("127.0.0.1")));
    EXPECT_EQ(org_of(AnonymousAccess()), std::nullopt);
    const auto off = access({"0.0.0.0/0"}, false);
    EXPECT_FALSE(off.admits(std::string("127.0.0.1")));
    EXPECT_EQ(org_of(off), std::nullopt);
    EXPECT_FALSE(off.principal(*catalog->snapshot()).has_value());
}

TEST_F(Anonymous, IsOfOneOrganization) {
    EXPECT_EQ(org_of(access({"::/0"})), 1);
    EXPECT_EQ(org_of(access({"::/0"}, true, catalog->snapshot()->organization(1)->name)), 1);
    EXPECT_EQ(org_of(access({"::/0"}, true, "nobody")), std::nullopt);
}

TEST_F(Anonymous, ReadsWhatItsRoleMay) {
    const auto viewer = access({"::/0"}).principal(*catalog->snapshot());
    ASSERT_TRUE(viewer);
    EXPECT_EQ(viewer->org, 1);
    EXPECT_EQ(viewer->actor, "anonymous");
    EXPECT_EQ(viewer->key, 0);
    EXPECT_TRUE(viewer->require(Permission::dashboards_read));
    EXPECT_FALSE(viewer->require(Permission::dashboards_write));
}

TEST_F(Anonymous, SaysWhatIsWrongWithItsSettings) {
    const auto wrong = [](AnonymousAccess::Settings settings) {
        const auto made = AnonymousAccess::create(settings);
        return made ? "" : made.error().message;
    };
    EXPECT_NE(wrong({true, "", "Viewer", {"the office"}}).find("the office"), std::string::npos);
    for (const auto* role : {"None", "viewer", "", "Owner"})
        EXPECT_NE(wrong({true, "", role, {}}).find("org_role"), std::string::npos) << role;
}

}  // namespace
}  // namespace casement::access
