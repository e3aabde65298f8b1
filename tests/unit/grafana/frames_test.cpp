#include "dialects/grafana/frames.h"

#include "base/shape.h"

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::grafana {
namespace {

using data::ColumnType;

data::Table::Cells numbers(std::vector<double> values, std::vector<bool> nulls = {}) {
    if (nulls.empty()) nulls.assign(values.size(), false);
    return {std::move(values), {}, std::move(nulls)};
}
data::Table::Cells texts(std::vector<std::string> values, std::vector<bool> nulls = {}) {
    if (nulls.empty()) nulls.assign(values.size(), false);
    return {{}, std::move(values), std::move(nulls)};
}
json::value parsed(std::string_view text) {
    return parse_json(text).value();
}

TEST(Frames, HaveATypedFieldAndTheValuesOfEachColumn) {
    data::Table table;
    table.columns = {{"at", ColumnType::time},
                     {"n", ColumnType::number},
                     {"who", ColumnType::text},
                     {"ok", ColumnType::boolean}};
    table.rows = 2;
    table.cells = {numbers({978307200123, 0}), numbers({1.5, 3}), texts({"a", ""}, {false, true}),
                   numbers({1, 0})};
    EXPECT_EQ(json::value(frame_of(table, "A")), parsed(R"({
        "schema": {"refId": "A", "fields": [
            {"name": "at", "type": "time", "typeInfo": {"frame": "time.Time", "nullable": true}},
            {"name": "n", "type": "number", "typeInfo": {"frame": "float64", "nullable": true}},
            {"name": "who", "type": "string", "typeInfo": {"frame": "string", "nullable": true}},
            {"name": "ok", "type": "boolean", "typeInfo": {"frame": "bool", "nullable": true}}]},
        "data": {"values": [[978307200123, 0], [1.5, 3], ["a", null], [true, false]]}})"));
}

TEST(Frames, AreJsonWhateverTheNumbersAre) {
    data::Table table;
    table.columns = {{"n", ColumnType::number}};
    table.rows = 4;
    table.cells = {numbers({std::numeric_limits<double>::quiet_NaN(),
                            std::numeric_limits<double>::infinity(), 1e300, -0.25})};
    const auto frame = parsed(json::serialize(frame_of(table, "A")));
    EXPECT_EQ(frame.at("data").at("values"), parsed("[[null, null, 1e300, -0.25]]"));
}

TEST(Frames, SayWhenTheRowLimitCutThem) {
    data::Table table;
    table.columns = {{"n", ColumnType::number}};
    table.rows = 1;
    table.cells = {numbers({1})};
    EXPECT_FALSE(frame_of(table, "A").at("schema").as_object().contains("meta"));
    table.truncated = true;
    const auto frame = frame_of(table, "A");
    const auto& notice = frame.at("schema").at("meta").at("notices").at(0);
    EXPECT_EQ(notice.at("severity"), "warning");
    EXPECT_TRUE(notice.at("text").as_string().starts_with("Only the first row is here"));
}

TEST(SeriesFrames, PutTimesInOrderAndLeaveOutRowsWithoutOne) {
    data::Table table;
    table.columns = {{"n", ColumnType::number}, {"at", ColumnType::time}};
    table.rows = 3;
    table.cells = {numbers({3, 9, 1}), numbers({3000, 0, 1000}, {false, true, false})};
    const auto frame = series_frame_of(table, "A").value();
    EXPECT_EQ(frame.at("schema").at("fields").at(0).at("name"), "at");
    EXPECT_EQ(frame.at("data").at("values"), parsed("[[1000, 3000], [1, 3]]"));
}

TEST(SeriesFrames, MakeAFieldOfEachNumberAndEachCombinationOfTexts) {
    data::Table table;
    table.columns = {{"at", ColumnType::time},
                     {"host", ColumnType::text},
                     {"load", ColumnType::number},
                     {"up", ColumnType::boolean}};
    table.rows = 4;
    table.cells = {numbers({1000, 1000, 2000, 2000}),
                   texts({"a", "b", "a", ""}, {false, false, false, true}), numbers({1, 2, 3, 4}),
                   numbers({1, 1, 0, 0})};
    const auto frame = series_frame_of(table, "A").value();
    std::string names;
    for (const auto& field : frame.at("schema").at("fields").as_array()) {
        const auto* labels = field.as_object().if_contains("labels");
        names += std::string(field.at("name").as_string()) +
                 (labels == nullptr ? "" : json::serialize(*labels)) + " ";
    }
    EXPECT_EQ(names,
              R"(at load load{"host":"a"} load{"host":"b"} up up{"host":"a"} up{"host":"b"} )");
    EXPECT_EQ(frame.at("data").at("values"),
              parsed("[[1000, 2000], [null, 4], [1, 3], [2, null], [null, false], [true, false], "
                     "[true, null]]"));
}

TEST(SeriesFrames, NeedAColumnOfTimes) {
    data::Table table;
    table.columns = {{"n", ColumnType::number}};
    table.cells = {numbers({})};
    EXPECT_EQ(series_frame_of(table, "A").error().code, "no_time_column");
}

TEST(SeriesFrames, DoNotGrowBeyondTheirBound) {
    data::Table table;
    table.columns = {
        {"at", ColumnType::time}, {"who", ColumnType::text}, {"n", ColumnType::number}};
    table.rows = 1500;
    std::vector<double> times;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < table.rows; ++i) {
        times.push_back(static_cast<double>(i));
        names.push_back(std::to_string(i));
    }
    table.cells = {numbers(times), texts(names), numbers(times)};
    EXPECT_EQ(series_frame_of(table, "A").error().code, "too_many_series");
}

TEST(SeriesFrames, KeepEveryValueOfATableWhoseTimesAndTextsAreDistinct) {
    EXPECT_TRUE(rc::check([] {
        const auto points = *rc::gen::unique<std::vector<std::pair<int, int>>>(
            rc::gen::pair(rc::gen::inRange(0, 20), rc::gen::inRange(0, 5)));
        data::Table table;
        table.columns = {
            {"at", ColumnType::time}, {"who", ColumnType::text}, {"n", ColumnType::number}};
        table.rows = points.size();
        std::vector<double> times, values;
        std::vector<std::string> names;
        for (const auto& [time, name] : points) {
            times.push_back(time);
            names.push_back(std::to_string(name));
            values.push_back(time * 100 + name);
        }
        table.cells = {numbers(times), texts(names), numbers(values)};
        const auto frame = series_frame_of(table, "A").value();
        const auto& columns = frame.at("data").at("values").as_array();
        const auto& fields = frame.at("schema").at("fields").as_array();
        std::size_t found = 0;
        for (std::size_t column = 1; column < columns.size(); ++column) {
            const auto name =
                std::stoi(std::string(fields[column].at("labels").at("who").as_string()));
            for (std::size_t row = 0; row < columns[0].as_array().size(); ++row) {
                const auto& cell = columns[column].at(row);
                if (cell.is_null()) continue;
                ++found;
                RC_ASSERT(cell.as_int64() == columns[0].at(row).as_int64() * 100 + name);
            }
        }
        RC_ASSERT(found == points.size());
    }));
}

}  // namespace
}  // namespace casement::grafana
