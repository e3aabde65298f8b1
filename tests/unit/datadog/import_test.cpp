#include "dashboards/importers/datadog.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::dashboards {
namespace {

Dashboard imported(std::string_view text) {
    return import_datadog(parse_json(text).value().as_object()).value();
}

constexpr std::string_view kSample = R"({
    "title": "Sales", "description": "Numbers", "layout_type": "ordered", "tags": ["team:web"],
    "template_variables": [
        {"name": "env", "prefix": "env", "available_values": ["prod", "dev"], "defaults": ["prod"]},
        {"name": "host", "prefix": "host", "default": "*"},
        {"name": "from"}, {"name": ""}, {"name": "env"}, 7],
    "widgets": [
        {"id": 7, "layout": {"x": 0, "y": 0, "width": 12, "height": 2},
         "definition": {"type": "note", "content": "# Hello"}},
        {"layout": {"x": 0, "y": 2, "width": 6, "height": 4},
         "definition": {"type": "timeseries", "title": "CPU",
                        "requests": [{"q": "avg:secret.metric{*}"}]}},
        {"layout": {"x": 6, "y": 2, "width": 6, "height": 5},
         "definition": {"type": "group", "title": "Details", "layout_type": "ordered", "widgets": [
            {"layout": {"x": 0, "y": 0, "width": 3, "height": 2},
             "definition": {"type": "free_text", "text": "inside"}},
            {"layout": {"x": 3, "y": 0, "width": 9, "height": 2},
             "definition": {"type": "query_value", "requests": []}}]}}]})";

TEST(DatadogImport, TakesTextsAndSaysOfTheRestThatItHasNoData) {
    const auto dashboard = imported(kSample);
    EXPECT_EQ(dashboard.title, "Sales");
    EXPECT_EQ(dashboard.description, "Numbers");
    ASSERT_EQ(dashboard.panels.size(), 5U);
    EXPECT_EQ(dashboard.panels[0].markdown, "# Hello");
    EXPECT_EQ(dashboard.panels[1].title, "CPU");
    EXPECT_EQ(dashboard.panels[1].markdown, "*This timeseries widget has no data source here.*");
    EXPECT_EQ(dashboard.panels[2].title, "Details");
    EXPECT_EQ(dashboard.panels[3].markdown, "inside");
    EXPECT_EQ(dashboard.panels[4].markdown, "*This query value widget has no data source here.*");
    for (std::size_t i = 0; i < dashboard.panels.size(); ++i) {
        EXPECT_EQ(dashboard.panels[i].id, static_cast<int>(i) + 1);
        EXPECT_EQ(dashboard.panels[i].type, PanelType::text);
        EXPECT_TRUE(dashboard.panels[i].queries.empty());
    }
}

TEST(DatadogImport, DoublesTheTwelveColumnGridAndKeepsGroupsInside) {
    const auto panels = imported(kSample).panels;
    EXPECT_EQ(panels[1].grid.x, 0);
    EXPECT_EQ(panels[1].grid.y, 4);
    EXPECT_EQ(panels[1].grid.w, 12);
    EXPECT_EQ(panels[1].grid.h, 8);
    EXPECT_EQ(panels[3].grid.x, 12);
    EXPECT_EQ(panels[3].grid.y, 6) << "below the group's title";
    EXPECT_EQ(panels[4].grid.x, 18);
    EXPECT_EQ(panels[4].grid.w, 6) << "cut at the group's edge";
}

TEST(DatadogImport, TurnsTemplateVariablesIntoPickers) {
    const auto dashboard = imported(kSample);
    ASSERT_EQ(dashboard.variables.size(), 2U);
    const auto& env = dashboard.variables[0];
    EXPECT_EQ(env.type, Variable::Type::list);
    EXPECT_EQ(env.choices.size(), 2U);
    EXPECT_EQ(env.defaults, std::vector<std::string>{"prod"});
    EXPECT_FALSE(env.include_all);
    const auto& host = dashboard.variables[1];
    EXPECT_EQ(host.type, Variable::Type::text);
    EXPECT_EQ(host.defaults, std::vector<std::string>{"*"});
    EXPECT_TRUE(host.include_all);
}

TEST(DatadogImport, FitsAFreeCanvasIntoTheGrid) {
    const auto dashboard = imported(R"({"title": "T", "layout_type": "free", "widgets": [
        {"layout": {"x": 0, "y": 0, "width": 60, "height": 20}, "definition": {"type": "image"}},
        {"layout": {"x": 60, "y": 0, "width": 60, "height": 20}, "definition": {"type": "iframe"}}]})");
    EXPECT_EQ(dashboard.panels[0].grid.w, 12);
    EXPECT_EQ(dashboard.panels[1].grid.x, 12);
    EXPECT_EQ(dashboard.panels[1].grid.h, 4);
}

TEST(DatadogImport, LaysOutWidgetsThatHaveNoPlace) {
    const auto dashboard = imported(R"({"title": "T", "layout_type": "ordered", "widgets": [
        {"definition": {"type": "note", "content": "1"}}, {"definition": {"type": "toplist"}},
        {"definition": {"type": "toplist"}},
        {"definition": {"type": "group", "title": "G", "widgets": [
            {"definition": {"type": "note", "content": "2"}}]}},
        {"definition": {"type": "note", "content": "3"}}]})");
    for (const auto& a : dashboard.panels) {
        EXPECT_LE(a.grid.x + a.grid.w, 24);
        for (const auto& b : dashboard.panels) {
            const bool apart = a.id == b.id || a.grid.x + a.grid.w <= b.grid.x ||
                               b.grid.x + b.grid.w <= a.grid.x || a.grid.y + a.grid.h <= b.grid.y ||
                               b.grid.y + b.grid.h <= a.grid.y;
            EXPECT_TRUE(apart) << a.id << " over " << b.id;
        }
    }
}

