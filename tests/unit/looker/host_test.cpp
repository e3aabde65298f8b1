#include "dialects/looker/host.h"

#include "dialects/looker/reasons.h"

#include <vector>

#include <gtest/gtest.h>

namespace casement::looker {
namespace {

const std::vector<std::string> kPublic = {"bar.com", "dash.example:8443"};

TEST(LookerHost, FindsTheConfiguredHostHoweverItIsSpelled) {
    EXPECT_EQ(check_host("bar.com", kPublic).value(), "bar.com");
    EXPECT_EQ(check_host("BAR.com", kPublic).value(), "bar.com");
    EXPECT_EQ(check_host("bar.com:443", kPublic).value(), "bar.com");
    EXPECT_EQ(check_host("dash.example:8443", kPublic).value(), "dash.example:8443");
    EXPECT_EQ(check_host("bar.com", std::vector<std::string>{"Bar.com:443"}).value(),
              "bar.com:443");
}

TEST(LookerHost, RefusesAnotherInTheVendorsWords) {
    const auto refused = check_host("foo.com", kPublic);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, kHostInvalid);
    EXPECT_EQ(refused.error().message, "Invalid host: foo.com  (Use bar.com instead)");
    for (const std::string_view host : {"dash.example", "bar.com:8443", "bar.com.", "xbar.com"})
        EXPECT_FALSE(check_host(host, kPublic).has_value()) << host;
}

TEST(LookerHost, RefusesWhatIsNoHostAtAll) {
    for (const std::string_view host :
         {"", "a b", "a/b", "a\nb", "user@bar.com", "bar.com,foo.com", "\xC3\xA9.com"}) {
        EXPECT_FALSE(check_host(host, {}).has_value()) << host;
        EXPECT_FALSE(check_host(host, kPublic).has_value()) << host;
    }
    EXPECT_FALSE(check_host(std::string(300, 'a'), {}).has_value());
}

TEST(LookerHost, WithoutAConfiguredHostEveryOneIsTakenAsItCame) {
    EXPECT_EQ(check_host("127.0.0.1:8080", {}).value(), "127.0.0.1:8080");
    EXPECT_EQ(check_host("[::1]:8080", {}).value(), "[::1]:8080");
    EXPECT_EQ(check_host("Dash.example", {}).value(), "dash.example");
}

}  // namespace
}  // namespace casement::looker
