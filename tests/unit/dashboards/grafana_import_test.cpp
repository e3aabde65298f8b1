#include "dashboards/importers/grafana.h"
#include "dashboards/limits.h"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::dashboards {
namespace {

Dashboard imported(std::string_view text, ImportReport* report = nullptr) {
    return import_grafana(parse_json(text).value().as_object(), report).value();
}

/// A dashboard of one panel at the given place of the document.
std::string with_panel(std::string_view panel, std::string_view more = "") {
    return R"({"title": "T", )" + std::string(more) + R"("panels": [)" + std::string(panel) + "]}";
}

constexpr std::string_view kOrders =
    R"("targets": [{"refId": "A", "rawSql": "SELECT a FROM t", "format": "table"}])";

Panel only_panel(const std::string& panel, ImportReport* report = nullptr) {
    auto dashboard = imported(with_panel(panel), report);
    EXPECT_EQ(dashboard.panels.size(), 1U);
    return dashboard.panels.empty() ? Panel{} : dashboard.panels.front();
}

Panel of_type(std::string_view type, std::string_view more = "", ImportReport* report = nullptr) {
    return only_panel(R"({"id": 3, "type": ")" + std::string(type) + "\", " + std::string(kOrders) +
                          (more.empty() ? "" : ", ") + std::string(more) + "}",
                      report);
}

/// Of one subject, in order; "kind: sentence".
std::vector<std::string> notes(const ImportReport& report, std::string_view subject) {
    std::vector<std::string> found;
    for (const auto& note : report) {
        if (note.subject != subject) continue;
        const std::string kind = note.kind == ImportNote::Kind::taken     ? "taken: "
                                 : note.kind == ImportNote::Kind::changed ? "changed: "
                                                                          : "left out: ";
        found.push_back(kind + note.sentence);
    }
    return found;
}
using Notes = std::vector<std::string>;

TEST(GrafanaImport, TakesWhatIsSaidOfTheWholeDashboard) {
    ImportReport report;
    const auto dashboard = imported(R"({"title": "Orders", "description": "Of the shop",
        "tags": ["a", 7, "b"], "timezone": "utc", "refresh": "1m",
        "time": {"from": "now-6h", "to": "now"}, "timepicker": {"hidden": true},
        "annotations": {"list": [{"builtIn": 1}]}, "panels": []})",
                                    &report);
    EXPECT_EQ(dashboard.title, "Orders");
    EXPECT_EQ(dashboard.description, "Of the shop");
    EXPECT_EQ(dashboard.tags, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(dashboard.timezone, "UTC");
    EXPECT_EQ(dashboard.refresh, std::chrono::seconds(60));
    EXPECT_EQ(dashboard.time.span, "6h");
    EXPECT_FALSE(dashboard.time_selectable);
    EXPECT_TRUE(report.empty());
}

TEST(GrafanaImport, ReadsTheTimeRange) {
    const auto span = [](std::string_view from, std::string_view to) {
        return imported(R"({"title": "T", "time": {"from": ")" + std::string(from) +
                        R"(", "to": ")" + std::string(to) + "\"}}")
            .time.span;
    };
    EXPECT_EQ(span("now-24h", "now"), "1d");
    EXPECT_EQ(span("now-3h", "now"), "3h");
    EXPECT_EQ(span("now-7d", "now"), "1w");
    EXPECT_EQ(span("now-1M", "now"), "1mo");
    EXPECT_EQ(span("now-1y", "now"), "1y");
    EXPECT_EQ(span("now-2y", "now"), "730d");
    EXPECT_EQ(span("now/d", "now/d"), "1d");
    EXPECT_EQ(span("now-6h", "now-1h"), "6h");
    EXPECT_EQ(span("now-007h", "now"), "7h");
    EXPECT_EQ(span("yesterday", "now"), "6h");
    EXPECT_EQ(span("now-99999y", "now"), "6h");
    const auto fixed = imported(
        R"({"title": "T", "time": {"from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z"}})");
    EXPECT_EQ(fixed.time.span, "");
    EXPECT_EQ(fixed.time.from, parse_rfc3339("2026-01-01T00:00:00Z"));
    ImportReport report;
    EXPECT_TRUE(
        imported(R"({"title": "T", "time": {"from": "now/w", "to": "now"}})", &report).time.span ==
        "1w");
    EXPECT_EQ(notes(report, "").size(), 1U);
}

