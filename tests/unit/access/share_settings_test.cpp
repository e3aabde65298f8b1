#include "access/share_settings.h"

#include <gtest/gtest.h>

namespace casement::access {
namespace {

ShareSettings read(std::string_view text) {
    return read_share_settings(parse_json(text).value().as_object());
}

TEST(ShareSettings, MissingMeansTheNarrowestReading) {
    const auto settings = read("{}");
    EXPECT_FALSE(settings.time_selectable);
    EXPECT_FALSE(settings.download);
    EXPECT_TRUE(settings.variables.empty());
    EXPECT_EQ(settings.session_length, kLongestSession);
    EXPECT_EQ(frame_ancestors(settings), "*");
}

TEST(ShareSettings, NamedSitesAndThisServerMayFrameIt) {
    const auto settings =
        read(R"({"allowed_origins": ["https://a.example", "https://*.b.example"]})");
    EXPECT_EQ(frame_ancestors(settings), "'self' https://a.example https://*.b.example");
}

TEST(ShareSettings, AnOddTypeNeverOpensAnything) {
    const auto settings = read(R"({
        "global_time_selectable": "true", "download": 1, "session_length_seconds": "3600",
        "allowed_origins": "https://evil.example", "expires_at": 5,
        "selectable_template_vars": [{"name": "a", "visible_tags": ["*", 1]}, 7],
        "global_time": "1h"})");
    EXPECT_FALSE(settings.time_selectable);
    EXPECT_FALSE(settings.download);
    EXPECT_EQ(settings.session_length, std::chrono::seconds{0});
    EXPECT_EQ(frame_ancestors(settings), "'none'");
    ASSERT_TRUE(settings.expires_at.has_value());
    EXPECT_EQ(*settings.expires_at, Time{});
    ASSERT_EQ(settings.variables.size(), 1U);
    EXPECT_TRUE(settings.variables.front().visible_tags.empty());
    EXPECT_EQ(settings.live_span, "");
}

TEST(ShareSettings, ASessionIsNeverLongerThanThirtyDays) {
    EXPECT_EQ(read(R"({"session_length_seconds": 99999999})").session_length, kLongestSession);
    EXPECT_EQ(read(R"({"session_length_seconds": -5})").session_length, std::chrono::seconds{0});
    EXPECT_EQ(read(R"({"session_length_seconds": 3600})").session_length, std::chrono::hours{1});
}

TEST(CheckOrigin, TakesWhatTheThreeEnginesAgreeOn) {
    EXPECT_EQ(check_origin("https://App.Example.com").value(), "https://app.example.com");
    EXPECT_EQ(check_origin("https://app.example.com:8443").value(), "https://app.example.com:8443");
    EXPECT_EQ(check_origin("https://app.example.com:443/").value(), "https://app.example.com");
    EXPECT_EQ(check_origin("https://*.example.com").value(), "https://*.example.com");
    EXPECT_EQ(check_origin("http://127.0.0.1:8080").value(), "http://127.0.0.1:8080");
    EXPECT_EQ(check_origin("https://app.example.com:*").value(), "https://app.example.com:*");
}

TEST(CheckOrigin, RefusesWhatTheyDisagreeOnOrWhatIsNoOrigin) {
    for (const auto* bad : {"",
                            "app.example.com",
                            "https://",
                            "https://a/b",
                            "https://a?x",
                            "https://a#x",
                            "*",
                            "https:",
                            "https://*",
                            "https://*.*.example.com",
                            "https://a b",
                            "https://a;script-src *",
                            "https://a,b",
                            "javascript://a",
                            "https://a:0",
                            "https://a:99999",
                            "https://a:",
                            "https://a..b",
                            "https://user@a",
                            "'self'",
                            "https://a\r\nX: y",
                            "https://.a",
                            "https://\xC3\xA9.example"}) {
        EXPECT_FALSE(check_origin(bad)) << bad;
    }
}

}  // namespace
}  // namespace casement::access
