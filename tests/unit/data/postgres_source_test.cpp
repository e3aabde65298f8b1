// Queries against a real PostgreSQL: values, parameters, limits, and that stopping really stops.
#include "postgres_world.h"
#include "schema_text.h"
#include "support/eventually.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

namespace casement::data {
namespace {

using namespace std::chrono_literals;

class PostgresQueries : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        database_ = postgres_database(
            {"create table flights (origin text, id int8, fare numeric(30, 12))",
             "insert into flights select case when i % 2 = 0 then 'ATL' else 'ORD' end, i, i * 1.5 "
             "from generate_series(1, 100) i",
             "create table note (word text)"});
        source_ = open_postgres(postgres_settings(database_)).release();
    }
    static void TearDownTestSuite() { delete source_; }

    static std::string ask(const std::string& text, std::map<std::string, Value> parameters = {}) {
        return answer(*source_, postgres_query(text, std::move(parameters)));
    }
    static std::string first(const std::string& text,
                             std::map<std::string, Value> parameters = {}) {
        return first_column(*source_, postgres_query(text, std::move(parameters)));
    }
    /// How many queries with this mark in their text run on the server.
    static int running(const std::string& mark) {
        return std::stoi(test::Postgres::execute(
            postgres_address("postgres"),
            "select count(*) from pg_stat_activity where state = 'active' and pid <> "
            "pg_backend_pid() and query like '%" +
                mark + "%'"));
    }

    static inline std::string database_;
    static inline Source* source_ = nullptr;
};

TEST_F(PostgresQueries, WhatItsAccountMayReadIsTold) {
    const auto database = postgres_database(
        {"create table orders (id int8, note varchar(20), gone int, at timestamptz)",
         "alter table orders drop column gone", "create view late as select id from orders",
         "create schema sales", "create table sales.bills (amount numeric(12, 2), ssn text)",
         "create schema closed", "create table closed.secrets (word text)",
         "create table parts (id int) partition by range (id)",
         "create table parts_1 partition of parts for values from (0) to (10)",
         "drop role if exists looks", "create role looks login",
         "grant select on orders, late, parts, parts_1 to looks",
         "grant usage on schema sales to looks", "grant select (amount) on sales.bills to looks"});
    const auto source = open_postgres(postgres_settings(database, {{"user", "looks"}}));
    ASSERT_NE(source, nullptr);
    EXPECT_EQ(schema_text(*source),
              "late(id bigint); orders(id bigint, note character varying(20), at timestamp with "
              "time zone); parts(id integer); sales.bills(amount numeric(12,2))");
}

TEST_F(PostgresQueries, ValuesArriveInColumnsWithTheirTypes) {
    EXPECT_EQ(
        ask("select 'a' as t, 1 as i, 2.5::float8 as f, true as b, null as n, "
            "timestamptz '2026-03-11 18:30:00.25+01' as at, date '2026-03-11' as d"),
        R"({"columns":[{"name":"t","type":"text","values":["a"]},)"
        R"({"name":"i","type":"number","values":[1]},)"
        R"({"name":"f","type":"number","values":[2.5]},)"
        R"({"name":"b","type":"boolean","values":[true]},)"
        R"({"name":"n","type":"text","values":[null]},)"
        R"({"name":"at","type":"time","values":[1773250200250]},)"
        R"({"name":"d","type":"time","values":[1773187200000]}],"rows":1,"truncated":false})");
}

TEST_F(PostgresQueries, NumbersThatADoubleCannotHoldKeepTheirDigits) {
    EXPECT_EQ(ask("select * from (values (9007199254740993), (42), (-9223372036854775808)) v(n)"),
              R"({"columns":[{"name":"n","type":"number","values":[9007199254740992,42,)"
              R"(-9223372036854775808],"exact":{"0":"9007199254740993",)"
              R"("2":"-9223372036854775808"}}],"rows":3,"truncated":false})");
    EXPECT_NE(ask("select 12345678901234567890.123456789::numeric as n")
                  .find(R"("exact":{"0":"12345678901234567890.123456789"})"),
              std::string::npos);
    EXPECT_EQ(first("select 12.50::numeric"), "[12.5]");
    EXPECT_EQ(first("select 0.1::numeric"), "[0.1]");
    EXPECT_EQ(first("select 0.1::float4"), "[0.1]");
}

