#include "dialects/grafana/public_annotations.h"

#include "base/shape.h"

#include <gtest/gtest.h>

namespace casement::grafana {
namespace {

store::Dashboard dashboard_with(const std::string& list) {
    store::Dashboard row;
    row.id = 7;
    row.org = 1;
    row.uid = "d";
    row.dialect = "grafana";
    row.document = parse_json(R"({"annotations": {"list": )" + list + "}}").value().as_object();
    return row;
}

TEST(AnnotationSources, ADashboardWithoutAListHasItsOwnAnnotations) {
    store::Dashboard row;
    row.id = 7;
    for (const auto* dialect : {"casement", "grafana"}) {
        row.dialect = dialect;
        const auto sources = annotation_sources(row);
        ASSERT_EQ(sources.size(), 1U);
        ASSERT_EQ(sources.front().queries.size(), 1U);
        EXPECT_EQ(sources.front().queries.front().dashboard, 7);
        EXPECT_TRUE(sources.front().of_dashboard);
    }
}

TEST(AnnotationSources, OnlyWhatIsSwitchedOnAndKeptHereIsShown) {
    const auto row = dashboard_with(R"([
        {"name": "off", "enable": false, "datasource": "-- Grafana --"},
        {"name": "asked of a source", "enable": true, "datasource": {"uid": "prom"}, "expr": "x"},
        {"name": "no source", "enable": true},
        3,
        {"name": "ours", "enable": true, "datasource": {"uid": "-- Grafana --"}, "iconColor": "red",
         "target": {"limit": 5, "type": "dashboard", "secret": "S3CRET"}}])");
    const auto sources = annotation_sources(row);
    ASSERT_EQ(sources.size(), 1U);
    EXPECT_EQ(sources.front().shown.at("name"), "ours");
    EXPECT_EQ(sources.front().color, "red");
    EXPECT_EQ(sources.front().queries.front().limit, 5U);
    EXPECT_EQ(json::serialize(sources.front().shown).find("S3CRET"), std::string::npos);
}

TEST(AnnotationSources, ByTagsMeansTheDashboardsAndTheOrganizationsButNeverAnothers) {
    const auto row = dashboard_with(R"([{"enable": true, "datasource": "grafana",
        "target": {"type": "tags", "tags": ["a", 3, "b"], "matchAny": true, "limit": 99999999}}])");
    const auto sources = annotation_sources(row);
    ASSERT_EQ(sources.size(), 1U);
    ASSERT_EQ(sources.front().queries.size(), 2U);
    EXPECT_EQ(sources.front().queries[0].dashboard, 7);
    EXPECT_EQ(sources.front().queries[1].dashboard, 0);
    for (const auto& query : sources.front().queries) {
        EXPECT_EQ(query.tags, (std::vector<std::string>{"a", "b"}));
        EXPECT_TRUE(query.any_tag);
        EXPECT_LE(query.limit, 1000U);
    }
}

TEST(AnnotationSources, ByNoTagsMeansNothing) {
    const auto row = dashboard_with(R"([{"enable": true, "datasource": "grafana",
        "target": {"type": "tags", "tags": []}}])");
    EXPECT_TRUE(annotation_sources(row).front().queries.empty());
}

TEST(AnnotationEvent, NamesOnlyItsOwnDashboardAndNobodyWhoWroteIt) {
    store::Dashboard row;
    row.id = 7;
    row.uid = "d";
    store::Annotation annotation;
    annotation.id = 3;
    annotation.text = "x";
    annotation.panel = 5;
    annotation.author = 9;
    annotation.author_name = "ada@example.org";
    AnnotationSource source;
    const auto event = annotation_event(annotation, source, row);
    EXPECT_EQ(event.at("dashboardUID"), "");
    EXPECT_EQ(event.at("panelId"), 0);
    EXPECT_EQ(event.at("isRegion"), false);
    EXPECT_EQ(json::serialize(event).find("ada"), std::string::npos);
    annotation.dashboard = 7;
    source.of_dashboard = true;
    EXPECT_EQ(annotation_event(annotation, source, row).at("dashboardUID"), "d");
    EXPECT_EQ(annotation_event(annotation, source, row).at("panelId"), 5);
}

}  // namespace
}  // namespace casement::grafana