TEST(GrafanaImport, TakesATimeSeries) {
    ImportReport report;
    const auto panel = only_panel(R"({"id": 7, "type": "timeseries", "title": "Orders",
        "gridPos": {"x": 12, "y": 4, "w": 12, "h": 8}, "datasource": {"type": "x", "uid": "shop"},
        "targets": [
            {"refId": "A", "rawSql": "SELECT $__timeGroup(at, '1h') AS time, n FROM t"},
            {"refId": "B", "rawSql": "SELECT 2", "hide": true}],
        "options": {"legend": {"showLegend": false}},
        "fieldConfig": {"defaults": {"unit": "reqps", "decimals": 1, "min": 0, "max": 10,
            "color": {"mode": "fixed", "fixedColor": "dark-red"},
            "thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": null},
                                                         {"color": "#f00", "value": 5}]},
            "custom": {"drawStyle": "bars", "fillOpacity": 20, "lineWidth": 2, "spanNulls": true,
                       "thresholdsStyle": {"mode": "line"}, "stacking": {"mode": "normal"}}},
            "overrides": []}})",
                                  &report);
    EXPECT_EQ(panel.id, 7);
    EXPECT_EQ(panel.type, PanelType::timeseries);
    EXPECT_EQ(panel.title, "Orders");
    EXPECT_EQ(panel.grid.x, 12);
    EXPECT_EQ(panel.grid.y, 4);
    ASSERT_EQ(panel.queries.size(), 1U);
    EXPECT_EQ(panel.queries[0].name, "A");
    EXPECT_EQ(panel.queries[0].source, "shop");
    EXPECT_TRUE(panel.queries[0].loose_source);
    EXPECT_EQ(panel.queries[0].text,
              "SELECT make_timestamp(CAST(floor((epoch(at)) / 3600) * 3600 * 1000000 AS BIGINT)) "
              "AS time, n FROM t");
    EXPECT_EQ(panel.options, parse_json(R"({"style": "bars", "fill": 0.2, "line_width": 2.0,
        "stack": true, "null_as": "connect", "series_column": "metric", "legend": false,
        "unit": "reqps", "decimals": 1, "min": 0.0, "max": 10.0,
        "color": {"mode": "fixed", "color": "#c4162a"}, "thresholds_style": "line",
        "thresholds": [{"value": null, "color": "green"}, {"value": 5.0, "color": "#ff0000"}]})")
                                 .value()
                                 .as_object());
    EXPECT_EQ(notes(report, "panel 7"), Notes{"taken: Shown as timeseries."});
}

