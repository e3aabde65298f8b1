#include "data/source.h"

#include "base/encoding.h"
#include "data_test_support.h"
#include "schema_text.h"

#include <chrono>
#include <thread>

#include <duckdb.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::data {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr const char* kEndless =
    "select count(*) from range(10000000) a, range(10000000) b where (a.range * b.range) % 7 = 3";

class DuckDb : public ::testing::Test {
  protected:
    std::string values(const std::string& text, std::map<std::string, Value> parameters = {}) {
        return first_column(*source_, query_of(text, std::move(parameters)));
    }
    TempFolder folder_;
    std::unique_ptr<Source> source_ = open_people(folder_);
    const Cancellation never_;
};

TEST_F(DuckDb, TellsItsTablesAndStaysClosedToQueries) {
    EXPECT_TRUE(schema_text(*source_).starts_with("people(name VARCHAR, city VARCHAR"))
        << schema_text(*source_);
    EXPECT_EQ(values("select table_name from duckdb_columns()"), "query_refused");
    EXPECT_EQ(values("select 1"), "[1]");
}

TEST_F(DuckDb, BindsEveryTypeOfValue) {
    EXPECT_EQ(values("select $v", {{"v", Scalar(true)}}), "[true]");
    EXPECT_EQ(values("select $v", {{"v", Scalar(std::int64_t{42})}}), "[42]");
    EXPECT_EQ(values("select $v", {{"v", Scalar(1.5)}}), "[1.5]");
    EXPECT_EQ(values("select $v", {{"v", Scalar(std::string("é"))}}), R"(["é"])");
    EXPECT_EQ(values("select $v", {{"v", Scalar()}}), "[null]");
    EXPECT_EQ(values("select typeof($v)", {{"v", Scalar(Time{1s})}}), R"(["TIMESTAMP"])");
    EXPECT_EQ(values("select $v", {{"v", Scalar(Time{1s})}}), "[1000]");
    EXPECT_EQ(values("select typeof($v)", {{"v", Scalar(90s)}}), R"(["INTERVAL"])");
    EXPECT_EQ(
        values("select time_bucket($v, timestamp '2001-01-01 00:01:31')", {{"v", Scalar(90s)}}),
        "[978307290000]");
}

TEST_F(DuckDb, BindsLists) {
    const std::vector<Scalar> cities{std::string("Brno"), std::string("London")};
    const std::string in = "select name from people where city in (select unnest($c)) order by 1";
    const std::string contains = "select name from people where list_contains($c, city) order by 1";
    EXPECT_EQ(values(in, {{"c", cities}}), R"(["Ada","Kurt"])");
    EXPECT_EQ(values(contains, {{"c", cities}}), R"(["Ada","Kurt"])");
    EXPECT_EQ(values(in, {{"c", std::vector<Scalar>{}}}), "[]");
    EXPECT_EQ(values(contains, {{"c", std::vector<Scalar>{}}}), "[]");
    EXPECT_EQ(values("select age from people where list_contains($c, age)",
                     {{"c", std::vector<Scalar>{std::int64_t{36}}}}),
              "[36]");
    EXPECT_EQ(values("select age from people where list_contains($c, age)",
                     {{"c", std::vector<Scalar>{}}}),
              "[]");
    EXPECT_EQ(values(in, {{"c", std::vector<Scalar>{std::string("Brno"), std::int64_t{1}}}}),
              "invalid_parameter");
    EXPECT_EQ(values("select name from people where list_contains($c, city)",
                     {{"c", std::vector<Scalar>{Scalar(), std::string("Brno")}}}),
              R"(["Kurt"])");
}

TEST_F(DuckDb, ANameWithoutAValueIsAnErrorThatNamesIt) {
    const auto said = answer(*source_, query_of("select $airport"));
    EXPECT_TRUE(said.starts_with("query_invalid: The query names $airport")) << said;
}

