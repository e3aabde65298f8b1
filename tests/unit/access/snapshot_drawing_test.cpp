#include "access/snapshot_drawing.h"

#include "access/snapshot_view.h"
#include "dashboards/limits.h"

#include <gtest/gtest.h>

namespace casement::access {
namespace {

json::object parsed(std::string_view text) {
    return parse_json(text).value().as_object();
}

ViewPtr view(std::string_view text) {
    store::DashboardSnapshot row;
    row.id = 7;
    row.org = 1;
    row.dialect = "grafana";
    row.name = "Named";
    auto made = view_of_snapshot(row, text);
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    return made.value();
}

constexpr std::string_view kTime =
    R"("time":{"from":"2026-03-01T00:00:00Z","to":"2026-03-02T00:00:00Z"})";

std::string with(std::string_view panels) {
    return R"({"title":"T",)" + std::string(kTime) + R"(,"panels":)" + std::string(panels) + "}";
}

TEST(SnapshotDrawing, PutsPanelsInTheirPlacesWithTheirData) {
    const auto drawn = view(R"({"title":"CPU","timezone":"utc",)" + std::string(kTime) +
                            R"(,"templating":{"list":[
          {"name":"host","label":"Host","current":{"text":"a"}},
          {"name":"hidden","hide":2,"current":{"text":"x"}},{"name":"no name"},
          {"name":"HOST","current":{"text":"twice"}},{"name":"from","current":{"text":"x"}}]},
        "panels":[
          {"id":4,"type":"graph","title":"CPU","gridPos":{"x":12,"y":0,"w":12,"h":9},
           "fieldConfig":{"defaults":{"unit":"percent","decimals":1}},
           "snapshotData":[{"refId":"B","fields":[
             {"name":"t","type":"time","config":{},"values":[1]},
             {"name":"v","type":"number","config":{},"values":[2]}]}]},
          {"id":5,"type":"singlestat","gridPos":{"x":0,"y":0,"w":12,"h":9},
           "options":{"reduceOptions":{"calcs":["mean"]}},"snapshotData":[]},
          {"id":6,"type":"text","options":{"content":"# Hi"}}]})");
    const auto& document = *drawn->document;
    EXPECT_EQ(drawn->title, "Named");
    EXPECT_EQ(document.timezone, "UTC");
    ASSERT_EQ(document.panels.size(), 3U);
    EXPECT_EQ(document.panels[0].type, dashboards::PanelType::timeseries);
    EXPECT_EQ(document.panels[0].grid.x, 12);
    EXPECT_EQ(document.panels[0].options.at("unit"), "percent");
    EXPECT_EQ(document.panels[0].queries.at(0).name, "B");
    EXPECT_EQ(document.panels[1].type, dashboards::PanelType::stat);
    EXPECT_EQ(document.panels[1].options.at("reduce"), "mean");
    EXPECT_EQ(document.panels[2].markdown, "# Hi");
    ASSERT_EQ(document.variables.size(), 1U);
    EXPECT_EQ(document.variables[0].defaults, std::vector<std::string>{"a"});
    EXPECT_NE(drawn->still->lines.at(4).find(R"("values":[2])"), std::string::npos);
}

TEST(SnapshotDrawing, OpensClosedRowsAndLeavesNothingOnTopOfAnother) {
    const auto drawn = view(with(R"([
        {"id":1,"type":"row","collapsed":true,"gridPos":{"x":0,"y":0,"w":24,"h":1},"panels":[
          {"id":2,"type":"stat","gridPos":{"x":0,"y":1,"w":24,"h":8},"snapshotData":[]}]},
        {"id":3,"type":"stat","gridPos":{"x":0,"y":1,"w":24,"h":4},"snapshotData":[]}])"));
    ASSERT_EQ(drawn->document->panels.size(), 2U);
    EXPECT_EQ(drawn->document->panels[0].grid.y, 1);
    EXPECT_EQ(drawn->document->panels[1].grid.y, 9);
}

TEST(SnapshotDrawing, ShowsUnknownTypesAsTablesOfTheirData) {
    const auto drawn = view(with(R"([
        {"id":1,"type":"someones-plugin","snapshotData":[{"fields":[]}]},
        {"id":2,"type":"someones-plugin"},{"id":3}])"));
    ASSERT_EQ(drawn->document->panels.size(), 1U);
    EXPECT_EQ(drawn->document->panels[0].type, dashboards::PanelType::table);
}

TEST(SnapshotDrawing, HoldsWhateverStandsInADocument) {
    for (
        const auto* panels :
        {R"([{"id":-1,"type":"stat","gridPos":{"x":99,"y":-5,"w":99,"h":0},"snapshotData":[]}])",
         R"([{"id":"x","type":"stat","gridPos":7,"title":7,"snapshotData":[]}])",
         R"([{"id":1,"type":"stat","snapshotData":[]},{"id":1,"type":"stat","snapshotData":[]}])",
         R"([{"id":9007199254740993,"type":"text","options":"x"}])",
         R"([{"type":"stat","fieldConfig":{"defaults":{"unit":7,"decimals":99}},"snapshotData":[]}])",
         R"([{"type":"stat","options":{"reduceOptions":{"calcs":[7]}},"snapshotData":[]}])"}) {
        EXPECT_GE(view(with(panels))->document->panels.size(), 1U) << panels;
    }
    std::string many = "[";
    for (int i = 0; i < dashboards::kMaxPanels + 50; ++i)
        many += std::string(i > 0 ? "," : "") + R"({"type":"stat","snapshotData":[]})";
    EXPECT_EQ(view(with(many + "]"))->document->panels.size(),
              static_cast<std::size_t>(dashboards::kMaxPanels));
    EXPECT_EQ(parsed(json::serialize(drawn_document({}))).at("title"), "Snapshot");
}

}  // namespace
}  // namespace casement::access