TEST(GrafanaImport, TakesOtherPanels) {
    const auto stat = of_type("stat", R"("options": {"graphMode": "none", "colorMode": "background",
        "reduceOptions": {"calcs": ["mean"], "fields": "/^total$/"}})");
    EXPECT_EQ(stat.type, PanelType::stat);
    EXPECT_EQ(stat.options.at("reduce"), "mean");
    EXPECT_EQ(stat.options.at("value_column"), "total");
    EXPECT_EQ(stat.options.at("sparkline"), false);
    EXPECT_EQ(stat.options.at("color_mode"), "background");
    EXPECT_EQ(of_type("gauge").type, PanelType::gauge);
    EXPECT_EQ(of_type("bargauge", R"("options": {"reduceOptions": {"values": true}})").type,
              PanelType::bargauge);
    const auto bars = of_type("barchart", R"("options": {"xField": "day",
        "orientation": "horizontal", "stacking": "normal"})");
    EXPECT_EQ(bars.type, PanelType::barchart);
    EXPECT_EQ(bars.options.at("label_column"), "day");
    EXPECT_EQ(bars.options.at("orientation"), "horizontal");
    EXPECT_EQ(bars.options.at("stack"), true);
    EXPECT_EQ(of_type("piechart", R"("options": {"reduceOptions": {"values": true}})").type,
              PanelType::piechart);
    EXPECT_EQ(of_type("state-timeline").type, PanelType::state_timeline);
    EXPECT_EQ(of_type("heatmap").type, PanelType::heatmap);
    const auto table = of_type("table", R"("options": {"sortBy": [{"displayName": "a",
        "desc": true}]})");
    EXPECT_EQ(table.type, PanelType::table);
    EXPECT_EQ(table.options.at("sort").at("direction"), "desc");
}

TEST(GrafanaImport, TakesPanelsOfOldTypes) {
    const auto graph = of_type("graph", R"("bars": true, "lines": false, "stack": true, "fill": 3,
        "nullPointMode": "null as zero", "legend": {"show": false},
        "yaxes": [{"format": "ms", "min": "0", "max": null}])");
    EXPECT_EQ(graph.type, PanelType::timeseries);
    EXPECT_EQ(graph.options.at("style"), "bars");
    EXPECT_EQ(graph.options.at("fill"), 1.0);
    EXPECT_EQ(graph.options.at("unit"), "ms");
    EXPECT_EQ(graph.options.at("null_as"), "zero");
    EXPECT_EQ(graph.options.at("legend"), false);
    const auto single = of_type("singlestat", R"x("valueName": "current", "format": "percent",
        "thresholds": "10, 20", "colorValue": true,
        "colors": ["#299c46", "rgba(237, 129, 40, 0.89)", "#d44a3a"])x");
    EXPECT_EQ(single.type, PanelType::stat);
    EXPECT_EQ(single.options.at("reduce"), "last");
    EXPECT_EQ(json::serialize(single.options.at("thresholds")),
              R"([{"value":null,"color":"#299c46"},{"value":1E1,"color":"#ed8128e3"},)"
              R"({"value":2E1,"color":"#d44a3a"}])");
    EXPECT_EQ(of_type("table-old", R"("transform": "table")").type, PanelType::table);
    const auto aggregated = of_type("table-old", R"("transform": "timeseries_aggregations",
        "columns": [{"value": "avg"}, {"value": "current"}])");
    EXPECT_EQ(json::serialize(aggregated.transformations),
              R"([{"id":"reduce","options":{"reducers":["mean","lastNotNull"],)"
              R"("includeTimeField":false}}])");
}

TEST(GrafanaImport, SaysQuietlyWhatIsNotShown) {
    const auto refused = [](const std::string& panel) {
        ImportReport report;
        const auto shown = only_panel(panel, &report);
        EXPECT_EQ(shown.type, PanelType::text);
        EXPECT_TRUE(shown.queries.empty());
        EXPECT_EQ(shown.markdown, "*This panel cannot be shown here.*");
        const auto why = notes(report, "panel 1");
        return why.empty() ? std::string() : why.back();
    };
    EXPECT_EQ(refused(R"({"type": "logs", "targets": [{"expr": "{app=\"a\"}"}],
                          "datasource": {"type": "loki", "uid": "l"}})"),
              "left out: Its query is for a source of type \"loki\", which cannot be asked here.");
    EXPECT_EQ(refused(R"({"type": "table", "targets": [{"rawSql": "SELECT a FROM $host"}]})"),
              "left out: Line 1: \"$host\" is not one of the dashboard's variables.");
    EXPECT_EQ(refused(R"({"type": "table", "targets": []})"),
              "left out: It has no query of its own.");
    EXPECT_EQ(refused(R"({"type": "table", "targets": [{"rawSql": "SELECT 1"}],
                          "transformations": [{"id": "no"}]})"),
              "left out: Its data goes through the step \"no\", which is not done here.");
    EXPECT_EQ(refused(R"({"type": "stat", "targets": [{"rawSql": "SELECT 1 AS metric, 2"}]})"),
              "left out: It shows a number for each series of one query.");
    EXPECT_EQ(refused(R"({"type": "table", "targets": [{"rawSql": "DROP TABLE t"}]})"),
              "left out: Its query is neither SQL nor PromQL.");
    EXPECT_EQ(refused(R"({"type": "table", "targets": [{"rawSql": "SELECT 1", "hide": true}]})"),
              "left out: All of its queries are switched off.");
    EXPECT_EQ(refused(R"({"type": "table", "targets": [{"rawSql": "SELECT 1"}],
                          "datasource": "-- Dashboard --"})"),
              "left out: It asks \"-- Dashboard --\", which is a part of Grafana and no source of "
              "data here.");
    EXPECT_EQ(only_panel(R"({"type": "flame-graph"})").markdown,
              "*This flame graph panel cannot be drawn here yet.*");
    EXPECT_EQ(only_panel(R"({"type": "alertlist"})").markdown, "*Alerts are not kept here.*");
    EXPECT_EQ(only_panel(R"({"type": "<b>*x*"})").markdown,
              "*This unknown panel cannot be drawn here yet.*");
}

