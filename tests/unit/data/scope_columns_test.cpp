// Columns that a viewer does not see as they are, and filters by range and time, on DuckDB: what
// they show, and every way around them that we could think of.
#include "scope_world.h"

#include <gtest/gtest.h>

namespace casement::data {
namespace {

using How = CoveredColumn::How;
using Kind = RowFilter::Kind;
using Type = RowFilter::Type;

/// Tenant acme's rows: what must stay covered is marked, as is every row of globex.
const std::vector<std::string>& people_rows() {
    static const std::vector<std::string> statements = {
        "create type mood as enum ('MARK-MOOD', 'fine')",
        "create table people as select 'acme' as tenant, i as id, 'person-' || i as name, "
        "'MARK-SSN-' || i as ssn, 777700 + i as salary, 'MARK-MAIL-' || i as mail, "
        "'MARK-MOOD'::mood as mood, {'inner': 'MARK-STRUCT', 'n': i} as detail "
        "from range(5) r(i) union all "
        "select 'globex', 77770000 + i, 'MARK-NAME', 'MARK-SSN', 777799, 'MARK-MAIL', "
        "'MARK-MOOD'::mood, {'inner': 'MARK-STRUCT', 'n': 7777} from range(5) r(i)",
        "create table teams as select i as id, 'team-' || i as team, 'acme' as tenant "
        "from range(5) r(i) union all select 77771, 'MARK-TEAM', 'globex'"};
    return statements;
}

std::vector<CoveredColumn> covered() {
    return {{"ssn", How::hidden},
            {"Salary", How::as_null},
            {"mail", How::as_text},
            {"mood", How::as_text},
            {"detail", How::hidden}};
}

class ScopeColumns : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        folder_ = new TempFolder;
        auto statements = people_rows();
        statements.push_back("create macro leak() as (select max(ssn) from main.people)");
        run_sql((folder_->path() + "/world.duckdb").c_str(), statements);
        DuckDbSettings settings;
        settings.folder = folder_->path();
        settings.database = "world.duckdb";
        settings.memory_limit = "256MB";
        database_ = open_or_fail(settings).release();
    }
    static void TearDownTestSuite() {
        delete database_;
        delete folder_;
    }
    static ScopePtr scope(std::vector<CoveredColumn> columns = covered()) {
        return make_scope("staff",
                          {{"people", {texts("tenant", {"acme"})}, std::move(columns)},
                           {"teams", {texts("tenant", {"acme"})}, {{"tenant", How::hidden}}}});
    }
    static std::string run(const std::string& text, ScopePtr with = scope()) {
        return answer(*database_, scoped(text, std::move(with), {{"v", Scalar(std::string("x"))}}));
    }

    static inline TempFolder* folder_ = nullptr;
    static inline Source* database_ = nullptr;
};

TEST_F(ScopeColumns, AreShownAsTheModelSays) {
    const auto said = run("select * from people order by id limit 1");
    EXPECT_TRUE(said.find("\"name\":\"ssn\"") == std::string::npos) << said;
    EXPECT_TRUE(said.find("\"name\":\"detail\"") == std::string::npos) << said;
    EXPECT_TRUE(said.find("\"person-0\"") != std::string::npos) << said;
    EXPECT_TRUE(said.find("\"***\"") != std::string::npos) << said;
    EXPECT_FALSE(shows_foreign(said)) << said;
    EXPECT_EQ(
        first_column(*database_, scoped("select typeof(salary) from people limit 1", scope())),
        "[\"BIGINT\"]");
    EXPECT_EQ(first_column(*database_, scoped("select count(salary) from people", scope())), "[0]");
    EXPECT_EQ(first_column(*database_, scoped("select distinct mail from people", scope())),
              "[\"***\"]");
}

TEST_F(ScopeColumns, OpenOnesAreSeenAsTheyAre) {
    const auto open = scope({});
    EXPECT_EQ(first_column(*database_, scoped("select max(ssn) from people", open)),
              "[\"MARK-SSN-4\"]");
    // The proof of one viewer is not another's.
    EXPECT_EQ(first_column(*database_, scoped("select max(ssn) from people", scope())),
              "query_invalid");
    EXPECT_EQ(first_column(*database_, scoped("select max(ssn) from people", open)),
              "[\"MARK-SSN-4\"]");
}

