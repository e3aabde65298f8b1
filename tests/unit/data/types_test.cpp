// Every type the engine answers with, as the viewer reads it.
#include "data_test_support.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace casement::data {
namespace {

class DuckDbTypes : public ::testing::Test {
  protected:
    std::string values(const std::string& expression) {
        return first_column(*source_, query_of("select " + expression));
    }
    std::string exact(const std::string& expression) {
        return exact_digits(*source_, query_of("select " + expression));
    }
    TempFolder folder_;
    std::unique_ptr<Source> source_ = open_people(folder_);
};

TEST_F(DuckDbTypes, WholeNumbers) {
    EXPECT_EQ(values("(-5)::tinyint"), "[-5]");
    EXPECT_EQ(values("(-500)::smallint"), "[-500]");
    EXPECT_EQ(values("(-500000)::integer"), "[-500000]");
    EXPECT_EQ(values("9007199254740992"), "[9007199254740992]");
    EXPECT_EQ(values("9223372036854775807"), "[9223372036854775808]");
    EXPECT_EQ(values("200::utinyint"), "[200]");
    EXPECT_EQ(values("60000::usmallint"), "[60000]");
    EXPECT_EQ(values("4000000000::uinteger"), "[4000000000]");
    EXPECT_EQ(values("18446744073709551615::ubigint"), "[18446744073709551616]");
    EXPECT_EQ(values("(-170141183460469231731687303715884105727)::hugeint"),
              "[-1.7014118346046923e+38]");
    EXPECT_EQ(values("7::hugeint"), "[7]");
    EXPECT_EQ(values("340282366920938463463374607431768211455::uhugeint"),
              "[3.402823669209385e+38]");
}

TEST_F(DuckDbTypes, Fractions) {
    EXPECT_EQ(values("0.1::float"), "[0.1]");
    EXPECT_EQ(values("0.1::double"), "[0.1]");
    EXPECT_EQ(values("1e300::double"), "[1e+300]");
    EXPECT_EQ(values("12.34::decimal(4,2)"), "[12.34]");
    EXPECT_EQ(values("(-12345.678)::decimal(9,3)"), "[-12345.678]");
    EXPECT_EQ(values("12345678901234.5678::decimal(18,4)"), "[12345678901234.568]");
    EXPECT_EQ(values("0.1::decimal(38,30)"), "[0.1]");
    EXPECT_EQ(values("12345678901234567890123456789.5::decimal(38,1)"), "[1.2345678901234568e+28]");
}

TEST_F(DuckDbTypes, WhatADoubleCannotHoldKeepsItsDigits) {
    EXPECT_EQ(exact("9007199254740992"), "");
    EXPECT_EQ(exact("9007199254740993"), "9007199254740993");
    EXPECT_EQ(exact("-9223372036854775808"), "-9223372036854775808");
    EXPECT_EQ(exact("18446744073709551615::ubigint"), "18446744073709551615");
    EXPECT_EQ(exact("(-170141183460469231731687303715884105727)::hugeint"),
              "-170141183460469231731687303715884105727");
    EXPECT_EQ(exact("340282366920938463463374607431768211455::uhugeint"),
              "340282366920938463463374607431768211455");
    EXPECT_EQ(exact("sum(9007199254740992::bigint) from range(3)"), "27021597764222976");
    EXPECT_EQ(exact("sum(1) from range(3)"), "");
    EXPECT_EQ(exact("12345678901234.5678::decimal(18,4)"), "12345678901234.5678");
    EXPECT_EQ(exact("(-12345678901234567890123456789.5)::decimal(38,1)"),
              "-12345678901234567890123456789.5");
    EXPECT_EQ(exact("0.1::decimal(38,30)"), "") << "every digit of it is in the double's text";
    EXPECT_EQ(exact("12.3400::decimal(18,4)"), "");
    EXPECT_EQ(exact("0.1::double"), "");
    EXPECT_EQ(exact("1e300::double"), "") << "a double is all that it is";
    EXPECT_EQ(answer(*source_, query_of("select i::bigint as n from (values (1), (null), "
                                        "(9007199254740993), (-9007199254740993)) t(i)")),
              R"({"columns":[{"name":"n","type":"number",)"
              R"("values":[1,null,9007199254740992,-9007199254740992],)"
              R"("exact":{"2":"9007199254740993","3":"-9007199254740993"}}],)"
              R"("rows":4,"truncated":false})");
    EXPECT_EQ(values("[9007199254740993, 1]"), R"(["[9007199254740993,1]"])");
}

TEST_F(DuckDbTypes, WhatIsNoNumberIsNull) {
    EXPECT_EQ(values("'nan'::double"), "[null]");
    EXPECT_EQ(values("'inf'::double"), "[null]");
    EXPECT_EQ(values("'-inf'::float"), "[null]");
    EXPECT_EQ(values("null::integer"), "[null]");
    EXPECT_EQ(values("null"), "[null]");
}

TEST_F(DuckDbTypes, TimesAreEpochMilliseconds) {
    EXPECT_EQ(values("timestamp '2001-01-01 00:00:00.1239'"), "[978307200123.9]");
    EXPECT_EQ(values("timestamp '2001-01-01 00:00:00.123456'"), "[978307200123.456]");
    EXPECT_EQ(values("timestamp '1969-12-31 23:59:59.9995'"), "[-0.5]");
    EXPECT_EQ(values("date '2001-01-01'"), "[978307200000]");
    EXPECT_EQ(values("'2001-01-01'::timestamp_s"), "[978307200000]");
    EXPECT_EQ(values("'2001-01-01 00:00:00.5'::timestamp_ms"), "[978307200500]");
    EXPECT_EQ(values("'2001-01-01 00:00:00.5'::timestamp_ns"), "[978307200500]");
    EXPECT_EQ(values("'2001-01-01 00:00:00.123456789'::timestamp_ns"), "[978307200123.456]");
    EXPECT_EQ(values("'1969-12-31 23:59:59.999999999'::timestamp_ns"), "[-0.001]");
    EXPECT_EQ(values("'2001-01-01 02:00:00+02'::timestamptz"), "[978307200000]");
    EXPECT_EQ(values("'infinity'::timestamp"), "[null]");
    EXPECT_EQ(values("'-infinity'::date"), "[null]");
}

TEST_F(DuckDbTypes, ALocalTimeIsReadAsUtcWhateverTheMachineSays) {
    EXPECT_EQ(values("(timestamp '2001-01-01 00:00:00')::timestamptz"), "[978307200000]");
    EXPECT_EQ(values("timezone('America/New_York', '2001-01-01 00:00:00Z'::timestamptz)"),
              "[978289200000]");
}

TEST_F(DuckDbTypes, ADayCanBeTheViewersDay) {
    const std::string day = first_column(
        *source_, query_of("select date_trunc('day', timezone($timezone, timezone('UTC', "
                           "timestamp '2001-01-02 03:00:00'))) as day",
                           {{"timezone", Scalar(std::string("America/New_York"))}}));
    EXPECT_EQ(day, "[978307200000]");
}

TEST_F(DuckDbTypes, Texts) {
    EXPECT_EQ(values("'short'"), R"(["short"])");
    EXPECT_EQ(values("'longer than twelve bytes'"), R"(["longer than twelve bytes"])");
    EXPECT_EQ(values("'q\" b\\ n' || chr(10) || chr(1) || 'é😀'"),
              "[\"q\\\" b\\\\ n\\n\\u0001é😀\"]");
    EXPECT_EQ(values("true"), "[true]");
    EXPECT_EQ(values("'b'::enum('a','b')"), R"(["b"])");
    EXPECT_EQ(values("'123e4567-e89b-12d3-a456-426614174000'::uuid"),
              R"(["123e4567-e89b-12d3-a456-426614174000"])");
    EXPECT_EQ(values("'\\xAB\\x00'::blob"), R"(["ab00"])");
    EXPECT_EQ(values("time '13:05:09.25'"), R"(["13:05:09.25"])");
    EXPECT_EQ(values("'13:05:09-03:30'::timetz"), R"(["13:05:09-03:30"])");
    EXPECT_EQ(values("interval '14 months 3 days 90 seconds'"),
              R"(["1 year 2 months 3 days 00:01:30"])");
    EXPECT_EQ(values("interval '0 seconds'"), R"(["00:00:00"])");
}

TEST_F(DuckDbTypes, NestedValuesAreJsonText) {
    EXPECT_EQ(values("[1, null, 3]"), R"(["[1,null,3]"])");
    EXPECT_EQ(values("{'a': 1, 'b': 'x\"'}"), R"(["{\"a\":1,\"b\":\"x\\\"\"}"])");
    EXPECT_EQ(values("map(['k'], [[1,2]])"), R"(["[[\"k\",[1,2]]]"])");
    EXPECT_EQ(values("array_value(1.5::double, 2)"), R"(["[1.5,2]"])");
    EXPECT_EQ(values("x from (select unnest([[1],[],[2,3]]) as x)"), R"(["[1]","[]","[2,3]"])");
}

TEST_F(DuckDbTypes, WhatCannotBeShownSaysHowToShowIt) {
    const auto said = answer(*source_, query_of("select '101'::bit as bits"));
    EXPECT_NE(said.find("query_invalid: The column \"bits\""), std::string::npos) << said;
    EXPECT_EQ(values("'101'::bit::varchar"), R"(["101"])");
}

TEST_F(DuckDbTypes, TheWholeTableIsOneJsonObject) {
    EXPECT_EQ(
        answer(*source_, query_of("select name, age, age > 50 as old from people order by 1")),
        R"({"columns":[{"name":"name","type":"text","values":["Ada","Emmy","Kurt"]},)"
        R"({"name":"age","type":"number","values":[36,53,71]},)"
        R"({"name":"old","type":"boolean","values":[false,true,true]}],)"
        R"("rows":3,"truncated":false})");
    EXPECT_EQ(answer(*source_, query_of("select 1 as a, 2 as a where false")),
              R"({"columns":[{"name":"a","type":"number","values":[]},)"
              R"({"name":"a","type":"number","values":[]}],"rows":0,"truncated":false})");
}

TEST_F(DuckDbTypes, ANullKeepsItsPlaceAmongTheValuesOfEachType) {
    const Cancellation none;
    const auto table = source_->run(
        query_of("select if(i % 3 = 0, null, i::integer), if(i % 3 = 0, null, i::bigint), "
                 "if(i % 3 = 0, 'nan', i / 2)::double, if(i % 3 = 0, null, i::decimal(9, 1)), "
                 "if(i % 3 = 0, null, i % 2 = 0), if(i % 3 = 0, null, 'é' || i), "
                 "if(i % 3 = 0, 'infinity'::timestamp, make_timestamp(i * 1000)), "
                 "if(i % 3 = 0, null, [i]), null from range(5000) r(i) order by i"),
        none);
    ASSERT_TRUE(table.has_value()) << table.error().message;
    ASSERT_EQ((*table)->rows, 5000U);
    const auto columns = boost::json::parse((*table)->json).at("columns").as_array();
    for (std::size_t c = 0; c < columns.size(); ++c) {
        const auto& values = columns[c].at("values").as_array();
        const auto& cells = (*table)->cells[c];
        const bool is_text = (*table)->columns[c].type == ColumnType::text;
        ASSERT_EQ(values.size(), 5000U);
        ASSERT_EQ(cells.nulls.size(), 5000U);
        ASSERT_EQ((is_text ? cells.texts.size() : cells.numbers.size()), 5000U);
        for (std::size_t i = 0; i < 5000; ++i) {
            const bool null = i % 3 == 0 || c == 8;
            ASSERT_EQ(cells.nulls[i], null) << c << " " << i;
            ASSERT_EQ(values[i].is_null(), null) << c << " " << i;
            if (null) continue;
            if (is_text) {
                ASSERT_EQ(cells.texts[i], std::string(values[i].as_string()));
            } else if (values[i].is_bool()) {
                ASSERT_EQ(cells.numbers[i] != 0, values[i].as_bool());
            } else {
                ASSERT_EQ(cells.numbers[i], values[i].to_number<double>());
            }
        }
    }
}

TEST_F(DuckDbTypes, ALongResultComesWholeAndInOrder) {
    Query query = query_of("select range as n, 'row number ' || range as t from range(9999)");
    const Cancellation never;
    const auto table = source_->run(query, never);
    ASSERT_TRUE(table.has_value()) << table.error().message;
    ASSERT_EQ((*table)->rows, 9999U);
    for (std::size_t i = 0; i < 9999; ++i) {
        ASSERT_EQ((*table)->cells[0].numbers[i], static_cast<double>(i));
        ASSERT_EQ((*table)->cells[1].texts[i], "row number " + std::to_string(i));
    }
}

}  // namespace
}  // namespace casement::data