TEST(GrafanaImport, ShowsTextsAndNeverHtml) {
    EXPECT_EQ(only_panel(R"({"type": "text", "options": {"mode": "markdown", "content": "# A"}})")
                  .markdown,
              "# A");
    EXPECT_EQ(only_panel(R"({"type": "text", "mode": "markdown", "content": "old"})").markdown,
              "old");
    EXPECT_EQ(only_panel(R"({"type": "text", "options": {"mode": "html", "content":
                  "<h1>A &amp; B</h1><script>alert(1)</script><p onclick=x>*c* <i>d</i>"}})")
                  .markdown,
              "\n\nA \\& B\n\n\\*c\\* d");
    EXPECT_EQ(
        only_panel(R"({"type": "text", "options": {"mode": "code", "content": "a```b"}})").markdown,
        "````\na```b\n````");
}

TEST(GrafanaImport, OpensRowsAndKeepsTheirPlaces) {
    const auto dashboard = imported(R"({"title": "T", "panels": [
        {"id": 1, "type": "row", "title": "Closed", "collapsed": true,
         "gridPos": {"x": 0, "y": 0, "w": 24, "h": 1}, "panels": [
            {"id": 2, "type": "text", "gridPos": {"x": 0, "y": 21, "w": 24, "h": 4}},
            {"id": 3, "type": "text", "gridPos": {"x": 6, "y": 25, "w": 6, "h": 2}}]},
        {"id": 4, "type": "row", "title": "Open", "gridPos": {"x": 0, "y": 1, "w": 24, "h": 1}},
        {"id": 5, "type": "text", "gridPos": {"x": 0, "y": 2, "w": 24, "h": 4}}]})");
    ASSERT_EQ(dashboard.panels.size(), 5U);
    const auto y_of = [&](int id) { return dashboard.panel(id)->grid.y; };
    EXPECT_EQ(dashboard.panel(1)->title, "Closed");
    EXPECT_EQ(dashboard.panel(1)->type, PanelType::row);
    EXPECT_TRUE(dashboard.panel(1)->collapsed);
    EXPECT_FALSE(dashboard.panel(4)->collapsed);
    EXPECT_EQ(dashboard.panel(1)->grid.h, 1);
    EXPECT_EQ(y_of(1), 0);
    EXPECT_EQ(y_of(2), 1);
    EXPECT_EQ(y_of(3), 5);
    EXPECT_EQ(y_of(4), 7);
    EXPECT_EQ(y_of(5), 8);
}

