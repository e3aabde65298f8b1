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
    EXPECT_EQ(settle_range(live("1d"), settings, {"", {}, {}}, kNow)->span, "1d");
    settings.live_span = "4h";
    const auto range = settle_range(live("1d"), settings, {"", {}, {}}, kNow).value();
    EXPECT_EQ(range.span, "4h");
    EXPECT_EQ(range.to - range.from, hours{4});
}

TEST(TimeRange, ViewersOfOneMomentAskForTheSameThing) {
    const auto a = settle_range(live("1h"), {}, {"", {}, {}}, kNow).value();
    const auto b = settle_range(live("1h"), {}, {"", {}, {}}, kNow + seconds{2}).value();
    EXPECT_EQ(a.to, b.to);
    EXPECT_LE(a.to, kNow);
}

TEST(TimeRange, ALockedRangeStaysLocked) {
    ShareSettings settings;
    EXPECT_EQ(settle_range(live("1d"), settings, {"1w", {}, {}}, kNow).error().code, "time_locked");
    EXPECT_EQ(settle_range(live("1d"), settings, {"", kNow - hours{1}, kNow}, kNow).error().code,
              "time_locked");
    EXPECT_TRUE(settle_range(live("1d"), settings, {"1d", {}, {}}, kNow));
    settings.time_selectable = true;
    EXPECT_EQ(settle_range(live("1d"), settings, {"1w", {}, {}}, kNow)->span, "1w");
    EXPECT_EQ(settle_range(live("1d"), settings, {"7y", {}, {}}, kNow).error().code,
              "unknown_span");
    auto author_says_no = live("1d");
    author_says_no.time_selectable = false;
    EXPECT_EQ(settle_range(author_says_no, settings, {"1w", {}, {}}, kNow).error().code,
              "time_locked");
}

TEST(TimeRange, WhereAnyRangeIsAllowedItMayBeAnyThatMakesSense) {
    ShareSettings settings;
    settings.any_range = true;
    EXPECT_EQ(settle_range(live("1d"), settings, {"6h", {}, {}}, kNow).error().code, "time_locked");
    settings.time_selectable = true;
    const auto six = settle_range(live("1d"), settings, {"6h", {}, {}}, kNow).value();
    EXPECT_EQ(six.to - six.from, hours{6});
    EXPECT_EQ(six.span, "6h");
    const auto fixed =
        settle_range(live("1d"), settings, {"", kNow - hours{1}, kNow}, kNow).value();
    EXPECT_EQ(fixed.from, kNow - hours{1});
    EXPECT_EQ(fixed.to, kNow);
    EXPECT_EQ(fixed.span, "");
    const auto refused = [&](std::string_view span) {
        return settle_range(live("1d"), settings, {span, {}, {}}, kNow).error().code;
    };
    for (const auto* span : {"6", "h", "06h", "-6h", "6hh", "4000d", "99999999999999999999s", "6x"})
        EXPECT_EQ(refused(span), "unknown_span") << span;
    EXPECT_EQ(settle_range(live("1d"), settings, {"", kNow, kNow}, kNow).error().code,
              "invalid_range");
    EXPECT_EQ(settle_range(live("1d"), settings, {"", kNow, {}}, kNow).error().code,
              "invalid_range");
}

TEST(TimeRange, DataThatStandsStillHasItsOwnNow) {
    auto dashboard = live("1w");
    dashboard.as_of = parse_rfc3339("2001-06-30T00:00:00Z");
    EXPECT_EQ(settle_range(dashboard, {}, {}, kNow)->to, *dashboard.as_of);
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
