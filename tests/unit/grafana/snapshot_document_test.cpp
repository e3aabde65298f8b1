// Snapshots as Grafana's front end sends them, and the addresses that open them.
#include "dialects/grafana/snapshot_document.h"

#include "base/shape.h"
#include "dialects/grafana/page_reader.h"
#include "dialects/grafana/snapshot_target.h"

#include <gtest/gtest.h>

namespace casement::grafana {
namespace {

const Time kNow = parse_rfc3339("2026-03-11T18:30:00Z").value();

json::object parsed(std::string_view text) {
    return parse_json(text).value().as_object();
}

/// A dashboard with the word SECRET wherever a query, a source or a link may stand.
json::object full() {
    return parsed(R"({
        "id": 7, "uid": "abc", "title": "Sales", "schemaVersion": 39, "SECRET": 1,
        "__proto__": {"expr": "SECRET"}, "gnetId": "SECRET", "links": [{"url": "/?t=SECRET"}],
        "snapshot": {"originalUrl": "https://grafana.example/d/abc?auth_token=SECRET"},
        "__inputs": [{"value": "SECRET"}], "__requires": [{"id": "SECRET"}],
        "time": {"from": "now-6h", "to": "now"},
        "annotations": {"list": [{"datasource": "SECRET", "expr": "SECRET", "iconColor": "red"}]},
        "templating": {"list": [
            {"name": "region", "type": "query", "label": "Region", "query": "SECRET",
             "definition": "SECRET", "datasource": {"uid": "SECRET"}, "regex": "SECRET",
             "current": {"text": ["EU", "US"], "value": ["SECRET", "b"]},
             "options": [{"text": "SECRET", "value": "SECRET"}]},
            {"name": "DS", "type": "datasource", "current": {"text": "SECRET", "value": "SECRET"}},
            {"name": "f", "type": "adhoc", "filters": [{"key": "SECRET"}]}]},
        "panels": [
            {"id": 1, "type": "timeseries", "title": "A", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 9},
             "targets": [{"expr": "SECRET", "rawSql": "SECRET"}], "datasource": {"uid": "SECRET"},
             "links": [{"url": "https://x.example/?key=SECRET"}], "repeat": "SECRET",
             "libraryPanel": {"uid": "SECRET"}, "alert": {"conditions": [{"query": "SECRET"}]},
             "cacheTimeout": "SECRET", "scopedVars": {"x": "SECRET"}, "maxDataPoints": 100,
             "options": {"legend": {"showLegend": true}, "query": "SECRET", "dataLinks": ["SECRET"],
                         "__proto__": {"sql": "SECRET"}},
             "fieldConfig": {"defaults": {"unit": "ms", "links": [{"url": "SECRET"}]},
                 "overrides": [{"matcher": {"id": "byName", "options": "v"}, "properties": [
                     {"id": "links", "value": [{"url": "SECRET"}]}, {"id": "unit", "value": "s"}]}]},
             "snapshotData": [{"refId": "A", "meta": {"executedQueryString": "SECRET"},
                 "fields": [{"name": "v", "type": "number", "values": [1],
                             "config": {"links": [{"url": "SECRET"}]}}]}]},
            {"id": 2, "type": "row", "title": "Row", "collapsed": true, "panels": [
                {"id": 3, "type": "stat", "targets": [{"expr": "SECRET"}],
                 "snapshotData": [{"fields": []}]}]}]})");
}

TEST(SnapshotDocument, KeepsNoQueryNoSourceAndNoLink) {
    const auto kept = still_document(full(), kNow).value();
    const auto text = json::serialize(kept);
    EXPECT_EQ(text.find("SECRET"), std::string::npos) << text;
    EXPECT_EQ(text.find("targets"), std::string::npos);
    EXPECT_EQ(text.find("datasource"), std::string::npos);
}

