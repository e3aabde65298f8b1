// What pages may still have: named for one session and panel, found by nobody else, and bounded.
#include "access/sent_answers.h"

#include "data/cache.h"
#include "data/table_writer.h"

#include <gtest/gtest.h>

namespace casement::access {
namespace {

data::TablePtr table(const std::string& text, std::size_t size = 10) {
    data::TableWriter writer({{"v", data::ColumnType::text, {}}}, {});
    writer.column(0).add_text(text + std::string(size, '.'));
    EXPECT_TRUE(writer.advance(1));
    return std::move(writer).finish();
}

class Answers : public testing::Test {
  protected:
    SentAnswers::Told tell(std::string_view who, const data::TablePtr& answer,
                           std::string_view have = "", std::uint64_t question = 1) {
        return sent.tell(who, {"A"}, {answer}, have, [&] { return question; });
    }

    SentAnswers sent{Secret("a key of thirty-two bytes, fixed"), std::size_t{64} * 1024};
};

TEST_F(Answers, AreUnchangedWhenTheirBytesAreTheSameWhoeverHoldsThem) {
    const auto first = tell("s1/1", table("a"));
    EXPECT_EQ(first.version.size(), 22U);
    EXPECT_FALSE(first.unchanged);
    // Made again by a later run.
    const auto again = tell("s1/1", table("a"), first.version);
    EXPECT_TRUE(again.unchanged);
    EXPECT_EQ(again.version, first.version);
}

TEST_F(Answers, AreKnownToThePageThatHasAnEarlierOne) {
    const auto old = table("a");
    const auto first = tell("s1/1", old);
    tell("s1/1", table("b"));
    const auto third = tell("s1/1", table("c"), first.version);
    EXPECT_FALSE(third.unchanged);
    EXPECT_NE(third.version, first.version);
    EXPECT_EQ(third.known, std::vector{old});
}

TEST_F(Answers, OfAnotherSessionPanelQuestionOrKeyMeanNothing) {
    const auto same = table("a");
    const auto mine = tell("s1/1", same);
    const auto theirs = tell("s2/1", same);
    EXPECT_NE(mine.version, theirs.version);
    EXPECT_FALSE(tell("s1/1", same, theirs.version).unchanged);
    EXPECT_FALSE(tell("s1/2", same, mine.version).unchanged);
    EXPECT_TRUE(tell("s1/1", table("b"), theirs.version).known.empty());
    EXPECT_TRUE(tell("s1/1", table("c"), mine.version, 2).known.empty());
    SentAnswers other(Secret("another key of thirty-two bytes."), std::size_t{64} * 1024);
    const auto elsewhere = other.tell("s1/1", {"A"}, {same}, mine.version, [] { return 1U; });
    EXPECT_FALSE(elsewhere.unchanged);
    EXPECT_TRUE(elsewhere.known.empty());
}

TEST_F(Answers, OfOtherFramesAreOtherAnswers) {
    const auto same = table("a");
    const auto first = tell("s1/1", same);
    const auto renamed = sent.tell("s1/1", {"B"}, {same}, first.version, [] { return 1U; });
    EXPECT_FALSE(renamed.unchanged);
    const auto two = sent.tell("s1/1", {"A", "B"}, {same, same}, "", [] { return 1U; });
    EXPECT_NE(two.version, first.version);
    const auto joined = sent.tell("s1/1", {"A1:B"}, {same}, "", [] { return 1U; });
    EXPECT_NE(joined.version, two.version);
}

TEST_F(Answers, AreNotFoundByWhatNobodyWasTold) {
    const auto now = table("a");
    const auto told = tell("s1/1", now).version;
    for (const std::string& have :
         {std::string("x"), told + "A", told.substr(1), std::string(22, 'A'), std::string(64, '='),
          std::string(22, '\0'), std::string("\xFF\xFE")}) {
        const auto answer = tell("s1/1", table("b"), have);
        EXPECT_FALSE(answer.unchanged);
        EXPECT_TRUE(answer.known.empty());
    }
}

TEST_F(Answers, OfAQuestionAreFewAndTheOldestGoFirst) {
    std::vector<std::string> versions;
    for (std::size_t i = 0; i <= SentAnswers::kOfAQuestion; ++i)
        versions.push_back(tell("s1/1", table(std::to_string(i))).version);
    const auto now = table("now");
    EXPECT_TRUE(tell("s1/1", now, versions.at(0)).known.empty());
    EXPECT_TRUE(tell("s1/1", now, versions.at(1)).known.empty());
    EXPECT_FALSE(tell("s1/1", now, versions.at(2)).known.empty());
}

TEST_F(Answers, TakeNoMoreMemoryThanTheyMay) {
    for (std::uint64_t i = 0; i < 500; ++i) {
        tell("s1/1", table(std::to_string(i), 3000), "", i);
        EXPECT_LE(sent.bytes(), std::size_t{64} * 1024);
    }
    EXPECT_GT(sent.bytes(), 0U);
    // What would push out all others has no version and is always sent whole.
    const auto before = sent.bytes();
    EXPECT_EQ(tell("s1/1", table("large", 40'000)).version, "");
    EXPECT_EQ(sent.bytes(), before);
}

TEST_F(Answers, HoldTheSameTableOnceHoweverOftenItIsSent) {
    const auto one = table("a");
    const auto first = tell("s1/1", one);
    const auto bytes = sent.bytes();
    for (int i = 0; i < 20; ++i)
        tell("s" + std::to_string(i) + "/1", one);
    EXPECT_EQ(sent.bytes(), bytes);
    tell("s1/1", table("a"), first.version);
    EXPECT_EQ(sent.bytes(), bytes);
}

}  // namespace
}  // namespace casement::access