TEST_F(DuckDb, ParametersHaveOneSpelling) {
    const std::map<std::string, Value> values_of = {{"v", Scalar(std::int64_t{1})},
                                                    {"1", Scalar(std::int64_t{1})}};
    for (const char* text : {"select ?", "select $1", "select $ v", "select $/**/v",
                             "select $\"v\"", "select $vé", "select ?1"}) {
        const auto said = answer(*source_, query_of(text, values_of));
        EXPECT_TRUE(said.starts_with("query_refused") || said.starts_with("query_invalid"))
            << text << " -> " << said;
    }
    EXPECT_EQ(values("select $v + $v", values_of), "[2]");
    EXPECT_EQ(values("select '$v ' || $v", values_of), R"(["$v 1"])");
}

TEST_F(DuckDb, ReservedWordsCanBeNames) {
    const std::map<std::string, Value> time = {{"from", Scalar(Time{1s})},
                                               {"to", Scalar(Time{2s})},
                                               {"interval", Scalar(1s)},
                                               {"timezone", Scalar(std::string("UTC"))}};
    EXPECT_EQ(values("select $timezone where $from + $interval = $to", time), R"(["UTC"])");
}

TEST_F(DuckDb, AValueNeverBecomesSql) {
    for (const std::string& hostile :
         {std::string("'; drop table people; --"), std::string("' or '1'='1"),
          std::string("\"; select 1; --"), std::string("$v"), std::string("$$x$$"),
          std::string("\\'; select 1"), std::string("/* */"), std::string("a\0b", 3),
          std::string("\r\n\t\x01"), std::string(1'000'000, '\''), std::string("\xEF\xBF\xBD😀")}) {
        const Query query =
            query_of("select $v as v, count(*) as n from people", {{"v", Scalar(hostile)}});
        const auto table = source_->run(query, never_);
        ASSERT_TRUE(table.has_value()) << table.error().message;
        EXPECT_EQ((*table)->cells[0].texts[0], hostile);
        EXPECT_EQ((*table)->cells[1].numbers[0], 3);
    }
}

TEST_F(DuckDb, AnyTextComesBackAsItWent) {
    EXPECT_TRUE(rc::check([this](const std::string& text) {
        const Query query = query_of("select $v as v", {{"v", Scalar(text)}});
        const auto table = source_->run(query, never_);
        if (is_utf8(text)) {
            RC_ASSERT(table.has_value());
            RC_ASSERT((*table)->cells[0].texts[0] == text);
        } else {
            RC_ASSERT(!table.has_value());
            RC_ASSERT(table.error().code == "invalid_parameter");
        }
    }));
}

TEST_F(DuckDb, AnyNumberAndTimeComesBackAsItWent) {
    EXPECT_TRUE(rc::check([this](std::int32_t whole, double fraction) {
        const Query query = query_of("select $w as w, $f as f, $t as t",
                                     {{"w", Scalar(std::int64_t{whole})},
                                      {"f", Scalar(fraction)},
                                      {"t", Scalar(Time{std::chrono::milliseconds{whole}})}});
        const auto table = source_->run(query, never_);
        RC_ASSERT(table.has_value());
        RC_ASSERT((*table)->cells[0].numbers[0] == whole);
        RC_ASSERT((*table)->cells[1].numbers[0] == fraction);
        RC_ASSERT((*table)->cells[2].numbers[0] == whole);
    }));
}

