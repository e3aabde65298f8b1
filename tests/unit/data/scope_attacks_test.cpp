// Every way out of a scope that we could think of, written by an author who means harm, on files
// and on a database file that helps him.
#include "scope_world.h"

#include <gtest/gtest.h>

namespace casement::data {
namespace {

class ScopeAttacks : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        folder_ = new TempFolder;
        files_ = open_scope_files(*folder_).release();
        database_ = open_scope_database(*folder_).release();
    }
    static void TearDownTestSuite() {
        delete files_;
        delete database_;
        delete folder_;
    }
    static std::string run(Source& source, const std::string& text) {
        return answer(source, scoped(text, scope_for({"acme"}), parameters()));
    }
    static std::map<std::string, Value> parameters() {
        return {{"v", Scalar(std::string("globex"))},
                {"casement_scope_0", Scalar(std::string("globex"))},
                {"Casement_Scope_0", Scalar(std::string("globex"))},
                {"list", std::vector<Scalar>{std::string("globex")}}};
    }
    static void expect_refused(const std::string& text) {
        for (auto* source : {files_, database_}) {
            const auto said = run(*source, text);
            EXPECT_TRUE(said.starts_with("query_refused: ") || said.starts_with("query_invalid: "))
                << text << "\n-> " << said;
            EXPECT_FALSE(shows_foreign(said)) << text << "\n-> " << said;
        }
    }
    /// It may run, if it shows nothing.
    static void expect_nothing(const std::string& text) {
        for (auto* source : {files_, database_}) {
            const auto said = run(*source, text);
            EXPECT_FALSE(shows_foreign(said)) << text << "\n-> " << said;
        }
    }

    static inline TempFolder* folder_ = nullptr;
    static inline Source* files_ = nullptr;
    static inline Source* database_ = nullptr;
};

TEST_F(ScopeAttacks, RelationsOutsideOfTheModel) {
    for (const std::string place :
         {"select * from %",
          "select * from % as orders",
          "from %",
          "table %",
          "select (select max(word) from %)",
          "select exists (from % where word like 'M_')",
          "select 1 where 'MARK-SECRET' in (select word from %)",
          "select 1 where 'MARK-SECRET' = any (select word from %)",
          "select array(select word from %)",
          "with a as (select * from %) select * from a",
          "with recursive a as (select word from % union all select word || 'x' from a where "
          "length(word) < 12) select * from a",
          "with a as materialized (from %) select * from a",
          "select * from orders join % on true",
          "select * from orders, %",
          "select * from orders positional join %",
          "select * from orders semi join % on true",
          "select * from orders, lateral (select * from %)",
          "select * from orders union all select word, 1, word, 1, null from %",
          "select note from orders except select word from %",
          "select note from orders intersect select word from %",
          "select * from (pivot % on word in ('MARK-SECRET') using max(number))",
          "select * from % unpivot (v for k in (number))",
          "select * from range((select max(number) from %))",
          "select * from unnest((select list(word) from %))",
          "select * from json_each((select to_json(list(word)) from %))",
          "select * from (values ((select max(word) from %)))",
          "select * from orders order by (select max(number) from %)",
          "select * from orders limit (select max(number) from %)",
          "select count(*) from orders group by (select max(number) from %)",
          "select count(*) from orders having (select max(number) from %) > 0",
          "select id from orders qualify row_number() over (order by (select max(number) from %)) "
          "= 1",
          "select sum(id) over (order by id rows between (select max(number) from %) preceding and "
          "current row) from orders",
          "select sum(id) filter (where id < (select max(number) from %)) from orders",
          "select string_agg(note, ',' order by (select max(word) from %)) from orders",
          "select case when true then (select max(word) from %) end",
          "select list_transform([1], lambda x: (select max(word) from %))",
          "select [(select max(word) from %) for x in [1]]",
          "select * replace ((select max(word) from %) as note) from orders",
          "select columns(lambda c: c = (select max(word) from %)) from orders",
          "select {'a': (select max(word) from %)}",
          "select (select max(word) from %)::varchar",
          "select distinct on ((select max(word) from %)) id from orders",
          "select * from (describe %)",
          "select * from (summarize %)",
          "select * from (show %)",
          "describe %",
          "summarize %",
          "show tables",
          "select * from % tablesample 100 percent"}) {
        for (const std::string name :
             {"secrets", "SECRETS", "\"secrets\"", "\"Secrets\"", "main.secrets", "memory.secrets",
              "memory.main.secrets", "world.main.secrets", "world.vault.secrets2", "vault.secrets2",
              "secrets2", "everything", "memory.main.orders", "world.main.orders", "main.orders",
              "vault.orders", "'secrets'", "recurring.orders"}) {
            std::string text = place;
            if (const auto at = text.find('%'); at != std::string::npos) text.replace(at, 1, name);
            expect_refused(text);
        }
    }
}

