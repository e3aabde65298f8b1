#include "access/model_values.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::access {
namespace {

using Texts = std::vector<std::string>;
using Type = data::RowFilter::Type;
using Kind = data::RowFilter::Kind;

Texts range(const std::string& text, Type type = Type::number) {
    return usable_values({text}, type, Kind::range);
}

TEST(ModelValues, ARangeHasTwoEndsOfWhichOneMayBeOpen) {
    EXPECT_EQ(range("1..5"), (Texts{"1", "5"}));
    EXPECT_EQ(range("-1.5..1e3"), (Texts{"-1.5", "1e3"}));
    EXPECT_EQ(range("1.."), (Texts{"1", ""}));
    EXPECT_EQ(range("..5"), (Texts{"", "5"}));
    EXPECT_EQ(range("a b..c", Type::text), (Texts{"a b", "c"}));
    EXPECT_EQ(range("2026-01-01..2026-03-31", Type::time),
              (Texts{"2026-01-01T00:00:00.000000Z", "2026-03-31T23:59:59.999999Z"}));
    EXPECT_EQ(range("2026-01-01 08:00..2026-01-01T09:30:00+01:00", Type::time),
              (Texts{"2026-01-01T08:00:00.000000Z", "2026-01-01T08:30:00.000000Z"}));
}

TEST(ModelValues, WhatIsNoRangeIsNothing) {
    for (const char* text : {"", "..", ".", "1", "1-5", "1...5", "1..2..3", "a..5", "1..b", " 1..5",
                             "1..5 ", "1 .. 5", "inf..", "0x1.."}) {
        EXPECT_EQ(range(text), Texts()) << text;
    }
    for (const char* text : {"2026-13-01..", "yesterday..", "2026..", "..1", "12:00..13:00"}) {
        EXPECT_EQ(range(text, Type::time), Texts()) << text;
    }
    EXPECT_EQ(usable_values({}, Type::number, Kind::range), Texts());
    EXPECT_EQ(usable_values({"1..2", "3..4"}, Type::number, Kind::range), Texts());
}

TEST(ModelValues, TimesHaveOneForm) {
    EXPECT_EQ(usable_values({"2026-03-11", "2026-03-11T00:00:00Z", "2026-03-11 00:00"}, Type::time,
                            Kind::one_of),
              (Texts{"2026-03-11T00:00:00.000000Z"}));
    EXPECT_EQ(usable_values({"2026-03-11", "soon"}, Type::time, Kind::one_of), Texts());
}

TEST(ModelValues, ARangeIsTwoValuesOrNone) {
    EXPECT_TRUE(rc::check([] {
        const auto text =
            *rc::gen::container<std::string>(rc::gen::elementOf(std::string("0.-9a e")));
        for (const auto type : {Type::text, Type::number, Type::time}) {
            const auto values = range(text, type);
            RC_ASSERT(values.empty() ||
                      (values.size() == 2 && !(values[0].empty() && values[1].empty())));
        }
    }));
}

}  // namespace
}  // namespace casement::access
