// Imported Grafana dashboards: fields, series, sources, PromQL and what old documents become.
#include "dashboards/importers/grafana.h"

#include <gtest/gtest.h>

namespace casement::dashboards {
namespace {

Dashboard imported(std::string_view text, ImportReport* report = nullptr,
                   const ImportContext& context = {}) {
    return import_grafana(parse_json(text).value().as_object(), report, context).value();
}

Panel only_panel(std::string_view panel, std::string_view more = "",
                 const ImportContext& context = {}) {
    auto dashboard = imported(
        R"({"title": "T", )" + std::string(more) + R"("panels": [)" + std::string(panel) + "]}",
        nullptr, context);
    EXPECT_EQ(dashboard.panels.size(), 1U);
    return dashboard.panels.front();
}

json::value parsed(std::string_view text) {
    return parse_json(text).value();
}

constexpr std::string_view kVariables = R"x("templating": {"list": [
    {"name": "ds", "type": "datasource", "query": "prometheus"},
    {"name": "node", "type": "query", "query": "label_values(up, instance)", "datasource": "$ds"},
    {"name": "interval", "type": "interval", "query": "30s,1m", "current": {"value": "30s"}}]},
    )x";

TEST(GrafanaImportPromql, TakesTargetsWithTheirSettings) {
    const auto panel = only_panel(R"x({"type": "timeseries", "datasource": {"uid": "${ds}"},
        "targets": [{"refId": "A", "expr": "rate(a{i=\"$node\"}[$__rate_interval])",
                     "legendFormat": "{{mode}}", "interval": ">15s", "range": true},
                    {"refId": "B", "expr": "b{i=~\"[[node:regex]]\"}[$interval]", "instant": true,
                     "legendFormat": "__auto", "interval": "$interval", "format": "table"},
                    {"refId": "C", "expr": ""}, {"refId": "D", "expr": "d", "hide": true}]})x",
                                  kVariables);
    ASSERT_EQ(panel.queries.size(), 2U);
    const auto& first = panel.queries[0];
    EXPECT_EQ(first.language, PanelQuery::Language::promql);
    EXPECT_EQ(first.text, "rate(a{i=\"${node}\"}[$__rate_interval])");
    EXPECT_EQ(first.source, "$ds");
    EXPECT_EQ(first.source_type, "prometheus");
    EXPECT_FALSE(first.loose_source);
    EXPECT_EQ(json::value(first.settings), parsed(R"({"legend": "{{mode}}", "min_step": "15s"})"));
    EXPECT_EQ(panel.queries[1].text, "b{i=~\"${node:regex}\"}[${interval_1}]");
    EXPECT_EQ(json::value(panel.queries[1].settings),
              parsed(R"({"format": "table", "instant": true, "min_step": "30s"})"));
}

TEST(GrafanaImportPromql, AnInstantIsOfSeriesUnlessItIsATable) {
    const auto settings = [](const std::string& more) {
        const auto panel = only_panel(R"x({"type": "stat", "datasource": {"uid": "${ds}"},
                            "targets": [{"refId": "A", "expr": "a", "instant": true)x" +
                                          more + "}]}",
                                      kVariables);
        return json::value(panel.queries.at(0).settings);
    };
    const auto series = parsed(R"({"format": "time_series", "instant": true})");
    EXPECT_EQ(settings(""), series);
    EXPECT_EQ(settings(R"(, "format": "time_series")"), series);
    EXPECT_EQ(settings(R"(, "format": "table")"),
              parsed(R"({"format": "table", "instant": true})"));
    EXPECT_EQ(settings(R"(, "range": true)"), parsed("{}"));
}

TEST(GrafanaImportPromql, ASelectorAloneAsksForItsSeries) {
    const auto dashboard = imported(R"x({"title": "T", "templating": {"list": [
        {"name": "pod", "type": "query", "datasource": {"type": "prometheus", "uid": "p"},
         "query": {"qryType": 4, "query": "up{job=\"a\"}"}, "regex": "/pod=\"(?<text>[^\"]+)/",
         "sort": 3, "multi": true, "includeAll": true, "allValue": ".+"},
        {"name": "job", "type": "query", "datasource": {"type": "prometheus", "uid": "p"},
         "query": " label_values(up, job) "}]}})x");
    ASSERT_EQ(dashboard.variables.size(), 2U);
    const auto& pod = dashboard.variables[0];
    EXPECT_EQ(pod.query.text, "query_result(up{job=\"a\"})");
    EXPECT_EQ(pod.regex, "/pod=\"(?<text>[^\"]+)/");
    EXPECT_EQ(pod.sort, Variable::Sort::numeric_asc);
    EXPECT_EQ(pod.all_value, ".+");
    EXPECT_EQ(pod.defaults, std::vector<std::string>{"*"});
    EXPECT_EQ(dashboard.variables[1].query.text, "label_values(up, job)");
}

