// Models and certificates over the API.
#include "server.h"

namespace casement::console {
namespace {

using http::Method;
using test::ServerTest;

class ModelApi : public ServerTest {
  protected:
    ModelApi() {
        store::Source row;
        row.org = 1;
        row.name = "shop";
        row.type = "duckdb";
        catalog()
            .write_now<bool>([&](store::Transaction& tx) -> Result<bool> {
                if (auto inserted = tx.insert(row); !inserted) return inserted.error();
                return true;
            })
            .value();
    }
    static json::object written(const std::string& relations) {
        return {{"source", "shop"}, {"relations", parse_json(relations).value()}};
    }
    static json::object governed(const std::string& sql) {
        auto made = test::document("orders", {"select 1"});
        made["panels"].at(0).at("queries") = json::array{{{"model", "sales"}, {"sql", sql}}};
        return made;
    }
    std::string version() {
        return std::string(api(Method::get, "/models/sales").json().at("version").get_string());
    }
};

TEST_F(ModelApi, ModelsAreMadeReadChangedAndRemoved) {
    const auto made = api(Method::put, "/models/sales",
                          written(R"({"orders": {"row_filters": [{"column": "tenant",
                              "attribute": "tenant"}]}})"));
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.json().at("label"), "sales");
    EXPECT_EQ(made.json().at("version").get_string(), version());
    EXPECT_EQ(api(Method::get, "/models").json().at("models").as_array().size(), 1U);
    auto next = written(R"({"orders": {}})");
    EXPECT_EQ(api(Method::put, "/models/sales", next).code(), "model_version_mismatch");
    next["version"] = version();
    const auto put = api(Method::put, "/models/sales", next);
    EXPECT_EQ(put.status, 200) << put.body;
    EXPECT_NE(put.json().at("version"), made.json().at("version"));
    EXPECT_EQ(api(Method::put, "/models/sales", next).code(), "model_version_mismatch");
    EXPECT_EQ(api(Method::del, "/models/sales?version=" + std::string(64, '0')).code(),
              "model_version_mismatch");
    EXPECT_EQ(api(Method::del, "/models/sales?version=" + version()).status, 204);
    EXPECT_EQ(api(Method::get, "/models/sales").code(), "model_not_found");
}

TEST_F(ModelApi, WhatIsWrongIsRefused) {
    EXPECT_EQ(api(Method::put, "/models/a%20b", written(R"({"orders": {}})")).code(),
              "invalid_model");
    EXPECT_EQ(api(Method::put, "/models/sales", written("{}")).code(), "invalid_model");
    auto more = written(R"({"orders": {}})");
    more["row_filters"] = json::array{};
    EXPECT_EQ(api(Method::put, "/models/sales", more).status, 400);
    auto elsewhere = written(R"({"orders": {}})");
    elsewhere["source"] = "nowhere";
    EXPECT_EQ(api(Method::put, "/models/sales", elsewhere).code(), "source_not_found");
    EXPECT_EQ(api(Method::get, "/models", std::nullopt, viewer_token).code(), "missing_permission");
    EXPECT_EQ(api(Method::put, "/models/sales", written(R"({"orders": {}})"), viewer_token).status,
              403);
    EXPECT_EQ(api(Method::get, "/models", std::nullopt, stranger_token).json().at("models"),
              json::array{});
}

TEST_F(ModelApi, WhoWritesDashboardsSeesWhatQueriesNeedOfModelsAndNoRowFilter) {
    ASSERT_EQ(api(Method::put, "/models/sales", written(R"({"orders": {
                  "row_filters": [{"column": "tenant_column", "attribute": "tenant_attribute"}],
                  "columns": {"card": {"show": "stars", "unless": "see_sql"}}}, "regions": {}})"))
                  .status,
              201);
    const auto made =
        api(Method::post, "/keys",
            json::object{{"kind", "service_token"}, {"name", "e"}, {"role", "Editor"}});
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string editor(made.json().at("secret").get_string());
    const auto listed = api(Method::get, "/models", std::nullopt, editor);
    ASSERT_EQ(listed.status, 200) << listed.body;
    EXPECT_EQ(listed.json().at("models"),
              parse_json(R"([{"name": "sales", "label": "sales", "source": "shop",
                  "provisioned": false,
                  "relations": {"orders": {"columns": {"card": {"show": "stars"}}},
                                "regions": {}}}])")
                  .value());
    EXPECT_EQ(listed.body.find("tenant"), std::string::npos) << listed.body;
    // Whoever manages the organization gets all of it.
    const auto whole = api(Method::get, "/models");
    EXPECT_NE(whole.body.find("tenant_attribute"), std::string::npos) << whole.body;
    EXPECT_EQ(whole.json().at("models").at(0).at("version").get_string(), version());
    // One model, a change and its uses stay theirs.
    EXPECT_EQ(api(Method::get, "/models/sales", std::nullopt, editor).code(), "missing_permission");
    EXPECT_EQ(api(Method::get, "/models/sales/uses", std::nullopt, editor).code(),
              "missing_permission");
    EXPECT_EQ(api(Method::put, "/models/sales", written(R"({"orders": {}})"), editor).code(),
              "missing_permission");
}

