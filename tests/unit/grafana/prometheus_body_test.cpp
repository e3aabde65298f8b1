#include "dialects/grafana/prometheus_body.h"

#include "data/source_types.h"

#include <gtest/gtest.h>

namespace casement::grafana {
namespace {

json::object object(const char* text) {
    return json::parse(text).as_object();
}

TEST(PrometheusBody, SettingsComeFromWhereTheVendorKeepsThem) {
    const auto settings = prometheus_settings(object(R"({"url":"https://m.example/p",
        "basicAuth":true,"basicAuthUser":"u","jsonData":{"timeInterval":"30s","httpMethod":"GET",
        "tlsSkipVerify":true,"customQueryParameters":"a=1&b=x%20y","manageAlerts":true}})"));
    EXPECT_EQ(settings, object(R"({"url":"https://m.example/p","user":"u","scrape_interval":"30s",
        "http_method":"GET","tls_verify":false,"query_parameters":{"a":"1","b":"x y"}})"));
    EXPECT_TRUE(data::check_source("prometheus", settings));
    EXPECT_EQ(prometheus_settings(object(R"({"url":"http://a","basicAuthUser":"u"})")),
              object(R"({"url":"http://a"})"));
}

AskedQuery read(const char* text) {
    AskedQuery asked;
    asked.ref_id = "A";
    read_promql(object(text), Time{}, Time{std::chrono::hours{1}}, asked);
    return asked;
}

TEST(PrometheusBody, AQueryIsARangeUnlessItIsAnInstantAlone) {
    EXPECT_EQ(read(R"({"expr":"up","range":true,"instant":true})").promql,
              object(R"({"format":"time_series"})"));
    const auto instant = read(R"({"expr":"up","instant":true,"format":"table",
        "legendFormat":"{{job}}","interval":"1m"})");
    EXPECT_EQ(instant.promql, object(R"({"format":"table","instant":true,"legend":"{{job}}",
        "min_step":"1m"})"));
    EXPECT_EQ(instant.text, "up");
    EXPECT_EQ(read(R"({"expr":"up","maxDataPoints":100})").interval, std::chrono::seconds{30});
    EXPECT_EQ(read(R"({"expr":"up","maxDataPoints":1000})").interval, std::chrono::seconds{5});
}

TEST(PrometheusBody, EachSeriesIsAFrameWithItsLabels) {
    data::Table table;
    table.rows = 2;
    table.columns = {{"Time", data::ColumnType::time, {}},
                     {"api", data::ColumnType::number, {{"job", "api"}}},
                     {"web", data::ColumnType::number, {{"job", "web"}}}};
    table.cells = {{{1000, 2000}, {}, {false, false}},
                   {{1, 2}, {}, {false, false}},
                   {{0, 4}, {}, {true, false}}};
    const auto frames = promql_frames(table, read(R"({"expr":"up"})"), "up");
    ASSERT_EQ(frames.size(), 2U);
    const auto& field = frames[1].at("schema").at("fields").at(1);
    EXPECT_EQ(field.at("labels"), object(R"({"job":"web"})"));
    EXPECT_EQ(field.at("config").at("displayNameFromDS"), "web");
    EXPECT_EQ(frames[1].at("data").at("values"), json::parse("[[2000],[4.0]]"));
}

}  // namespace
}  // namespace casement::grafana
