// Row scope on PostgreSQL: what a query over a model may say, and whose rows it then shows.
#include "data/postgres_scope.h"

#include "base/encoding.h"
#include "postgres_world.h"

#include <gtest/gtest.h>

namespace casement::data {
namespace {

class PostgresScope : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        database_ = postgres_database(tenant_rows());
        source_ = open_postgres(postgres_settings(database_)).release();
    }
    static void TearDownTestSuite() { delete source_; }

    static std::string ask(const std::string& text, ScopePtr scope = tenant_scope({"acme"}),
                           std::map<std::string, Value> parameters = {}) {
        return answer(*source_, under(std::move(scope), text, std::move(parameters)));
    }
    static std::string first(const std::string& text, ScopePtr scope = tenant_scope({"acme"}),
                             std::map<std::string, Value> parameters = {}) {
        return first_column(*source_, under(std::move(scope), text, std::move(parameters)));
    }
    /// How many orders such a filter lets through, or the error.
    static std::string orders(RowFilter filter) {
        return first("select count(*) from orders",
                     make_scope("m", {{"orders", {std::move(filter)}}}));
    }

    static inline std::string database_;
    static inline Source* source_ = nullptr;
};

TEST_F(PostgresScope, OrdinaryQueriesWork) {
    EXPECT_EQ(first("select count(*) from orders"), "[100]");
    EXPECT_EQ(first("select count(*) from orders", tenant_scope({"acme", "globex"})), "[200]");
    EXPECT_EQ(first("select count(*) from orders o where o.amount > 4"), "[50]");
    EXPECT_EQ(first("select orders.id from orders order by orders.id desc limit 2"), "[99,98]");
    EXPECT_EQ(first("select max(n) from orders as o(t, i, n) where t = 'acme'"), "[\"acme-99\"]");
    EXPECT_EQ(first("select * from accounts"), "[1]");
    EXPECT_EQ(first("select a.name from accounts a join orders o on o.id = a.owner"),
              "[\"acme-account\"]");
    EXPECT_EQ(first("select name from accounts, orders, countries c where id = owner and c.code = "
                    "'se'"),
              "[\"acme-account\"]");
    EXPECT_EQ(first("select (select count(*) from orders) + (select count(*) from countries)"),
              "[102]");
    EXPECT_EQ(first("with recent as (select * from orders where id > 90), top as (select * from "
                    "recent order by id desc limit 3) select count(*) from top"),
              "[3]");
    EXPECT_EQ(first("with recursive n(i) as (select 1 union all select i + 1 from n where i < 5) "
                    "select count(*) from n join orders on id = i"),
              "[5]");
    EXPECT_EQ(first("select count(*) from (select id from orders union all select owner from "
                    "accounts) u"),
              "[101]");
    EXPECT_EQ(first("select l.top from countries c, lateral (select max(id) as top from orders o "
                    "where o.note <> c.code) l limit 1"),
              "[99]");
    EXPECT_EQ(first("select row_number() over (partition by amount order by id desc) from orders "
                    "where id = 99"),
              "[1]");
    EXPECT_EQ(first("select sum(id) filter (where amount = 1) over w from orders window w as "
                    "(order by id rows between unbounded preceding and unbounded following) "
                    "limit 1"),
              "[460]");
    EXPECT_EQ(first("select date_trunc('day', seen) as day, count(*) from orders group by 1 "
                    "having count(*) > 10 order by 1 limit 1"),
              "[1767225600000]");
    EXPECT_EQ(first("select percentile_cont(0.5) within group (order by amount) from orders"),
              "[4.5]");
    EXPECT_EQ(first("select case when exists (select from orders) then 'yes' else 'no' end"),
              "[\"yes\"]");
    EXPECT_EQ(first("select o from accounts o"), "[\"(1,acme-account)\"]");
    EXPECT_EQ(first("select (o).name from accounts o"), "[\"acme-account\"]");
    EXPECT_EQ(first("select (row_to_json(o))::text from accounts o"),
              R"(["{\"owner\":1,\"name\":\"acme-account\"}"])");
    EXPECT_EQ(first("select count(*) from \"orders\" where id in (1, 2, 3) or id = any(array[4])"),
              "[4]");
    EXPECT_EQ(first("select distinct on (amount) amount from orders order by amount limit 1"),
              "[0]");
    EXPECT_EQ(first("select count(*) from generate_series(1, 3) g(i) left join orders using (id)"),
              "query_invalid");
    EXPECT_EQ(first("select count(*) from generate_series(1, 3) id left join orders using (id)"),
              "[3]");
    EXPECT_EQ(first("select 1"), "[1]");
    EXPECT_EQ(first("select to_char(seen at time zone 'Europe/Berlin', 'YYYY-MM-DD HH24') from "
                    "orders order by id limit 1"),
              "[\"2026-01-01 01\"]");
    EXPECT_EQ(first("select extract(hour from seen)::int from orders where id = 5"), "[5]");
    EXPECT_EQ(first("select note from orders where note ~ '^acme-1.$' and note ilike 'ACME%' order "
                    "by note collate \"C\" limit 1;"),
              "[\"acme-10\"]");
    EXPECT_EQ(first("select count(*) from orders -- the end"), "[100]");
    EXPECT_EQ(first("select grouping(amount), count(*) from orders group by rollup (amount) order "
                    "by 1 desc limit 1"),
              "[1]");
}

