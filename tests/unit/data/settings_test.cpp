#include "data/settings.h"

#include "data/source_types.h"

#include <gtest/gtest.h>

namespace casement::data {
namespace {

std::string wrong_field(const char* settings, const std::string& type = "duckdb") {
    const auto ok = check_source(type, json::parse(settings).as_object());
    if (ok) return "fits";
    EXPECT_EQ(ok.error().code, "invalid_source");
    return ok.error().field;
}

TEST(CheckSource, TakesWhatProvisioningWrites) {
    EXPECT_EQ(wrong_field(R"({"tables":{"flights":"data/flights.parquet"}})"), "fits");
    EXPECT_EQ(wrong_field(R"({"tables":{"logs":["a.csv","b/*.csv.gz"]},"threads":1,
                              "memory_limit":"1.5GB","folder":"/srv"})"),
              "fits");
    EXPECT_EQ(wrong_field(R"({"database":"shop.duckdb"})"), "fits");
}

TEST(CheckSource, PassesOverWhatClientsOfAnotherApiKeep) {
    EXPECT_EQ(wrong_field(R"({"database":"shop.duckdb","grafana":{"isDefault":true}})"), "fits");
    EXPECT_EQ(wrong_field(R"({"database":"shop.duckdb","grafana":7})"), "settings.grafana");
}

TEST(CheckSource, NamesWhatIsWrong) {
    EXPECT_EQ(wrong_field("{}"), "settings");
    EXPECT_EQ(wrong_field("{}", "nothing"), "type");
    EXPECT_EQ(wrong_field(R"({"database":"a.db","tables":{"t":"a.csv"}})"), "settings");
    EXPECT_EQ(wrong_field(R"({"database":1})"), "settings.database");
    EXPECT_EQ(wrong_field(R"({"tables":[]})"), "settings.tables");
    EXPECT_EQ(wrong_field(R"({"tables":{"t":1}})"), "settings.tables.t");
    EXPECT_EQ(wrong_field(R"({"tables":{"t":[]}})"), "settings.tables.t");
    EXPECT_EQ(wrong_field(R"({"tables":{"t":["a.csv",null]}})"), "settings.tables.t[1]");
    EXPECT_EQ(wrong_field(R"({"tables":{"t":["a.csv","b.parquet"]}})"), "settings.tables.t");
    EXPECT_EQ(wrong_field(R"({"tables":{"t":"a.txt"}})"), "settings.tables.t");
    EXPECT_EQ(wrong_field(R"({"tables":{"t":"https://x/a.csv"}})"), "settings.tables.t");
    EXPECT_EQ(wrong_field(R"({"tables":{"t x":"a.csv"}})"), "settings.tables.t x");
    EXPECT_EQ(wrong_field(R"({"tables":{"t":"a.csv","T":"b.csv"}})"), "settings.tables.T");
    EXPECT_EQ(wrong_field(R"({"database":"a.db","memory_limit":"lots"})"), "settings.memory_limit");
    EXPECT_EQ(wrong_field(R"({"database":"a.db","memory_limit":"1GB'; drop"})"),
              "settings.memory_limit");
    EXPECT_EQ(wrong_field(R"({"database":"a.db","threads":0})"), "settings.threads");
    EXPECT_EQ(wrong_field(R"({"database":"a.db","password":"x"})"), "settings.password");
}

TEST(DuckDbSettings, ReadsTheFolderOrTakesTheDefault) {
    const auto own = read_duckdb_settings(
        json::parse(R"({"database":"a.db","folder":"/own"})").as_object(), "/given");
    EXPECT_EQ(own->folder, "/own");
    const auto given = read_duckdb_settings(
        json::parse(R"({"tables":{"t":["a.csv","b.csv"]}})").as_object(), "/given");
    EXPECT_EQ(given->folder, "/given");
    ASSERT_EQ(given->tables.size(), 1U);
    EXPECT_EQ(given->tables[0].second, (std::vector<std::string>{"a.csv", "b.csv"}));
}

}  // namespace
}  // namespace casement::data
