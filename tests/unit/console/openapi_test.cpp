#include "console/openapi.h"

#include "server.h"

#include <set>

namespace casement::console {
namespace {

using test::ServerTest;
using OpenApi = ServerTest;

TEST(OpenApiDocument, NamesEveryOperationOnce) {
    std::set<std::string> ids;
    for (const auto& operation : operations()) {
        EXPECT_TRUE(ids.insert(operation.id).second) << operation.id;
        EXPECT_FALSE(operation.summary.empty()) << operation.id;
        EXPECT_FALSE(operation.answers.empty()) << operation.id;
        EXPECT_NE(operation.handle, nullptr) << operation.id;
    }
    EXPECT_GT(ids.size(), 25U);
}

TEST_F(OpenApi, IsServedToAnyone) {
    const auto reply = call({.target = std::string(kApiRoot) + "/openapi.json"});
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.json(), openapi_document(operations()));
    EXPECT_EQ(reply.json().at("openapi"), "3.1.0");
}

TEST_F(OpenApi, EveryReferenceInItLeadsSomewhere) {
    const json::value document = openapi_document(operations());
    const auto text = json::serialize(document);
    for (std::size_t at = text.find("\"$ref\":\"#"); at != std::string::npos;
         at = text.find("\"$ref\":\"#", at + 1)) {
        const auto from = at + 9;
        auto pointer = text.substr(from, text.find('"', from) - from);
        boost::system::error_code missing;
        EXPECT_NE(document.find_pointer(pointer, missing), nullptr) << pointer;
    }
}

TEST_F(OpenApi, WhatThePathTakesIsRouted) {
    for (const auto& operation : operations()) {
        std::string path = std::string(kApiRoot) + operation.path;
        EXPECT_EQ(router().pattern_of(operation.method, path), path) << operation.id;
    }
}

TEST_F(OpenApi, TheDashboardSchemaIsPublic) {
    const auto reply = call({.target = std::string(kApiRoot) + "/dashboards/schema"});
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.json().at("properties").as_object().contains("panels"));
}

}  // namespace
}  // namespace casement::console