TEST_F(PostgresQueries, InfinityAndNotANumberAreNothing) {
    EXPECT_EQ(first("select * from (values ('NaN'::float8), ('Infinity'), ('-Infinity'), (1)) v"),
              "[null,null,null,1]");
    EXPECT_EQ(first("select 'NaN'::numeric"), "[null]");
    EXPECT_EQ(first("select * from (values ('infinity'::timestamptz), ('-infinity')) v"),
              "[null,null]");
    EXPECT_EQ(first("select 'infinity'::date"), "[null]");
}

TEST_F(PostgresQueries, TimesAreExactFarAway) {
    EXPECT_EQ(first("select timestamp '1969-12-31 23:59:59.999'"), "[-1]");
    EXPECT_EQ(first("select timestamptz '0044-03-15 00:00:00+00 BC'"), "[-63517824000000]");
    EXPECT_EQ(first("select timestamptz '12026-01-01 00:00:00+00'"), "[317336745600000]");
    EXPECT_EQ(first("select timestamptz '2026-01-01 00:00:00.000001+00'"), "[1767225600000.001]");
    EXPECT_EQ(first("select timestamp '2024-02-29'"), "[1709164800000]");
}

TEST_F(PostgresQueries, OtherTypesAreText) {
    EXPECT_EQ(first("select '{\"a\": 1}'::jsonb"), R"(["{\"a\": 1}"])");
    EXPECT_EQ(first("select array['a', null, 'b c']"), R"(["{a,NULL,\"b c\"}"])");
    EXPECT_EQ(first("select '10.0.0.1/8'::inet"), R"(["10.0.0.1/8"])");
    EXPECT_EQ(first("select '00000000-0000-0000-0000-000000000001'::uuid"),
              R"(["00000000-0000-0000-0000-000000000001"])");
    EXPECT_EQ(first("select '\\x00ff'::bytea"), R"(["\\x00ff"])");
    EXPECT_EQ(first("select interval '1 day 2 hours'"), R"(["1 day 02:00:00"])");
    EXPECT_EQ(first("select row(1, 'x')"), "[\"(1,x)\"]");
    EXPECT_EQ(first("select E'quote\" and \\u00e9 and \\001'"), R"(["quote\" and é and \u0001"])");
}

TEST_F(PostgresQueries, ParametersAreBoundByName) {
    EXPECT_EQ(first("select count(*) from flights where origin = $airport",
                    {{"airport", Scalar(std::string("ATL"))}}),
              "[50]");
    EXPECT_EQ(first("select $a || $b || $a",
                    {{"a", Scalar(std::string("x"))}, {"b", Scalar(std::string("y"))}}),
              R"(["xyx"])");
    EXPECT_EQ(first("select $t::text", {{"t", Scalar(std::string("'; drop table flights --"))}}),
              R"(["'; drop table flights --"])");
    EXPECT_EQ(first("select $n + 1", {{"n", Scalar(std::int64_t{41})}}), "[42]");
    EXPECT_EQ(first("select $f * 2", {{"f", Scalar(0.25)}}), "[0.5]");
    EXPECT_EQ(first("select not $b", {{"b", Scalar(true)}}), "[false]");
    EXPECT_EQ(first("select $from + $interval",
                    {{"from", Scalar(from_unix_micros(1'500'001))},
                     {"interval", Scalar(std::chrono::microseconds(1'000'000))}}),
              "[2500.001]");
    EXPECT_EQ(first("select $missing is null", {{"missing", Scalar()}}), "[true]");
}

TEST_F(PostgresQueries, ListsGoWithAnyAndWithIn) {
    const std::map<std::string, Value> airports{
        {"airport", std::vector<Scalar>{std::string("ATL"), std::string("L\"A\\X, {}")}}};
    const std::map<std::string, Value> none{{"airport", std::vector<Scalar>{}}};
    EXPECT_EQ(first("select count(*) from flights where origin = any($airport)", airports), "[50]");
    EXPECT_EQ(
        first("select count(*) from flights where origin in (select unnest($airport))", airports),
        "[50]");
    EXPECT_EQ(first("select count(*) from flights where origin = any($airport)", none), "[0]");
    EXPECT_EQ(first("select unnest($airport)", airports), R"(["ATL","L\"A\\X, {}"])");
    EXPECT_EQ(first("select count(*) from flights where id = any($ids)",
                    {{"ids", std::vector<Scalar>{std::int64_t{1}, std::int64_t{2}}}}),
              "[2]");
    EXPECT_EQ(first("select count(*) from flights where id = any($ids::int8[])",
                    {{"ids", std::vector<Scalar>{std::string("1"), std::string("2")}}}),
              "[2]");
    EXPECT_EQ(
        ask("select $mixed", {{"mixed", std::vector<Scalar>{std::string("1"), 2.0}}}).substr(0, 18),
        "invalid_parameter:");
}