TEST(GrafanaImport, LaysOutRowsOfOldDocuments) {
    const auto dashboard = imported(R"({"title": "T", "schemaVersion": 12, "rows": [
        {"title": "One", "showTitle": true, "height": "250px", "panels": [
            {"id": 1, "type": "text", "span": 8}, {"id": 2, "type": "text", "span": 4},
            {"type": "text", "span": 12, "height": 100}]},
        {"repeatIteration": null, "panels": [{"id": 1, "type": "text"}]},
        {"repeatIteration": 1500000000000, "panels": [{"id": 9, "type": "text"}]}]})");
    ASSERT_EQ(dashboard.panels.size(), 6U);
    EXPECT_EQ(dashboard.panels[0].title, "One");
    EXPECT_EQ(dashboard.panels[0].type, PanelType::row);
    const auto expect_grid = [&](std::size_t i, int x, int y, int w, int h) {
        const auto& grid = dashboard.panels[i].grid;
        EXPECT_EQ(std::vector({grid.x, grid.y, grid.w, grid.h}), std::vector({x, y, w, h})) << i;
    };
    expect_grid(1, 0, 1, 16, 7);
    expect_grid(2, 16, 1, 8, 7);
    expect_grid(3, 0, 8, 24, 3);
    expect_grid(4, 0, 11, 24, 1);
    expect_grid(5, 0, 12, 8, 7);
}

TEST(GrafanaImport, KeepsIdsThatArePlainAndGivesTheOthersNewOnes) {
    const auto dashboard = imported(R"({"title": "T", "panels": [
        {"id": 7, "type": "text"}, {"id": 7, "type": "text"}, {"type": "text"},
        {"id": -1, "type": "text"}, {"id": 1000000, "type": "text"}, {"id": "x", "type": "text"}]})");
    std::set<int> ids;
    for (const auto& panel : dashboard.panels) {
        EXPECT_GE(panel.id, 1);
        EXPECT_LE(panel.id, 1'000'000);
        ids.insert(panel.id);
    }
    EXPECT_EQ(ids.size(), 6U);
    EXPECT_EQ(dashboard.panels[0].id, 7);
    EXPECT_NE(dashboard.panel(1'000'000), nullptr);
}

constexpr std::string_view kVariables = R"x({"title": "T", "templating": {"list": [
    {"name": "host", "type": "query", "query": "SELECT DISTINCT h AS __text, id AS __value FROM t;",
     "multi": true, "includeAll": true, "current": {"value": ["$__all"]}, "datasource": "${ds}"},
    {"name": "env", "type": "custom", "query": "Live : prod, dev\\,2", "label": "Stage",
     "current": {"value": "dev,2"}},
    {"name": "interval", "type": "interval", "query": "1m,1h", "auto": true,
     "current": {"value": "$__auto_interval_interval"}},
    {"name": "word", "type": "textbox", "query": "x", "current": {"value": "y"}, "hide": 2},
    {"name": "table", "type": "constant", "query": "t1", "hide": 2},
    {"name": "later", "type": "query", "query": "SELECT a FROM t WHERE h IN ($host)"},
    {"name": "up", "type": "query", "query": "label_values(up, job)"},
    {"name": "free", "type": "adhoc"}, {"name": "bad name", "type": "custom", "query": "a"},
    {"name": "none", "type": "query", "query": "SELECT 1"},
    {"name": "ds", "type": "datasource", "query": "x", "current": {"value": "shop-uid"}}]},
    "panels": [
    {"id": 1, "type": "table", "datasource": {"uid": "$ds"}, "targets": [{"refId": "A",
     "rawSql": "SELECT $__timeGroup(at, $interval) FROM t WHERE h IN ($host) AND w = '$word'"}]},
    {"id": 2, "type": "table", "datasource": {"uid": "${other}"},
     "targets": [{"rawSql": "SELECT 1"}]}]})x";

