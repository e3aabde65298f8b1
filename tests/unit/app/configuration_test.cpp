#include "app/configuration.h"

#include "unit/app/temporary_folder.h"

#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace casement::app {
namespace {

const std::filesystem::path kRepository = CASEMENT_SOURCE_DIR;

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
}

Result<Configuration> from_file(const TemporaryFolder& folder, const std::string& text) {
    ConfigurationInputs inputs;
    inputs.file = folder.write("casement.yaml", text);
    return load_configuration(inputs);
}

std::string message_of(const Result<Configuration>& result) {
    return result ? "no error" : result.error().message;
}

TEST(Configuration, HasDefaultsWithoutAnyInput) {
    const auto c = load_configuration({});
    ASSERT_TRUE(c) << c.error().message;
    EXPECT_EQ(c->server.listen, "127.0.0.1:8080");
    EXPECT_EQ(c->server.limits.max_body, 1024 * 1024);
    EXPECT_TRUE(c->security.allow_embedding);
    EXPECT_EQ(c->metrics.allow_from.size(), 2U);
}

TEST(Configuration, ReadsEveryTypeFromTheFile) {
    const TemporaryFolder folder;
    const auto c = from_file(folder,
                             "server:\n"
                             "  listen: \"[::1]:9000\"\n"
                             "  trusted_proxies: [10.0.0.0/8, 192.168.1.1]\n"
                             "  limits:\n"
                             "    max_body: 2048\n"
                             "security:\n"
                             "  allow_embedding: false\n"
                             "aliyun:\n"
                             "  api_key_share_version: v2\n");
    ASSERT_TRUE(c) << c.error().message;
    EXPECT_EQ(c->server.listen, "[::1]:9000");
    EXPECT_EQ(c->server.trusted_proxies, (std::vector<std::string>{"10.0.0.0/8", "192.168.1.1"}));
    EXPECT_EQ(c->server.limits.max_body, 2048);
    EXPECT_FALSE(c->security.allow_embedding);
    EXPECT_EQ(c->aliyun.api_key_share_version, "v2");
}

TEST(Configuration, EnvironmentWinsOverTheFileAndAFlagOverBoth) {
    const TemporaryFolder folder;
    ConfigurationInputs inputs;
    inputs.file = folder.write(
        "casement.yaml", "server:\n  listen: 127.0.0.1:1\n  threads: 1\n  drain_seconds: 1\n");
    inputs.environment = {"PATH=/bin", "CASEMENT_SERVER_LISTEN=127.0.0.1:2",
                          "CASEMENT_SERVER_THREADS=2",
                          "CASEMENT_METRICS_ALLOW_FROM=10.1.0.0/16, ::1"};
    inputs.flags = {{"--listen", "server.listen", "127.0.0.1:3"}};
    const auto c = load_configuration(inputs);
    ASSERT_TRUE(c) << c.error().message;
    EXPECT_EQ(c->server.listen, "127.0.0.1:3");
    EXPECT_EQ(c->server.threads, 2);
    EXPECT_EQ(c->server.drain_seconds, 1);
    EXPECT_EQ(c->metrics.allow_from, (std::vector<std::string>{"10.1.0.0/16", "::1"}));
}

TEST(Configuration, NamesFileLineAndNearestKeyOfAnUnknownOne) {
    const TemporaryFolder folder;
    const auto c = from_file(folder, "server:\n  threads: 2\n  listn: 127.0.0.1:8080\n");
    ASSERT_FALSE(c);
    EXPECT_EQ(c.error().code, "invalid_configuration");
    EXPECT_EQ(c.error().message, folder.path("casement.yaml") +
                                     ":3: \"server.listn\" is not a known setting. Did you mean "
                                     "\"server.listen\"?");
}

TEST(Configuration, RefusesAnUnknownSection) {
    const TemporaryFolder folder;
    const auto c = from_file(folder, "\nservr:\n  threads: 2\n");
    EXPECT_NE(message_of(c).find(":2: \"servr\" is not a known setting"), std::string::npos)
        << message_of(c);
}

TEST(Configuration, RefusesAValueOfTheWrongType) {
    const TemporaryFolder folder;
    for (const auto* text :
         {"server:\n  threads: many\n", "server:\n  threads: 1.5\n", "server:\n  threads: -1\n",
          "security:\n  allow_embedding: yes\n", "log:\n  level: loud\n", "server: 7\n",
          "server:\n  listen: [a]\n", "server:\n  trusted_proxies: [1]\n", "- server\n"}) {
        EXPECT_FALSE(from_file(folder, text)) << text;
    }
}