TEST_F(ScopeAttacks, TheEnginesOwnRelationsAndFunctions) {
    for (const std::string text : {
             "select * from information_schema.tables",
             "select * from information_schema.columns",
             "select * from pg_catalog.pg_class",
             "select * from pg_catalog.pg_tables",
             "select * from pg_class",
             "select * from duckdb_tables",
             "select * from duckdb_tables()",
             "select * from duckdb_columns()",
             "select * from duckdb_views()",
             "select * from duckdb_settings()",
             "select * from duckdb_table_sample('orders')",
             "select * from sqlite_master",
             "select * from pragma_table_info('orders')",
             "select * from pragma_storage_info('orders')",
             "select * from storage_info('orders')",
             "select * from pragma_show('orders')",
             "select * from seq_scan('orders')",
             "select * from query('select * from orders')",
             "select * from query('select * from ' || 'secrets')",
             "select * from query_table('secrets')",
             "select * from query_table(['orders', 'secrets'])",
             "select * from histogram('secrets', 'word')",
             "select * from histogram(secrets, word)",
             "select * from histogram_values('orders', 'note')",
             "select * from summary('orders')",
             "select * from json_execute_serialized_sql(json_serialize_sql('select 1'))",
             "select json_serialize_plan('select * from orders where note = note')",
             "select stats(note) from orders",
             "select stats(amount) from orders limit 1",
             "select main.stats(id) from orders",
             "select orders.id.stats() from orders",
             "select getvariable('x')",
             "select current_setting('allowed_paths')",
             "select getenv('HOME')",
             "select nextval('s')",
             "select pg_get_viewdef(1)",
             "select format_type(1, 1)",
             "select txid_current()",
             "select write_log('x')",
             "select vector_type(note) from orders",
             "select parse_duckdb_log_message('a', 'b')",
             "select current_query()",
             "from 'orders.parquet'",
             "from \"orders.parquet\"",
             "select * from read_parquet('orders.parquet')",
             "select * from parquet_scan('*.parquet')",
             "select * from parquet_metadata('orders.parquet')",
             "select * from read_csv('countries.csv')",
             "select * from glob('*')",
             "select * from sniff_csv('countries.csv')",
             "select * from test_all_types()",
             "select * from which_secret('a', 'b')",
         }) {
        expect_refused(text);
    }
    const std::string file = folder_->path() + "/orders.parquet";
    for (const std::string& text : std::vector<std::string>{
             "from '" + file + "'", "from \"" + file + "\"",
             "select * from read_parquet('" + file + "')",
             "select * from read_blob('" + file + "')",
             "select * from parquet_bloom_probe('" + file + "', 'note', 'MARK-GLOBEX-1')",
             "with \"" + file + "\" as (select 1) select * from (select * from \"" + file +
                 "\") as \"" + file + "\"",
             "select * from (with \"" + file + "\" as (select 1) select 1), \"" + file + "\""}) {
        expect_refused(text);
    }
}

