// What is published about the document, in words and as a schema, is what the code takes.
#include "dashboards/dashboard.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace casement::dashboards {
namespace {

TEST(DashboardGuide, ItsExampleIsAValidDashboard) {
    std::ifstream file(std::string(CASEMENT_SOURCE_DIR) + "/docs/dashboards.md");
    std::stringstream text;
    text << file.rdbuf();
    const std::string guide = text.str();
    const auto start = guide.find("```json\n{");
    ASSERT_NE(start, std::string::npos);
    const auto end = guide.find("\n```", start);
    const auto example = parse_json(guide.substr(start + 8, end - start - 8));
    ASSERT_TRUE(example.has_value()) << example.error().message;
    const auto read = read_dashboard(*example);
    EXPECT_TRUE(read) << read.error().field << ": " << read.error().message;
}

TEST(DashboardGuide, NamesEveryOption) {
    std::stringstream text;
    for (const char* page : {"/docs/dashboards.md", "/docs/fields.md"}) {
        text << std::ifstream(CASEMENT_SOURCE_DIR + std::string(page)).rdbuf();
    }
    for (const auto type : {PanelType::timeseries, PanelType::stat, PanelType::barchart,
                            PanelType::table, PanelType::text}) {
        for (const auto& member : options_shape(type).members) {
            EXPECT_NE(text.str().find('`' + member.name + '`'), std::string::npos) << member.name;
        }
    }
}

// The published schema and the code are one declaration. After a change, write the file anew with
// CASEMENT_WRITE_SCHEMA=1 and this test.
TEST(DashboardSchema, IsTheOneThatIsPublished) {
    const std::string path = std::string(CASEMENT_SOURCE_DIR) + "/docs/dashboard.schema.json";
    const auto schema = dashboard_json_schema();
    if (std::getenv("CASEMENT_WRITE_SCHEMA") != nullptr) {
        std::ofstream(path) << json::serialize(schema) << '\n';
    }
    std::ifstream file(path);
    ASSERT_TRUE(file) << path;
    std::stringstream text;
    text << file.rdbuf();
    const auto published = parse_json(text.str());
    ASSERT_TRUE(published.has_value()) << published.error().message;
    EXPECT_EQ(*published, json::value(schema));
}

}  // namespace
}  // namespace casement::dashboards