TEST_F(ScopeColumns, NoTextReachesWhatIsCovered) {
    for (const std::string text :
         {"select ssn from people",
          "select people.ssn from people",
          "select \"SSN\" from people",
          "select p.ssn from people p",
          "select main.people.ssn from people",
          "select * exclude (name) from people",
          "select * replace (ssn as name) from people",
          "select * rename (ssn as name) from people",
          "select columns('s.*') from people",
          "select columns(*) from people",
          "select columns(c -> true) from people",
          "select columns(lambda c: c like 's%') from people",
          "select max(columns(*)) from people",
          "select people from people",
          "select p from people p",
          "select (people).ssn from people",
          "select struct_extract(people, 'ssn') from people",
          "select to_json(people) from people",
          "select row(people.*) from people",
          "select struct_pack(people.*) from people",
          "select unnest(people) from people",
          "select unnest(people, recursive := true) from people",
          "select list(people) from people",
          "select list_transform([people], x -> x.ssn) from people",
          "select list_transform([people], lambda x: x) from people",
          "select [x.ssn for x in [people]] from people",
          "select rowid from people",
          "select rowid, * from people",
          "select people.rowid from people",
          "select file_row_number from people",
          "select filename from people",
          "select #4 from people",
          "select * from people order by #4",
          "select detail.inner from people",
          "select detail from people",
          "select max(detail) from people",
          "select * from people natural join teams",
          "select * from people join teams using (id)",
          "select ssn from people join teams using (id)",
          "select * from people join teams using (tenant)",
          "select * from people positional join teams",
          "select p.* from people p, teams t where p.id = t.id",
          "select * from people asof join teams on people.id >= teams.id",
          "select * from (summarize people)",
          "summarize people",
          "select * from (describe people)",
          "describe people",
          "from (show people)",
          "select stats(ssn) from people",
          "select stats(salary) from people",
          "select * from (pivot people on ssn using count(*))",
          "select * from (pivot people on mail using max(salary))",
          "select * from (unpivot people on ssn into name k value v)",
          "select * from (unpivot people on columns(*) into name k value v)",
          "select * from (unpivot (select * exclude (id, salary) from people) on columns(* exclude "
          "(tenant)) into name k value v)",
          "select name from people where ssn like 'M%'",
          "select name from people order by ssn",
          "select count(*) from people group by ssn",
          "select name from people qualify row_number() over (partition by ssn) = 1",
          "select name from people where mail like 'M%'",
          "select name from people where salary > 0",
          "select error(mail) from people",
          "select cast(mail as int) from people",
          "select cast(name as int) from people",
          "select error(to_json(people)) from people",
          "select leak()",
          "select enum_range(mood) from people",
          "select enum_range(null::mood)",
          "select enum_first(null::mood)",
          "select 'MARK' || 'x' where exists (select 1 from people where mood::varchar like 'M%')",
          "select typeof(mood) from people",
          "with people as (select 1) select * from people",
          "with x as (from people) select ssn from x",
          "with recursive x as (select ssn from people union all select ssn from x) from x",
          "select (select max(ssn) from people)",
          "select (select people.ssn) from people",
          "select t.ssn from people, lateral (select people.ssn) t",
          "select * from people p1 join people p2 on p1.id = p2.id",
          "from people select ssn",
          "table people",
          "select hash(people) is null, * from people",
          "select any_value(people) from people",
          "select arg_max(ssn, id) from people",
          "select max_by(people, id) from people",
          "select string_agg(columns(*)::varchar) from people",
          "select coalesce(columns(* exclude (id))) from people",
          "select concat(people.*) from people",
          "select concat_ws(',', *columns(*)) from people",
          "select map_from_entries([('a', people)]) from people",
          "select alias(people) from people",
          "select casement_scope_rows.ssn from people",
          "select casement_scope_rows from people",
          "select ssn from people as casement_scope_rows",
          "from people as casement_scope_rows",
          "select tenant from teams",
          "select * from teams where tenant = 'globex'"}) {
        const auto said = run(text);
        // Literals of the query's own are no leak.
        const bool own = text.find("'MARK' || 'x'") != std::string::npos && said.starts_with("{") &&
                         said.find("MARKx") == std::string::npos;
        EXPECT_TRUE(own || !shows_foreign(said)) << text << "\n-> " << said;
    }
}

