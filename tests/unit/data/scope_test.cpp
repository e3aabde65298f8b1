// What a scope keeps of an author's query, and what it narrows.
#include "data/scope.h"

#include "data/duckdb_scope.h"
#include "scope_world.h"

#include <gtest/gtest.h>

namespace casement::data {
namespace {

class Scoped : public ::testing::Test {
  protected:
    std::string values(const std::string& text, const ScopePtr& scope,
                       std::map<std::string, Value> parameters = {}) {
        return first_column(*files_, scoped(text, scope, std::move(parameters)));
    }
    std::string whole(Source& source, const std::string& text, const ScopePtr& scope) {
        return answer(source, scoped(text, scope));
    }
    TempFolder folder_;
    std::unique_ptr<Source> files_ = open_scope_files(folder_);
    const ScopePtr acme_ = scope_for({"acme"});
    const ScopePtr globex_ = scope_for({"globex"}, {"2"});
};

TEST_F(Scoped, RowsAreTheViewersOwn) {
    EXPECT_EQ(values("select count(*) from orders", acme_), "[100]");
    EXPECT_EQ(values("select count(*) from orders", globex_), "[100]");
    EXPECT_EQ(values("select distinct tenant from orders", acme_), R"(["acme"])");
    EXPECT_EQ(values("select distinct tenant from orders", globex_), R"(["globex"])");
    EXPECT_EQ(values("select name from accounts", acme_), R"(["acme-account"])");
    EXPECT_EQ(values("select name from accounts", globex_), R"(["MARK-ACCOUNT"])");
    EXPECT_EQ(values("select title from countries order by code", acme_), R"(["Brazil","Sweden"])");
    EXPECT_EQ(values("select count(*) from orders", scope_for({"acme", "globex"})), "[200]");
}

TEST_F(Scoped, NoValueMeansNoRows) {
    for (const Values& none : std::vector<Values>{{}, {""}, {"", ""}, {"nobody"}, {"\xff"}}) {
        EXPECT_EQ(values("select count(*) from orders", scope_for(none)), "[0]");
    }
    // Not even an aggregate's empty group tells of other rows.
    EXPECT_EQ(values("select max(amount) from orders", scope_for({})), "[null]");
}

TEST_F(Scoped, EveryFilterOfARelationHolds) {
    const auto two = make_scope(
        "sales", {{"orders", {texts("tenant", {"acme", "globex"}), numbers("amount", {"3"})}}});
    EXPECT_EQ(values("select count(*) from orders", two), "[10]");
    const auto never =
        make_scope("sales", {{"orders", {texts("tenant", {"acme"}), texts("note", {})}}});
    EXPECT_EQ(values("select count(*) from orders", never), "[0]");
}

TEST_F(Scoped, NumbersAreComparedExactly) {
    const auto names = [&](const std::string& column, const Values& numbers_of) {
        return values("select name from accounts order by 1",
                      make_scope("m", {{"accounts", {numbers(column, numbers_of)}}}));
    };
    EXPECT_EQ(names("owner", {"1"}), R"(["acme-account"])");
    EXPECT_EQ(names("owner", {"001"}), R"(["acme-account"])");
    EXPECT_EQ(names("owner", {"1.0"}), R"(["acme-account"])");
    EXPECT_EQ(names("owner", {"9007199254740993"}), R"(["MARK-BIG"])");
    EXPECT_EQ(names("owner", {"9007199254740992"}), "[]");
    EXPECT_EQ(names("owner", {"1.2"}), "[]");
    EXPECT_EQ(names("owner", {"1.9999999999999999999"}), "[]");
    EXPECT_EQ(names("owner", {"-1"}), "[]");
    EXPECT_EQ(names("owner", {"1e0"}), "[]");
    EXPECT_EQ(names("owner", {"99999999999999999999999999999999999999999999999"}), "[]");
    EXPECT_EQ(names("rate", {"1.50"}), R"(["acme-account"])");
    EXPECT_EQ(names("rate", {"1.504"}), "[]");
    EXPECT_EQ(names("share", {"0.5"}), R"(["acme-account"])");
    EXPECT_EQ(names("share", {"9007199254740993"}), "[]");
    // Text that is no number spoils the whole list.
    for (const char* wrong : {"one", "1 or 1=1", "", " 1", "0x1", "inf", "nan", "1,2", "+1", "-"}) {
        EXPECT_EQ(names("owner", {"1", wrong}), "[]") << wrong;
    }
}

TEST_F(Scoped, ValuesAreNeverText) {
    for (const std::string value :
         {"x' or '1'='1", "acme' --", "acme') or true --", "\\", "'", "\"", "$casement_scope_0",
          "acme\"); select * from secrets; --", "%", "*"}) {
        EXPECT_EQ(values("select count(*) from orders", scope_for({value})), "[0]") << value;
    }
    const std::string nul("acme\0globex", 11);
    EXPECT_EQ(values("select count(*) from orders", scope_for({nul})), "[0]");
}

TEST_F(Scoped, TheQueryIsTheAuthorsOwn) {
    EXPECT_EQ(values("select id from orders order by id desc limit 3", acme_), "[99,98,97]");
    EXPECT_EQ(values("select id from orders order by amount, id limit 3 offset 1", acme_),
              "[10,20,30]");
    EXPECT_EQ(values("select id from orders where amount = $n and id < $most order by 1", acme_,
                     {{"n", Scalar(std::int64_t{4})}, {"most", Scalar(std::int64_t{30})}}),
              "[4,14,24]");
    EXPECT_EQ(values("select note from orders where note in (select unnest($c)) order by 1", acme_,
                     {{"c", std::vector<Scalar>{std::string("acme-1"), std::string("acme-2")}}}),
              R"(["acme-1","acme-2"])");
    EXPECT_EQ(values("with a as (select * from orders), b as (select * from a where id < 2) "
                     "select id from b order by id",
                     acme_),
              "[0,1]");
    EXPECT_EQ(values("with recursive n(i) as (select 1 union all select i + 1 from n where i < 3) "
                     "select i from n order by 1",
                     acme_),
              "[1,2,3]");
    EXPECT_EQ(values("with a as materialized (select id from orders) select count(*) from a x, a y",
                     acme_),
              "[10000]");
    EXPECT_EQ(values("select count(*) from orders o join countries c on c.code = 'se'", acme_),
              "[100]");
    EXPECT_EQ(values("from orders select count(*)", acme_), "[100]");
    EXPECT_EQ(values("select count(*) from (table orders)", acme_), "[100]");
    EXPECT_EQ(values("values (1), (2)", acme_), "[1,2]");
    EXPECT_EQ(values("select i from range(3) r(i)", acme_), "[0,1,2]");
    EXPECT_EQ(values("select 1", acme_), "[1]");
    EXPECT_EQ(values("(select id from orders where id < 2) union all (select 5) order by 1", acme_),
              "[0,1,5]");
    EXPECT_EQ(values("select count(*) from ORDERS as \"Orders\" where \"oRdErS\".id < 5", acme_),
              "[5]");
    EXPECT_EQ(values("select a from orders as o(t, a) where a < 2 order by 1", acme_), "[0,1]");
}

TEST_F(Scoped, EverydaySqlIsUnderstood) {
    for (const std::string text : {
             "select time_bucket(interval 1 day, seen) as t, sum(amount) from orders group by all "
             "order by t",
             "select id, row_number() over (partition by amount order by id) as n, lag(id) over w "
             "from orders window w as (order by id) qualify n <= 2",
             "select amount, count(*) filter (where id > 5), string_agg(note, ',' order by id) "
             "from orders group by grouping sets ((amount), ()) having count(*) > 1",
             "select amount, count(distinct id) from orders group by rollup (amount)",
             "select case when amount > 5 then 'high' else 'low' end, count(*) from orders "
             "group by 1",
             "select * exclude (note) replace (id + 1 as id) rename (amount as much) from orders",
             "select columns('a.*') from orders",
             "select extract(year from seen), date_trunc('month', seen), seen::date, try_cast(note "
             "as "
             "int), strftime(seen, '%Y'), note like 'a%', note ilike 'A%', note ~ 'x', [1, 2][1], "
             "{'a': 1}.a, list_transform([1], lambda x: x + 1), [x + 1 for x in [1]], "
             "coalesce(note, ''), nullif(note, ''), amount between 1 and 2, amount in (1, 2), "
             "note is null, not true, seen at time zone 'UTC', substring(note from 1 for 2), "
             "position('a' in note), note || 'x', -amount, amount % 2, amount // 2, "
             "cast(note as varchar), note collate nocase = 'x', current_date, now(), "
             "greatest(1, 2), round(1.5, 1), md5(note), unnest([1]) from orders",
             "select note.upper(), $v::int from orders",
             "pivot (select * from orders) on amount in (1, 2) using sum(id)",
             "select * from (pivot orders on amount in (1, 2) using sum(id) group by tenant)",
             "select * from orders unpivot (v for k in (id, amount))",
             "select * from orders o, lateral (select max(name) from accounts where owner = o.id)",
             "select * from orders o semi join accounts a on o.id = a.owner",
             "select * from orders o asof join accounts a on o.id >= a.owner",
             "select * from orders positional join accounts",
             "select (select max(name) from accounts where owner = o.id), "
             "exists (select 1 from accounts where owner = o.id), "
             "o.id in (select owner from accounts), o.id > all (select owner from accounts), "
             "array(select name from accounts) from orders o",
             "select * from orders tablesample 50%",
             "select * from orders using sample 5",
             "select distinct on (amount) amount, id from orders order by amount, id",
             "select * from json_each('[1,2]')",
             "select * from unnest([1, 2]) u(x) join generate_series(1, 2) g(y) on x = y",
             "select orders from orders",
             "select max(struct_pack(a := id)) from orders",
             "select arg_max(note, id), approx_count_distinct(id), quantile_cont(amount, 0.5), "
             "histogram(amount), mode(amount) from orders",
             "select * from orders order by all limit 10%",
             "select #1 from (select 1)",
             "select try(1 / 0), if(true, 1, 2), constant_or_null(1, 2)",
         }) {
        const auto said = answer(*files_, scoped(text, acme_, {{"v", Scalar(std::string("1"))}}));
        EXPECT_TRUE(said.starts_with("{")) << text << "\n-> " << said;
        EXPECT_FALSE(shows_foreign(said)) << text << "\n-> " << said;
    }
}

TEST_F(Scoped, CommentsAndSemicolonsAtTheEndStayWhereTheyAre) {
    for (const char* text :
         {"select count(*) from orders;", "select count(*) from orders ; ;\n",
          "select count(*) from orders -- all of them", "select count(*) from orders /* all */",
          "-- first\nselect count(*) from orders\n-- last\n"}) {
        EXPECT_EQ(values(text, acme_), "[100]") << text;
    }
}

TEST_F(Scoped, TheSamePreparedQueryServesTwoTenants) {
    for (int round = 0; round < 3; ++round) {
        EXPECT_EQ(values("select min(note) from orders", acme_), R"(["acme-0"])");
        EXPECT_EQ(values("select min(note) from orders", globex_), R"(["MARK-GLOBEX-0"])");
        EXPECT_EQ(values("select count(*) from orders", scope_for({})), "[0]");
    }
}

TEST_F(Scoped, ARelationMayBeReadInSeveralPlaces) {
    // On loaded tables too, where the engine would copy a part of its plan, and its values not.
    const TempFolder folder;
    const auto database = open_scope_database(folder);
    for (auto* source : {files_.get(), database.get()}) {
        for (const std::string text :
             {"select count(*) from orders a, orders b",
              "select count(*) from (select * from "
              "orders a, orders b limit 10000)",
              "with a as (select * from orders) select count(*) from (from a x, a y limit 10000)",
              "with a as (select * from orders), b as (select * from a) select count(*) from "
              "(select 1 from b x, b y limit 10000)",
              "select (select count(*) from orders) * (select count(*) from orders) from "
              "countries limit 1",
              "with a as not materialized (select * from orders) select count(*) from a x, a y"}) {
            for (int round = 0; round < 2; ++round) {
                EXPECT_EQ(first_column(*source, scoped(text, acme_)), "[10000]") << text;
                EXPECT_EQ(first_column(*source, scoped(text, globex_)), "[10000]") << text;
                EXPECT_EQ(first_column(*source, scoped(text, scope_for({}))).find("1"),
                          std::string::npos)
                    << text;
            }
        }
    }
}

TEST_F(Scoped, AParameterInWhatIsReadTwiceNeedsMaterialized) {
    const std::map<std::string, Value> v = {{"v", Scalar(std::int64_t{3})}};
    const std::string twice = "select count(*) from (select 1 from a x, a y limit 10000)";
    const std::string with = "(select * from orders where id < $v) ";
    const auto said = answer(*files_, scoped("with a as " + with + twice, acme_, v));
    EXPECT_TRUE(said.starts_with("query_refused: \"a\" is read in several places")) << said;
    EXPECT_EQ(values("with a as materialized " + with + twice, acme_, v), "[9]");
    EXPECT_EQ(values("with a as " + with + "select count(*) from a", acme_, v), "[3]");
    EXPECT_EQ(values("with a as " + with +
                         ", b as materialized (from a) select count(*) from b x, "
                         "b y",
                     acme_, v),
              "[9]");
    EXPECT_EQ(values("with b as (with a as " + with + "from a) " +
                         "select count(*) from b x, b y limit 3",
                     acme_, v),
              "query_refused");
    EXPECT_EQ(
        values("with a as (from orders) select count(*) from a x, a y where x.id < $v", acme_, v),
        "[300]");
}

TEST_F(Scoped, AnErrorOnTheDataQuotesNoData) {
    for (const std::string text :
         {"select cast(note as integer) from orders", "select error(note) from orders",
          "select count(*) from orders where cast(note as integer) > 0",
          "select regexp_matches('x', '(' || note) from orders",
          "select json_extract(note, '$.a') from orders"}) {
        const auto said = whole(*files_, text, scope_for({"acme", "globex"}));
        EXPECT_TRUE(said.starts_with("query_invalid: ")) << said;
        EXPECT_FALSE(shows_foreign(said)) << said;
        EXPECT_EQ(said.find("acme"), std::string::npos) << said;
    }
    // A mistake in the text is still told in full.
    const auto said = whole(*files_, "select nothing from orders", acme_);
    EXPECT_NE(said.find("\"nothing\""), std::string::npos) << said;
}

TEST_F(Scoped, AModelThatDoesNotGoWithItsSourceIsSaid) {
    const auto code = [&](std::vector<ScopedRelation> relations, const std::string& text) {
        const auto said = whole(*files_, text, make_scope("sales", std::move(relations)));
        return said.substr(0, said.find(':'));
    };
    EXPECT_EQ(code({{"nothing", {}}}, "select 1 from nothing"), "query_refused");
    EXPECT_EQ(code({{"orders", {texts("nothing", {"x"})}}}, "select 1 from orders"),
              "model_unusable");
    EXPECT_EQ(code({{"orders", {texts("amount", {"1"})}}}, "select 1 from orders"),
              "model_unusable");
    EXPECT_EQ(code({{"orders", {texts("seen", {"1"})}}}, "select 1 from orders"), "model_unusable");
    EXPECT_EQ(code({{"orders", {numbers("note", {"1"})}}}, "select 1 from orders"),
              "model_unusable");
    EXPECT_EQ(code({{"orders", {}}, {"ORDERS", {}}}, "select 1 from orders"), "model_unusable");
    EXPECT_EQ(code({{"orders", {texts("tenant", Values(3000, "x"))}}}, "select 1 from orders"),
              "model_unusable");
    EXPECT_EQ(code({}, "select 1 from orders"), "query_refused");
}

/// The plan of `text` as a scope lets it run over one Parquet file, with these values.
std::string plan_of(const TempFolder& folder, const std::string& text, const ScopePtr& scope) {
    const auto rows = [](duckdb_connection connection, const std::string& sql) {
        duckdb_result result;
        const bool good = duckdb_query(connection, sql.c_str(), &result) == DuckDBSuccess;
        EXPECT_TRUE(good) << sql << ": " << duckdb_result_error(&result);
        std::string out;
        for (idx_t row = 0; row < duckdb_row_count(&result); ++row) {
            char* cell = duckdb_value_varchar(&result, duckdb_column_count(&result) - 1, row);
            out += cell == nullptr ? "" : cell;
            duckdb_free(cell);
        }
        duckdb_destroy_result(&result);
        return out;
    };
    DuckDbDatabaseHandle database;
    DuckDbConnectionHandle connection;
    EXPECT_EQ(duckdb_open(nullptr, database.out()), DuckDBSuccess);
    EXPECT_EQ(duckdb_connect(database.get(), connection.out()), DuckDBSuccess);
    rows(connection.get(), "create view orders as from '" + folder.path() + "/orders.parquet'");
    const auto guard = QueryGuard::create(connection.get(), false).value();
    ScopeApplier applier(ScopeCatalog::create(connection.get()).value(), guard);
    const auto scoped_text = applier.apply(text, *scope);
    if (!scoped_text) return scoped_text.error().message;
    rows(connection.get(), "prepare p as " + scoped_text->text);
    std::string values;
    for (const auto& [name, value] : scoped_text->values) {
        values += (values.empty() ? "" : ", ") + name + " := '" +
                  std::get<std::string>(std::get<Scalar>(value)) + "'";
    }
    return rows(connection.get(), "explain execute p" + (values.empty() ? "" : "(" + values + ")"));
}

TEST_F(Scoped, FiltersReachTheFiles) {
    const std::string text = "select sum(amount) from orders where id > 5";
    const auto scope = [](RowFilter filter) { return make_scope("m", {{"orders", {filter}}}); };
    const auto one = plan_of(folder_, text, scope(texts("tenant", {"acme"})));
    EXPECT_NE(one.find("tenant='acme'"), std::string::npos) << one;
    EXPECT_NE(one.find("id>5"), std::string::npos) << one;
    EXPECT_EQ(one.find("note"), std::string::npos)
        << one;  // columns that nobody reads are not read
    const auto two = plan_of(folder_, text, scope(texts("tenant", {"acme", "nobody"})));
    EXPECT_NE(two.find("tenant IN ('acme"), std::string::npos) << two;
    const auto number = plan_of(folder_, text, scope(numbers("amount", {"7"})));
    EXPECT_NE(number.find("amount=7"), std::string::npos) << number;
    const auto none = plan_of(folder_, text, scope(texts("tenant", {})));
    EXPECT_NE(none.find("EMPTY_RESULT"), std::string::npos) << none;
}

TEST(ScopedDatabase, WhatAFileBringsAlongIsNarrowedToo) {
    const TempFolder folder;
    const auto source = open_scope_database(folder);
    const auto scope = make_scope("sales", {{"everything", {texts("tenant", {"acme"})}},
                                            {"kinds", {texts("kind", {"acme"})}},
                                            {"folded", {texts("tenant", {"acme"})}},
                                            {"secrets2", {}},
                                            {"orders", {texts("tenant", {"acme"})}}});
    const auto values = [&](const std::string& text) {
        return first_column(*source, scoped(text, scope));
    };
    EXPECT_EQ(values("select count(*) from everything"), "[100]");
    EXPECT_EQ(values("select count(*) from orders"), "[100]");  // main's, not the vault's
    EXPECT_EQ(values("select word from secrets2"), R"(["MARK-SECRET"])");  // a model may name it
    EXPECT_EQ(values("select count(*) from kinds"), "[100]");
    // A column's own collation makes no two tenants one, and its type lists no foreign values.
    EXPECT_EQ(values("select note from folded"), R"(["mine"])");
    EXPECT_EQ(values("select distinct typeof(kind) from kinds"), R"(["VARCHAR"])");
}

TEST(ScopedDatabase, AMacroThatTakesTheNameOfAFunctionClosesTheSource) {
    const TempFolder folder;
    const auto source =
        open_scope_database(folder, {"create macro upper(x) as (select max(note) from orders)"});
    const auto said = answer(*source, scoped("select id from orders", scope_for({"acme"})));
    EXPECT_TRUE(said.starts_with("model_unusable: ")) << said;
    EXPECT_FALSE(shows_foreign(said));
}

TEST(ScopeKey, TwoScopesNeverShareACacheEntry) {
    const auto key = [](const ScopePtr& scope) { return cache_key(scoped("select 1", scope), 1); };
    const std::vector<ScopePtr> scopes = {
        nullptr,
        scope_for({}),
        scope_for({""}),
        scope_for({"a"}),
        scope_for({"A"}),
        scope_for({"a", "b"}),
        scope_for({"ab"}),
        scope_for({"a:b"}),
        scope_for({"a1:b"}),
        scope_for({"a"}, {"2"}),
        scope_for({"a"}, {}),
        make_scope("sales", {}),
        make_scope("sale", {{"s", {}}}),
        make_scope("sales", {{"orders", {}}}),
        make_scope("sales", {{"orders", {numbers("tenant", {"a"})}}}),
        make_scope("sales", {{"orders", {texts("tenant", {"a"})}}, {"accounts", {}}}),
        make_scope("sales2", {{"orders", {texts("tenant", {"a"})}}, {"accounts", {}}}),
    };
    std::set<std::string> keys;
    for (const auto& scope : scopes)
        keys.insert(key(scope));
    EXPECT_EQ(keys.size(), scopes.size());
    EXPECT_EQ(key(scope_for({"a"})), key(scope_for({"a"})));
}

}  // namespace
}  // namespace casement::data
