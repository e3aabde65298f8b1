#include "console/openapi.h"

#include "base/pattern_words.h"
#include "unit/app/program.h"
#include "unit/app/temporary_folder.h"

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace casement::app {
namespace {

namespace json = boost::json;

std::string read_file(const std::string& path) {
    const std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

json::value served_document(const std::string& name = "openapi.json") {
    const TemporaryFolder folder;
    const ServerProgram server({{"--data", folder.path("data")}, {}, {}});
    const auto answer = server.get("/api/casement/v1/" + name);
    return json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
}

/// Every "pattern" in it, without the anchors that JSON Schema wants.
void add_patterns(const json::value& value, std::set<std::string>& patterns) {
    if (const auto* list = value.if_array()) {
        for (const auto& item : *list)
            add_patterns(item, patterns);
    }
    const auto* object = value.if_object();
    if (object == nullptr) return;
    for (const auto& [name, member] : *object) {
        add_patterns(member, patterns);
        if (name != "pattern" || !member.is_string()) continue;
        const std::string_view anchored = member.get_string();
        ASSERT_TRUE(anchored.starts_with("^(?:") && anchored.ends_with(")$")) << anchored;
        patterns.emplace(anchored.substr(4, anchored.size() - 6));
    }
}

TEST(OpenApiDocument, IsTheOneInDocs) {
    const std::string path = CASEMENT_SOURCE_DIR "/docs/openapi.json";
    const auto made = console::pretty(served_document());
    if (std::getenv("CASEMENT_UPDATE_DOCS") != nullptr) {
        std::ofstream(path, std::ios::binary) << made;
    }
    EXPECT_TRUE(read_file(path) == made)
        << "docs/openapi.json is not what the operations declare. Run test_app with "
           "CASEMENT_UPDATE_DOCS=1 and look at the difference.";
}

TEST(OpenApiDocument, HasNoPatternThatNobodyPutIntoWords) {
    std::set<std::string> patterns;
    add_patterns(served_document(), patterns);
    EXPECT_GE(patterns.size(), 5U);
    add_patterns(served_document("dashboards/schema"), patterns);
    EXPECT_GE(patterns.size(), 10U);
    for (const auto& pattern : patterns)
        EXPECT_NE(pattern_words(pattern), pattern_words("")) << pattern;
}

TEST(OpenApiDocument, HasTheCallsOfDialects) {
    const auto document = served_document();
    const auto& paths = document.at("paths").as_object();
    std::set<std::string> ids;
    for (const auto& [path, item] : paths) {
        for (const auto& [method, operation] : item.as_object()) {
            const std::string id(operation.at("operationId").as_string());
            EXPECT_TRUE(ids.insert(id).second) << id;
            EXPECT_FALSE(operation.at("summary").as_string().empty()) << id;
        }
    }
    const auto& rotate = paths.at("/api/casement/v1/account-keys/{id}/rotate").at("post");
    EXPECT_TRUE(rotate.at("requestBody").is_object());
    EXPECT_TRUE(rotate.at("responses").as_object().contains("404"));
    EXPECT_TRUE(ids.contains("importAccountKey"));
}

}  // namespace
}  // namespace casement::app
