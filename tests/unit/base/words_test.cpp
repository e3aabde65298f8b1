#include "base/words.h"

#include <gtest/gtest.h>

namespace casement {
namespace {

TEST(Words, TellOneFromManyAndFromNone) {
    EXPECT_EQ(counted(0, "credential"), "0 credentials");
    EXPECT_EQ(counted(1, "credential"), "1 credential");
    EXPECT_EQ(counted(2, "credential"), "2 credentials");
    EXPECT_EQ(fits_none_of(0, "embed secret"), "fits no embed secret, since there is none");
    EXPECT_EQ(fits_none_of(1, "embed secret"), "does not fit the only embed secret");
    EXPECT_EQ(fits_none_of(2, "embed secret"), "fits none of the 2 embed secrets");
    EXPECT_EQ(how_many_can_sign(0, 0, "credential"), "It has no credential");
    EXPECT_EQ(how_many_can_sign(0, 1, "credential"), "Its only credential cannot sign");
    EXPECT_EQ(how_many_can_sign(1, 1, "credential"), "Its only credential can sign");
    EXPECT_EQ(how_many_can_sign(1, 2, "credential"), "1 of its 2 credentials can sign");
    EXPECT_EQ(only_the_first(1, "row"), "Only the first row is");
    EXPECT_EQ(only_the_first(3, "row"), "Only the first 3 rows are");
}

}  // namespace
}  // namespace casement