TEST(GrafanaImportPromql, ArithmeticOfTheServerIsOneQuery) {
    constexpr std::string_view kTargets = R"x("targets": [
        {"refId": "A", "expr": "sum(a)", "hide": true}, {"refId": "B", "expr": "b", "hide": true},
        {"refId": "C", "datasource": {"type": "__expr__", "uid": "__expr__"}, "type": "math",
         "expression": "$A / ${B} * 100"}])x";
    const auto panel = only_panel(R"({"type": "stat", "datasource": {"type": "prometheus",
        "uid": "p"}, )" + std::string(kTargets) +
                                  "}");
    ASSERT_EQ(panel.queries.size(), 1U);
    EXPECT_EQ(panel.queries[0].name, "C");
    EXPECT_EQ(panel.queries[0].text, "(sum(a)) / (b) * 100");
    const auto other = only_panel(R"x({"type": "stat", "datasource": {"type": "prometheus",
        "uid": "p"}, "targets": [{"refId": "A", "expr": "a", "hide": true},
        {"refId": "B", "datasource": {"type": "__expr__"}, "type": "math",
         "expression": "abs($A)"}]})x");
    EXPECT_EQ(other.type, PanelType::text);
}

TEST(GrafanaImportSources, InputsStandForADefaultSourceOrTheOneThatWasChosen) {
    constexpr std::string_view kDocument = R"x({"title": "T", "__inputs": [
        {"name": "DS_P", "type": "datasource", "pluginId": "prometheus"}], "panels": [
        {"id": 1, "type": "stat", "datasource": "${DS_P}", "targets": [{"expr": "up"}]},
        {"id": 2, "type": "stat", "datasource": "mysql", "targets": [{"rawSql": "SELECT 1"}]}]})x";
    const auto open = imported(kDocument);
    EXPECT_EQ(open.panels[0].queries.at(0).source, "");
    EXPECT_EQ(open.panels[0].queries.at(0).source_type, "prometheus");
    EXPECT_EQ(open.panels[1].queries.at(0).source, "mysql");
    const auto chosen = import_grafana(with_inputs(parsed(kDocument).as_object(),
                                                   {{"DS_P", "metrics"}, {"mysql", "shop"}}))
                            .value();
    EXPECT_EQ(chosen.panels[0].queries.at(0).source, "metrics");
    EXPECT_EQ(chosen.panels[1].queries.at(0).source, "shop");
}

TEST(GrafanaImportSources, ASourceOfAnotherServerIsNotGuessed) {
    const ImportContext context{[](std::string_view name) {
        return name == "metrics" ? std::string("prometheus") : std::string();
    }};
    const auto panel = [&](std::string_view uid, std::string_view current) {
        return only_panel(R"({"type": "stat", "datasource": {"type": "prometheus", "uid": ")" +
                              std::string(uid) + R"("}, "targets": [{"expr": "up"}]})",
                          R"("templating": {"list": [{"name": "ds", "type": "datasource",
                              "query": "prometheus", "current": {"value": ")" +
                              std::string(current) + R"("}}]},)",
                          context);
    };
    EXPECT_EQ(panel("P1809F7", "").queries.at(0).source, "P1809F7");
    EXPECT_EQ(panel("$ds", "metrics").queries.at(0).source, "$ds");
}