TEST_F(ScopeColumns, WhatIsCoveredIsComparedAsItIsShown) {
    EXPECT_EQ(first_column(*database_,
                           scoped("select count(*) from people where mail like 'MARK%'", scope())),
              "[0]");
    EXPECT_EQ(
        first_column(*database_, scoped("select count(*) from people where salary > 0", scope())),
        "[0]");
    EXPECT_EQ(
        first_column(*database_, scoped("select count(*) from people where mail = '***'", scope())),
        "[5]");
    // A filter of the model goes by the column that it hides.
    EXPECT_EQ(first_column(*database_, scoped("select count(*) from teams", scope())), "[5]");
}

TEST_F(ScopeColumns, AModelThatDoesNotFitShowsNothing) {
    EXPECT_TRUE(
        run("select 1 from people", scope({{"snn", How::hidden}})).starts_with("model_unusable: "));
    std::vector<CoveredColumn> all;
    for (const auto* name : {"tenant", "id", "name", "ssn", "salary", "mail", "mood", "detail"})
        all.push_back({name, How::hidden});
    EXPECT_TRUE(run("select 1 from people", scope(all)).starts_with("model_unusable: "));
}

// -- ranges and times -----------------------------------------------------------------------------

class ScopeRanges : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        folder_ = new TempFolder;
        run_sql(
            (folder_->path() + "/world.duckdb").c_str(),
            {"create table n as select i as id, i::tinyint as tiny, i::bigint as big, "
             "(i / 2.0)::decimal(9, 2) as dec, i / 2.0::double as dbl, (i / 2.0)::float as flt, "
             "'t' || i as txt, date '2026-01-01' + i::int as day, "
             "timestamp '2026-01-01 12:00:00' + interval (i) day as ts, "
             "timestamptz '2026-01-01 12:00:00+00' + interval (i) day as tz, "
             "(timestamp '2026-01-01 12:00:00' + interval (i) day)::timestamp_ns as ns, "
             "(timestamp '2026-01-01 12:00:00' + interval (i) day)::timestamp_s as sec, "
             "(timestamp '2026-01-01 12:00:00' + interval (i) day)::timestamp_ms as ms "
             "from range(-3, 4) r(i)",
             "insert into n (id, dbl, flt, ts, day) values (99, 'nan', 'nan', 'infinity', "
             "'infinity')",
             "insert into n (id) values (98)"});
        DuckDbSettings settings;
        settings.folder = folder_->path();
        settings.database = "world.duckdb";
        settings.memory_limit = "256MB";
        database_ = open_or_fail(settings).release();
    }
    static void TearDownTestSuite() {
        delete database_;
        delete folder_;
    }
    static std::string ids(const std::string& column, Type type, Values values,
                           Kind kind = Kind::range) {
        const auto scope =
            make_scope("m", {{"n", {RowFilter{column, type, std::move(values), kind}}, {}}});
        return first_column(*database_, scoped("select id from n order by id", scope));
    }

    static inline TempFolder* folder_ = nullptr;
    static inline Source* database_ = nullptr;
};

