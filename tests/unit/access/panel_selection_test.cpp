#include "access/time_range.h"
#include "access/view_service.h"

#include <gtest/gtest.h>

namespace casement::access {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

const Time kNow = parse_rfc3339("2026-03-11T18:00:00Z").value();

Selection of_page(std::string span, milliseconds length) {
    Selection selection;
    selection.values = {{"host", {"web-1"}}};
    selection.span = std::move(span);
    selection.to = kNow;
    selection.from = kNow - length;
    selection.width = 800;
    selection.interval = bucket(selection.from, selection.to, selection.width);
    selection.timezone = "Europe/Berlin";
    return selection;
}

TEST(PanelSelection, IsThePagesOwnWhereThePanelSaysNothing) {
    const auto page = of_page("1d", hours{24});
    const auto own = panel_selection(page, {});
    EXPECT_EQ(own.from, page.from);
    EXPECT_EQ(own.to, page.to);
    EXPECT_EQ(own.interval, page.interval);
    EXPECT_EQ(own.values, page.values);
    EXPECT_EQ(own.timezone, page.timezone);
    EXPECT_FALSE(own.cache_time);
}

TEST(PanelSelection, APanelOfTheLastHoursEndsWhereALivePageEnds) {
    dashboards::Panel panel;
    panel.time_from = hours{6};
    const auto shorter = panel_selection(of_page("1d", hours{24}), panel);
    EXPECT_EQ(shorter.to, kNow);
    EXPECT_EQ(shorter.from, kNow - hours{6});
    const auto longer = panel_selection(of_page("1h", hours{1}), panel);
    EXPECT_EQ(longer.from, kNow - hours{6});
}

TEST(PanelSelection, ItsBucketsAreThoseOfItsOwnRangeAndThePagesWidth) {
    dashboards::Panel panel;
    panel.time_from = hours{1};
    const auto page = of_page("30d", hours{24 * 30});
    const auto own = panel_selection(page, panel);
    EXPECT_LT(own.interval, page.interval);
    EXPECT_EQ(own.interval, bucket(own.from, own.to, page.width));
}

TEST(PanelSelection, AFixedRangeGivesWayToNoPanel) {
    dashboards::Panel panel;
    panel.time_from = hours{6};
    const auto page = of_page("", hours{24});
    const auto own = panel_selection(page, panel);
    EXPECT_EQ(own.from, page.from);
    EXPECT_EQ(own.to, page.to);
    EXPECT_EQ(own.interval, page.interval);
}

TEST(PanelSelection, AShiftMovesBothEndsAlsoOfAFixedRange) {
    dashboards::Panel panel;
    panel.time_shift = hours{24};
    for (const auto* span : {"1h", ""}) {
        const auto page = of_page(span, hours{1});
        const auto own = panel_selection(page, panel);
        EXPECT_EQ(own.from, page.from - hours{24}) << span;
        EXPECT_EQ(own.to, page.to - hours{24}) << span;
        EXPECT_EQ(own.interval, page.interval) << span;
    }
    panel.time_from = hours{6};
    const auto both = panel_selection(of_page("1h", hours{1}), panel);
    EXPECT_EQ(both.to, kNow - hours{24});
    EXPECT_EQ(both.from, kNow - hours{30});
}

TEST(PanelSelection, TheShortestBucketIsALeastNotAMost) {
    dashboards::Panel panel;
    const auto page = of_page("1d", hours{24});
    panel.interval = page.interval + minutes{10};
    EXPECT_EQ(panel_selection(page, panel).interval, *panel.interval);
    panel.interval = milliseconds{1};
    EXPECT_EQ(panel_selection(page, panel).interval, page.interval);
}

TEST(PanelSelection, TheCacheTimeIsThisPanelsAlone) {
    auto page = of_page("1d", hours{24});
    dashboards::Panel panel;
    panel.cache_time = std::chrono::seconds{90};
    EXPECT_EQ(panel_selection(page, panel).cache_time, std::chrono::seconds{90});
    page.cache_time = std::chrono::seconds{90};
    EXPECT_FALSE(panel_selection(page, {}).cache_time);
}

}  // namespace
}  // namespace casement::access
