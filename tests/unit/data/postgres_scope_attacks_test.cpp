// Every way out of a scope on PostgreSQL that we could think of, written by an author who means
// harm, in a database that helps him.
#include "data/postgres_scope.h"
#include "postgres_world.h"

#include <gtest/gtest.h>

namespace casement::data {
namespace {

class PostgresScopeAttacks : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        database_ = postgres_database(tenant_rows());
        source_ = open_postgres(postgres_settings(database_)).release();
    }
    static void TearDownTestSuite() { delete source_; }

    static std::string run(const std::string& text) {
        return answer(*source_, under(tenant_scope({"acme"}), text,
                                      {{"v", Scalar(std::string("globex"))},
                                       {"list", std::vector<Scalar>{std::string("globex")}}}));
    }
    static void expect_refused(const std::string& text) {
        const auto said = run(text);
        EXPECT_TRUE(said.starts_with("query_refused: ") || said.starts_with("query_invalid: "))
            << text << "\n-> " << said;
        EXPECT_FALSE(shows_mark(said)) << text << "\n-> " << said;
    }
    /// Refused before any server is asked.
    static void expect_not_proven(const std::string& text) {
        const auto proof = prove_postgres(text, "sales", {"orders", "accounts", "countries"});
        EXPECT_FALSE(proof) << text;
        expect_refused(text);
    }
    /// It may run, if it shows nothing.
    static void expect_nothing(const std::string& text) {
        const auto said = run(text);
        EXPECT_FALSE(shows_mark(said)) << text << "\n-> " << said;
    }

    static inline std::string database_;
    static inline Source* source_ = nullptr;
};

TEST_F(PostgresScopeAttacks, RelationsOutsideOfTheModel) {
    for (const std::string relation : {"secrets",
                                       "everything",
                                       "public.orders",
                                       "public.secrets",
                                       "vault.orders",
                                       "vault.secrets2",
                                       "pg_class",
                                       "pg_catalog.pg_class",
                                       "pg_stats",
                                       "pg_statistic",
                                       "pg_stat_activity",
                                       "pg_authid",
                                       "pg_largeobject",
                                       "information_schema.tables",
                                       "\"Orders\"",
                                       "\"ORDERS\"",
                                       "\"orders \"",
                                       "\"public.orders\"",
                                       "postgres.public.orders",
                                       "casement_scope",
                                       "casement_scope_0",
                                       "\"casement_scope_0\"",
                                       "U&\"secr\\0065ts\"",
                                       "pg_temp.orders",
                                       "nums"}) {
        for (const std::string place :
             {"select * from %",
              "select * from % as orders",
              "table %",
              "select (select max(word) from %)",
              "select exists (select from %)",
              "select * from orders, %",
              "select * from orders join % on true",
              "select * from orders union all select * from %",
              "select * from (select * from %) orders",
              "with a as (select * from %) select * from a",
              "select * from orders, lateral (select * from %) l",
              "select 1 where 'x' in (select word from %)",
              "select array(select word from %)",
              "select * from orders order by (select max(word) from %)",
              "select * from orders limit (select max(number) from %)",
              "select count(*) filter (where exists (select from %)) from orders",
              "select sum(1) over (order by (select 1 from %)) from orders",
              "select * from generate_series(1, (select max(number) from %))",
              "values ((select max(word) from %))",
              "select case when exists (select from %) then 1 end"}) {
            std::string text = place;
            text.replace(text.find('%'), 1, relation);
            expect_not_proven(text);
        }
    }
}

TEST_F(PostgresScopeAttacks, NamesThatAreNotInSightWhereTheyAreRead) {
    for (const std::string text :
         {"with secrets as (select * from secrets) select * from secrets",
          "select * from (with secrets as (select 1) select 1) x, secrets",
          "with a as (with secrets as (select 1) select 1) select * from secrets",
          "with b as (select * from secrets), secrets as (select 1) select * from b",
          "select * from (select * from secrets) a, (with secrets as (select 1) select 1) b",
          "(with secrets as (select 1 as n) select n from secrets) union all select number from "
          "secrets",
          "with orders as (select * from orders) select * from orders",
          "with recursive orders as (select * from orders) select * from orders",
          "with accounts as (select 1) select * from accounts",
          "with pg_stats as (select 1) select * from pg_stats",
          "with casement_scope_0 as (select 1) select * from orders",
          "with \"casement_scope\" as (select 1) select * from orders",
          "with secrets as (select 1 as a) select * from public.secrets",
          "select (select a from (with secrets as (select 1 as a) select a from secrets) x), "
          "(select word from secrets)"}) {
        expect_not_proven(text);
    }
    // Here the name is in sight, and means what WITH says.
    EXPECT_EQ(run("with secrets as (select 1 as n) select n from secrets").substr(0, 1), "{");
    EXPECT_EQ(run("with recursive secrets(n) as (select 1 union all select n + 1 from secrets "
                  "where n < 3) select n from secrets")
                  .substr(0, 1),
              "{");
    EXPECT_EQ(run("with secrets as (select 1 as n) select (select n from secrets limit 1) from "
                  "orders where exists (select from secrets)")
                  .substr(0, 1),
              "{");
}