TEST(SnapshotDocument, KeepsWhatSaysHowItLooks) {
    const auto kept = still_document(full(), kNow).value();
    EXPECT_EQ(kept.at("title"), "Sales");
    EXPECT_EQ(kept.at("schemaVersion"), 39);
    EXPECT_EQ(kept.at("id"), nullptr);
    const auto& panel = kept.at("panels").at(0);
    EXPECT_EQ(panel.at("gridPos").at("w"), 12);
    EXPECT_EQ(panel.at("options").at("legend").at("showLegend"), true);
    EXPECT_EQ(panel.at("fieldConfig").at("defaults").at("unit"), "ms");
    EXPECT_EQ(panel.at("fieldConfig").at("overrides").at(0).at("properties"),
              parse_json(R"([{"id":"unit","value":"s"}])").value());
    EXPECT_EQ(panel.at("snapshotData").at(0).at("fields").at(0).at("values"), json::array{1});
    EXPECT_EQ(kept.at("panels").at(1).at("panels").at(0).at("id"), 3);
    // A range that moves would be another one tomorrow.
    EXPECT_EQ(kept.at("time").at("from"), "2026-03-11T12:30:00.000000Z");
    EXPECT_EQ(kept.at("time").at("to"), "2026-03-11T18:30:00.000000Z");
    const auto& variables = kept.at("templating").at("list").as_array();
    ASSERT_EQ(variables.size(), 1U);
    EXPECT_EQ(variables[0].at("name"), "region");
    EXPECT_EQ(variables[0].at("current").at("value"), "EU + US");
}

TEST(SnapshotDocument, IsRefusedWhenItsDataIsNone) {
    auto wrong = full();
    wrong["panels"].as_array()[0].as_object()["snapshotData"] = "x";
    auto refused = still_document(wrong, kNow);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().field, "panels[0].snapshotData");
    wrong["panels"] = json::array{1};
    EXPECT_EQ(still_document(wrong, kNow).error().field, "panels[0]");
    wrong["panels"] = json::array(kMostSnapshotPanels + 1, json::object{});
    EXPECT_EQ(still_document(wrong, kNow).error().code, "invalid_snapshot");
}

TEST(SnapshotDocument, SaysWhetherADashboardBringsItsData) {
    EXPECT_TRUE(has_snapshot_data(full()));
    EXPECT_FALSE(has_snapshot_data(parsed(R"({"panels":[{"targets":[]}]})")));
    EXPECT_FALSE(has_snapshot_data(parsed(R"({"panels":[{"snapshotData":null}]})")));
    EXPECT_FALSE(has_snapshot_data(parsed(R"({"panels":{"snapshotData":[]}})")));
    EXPECT_TRUE(has_snapshot_data(parsed(R"({"panels":[{"panels":[{"snapshotData":[]}]}]})")));
}

TEST(SnapshotTarget, IsThePathOfASnapshotWithTheParametersOfAPage) {
    const auto read =
        read_snapshot_target("/dashboard/snapshot/abc-DEF_1?kiosk&theme=dark").value();
    EXPECT_EQ(read.dashboard_uid, "abc-DEF_1");
    EXPECT_EQ(read.kiosk, Kiosk::full);
    EXPECT_FALSE(read.is_solo);
    const auto solo = read_snapshot_target("/dashboard-solo/snapshot/abc?panelId=4").value();
    EXPECT_TRUE(solo.is_solo);
    EXPECT_EQ(solo.panel, 4);
    for (const auto* target :
         {"/dashboard/snapshot/", "/dashboard/snapshot/a/b", "/dashboard/snapshot/a%2Fb",
          "/dashboard/snapshot/..", "/dashboard-solo/snapshot/abc",
          "/dashboard-solo/snapshot/abc?panelId=x", "/dashboard/snapshot/abc?theme=a&theme=b"}) {
        EXPECT_FALSE(read_snapshot_target(target)) << target;
    }
    EXPECT_TRUE(is_snapshot_target("/dashboard/snapshot/?x"));
    EXPECT_FALSE(is_snapshot_target("/d/dashboard/snapshot/x"));
    EXPECT_FALSE(is_snapshot_target("/dashboards/snapshot/x"));
}

TEST(SnapshotTarget, IsReadAsAPage) {
    const PageReader pages;
    const auto page = pages.read("/dashboard-solo/snapshot/abc?panelId=4&theme=dark", kNow).value();
    EXPECT_EQ(page.appearance.theme, "dark");
    EXPECT_EQ(page.page.at("panel"), 4);
    EXPECT_EQ(page.page.at("solo"), true);
    EXPECT_EQ(page.target, "/dashboard-solo/snapshot/abc?panelId=4&theme=dark");
}

}  // namespace
}  // namespace casement::grafana