TEST(DatadogImport, PutsTabsBelowEachOther) {
    const auto dashboard = imported(R"({"title": "T", "layout_type": "ordered", "widgets": [
        {"id": 1, "layout": {"x": 0, "y": 0, "width": 6, "height": 2}, "definition": {"type": "note"}},
        {"id": 2, "layout": {"x": 0, "y": 0, "width": 6, "height": 2}, "definition": {"type": "note"}},
        {"id": 3, "layout": {"x": 0, "y": 0, "width": 6, "height": 2}, "definition": {"type": "note"}}],
        "tabs": [{"name": "One", "widget_ids": [1]}, {"name": "Two", "widget_ids": [2, 1]}]})");
    ASSERT_EQ(dashboard.panels.size(), 5U);
    EXPECT_EQ(dashboard.panels[0].title, "One");
    EXPECT_EQ(dashboard.panels[2].title, "Two");
    for (std::size_t i = 1; i < 5; ++i) {
        EXPECT_GE(dashboard.panels[i].grid.y,
                  dashboard.panels[i - 1].grid.y + dashboard.panels[i - 1].grid.h);
    }
}

TEST(DatadogImport, ReadsTheDefaultTimeframe) {
    const auto span = [](const std::string& timeframe) {
        return imported(R"({"widgets": [], "default_timeframe": )" + timeframe + "}").time;
    };
    EXPECT_EQ(span(R"({"type": "live", "value": 4, "unit": "hour"})").span, "4h");
    EXPECT_EQ(span(R"({"type": "live", "value": 30, "unit": "minute"})").span, "1h");
    EXPECT_EQ(span(R"({"type": "live", "value": 1e300, "unit": "month"})").span, "1y");
    EXPECT_EQ(span(R"({"type": "live", "value": -1, "unit": "eon"})").span, "1h");
    EXPECT_EQ(span("null").span, "1h");
    const auto fixed = span(R"({"type": "fixed", "from": 1000, "to": 2000})");
    EXPECT_TRUE(fixed.span.empty());
    EXPECT_EQ(to_unix_millis(fixed.from.value()), 1000);
    EXPECT_EQ(span(R"({"type": "fixed", "from": 2000, "to": 1000})").span, "1h");
    EXPECT_EQ(span(R"({"type": "fixed", "from": 0, "to": 1e300})").span, "1h");
}

TEST(DatadogImport, ATypeIsNotMarkdown) {
    const auto dashboard =
        imported(R"~({"widgets": [{"definition": {"type": "[x](javascript:alert(1))"}}]})~");
    EXPECT_EQ(dashboard.panels[0].markdown, "*This unknown widget has no data source here.*");
}

TEST(DatadogImport, NeedsAListOfWidgets) {
    EXPECT_FALSE(import_datadog({}));
    EXPECT_EQ(import_datadog({{"widgets", {{"a", 1}}}}).error().code, "invalid_dashboard");
}

// Whatever was stored: every panel stays on the grid, and nothing throws.
TEST(DatadogImport, SurvivesAnyDocument) {
    EXPECT_TRUE(rc::check([] {
        const auto numbers = rc::gen::elementOf(
            std::vector<json::value>{0, 1, 11, 12, -1, 1e308, -1e308, 2.5, std::int64_t{1} << 62U,
                                     nullptr, "x", true, std::uint64_t(-1)});
        json::array widgets;
        const auto count = *rc::gen::inRange(0, 6);
        for (int i = 0; i < count; ++i) {
            json::object layout;
            for (const auto* name : {"x", "y", "width", "height"})
                layout[name] = *numbers;
            json::value inner = widgets;
            json::object definition{
                {"type", *rc::gen::elementOf(std::vector<std::string>{"note", "group", "x"})},
                {"title", *numbers},
                {"widgets", *rc::gen::arbitrary<bool>() ? inner : *numbers}};
            json::object widget{{"definition", definition}, {"id", *numbers}};
            if (*rc::gen::arbitrary<bool>()) widget["layout"] = layout;
            widgets.push_back(*rc::gen::arbitrary<bool>() ? json::value(widget) : *numbers);
        }
        json::object document{
            {"widgets", widgets},
            {"layout_type", *rc::gen::arbitrary<bool>() ? "free" : "ordered"},
            {"tabs", {{{"name", "t"}, {"widget_ids", {*numbers, *numbers}}}}},
            {"template_variables", {{{"name", *numbers}, {"defaults", {*numbers}}}}}};
        if (*rc::gen::arbitrary<bool>()) document.erase("tabs");
        const auto dashboard = import_datadog(document).value();
        for (const auto& panel : dashboard.panels) {
            RC_ASSERT(panel.grid.x >= 0 && panel.grid.w >= 1 && panel.grid.x + panel.grid.w <= 24);
            RC_ASSERT(panel.grid.y >= 0 && panel.grid.h >= 1);
        }
    }));
}

}  // namespace
}  // namespace casement::dashboards