TEST(GrafanaImport, TakesVariables) {
    ImportReport report;
    const auto dashboard = imported(kVariables, &report);
    std::vector<std::string> names;
    for (const auto& variable : dashboard.variables)
        names.push_back(variable.name);
    EXPECT_EQ(names, (std::vector<std::string>{"host", "env", "interval", "word", "table", "later",
                                               "none"}));
    const auto& host = *dashboard.variable("host");
    EXPECT_EQ(host.type, Variable::Type::query);
    EXPECT_EQ(host.query.source, "shop-uid");
    EXPECT_EQ(host.query.text,
              "SELECT \"__value\", \"__text\" FROM (\nSELECT DISTINCT h AS __text, "
              "id AS __value FROM t\n) AS choices");
    EXPECT_TRUE(host.multi && host.include_all);
    EXPECT_EQ(host.defaults, std::vector<std::string>{"*"});
    const auto& env = *dashboard.variable("env");
    EXPECT_EQ(env.label, "Stage");
    ASSERT_EQ(env.choices.size(), 2U);
    EXPECT_EQ(env.choices[0].value, "prod");
    EXPECT_EQ(env.choices[0].label, "Live");
    EXPECT_EQ(env.choices[1].value, "dev,2");
    EXPECT_EQ(env.defaults, std::vector<std::string>{"dev,2"});
    const auto& interval = *dashboard.variable("interval");
    EXPECT_EQ(interval.type, Variable::Type::interval);
    EXPECT_TRUE(interval.automatic.has_value());
    EXPECT_EQ(interval.defaults, std::vector<std::string>{"auto"});
    EXPECT_EQ(interval.parameter_name(), "interval_1");
    const auto& word = *dashboard.variable("word");
    EXPECT_EQ(word.type, Variable::Type::text);
    EXPECT_EQ(word.defaults, std::vector<std::string>{"y"});
    EXPECT_TRUE(word.hidden);
    EXPECT_EQ(dashboard.variable("table")->type, Variable::Type::constant);
    EXPECT_EQ(dashboard.variable("table")->defaults, std::vector<std::string>{"t1"});
    EXPECT_TRUE(dashboard.variable("none")->first_choice);
    EXPECT_EQ(dashboard.variable("later")->query.text,
              "SELECT a FROM t WHERE h IN (SELECT unnest($host))");
    EXPECT_EQ(notes(report, "variable up"),
              Notes{"left out: Its query is neither SQL nor PromQL."});
    EXPECT_EQ(notes(report, "variable free").size(), 1U);
    EXPECT_EQ(notes(report, "variable bad name").size(), 1U);

    ASSERT_EQ(dashboard.panels[0].queries.size(), 1U);
    EXPECT_EQ(dashboard.panels[0].queries[0].source, "shop-uid");
    EXPECT_NE(dashboard.panels[0].queries[0].text.find("replace($interval_1, 'M', 'mon')"),
              std::string::npos);
    ASSERT_EQ(dashboard.panels[1].queries.size(), 1U);
    EXPECT_EQ(dashboard.panels[1].queries[0].source, "");
    EXPECT_TRUE(dashboard.panels[1].queries[0].loose_source);
}

TEST(GrafanaImport, LeavesOutVariablesThatWouldOfferMoreThanTheirAuthorMeant) {
    ImportReport report;
    const auto dashboard = imported(R"x({"title": "T", "templating": {"list": [
        {"name": "a", "type": "query", "datasource": "d", "query": "SELECT 1",
         "regex": "/(?<=x)y/"},
        {"name": "b", "type": "query", "datasource": "d", "query": "SELECT 1",
         "regex": "/^(?!x).*/"},
        {"name": "ds", "type": "datasource", "query": "prometheus", "regex": "(a)\\1"}]},
        "panels": [{"id": 1, "type": "table", "datasource": "d",
                    "targets": [{"rawSql": "SELECT '$a'"}]}]})x",
                                    &report);
    ASSERT_EQ(dashboard.variables.size(), 1U);
    EXPECT_EQ(dashboard.variables[0].name, "b");
    EXPECT_EQ(notes(report, "variable a").size(), 1U);
    EXPECT_EQ(notes(report, "variable ds").size(), 1U);
    EXPECT_EQ(dashboard.panels[0].type, PanelType::text);
}

