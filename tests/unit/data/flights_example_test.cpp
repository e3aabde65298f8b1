// The example's dashboard against the example's data: every query runs, is narrowed to one airport,
// and answers with rows.
#include "base/shape.h"
#include "dashboards/dashboard.h"
#include "data/query.h"
#include "data/source.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace casement::data {
namespace {

using namespace std::chrono_literals;

const std::string kFolder = std::string(CASEMENT_SOURCE_DIR) + "/examples/flights";

dashboards::Dashboard read_example(const std::string& name = "flights") {
    std::ifstream file(kFolder + "/dashboards/" + name + ".json");
    std::stringstream text;
    text << file.rdbuf();
    const auto document = parse_json(text.str());
    if (!document) {
        ADD_FAILURE() << document.error().message;
        return {};
    }
    auto dashboard = dashboards::read_dashboard(*document);
    if (!dashboard) {
        ADD_FAILURE() << dashboard.error().message;
        return {};
    }
    return std::move(*dashboard);
}

Query query_for(const dashboards::Dashboard& dashboard, const std::string& sql,
                const std::string& airport) {
    Query query;
    query.org = 1;
    query.source = "flights";
    query.text = sql;
    query.parameters = {
        {"airport", Scalar(airport)},
        {"from", Scalar(*dashboard.as_of - *dashboards::span_length(dashboard.time.span))},
        {"to", Scalar(*dashboard.as_of)},
        {"interval", Scalar(std::chrono::microseconds(12h))},
        {"timezone", Scalar(std::string("UTC"))}};
    return query;
}

TEST(FlightsExample, EveryPanelIsNarrowedToOneAirport) {
    const auto dashboard = read_example();
    ASSERT_GE(dashboard.panels.size(), 9U);
    ASSERT_NE(dashboard.variable("airport"), nullptr);
    for (const auto& panel : dashboard.panels) {
        for (const auto& query : panel.queries) {
            EXPECT_TRUE(named_parameters(query.text).contains("airport")) << panel.title;
            EXPECT_TRUE(named_parameters(query.text).contains("from")) << panel.title;
        }
    }
}

TEST(FlightsExample, EveryQueryAnswersForABusyAndForASmallAirport) {
    if (!std::ifstream(kFolder + "/data/flights-3m.parquet")) {
        GTEST_SKIP() << "examples/flights/fetch-data.sh has not run";
    }
    const auto dashboard = read_example();
    DuckDbSettings settings;
    settings.folder = kFolder;
    settings.tables = {{"flights", {"data/flights-3m.parquet"}},
                       {"airports", {"data/airports.csv"}}};
    auto source = open_duckdb(settings);
    ASSERT_TRUE(source.has_value()) << source.error().message;
    const Cancellation never;

    const auto airports = (*source)->run(
        query_for(dashboard, dashboard.variable("airport")->query.text, "ATL"), never);
    ASSERT_TRUE(airports.has_value()) << airports.error().message;
    EXPECT_EQ((*airports)->choices().size(), 229U);

    for (const char* airport : {"ATL", "ORD", "YAK"}) {
        for (const auto& panel : dashboard.panels) {
            for (const auto& one : panel.queries) {
                const auto table = (*source)->run(query_for(dashboard, one.text, airport), never);
                ASSERT_TRUE(table.has_value()) << panel.title << ": " << table.error().message;
                EXPECT_GT((*table)->rows, 0U) << panel.title << " of " << airport;
                EXPECT_FALSE((*table)->truncated) << panel.title;
                // Columns that options name are there.
                for (const char* option : {"series_column", "label_column", "value_column"}) {
                    const auto name = text_at(panel.options, option);
                    if (!name) continue;
                    EXPECT_TRUE(std::any_of((*table)->columns.begin(), (*table)->columns.end(),
                                            [&](const Column& c) { return c.name == *name; }))
                        << panel.title << ": " << *name;
                }
            }
        }
    }
}

ScopePtr flights_model(const std::vector<std::string>& airports) {
    return make_scope(
        "flights", {{"flights", {{"origin", RowFilter::Type::text, airports}}}, {"airports", {}}});
}

TEST(FlightsExample, OperationsAreNarrowedByTheModelAlone) {
    const auto dashboard = read_example("airport-operations");
    ASSERT_GE(dashboard.panels.size(), 8U);
    EXPECT_EQ(dashboard.variable("airport"), nullptr);
    for (const auto& panel : dashboard.panels) {
        for (const auto& query : panel.queries) {
            EXPECT_EQ(query.model, "flights") << panel.title;
            EXPECT_FALSE(named_parameters(query.text).contains("airport")) << panel.title;
        }
    }
    if (!std::ifstream(kFolder + "/data/flights-3m.parquet")) {
        GTEST_SKIP() << "examples/flights/fetch-data.sh has not run";
    }
    DuckDbSettings settings;
    settings.folder = kFolder;
    settings.tables = {{"flights", {"data/flights-3m.parquet"}},
                       {"airports", {"data/airports.csv"}}};
    auto source = open_duckdb(settings);
    ASSERT_TRUE(source.has_value()) << source.error().message;
    const Cancellation never;
    const auto run = [&](std::string text, const ScopePtr& scope) {
        auto query = query_for(dashboard, text, "ATL");
        query.parameters["haul"] =
            std::vector<Scalar>{std::string("short"), std::string("medium"), std::string("long")};
        query.scope = scope;
        const auto table = (*source)->run(query, never);
        EXPECT_TRUE(table.has_value()) << text << ": " << table.error().message;
        return table ? *table : nullptr;
    };
    for (const char* airport : {"ATL", "ORD", "YAK"}) {
        for (const auto& panel : dashboard.panels) {
            for (const auto& one : panel.queries) {
                const auto mine = run(one.text, flights_model({airport}));
                ASSERT_NE(mine, nullptr);
                EXPECT_GT(mine->rows, 0U) << panel.title << " of " << airport;
                EXPECT_FALSE(mine->truncated) << panel.title;
                // As if its author had written the airport into the query.
                std::string written = one.text;
                const std::string from = "from flights\n";
                for (auto at = written.find(from); at != std::string::npos;
                     at = written.find(from, at + 1)) {
                    written.replace(at, from.size(),
                                    "from (select * from flights where origin = '" +
                                        std::string(airport) + "')\n");
                }
                const auto same = run(written, nullptr);
                ASSERT_NE(same, nullptr);
                EXPECT_EQ(mine->json, same->json) << panel.title << " of " << airport;
            }
        }
    }
    const auto nobody = run("select count(*) from flights", flights_model({}));
    ASSERT_NE(nobody, nullptr);
    EXPECT_NE(nobody->json.find("[0]"), std::string::npos) << nobody->json;
}

}  // namespace
}  // namespace casement::data