TEST(Configuration, RefusesASettingThatIsGivenTwice) {
    const TemporaryFolder folder;
    const auto c = from_file(folder, "server:\n  threads: 1\n  threads: 2\n");
    EXPECT_NE(message_of(c).find(":3: \"threads\" is given twice"), std::string::npos)
        << message_of(c);
}

TEST(Configuration, RefusesAMistypedVariableAndLeavesOthersAlone) {
    ConfigurationInputs inputs;
    inputs.environment = {"CASEMENT_SERVER_LISTN=127.0.0.1:1"};
    const auto wrong = load_configuration(inputs);
    EXPECT_EQ(message_of(wrong),
              "The environment variable CASEMENT_SERVER_LISTN is not a known setting. Did you mean "
              "CASEMENT_SERVER_LISTEN?");
    inputs.environment = {"CASEMENT_SERVICE_HOST=10.0.0.1", "CASEMENT_TOKEN=abc"};
    EXPECT_TRUE(load_configuration(inputs));
}

TEST(Configuration, SaysWhenAFlagIsToBlame) {
    ConfigurationInputs inputs;
    inputs.flags = {{"--listen", "server.listen", "nowhere"}};
    const auto c = load_configuration(inputs);
    ASSERT_FALSE(c);
    EXPECT_EQ(c.error().code, "invalid_flag");
    inputs.flags = {{"--threads", "server.threads", "few"}};
    EXPECT_EQ(message_of(load_configuration(inputs)),
              "--threads must be a whole number from 0 to 1024.");
}

TEST(Configuration, NeedsBothTlsFiles) {
    ConfigurationInputs inputs;
    inputs.flags = {{"--tls-cert", "server.tls_cert", "chain.pem"}};
    EXPECT_NE(message_of(load_configuration(inputs)).find("--tls-key"), std::string::npos);
}

TEST(Configuration, ChecksAddressesAndUrls) {
    const auto with = [](const std::string& key, const std::string& text) {
        ConfigurationInputs inputs;
        inputs.flags = {{"--x", key, text}};
        return load_configuration(inputs);
    };
    EXPECT_TRUE(with("server.public_url", "https://a.example:8443/"));
    EXPECT_EQ(with("server.public_url", "https://a.example/")->server.public_url,
              "https://a.example");
    for (const auto* url : {"a.example", "ftp://a.example", "https://", "https://a.example/path",
                            "https://user@a.example", "https://a.example?x=1"}) {
        EXPECT_FALSE(with("server.public_url", url)) << url;
    }
    EXPECT_FALSE(with("server.trusted_proxies", "10.0.0.0/64"));
    EXPECT_FALSE(with("metrics.allow_from", "everybody"));
    EXPECT_FALSE(with("data.allowed_folders", "relative/folder"));
    EXPECT_FALSE(with("store.catalog", "mysql://x"));
    EXPECT_TRUE(with("store.catalog", "postgresql://u:p@db/casement"));
}

TEST(Configuration, NeverRepeatsAValueThatMayBeAPassword) {
    ConfigurationInputs inputs;
    inputs.environment = {"CASEMENT_STORE_CATALOG=postgre://casement:hunter22@db/x"};
    const auto c = load_configuration(inputs);
    ASSERT_FALSE(c);
    EXPECT_EQ(c.error().message.find("hunter22"), std::string::npos);
}

TEST(Configuration, TheCommentedFileHoldsTheDefaultsAndReadsBack) {
    const TemporaryFolder folder;
    const auto c = from_file(folder, configuration_yaml());
    ASSERT_TRUE(c) << c.error().message;
    EXPECT_EQ(c->server.listen, Configuration{}.server.listen);
    EXPECT_EQ(c->metrics.allow_from, Configuration{}.metrics.allow_from);
}

TEST(Configuration, EveryVariableNameIsUnique) {
    std::set<std::string> names;
    for (const auto& key : configuration_keys()) {
        EXPECT_TRUE(names.insert(environment_name(key.name)).second) << key.name;
    }
}

TEST(Configuration, ThePageForOperatorsHoldsTheTable) {
    const std::string page = text_of(kRepository / "docs/configuration.md");
    EXPECT_NE(page.find(configuration_markdown()), std::string::npos)
        << "replace the table in docs/configuration.md by: casement help config --markdown";
}

TEST(Configuration, ThePackagedFileIsAccepted) {
    ConfigurationInputs inputs;
    inputs.file = (kRepository / "packaging/casement.yaml").string();
    const auto c = load_configuration(inputs);
    ASSERT_TRUE(c) << c.error().message;
    EXPECT_EQ(c->store.folder, "/var/lib/casement");
}

}  // namespace
}  // namespace casement::app