TEST_F(ScopeAttacks, NamesInWith) {
    for (const std::string text : {
             // A scoped relation under another meaning, and other relations under cover of a name.
             "with orders as (select 1) select * from orders",
             "with ORDERS as (select 1) select * from ORDERS",
             "with \"Orders\" as (from orders) select * from \"Orders\"",
             "with recursive orders as (select * from orders) select * from orders",
             "with recursive orders as (select 1 as a union select a + 1 from orders where a < 3) "
             "select * from orders",
             "with secrets as (select 1) select * from secrets",
             "select * from (with secrets as (select 1) select * from secrets) as secrets",
             "select * from (with secrets as (select 1) select 1) t, secrets",
             "select (with secrets as (select 1) select 1), (select max(word) from secrets)",
             "with a as (with secrets as (select 1) from secrets) select * from secrets",
             "with a as (select * from b), b as (select 1) select * from a",
             "with a as (select * from a) select * from a",
             "select * from (with a as (select 1) select 1) x, a",
             "select * from a, (with a as (select 1) select 1) x",
             "with a as (select 1) select * from main.a",
             "with duckdb_tables as (select 1) select * from (select * from duckdb_tables) as "
             "duckdb_tables",
             "with pg_class as (select 1) from pg_class",
             "with sqlite_master as (select 1) from sqlite_master",
             "with casement_scope as (select 1) from casement_scope",
             "with recursive a(x) using key (x) as (select 1 union select x from recurring.a) "
             "from a",
             "with recursive secrets(x) using key (x) as (select 1 union select x from "
             "recurring.secrets) from secrets",
             "with \"a.parquet\" as (select 1) from \"a.parquet\"",
             "with \"http://x\" as (select 1) from \"http://x\"",
             "with a as (insert into orders values (1)) select 1",
             "with a as (delete from orders returning *) select * from a",
         }) {
        expect_refused(text);
    }
    expect_nothing("with a as (from orders), a as (from orders) from a");
    expect_nothing("select * from (with a as (from orders) from a) as a");
    expect_nothing("with a as (select 1) select * from (with a as (from orders) from a) a, a b");
    expect_nothing("select * from (select * from orders) as orders");
    expect_nothing("select * from (select * from (select * from orders) orders) orders");
    expect_nothing("with unnamed_subquery as (from orders) from unnamed_subquery");
    expect_nothing("select * from orders as secrets, secrets.note");
}

TEST_F(ScopeAttacks, OutOfTheBrackets) {
    for (const std::string text : {
             "select 1) union all (select word from secrets",
             "select 1) as x, secrets --",
             "select 1) as x, (select * from secrets",
             "select 1); select * from secrets; --",
             "select 1; select * from secrets",
             "select 1 /*",
             "select 1 */",
             "select 1 -- \n) union all select word from secrets",
             "select 'unclosed",
             "select $$unclosed",
             "select $a$unclosed$b$",
             "select \"unclosed",
             "(select 1",
             "select 1)",
             ") select * from secrets (",
             "",
             ";",
             "--",
             "select 1; -- gone\nselect * from secrets",
             "select * from orders; /* */ ;;-- x\n; select 2",
             "explain select * from orders",
             "explain analyze select * from secrets",
             "prepare x as select * from secrets",
             "create temp view orders as select * from secrets",
             "set search_path = 'vault'",
             "use vault",
             "attach ':memory:' as orders",
             "pragma show_tables",
             "call duckdb_tables()",
             "copy orders to '/dev/stdout'",
             "pivot orders on tenant",
             "pivot secrets on word",
             "select * from orders at (version => 1)",
             "select * from orders at (timestamp => now())",
             "execute x",
             "begin; select 1",
         }) {
        expect_refused(text);
    }
    expect_nothing("select $$) union all (select word from secrets$$");
    expect_nothing("select 'a' -- ) union all select word from secrets");
    expect_nothing("select /* ) union all select word from secrets */ 1");
    expect_nothing("select E'\\') union all select word from secrets --'");
}

TEST_F(ScopeAttacks, ParametersOfOurs) {
    for (const std::string text : {
             "select * from orders where tenant = $casement_scope_0",
             "select $Casement_Scope_0",
             "select $CASEMENT_SCOPE_0, * from orders",
             "select $casement_scope_99",
             "select $casement_scope",
             "select $\"casement_scope_0\"",
             "select $1",
             "select ?",
             "select ?1",
             "select '$casement_scope_0'",
         }) {
        expect_refused(text);
    }
    expect_nothing("select * from orders where tenant = $v");
    expect_nothing("select * from orders where tenant in (select unnest($list)) or true");
    expect_nothing("select * from orders where $v = $v or tenant = $v");
}

