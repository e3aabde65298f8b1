// Every way out of "one SELECT over this source's tables", tried. The text of a query is its
// author's and not a viewer's; these doors are shut even so.
#include "data_test_support.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace casement::data {
namespace {

class Doors : public ::testing::Test {
  protected:
    void SetUp() override {
        secret_ = folder_.write("secret.csv", "word\nopensesame\n");
        parquet_ = folder_.path() + "/people.csv";
    }
    std::string code(const std::string& text) {
        const Cancellation never;
        const auto table = source_->run(query_of(text), never);
        return table ? "ran: " + (*table)->json : std::string(table.error().code);
    }
    /// Refused: by the guard, by the engine's own lock, or because there is no such thing.
    void expect_shut(const std::string& text) {
        const auto said = code(text);
        EXPECT_TRUE(said == "query_refused" || said == "query_invalid") << text << " -> " << said;
    }
    TempFolder folder_;
    std::string secret_;
    std::string parquet_;
    std::unique_ptr<Source> source_ = open_people(folder_);
};

TEST_F(Doors, Files) {
    for (const std::string function :
         {"read_csv", "read_csv_auto", "read_text", "read_blob", "read_json", "read_json_auto",
          "read_ndjson", "read_json_objects", "read_parquet", "parquet_scan", "parquet_metadata",
          "parquet_schema", "parquet_kv_metadata", "parquet_file_metadata", "sniff_csv", "glob"}) {
        EXPECT_EQ(code("select * from " + function + "('" + secret_ + "')"), "query_refused");
        EXPECT_EQ(code("select * from system.main." + function + "('/etc/passwd')"),
                  "query_refused");
    }
    EXPECT_EQ(code("select * from read_csv('" + folder_.path() + "/people.csv')"), "query_refused");
    EXPECT_EQ(code("select * from '" + secret_ + "'"), "query_refused");
    EXPECT_EQ(code("select * from \"" + secret_ + "\""), "query_refused");
    EXPECT_EQ(code("from '/etc/passwd'"), "query_refused");
    EXPECT_EQ(code("select (select content from read_text('/etc/passwd'))"), "query_refused");
    EXPECT_EQ(code("with a as (from read_text('/etc/passwd')) select * from a"), "query_refused");
    EXPECT_EQ(code("select * from people, lateral (select * from glob('/*'))"), "query_refused");
    EXPECT_EQ(code("select 1 union all select 2 from read_text('/etc/passwd')"), "query_refused");
    EXPECT_EQ(code("select [x for x in (select list(content) from read_text('/etc/passwd'))]"),
              "query_refused");
    expect_shut("select * from query('select * from people')");
    expect_shut("select * from query_table('people')");
    expect_shut("select * from http_get('http://127.0.0.1/')");
    expect_shut("select * from 'http://127.0.0.1:1/x.parquet'");
    expect_shut("select * from 's3://bucket/x.parquet'");
}

TEST_F(Doors, ANameFromWithOpensNoDoorOutsideOfIt) {
    expect_shut("select * from (with duckdb_views as (select 1) select 1), duckdb_views");
    expect_shut("select * from (with \"" + secret_ + "\" as (select 1) select 1), \"" + secret_ +
                "\"");
    EXPECT_EQ(code("with t as (select 1 as a) select * from t"),
              "ran: {\"columns\":[{\"name\":\"a\",\"type\":\"number\",\"values\":[1]}],\"rows\":1,"
              "\"truncated\":false}");
}

TEST_F(Doors, StatementsThatAreNoSelect) {
    const std::string target = folder_.path() + "/out.csv";
    for (const std::string& text : std::vector<std::string>{
             "attach '" + folder_.path() + "/x.db' as x",
             "attach ':memory:' as x",
             "copy people to '" + target + "'",
             "copy (select 1) to '" + target + "'",
             "copy people from '" + secret_ + "'",
             "export database '" + folder_.path() + "/dump'",
             "import database '" + folder_.path() + "'",
             "install httpfs",
             "load httpfs",
             "load '" + folder_.path() + "/x.so'",
             "set memory_limit='100GB'",
             "set lock_configuration=false",
             "set enable_external_access=true",
             "set variable a=1",
             "reset memory_limit",
             "pragma database_list",
             "pragma enable_profiling",
             "pragma table_info('people')",
             "call pragma_version()",
             "call enable_logging()",
             "checkpoint",
             "force checkpoint",
             "vacuum",
             "analyze",
             "create table t as select 1",
             "create temp table t as select 1",
             "create view v as select 1",
             "create macro m() as 1",
             "create secret s (type s3)",
             "create type e as enum ('a')",
             "create sequence s",
             "create schema s",
             "insert into people values ('x','y',1)",
             "update people set age=0",
             "delete from people",
             "truncate people",
             "drop table people",
             "alter table people add column x int",
             "begin",
             "commit",
             "rollback",
             "prepare p as select 1",
             "execute p",
             "deallocate p",
             "explain select 1",
             "explain analyze select 1",
             "describe people",
             "show tables",
             "show databases",
             "summarize people",
             "use memory",
             "detach memory",
             "comment on table people is 'x'",
             "with a as (select 1) insert into people select 'x','y',1",
             "select 1; select 2",
             "select 1; drop table people",
             "select 1; attach ':memory:' as x",
             ";",
             "",
             "-- nothing",
         }) {
        expect_shut(text);
    }
    EXPECT_FALSE(std::filesystem::exists(target));
    EXPECT_EQ(first_column(*source_, query_of("select count(*) from people")), "[3]");
}

TEST_F(Doors, WhatShowsTheMachineOrTheEngine) {
    ::setenv("CASEMENT_TEST_CANARY", "canary", 1);
    for (const std::string& text : std::vector<std::string>{
             "select getenv('CASEMENT_TEST_CANARY')",
             "select current_setting('allowed_paths')",
             "select main.current_setting('memory_limit')",
             "select 'memory_limit'.current_setting()",
             "select list_transform(['memory_limit'], lambda x: current_setting(x))",
             "select getvariable('x')",
             "select version()",
             "select current_query()",
             "select pg_get_viewdef(1)",
             "select write_log('x')",
             "select finalize('a'::blob)",
             "select __internal_decompress_string('a'::blob)",
             "select sum(age) over (order by current_setting('threads')) from people",
             "select * from duckdb_settings()",
             "select * from duckdb_secrets()",
             "select * from duckdb_databases()",
             "select * from duckdb_databases",
             "select * from duckdb_views",
             "select * from duckdb_extensions()",
             "select * from duckdb_functions()",
             "select * from duckdb_prepared_statements()",
             "select * from duckdb_external_file_cache()",
             "select * from duckdb_temporary_files()",
             "select * from duckdb_memory()",
             "select * from duckdb_logs",
             "select * from duckdb_variables()",
             "select * from enable_logging()",
             "select * from disable_logging()",
             "select * from truncate_duckdb_logs()",
             "select * from checkpoint()",
             "select * from force_checkpoint()",
             "select * from pragma_database_size()",
             "select * from pragma_database_list",
             "select * from pragma_platform()",
             "select * from pragma_user_agent()",
             "select * from sqlite_master",
             "select * from SQLite_Master",
             "select * from system.main.sqlite_master",
             "select * from information_schema.tables",
             "select * from pg_catalog.pg_settings",
             "select * from pg_class",
             "select * from (describe people)",
             "select * from (show tables)",
             "select * from (summarize people)",
             "from (show databases)",
             "select 1 union select * from (show databases)",
             "select * from json_execute_serialized_sql('{}')",
             "select * from sql_auto_complete('select')",
             "select * from arrow_scan(1,2,3)",
             "select * from test_all_types()",
             "select * from which_secret('a','s3')",
         }) {
        expect_shut(text);
    }
}

TEST_F(Doors, WhatAuthorsNeedIsOpen) {
    for (const std::string& text : std::vector<std::string>{
             "from people",
             "select * from people where age > 1 union all by name select * from people",
             "with recursive t as (select 1 as n union all select n+1 from t where n < 5) from t",
             "select * from range(3), generate_series(1,2), unnest([1,2])",
             "select city, quantile_cont(age, 0.9) from people group by all order by all",
             "select *, row_number() over (partition by city order by age) from people",
             "select * from (pivot people on city in ('Brno','London') using sum(age))",
             "select * from (unpivot (select 1 as a, 2 as b) on a, b)",
             "values (1,2),(3,4)",
             "select a.name from main.people a join memory.main.people b using (name)",
             "select * from people as of_people tablesample 50%",
             "select x from (select unnest([1,2]) as x) qualify row_number() over () = 1",
             "select (select max(age) from people), exists(from people where age > 50)",
             "select * from people positional join range(3)",
             "select * from json_each('[1,2]')",
             "select 1 intersect select 1",
             "select 1;",
             "select ';' as a -- ;",
         }) {
        EXPECT_TRUE(code(text).starts_with("ran")) << text << " -> " << code(text);
    }
}

TEST_F(Doors, OddTextsAreRefusedAndHurtNobody) {
    std::string deep = "select ";
    for (int i = 0; i < 20'000; ++i)
        deep += "(";
    std::string sum = "select 1";
    for (int i = 0; i < 20'000; ++i)
        sum += "+1";
    std::string nots = "select ";
    for (int i = 0; i < 10'000; ++i)
        nots += "not ";
    std::string brackets = "select ";
    for (int i = 0; i < 30'000; ++i)
        brackets += "[";
    std::string selects;
    for (int i = 0; i < 3'000; ++i)
        selects += "select * from (";
    selects += "select 1";
    for (int i = 0; i < 3'000; ++i)
        selects += ")";
    for (const std::string& text :
         {deep, sum, nots + "true", brackets, selects, std::string("select 1\0; drop table", 21),
          std::string("select '\xC0\xAF'"), std::string(70'000, ' '), std::string("select $"),
          std::string("select $$"), std::string("/*"), std::string("select 'a"),
          std::string("select \"")}) {
        expect_shut(text);
    }
    EXPECT_EQ(first_column(*source_, query_of("select count(*) from people")), "[3]");
}

TEST_F(Doors, SettingsThatReachElsewhereAreRefused) {
    const auto refused = [&](std::string name, std::string path) {
        DuckDbSettings settings;
        settings.folder = folder_.path();
        settings.tables = {{std::move(name), {std::move(path)}}};
        auto opened = open_duckdb(settings);
        return opened ? "opened" : std::string(opened.error().code);
    };
    EXPECT_EQ(refused("t", "people.csv"), "opened");
    EXPECT_EQ(refused("t", "https://example.org/x.parquet"), "invalid_source");
    EXPECT_EQ(refused("t", "s3://bucket/x.parquet"), "invalid_source");
    EXPECT_EQ(refused("t", "/etc/passwd"), "invalid_source");
    EXPECT_EQ(refused("t", std::string("people.csv\0.csv", 15)), "invalid_source");
    EXPECT_EQ(refused("t\"; drop", "people.csv"), "invalid_source");
    EXPECT_EQ(refused("", "people.csv"), "invalid_source");
    EXPECT_EQ(refused("t", "nowhere.csv"), "source_unavailable");
    EXPECT_EQ(refused("t", "*.nothing.csv"), "source_unavailable");
}

TEST_F(Doors, AFileNameIsNeverReadAsSql) {
    folder_.write("o'); drop table people; --.csv", "a\n1\n");
    DuckDbSettings settings;
    settings.folder = folder_.path();
    settings.tables = {{"odd", {"o'); drop table people; --.csv"}}};
    auto opened = open_duckdb(settings);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    EXPECT_EQ(first_column(**opened, query_of("select a from odd")), "[1]");
}

}  // namespace
}  // namespace casement::data