TEST(GrafanaImportSources, AViewerChoosesAmongSourcesOfOneType) {
    const ImportContext context{[](std::string_view name) {
        return name == "metrics" ? std::string("prometheus") : std::string();
    }};
    const auto variable = [&](std::string_view current) {
        const auto dashboard =
            imported(R"({"title": "T", "templating": {"list": [{"name": "ds", "type": "datasource",
                "query": "prometheus", "regex": "/prod/", "current": {"value": ")" +
                         std::string(current) + R"("}}]}})",
                     nullptr, context);
        return dashboard.variables.at(0);
    };
    EXPECT_EQ(variable("metrics").type, Variable::Type::source);
    EXPECT_EQ(variable("metrics").source_type, "prometheus");
    EXPECT_EQ(variable("metrics").regex, "/prod/");
    EXPECT_EQ(variable("metrics").defaults, std::vector<std::string>{"metrics"});
    // What a picker of another server showed last is nothing to begin with here.
    EXPECT_TRUE(variable("P1809F7").defaults.empty());
}

TEST(GrafanaImportSources, SqlIsWrittenInTheWordsOfItsSource) {
    const auto text = [](std::string_view type, std::string_view sql) {
        return only_panel(R"({"type": "table", "datasource": {"type": ")" + std::string(type) +
                              R"(", "uid": "x"}, "targets": [{"rawSql": ")" + std::string(sql) +
                              R"("}]})",
                          R"("templating": {"list": [{"name": "p", "type": "custom",
                              "query": "a,b", "multi": true}, {"name": "t", "type": "textbox"}]},)")
            .queries.at(0)
            .text;
    };
    constexpr std::string_view kFilter = "SELECT 1 FROM t WHERE $__timeFilter(at) AND p IN ($p)";
    EXPECT_EQ(text("grafana-postgresql-datasource", kFilter),
              "SELECT 1 FROM t WHERE (at BETWEEN $from AND $to) AND p IN (SELECT unnest($p))");
    EXPECT_EQ(text("mysql", kFilter),
              "SELECT 1 FROM t WHERE (at BETWEEN CAST($from AS DATETIME(3)) AND CAST($to AS "
              "DATETIME(3))) AND p IN ($p)");
    constexpr std::string_view kGroup = "SELECT $__timeGroupAlias(at, '5m') FROM t";
    EXPECT_EQ(
        text("postgres", kGroup),
        "SELECT to_timestamp(floor((extract(epoch FROM at)) / 300) * 300) AS \"time\" FROM t");
    EXPECT_EQ(text("mysql", kGroup),
              "SELECT FROM_UNIXTIME(FLOOR((UNIX_TIMESTAMP(at)) / 300) * 300) AS `time` FROM t");
    // MySQL's texts in double quotes, with a backslash in them.
    EXPECT_EQ(text("mysql", R"(SELECT \"it\\\"s $t\" AS \"$t now\" -- $t)"),
              R"(SELECT CONCAT("it\"s ", $t) AS "t now" -- $t)");
}