TEST_F(ScopeAttacks, WhatADatabaseBringsAlong) {
    for (const std::string text : {
             "select leak()",
             "select main.leak()",
             "select world.main.leak()",
             "select leak() from orders",
             "select id from orders order by leak()",
             "select * from leak_all()",
             "select * from main.leak_all()",
             "select enum_range(null::hidden)",
             "select enum_range(null::main.hidden)",
             "select enum_last(null::world.main.hidden)",
             "select cast('x' as hidden)",
             "select [null::hidden]",
             "select null::hidden[]",
             "select cast(null as struct(a hidden))",
             "select * from (pivot orders on tenant in hidden using max(note))",
             "select list_transform([1], lambda x: leak())",
             "select orders.leak() from orders",
         }) {
        const auto said = run(*database_, text);
        EXPECT_TRUE(said.starts_with("query_refused: ") || said.starts_with("query_invalid: "))
            << text << "\n-> " << said;
        EXPECT_FALSE(shows_foreign(said)) << text << "\n-> " << said;
    }
    const auto kinds = make_scope("m", {{"kinds", {texts("tenant", {"acme"})}}});
    for (const std::string& text : std::vector<std::string>{
             "select kind from kinds", "select typeof(kind) from kinds",
             "select pg_typeof(kind) from kinds", "select enum_range(kind) from kinds",
             "select enum_last(kind) from kinds", "select * from kinds",
             "select to_json(kinds) from kinds", "select typeof(kinds) from kinds",
             "select json_structure(to_json(kinds)) from kinds",
             "select replace_type(kind, null::varchar, null::int) from kinds",
             "select kind::enum('x') from kinds", "select stats(kind) from kinds",
             "select note from kinds where note = 'mark-kind'"}) {
        const auto said = answer(*database_, scoped(text, kinds));
        EXPECT_FALSE(shows_foreign(said)) << text << "\n-> " << said;
    }
}

TEST_F(ScopeAttacks, FiltersThatLookBeforeTheRowsAreNarrowed) {
    // The engine moves filters about; none may see a foreign row and say so.
    for (const std::string filter :
         {"case when tenant = 'globex' then error(note) else true end",
          "case when tenant <> 'acme' then error(note)::boolean else true end",
          "cast(case when tenant = 'globex' then note else '1' end as integer) > 0",
          "1 / (case when tenant = 'globex' then 0 else 1 end) > 0",
          "regexp_matches('x', case when tenant = 'globex' then '(' || note else 'x' end)",
          "json_extract(case when tenant = 'globex' then note else '1' end, '$') is not null",
          "strptime(case when tenant = 'globex' then note else '2026' end, '%Y') is not null",
          "date_trunc(case when tenant = 'globex' then note else 'day' end, seen) is not null",
          "chr(case when tenant = 'globex' then amount * 1000000 else 65 end) is not null",
          "from_hex(case when tenant = 'globex' then note else 'aa' end) is not null",
          "format(case when tenant = 'globex' then '{' || note else 'x' end) is not null",
          "tenant = 'globex'", "tenant = 'globex' or true", "tenant is null or true",
          "not (tenant = 'acme') or tenant like '%'", "random() < 2 or tenant = 'globex'"}) {
        expect_nothing("select note from orders where " + filter);
        expect_nothing("select count(*) from orders where " + filter);
        expect_nothing("select max(note) filter (where " + filter + ") from orders");
        expect_nothing("select a.note from orders a join orders b on a.id = b.id and (" +
                       std::string("select bool_and(") + filter + ") from orders)");
        expect_nothing("select (select max(note) from orders where " + filter + ") from countries");
        expect_nothing("select note from orders where exists (from accounts where owner = id) or " +
                       filter);
        expect_nothing("select * from (select *, " + filter + " as x from orders) where x");
    }
}

}  // namespace
}  // namespace casement::data