TEST_F(PostgresQueries, TextsInsideOfQuotesAreNoParameters) {
    EXPECT_EQ(first("select '$airport' -- $airport"), R"(["$airport"])");
    EXPECT_EQ(first("select $q$ $airport $q$ /* $airport */"), R"([" $airport "])");
    EXPECT_EQ(first("select 1 as \"$airport\""), "[1]");
    EXPECT_EQ(first("select 1 as a$airport"), "[1]");
    for (const std::string text : {"select $1", "select $ airport", "select $\"airport\"",
                                   "select $'airport'", "select $airpört", "select $e'x'"}) {
        EXPECT_TRUE(ask(text, {{"airport", Scalar(std::string("x"))}}).starts_with("query_refused"))
            << text;
    }
    EXPECT_TRUE(ask("select $nobody").starts_with("query_invalid: The query names $nobody"));
}

TEST_F(PostgresQueries, ErrorsAreTheServersOwnWords) {
    EXPECT_EQ(ask("selec 1").substr(0, 42), "query_invalid: syntax error at or near \"se");
    EXPECT_EQ(ask("select nothing from flights"),
              "query_invalid: column \"nothing\" does not exist (SQLSTATE 42703)");
    EXPECT_EQ(ask("select 1/0"), "query_invalid: division by zero (SQLSTATE 22012)");
    EXPECT_EQ(first("select 1"), "[1]") << "the connection is good afterwards";
}

TEST_F(PostgresQueries, NothingButOneSelectRuns) {
    for (const std::string text :
         {"insert into note values ('x')",
          "with a as (insert into note values ('x') returning *) select * from a",
          "with a as (delete from note returning *) select * from a",
          "with a as (update note set word = '' returning *) select * from a",
          "select * into other from note",
          "create table other as select 1",
          "drop table note",
          "truncate note",
          "select * from note for update",
          "select * from note for share",
          "select * from (select * from note for update) x",
          "copy note to '/tmp/x'",
          "copy note from program 'true'",
          "select 1; select 2",
          "select 1; drop table note",
          "begin",
          "commit",
          "set search_path = x",
          "reset all",
          "show all",
          "explain select 1",
          "prepare a as select 1",
          "execute a",
          "declare c cursor for select 1",
          "vacuum",
          "listen x",
          "notify x",
          "lock table note",
          "call nothing()",
          "do 'begin end'",
          "",
          "-- nothing",
          ";"}) {
        EXPECT_TRUE(ask(text).starts_with("query_refused: ") ||
                    ask(text).starts_with("query_invalid: "))
            << text << " -> " << ask(text);
    }
    EXPECT_EQ(first("select count(*) from note"), "[0]");
    EXPECT_EQ(first("select 1;"), "[1]");
    EXPECT_EQ(first("select 1 -- end"), "[1]");
    EXPECT_EQ(first("/* before */ select 1 ; -- after"), "[1]");
    EXPECT_EQ(first("values (1), (2)"), "[1,2]");
    EXPECT_EQ(first("table note"), "[]");
    EXPECT_EQ(first("with a as (select 1 as x) select x from a union all select 2"), "[1,2]");
}

