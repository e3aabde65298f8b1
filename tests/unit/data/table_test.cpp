#include "data/table.h"

#include "base/encoding.h"
#include "data/cache.h"
#include "data/json_text.h"
#include "data/table_writer.h"

#include <limits>

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::data {
namespace {

using namespace std::chrono_literals;

Table text_table(std::vector<std::string> values) {
    Table table;
    table.columns = {{"word", ColumnType::text}};
    table.rows = values.size();
    Table::Cells cells;
    cells.nulls.assign(values.size(), false);
    cells.texts = std::move(values);
    table.cells.push_back(std::move(cells));
    return table;
}

TEST(Csv, QuotesWhatNeedsQuotes) {
    EXPECT_EQ(text_table({"plain", "a,b", "a\"b", "a\nb", ""}).csv(),
              "word\r\nplain\r\n\"a,b\"\r\n\"a\"\"b\"\r\n\"a\nb\"\r\n\r\n");
}

TEST(Csv, ASpreadsheetRunsNoCell) {
    EXPECT_EQ(
        text_table({"=1+1", "+1", "-1", "@x", "\tx", "=HYPERLINK(\"x\",\"y\")"}).csv(),
        "word\r\n'=1+1\r\n'+1\r\n'-1\r\n'@x\r\n'\tx\r\n\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"\r\n");
    Table table = text_table({"x"});
    table.columns[0].name = "=cmd";
    EXPECT_EQ(table.csv(), "'=cmd\r\nx\r\n");
}

TEST(Csv, WritesEveryType) {
    Table table = text_table({"a", "b"});
    table.columns.push_back({"n", ColumnType::number});
    table.columns.push_back({"t", ColumnType::time});
    table.columns.push_back({"b", ColumnType::boolean});
    table.cells.push_back({{-1.5, 0}, {}, {false, true}});
    table.cells.push_back({{978307200123, 1e18}, {}, {false, false}});
    table.cells.push_back({{1, 0}, {}, {false, false}});
    EXPECT_EQ(table.csv(),
              "word,n,t,b\r\na,-1.5,2001-01-01T00:00:00.123000Z,true\r\n"
              "b,,1e+18,false\r\n");
}

TEST(Csv, HasEveryDigit) {
    TableWriter writer({{"id", ColumnType::number, {}}, {"at", ColumnType::time, {}}}, {});
    writer.column(0).add_integer(9007199254740993);
    writer.column(1).add_number(978307200123.456);
    EXPECT_TRUE(writer.advance(1));
    const auto table = std::move(writer).finish();
    EXPECT_EQ(table->csv(), "id,at\r\n9007199254740993,2001-01-01T00:00:00.123456Z\r\n");
    EXPECT_EQ(table->choices().at(0).value, "9007199254740993");
}

std::string written(const std::string& digits) {
    TableWriter writer({{"n", ColumnType::number, {}}}, {});
    writer.column(0).add_decimal(digits);
    EXPECT_TRUE(writer.advance(1));
    const auto table = std::move(writer).finish();
    const auto start = table->json.find("\"values\":") + 9;
    return table->json.substr(start, table->json.find(",\"rows\"") - 2 - start);
}

TEST(TableWriter, KeepsTheDigitsOfADecimalOnlyWhereTheyWouldBeLost) {
    EXPECT_EQ(written("0"), "[0]");
    EXPECT_EQ(written("-0.00"), "[0]");
    EXPECT_EQ(written("1.50"), "[1.5]");
    EXPECT_EQ(written("0.000000000000000000001"), "[1e-21]");
    EXPECT_EQ(written("12345678.1234567000"), "[12345678.1234567]");
    EXPECT_EQ(written("9007199254740992"), "[9007199254740992]");
    EXPECT_EQ(written("9007199254740993"),
              R"([9007199254740992],"exact":{"0":"9007199254740993"})");
    EXPECT_EQ(written("0.12345678901234567890"),
              R"([0.12345678901234568],"exact":{"0":"0.12345678901234567890"})");
    EXPECT_EQ(written("100000000000000000000"), R"([1e+20],"exact":{"0":"100000000000000000000"})")
        << "whoever prints the double finds other digits";
}

TEST(TableWriter, HoldsADecimalBeyondWhatADoubleReaches) {
    const std::string large = "-1" + std::string(400, '0');
    EXPECT_EQ(written(large), "[-1.7976931348623157e+308],\"exact\":{\"0\":\"" + large + "\"}");
    const std::string small = "0." + std::string(400, '0') + "1";
    EXPECT_EQ(written(small), "[0],\"exact\":{\"0\":\"" + small + "\"}");
}

TEST(TableWriter, TakesForADecimalOnlyWhatIsOne) {
    for (const auto* text : {"", "-", "NaN", "Infinity", "-inf", "0x10", "1,5", "1 ", " 1", "1e",
                             "1\",\"x\":\"", "--1", "1.2.3", "nan(1)"}) {
        EXPECT_EQ(written(text), "[null]") << text;
    }
}

TEST(TableWriter, KeepsDigitsExactlyWhenTheyCannotBeReadBack) {
    EXPECT_TRUE(rc::check([](std::int64_t whole, std::uint32_t part) {
        const std::string digits = std::to_string(whole) + "." + std::to_string(part);
        const double nearest = std::stod(digits);
        std::string shown;
        append_number(shown, nearest);
        if (!needs_exact(digits, nearest)) {
            RC_ASSERT(std::abs(nearest) <= 9007199254740992.0);
            // Seventeen digits after the point say what the double is, without an exponent.
            RC_ASSERT(std::stold(digits) == std::stold(shown));
        }
    }));
}

TEST(TableWriter, WritesLabelsAndANoticeOnlyWhereThereAreSome) {
    TableWriter writer({{"a", ColumnType::boolean, {{"job", "x\"y"}, {"le", "+Inf"}}},
                        {"b", ColumnType::text, {}}},
                       {});
    writer.column(0).add_boolean(true);
    writer.column(1).add_null();
    EXPECT_TRUE(writer.advance(1));
    writer.set_notice("half of it");
    const auto table = std::move(writer).finish();
    EXPECT_EQ(table->json,
              R"({"columns":[{"name":"a","type":"boolean","labels":{"job":"x\"y","le":"+Inf"},)"
              R"("values":[true]},{"name":"b","type":"text","values":[null]}],)"
              R"("rows":1,"truncated":false,"notice":"half of it"})");
    EXPECT_EQ(table->columns[0].labels.at("le"), "+Inf");
}

TEST(TableWriter, SaysThatItWasCutAndWhenItIsTooLarge) {
    QueryLimits limits;
    limits.rows = 1;
    limits.bytes = 20;
    TableWriter writer({{"a", ColumnType::text, {}}}, limits);
    EXPECT_EQ(writer.room(), 1U);
    writer.column(0).add_text("x");
    EXPECT_TRUE(writer.advance(1));
    EXPECT_EQ(writer.room(), 0U);
    writer.cut();
    const auto table = std::move(writer).finish();
    EXPECT_TRUE(table->truncated);
    EXPECT_EQ(table->notice, "Only the first row is here: the query has more.");
    TableWriter large({{"a", ColumnType::text, {}}}, limits);
    large.column(0).add_text(std::string(30, 'x'));
    EXPECT_FALSE(large.advance(1));
}

TEST(Choices, AreDistinctAndLabelledBySecondColumn) {
    Table table = text_table({"ATL", "SFO", "ATL", "JFK"});
    table.columns.push_back({"city", ColumnType::text});
    table.cells.push_back(
        {{}, {"Atlanta", "San Francisco", "again", ""}, {false, false, false, true}});
    const auto choices = table.choices();
    ASSERT_EQ(choices.size(), 3U);
    EXPECT_EQ(choices[0].value, "ATL");
    EXPECT_EQ(choices[0].label, "Atlanta");
    EXPECT_EQ(choices[2].value, "JFK");
    EXPECT_EQ(choices[2].label, "JFK");
}

TEST(Choices, OfNumbersAndNothing) {
    Table table;
    EXPECT_TRUE(table.choices().empty());
    table.columns = {{"year", ColumnType::number}};
    table.rows = 3;
    table.cells.push_back({{2001, 0, 2001}, {}, {false, true, false}});
    const auto choices = table.choices();
    ASSERT_EQ(choices.size(), 1U);
    EXPECT_EQ(choices[0].value, "2001");
}

TEST(JsonText, AnyBytesBecomeAValidJsonString) {
    EXPECT_TRUE(rc::check([](const std::vector<unsigned char>& bytes) {
        const std::string text(bytes.begin(), bytes.end());
        std::string out;
        append_text(out, text);
        boost::json::error_code failed;
        const auto parsed = boost::json::parse(out, failed);
        RC_ASSERT(!failed);
        if (is_utf8(text)) RC_ASSERT(std::string_view(parsed.as_string()) == text);
    }));
}

TEST(JsonText, BrokenBytesBecomeReplacementCharacters) {
    std::string out;
    append_text(out, "a\xFF\xC3(\xE2\x82");
    EXPECT_EQ(out, "\"a\xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(JsonText, NumbersReadBackAsTheyWere) {
    EXPECT_TRUE(rc::check([](double number) {
        std::string out;
        append_number(out, number);
        RC_ASSERT(std::stod(out) == number);
    }));
    std::string out;
    append_number(out, std::numeric_limits<double>::infinity());
    EXPECT_EQ(out, "null");
}

TablePtr table_of(std::size_t bytes) {
    auto table = std::make_shared<Table>();
    table->json.assign(bytes, 'x');
    return table;
}

TEST(ResultCache, ForgetsTheLeastRecentlyUsed) {
    ResultCache cache(3000);
    const Time now{1h};
    cache.put("a", table_of(1000), now, 10s);
    cache.put("b", table_of(1000), now, 10s);
    EXPECT_NE(cache.get("a", now, 10s), nullptr);
    cache.put("c", table_of(1000), now, 10s);
    EXPECT_NE(cache.get("a", now, 10s), nullptr);
    EXPECT_EQ(cache.get("b", now, 10s), nullptr);
    EXPECT_NE(cache.get("c", now, 10s), nullptr);
    EXPECT_LE(cache.bytes(), 3000U);
    cache.put("huge", table_of(5000), now, 10s);
    EXPECT_EQ(cache.get("huge", now, 10s), nullptr);
    EXPECT_NE(cache.get("a", now, 10s), nullptr);
}

TEST(ResultCache, ForgetsWithAge) {
    ResultCache cache(1'000'000);
    cache.put("a", table_of(10), Time{1h}, 10s);
    EXPECT_NE(cache.get("a", Time{1h + 10s}, 10s), nullptr);
    EXPECT_EQ(cache.get("a", Time{1h + 10s + 1us}, 10s), nullptr);
    EXPECT_EQ(cache.bytes(), 0U);
    cache.put("a", table_of(10), Time{1h}, 10s);
    EXPECT_EQ(cache.get("a", Time{59min}, 10s), nullptr) << "the clock was set back";
}

TEST(ResultCache, KeepsWhatIsOldForWhoeverTakesIt) {
    ResultCache cache(1'000'000);
    cache.put("a", table_of(10), Time{1h}, 30s);
    EXPECT_EQ(cache.get("a", Time{1h + 20s}, 10s), nullptr);
    EXPECT_NE(cache.get("a", Time{1h + 20s}, 20s), nullptr);
    EXPECT_EQ(cache.get("a", Time{1h + 31s}, 1h), nullptr);
    cache.put("never", table_of(10), Time{1h}, 0s);
    EXPECT_EQ(cache.get("never", Time{1h}, 1h), nullptr);
}

TEST(ResultCache, ReplacesAnOldResult) {
    ResultCache cache(1'000'000);
    cache.put("a", table_of(10), Time{1h}, 10s);
    cache.put("a", table_of(20), Time{1h}, 10s);
    EXPECT_EQ(cache.get("a", Time{1h}, 10s)->json.size(), 20U);
}

}  // namespace
}  // namespace casement::data
