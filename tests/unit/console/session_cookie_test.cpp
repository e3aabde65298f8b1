#include "console/session_cookie.h"

#include <gtest/gtest.h>

namespace casement::console {
namespace {

using std::chrono_literals::operator""s;

std::string header(SameSite same_site, bool secure, bool is_https = true) {
    return CookieRules{same_site, secure}.header("value", "/path/", 60s, is_https);
}

TEST(SessionCookie, IsPartitionedWhereFramesOfOtherSitesMayHaveIt) {
    EXPECT_EQ(header(SameSite::none, true),
              "__Secure-casement=value; Path=/path/; Secure; HttpOnly; SameSite=None; Partitioned; "
              "Max-Age=60");
    EXPECT_EQ(CookieRules{}.header("value", "/path/", 60s, true), header(SameSite::none, true));
}

TEST(SessionCookie, SaysOfSitesWhatItWasTold) {
    EXPECT_EQ(header(SameSite::lax, true),
              "__Secure-casement=value; Path=/path/; Secure; HttpOnly; SameSite=Lax; Max-Age=60");
    EXPECT_EQ(header(SameSite::strict, true),
              "__Secure-casement=value; Path=/path/; Secure; HttpOnly; SameSite=Strict; "
              "Max-Age=60");
    EXPECT_EQ(header(SameSite::disabled, true),
              "__Secure-casement=value; Path=/path/; Secure; HttpOnly; Max-Age=60");
}

TEST(SessionCookie, GoesOverPlainHttpOnlyWhenItNeedNotBeSecure) {
    EXPECT_EQ(header(SameSite::none, true, false), "");
    // A name that only secure cookies may have would be thrown away.
    EXPECT_EQ(header(SameSite::lax, false, false),
              "casement=value; Path=/path/; HttpOnly; SameSite=Lax; Max-Age=60");
    EXPECT_EQ(header(SameSite::none, false, true),
              "casement=value; Path=/path/; HttpOnly; SameSite=None; Max-Age=60");
}

TEST(SessionCookie, IsNotThereWithoutAValue) {
    EXPECT_EQ(CookieRules{}.header("", "/path/", 60s, true), "");
}

TEST(SessionCookie, ReadsTheSettingAsGrafanaDoes) {
    EXPECT_EQ(same_site_of("none"), SameSite::none);
    EXPECT_EQ(same_site_of("lax"), SameSite::lax);
    EXPECT_EQ(same_site_of("strict"), SameSite::strict);
    EXPECT_EQ(same_site_of("disabled"), SameSite::disabled);
}

}  // namespace
}  // namespace casement::console
