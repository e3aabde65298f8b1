#include "base/printable.h"

#include <gtest/gtest.h>

namespace casement {
namespace {

TEST(Printable, ShowsNothingThatATerminalObeys) {
    EXPECT_EQ(printable("a\x1b[31m\xC2\x9B\xE2\x80\xAEz\xC3\xAB"),
              "a\\x1b[31m\\xc2\\x9b\\xe2\\x80\\xaezë");
    EXPECT_EQ(printable("\xFFz\n"), "\\xffz\\x0a");
    EXPECT_EQ(printable("a\xE2\x80\x8B\xEF\xBB\xBFz"), "a\\xe2\\x80\\x8b\\xef\\xbb\\xbfz");
}

TEST(Printable, LeavesOtherTextAlone) {
    EXPECT_EQ(printable("São Paulo – 東京"), "São Paulo – 東京");
    EXPECT_EQ(printable(""), "");
}

TEST(Printable, CutsBetweenCharacters) {
    EXPECT_EQ(printable("日本語", 7), "日本…");
    EXPECT_EQ(printable("日本語", 9), "日本語");
}

}  // namespace
}  // namespace casement
