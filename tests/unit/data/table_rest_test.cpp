// What is new in a result for whoever has an older one: put upon the old, it is the new one.
#include "data/table_rest.h"

#include "base/shape.h"
#include "data/table_writer.h"

#include <bit>
#include <chrono>
#include <functional>
#include <limits>

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::data {
namespace {

namespace json = boost::json;

/// One cell, before a column's type makes something of it: few values, so that rows repeat.
using Row = std::vector<int>;

const std::vector<Column>& all_types() {
    static const std::vector<Column> columns = {{"time", ColumnType::time, {}},
                                                {"n", ColumnType::number, {{"host", "a"}}},
                                                {"exact", ColumnType::number, {}},
                                                {"text", ColumnType::text, {}},
                                                {"flag", ColumnType::boolean, {}}};
    return columns;
}

void add(ColumnWriter& column, int cell) {
    static const std::string kTexts[] = {
        "", "plain", "a\"b\n", "\xC3\xA9\xF0\x9F\x98\x80", "\xFF broken", "\xFE broken"};
    static const double kNumbers[] = {
        0.0, -0.0, 0.1, 1e300, std::numeric_limits<double>::quiet_NaN(), 978307200123.456};
    static const std::string kDigits[] = {
        "1",   "9007199254740993", "9007199254740992", "12345678901234567890.25",
        "NaN", "-9007199254740993"};
    const auto index = static_cast<std::size_t>(cell);
    if (cell == 6) return column.add_null();
    switch (column.column().type) {
        case ColumnType::text:
            return column.add_text(kTexts[index]);
        case ColumnType::boolean:
            return column.add_boolean(cell % 2 == 0);
        case ColumnType::time:
            return column.add_number(1'000'000.5 * cell);
        case ColumnType::number:
            break;
    }
    if (column.column().name == "exact") return column.add_decimal(kDigits[index]);
    column.add_number(kNumbers[index]);
}

TablePtr table_of(const std::vector<Row>& rows, const std::vector<Column>& columns = all_types()) {
    TableWriter writer(columns, {});
    for (const auto& row : rows) {
        for (std::size_t c = 0; c < columns.size(); ++c)
            add(writer.column(c), row[c]);
        EXPECT_TRUE(writer.advance(1));
    }
    return std::move(writer).finish();
}

/// As a page reads it: every number is a double, and zero has its sign.
json::value read(std::string_view text) {
    auto value = parse_json(text).value();
    const std::function<void(json::value&)> walk = [&](json::value& at) {
        if (at.is_number()) at = std::bit_cast<std::uint64_t>(at.to_number<double>());
        if (at.is_array()) {
            for (auto& item : at.get_array())
                walk(item);
        }
        if (at.is_object()) {
            for (auto& [name, member] : at.get_object())
                walk(member);
        }
    };
    walk(value);
    return value;
}

/// What web/viewer/data/spliced.ts does.
json::value put_together(const Table& older, const Table& newer, const KeptRows& kept) {
    auto whole = read(older.json).as_object();
    const auto rest = read(rest_json(newer, kept)).as_object();
    auto& columns = whole.at("columns").as_array();
    for (std::size_t c = 0; c < columns.size(); ++c) {
        auto& column = columns[c].as_object();
        const auto& sent = rest.at("columns").at(c).as_object();
        const auto& added = sent.at("values").as_array();
        const auto& old = column.at("values").as_array();
        json::array values(added.begin(), added.begin() + static_cast<std::ptrdiff_t>(kept.at));
        for (std::size_t row = kept.from; row < kept.from + kept.rows; ++row)
            values.push_back(old.at(row));
        for (std::size_t row = kept.at; row < added.size(); ++row)
            values.push_back(added.at(row));
        for (const auto& [name, member] : sent)
            column[name] = member;
        column["values"] = std::move(values);
    }
    whole["rows"] = rest.at("rows");
    return whole;
}

rc::Gen<Row> any_row() {
    return rc::gen::container<Row>(all_types().size(), rc::gen::inRange(0, 7));
}

TEST(NewRows, PutUponTheOldTableMakeTheNewOneWhateverIsInThem) {
    EXPECT_TRUE(rc::check([] {
        const auto shared = *rc::gen::container<std::vector<Row>>(any_row());
        const auto piece = [&] {
            const auto from = *rc::gen::inRange<std::size_t>(0, shared.size() + 1);
            const auto to = *rc::gen::inRange<std::size_t>(from, shared.size() + 1);
            auto rows = *rc::gen::resize(4, rc::gen::container<std::vector<Row>>(any_row()));
            rows.insert(rows.end(), shared.begin() + static_cast<std::ptrdiff_t>(from),
                        shared.begin() + static_cast<std::ptrdiff_t>(to));
            const auto more = *rc::gen::resize(4, rc::gen::container<std::vector<Row>>(any_row()));
            rows.insert(rows.end(), more.begin(), more.end());
            return table_of(rows);
        };
        const auto older = piece();
        const auto newer = piece();
        const auto kept = rows_in_common(*older, *newer);
        RC_TAG(kept ? "some rows are kept" : "none is");
        if (!kept) return;
        RC_ASSERT(kept->rows > 0);
        RC_ASSERT(kept->from + kept->rows <= older->rows);
        RC_ASSERT(kept->at + kept->rows <= newer->rows);
        RC_ASSERT(put_together(*older, *newer, *kept) == read(newer->json));
    }));
}

/// A row a minute: time, and what was counted in it.
TablePtr minutes(int from, int to, int changed = -1) {
    TableWriter writer({{"t", ColumnType::time, {}}, {"n", ColumnType::number, {}}}, {});
    for (int minute = from; minute < to; ++minute) {
        writer.column(0).add_integer(std::int64_t{60'000} * minute);
        writer.column(1).add_integer(minute == changed ? -1 : minute * 7 % 11);
        EXPECT_TRUE(writer.advance(1));
    }
    return std::move(writer).finish();
}

TEST(NewRows, OfARollingWindowAreTheOnesAtItsEnd) {
    EXPECT_TRUE(rc::check([] {
        const int length = *rc::gen::inRange(2, 400);
        const int moved = *rc::gen::inRange(1, length);
        const auto kept = rows_in_common(*minutes(0, length), *minutes(moved, length + moved));
        RC_ASSERT(kept.has_value());
        RC_ASSERT(*kept == (KeptRows{static_cast<std::size_t>(moved),
                                     static_cast<std::size_t>(length - moved), 0}));
    }));
}

TEST(NewRows, AreNoMoreWhenTheFirstAndTheLastBucketStillChange) {
    // The first was cut off by the window's edge, the last has grown since.
    const auto newer = minutes(1, 62, 1);
    EXPECT_EQ(rows_in_common(*minutes(0, 61, 60), *newer), (KeptRows{2, 58, 1}));
    EXPECT_EQ(
        rest_json(*newer, {2, 58, 1}),
        R"({"kept":{"from":2,"rows":58,"at":1},"columns":[{"values":[60000,3600000,3660000]},)"
        R"({"values":[-1,2,9]}],"rows":61})");
}

TEST(NewRows, ASampleThatCameLateSplitsTheOldOnes) {
    const auto kept = rows_in_common(*minutes(0, 100), *minutes(0, 100, 50));
    ASSERT_TRUE(kept);
    EXPECT_EQ(*kept, (KeptRows{0, 50, 0}));
}

TEST(NewRows, AreAllWhenAnythingElseOfTheTableDiffers) {
    const auto rows = std::vector<Row>{{1, 1, 1, 1, 1}, {2, 2, 2, 2, 2}};
    const auto older = table_of(rows);
    ASSERT_TRUE(rows_in_common(*older, *table_of(rows)));
    const auto changed = [&](const std::function<void(Table&)>& change) {
        Table newer = *table_of(rows);
        change(newer);
        return rows_in_common(*older, newer);
    };
    EXPECT_FALSE(changed([](Table& table) { table.columns[1].labels["host"] = "b"; }));
    EXPECT_FALSE(changed([](Table& table) { table.columns[1].labels.clear(); }));
    EXPECT_FALSE(changed([](Table& table) { table.columns[1].name = "m"; }));
    EXPECT_FALSE(changed([](Table& table) { table.columns[0].type = ColumnType::number; }));
    EXPECT_FALSE(changed([](Table& table) { std::swap(table.columns[0], table.columns[1]); }));
    EXPECT_FALSE(changed([](Table& table) { table.truncated = true; }));
    EXPECT_FALSE(changed([](Table& table) { table.notice = "Perhaps not all."; }));
    EXPECT_FALSE(changed([](Table& table) {
        table.columns.pop_back();
        table.cells.pop_back();
    }));
    // Digits in a column that had none before, and the other way round.
    EXPECT_FALSE(changed([](Table& table) { table.cells[2].exact.clear(); }));
    EXPECT_FALSE(changed([](Table& table) { table.rows = 0; }));
}

TEST(NewRows, TellDigitsAndSignsApartThatADoubleDoesNot) {
    const auto one = [](const std::string& digits) {
        TableWriter writer({{"id", ColumnType::number, {}}}, {});
        writer.column(0).add_decimal(digits);
        EXPECT_TRUE(writer.advance(1));
        return std::move(writer).finish();
    };
    EXPECT_TRUE(rows_in_common(*one("9007199254740993"), *one("9007199254740993")));
    EXPECT_FALSE(rows_in_common(*one("9007199254740993"), *one("9007199254740992.5")));
    EXPECT_FALSE(rows_in_common(*one("0"), *one("-0.0")));
}

TEST(NewRows, AreFoundInTimeInTablesThatRepeatOneRow) {
    const std::vector<Row> many(20'000, Row{1, 1, 1, 1, 1});
    auto almost = many;
    for (std::size_t row = 0; row < almost.size(); row += 2)
        almost[row][3] = 2;
    const auto begun = std::chrono::steady_clock::now();
    const auto kept = rows_in_common(*table_of(many), *table_of(almost));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{10});
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->rows, 1U);
}

}  // namespace
}  // namespace casement::data