TEST_F(DuckDb, AnyTextAsQueryEndsInAnAnswer) {
    const auto word = rc::gen::element<std::string>(
        "select", "from", "people", "(", ")", "*", ",", "1", "'a'", "$v", "?", ";", "where", "with",
        "as", "t", "union", "--", "/*", "\"x\"", "[", "]", "::", "int", "pivot", "on", "lambda",
        "limit", "order by", "{", "}", ":", "read_csv", "'/etc/passwd'", "over", "recursive");
    EXPECT_TRUE(rc::check([&] {
        const auto words = *rc::gen::container<std::vector<std::string>>(word);
        std::string text = "select ";
        for (const auto& one : words)
            text += one + " ";
        Query query = query_of(text, {{"v", Scalar(std::int64_t{1})}});
        query.limits.time = 2s;
        const auto table = source_->run(query, never_);
        if (!table) RC_ASSERT(!table.error().message.empty());
    }));
    EXPECT_EQ(values("select count(*) from people"), "[3]");
}

TEST_F(DuckDb, StopsAtTheRowLimitAndSaysSo) {
    Query query = query_of("select range from range(100000000000)");
    query.limits.rows = 5000;
    const auto table = source_->run(query, never_);
    ASSERT_TRUE(table.has_value()) << table.error().message;
    EXPECT_EQ((*table)->rows, 5000U);
    EXPECT_TRUE((*table)->truncated);
    EXPECT_EQ((*table)->cells[0].numbers.size(), 5000U);
}

TEST_F(DuckDb, ExactlyTheRowLimitIsNotTruncated) {
    for (const std::size_t rows : {3U, 2048U, 4096U}) {
        Query query = query_of("select range from range(" + std::to_string(rows) + ")");
        query.limits.rows = rows;
        const auto table = source_->run(query, never_);
        ASSERT_TRUE(table.has_value());
        EXPECT_EQ((*table)->rows, rows);
        EXPECT_FALSE((*table)->truncated);
        query.limits.rows = rows - 1;
        const auto cut = source_->run(query, never_);
        ASSERT_TRUE(cut.has_value());
        EXPECT_TRUE((*cut)->truncated);
    }
}

TEST_F(DuckDb, StopsAtTheByteLimit) {
    Query query = query_of("select repeat('x', 1000) from range(100000)");
    query.limits.rows = 100000;
    query.limits.bytes = 100'000;
    EXPECT_TRUE(answer(*source_, query).starts_with("query_too_large"));
    query = query_of("select repeat('x', 20000000)");
    EXPECT_TRUE(answer(*source_, query).starts_with("query_too_large"));
}

TEST_F(DuckDb, StopsAtTheMemoryLimit) {
    const auto said =
        answer(*source_,
               query_of("select list(range::varchar || repeat('x', 100)) from range(100000000)"));
    EXPECT_TRUE(said.starts_with("query_too_large")) << said;
    EXPECT_EQ(values("select count(*) from people"), "[3]");
}

TEST_F(DuckDb, StopsAtTheTimeLimit) {
    Query query = query_of(kEndless);
    query.limits.time = 100ms;
    const auto started = Clock::now();
    EXPECT_TRUE(answer(*source_, query).starts_with("query_timeout"));
    EXPECT_LT(Clock::now() - started, 60s);
    query.limits.time = 0ms;
    EXPECT_TRUE(answer(*source_, query).starts_with("query_timeout"));
    EXPECT_EQ(values("select count(*) from people"), "[3]");
}

TEST_F(DuckDb, TheTimeLimitHoldsForAResultThatNeverEnds) {
    Query query = query_of(
        "select a.range from range(10000000) a, range(10000000) b "
        "where (a.range * b.range) % 1000003 = 999999999");
    query.limits.time = 100ms;
    EXPECT_TRUE(answer(*source_, query).starts_with("query_timeout"));
}

TEST_F(DuckDb, CancellationStopsARunningQuery) {
    const Cancellation cancellation;
    auto canceller = cancellation;
    std::thread other([&] {
        std::this_thread::yield();
        canceller.cancel();
    });
    const auto started = Clock::now();
    const auto table = source_->run(query_of(kEndless), cancellation);
    other.join();
    ASSERT_FALSE(table.has_value());
    EXPECT_EQ(table.error().code, "query_cancelled");
    EXPECT_LT(Clock::now() - started, 60s);
    EXPECT_EQ(values("select count(*) from people"), "[3]");
}

