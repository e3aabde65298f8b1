#include "app/provisioning_folder.h"

#include "unit/app/provisioning_fixture.h"

#include <filesystem>

#include <gtest/gtest.h>

namespace casement::app {
namespace {

TEST_F(Provisioning, ReadsAWholeFolder) {
    const auto bundle = read();
    ASSERT_TRUE(bundle) << bundle.error().message;
    ASSERT_EQ(bundle->sources.size(), 1U);
    EXPECT_EQ(bundle->sources[0].settings.at("folder"), json::value(folder.path()));
    ASSERT_EQ(bundle->dashboards.size(), 1U);
    EXPECT_EQ(bundle->dashboards[0].uid, "numbers");
    ASSERT_EQ(bundle->shares.size(), 1U);
    const auto& share = bundle->shares[0];
    EXPECT_EQ(share.origin, "shares/regions.yaml:2");
    ASSERT_TRUE(share.credential);
    EXPECT_EQ(share.credential->reveal(), kGood);
    const json::object expected{
        {"global_time", {{"live_span", "1w"}}},
        {"global_time_selectable", true},
        {"selectable_template_vars", json::array{{{"name", "region"},
                                                  {"default_values", json::array{"north"}},
                                                  {"visible_tags", json::array{"north"}}}}},
        {"allowed_origins", json::array{"https://app.example"}},
        {"viewing_preferences", {{"theme", "dark"}}},
        {"download", true},
        {"session_length_seconds", 172'800}};
    EXPECT_EQ(share.settings, expected);
}

TEST_F(Provisioning, WhatIsSentReadsBackTheSame) {
    const auto bundle = read();
    ASSERT_TRUE(bundle);
    const auto written = access::write_share_spec(bundle->shares[0]);
    const auto again = access::read_share_spec(written);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->settings, bundle->shares[0].settings);
    EXPECT_EQ(again->title, "North");
    EXPECT_EQ(*again->credential, *bundle->shares[0].credential);
}

TEST_F(Provisioning, AnErrorNamesFileLineAndReason) {
    folder.write("shares/regions.yaml", "shares:\n  - token: north-share\n    dashbord: numbers\n");
    EXPECT_EQ(reading_error().substr(0, 23), "shares/regions.yaml:2: ") << reading_error();
    folder.write("shares/regions.yaml",
                 "shares:\n  - token: north-share\n    dashboard: numbers\n    colour: red\n");
    EXPECT_EQ(reading_error(), "shares/regions.yaml:4: \"colour\" is not known here.");
    folder.write("shares/regions.yaml", kShares);
    folder.write("sources/numbers.yaml", "name: numbers\ntype: oracle\nsettings: {}\n");
    EXPECT_EQ(reading_error().substr(0, 24), "sources/numbers.yaml:2: ") << reading_error();
    folder.write("sources/numbers.yaml", kSource);
    std::string broken = kDashboard;
    broken.replace(broken.find("\"table\""), 7, "\"sundial\"");
    folder.write("dashboards/numbers.json", broken);
    EXPECT_EQ(reading_error().substr(0, 27), "dashboards/numbers.json:7: ") << reading_error();
}

TEST_F(Provisioning, AMistypedVariableIsRefused) {
    std::string text = kShares;
    text.replace(text.find("region: north"), 6, "regoin");
    folder.write("shares/regions.yaml", text);
    EXPECT_EQ(reading_error(),
              "shares/regions.yaml:2: the dashboard \"numbers\" has no variable \"regoin\"");
    text.replace(text.find("regoin: north"), 13, "region: norht");
    folder.write("shares/regions.yaml", text);
    EXPECT_EQ(reading_error(),
              "shares/regions.yaml:2: \"norht\" is not a value of the variable \"region\"");
}

TEST_F(Provisioning, ThingsMustExistAndBeThereOnce) {
    folder.write("shares/again.yaml", kShares);
    EXPECT_EQ(reading_error(),
              "shares/regions.yaml:2: the token \"north-share\" is already used in "
              "shares/again.yaml:2");
    folder.remove("shares/again.yaml");
    folder.remove("dashboards/numbers.json");
    EXPECT_EQ(reading_error(),
              "shares/regions.yaml:2: there is no dashboard with the uid \"numbers\"");
    folder.write("dashboards/numbers.json", kDashboard);
    folder.remove("sources/numbers.yaml");
    EXPECT_EQ(reading_error(),
              "dashboards/numbers.json: panel 1 asks the source \"numbers\", which does not exist");
}

TEST_F(Provisioning, NothingIsOverlooked) {
    folder.write("shares/more.yml", kShares);
    EXPECT_NE(reading_error().find("shares/more.yml: only files"), std::string::npos);
    folder.remove("shares/more.yml");
    folder.write("shares/.hidden", "x");
    folder.write("shares/README.md", "x");
    EXPECT_EQ(reading_error(), "no error");
    folder.write("models/flights.json", "{}");
    EXPECT_NE(reading_error().find("models/flights.json: only files"), std::string::npos);
}

TEST_F(Provisioning, AnEmptyFolderIsAMistakeAndNotAnEmptyCatalog) {
    const TemporaryFolder empty;
    const auto bundle = read_provisioning_folder(empty.path(), {});
    ASSERT_FALSE(bundle);
    EXPECT_NE(bundle.error().message.find("Is it the right one?"), std::string::npos);
    EXPECT_FALSE(read_provisioning_folder(empty.path("missing"), {}));
}

TEST_F(Provisioning, WeakCredentialsAreRefusedWithoutShowingThem) {
    for (const auto& weak :
         {std::string("Kq7x-vB2"), std::string(40, 'a'), "changeme-" + std::string(kGood),
          std::string("abcdefghabcdefghabcdefghabcdefgh"),
          std::string("1212121212121212121212121212121212"), std::string(kGood) + " x",
          std::string(kGood) + "\n" + kGood, std::string(300, 'a')}) {
        environment["NORTH"] = weak;
        const auto error = reading_error();
        EXPECT_EQ(error.substr(0, 23), "shares/regions.yaml:11:") << weak << ": " << error;
        EXPECT_EQ(error.find(weak.substr(0, 12)), std::string::npos);
    }
    EXPECT_TRUE(
        access::check_credential_text(Secret("A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2")));
}

TEST_F(Provisioning, ACredentialMayStandInAFileButNotInTheShare) {
    std::string text = kShares;
    text.replace(text.find("credential_env: NORTH"), 21, "credential_file: north.txt");
    folder.write("shares/regions.yaml", text);
    ASSERT_TRUE(read());
    EXPECT_FALSE(read()->shares[0].credential);
    folder.write("north.txt", std::string(kGood) + "\n");
    EXPECT_EQ(read()->shares[0].credential->reveal(), kGood);
    text.replace(text.find("credential_file: north.txt"), 26, std::string("credential: ") + kGood);
    folder.write("shares/regions.yaml", text);
    EXPECT_NE(reading_error().find("does not belong in this file"), std::string::npos);
}

TEST_F(Provisioning, ASourcesSecretStandsInTheEnvironmentOrInAFile) {
    const std::string source =
        "name: shop\ntype: postgres\nsettings: { host: db, database: shop, user: reader }\n";
    folder.write("sources/shop.yaml", source + "secret_env: SHOP\n");
    EXPECT_EQ(reading_error(),
              "sources/shop.yaml:4: what \"secret_env\" names is not there, or empty");
    environment["SHOP"] = "";
    EXPECT_FALSE(read());
    environment["SHOP"] = "pass word";
    ASSERT_TRUE(read());
    EXPECT_EQ(read()->sources[1].secret.reveal(), "pass word");
    const auto body = provisioning_body(*read(), false);
    EXPECT_EQ(body.at("sources").as_array()[1].as_object().at("secret"), "pass word");
    EXPECT_FALSE(body.at("sources").as_array()[0].as_object().contains("secret"));

    folder.write("sources/shop.yaml", source + "secret_file: shop.txt\n");
    EXPECT_FALSE(read());
    folder.write("shop.txt", "from a file\n");
    EXPECT_EQ(read()->sources[1].secret.reveal(), "from a file");
    folder.write("sources/shop.yaml", source + "secret: plain-password\n");
    EXPECT_NE(reading_error().find("does not belong in this file"), std::string::npos);
    EXPECT_EQ(reading_error().find("plain-password"), std::string::npos);
    folder.write("sources/shop.yaml", source + "secret_env: SHOP\nsecret_file: shop.txt\n");
    EXPECT_FALSE(read());
    folder.write("sources/shop.yaml", source);
    EXPECT_TRUE(read()->sources[1].secret.empty());
}

TEST_F(Provisioning, AServersSourceFromTheNetworkReadsNothingOfThisMachine) {
    const auto refused = [&](json::object more, const std::string& type = "postgres") {
        access::Bundle bundle;
        bundle.sources.push_back({"shop", type, std::move(more), "here"});
        const auto done = access::confine_sources(bundle, {folder.path()});
        return done ? std::string() : std::string(done.error().code);
    };
    EXPECT_EQ(refused({{"host", "db.example"}}), "");
    EXPECT_EQ(refused({{"host", "/var/run/postgresql"}}), "folder_not_allowed");
    EXPECT_EQ(refused({{"host", "@abstract"}}), "folder_not_allowed");
    EXPECT_EQ(refused({{"host", "db.example"}, {"ca_file", "data/ca.pem"}}), "folder_not_allowed");
    EXPECT_EQ(refused({{"host", "/run"}}, "grafana-postgresql-datasource"), "folder_not_allowed");
    const json::object metrics{{"url", "https://metrics.example"}};
    EXPECT_EQ(refused(metrics, "prometheus"), "");
    auto with_file = metrics;
    with_file["ca_file"] = "data/ca.pem";
    EXPECT_EQ(refused(with_file, "prometheus"), "folder_not_allowed");
    EXPECT_EQ(refused({}, "another"), "folder_not_allowed");
}

TEST_F(Provisioning, SourcesFromTheNetworkStayInsideTheAllowedFolders) {
    const auto refused = [&](std::vector<std::string> allowed) {
        auto bundle = read(false);
        if (!bundle) throw std::runtime_error(bundle.error().message);
        const auto done = access::confine_sources(*bundle, allowed);
        return done ? std::string() : std::string(done.error().code);
    };
    EXPECT_EQ(refused({}), "folder_not_allowed");
    EXPECT_EQ(refused({data.path()}), "folder_not_allowed");
    EXPECT_EQ(refused({folder.path("missing")}), "folder_not_allowed");
    EXPECT_EQ(refused({folder.path()}), "");
    EXPECT_EQ(refused({data.path(), folder.path()}), "");
    // Allowed is data/, and relative paths start there: data/data/numbers.csv is not there.
    EXPECT_EQ(refused({folder.path("data")}), "folder_not_allowed");

    const std::string outside = data.write("secret.csv", "a\n1\n");
    const auto with_path = [&](const std::string& path) {
        folder.write("sources/numbers.yaml",
                     "name: numbers\ntype: duckdb\nsettings:\n  tables: "
                     "{ numbers: \"" +
                         path + "\" }\n");
        return refused({folder.path("data")});
    };
    EXPECT_EQ(with_path("numbers.csv"), "");
    EXPECT_EQ(with_path("*.csv"), "");
    EXPECT_EQ(with_path(folder.path("data/numbers.csv")), "");
    EXPECT_EQ(with_path(outside), "folder_not_allowed");
    EXPECT_EQ(with_path("../data/numbers.csv"), "folder_not_allowed");
    EXPECT_EQ(with_path("*/../../secret.csv"), "folder_not_allowed");
    std::filesystem::create_symlink(outside, folder.path("data/link.csv"));
    EXPECT_EQ(with_path("link.csv"), "folder_not_allowed");
    EXPECT_EQ(with_path("*.csv"), "folder_not_allowed");
    std::filesystem::remove(folder.path("data/link.csv"));
    std::filesystem::create_directory_symlink(data.path(), folder.path("data/sub"));
    EXPECT_EQ(with_path("sub/secret.csv"), "folder_not_allowed");
    EXPECT_EQ(with_path("*/secret.csv"), "folder_not_allowed");
}

TEST_F(Provisioning, TheFlightsExampleReads) {
    const std::string example = CASEMENT_SOURCE_DIR "/examples/flights";
    FolderOptions options;
    options.environment = [](const std::string&) { return std::optional<std::string>(kGood); };
    const auto bundle = read_provisioning_folder(example, options);
    ASSERT_TRUE(bundle) << bundle.error().message;
    const auto good = access::check_bundle(*bundle, nullptr, 1);
    EXPECT_TRUE(good) << good.error().message;
    ASSERT_EQ(bundle->models.size(), 1U);
    ASSERT_EQ(bundle->shares.size(), 2U);
    EXPECT_TRUE(bundle->shares[0].credential);
}

}  // namespace
}  // namespace casement::app