TEST_F(PostgresQueries, FunctionsThatReachFurtherAreClosed) {
    for (const std::string text : {"select set_config('transaction_read_only', 'off', false)",
                                   "select pg_catalog.set_config('statement_timeout', '0', false)",
                                   "select \"set_config\"('statement_timeout', '0', false)",
                                   "select current_setting('data_directory')",
                                   "select pg_read_file('/etc/passwd')",
                                   "select x.pg_read_file from unnest(array['/etc/passwd']) x",
                                   "select ('/etc/passwd').pg_read_file",
                                   "select (array['/'])[1].pg_ls_dir",
                                   "select pg_ls_dir('.')",
                                   "select lo_import('/etc/passwd')",
                                   "select lo_get(1)",
                                   "select pg_terminate_backend(1)",
                                   "select pg_cancel_backend(1)",
                                   "select nextval('x')",
                                   "select pg_advisory_lock(1)",
                                   "select pg_notify('a', 'b')",
                                   "select pg_sleep(1)",
                                   "select * from dblink('host=other', 'select 1') as t(a int)",
                                   "select query_to_xml('select 1', true, true, '')",
                                   "select pg_reload_conf()",
                                   "select * from pg_stat_file('.')",
                                   "select txid_current()"}) {
        EXPECT_TRUE(ask(text).starts_with("query_refused: ")) << text << " -> " << ask(text);
    }
}

TEST_F(PostgresQueries, AFunctionOfTheDatabaseCannotWriteEither) {
    test::Postgres::execute(postgres_address(database_),
                            "create or replace function sneak() returns int language plpgsql as "
                            "$$begin insert into note values ('x'); return 1; end$$");
    EXPECT_TRUE(ask("select sneak()").starts_with("query_refused: A query only reads"));
    test::Postgres::execute(
        postgres_address(database_),
        "create or replace function loosen() returns text language plpgsql as $$begin "
        "perform set_config('default_transaction_read_only', 'off', false); "
        "perform set_config('search_path', 'nowhere', false); return 'x'; end$$");
    EXPECT_EQ(first("select loosen()"), R"(["x"])");
    EXPECT_TRUE(ask("select sneak()").starts_with("query_refused: A query only reads"));
    EXPECT_EQ(first("select count(*) from note"), "[0]");
}

