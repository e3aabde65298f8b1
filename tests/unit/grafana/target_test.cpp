#include "dialects/grafana/target.h"

#include "base/encoding.h"
#include "dialects/grafana/reasons.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::grafana {
namespace {

using namespace std::chrono_literals;

Target read(std::string_view text) {
    auto target = read_target(text);
    if (!target) {
        ADD_FAILURE() << text << ": " << target.error().message;
        return {};
    }
    return std::move(*target);
}
std::string code_of(std::string_view text) {
    const auto target = read_target(text);
    if (target) return "accepted";
    EXPECT_FALSE(target.error().message.empty());
    return std::string(target.error().code);
}
std::string point(std::string_view text) {
    const auto read = read_time_point(text);
    if (!read) return "unreadable";
    if (const auto* moment = std::get_if<Time>(&*read)) return to_rfc3339(*moment);
    return std::get<std::string>(*read);
}

TEST(GrafanaTarget, ReadsADashboardWithEverythingThatALinkMaySay) {
    const auto target = read(
        "/d/sales-1/my-sales?orgId=1&from=now-6h&to=now&timezone=Europe%2FBerlin&var-region=eu"
        "&var-city=S%C3%A3o+Paulo&var-region=us&var-empty=&refresh=30s&kiosk&viewPanel=panel-7"
        "&theme=dark&_dash.hideTimePicker=true&_dash.hideVariables&_dash.hideLinks=&autofitpanels"
        "&hideLogo=1&unknown=x");
    EXPECT_EQ(target.path, "/d/sales-1/my-sales");
    EXPECT_EQ(target.dashboard_uid, "sales-1");
    EXPECT_EQ(target.slug, "my-sales");
    EXPECT_FALSE(target.is_solo);
    EXPECT_EQ(target.org, 1);
    EXPECT_EQ(target.from, TimePoint("now-6h"));
    EXPECT_EQ(target.to, TimePoint("now"));
    EXPECT_EQ(target.timezone, "Europe/Berlin");
    ASSERT_EQ(target.variables.size(), 3U);
    EXPECT_EQ(target.variables[0].name, "region");
    EXPECT_EQ(target.variables[0].values, (std::vector<std::string>{"eu", "us"}));
    EXPECT_EQ(target.variables[1].values, (std::vector<std::string>{"São Paulo"}));
    EXPECT_EQ(target.variables[2].values, (std::vector<std::string>{""}));
    EXPECT_EQ(target.refresh, 30s);
    EXPECT_EQ(target.kiosk, Kiosk::full);
    EXPECT_EQ(target.panel, 7);
    EXPECT_TRUE(target.panel_text.empty());
    EXPECT_EQ(target.theme, "dark");
    EXPECT_TRUE(target.hides_time_picker && target.hides_variables && target.hides_links);
    EXPECT_TRUE(target.fits_panels && target.hides_logo);
    EXPECT_TRUE(target.ignored.empty());
}

TEST(GrafanaTarget, SaysNothingWhereTheUrlSaysNothing) {
    const auto target =
        read("/d/x?from=&to=&orgId=&timezone=&theme=&viewPanel=&_dash.hideLinks=no");
    EXPECT_FALSE(target.from || target.to || target.org || target.timezone || target.theme ||
                 target.panel || target.refresh);
    EXPECT_EQ(target.kiosk, Kiosk::off);
    EXPECT_FALSE(target.hides_links);
    EXPECT_TRUE(target.ignored.empty());
    EXPECT_EQ(read("/d/x?refresh=").refresh, 0s);
    EXPECT_EQ(read("/d/x?kiosk=tv").kiosk, Kiosk::tv);
    EXPECT_EQ(read("/d/x?kiosk=false").kiosk, Kiosk::off);
}

TEST(GrafanaTarget, ReadsOnePanel) {
    for (const std::string_view text :
         {"/d-solo/x/y?panelId=13", "/d-solo/x/y?panelId=panel-13", "/d-solo/x?panelId=13"}) {
        const auto target = read(text);
        EXPECT_TRUE(target.is_solo);
        EXPECT_EQ(target.panel, 13);
    }
    EXPECT_EQ(read("/d-solo/x?panelId=panel-13").panel_text, "panel-13");
    for (const std::string_view text :
         {"/d-solo/x/y", "/d-solo/x/y?panelId=", "/d-solo/x?panelId=a", "/d-solo/x?panelId=-1",
          "/d-solo/x?panelId=013", "/d-solo/x?viewPanel=13", "/d-solo/x?panelId=1234567890"}) {
        EXPECT_EQ(code_of(text), kTargetRefused) << text;
    }
    EXPECT_EQ(code_of("/d-solo/x?panelId=1&panelId=2"), kParameterDuplicate);
}

TEST(GrafanaTarget, RefusesWhateverIsNotPlainlyADashboard) {
    for (const std::string_view text : {"",
                                        "/",
                                        "/d",
                                        "/d/",
                                        "/d//x",
                                        "/D/x",
                                        "d/x",
                                        "//d/x",
                                        "/d/..",
                                        "/d/x/..",
                                        "/d/x/%2e%2e",
                                        "/d/x/a/b",
                                        "/d/x//",
                                        "/d/x/a%2Fb",
                                        "/d/x/a%5cb",
                                        "/d/%2e%2e",
                                        "/d/a%2Fb",
                                        "/d/a.b",
                                        "/d/a%00",
                                        "/d/x/a%0a",
                                        "/d/x/%ff",
                                        "/dashboard/snapshot/x",
                                        "/api/dashboards/uid/x",
                                        "/d/%zz",
                                        "https://other.example/d/x",
                                        "?/d/x",
                                        "/embed/dashboards/1"}) {
        EXPECT_EQ(code_of(text), kTargetRefused) << text;
    }
    EXPECT_EQ(code_of("/d/" + std::string(64, 'u')), "accepted");
    EXPECT_EQ(code_of("/d/" + std::string(65, 'u')), kTargetRefused);
    EXPECT_EQ(code_of("/d/x/" + std::string(1025, 's')), kTargetRefused);
    EXPECT_EQ(code_of("/d/x/s/"), "accepted");
    EXPECT_EQ(read("/d/x/").slug, "");
    EXPECT_EQ(read("/d/%61bc/%C3%A9").dashboard_uid, "abc");
    EXPECT_EQ(read("/d/%61bc/%C3%A9").slug, "é");
    EXPECT_EQ(read("/d/%61bc/%C3%A9").path, "/d/%61bc/%C3%A9");
}

TEST(GrafanaTarget, RefusesQueriesWithTwoReadings) {
    for (const std::string_view text :
         {"/d/x?a b=1", "/d/x?a#b", "/d/x?a\\b", "/d/x?\xC3\xA9", "/d/x?var-a=%", "/d/x?var-a=%f",
          "/d/x?%zz=1", "/d/x?=1", "/d/x?%00=1", "/d/x?%ff=1", "/d/x?a\n=1"}) {
        EXPECT_EQ(code_of(text), kLinkMalformed) << text;
    }
    for (const std::string_view text :
         {"/d/x?var-a=%00", "/d/x?var-a=%0a", "/d/x?var-a=%7f", "/d/x?var-a=%ff", "/d/x?orgId=a",
          "/d/x?orgId=0", "/d/x?orgId=-1", "/d/x?orgId=01", "/d/x?orgId=1e3",
          "/d/x?orgId=9999999999999999999"}) {
        EXPECT_EQ(code_of(text), kParameterInvalid) << text;
    }
    for (const std::string_view name : {"from", "to", "theme", "orgId", "viewPanel", "kiosk"}) {
        const auto once = std::string(name) + "=1";
        EXPECT_EQ(code_of("/d/x?" + once + "&" + once), kParameterDuplicate) << name;
    }
    EXPECT_EQ(code_of("/d/x?orgId=1&%6frgId=2"), kParameterDuplicate);
    EXPECT_EQ(code_of("/d/x?var-a=1&var-a=1"), "accepted");
    EXPECT_EQ(code_of("/d/x?&&a=1&"), "accepted");
}

TEST(GrafanaTarget, HasLimits) {
    EXPECT_EQ(code_of("/d/x?var-a=" + std::string(4096, 'v')), "accepted");
    EXPECT_EQ(code_of("/d/x?var-a=" + std::string(4097, 'v')), kParameterInvalid);
    EXPECT_EQ(code_of("/d/x?" + std::string(256, 'n') + "=1"), kLinkMalformed);
    EXPECT_EQ(code_of("/d/x?a=" + std::string(kMaxLinkLength, 'v')), kLinkMalformed);
    std::string many = "/d/x?";
    for (int i = 0; i < 256; ++i)
        many += "a&";
    EXPECT_EQ(code_of(many), "accepted");
    EXPECT_EQ(code_of(many + "a"), kLinkMalformed);
}

TEST(GrafanaTarget, IgnoresLooksThatNobodyCanRead) {
    const auto target = read(
        "/d/x?from=yesterday&to=now%2B&refresh=soon&kiosk=maybe&theme=neon&viewPanel=a"
        "&timezone=a%20b&time=1&time.window=-1");
    EXPECT_EQ(target.ignored, (std::vector<std::string>{"viewPanel", "from", "to", "time.window",
                                                        "timezone", "theme", "refresh", "kiosk"}));
    EXPECT_FALSE(target.from || target.to || target.refresh || target.theme || target.panel);
}

TEST(GrafanaTarget, ReadsTimesAsGrafanaDoes) {
    EXPECT_EQ(point("now"), "now");
    EXPECT_EQ(point("now-6h"), "now-6h");
    EXPECT_EQ(point("now/d"), "now/d");
    EXPECT_EQ(point("now-1M/fQ"), "now-1M/fQ");
    EXPECT_EQ(point("now-1d/d+8h"), "now-1d/d+8h");
    EXPECT_EQ(point("6h"), "now-6h");
    EXPECT_EQ(point("20240229"), "2024-02-29T00:00:00.000000Z");
    EXPECT_EQ(point("20240229T235958"), "2024-02-29T23:59:58.000000Z");
    EXPECT_EQ(point("2024-02-29 23:59:58"), "2024-02-29T23:59:58.000000Z");
    EXPECT_EQ(point("2024-02-29T23:59:58.123Z"), "2024-02-29T23:59:58.123000Z");
    EXPECT_EQ(point("1726823533000"), "2024-09-20T09:12:13.000000Z");
    EXPECT_EQ(point("-1"), "1969-12-31T23:59:59.999000Z");
    for (const std::string_view text :
         {"", "now6h", "now-", "now-h", "now-6", "now/", "now/x", "nowish", "now-6h ", "20240230",
          "20241301", "6", "h", "6x", "-", "--1", "123456789012345", "1e3", "now-1234567890h"}) {
        if (text == "6") continue;  // milliseconds since 1970
        EXPECT_EQ(point(text), "unreadable") << text;
    }
    EXPECT_EQ(point(std::string(65, '1')), "unreadable");
}

TEST(GrafanaTarget, AMomentWithItsWindowGoesBeforeFromAndTo) {
    const auto target = read("/d/x?from=now-1h&to=now&time=1500000000000&time.window=10000");
    EXPECT_EQ(target.from, TimePoint(from_unix_seconds(1499999995)));
    EXPECT_EQ(target.to, TimePoint(from_unix_seconds(1500000005)));
    EXPECT_EQ(read("/d/x?from=now-1h&time=1500000000000").from, TimePoint("now-1h"));
}

TEST(GrafanaTarget, CleaningTakesOutTheProofAndNothingElse) {
    EXPECT_EQ(clean_target("/d/x/y?orgId=1&aliyun_api_key=eyJ=+/&from=now-6h"),
              "/d/x/y?orgId=1&from=now-6h");
    EXPECT_EQ(clean_target("/d/x?aliyun_api_key=k"), "/d/x");
    EXPECT_EQ(clean_target("/d/x?%61liyun_api_key=k&var-a=%C3%a9+%2b&&b"),
              "/d/x?var-a=%C3%a9+%2b&&b");
    EXPECT_EQ(clean_target("/d/x?a=1&ALIYUN_x=1&Casement_lock=a&casement%5Fkey=k&b"), "/d/x?a=1&b");
    EXPECT_EQ(clean_target("/d/x?var-aliyun_api_key=1"), "/d/x?var-aliyun_api_key=1");
    EXPECT_EQ(clean_target("/d/x"), "/d/x");
    EXPECT_EQ(clean_target("/d/x?"), "/d/x?");
    EXPECT_EQ(clean_target("/d/x?aliyun_%zz=1&%"), "/d/x?%");
    EXPECT_TRUE(has_proof("/d/x?a&casement_nonce"));
    EXPECT_FALSE(has_proof("/d/aliyun_api_key?a=aliyun_api_key"));
}

TEST(GrafanaTarget, CleaningTwiceIsCleaningOnceAndWhatIsLeftHasNoProof) {
    EXPECT_TRUE(rc::check([] {
        const auto pair = rc::gen::element<std::string>(
            "a=1", "", "aliyun_api_key=x", "%61liyun_api_key_sign=1", "casement_key", "var-a=%41",
            "b==", "=", "CASEMENT_LOCK=a", "%zz", "aliyun=1", "var-b=1+2");
        const auto pairs = *rc::gen::container<std::vector<std::string>>(pair);
        std::string target = "/d/x?";
        for (const auto& one : pairs)
            target += (target.back() == '?' ? "" : "&") + one;
        const auto clean = clean_target(target);
        RC_ASSERT(!has_proof(clean));
        RC_ASSERT(clean_target(clean) == clean);
        RC_ASSERT(has_proof(target) || clean == target);
        // What is left stands in the target in the same order.
        std::size_t at = 0;
        for (const char c : clean) {
            at = target.find(c, at);
            RC_ASSERT(at != std::string::npos);
            ++at;
        }
    }));
}

TEST(GrafanaTarget, AnyTextIsAVariablesValue) {
    EXPECT_TRUE(rc::check([] {
        const auto part =
            rc::gen::oneOf(rc::gen::map(rc::gen::inRange(1, 127),
                                        [](int c) { return std::string(1, static_cast<char>(c)); }),
                           rc::gen::element<std::string>("ä", "東", "🪟", "%", "+", "&", "=", "#"));
        std::string text;
        for (const auto& one : *rc::gen::container<std::vector<std::string>>(part))
            text += one;
        const bool has_controls = std::ranges::any_of(
            text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; });
        const auto target = read_target("/d/x?var-a=" + percent_encode(text));
        RC_ASSERT(target.has_value() == !has_controls);
        if (target) RC_ASSERT(target->variables.at(0).values.at(0) == text);
    }));
}

}  // namespace
}  // namespace casement::grafana
