// Documents of older schema versions become what Grafana itself makes of them when it opens them.
// Rows of before version 16, styles of tables (24) and single numbers (28) have their tests beside
// the other panels.
#include "dashboards/importers/grafana.h"

#include <gtest/gtest.h>

namespace casement::dashboards {
namespace {

Dashboard imported(std::string_view text, ImportReport* report = nullptr) {
    return import_grafana(parse_json(text).value().as_object(), report).value();
}

constexpr std::string_view kQuery =
    R"("datasource": "d", "targets": [{"refId": "A", "rawSql": "SELECT 1", "format": "table"}])";

Panel only_panel(const std::string& members) {
    auto dashboard = imported(R"({"title": "T", "panels": [{"id": 1, )" + members + ", " +
                              std::string(kQuery) + "}]}");
    EXPECT_EQ(dashboard.panels.size(), 1U);
    return dashboard.panels.empty() ? Panel{} : dashboard.panels.front();
}

json::value parsed(std::string_view text) {
    return parse_json(text).value();
}

TEST(GrafanaMigration27, DropsCopiesThatWereStoredByMistake) {
    const auto dashboard = imported(R"({"title": "T", "panels": [
        {"id": 1, "type": "text"}, {"id": 2, "type": "text", "repeatPanelId": 1},
        {"id": 3, "type": "text", "repeatByRow": true}]})");
    ASSERT_EQ(dashboard.panels.size(), 1U);
    EXPECT_EQ(dashboard.panels[0].id, 1);
}

/// There it becomes a text box, which would let a viewer change what an embed has fixed.
TEST(GrafanaMigration27, KeepsAConstantConstantAlsoWhereItIsShown) {
    const auto dashboard = imported(R"({"title": "T", "templating": {"list": [
        {"name": "c", "type": "constant", "query": "v", "hide": 0,
         "current": {"value": "old"}}]}})");
    ASSERT_EQ(dashboard.variables.size(), 1U);
    EXPECT_EQ(dashboard.variables[0].type, Variable::Type::constant);
    EXPECT_EQ(dashboard.variables[0].defaults, std::vector<std::string>{"v"});
}

TEST(GrafanaMigration28, TakesVariablesWithTagsForWhatTheyAre) {
    const auto dashboard = imported(R"({"title": "T", "templating": {"list": [
        {"name": "v", "type": "custom", "query": "a,b", "tags": ["x"], "tagsQuery": "q",
         "tagValuesQuery": "q", "useTags": true}]}})");
    ASSERT_EQ(dashboard.variables.size(), 1U);
    EXPECT_EQ(dashboard.variables[0].choices.size(), 2U);
}

TEST(GrafanaMigration30, MergesNumberedMappings) {
    const auto panel = only_panel(R"("type": "stat", "fieldConfig": {"defaults": {"mappings": [
        {"id": 0, "type": 1, "value": "1", "text": "up"},
        {"id": 1, "type": 2, "from": "10", "to": "20", "text": "some"},
        {"id": 2, "type": 1, "value": "null", "text": "none"}]}})");
    const auto& mappings = panel.options.at("mappings").as_array();
    ASSERT_EQ(mappings.size(), 3U);
    EXPECT_EQ(mappings[0], parsed(R"({"type": "value", "value": "1", "text": "up"})"));
    bool ranges = false;
    bool nothing = false;
    for (const auto& mapping : mappings) {
        ranges =
            ranges ||
            mapping == parsed(R"({"type": "range", "from": 10.0, "to": 20.0, "text": "some"})");
        nothing =
            nothing || mapping == parsed(R"({"type": "special", "match": "null", "text": "none"})");
    }
    EXPECT_TRUE(ranges && nothing) << json::serialize(mappings);
}

TEST(GrafanaMigration30, ReadsTheTooltipByItsOldName) {
    const auto panel =
        only_panel(R"("type": "timeseries", "options": {"tooltipOptions": {"mode": "multi"}})");
    EXPECT_EQ(panel.options.at("tooltip"), "multi");
}

/// A text is a name or a uid, null is the default source; a target has its panel's.
TEST(GrafanaMigration33And36, ReadSourcesInEveryFormThatTheyHad) {
    const auto dashboard = imported(R"({"title": "T", "panels": [
        {"id": 1, "type": "table", "datasource": "by name", "targets": [{"rawSql": "SELECT 1"}]},
        {"id": 2, "type": "table", "datasource": {"type": "postgres", "uid": "by-uid"},
         "targets": [{"rawSql": "SELECT 1"}]},
        {"id": 3, "type": "table", "datasource": null, "targets": [{"rawSql": "SELECT 1"}]},
        {"id": 4, "type": "table", "datasource": "-- Mixed --",
         "targets": [{"rawSql": "SELECT 1", "datasource": "its own"}]},
        {"id": 5, "type": "table", "targets": [{"rawSql": "SELECT 1", "datasource": null}],
         "datasource": "the panel's"}]})");
    const auto source = [&](int id) { return dashboard.panel(id)->queries.at(0).source; };
    EXPECT_EQ(source(1), "by name");
    EXPECT_EQ(source(2), "by-uid");
    EXPECT_EQ(source(3), "");
    EXPECT_EQ(source(4), "its own");
    EXPECT_EQ(source(5), "the panel's");
}

