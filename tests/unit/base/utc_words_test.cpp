#include "base/utc_words.h"

#include <gtest/gtest.h>

namespace casement {
namespace {

TEST(UtcWords, AreToTheSecond) {
    const auto time = parse_rfc3339("2026-03-11T18:30:00.999999Z");
    ASSERT_TRUE(time.has_value());
    EXPECT_EQ(utc_words(*time), "2026-03-11 18:30:00 UTC");
    EXPECT_EQ(utc_words(Time{}), "1970-01-01 00:00:00 UTC");
}

}  // namespace
}  // namespace casement