TEST_F(PostgresQueries, TheRowLimitCutsAndSaysSo) {
    auto query = postgres_query("select generate_series(1, 1000000000) as i");
    query.limits.rows = 3;
    query.limits.time = 5s;
    const auto said = answer(*source_, query);
    EXPECT_TRUE(said.starts_with(R"({"columns":[{"name":"i","type":"number","values":[1,2,3]}],)"
                                 R"("rows":3,"truncated":true,"notice":")"))
        << said;
    query.text = "select i from generate_series(1, 3) i";
    EXPECT_NE(answer(*source_, query).find("\"truncated\":false"), std::string::npos);
}

TEST_F(PostgresQueries, TheByteLimitHoldsBeforeEverythingIsRead) {
    auto query = postgres_query("select repeat('byte-limit', 1000) from generate_series(1, 9000)");
    query.limits.bytes = 100'000;
    EXPECT_TRUE(answer(*source_, query).starts_with("query_too_large: "));
    EXPECT_TRUE(test::eventually([] { return running("byte-limit") == 0; }));
    EXPECT_EQ(first("select 1"), "[1]");
}

TEST_F(PostgresQueries, ATimeLimitEndsTheQueryOnTheServer) {
    auto query = postgres_query(
        "select count(*) from generate_series(1, 1000000000) i where i % 7 <> 8 /* time-limit */");
    query.limits.time = 300ms;
    const auto started = std::chrono::steady_clock::now();
    EXPECT_TRUE(answer(*source_, query).starts_with("query_timeout: "));
    EXPECT_LT(std::chrono::steady_clock::now() - started, 60s);
    EXPECT_TRUE(test::eventually([] { return running("time-limit") == 0; }));
}

TEST_F(PostgresQueries, CancellingEndsTheQueryOnTheServer) {
    Cancellation cancellation;
    auto query = postgres_query(
        "select count(*) from generate_series(1, 2000000000) i where i % 7 <> 8 /* cancel-me */");
    query.limits.time = 60s;
    std::string code;
    std::thread asker([&] {
        const auto table = source_->run(query, cancellation);
        code = table ? "answered" : std::string(table.error().code);
    });
    EXPECT_TRUE(test::eventually([] { return running("cancel-me") == 1; }));
    cancellation.cancel();
    asker.join();
    EXPECT_EQ(code, "query_cancelled");
    EXPECT_TRUE(test::eventually([] { return running("cancel-me") == 0; }));
    EXPECT_EQ(first("select 1"), "[1]");
    EXPECT_EQ(answer(*source_, postgres_query("select 1")).substr(0, 1), "{");
    const auto again = source_->run(postgres_query("select 1"), cancellation);
    EXPECT_EQ(again.error().code, "query_cancelled") << "before it began";
}

TEST_F(PostgresQueries, ThePoolKeepsToItsSizeAndItsConnections) {
    const auto source = open_postgres(postgres_settings(database_, {{"pool_size", 2}}));
    const auto backend = [&] {
        return first_column(*source, postgres_query("select pg_backend_pid()"));
    };
    const auto one = backend();
    EXPECT_EQ(backend(), one) << "a connection is used again";

    Cancellation stop;
    auto slow = postgres_query(
        "select count(*) from generate_series(1, 2000000000) i where i % 7 <> 8 /* pool-full */");
    slow.limits.time = 60s;
    std::vector<std::thread> askers;
    for (int i = 0; i < 3; ++i)
        askers.emplace_back([&] { EXPECT_FALSE(source->run(slow, stop)); });
    EXPECT_TRUE(test::eventually([] { return running("pool-full") == 2; }));
    auto waiting = postgres_query("select 1");
    waiting.limits.time = 200ms;
    EXPECT_TRUE(answer(*source, waiting).starts_with("query_timeout: "));
    EXPECT_EQ(running("pool-full"), 2);
    stop.cancel();
    for (auto& asker : askers)
        asker.join();
    EXPECT_EQ(first_column(*source, postgres_query("select 1")), "[1]");
}

TEST_F(PostgresQueries, ATextIsDescribedWithoutRunning) {
    const auto described = source_->describe(
        "select origin, count(*) as flights, $from as at from flights where origin = any($airport) "
        "and $from < $to group by 1");
    ASSERT_TRUE(described) << described.error().message;
    EXPECT_EQ(described->parameters, (std::vector<std::string>{"from", "airport", "to"}));
    ASSERT_EQ(described->columns.size(), 3U);
    EXPECT_EQ(described->columns[0].name, "origin");
    EXPECT_EQ(described->columns[1].type, ColumnType::number);
    EXPECT_EQ(described->columns[2].type, ColumnType::time);
    EXPECT_EQ(source_->describe("select nothing from flights").error().code, "query_invalid");
    EXPECT_EQ(source_->describe("drop table flights").error().code, "query_refused");
}

TEST_F(PostgresQueries, NamesAreLookedForInTheGivenSchemas) {
    test::Postgres::execute(postgres_address(database_),
                            "create schema if not exists \"my \"\"x\"");
    test::Postgres::execute(postgres_address(database_),
                            "create table if not exists \"my \"\"x\".hidden as select 7 as n");
    EXPECT_TRUE(ask("select n from hidden").starts_with("query_invalid: "));
    const auto source =
        open_postgres(postgres_settings(database_, {{"schema", json::array{"public", "my \"x"}}}));
    EXPECT_EQ(first_column(*source, postgres_query("select n from hidden")), "[7]");
    EXPECT_EQ(first_column(*source, postgres_query("select count(*) from flights")), "[100]");
}

}  // namespace
}  // namespace casement::data
