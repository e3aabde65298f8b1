#include "dialects/grafana/page_reader.h"

#include <gtest/gtest.h>

namespace casement::grafana {
namespace {

const Time kNow = parse_rfc3339("2026-03-11T18:30:07Z").value();

Result<access::ContentRequest> read(std::string_view target) {
    return PageReader{}.read(target, kNow);
}

TEST(PageReader, TakesEverythingThatAUrlSays) {
    const auto wanted =
        read(
            "/d/sales/monthly-sales?orgId=1&from=now-6h&to=now&var-region=eu&var-region=us"
            "&var-shop=%24__all&timezone=Europe%2FBerlin&theme=dark&kiosk&refresh=30s&viewPanel=4"
            "&_dash.hideTimePicker")
            .value();
    EXPECT_EQ(wanted.ref.id, "sales");
    EXPECT_EQ(wanted.variables.at("region"), (std::vector<std::string>{"eu", "us"}));
    EXPECT_EQ(wanted.variables.at("shop"), std::vector<std::string>{"$__all"});
    EXPECT_EQ(wanted.span, "6h");
    EXPECT_EQ(wanted.query_timezone, "Europe/Berlin");
    EXPECT_EQ(wanted.appearance.theme, "dark");
    EXPECT_EQ(boost::json::serialize(wanted.page),
              R"({"panel":4,"solo":false,"kiosk":"full","refresh":30,"hide":{"time":true,)"
              R"("variables":false,"links":false,"logo":false},"fit":false})");
}

TEST(PageReader, ShowsOnePanelAlone) {
    const auto wanted = read("/d-solo/sales/x?panelId=2").value();
    EXPECT_EQ(wanted.page.at("solo"), true);
    EXPECT_EQ(wanted.page.at("panel"), 2);
}

TEST(PageReader, KeepsNoProofInTheAddress) {
    EXPECT_EQ(read("/d/sales?var-a=1&aliyun_api_key=eyJr&theme=light").value().target,
              "/d/sales?var-a=1&theme=light");
}

TEST(PageReader, RefreshesNoFasterThanItMay) {
    EXPECT_EQ(read("/d/sales?refresh=1s").value().page.at("refresh"), 5);
    EXPECT_TRUE(read("/d/sales").value().page.at("refresh").is_null());
}

TEST(PageReader, RefusesOtherPaths) {
    for (const auto* target :
         {"/embed/dashboards/1", "/d/", "/d/a%2Fb", "/d-solo/sales", "//x/d/a"})
        EXPECT_EQ(read(target).error().code, "invalid_target") << target;
}

}  // namespace
}  // namespace casement::grafana
