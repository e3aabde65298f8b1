#include "access/time_range.h"

#include <gtest/gtest.h>

namespace casement::access {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const Time kNow = parse_rfc3339("2026-03-11T18:30:07Z").value();

dashboards::Dashboard live(std::string span) {
    dashboards::Dashboard dashboard;
    dashboard.time.span = std::move(span);
    return dashboard;
}

TEST(TimeRange, TheSharesSpanWinsOverTheDashboards) {
    ShareSettings settings;
    EXPECT_EQ(settle_range(live("1d"), settings, "", false, kNow)->span, "1d");
    settings.live_span = "4h";
    const auto range = settle_range(live("1d"), settings, "", false, kNow).value();
    EXPECT_EQ(range.span, "4h");
    EXPECT_EQ(range.to - range.from, hours{4});
}

TEST(TimeRange, ViewersOfOneMomentAskForTheSameThing) {
    const auto a = settle_range(live("1h"), {}, "", false, kNow).value();
    const auto b = settle_range(live("1h"), {}, "", false, kNow + seconds{2}).value();
    EXPECT_EQ(a.to, b.to);
    EXPECT_LE(a.to, kNow);
}

TEST(TimeRange, ALockedRangeStaysLocked) {
    ShareSettings settings;
    EXPECT_EQ(settle_range(live("1d"), settings, "1w", false, kNow).error().code, "time_locked");
    EXPECT_EQ(settle_range(live("1d"), settings, "", true, kNow).error().code, "time_locked");
    EXPECT_TRUE(settle_range(live("1d"), settings, "1d", false, kNow));
    settings.time_selectable = true;
    EXPECT_EQ(settle_range(live("1d"), settings, "1w", false, kNow)->span, "1w");
    EXPECT_EQ(settle_range(live("1d"), settings, "7y", false, kNow).error().code, "unknown_span");
    auto author_says_no = live("1d");
    author_says_no.time_selectable = false;
    EXPECT_EQ(settle_range(author_says_no, settings, "1w", false, kNow).error().code,
              "time_locked");
}

TEST(TimeRange, DataThatStandsStillHasItsOwnNow) {
    auto dashboard = live("1w");
    dashboard.as_of = parse_rfc3339("2001-06-30T00:00:00Z");
    EXPECT_EQ(settle_range(dashboard, {}, "", false, kNow)->to, *dashboard.as_of);
}

TEST(TimeRange, BucketsAreReadableAndFewEnough) {
    EXPECT_EQ(bucket(kNow - hours{1}, kNow, 1200), seconds{30});
    EXPECT_EQ(bucket(kNow - hours{24}, kNow, 1200), minutes{10});
    EXPECT_EQ(bucket(kNow - hours{24}, kNow, 320), minutes{30});
    EXPECT_EQ(bucket(kNow - hours{24 * 90}, kNow, 1200), hours{12});
}

TEST(TimeRange, AViewersZoneCountsOnlyWhereTheDashboardSaysSo) {
    auto dashboard = live("1d");
    EXPECT_EQ(settle_timezone(dashboard, "Europe/Berlin"), "Europe/Berlin");
    EXPECT_EQ(settle_timezone(dashboard, "../../etc/passwd"), "UTC");
    EXPECT_EQ(settle_timezone(dashboard, "a'b"), "UTC");
    dashboard.timezone = "America/Chicago";
    EXPECT_EQ(settle_timezone(dashboard, "Europe/Berlin"), "America/Chicago");
}

}  // namespace
}  // namespace casement::access
