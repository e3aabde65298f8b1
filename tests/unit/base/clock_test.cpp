#include "base/clock.h"

#include <gtest/gtest.h>

namespace casement {
namespace {

TEST(Clock, ReadsWhatItWrites) {
    const Time time = from_unix_micros(1'773'253'800'123'456);
    EXPECT_EQ(to_rfc3339(time), "2026-03-11T18:30:00.123456Z");
    EXPECT_EQ(parse_rfc3339(to_rfc3339(time)), time);
}

TEST(Clock, ReadsOffsetsAndPlainDates) {
    EXPECT_EQ(parse_rfc3339("2026-03-11T19:30:00+01:00"), parse_rfc3339("2026-03-11T18:30:00Z"));
    EXPECT_EQ(parse_rfc3339("2026-03-11"), parse_rfc3339("2026-03-11T00:00:00Z"));
    for (const auto* bad : {"", "2026", "2026-02-30", "2026-03-11T25:00:00Z", "2026-03-11T10:00:00",
                            "2026-03-11T10:00:00.Z", "2026-03-11T10:00:00+1", "20260311T100000Z"}) {
        EXPECT_FALSE(parse_rfc3339(bad).has_value()) << bad;
    }
}

}  // namespace
}  // namespace casement