TEST_F(ScopeRanges, OfNumbersAreExact) {
    for (const std::string column : {"id", "tiny", "big"}) {
        EXPECT_EQ(ids(column, Type::number, {"-1", "2"}), "[-1,0,1,2]") << column;
        EXPECT_EQ(ids(column, Type::number, {"-1.5", "1.5"}), "[-1,0,1]") << column;
        EXPECT_EQ(ids(column, Type::number, {"0.5", "1000"}).substr(0, 6), "[1,2,3") << column;
        EXPECT_EQ(ids(column, Type::number, {"-0.5", "-0.5"}), "[]") << column;
        EXPECT_EQ(ids(column, Type::number, {"", "-2"}), "[-3,-2]") << column;
        EXPECT_EQ(ids(column, Type::number, {"-99999999999999999999999999999999999999999", "-3"}),
                  "[-3]")
            << column;
        EXPECT_EQ(ids(column, Type::number, {"99999999999999999999999999999999999999999", ""}),
                  "[]")
            << column;
    }
    for (const std::string column : {"dec", "dbl", "flt"}) {
        EXPECT_EQ(ids(column, Type::number, {"-0.5", "1"}), "[-1,0,1,2]") << column;
        EXPECT_EQ(ids(column, Type::number, {"-0.501", "0.999"}), "[-1,0,1]") << column;
        EXPECT_EQ(ids(column, Type::number, {"1", ""}), "[2,3]") << column;
    }
    EXPECT_EQ(ids("dec", Type::number, {"", "99999999999"}), "[-3,-2,-1,0,1,2,3]");
    EXPECT_EQ(ids("dec", Type::number, {"99999999999", ""}), "[]");
}

TEST_F(ScopeRanges, OfTimesAreOfEveryTypeOfTime) {
    for (const std::string column : {"ts", "tz", "ns", "sec", "ms"}) {
        EXPECT_EQ(
            ids(column, Type::time, {"2026-01-01T00:00:00.000000Z", "2026-01-02T23:59:59.999999Z"}),
            "[0,1]")
            << column;
        EXPECT_EQ(ids(column, Type::time, {"2026-01-02T12:00:00.000001Z", ""}), "[2,3]") << column;
        EXPECT_EQ(ids(column, Type::time, {"", "2025-12-30T12:00:00.000000Z"}), "[-3,-2]")
            << column;
        EXPECT_EQ(ids(column, Type::time, {"2026-01-01T12:00:00.000000Z"}, Kind::one_of), "[0]")
            << column;
    }
    EXPECT_EQ(ids("day", Type::time, {"2026-01-02T00:00:00.000000Z", "2026-01-03T23:59:59Z"}),
              "[1,2]");
    EXPECT_EQ(
        ids("day", Type::time, {"2026-01-02T00:00:00Z", "2026-01-04T00:00:00Z"}, Kind::one_of),
        "[1,3]");
    EXPECT_EQ(ids("day", Type::time, {"2026-01-03T00:00:00Z", ""}), "[2,3]");
}

TEST_F(ScopeRanges, OfTextsGoByTheirBytes) {
    EXPECT_EQ(ids("txt", Type::text, {"t1", "t2"}), "[1,2]");
    EXPECT_EQ(ids("txt", Type::text, {"T1", "T9"}), "[]");
    EXPECT_EQ(ids("txt", Type::text, {"t2", ""}), "[2,3]");
}

TEST_F(ScopeRanges, WhatCannotBeReadShowsNothing) {
    for (const auto type : {Type::number, Type::time}) {
        const std::string column = type == Type::number ? "id" : "ts";
        for (const Values& values :
             {Values{}, Values{""}, Values{"", ""}, Values{"1"}, Values{"x", ""}, Values{"", "x"},
              Values{"1", "2", "3"}, Values{"1e1", ""}, Values{"' or true --", ""}}) {
            EXPECT_EQ(ids(column, type, values), "[]");
        }
    }
    EXPECT_EQ(ids("ts", Type::time, {"2026-01-01T12:00:00Z", "soon"}, Kind::one_of), "[]");
    EXPECT_EQ(ids("ts", Type::time, {}, Kind::one_of), "[]");
    EXPECT_EQ(ids("txt", Type::text, {"t1", "\xff"}), "[]");
    EXPECT_EQ(ids("txt", Type::time, {"2026-01-01T12:00:00Z", ""}), "model_unusable");
    EXPECT_EQ(ids("id", Type::time, {"2026-01-01T12:00:00Z", ""}), "model_unusable");
    EXPECT_EQ(ids("ts", Type::number, {"1", ""}), "model_unusable");
    EXPECT_EQ(ids("day", Type::text, {"2026", ""}), "model_unusable");
}

}  // namespace
}  // namespace casement::data