TEST(GrafanaMigration37, ReadsALegendThatIsAYesOrNoOrHidden) {
    const auto legend = [](std::string_view written) {
        return only_panel(R"("type": "timeseries", "options": {"legend": )" + std::string(written) +
                          "}")
            .options.at("legend");
    };
    EXPECT_EQ(legend("true"), true);
    EXPECT_EQ(legend("false"), false);
    EXPECT_EQ(legend(R"({"displayMode": "hidden", "placement": "bottom"})"), false);
    EXPECT_EQ(legend(R"({"displayMode": "list"})"), true);
}

TEST(GrafanaMigration38, ReadsCellsByTheirOldNames) {
    const auto cell = [](std::string_view display) {
        return only_panel(
                   R"("type": "table", "fieldConfig": {"defaults": {"custom": {"displayMode": ")" +
                   std::string(display) + "\"}}}")
            .options.at("cell");
    };
    EXPECT_EQ(cell("gradient-gauge"), parsed(R"({"type": "gauge", "mode": "gradient"})"));
    EXPECT_EQ(cell("lcd-gauge"), parsed(R"({"type": "gauge", "mode": "lcd"})"));
    EXPECT_EQ(cell("basic"), parsed(R"({"type": "gauge", "mode": "basic"})"));
    EXPECT_EQ(cell("color-background"),
              parsed(R"({"type": "color-background", "mode": "gradient"})"));
    EXPECT_EQ(cell("color-background-solid"),
              parsed(R"({"type": "color-background", "mode": "basic"})"));
    EXPECT_EQ(cell("color-text"), parsed(R"({"type": "color-text"})"));
}

/// The page reads both forms.
TEST(GrafanaMigration39, KeepsHowSeriesBecomeCells) {
    for (const auto* options :
         {R"({"refIdToStat": {"A": "mean"}})", R"({"A": {"stat": "mean"}})"}) {
        const auto panel = only_panel(
            R"("type": "table", "transformations": [{"id": "timeSeriesTable", "options": )" +
            std::string(options) + "}]");
        ASSERT_EQ(panel.transformations.size(), 1U);
        EXPECT_EQ(panel.transformations[0].at("options"), parsed(options));
    }
}

TEST(GrafanaMigration40, DoesNotRefreshByWhatIsNoText) {
    for (const auto* refresh : {"false", "true", "5", "null", "{}"}) {
        const auto dashboard =
            imported(R"({"title": "T", "panels": [], "refresh": )" + std::string(refresh) + "}");
        EXPECT_FALSE(dashboard.refresh) << refresh;
    }
}

TEST(GrafanaMigration41And42, PassOverOldTimesAndHideWhatIsHiddenFromTheTooltipToo) {
    const auto panel = only_panel(R"("type": "timeseries", "fieldConfig": {"defaults": {},
        "overrides": [{"matcher": {"id": "byName", "options": "a"}, "properties": [
            {"id": "custom.hideFrom", "value": {"viz": true, "legend": false, "tooltip": false}}
        ]}]})");
    ASSERT_EQ(panel.overrides.size(), 1U);
    EXPECT_EQ(panel.overrides[0].at("set").at("hide_in_tooltip"), true);
    const auto dashboard = imported(
        R"({"title": "T", "panels": [], "timepicker": {"time_options": ["5m"], "hidden": false}})");
    EXPECT_TRUE(dashboard.time_selectable);
}

TEST(GrafanaAnnotations, AreToldOneByOneWhereTheyAreLeftOut) {
    ImportReport report;
    (void)imported(R"({"title": "T", "annotations": {"list": [
        {"builtIn": 1, "name": "Annotations & Alerts", "datasource": "-- Grafana --"},
        {"name": "Deploys", "datasource": "d", "enable": true}, {"name": "Alerts"}, 7]}})",
                   &report);
    std::vector<std::string> told;
    for (const auto& note : report)
        if (note.kind == ImportNote::Kind::left_out) told.push_back(note.sentence);
    EXPECT_EQ(told, (std::vector<std::string>{
                        "The annotations \"Deploys\": marks that a query finds are not drawn.",
                        "The annotations \"Alerts\": marks that a query finds are not drawn."}));
}

}  // namespace
}  // namespace casement::dashboards