TEST_F(DuckDb, ACancellationIsNeverLostWheneverItComes) {
    // Falls before, into and behind the moment at which the engine forgets old interrupts.
    for (int i = 0; i < 60; ++i) {
        Cancellation cancellation;
        std::thread other([&cancellation, i] {
            const auto until = Clock::now() + std::chrono::microseconds(i * 50);
            while (Clock::now() < until) {
            }
            cancellation.cancel();
        });
        const auto table = source_->run(query_of(kEndless), cancellation);
        other.join();
        ASSERT_FALSE(table.has_value());
        ASSERT_EQ(table.error().code, "query_cancelled");
    }
}

TEST_F(DuckDb, EngineMessagesStayUnderQueryInvalid) {
    EXPECT_TRUE(answer(*source_, query_of("select nonsense from people"))
                    .starts_with("query_invalid: Binder Error"));
    EXPECT_TRUE(answer(*source_, query_of("selct 1")).starts_with("query_invalid: Parser Error"));
    EXPECT_TRUE(answer(*source_, query_of("select name::int from people"))
                    .starts_with("query_invalid: Conversion Error"));
}

TEST_F(DuckDb, DescribesWithoutRunning) {
    const auto found = source_->describe(
        "select city, count(*) as n, max(now()) as t from people where name = $who group by 1");
    ASSERT_TRUE(found.has_value()) << found.error().message;
    EXPECT_EQ(found->parameters, std::vector<std::string>{"who"});
    ASSERT_EQ(found->columns.size(), 3U);
    EXPECT_EQ(found->columns[0].type, ColumnType::text);
    EXPECT_EQ(found->columns[1].name, "n");
    EXPECT_EQ(found->columns[1].type, ColumnType::number);
    EXPECT_EQ(found->columns[2].type, ColumnType::time);
    EXPECT_EQ(source_->describe("drop table people").error().code, "query_refused");
    EXPECT_EQ(source_->describe("select x from people").error().code, "query_invalid");
}

TEST_F(DuckDb, AChangedFileIsSeen) {
    EXPECT_EQ(values("select count(*) from people"), "[3]");
    folder_.write("people.csv", "name,city,age\nAda,London,36\n");
    EXPECT_EQ(values("select count(*) from people"), "[1]");
    folder_.write("people.csv", "name,height\nAda,1.7\nKurt,1.8\n");
    EXPECT_EQ(values("select max(height) from people"), "[1.8]");
    std::filesystem::remove(folder_.path() + "/people.csv");
    EXPECT_EQ(values("select count(*) from people"), "source_unavailable");
    folder_.write("people.csv", kPeople);
    EXPECT_EQ(values("select count(*) from people"), "[3]");
}

TEST_F(DuckDb, ReadsJsonAndGlobs) {
    folder_.write("a1.ndjson", "{\"x\":1}\n{\"x\":2}\n");
    folder_.write("a2.ndjson", "{\"x\":3}\n");
    DuckDbSettings settings;
    settings.folder = folder_.path();
    settings.tables = {{"numbers", {"a*.ndjson"}}, {"one", {"a1.ndjson"}}};
    auto opened = open_duckdb(settings);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    EXPECT_EQ(first_column(**opened, query_of("select sum(x) from numbers")), "[6]");
    EXPECT_EQ(first_column(**opened, query_of("select sum(x) from one")), "[3]");
    folder_.write("a3.ndjson", "{\"x\":4}\n");
    EXPECT_EQ(first_column(**opened, query_of("select sum(x) from numbers")), "[10]");
}

