// Queries that callers write, over a real engine; the shapes of the answers are held against a
// running server in tests/conformance/grafana.
#include "unit/grafana/account_world.h"

#include <fstream>
#include <thread>

namespace casement::grafana {
namespace {

using http::Method;

class QueryApiTest : public AccountWorld {
  protected:
    void SetUp() override {
        std::ofstream(folder / "n.csv") << "n,who\n1,a\n2,b\n3,a\n";
        store::Source row;
        row.org = 1;
        row.uid = "numbers";
        row.name = "Numbers";
        row.type = "duckdb";
        row.settings = {{"tables", {{"n", folder / "n.csv"}}}};
        put(row);
    }
    static std::string body_of(const std::string& queries) {
        return R"({"from":"now-1h","to":"now","queries":[)" + queries + "]}";
    }
    static std::string one(const std::string& sql, const std::string& more = {}) {
        return R"({"refId":"A","datasource":{"uid":"numbers"},"rawSql":)" +
               json::serialize(json::value(sql)) + more + "}";
    }
    http::Response ask(const std::string& queries) { return ask_as(admin, queries); }
    http::Response ask_as(const std::string& key, const std::string& queries) {
        return send(request(Method::post, "/api/ds/query", key, body_of(queries)));
    }
    json::value result(const std::string& queries, const std::string& ref_id = "A") {
        const auto response = ask(queries);
        return parse_json(response.body).value().at("results").at(ref_id);
    }
    std::string key_of(store::OrgId org, std::string_view role) {
        auto made =
            create_account_credentials(*catalog, random, clock, org, std::string(role)).value();
        return std::string(made.api_key.reveal());
    }
};

TEST_F(QueryApiTest, OnlyWhoMayWriteQueriesMaySendThem) {
    EXPECT_EQ(ask_as(key_of(1, "Editor"), one("SELECT 1")).status, 200);
    for (const auto* role : {"Viewer", "None"}) {
        const auto refused = ask_as(key_of(1, role), one("SELECT 1"));
        EXPECT_EQ(refused.status, 403);
        EXPECT_TRUE(refused.body.find("datasources:query") != std::string::npos) << refused.body;
    }
    EXPECT_EQ(ask_as("", one("SELECT 1")).status, 401);
}

TEST_F(QueryApiTest, AnotherOrganizationsSourceIsNotThereByAnyName) {
    store::Organization other;
    other.name = "Other";
    const auto stranger = key_of(put(other).id, "Admin");
    const auto id = std::to_string(catalog->snapshot()->source_by_uid(1, "numbers")->id);
    for (const auto& named : {std::string(R"("datasource":{"uid":"numbers"})"),
                              std::string(R"("datasource":"Numbers")"),
                              std::string(R"("datasource":{"type":"duckdb"})"),
                              R"("datasourceId":)" + id, std::string(R"("datasource":null)")}) {
        const auto refused = ask_as(stranger, "{" + named + R"(,"rawSql":"SELECT 1"})");
        EXPECT_EQ(refused.status, 404) << named;
        EXPECT_EQ(refused.body, R"({"message":"Data source not found"})");
    }
}

TEST_F(QueryApiTest, AWronglyTypedSourceIsNotTheDefaultOne) {
    auto row = *catalog->snapshot()->source_by_uid(1, "numbers");
    row.settings["grafana"] = {{"isDefault", true}};
    change(row);
    EXPECT_EQ(ask(R"({"rawSql":"SELECT 1"})").status, 200);
    for (const auto* named :
         {R"("datasource":7)", R"("datasource":{"uid":7})", R"("datasource":["numbers"])",
          R"("datasource":{"type":{}})", R"("datasourceId":"1")"}) {
        EXPECT_EQ(ask("{" + std::string(named) + R"(,"rawSql":"SELECT 1"})").status, 404) << named;
    }
    EXPECT_EQ(ask(R"({"datasource":{"type":"duckdb"},"rawSql":"SELECT 1"})").status, 200);
    EXPECT_EQ(ask(R"({"datasource":{"type":"prometheus"},"rawSql":"SELECT 1"})").status, 404);
}

TEST_F(QueryApiTest, TheRangeAndTheIntervalAreBound) {
    const auto answered =
        result(one("SELECT $__from AS f, $__to AS t, CAST(INTERVAL '$__interval' AS VARCHAR) AS i, "
                   "'$__timezone' AS z",
                   R"(,"intervalMs":60000)"));
    ASSERT_EQ(answered.at("status"), 200) << json::serialize(answered);
    const auto now = to_unix_millis(clock.now());
    const auto& values = answered.at("frames").at(0).at("data").at("values");
    EXPECT_EQ(values.at(0).at(0).to_number<std::int64_t>(), now - 3'600'000);
    EXPECT_EQ(values.at(1).at(0).to_number<std::int64_t>(), now);
    EXPECT_EQ(values.at(2).at(0), "00:01:00");
    EXPECT_EQ(values.at(3).at(0), "UTC");
}

TEST_F(QueryApiTest, OneThatFailsLeavesTheOthersWhole) {
    const auto queries =
        one("SELECT sum(n) s FROM n") +
        R"(,{"refId":"B","datasource":{"uid":"numbers"},"rawSql":"SELECT nothing FROM nowhere"})"
        R"(,{"refId":"C","datasource":{"uid":"__expr__"},"expression":"$A"})"
        R"(,{"refId":"D","datasource":{"uid":"numbers"}})";
    const auto response = ask(queries);
    EXPECT_EQ(response.status, 400);
    const auto results = parse_json(response.body).value().at("results");
    EXPECT_EQ(results.at("A").at("status"), 200);
    EXPECT_EQ(results.at("A").at("frames").at(0).at("data").at("values").at(0).at(0), 6);
    for (const auto* ref_id : {"B", "C", "D"}) {
        EXPECT_EQ(results.at(ref_id).at("status"), 400) << ref_id;
        EXPECT_EQ(results.at(ref_id).at("errorSource"), "downstream");
        EXPECT_FALSE(results.at(ref_id).at("error").as_string().empty());
    }
    EXPECT_NE(std::string(results.at("B").at("error").as_string()).find("nowhere"),
              std::string::npos);
}

TEST_F(QueryApiTest, NoDoorOfTheEngineIsOpen) {
    for (const auto* sql :
         {"SELECT * FROM read_csv('/etc/passwd')", "COPY n TO '/tmp/x.csv'", "ATTACH '/tmp/x.db'",
          "SELECT 1; SELECT 2", "PRAGMA database_list", "SET threads = 64", "INSTALL httpfs",
          "SELECT getenv('HOME')", "SELECT * FROM '/etc/passwd'"}) {
        const auto answered = result(one(sql));
        EXPECT_EQ(answered.at("status"), 400) << sql << json::serialize(answered);
        EXPECT_TRUE(answered.at("frames").as_array().empty());
    }
}

TEST_F(QueryApiTest, NothingNamesTheServersFiles) {
    std::ofstream(folder / "broken.csv") << "n,m\n1,2\n\"x";
    store::Source row;
    row.org = 1;
    row.uid = "broken";
    row.name = "Broken";
    row.type = "duckdb";
    row.settings = {{"tables", {{"b", folder / "broken.csv"}, {"n", folder / "n.csv"}}}};
    put(row);
    store::Source gone = row;
    gone.uid = "gone";
    gone.name = "Gone";
    gone.settings = {{"database", folder / "gone.duckdb"}};
    put(gone);
    std::string all;
    for (const auto* uid : {"broken", "gone", "numbers"}) {
        for (const auto* sql :
             {"SELECT * FROM b", "SELECT n::DATE FROM n", "SELECT filename FROM n",
              "SELECT sql FROM duckdb_views()", "SELECT * FROM duckdb_databases()",
              "SELECT view_definition FROM information_schema.views",
              "SELECT * FROM duckdb_settings()", "SELECT current_setting('home_directory')"}) {
            all += ask(R"({"datasource":{"uid":")" + std::string(uid) + R"("},"rawSql":")" +
                       std::string(sql) + "\"}")
                       .body +
                   "\n";
        }
        all += send(request(Method::get, "/api/datasources/uid/" + std::string(uid) + "/health",
                            admin))
                   .body +
               "\n";
    }
    EXPECT_EQ(all.find(folder.path()), std::string::npos) << all;
    EXPECT_EQ(all.find("casement-test-"), std::string::npos) << all;
}

TEST_F(QueryApiTest, ARequestHasItsBounds) {
    std::string many;
    for (int i = 0; i < 32; ++i)
        many += (i == 0 ? "" : ",") + std::string(R"({"refId":"r)") + std::to_string(i) +
                R"(","datasource":"Numbers","rawSql":"SELECT )" + std::to_string(i) + "\"}";
    const auto response = ask(many);
    EXPECT_EQ(response.status, 200) << response.body;
    const auto results = parse_json(response.body).value().at("results").as_object();
    EXPECT_EQ(results.size(), 32U);
    for (int i = 0; i < 32; ++i) {
        const auto name = "r" + std::to_string(i);
        EXPECT_EQ(results.at(name).at("frames").at(0).at("data").at("values").at(0).at(0), i);
    }
    EXPECT_EQ(ask(many + R"(,{"refId":"one more","rawSql":"SELECT 1"})").status, 400);
    EXPECT_EQ(ask("").status, 400);
    EXPECT_EQ(ask(one("SELECT 1") + "," + one("SELECT 2")).status, 400);
    EXPECT_EQ(result(one("SELECT '" + std::string(70'000, 'x') + "'")).at("status"), 400);
}

TEST_F(QueryApiTest, WhatIsNoRangeIsRefused) {
    for (const auto* range :
         {R"("from":"now","to":"now-1h")", R"("from":"x","to":"now")", R"("from":"now-1h")",
          R"("from":{},"to":"now")", R"("from":"now-1h","to":1e300)"}) {
        const auto refused =
            send(request(Method::post, "/api/ds/query", admin,
                         "{" + std::string(range) + R"(,"queries":[)" + one("SELECT 1") + "]}"));
        EXPECT_EQ(refused.status, 400) << range;
    }
    for (const auto* range : {R"("from":"1760000000000","to":"1760000001000")",
                              R"("from":1760000000000,"to":1760000001000)"}) {
        const auto taken =
            send(request(Method::post, "/api/ds/query", admin,
                         "{" + std::string(range) + R"(,"queries":[)" + one("SELECT 1") + "]}"));
        EXPECT_EQ(taken.status, 200) << range << taken.body;
    }
}

TEST_F(QueryApiTest, ACallerWhoHasGoneStopsTheQueries) {
    auto asked = request(Method::post, "/api/ds/query", admin,
                         body_of(one("SELECT count(*) FROM range(1000000000000)")));
    const auto cancellation = asked.cancellation;
    std::thread leaving([&] {
        // Once it runs: before, there would be nothing to stop.
        while (engine->stats().runs == 0)
            std::this_thread::yield();
        cancellation->cancel();
    });
    const auto response = send(std::move(asked));
    leaving.join();
    EXPECT_EQ(response.status, 400);
    EXPECT_TRUE(response.body.find("nobody waits") != std::string::npos) << response.body;
}

TEST_F(QueryApiTest, TheAuditTrailSaysWhoAskedWhat) {
    ask(one("SELECT 'very-private'") +
        R"(,{"refId":"B","datasource":{"uid":"numbers"},"rawSql":"SELECT nothing"})");
    const auto events = audit.of("source.queried");
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].org, 1);
    EXPECT_EQ(events[0].client, "192.0.2.7");
    EXPECT_EQ(events[0].object,
              "source:" + std::to_string(catalog->snapshot()->source_by_uid(1, "numbers")->id));
    EXPECT_EQ(events[0].detail, (json::object{{"queries", 2}, {"failed", 1}}));
    EXPECT_EQ(audit.text().find("very-private"), std::string::npos);
}

}  // namespace
}  // namespace casement::grafana
