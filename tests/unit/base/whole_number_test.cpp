#include "base/whole_number.h"

#include <cstdint>
#include <limits>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement {
namespace {

TEST(WholeNumber, ReadsBackWhatWasWritten) {
    EXPECT_TRUE(rc::check([](std::int64_t number) {
        RC_ASSERT(whole_number<std::int64_t>(std::to_string(number)) == number);
    }));
    EXPECT_EQ(whole_number<std::int64_t>("007"), 7);
}

TEST(WholeNumber, TakesAllOfTheTextOrNothing) {
    for (const auto* text : {"", " ", " 1", "1 ", "+1", "--1", "1.0", "1e3", "0x10", "one", "1\n"})
        EXPECT_EQ(whole_number<std::int64_t>(text), std::nullopt) << text;
    EXPECT_EQ(whole_number<std::int64_t>(std::string("1\0", 2)), std::nullopt);
    EXPECT_EQ(whole_number<std::size_t>("-1"), std::nullopt);
}

TEST(WholeNumber, RefusesWhatDoesNotFit) {
    EXPECT_EQ(whole_number<std::int64_t>("9223372036854775807"),
              std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(whole_number<std::int64_t>("9223372036854775808"), std::nullopt);
    EXPECT_EQ(whole_number<std::int32_t>("2147483648"), std::nullopt);
}

}  // namespace
}  // namespace casement