TEST(GrafanaImportFields, TakesOverridesMappingsAndLinks) {
    const auto panel = only_panel(R"x({"type": "timeseries", "datasource": "d",
        "targets": [{"rawSql": "SELECT 1"}], "interval": "1m", "timeFrom": "6h",
        "timeShift": "1d", "maxDataPoints": 100,
        "links": [{"title": "Docs", "url": "https://example.com/?h=${node}", "targetBlank": true},
                  {"title": "Bad", "url": "javascript:alert(1)"}, {"title": "On", "url": "d/abc"}],
        "fieldConfig": {"defaults": {
            "mappings": [{"type": "value", "options": {"1": {"text": "up", "index": 1},
                          "0": {"text": "down", "color": "red", "index": 0}}},
                         {"type": "range", "options": {"from": null, "to": 5,
                          "result": {"text": "low"}}},
                         {"type": "special", "options": {"match": "null",
                          "result": {"text": "none"}}}],
            "custom": {"lineInterpolation": "smooth", "axisLabel": "out (-) / in (+)",
                       "stacking": {"mode": "percent", "group": "A"}, "spanNulls": 3600000}},
          "overrides": [
            {"matcher": {"id": "byRegexp", "options": "/.*Trans.*/"},
             "properties": [{"id": "custom.transform", "value": "negative-Y"},
                            {"id": "color", "value": {"mode": "fixed", "fixedColor": "#f00"}}]},
            {"matcher": {"id": "byNames", "options": {"mode": "exclude", "names": ["a"]}},
             "properties": [{"id": "custom.hideFrom", "value": {"viz": true}}]},
            {"matcher": {"id": "byName", "options": "Total"},
             "properties": [{"id": "custom.stacking", "value": {"mode": "normal", "group": false}}]},
            {"matcher": {"id": "byUnknown", "options": "x"},
             "properties": [{"id": "unit", "value": "s"}]}]}})x");
    EXPECT_EQ(json::value(panel.overrides), parsed(R"x([
        {"match": {"by": "regexp", "value": "/.*Trans.*/"},
         "set": {"color": {"mode": "fixed", "color": "#ff0000"}, "negative": "negative-Y"}},
        {"match": {"by": "names", "value": ["a"], "except": true},
         "set": {"hidden": true, "hide_in_tooltip": true}},
        {"match": {"by": "name", "value": "Total"}, "set": {"stack": false}}])x"));
    EXPECT_EQ(panel.options.at("mappings"), parsed(R"x([
        {"type": "value", "value": "0", "text": "down", "color": "red"},
        {"type": "value", "value": "1", "text": "up"}, {"type": "range", "to": 5.0, "text": "low"},
        {"type": "special", "match": "null", "text": "none"}])x"));
    EXPECT_EQ(panel.options.at("stack_mode"), "percent");
    EXPECT_EQ(panel.options.at("connect_up_to"), "3600000ms");
    EXPECT_EQ(panel.options.at("axis_label"), "out (-) / in (+)");
    ASSERT_EQ(panel.links.size(), 2U);
    EXPECT_EQ(panel.links[1].at("url"), "/d/abc");
    EXPECT_EQ(panel.interval, std::chrono::minutes(1));
    EXPECT_EQ(panel.time_from, std::chrono::hours(6));
    EXPECT_EQ(panel.time_shift, std::chrono::hours(24));
    EXPECT_EQ(panel.time_note, "Last 6h, 1d earlier");
}

TEST(GrafanaImportFields, AnOldGraphKeepsItsSeriesAndItsRightAxis) {
    const auto panel = only_panel(R"x({"type": "graph", "datasource": "d",
        "targets": [{"rawSql": "SELECT 1"}], "fill": 2, "linewidth": 3, "decimals": 2,
        "aliasColors": {"idle": "#052B51"}, "legend": {"show": true, "values": true, "avg": true,
        "alignAsTable": true, "rightSide": true}, "yaxes": [{"format": "bytes", "min": "0",
        "label": "Bytes"}, {"format": "percent", "max": 100}],
        "seriesOverrides": [{"alias": "/Trans/", "transform": "negative-Y", "yaxis": 2,
                             "stack": false, "fill": 0}],
        "thresholds": [{"op": "gt", "value": 10, "colorMode": "critical", "line": true}]})x");
    EXPECT_EQ(json::value(panel.overrides), parsed(R"x([
        {"match": {"by": "name", "value": "idle"},
         "set": {"color": {"mode": "fixed", "color": "#052B51"}}},
        {"match": {"by": "regexp", "value": "/Trans/"},
         "set": {"unit": "percent", "max": 100.0, "fill": 0.0, "axis": "right", "stack": false,
                 "negative": "negative-Y"}}])x"));
    EXPECT_EQ(panel.options.at("unit"), "bytes");
    EXPECT_EQ(panel.options.at("fill"), 0.2);
    EXPECT_EQ(panel.options.at("legend_mode"), "table");
    EXPECT_EQ(panel.options.at("legend_placement"), "right");
    EXPECT_EQ(panel.options.at("legend_calcs"), parsed(R"(["mean"])"));
    EXPECT_EQ(panel.options.at("thresholds_style"), "line");
}