TEST_F(ModelApi, AModelThatItsSourceCannotFollowIsRefusedWithItsPlace) {
    for (const auto& [name, type] :
         {std::pair{"metrics", "prometheus"}, std::pair{"accounts", "mysql"}}) {
        store::Source row;
        row.org = 1;
        row.name = name;
        row.type = type;
        catalog()
            .write_now<bool>([&](store::Transaction& tx) -> Result<bool> {
                if (auto inserted = tx.insert(row); !inserted) return inserted.error();
                return true;
            })
            .value();
    }
    const auto put = [&](const std::string& source, const std::string& relations) {
        auto body = written(relations);
        body["source"] = source;
        return api(Method::put, "/models/labels", body);
    };
    const auto range = put("metrics", R"({"up": {"row_filters": [{"column": "le",
        "attribute": "le", "type": "number", "match": "range"}]}})");
    EXPECT_EQ(range.status, 422) << range.body;
    EXPECT_EQ(range.code(), "model_unusable");
    EXPECT_NE(range.body.find("relations.up.row_filters[0].match"), std::string::npos)
        << range.body;
    const auto covered = put("metrics", R"({"up": {"columns": {"ip": {"show": "null"}}}})");
    EXPECT_EQ(covered.code(), "model_unusable");
    EXPECT_EQ(put("accounts", R"({"orders": {}})").code(), "scope_not_provable");
    EXPECT_EQ(put("metrics", R"({"up": {"row_filters": [{"column": "tenant",
        "attribute": "tenant"}]}})")
                  .status,
              201);
}

TEST_F(ModelApi, ACertificateTellsWhatIsProvenAndIsRecognizedAgain) {
    ASSERT_EQ(api(Method::put, "/models/sales", written(R"({"orders": {}})")).status, 201);
    ASSERT_EQ(api(Method::post, "/dashboards",
                  json::object{{"document", governed("select * from orders")}})
                  .status,
              201);
    EXPECT_EQ(api(Method::post, "/dashboards",
                  json::object{{"document", governed("select * from secrets")}})
                  .code(),
              "model_not_proven");
    const auto got = api(Method::get, "/dashboards/orders/scope-certificate");
    ASSERT_EQ(got.status, 200) << got.body;
    auto certificate = got.json();
    EXPECT_EQ(certificate.at("statement").at("summary").at("proven"), 1);
    EXPECT_EQ(certificate.at("statement").at("queries").at(0).at("relations"),
              json::array{"orders"});
    const auto genuine = [&](const json::object& of) {
        return api(Method::post, "/scope-certificates/verify", json::object{{"certificate", of}})
            .json()
            .at("genuine")
            .as_bool();
    };
    EXPECT_TRUE(genuine(certificate));
    certificate["statement"].at("dashboard").as_object()["uid"] = "other";
    EXPECT_FALSE(genuine(certificate));
    EXPECT_EQ(
        api(Method::get, "/dashboards/orders/scope-certificate", std::nullopt, viewer_token).status,
        200);
    EXPECT_EQ(api(Method::get, "/dashboards/orders/scope-certificate", std::nullopt, stranger_token)
                  .code(),
              "dashboard_not_found");
    // The model cannot be taken from under it.
    EXPECT_EQ(api(Method::del, "/models/sales").code(), "proof_broken");
}

TEST_F(ModelApi, AShareMayAskForAModelInEveryQuery) {
    api(Method::post, "/dashboards",
        json::object{{"document", test::document("flights", {"select 1"})}});
    const auto refused =
        api(Method::post, "/dashboards/flights/shares", json::object{{"require_scope", true}});
    EXPECT_EQ(refused.status, 400) << refused.body;
    EXPECT_EQ(refused.code(), "scope_not_proven");
    const auto made = api(Method::post, "/dashboards/flights/shares", json::object{});
    EXPECT_EQ(made.status, 201) << made.body;
}

}  // namespace
}  // namespace casement::console
