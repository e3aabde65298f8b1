#include "dialects/grafana/relative_range.h"

#include <gtest/gtest.h>

namespace casement::grafana {
namespace {

const Time kNow = parse_rfc3339("2026-03-11T18:30:07Z").value();  // a Wednesday

/// Without the digits that are zero.
std::string written(Time at) {
    auto text = to_rfc3339(at);
    text.pop_back();
    while (text.ends_with('0'))
        text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    return text + "Z";
}

std::string at(std::string_view text, bool is_end = false) {
    const auto found = moment(text, kNow, is_end);
    return found ? written(*found) : "none";
}

UrlRange range(std::string_view query) {
    const auto target = read_target("/d/sales?" + std::string(query));
    return range_of(target.value(), kNow).value_or(UrlRange{"none", {}, {}});
}

TEST(RelativeRange, GoesBackAndForthByUnits) {
    EXPECT_EQ(at("now"), "2026-03-11T18:30:07Z");
    EXPECT_EQ(at("now-90s"), "2026-03-11T18:28:37Z");
    EXPECT_EQ(at("now-6h"), "2026-03-11T12:30:07Z");
    EXPECT_EQ(at("6h"), "2026-03-11T12:30:07Z");
    EXPECT_EQ(at("now-2d+1h"), "2026-03-09T19:30:07Z");
    EXPECT_EQ(at("now-1M"), "2026-02-11T18:30:07Z");
    EXPECT_EQ(at("now-1Q"), "2025-12-11T18:30:07Z");
    EXPECT_EQ(at("now+1y"), "2027-03-11T18:30:07Z");
}

TEST(RelativeRange, RoundsDownAtTheBeginningAndUpAtTheEnd) {
    EXPECT_EQ(at("now/h"), "2026-03-11T18:00:00Z");
    EXPECT_EQ(at("now/d"), "2026-03-11T00:00:00Z");
    EXPECT_EQ(at("now/d", true), "2026-03-11T23:59:59.999Z");
    EXPECT_EQ(at("now-1d/d"), "2026-03-10T00:00:00Z");
    EXPECT_EQ(at("now/w"), "2026-03-09T00:00:00Z");
    EXPECT_EQ(at("now/M"), "2026-03-01T00:00:00Z");
    EXPECT_EQ(at("now/M", true), "2026-03-31T23:59:59.999Z");
    EXPECT_EQ(at("now/Q"), "2026-01-01T00:00:00Z");
    EXPECT_EQ(at("now/y"), "2026-01-01T00:00:00Z");
}

TEST(RelativeRange, ADayThatAMonthDoesNotHaveIsItsLast) {
    const auto end_of_march = parse_rfc3339("2026-03-31T10:00:00Z").value();
    EXPECT_EQ(written(*moment("now-1M", end_of_march, false)), "2026-02-28T10:00:00Z");
}

TEST(RelativeRange, RefusesWhatIsNoTime) {
    for (const auto* text : {"", "no", "now-", "now-h", "now-6", "now/", "now/x", "now6h", "h6",
                             "now-6hh", "now-99999999999999999999h", "now/d/d/d/d/d/d/d/d/d"})
        EXPECT_EQ(at(text), "none") << text;
}

TEST(RelativeRange, ARangeUpToThePresentMovesWithIt) {
    EXPECT_EQ(range("from=now-6h&to=now").span, "6h");
    EXPECT_EQ(range("from=now-6h").span, "6h");
    EXPECT_EQ(range("from=30m&to=now").span, "30m");
    EXPECT_EQ(range("").span, "none");
    EXPECT_EQ(range("to=now").span, "none");
}

TEST(RelativeRange, AnyOtherIsSettledNow) {
    const auto day = range("from=now-1d/d&to=now-1d/d");
    EXPECT_EQ(day.span, "");
    EXPECT_EQ(written(*day.from), "2026-03-10T00:00:00Z");
    EXPECT_EQ(written(*day.to), "2026-03-10T23:59:59.999Z");
    const auto fixed = range("from=1767225600000&to=1767229200000");
    EXPECT_EQ(written(*fixed.from), "2026-01-01T00:00:00Z");
    EXPECT_EQ(written(*fixed.to), "2026-01-01T01:00:00Z");
    EXPECT_EQ(range("from=1767229200000&to=1767225600000").span, "none");
}

}  // namespace
}  // namespace casement::grafana