TEST(GrafanaImport, ReadsVariablesThatNameOnesFurtherDown) {
    ImportReport report;
    const auto dashboard = imported(R"x({"title": "T", "templating": {"list": [
        {"name": "c", "type": "query", "datasource": "d", "query": "SELECT '$b', '$c1'"},
        {"name": "b", "type": "query", "datasource": "$ds", "query": {"rawSql": "SELECT '$a'"}},
        {"name": "a", "type": "custom", "query": "x,y"}, {"name": "c1", "type": "textbox"},
        {"name": "ds", "type": "datasource", "query": "grafana-postgresql-datasource"}]}})x",
                                    &report);
    std::string names;
    for (const auto& variable : dashboard.variables)
        names += variable.name + " ";
    EXPECT_EQ(names, "c b a c1 ds ");
    EXPECT_NE(dashboard.variables[0].query.text.find("$b"), std::string::npos);
}

TEST(GrafanaImport, TellsOfVariablesThatFollowFromThemselves) {
    ImportReport report;
    const auto dashboard = imported(R"x({"title": "T", "templating": {"list": [
        {"name": "a", "type": "query", "datasource": "d", "query": "SELECT '$b'"},
        {"name": "b", "type": "query", "datasource": "d", "query": "SELECT '$a'"}]}})x",
                                    &report);
    // The first of two cannot name one that comes behind it.
    EXPECT_LE(dashboard.variables.size(), 2U);
    std::size_t told = 0;
    for (const auto& note : report)
        told += note.kind == ImportNote::Kind::left_out ? 1 : 0;
    EXPECT_GE(told, 1U);
}

TEST(GrafanaImport, BindsNamesThatDifferByCaseAlone) {
    const auto dashboard = imported(R"({"title": "T", "templating": {"list": [
        {"name": "Host", "type": "textbox"}, {"name": "host", "type": "textbox"},
        {"name": "9a", "type": "textbox"}]}})");
    ASSERT_EQ(dashboard.variables.size(), 3U);
    EXPECT_EQ(dashboard.variables[0].parameter_name(), "Host");
    EXPECT_EQ(dashboard.variables[1].parameter_name(), "host_1");
    EXPECT_EQ(dashboard.variables[2].parameter_name(), "v_9a");
}

TEST(GrafanaImport, UnwrapsResourcesAndRefusesWhatIsNone) {
    EXPECT_EQ(
        imported(R"({"apiVersion": "v1", "kind": "Dashboard", "spec": {"title": "In"}})").title,
        "In");
    EXPECT_EQ(imported(R"({"dashboard": {"title": "In"}, "meta": {}})").title, "In");
    const auto bare = bare_grafana(parse_json(R"({"apiVersion": "dashboard.grafana.app/v1beta1",
        "kind": "Dashboard", "metadata": {"name": "its-uid"}, "spec": {"title": "In"}})")
                                       .value()
                                       .as_object());
    EXPECT_EQ(json::value(bare), parse_json(R"({"title": "In", "uid": "its-uid"})").value());
    EXPECT_EQ(bare_grafana(bare), bare);
    for (const std::string_view newer :
         {R"({"title": "x", "elements": {}, "layout": {"kind": "GridLayout"}})",
          R"({"apiVersion": "dashboard.grafana.app/v2beta1", "kind": "Dashboard", "metadata": {},
              "spec": {"title": "x", "elements": {}, "layout": {}}})"}) {
        const auto refused = import_grafana(parse_json(newer).value().as_object());
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, "invalid_dashboard");
        EXPECT_NE(refused.error().message.find("choose \"Classic\""), std::string::npos);
    }
    for (const std::string_view text :
         {"{}", R"({"widgets": []})", R"({"spec": {"title": "x"}})"}) {
        const auto refused = import_grafana(parse_json(text).value().as_object());
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(refused.error().code, "invalid_dashboard");
    }
}

