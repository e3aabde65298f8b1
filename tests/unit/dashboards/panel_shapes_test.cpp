#include "dashboards/panel_shapes.h"

#include <gtest/gtest.h>

namespace casement::dashboards {
namespace {

constexpr std::string_view kDocument = R"({
  "title": "Types",
  "panels": [{
    "id": 1, "type": "TYPE", "grid": {"x": 0, "y": 0, "w": 6, "h": 6},
    "queries": [{"source": "s", "sql": "select 1"}],
    "options": OPTIONS
  }]
})";

Result<Dashboard> read_with(std::string_view type, std::string_view options) {
    std::string text(kDocument);
    text.replace(text.find("TYPE"), 4, type);
    text.replace(text.find("OPTIONS"), 7, options);
    const auto document = parse_json(text);
    if (!document) return document.error();
    return read_dashboard(*document);
}

std::string field_of(const Result<Dashboard>& read) {
    return read ? "it was read" : read.error().field;
}

TEST(PanelTypes, HaveOneNameEach) {
    const auto names = panel_type_names();
    for (const auto& name : names) {
        const auto type = panel_type_named(name);
        ASSERT_TRUE(type) << name;
        EXPECT_EQ(panel_type_name(*type), name);
    }
    EXPECT_EQ(panel_type_named("engauge"), std::nullopt);
    EXPECT_EQ(panel_type_named(""), std::nullopt);
}

TEST(PanelTypes, AreReadWithTheOptionsOfTheirOwn) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"gauge", R"({"reduce": "max", "show_threshold_labels": true, "neutral": 0.5})"},
        {"bargauge", R"({"display_mode": "lcd", "orientation": "auto", "show_unfilled": false})"},
        {"piechart", R"({"pie_type": "donut", "display_labels": ["name"], "sort": "asc"})"},
        {"heatmap", R"({"calculate": true, "x_bucket_size": "5m", "color_scheme": "turbo"})"},
        {"histogram", R"({"bucket_size": 0.5, "combine": true})"},
        {"logs", R"({"dedup": "numbers", "wrap_lines": false, "sort_order": "ascending"})"},
        {"state-timeline", R"({"merge_values": false, "row_height": 0.9, "align_value": "left"})"},
        {"status-history", R"({"col_width": 1, "show_value": "never"})"},
        {"geomap", R"({"location": "country", "size_min": 2, "view": "center", "zoom": 4})"},
    };
    for (const auto& [type, options] : cases) {
        const auto read = read_with(type, options);
        ASSERT_TRUE(read) << type << ": " << read.error().message;
        EXPECT_EQ(panel_type_name(read->panels.at(0).type), type);
    }
}

TEST(PanelTypes, TakeTheOptionsOfAllPanels) {
    const auto read = read_with("gauge", R"({"unit": "percent", "min": 0, "max": 100,
        "thresholds": [{"value": null, "color": "green"}, {"value": 80, "color": "red"}]})");
    EXPECT_TRUE(read);
}

TEST(PanelTypes, RefuseTheOptionsOfAnother) {
    EXPECT_EQ(field_of(read_with("gauge", R"({"pie_type": "donut"})")),
              "panels[0].options.pie_type");
    EXPECT_EQ(field_of(read_with("table", R"({"calculate": true})")),
              "panels[0].options.calculate");
    EXPECT_EQ(field_of(read_with("status-history", R"({"merge_values": true})")),
              "panels[0].options.merge_values");
}

TEST(PanelTypes, RefuseNumbersThatNoPictureHasRoomFor) {
    EXPECT_EQ(field_of(read_with("state-timeline", R"({"row_height": 1.5})")),
              "panels[0].options.row_height");
    EXPECT_EQ(field_of(read_with("histogram", R"({"bucket_size": 0})")),
              "panels[0].options.bucket_size");
    EXPECT_EQ(field_of(read_with("heatmap", R"({"y_bucket_size": -1})")),
              "panels[0].options.y_bucket_size");
    EXPECT_EQ(field_of(read_with("geomap", R"({"size_min": 20, "size_max": 10})")),
              "panels[0].options.size_max");
    EXPECT_EQ(field_of(read_with("geomap", R"({"center_latitude": 91})")),
              "panels[0].options.center_latitude");
    EXPECT_EQ(field_of(read_with("heatmap", R"({"x_bucket_size": "5 minutes"})")),
              "panels[0].options.x_bucket_size");
}

TEST(PanelTypes, AreAllInThePublishedShape) {
    const auto schema = json::serialize(dashboard_json_schema());
    for (const auto& name : panel_type_names())
        EXPECT_NE(schema.find('"' + name + '"'), std::string::npos) << name;
    // An option that several types take allows what any of them allows.
    for (const auto* word : {"\"auto\"", "\"vertical\"", "\"viridis\"", "\"signature\""})
        EXPECT_NE(schema.find(word), std::string::npos) << word;
}

}  // namespace
}  // namespace casement::dashboards