TEST(GrafanaImportFields, AnOldTableKeepsItsStyles) {
    const auto panel = only_panel(R"x({"type": "table", "datasource": "d",
        "targets": [{"rawSql": "SELECT 1"}], "transform": "table", "styles": [
        {"pattern": "/.*/", "unit": "short", "decimals": 1, "type": "number"},
        {"pattern": "Time", "type": "date", "dateFormat": "YYYY-MM-DD", "alias": "When"},
        {"pattern": "/secret.*/", "type": "hidden"},
        {"pattern": "load", "colorMode": "cell", "thresholds": ["1", "2"],
         "colors": ["green", "orange", "red"]}]})x");
    EXPECT_EQ(panel.type, PanelType::table);
    EXPECT_EQ(panel.options.at("decimals"), 1);
    ASSERT_EQ(panel.overrides.size(), 3U);
    EXPECT_EQ(panel.overrides[0].at("set"),
              parsed(R"({"unit": "time: YYYY-MM-DD", "display_name": "When"})"));
    EXPECT_EQ(panel.overrides[1].at("set"), parsed(R"({"hidden": true})"));
    EXPECT_EQ(panel.overrides[2].at("set").at("cell"), parsed(R"({"type": "color-background"})"));
    EXPECT_EQ(panel.overrides[2].at("set").at("thresholds").as_array().size(), 3U);
}

TEST(GrafanaImportPanels, ShowsAnotherPanelsDataAndLibraryPanels) {
    const auto dashboard = imported(R"x({"title": "T",
        "__elements": {"lib": {"name": "L", "uid": "lib", "model": {"type": "stat", "title": "L",
            "datasource": "d", "targets": [{"refId": "A", "rawSql": "SELECT 7"}]}}},
        "panels": [
        {"id": 1, "type": "timeseries", "datasource": "d",
         "targets": [{"refId": "A", "rawSql": "SELECT 1"}, {"refId": "B", "rawSql": "SELECT 2"}],
         "transformations": [{"id": "merge", "options": {}}]},
        {"id": 2, "type": "table", "datasource": {"uid": "-- Dashboard --", "type": "datasource"},
         "targets": [{"panelId": 1, "refId": "A", "withTransforms": true}]},
        {"id": 3, "gridPos": {"x": 0, "y": 9, "w": 4, "h": 4},
         "libraryPanel": {"uid": "lib", "name": "L"}}]})x");
    EXPECT_EQ(dashboard.panel(2)->queries.size(), 2U);
    EXPECT_EQ(dashboard.panel(2)->transformations.size(), 1U);
    EXPECT_EQ(dashboard.panel(3)->type, PanelType::stat);
    EXPECT_EQ(dashboard.panel(3)->queries.at(0).text, "SELECT 7");
    EXPECT_EQ(dashboard.panel(3)->grid.w, 4);
}

TEST(GrafanaImportPanels, RepeatsForAVariableThatIsThere) {
    const auto dashboard = imported(R"x({"title": "T", "templating": {"list": [
        {"name": "host", "type": "custom", "query": "a,b", "multi": true}]}, "panels": [
        {"id": 1, "type": "row", "repeat": "host", "title": "Of $host", "panels": []},
        {"id": 2, "type": "stat", "repeat": "host", "repeatDirection": "v", "maxPerRow": 2,
         "datasource": "d", "targets": [{"rawSql": "SELECT 1 FROM t WHERE h IN ($host)"}]},
        {"id": 3, "type": "text", "repeat": "gone"}]})x");
    ASSERT_TRUE(dashboard.panel(1)->repeat);
    EXPECT_EQ(dashboard.panel(1)->repeat->variable, "host");
    EXPECT_FALSE(dashboard.panel(3)->repeat);
    ASSERT_TRUE(dashboard.panel(2)->repeat);
    EXPECT_TRUE(dashboard.panel(2)->repeat->down);
    EXPECT_EQ(dashboard.panel(2)->repeat->max_per_row, 2);
}

}  // namespace
}  // namespace casement::dashboards