TEST_F(PostgresScope, ParametersAndFiltersAreCountedApart) {
    EXPECT_EQ(first("select count(*) from orders where amount = any($amounts) and seen >= $from",
                    tenant_scope({"acme"}),
                    {{"amounts", std::vector<Scalar>{std::int64_t{1}, std::int64_t{2}}},
                     {"from", Scalar(from_unix_seconds(1'767'225'600))}}),
              "[20]");
    EXPECT_EQ(first("select $tenant || tenant from orders limit 1", tenant_scope({"acme"}),
                    {{"tenant", Scalar(std::string("globex"))}}),
              "[\"globexacme\"]");
}

TEST_F(PostgresScope, NoValueMeansNoRows) {
    for (const auto& values : std::vector<Texts>{{}, {""}, {"nobody"}, {"acme'--"}, {"%"}}) {
        EXPECT_EQ(first("select count(*) from orders", tenant_scope(values)), "[0]");
    }
    EXPECT_EQ(first("select count(*) from accounts", tenant_scope({"acme"}, {})), "[0]");
    EXPECT_EQ(first("select count(*) from accounts", tenant_scope({"acme"}, {"one"})), "[0]");
    EXPECT_EQ(first("select count(*) from accounts", tenant_scope({"acme"}, {"1", "one"})), "[0]");
    EXPECT_EQ(first("select count(*) from accounts", tenant_scope({"acme"}, {"1.5"})), "[0]");
    EXPECT_EQ(first("select count(*) from accounts", tenant_scope({"acme"}, {"1e0"})), "[0]");
    EXPECT_EQ(first("select count(*) from accounts", tenant_scope({"acme"}, {"1.0"})), "[1]");
}

TEST_F(PostgresScope, FiltersCompareExactly) {
    EXPECT_EQ(first("select name from accounts", tenant_scope({}, {"9007199254740993"})),
              "[\"MARK-BIG\"]");
    EXPECT_EQ(first("select name from accounts", tenant_scope({}, {"9007199254740992"})), "[]");
    EXPECT_EQ(
        first("select name from accounts", tenant_scope({}, {"99999999999999999999999999999"})),
        "[]");
    EXPECT_EQ(orders(text_filter("part", {"00000000-0000-0000-0000-000000000001"})), "[100]");
    EXPECT_EQ(orders(text_filter("part", {"00000000-0000-0000-0000-00000000000x"})), "[0]");
    EXPECT_EQ(orders(text_filter("kind", {"own"})), "[100]");
    EXPECT_EQ(orders(number_filter("rate", {"5.25"})), "[1]");
    EXPECT_EQ(orders(number_filter("rate", {"5.25001"})), "[0]");
    EXPECT_EQ(orders(number_filter("share", {"5.5", "6.5"})), "[2]");
    EXPECT_EQ(orders(number_filter("amount", {"5"})), "[10]");
    EXPECT_EQ(orders({"day", RowFilter::Type::time, {"2026-01-01"}}), "[2]");
    EXPECT_EQ(orders({"seen", RowFilter::Type::time, {"2026-01-01T01:00:00+01:00"}}), "[2]");
    EXPECT_EQ(orders({"seen", RowFilter::Type::time, {"yesterday"}}), "[0]");
}

TEST_F(PostgresScope, RangesIncludeTheirEnds) {
    const auto range = [](std::string column, RowFilter::Type type, Texts ends) {
        return orders({std::move(column), type, std::move(ends), RowFilter::Kind::range});
    };
    using Type = RowFilter::Type;
    EXPECT_EQ(range("id", Type::number, {"10", "19"}), "[10]");
    EXPECT_EQ(range("id", Type::number, {"9.5", "19.5"}), "[10]");
    EXPECT_EQ(range("id", Type::number, {"", "9"}), "[10]");
    EXPECT_EQ(range("id", Type::number, {"77770000", ""}), "[100]");
    EXPECT_EQ(range("rate", Type::number, {"0.25", "1.25"}), "[2]");
    EXPECT_EQ(range("share", Type::number, {"0.5", "1.5"}), "[2]");
    EXPECT_EQ(range("note", Type::text, {"acme-90", "acme-92"}), "[3]");
    EXPECT_EQ(range("seen", Type::time, {"2026-01-01", "2026-01-01T02:00:00Z"}), "[6]");
    EXPECT_EQ(range("day", Type::time, {"2026-01-01", "2026-01-02"}), "[4]");
    for (const auto& ends :
         std::vector<Texts>{{}, {"1"}, {"1", "2", "3"}, {"x", "9"}, {"1", "1e1"}})
        EXPECT_EQ(range("id", Type::number, ends), "[0]");
    EXPECT_EQ(
        first("select count(*) from nums",
              make_scope(
                  "m", {{"nums", {{"value", Type::number, {"0", "10"}, RowFilter::Kind::range}}}})),
        "[1]");
    EXPECT_EQ(
        first("select count(*) from nums",
              make_scope("m",
                         {{"nums", {{"value", Type::number, {"0", ""}, RowFilter::Kind::range}}}})),
        "[2]")
        << "NaN is no number";
}

TEST_F(PostgresScope, EveryFilterOfARelationHolds) {
    const auto scope = make_scope(
        "m", {{"orders", {text_filter("tenant", {"acme"}), number_filter("amount", {"1", "2"})}}});
    EXPECT_EQ(first("select count(*) from orders", scope), "[20]");
}

TEST_F(PostgresScope, CoveredColumnsAreGoneOrBlank) {
    using How = CoveredColumn::How;
    EXPECT_EQ(ask("select secret from accounts"),
              "query_invalid: column \"secret\" does not exist (SQLSTATE 42703)");
    EXPECT_EQ(ask("select a.secret from accounts a").substr(0, 14), "query_invalid:");
    EXPECT_EQ(ask("select row_to_json(a)::text from accounts a").find("secret"), std::string::npos);
    const auto covered = [](How how) {
        return make_scope("m",
                          {{"accounts", {number_filter("owner", {"1", "2"})}, {{"secret", how}}}});
    };
    EXPECT_EQ(first("select secret from accounts", covered(How::as_null)), "[null,null]");
    EXPECT_EQ(first("select secret from accounts", covered(How::as_text)), R"(["***","***"])");
    EXPECT_EQ(first("select name from accounts where secret like 'MARK%'", covered(How::as_text)),
              "[]");
    EXPECT_EQ(
        first(
            "select sum(amount) is null from orders",
            make_scope(
                "m", {{"orders", {text_filter("tenant", {"acme"})}, {{"amount", How::as_null}}}})),
        "[true]");
}

TEST_F(PostgresScope, WhatDoesNotGoWithTheSourceIsRefused) {
    const auto say = [](ScopedRelation relation) {
        const auto name = relation.name;
        return ask("select count(*) from \"" + name + "\"", make_scope("m", {std::move(relation)}));
    };
    EXPECT_EQ(say({"nothing", {}}),
              "model_unusable: The model \"m\" does not go with its source: it has no relation "
              "\"nothing\".");
    EXPECT_TRUE(say({"orders", {text_filter("nothing", {"x"})}}).starts_with("model_unusable: "));
    EXPECT_TRUE(say({"orders", {text_filter("amount", {"x"})}}).starts_with("model_unusable: "));
    EXPECT_TRUE(say({"orders", {number_filter("note", {"1"})}}).starts_with("model_unusable: "));
    EXPECT_TRUE(say({"orders", {}, {{"nothing", CoveredColumn::How::hidden}}})
                    .starts_with("model_unusable: "));
    EXPECT_TRUE(
        say({"orders", {text_filter("tenant", Texts(2001, "x"))}}).starts_with("model_unusable: "));
    EXPECT_TRUE(say({"pg_class", {}}).starts_with("model_unusable: ")) << "never the catalog";
}

TEST_F(PostgresScope, ARelationMayHaveASchema) {
    const auto scope =
        make_scope("m", {{"vault.orders", {text_filter("tenant", {"acme"})}}, {"countries", {}}});
    EXPECT_EQ(first("select count(*) from vault.orders", scope), "[100]");
    EXPECT_EQ(
        first("select orders.id from vault . /* here */ \"orders\" where orders.id = 5", scope),
        "[5]");
    EXPECT_EQ(first("select o.id from vault.orders o, countries where o.id = 5 limit 1", scope),
              "[5]");
    EXPECT_TRUE(ask("select count(*) from orders", scope).starts_with("query_refused: "));
    EXPECT_TRUE(ask("select count(*) from vault.secrets2", scope).starts_with("query_refused: "));
}

TEST_F(PostgresScope, AColumnsOwnCollationDoesNotWidenAFilter) {
    const auto database = postgres_database(
        {"create collation folded (provider = icu, locale = 'und-u-ks-level2', "
         "deterministic = false)",
         "create table folded (tenant text collate folded, note text)",
         "insert into folded values ('acme', 'own'), ('ACME', 'MARK')",
         "create type mood as enum ('acme', 'MARK')", "create domain code as varchar(8)",
         "create table typed (tenant mood, other code)",
         "insert into typed values ('acme', 'acme'), ('MARK', 'MARK')"});
    const auto source = open_postgres(postgres_settings(database));
    const auto notes = [&](const std::string& relation, const std::string& column) {
        return first_column(*source,
                            under(make_scope("m", {{relation, {text_filter(column, {"acme"})}}}),
                                  "select count(*) from " + relation));
    };
    EXPECT_EQ(notes("folded", "tenant"), "[1]");
    EXPECT_EQ(notes("typed", "tenant"), "[1]");
    EXPECT_EQ(notes("typed", "other"), "[1]");
}

TEST(PostgresScopeProver, ProvesWithoutAServer) {
    auto prover = ScopeProver::create("postgres");
    ASSERT_TRUE(prover);
    EXPECT_TRUE((*prover)->prove("select count(*) from orders where origin = any($airport)", "m",
                                 {"orders"}));
    const auto refused = (*prover)->prove("select * from secrets", "m", {"orders"});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "query_refused");
    EXPECT_EQ(refused.error().message,
              "The query reads \"secrets\", which the model \"m\" does not have.");
    EXPECT_EQ((*prover)->prove("selec", "m", {}).error().code, "query_invalid");
    // The parser's own words would quote half a character.
    const auto odd = (*prover)->prove("9\xF0\x9E\x91\x91lo=(]x", "m", {});
    ASSERT_FALSE(odd);
    EXPECT_TRUE(is_utf8(odd.error().message)) << odd.error().message;
}

TEST(PostgresScopeProver, TheTextThatIsSentNamesFencesOnly) {
    const auto proof = prove_postgres(
        "with a as (select * from orders) select $x, o.id from a, orders as o, s.items, orders",
        "m", {"orders", "s.items"});
    ASSERT_TRUE(proof) << proof.error().message;
    EXPECT_EQ(
        proof->text,
        "with a as (select * from \"casement_scope_0\" AS \"orders\") select $1, o.id from a, "
        "\"casement_scope_0\" as o, \"casement_scope_1\" AS \"items\", \"casement_scope_0\" "
        "AS \"orders\"");
    EXPECT_EQ(proof->relations, (std::vector<std::string>{"orders", "s.items"}));
    EXPECT_EQ(proof->parameters, (std::vector<std::string>{"x"}));
}

}  // namespace
}  // namespace casement::data