TEST(GrafanaImport, StaysWithinTheSizesOfADashboard) {
    std::string panels;
    for (int i = 0; i < 600; ++i)
        panels += R"({"type": "text"},)";
    ImportReport report;
    const auto dashboard = imported(with_panel(panels + R"({"type": "text"})"), &report);
    EXPECT_EQ(dashboard.panels.size(), static_cast<std::size_t>(kMaxPanels));
    EXPECT_EQ(notes(report, "").size(), 1U);
    const auto deep = of_type("stat", R"("title": ")" + std::string(500, 'x') + "\"");
    EXPECT_EQ(deep.title.size(), 200U);
}

/// What a panel takes is declared; an importer that writes anything else would show it in a page.
TEST(GrafanaImport, WritesOptionsThatTheirPanelsTake) {
    EXPECT_TRUE(rc::check("odd values anywhere", [] {
        const auto odd = [] {
            return *rc::gen::element<std::string>(
                "null", "true", "-1", "1e300", "\"x\"", "\"\"", "[]", "{}", "[{}]", "[null, 7]",
                R"({"mode": 5})", R"("/^a$/")", R"x("rgba(1,2,3)")x", "0", "10", "999999999999");
        };
        const auto type = *rc::gen::element<std::string>("timeseries", "stat", "gauge", "bargauge",
                                                         "barchart", "piechart", "table", "graph",
                                                         "singlestat", "table-old", "text");
        std::string text = R"({"title": "T", "panels": [{"type": ")" + type +
                           R"(", "targets": [{"rawSql": "SELECT 1"}])";
        for (const std::string_view name :
             {"id", "title", "gridPos", "stack", "fill", "linewidth", "yaxes", "legend",
              "thresholds", "colors", "decimals", "format", "sparkline", "tableColumn"}) {
            if (*rc::gen::arbitrary<bool>()) text += ",\"" + std::string(name) + "\": " + odd();
        }
        text += R"(, "options": {"legend": )" + odd() + R"(, "reduceOptions": {"calcs": )" + odd() +
                R"(, "fields": )" + odd() + R"(}, "sortBy": )" + odd() + R"(, "xField": )" + odd() +
                R"(}, "fieldConfig": {"overrides": )" + odd() + R"(, "defaults": {"unit": )" +
                odd() + R"(, "min": )" + odd() + R"(, "max": )" + odd() + R"(, "decimals": )" +
                odd() + R"(, "color": )" + odd() + R"(, "thresholds": {"mode": "percentage",
                "steps": [{"color": "red", "value": )" +
                odd() + R"(}]}, "custom": {"fillOpacity": )" + odd() + R"(, "lineWidth": )" +
                odd() + R"(, "spanNulls": )" + odd() + "}}}}]}";
        const auto dashboard = import_grafana(parse_json(text).value().as_object());
        RC_ASSERT(dashboard.has_value());
        for (const auto& panel : dashboard->panels) {
            const auto wrong = check(panel.options, options_shape(panel.type));
            if (wrong) RC_LOG() << text << "\n" << wrong->message;
            RC_ASSERT(!wrong);
            RC_ASSERT(panel.grid.x >= 0 && panel.grid.w >= 1 && panel.grid.x + panel.grid.w <= 24);
            RC_ASSERT(panel.grid.y >= 0 && panel.grid.h >= 1 && panel.grid.h <= 100);
            RC_ASSERT((panel.type == PanelType::text) == panel.queries.empty());
        }
    }));
}

}  // namespace
}  // namespace casement::dashboards
