#include "console/openapi.h"

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

json::value served_document() {
    const TemporaryFolder folder;
    const ServerProgram server({{"--data", folder.path("data")}, {}, {}});
    const auto answer = server.get("/api/casement/v1/openapi.json");
    return json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
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