/// Runs statements on a database of its own, outside of the source under test.
void prepare_files(const std::string& database, const std::vector<std::string>& statements) {
    duckdb_database handle = nullptr;
    duckdb_connection connection = nullptr;
    ASSERT_EQ(duckdb_open(database.empty() ? nullptr : database.c_str(), &handle), DuckDBSuccess);
    ASSERT_EQ(duckdb_connect(handle, &connection), DuckDBSuccess);
    for (const auto& statement : statements) {
        ASSERT_EQ(duckdb_query(connection, statement.c_str(), nullptr), DuckDBSuccess) << statement;
    }
    duckdb_disconnect(&connection);
    duckdb_close(&handle);
}

TEST_F(DuckDb, ReadsParquetInPlaceAndOnlyThat) {
    const std::string inside = folder_.path() + "/inside.parquet";
    const std::string outside = folder_.path() + "/outside.parquet";
    prepare_files("", {"copy (select range as n from range(1000)) to '" + inside + "'",
                       "copy (select 'secret' as n) to '" + outside + "'"});
    DuckDbSettings settings;
    settings.folder = folder_.path();
    settings.tables = {{"numbers", {"inside.parquet"}}};
    auto opened = open_duckdb(settings);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    EXPECT_EQ(first_column(**opened, query_of("select sum(n) from numbers")), "[499500]");
    for (const auto& path : {inside, outside}) {
        EXPECT_EQ(first_column(**opened, query_of("select * from read_parquet('" + path + "')")),
                  "query_refused");
        EXPECT_EQ(first_column(**opened, query_of("select * from '" + path + "'")),
                  "query_refused");
    }
    EXPECT_EQ(first_column(**opened, query_of("select filename from numbers")), "query_invalid");

    std::filesystem::create_symlink(inside, folder_.path() + "/link.parquet");
    settings.tables = {{"linked", {"link.parquet"}}};
    auto linked = open_duckdb(settings);
    ASSERT_TRUE(linked.has_value()) << linked.error().message;
    EXPECT_EQ(first_column(**linked, query_of("select count(*) from linked")), "[1000]");

    std::filesystem::remove(inside);
    prepare_files("", {"copy (select range as m from range(10)) to '" + inside + "'"});
    EXPECT_EQ(first_column(**opened, query_of("select sum(m) from numbers")), "[45]");
}

TEST_F(DuckDb, OpensADatabaseFileReadOnly) {
    const std::string file = folder_.path() + "/shop.duckdb";
    prepare_files(file,
                  {"create table orders as select range as n from range(10)",
                   "create view big as select * from orders where n > 7",
                   "create macro at_least(x) as table select * from orders where n >= x",
                   "create macro read_text(x) as table select 'mine' as content", "checkpoint"});
    DuckDbSettings settings;
    settings.database = "shop.duckdb";
    settings.folder = folder_.path();
    auto opened = open_duckdb(settings);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    EXPECT_EQ(first_column(**opened, query_of("select n from big order by 1")), "[8,9]");
    EXPECT_EQ(first_column(**opened, query_of("select n from shop.orders where n = 3")), "[3]");
    EXPECT_EQ(first_column(**opened, query_of("select n from at_least(9)")), "[9]");
    EXPECT_EQ(first_column(**opened, query_of("select * from read_text('/etc/passwd')")),
              "query_refused");
    EXPECT_EQ(first_column(**opened, query_of("insert into orders values (1)")), "query_refused");
    EXPECT_EQ(first_column(**opened, query_of("select * from duckdb_databases()")),
              "query_refused");
    auto again = open_duckdb(settings);
    EXPECT_TRUE(again.has_value());
}

TEST_F(DuckDb, ABrokenFileIsUnavailableAndNamesNoPath) {
    folder_.write("broken.parquet", "this is not parquet");
    DuckDbSettings settings;
    settings.folder = folder_.path();
    settings.tables = {{"broken", {"broken.parquet"}}};
    const auto opened = open_duckdb(settings);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, "source_unavailable");
    EXPECT_EQ(opened.error().message.find(folder_.path()), std::string::npos);
}

}  // namespace
}  // namespace casement::data
