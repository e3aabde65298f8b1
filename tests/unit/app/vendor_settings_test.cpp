#include "app/vendor_settings.h"

#include "access/provisioning.h"

#include <gtest/gtest.h>

namespace casement::app {
namespace {

TEST(VendorSettings, AreTextsUnderTheVendorsNames) {
    Configuration configuration;
    configuration.aliyun.api_key_share = true;
    configuration.aliyun.login_rate_limiter = 7;
    configuration.server.public_url = "https://dash.example";
    const auto settings = vendor_settings(configuration);
    EXPECT_EQ(settings.at("aliyun").at("api_key_share"), "true");
    EXPECT_EQ(settings.at("aliyun").at("login_rate_limiter"), "7");
    EXPECT_EQ(settings.at("aliyun").at("api_key_share_version"), "v1");
    EXPECT_EQ(settings.at("panels").at("enable_alpha"), "false");
    EXPECT_EQ(settings.at("server").at("root_url"), "https://dash.example");
    EXPECT_TRUE(settings.at("auth.anonymous").contains("enabled"));
}

TEST(VendorSettings, HideFilesAndSayNothingOfStores) {
    Configuration configuration;
    configuration.security.master_key_file = "/srv/keys/master";
    configuration.store.catalog = "postgresql://u:very-secret@db/c";
    configuration.server.tls_key = "/srv/keys/tls";
    configuration.data.allowed_folders = {"/srv/data"};
    std::string all;
    for (const auto& [section, values] : vendor_settings(configuration)) {
        for (const auto& [name, text] : values)
            all += text + "\n";
    }
    EXPECT_EQ(all.find("/srv"), std::string::npos) << all;
    EXPECT_EQ(all.find("very-secret"), std::string::npos) << all;
    EXPECT_EQ(vendor_settings(configuration).at("security").at("master_key_file"), "*********");
}

TEST(ProvisionedSources, AreNotWhatGrafanasClientsKeep) {
    const auto written = json::parse(
        R"({"name":"s","type":"duckdb","settings":{"database":"a.duckdb","grafana":{}}})");
    const auto read = access::read_source_spec(written.as_object());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().field, "settings.grafana");
}

}  // namespace
}  // namespace casement::app