TEST_F(PostgresScopeAttacks, FunctionsThatReadByName) {
    for (const std::string text :
         {"select query_to_xml('select * from secrets', true, true, '')",
          "select table_to_xml('secrets', true, true, '')",
          "select schema_to_xml('public', true, true, '')",
          "select database_to_xml(true, true, '')",
          "select cursor_to_xml('c', 1, true, true, '')",
          "select * from ts_stat('select to_tsvector(word) from secrets')",
          "select ts_rewrite('a'::tsquery, 'select word::tsquery, word::tsquery from secrets')",
          "select * from dblink('dbname=x', 'select * from secrets') as t(a text)",
          "select leak()",
          "select public.leak()",
          "select pg_catalog.leak()",
          "select public.max('a', 'b')",
          "select public.lower(1)",
          "select * from leak()",
          "select * from public.leak() l",
          "select * from rows from (leak()) l",
          "select pg_read_file('/etc/passwd')",
          "select pg_catalog.pg_read_file('/etc/passwd')",
          "select lo_get(1)",
          "select current_setting('x')",
          "select set_config('a.b', 'c', true)",
          "select pg_sleep(5)",
          "select nextval('x')",
          "select currval('x')",
          "select pg_get_viewdef('everything'::regclass)",
          "select pg_relation_size('secrets')",
          "select to_regclass('secrets')",
          "select has_table_privilege('secrets', 'select')",
          "select obj_description(1)",
          "select pg_stat_get_live_tuples(1)",
          "select pg_typeof(1)",
          "select version()",
          "select current_database()",
          "select inet_server_addr()",
          "select xmlagg(1)",
          "select random()",
          "select pg_backend_pid()",
          "select txid_current()",
          "select pg_export_snapshot()",
          "select enum_range(null::mood)",
          "select swallow(note) from orders",
          "select note from orders where swallow(note)"}) {
        expect_not_proven(text);
    }
}

TEST_F(PostgresScopeAttacks, FunctionsBehindADot) {
    for (const std::string text :
         {"select x.pg_read_file from unnest(array['/etc/passwd']) x",
          "select (x).pg_read_file from (select '/etc/passwd' as x) x",
          "select ('/etc/passwd').pg_read_file", "select ((select '/etc/passwd')).pg_ls_dir",
          "select (array['secrets'])[1].to_regclass", "select ('secrets').regclass",
          "select ('select 1 from secrets').ts_stat", "select (5::float8).pg_sleep",
          "select x.lo_get from generate_series(1, 2) x", "select x.\"lo_get\" from orders x",
          "select (1).pg_stat_get_backend_activity", "select (o.id).nextval from orders o",
          "select x.current_setting from unnest(array['data_directory']) x",
          "select o.pg_typeof from orders o", "select sum((1).setseed) from orders",
          "select orders.pg_column_size from orders", "select ('public').pg_ls_waldir",
          "select x.row_security_active from unnest(array['secrets']) x"}) {
        expect_not_proven(text);
    }
    // Known to the server only.
    for (const std::string text :
         {"select x.hashtext from unnest(array['a']) x", "select (1).int4abs",
          "select x.textlen from unnest(array['a']) x", "select x.oid from unnest(array['1']) x"}) {
        expect_refused(text);
    }
    EXPECT_EQ(run("select x.upper from unnest(array['a']) x").substr(0, 1), "{");
}

TEST_F(PostgresScopeAttacks, TypesThatLookThingsUp) {
    for (const std::string text :
         {"select 'secrets'::regclass", "select 'secrets'::pg_catalog.regclass",
          "select cast('leak' as regproc)", "select 'leak()'::regprocedure",
          "select 1::regrole::text", "select 'x'::public.orders", "select null::orders",
          "select null::secrets", "select null::secrets.word%type", "select '1'::oid",
          "select 'x'::xml", "select '1'::pg_lsn", "select '(1,2)'::record", "select '1'::cstring",
          "select * from json_to_recordset('[]') as x(a regclass)",
          "select * from json_populate_record(null::secrets, '{}')", "select 'a'::refcursor",
          "select array['secrets']::regclass[]", "select '16384'::oid::regclass::text"}) {
        expect_not_proven(text);
    }
}

