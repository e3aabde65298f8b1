// Queries of imported dashboards on the engine that runs them: what was pasted into the text once
// is bound, and no value gets out of its place.
#include "dashboards/importers/grafana_sql.h"
#include "data_test_support.h"

#include <gtest/gtest.h>

namespace casement::data {
namespace {

using dashboards::SqlVariable;

constexpr const char* kVisits =
    "ts,page,seconds\n2026-01-01 00:01:00,home,1\n2026-01-01 00:07:00,it's,2\n"
    "2026-01-02 00:00:00,home,4\n";

class ImportedSql : public ::testing::Test {
  protected:
    ImportedSql() {
        folder_.write("visits.csv", kVisits);
        DuckDbSettings settings;
        settings.folder = folder_.path();
        settings.tables = {{"visits", {"visits.csv"}}};
        settings.memory_limit = "256MB";
        auto opened = open_duckdb(settings);
        if (opened) source_ = std::move(*opened);
    }

    std::string values(std::string_view raw, Value page = Scalar(std::string("home")),
                       Value pages = std::vector<Scalar>{std::string("home")}) {
        const std::vector<SqlVariable> variables = {
            {"page", false, ""}, {"pages", true, ""}, {"width", false, ""}};
        const auto imported = dashboards::import_sql(raw, variables);
        if (!imported) return imported.error().message;
        auto query =
            query_of(imported->text,
                     {{"from", Scalar(*parse_rfc3339("2026-01-01T00:00:00Z"))},
                      {"to", Scalar(*parse_rfc3339("2026-01-01T12:00:00Z"))},
                      {"interval", Scalar(std::chrono::microseconds(std::chrono::minutes(5)))},
                      {"timezone", Scalar(std::string("Europe/Berlin"))},
                      {"width", Scalar(std::string("1h"))},
                      {"page", std::move(page)},
                      {"pages", std::move(pages)}});
        return first_column(*source_, query);
    }

    TempFolder folder_;
    std::unique_ptr<Source> source_;
};

TEST_F(ImportedSql, RunsWithTheTimeRangeBound) {
    EXPECT_EQ(values("SELECT seconds FROM visits WHERE $__timeFilter(ts) ORDER BY 1"), "[1,2]");
    EXPECT_EQ(values("SELECT seconds FROM visits WHERE $__timeFilter(ts::timestamptz) ORDER BY 1"),
              "[1,2]");
    EXPECT_EQ(values("SELECT $__timeGroup(ts, $__interval), sum(seconds) FROM visits WHERE "
                     "$__timeFilter(ts) GROUP BY 1 ORDER BY 1"),
              "[1767225600000,1767225900000]");
    EXPECT_EQ(values("SELECT $__timeGroup(ts, '$width') AS time, sum(seconds) FROM visits GROUP BY "
                     "$__timeGroup(ts, '$width') ORDER BY 1"),
              "[1767225600000,1767312000000]");
    // Grafana counts weeks from 1970 on, a Thursday.
    EXPECT_EQ(values("SELECT DISTINCT $__timeGroup(ts, '1w') AS time FROM visits"),
              "[1767225600000]");
    EXPECT_EQ(values("SELECT seconds FROM visits WHERE epoch_ms(ts) BETWEEN $__from AND ${__to} "
                     "ORDER BY 1"),
              "[1,2]");
    EXPECT_EQ(values("SELECT '${__to:date}'"), R"(["2026-01-01T12:00:00.000Z"])");
    EXPECT_EQ(values("SELECT '${__to:date:YYYY-MM-DD HH:mm}'"), R"(["2026-01-01 13:00"])");
    EXPECT_EQ(values("SELECT ${__to:date:seconds} - $__unixEpochFrom()"), "[43200]");
    EXPECT_EQ(values("SELECT $__interval_ms + 1"), "[300001]");
    EXPECT_EQ(values("SELECT $__unixEpochGroup(epoch(ts), '1d', 0) AS time FROM visits GROUP BY 1 "
                     "ORDER BY 1"),
              "[1767225600000,1767312000000]");
}

TEST_F(ImportedSql, RunsWithListsBound) {
    const std::vector<Scalar> both{std::string("home"), std::string("it's")};
    const auto one = Scalar(std::string("home"));
    for (const std::string_view where :
         {"page IN ($pages)", "page IN (${pages:sqlstring})", "page = ANY(ARRAY[$pages])",
          "page = ANY('{${pages:csv}}'::text[])", "list_contains([$pages], page)",
          "page ~ '${pages:regex}'", "page ~ '${pages:pipe}'"}) {
        const auto sql = "SELECT sum(seconds) FROM visits WHERE " + std::string(where);
        EXPECT_EQ(values(sql, one, both), "[7]") << where;
        EXPECT_EQ(values(sql, one), "[5]") << where;
    }
    EXPECT_EQ(values("SELECT sum(seconds) FROM visits WHERE page NOT IN ($pages)"), "[2]");
}

TEST_F(ImportedSql, EscapesWhatMeansSomethingInARegularExpression) {
    const std::vector<Scalar> points{std::string(".*"), std::string("h|m")};
    EXPECT_EQ(values("SELECT count(*) FROM visits WHERE page ~ '${page:regex}'",
                     Scalar(std::string(".*"))),
              "[0]");
    EXPECT_EQ(values("SELECT '${pages:regex}'", Scalar(std::string("x")), points),
              R"x(["(\\.\\*|h\\|m)"])x");
}

TEST_F(ImportedSql, KeepsHostileValuesInTheirPlace) {
    const std::string long_one(50'000, '\'');
    for (const std::string& hostile :
         {std::string("'; drop table visits; --"), std::string("' or '1'='1"), std::string("\\'"),
          std::string("$__timeFilter(ts)"), std::string("${page}"), std::string("$$"),
          std::string("/* "), std::string("%'||'"), long_one}) {
        const Value value = Scalar(hostile);
        const Value list = std::vector<Scalar>{hostile, hostile};
        for (const std::string_view where :
             {"page = '$page'", "page = $page", "page IN ('$page')", "page = ${page:sqlstring}",
              "page LIKE 'x$page'", "page IN ($pages)", "page = ANY('{${pages:csv}}')",
              "page = '${pages:csv}'", "page ~ 'x${page:regex}'", "page ~ 'x${pages:regex}'"}) {
            const auto sql = "SELECT count(*) FROM visits WHERE " + std::string(where);
            EXPECT_EQ(values(sql, value, list), "[0]") << where << " " << hostile.substr(0, 40);
        }
        EXPECT_EQ(values("SELECT length('$page')", value, list),
                  "[" + std::to_string(hostile.size()) + "]");
    }
    EXPECT_EQ(values("SELECT count(*) FROM visits"), "[3]");
}

}  // namespace
}  // namespace casement::data