TEST_F(PostgresScopeAttacks, SyntaxThatIsNotInTheList) {
    for (const std::string text :
         {"select * from orders for update",
          "select * from orders for key share",
          "select * into x from orders",
          "select * from only orders",
          "select * from orders tablesample system (100)",
          "select * from xmltable('/a' passing '<a/>' columns b text)",
          "select xmlelement(name a, (select max(word) from secrets))",
          "select xmlforest(1 as a)",
          "select xmlparse(document '<a/>')",
          "select xmlserialize(content '' as text)",
          "select current_user",
          "select session_user",
          "select user",
          "select current_role",
          "select current_catalog",
          "select current_schema",
          "insert into countries values ('x', 'y')",
          "with x as (delete from orders returning *) select * from x",
          "with x as (update orders set note = '' returning *) select * from x",
          "with x as (insert into orders select * from orders returning *) select * from x",
          "select 1; select * from secrets",
          "select 1 \\; select 2",
          "explain select * from orders",
          "copy orders to '/tmp/x'",
          "select 1 operator(public.===) 2",
          "select 'a' === 'b'",
          "select 'a' operator(pg_catalog.===) 'b'",
          "select collation for ('a')",
          "select * from orders order by note using operator(public.===)",
          "select * from orders) x, secrets, (select 1",
          "select 1) union select word from secrets--",
          "select * from orders) as casement_scope, (select * from secrets",
          "select * from orders */ union select 1 /*",
          "select $1",

          "select $v::regclass",
          "begin",
          "fetch all from c",
          "declare c cursor for select 1",
          "do $$begin end$$",
          "merge into orders using countries on true when matched then do nothing",
          "select * from orders where current of c",
          "call leak()"}) {
        expect_not_proven(text);
    }
}

TEST_F(PostgresScopeAttacks, WhatRunsShowsNothingForeign) {
    for (const std::string text :
         {"select * from orders",
          "select max(note), max(id), max(amount) from orders",
          "select * from orders where tenant = 'globex' or true",
          "select * from orders where tenant = $v or tenant = any($list)",
          "select * from orders where case when tenant <> 'acme' then note::int > 0 else true end",
          "select count(*) from orders where 1 / (id - 77770001) <> 0",
          "select * from orders where note::numeric > 0",
          "select (note || 'x')::date from orders",
          "select 1 / (amount - amount) from orders",
          "select * from orders where (note || '')::bool",
          "select string_agg(note, ',') from orders",
          "select array_agg(o) from orders o",
          "select json_agg(orders) from orders",
          "select orders::text from orders",
          "select o.*, a.* from orders o full join accounts a on true",
          "select * from orders o where exists (select from accounts a where a.name::int = o.id)",
          "select lag(note) over (order by id desc) from orders",
          "select * from orders natural join accounts",
          "select count(*) from orders, orders o2",
          "select * from accounts",
          "select to_json(a) from accounts a",
          "select jsonb_object_agg(note, id) from orders",
          "select regexp_replace(note, '.*', '\\&') from orders",
          "select format('%s %L', note, tenant) from orders",
          "select ctid from orders",
          "select tableoid from orders",
          "select xmin from orders",
          "select width_bucket(id, 0, 77779999, 3), max(note) from orders group by 1",
          "select * from orders order by case when tenant = 'globex' then 1/0 end",
          "select 'x' from orders where tenant < 'z' having max(note) like 'M%'"}) {
        expect_nothing(text);
    }
}

TEST_F(PostgresScopeAttacks, ErrorsOfTheDataAreWithheld) {
    const auto said = run("select note::int from orders");
    EXPECT_EQ(said,
              "query_invalid: The query failed on the data (SQLSTATE 22P02). What the server says "
              "about it is withheld, because it may quote rows that are outside of the model.");
}

TEST_F(PostgresScopeAttacks, AViewThatFailsOnForeignRowsDoesNotTellOfThem) {
    test::Postgres::execute(
        postgres_address(database_),
        "create or replace view risky as select tenant, note, swallow(note) as b from orders");
    const auto scope = make_scope("m", {{"risky", {text_filter("tenant", {"acme"})}}});
    const auto said = answer(*source_, under(scope, "select count(b) from risky"));
    EXPECT_FALSE(shows_mark(said)) << said;
}

TEST_F(PostgresScopeAttacks, SettingsOfTheRoleDoNotChangeWhatATextMeans) {
    test::Postgres::execute(postgres_address(database_), "create role bent login superuser");
    for (const std::string setting :
         {"standard_conforming_strings = off", "search_path = vault, public",
          "backslash_quote = on", "transform_null_equals = on"}) {
        test::Postgres::execute(postgres_address(database_), "alter role bent set " + setting);
    }
    const auto source = open_postgres(postgres_settings(database_, {{"user", "bent"}}));
    // With escapes in plain strings, the second quote would not end it.
    const auto said = answer(
        *source, under(tenant_scope({"acme"}),
                       "select '\\' as a, ' union select word, 1 from public.secrets -- ' as b"));
    EXPECT_TRUE(said.starts_with(R"({"columns":[{"name":"a")")) << said;
    EXPECT_FALSE(shows_mark(said)) << said;
    EXPECT_EQ(first_column(*source, under(tenant_scope({"acme"}), "select count(*) from orders")),
              "[100]");
    test::Postgres::execute(postgres_address("postgres"), "alter role bent reset all");
}

TEST_F(PostgresScopeAttacks, DeepNestingIsRefusedAndNotFollowed) {
    std::string sum = "select 1";
    for (int i = 0; i < 20'000; ++i)
        sum += "+1";
    expect_not_proven(sum + " from orders");
    std::string brackets = "select ";
    brackets.append(20'000, '(');
    expect_not_proven(brackets + "1");
    std::string joined = "select * from orders";
    for (int i = 0; i < 3'000; ++i)
        joined += ",orders";
    expect_nothing(joined);
}

}  // namespace
}  // namespace casement::data
