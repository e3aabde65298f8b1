#include "unit/app/program.h"
#include "unit/app/temporary_folder.h"

#include <chrono>

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

namespace casement::app {
namespace {

namespace json = boost::json;

constexpr const char* kCredential = "3f1c9a7e5b2d8046f1c3a97e5b2d80463f1c9a7e";

void write_example(const TemporaryFolder& folder) {
    folder.write(
        "sources/numbers.yaml",
        "name: numbers\ntype: duckdb\nsettings:\n  tables: { numbers: data/numbers.csv }\n");
    folder.write("dashboards/numbers.json",
                 R"({"uid": "numbers", "title": "Numbers", "time": {"span": "1d"},
                     "panels": [{"id": 1, "type": "table", "title": "All",
                                 "grid": {"x": 0, "y": 0, "w": 24, "h": 8},
                                 "queries": [{"name": "A", "source": "numbers",
                                              "sql": "select * from numbers"}]}]})");
    folder.write("shares/all.yaml",
                 "token: everything\ndashboard: numbers\ncredential_env: EVERYTHING\n");
    folder.write("data/numbers.csv", "n\n1\n2\n");
}

std::string token_from(const Ended& made) {
    const auto parsed = json::parse(made.out);
    return std::string(parsed.at("service_token").as_string());
}

TEST(CommandLine, HelpAndVersionEndWell) {
    EXPECT_EQ(run_program({"version"}).code, 0);
    EXPECT_EQ(run_program({"version"}).out.substr(0, 9), "casement ");
    for (const auto& command :
         std::vector<std::vector<std::string>>{{},
                                               {"serve"},
                                               {"admin"},
                                               {"admin", "create-credentials"},
                                               {"admin", "create-user"},
                                               {"apply"},
                                               {"prove"},
                                               {"sign"},
                                               {"sign", "datadog"},
                                               {"explain"},
                                               {"help"},
                                               {"help", "config"}}) {
        auto arguments = command;
        arguments.emplace_back("--help");
        const auto help = run_program(arguments);
        EXPECT_EQ(help.code, 0) << help.err;
        EXPECT_NE(help.out.find("sage"), std::string::npos) << help.out;
    }
    EXPECT_NE(run_program({"serve", "--help"}).out.find("Examples:"), std::string::npos);
    EXPECT_EQ(run_program({"serve", "--help"}).out.find("clock-shift"), std::string::npos);
    EXPECT_NE(run_program({"help", "config"}).out.find("allow_embedding: true"), std::string::npos);
}

TEST(CommandLine, WrongUsageIsTwo) {
    for (const auto& arguments :
         std::vector<std::vector<std::string>>{{},
                                               {"fly"},
                                               {"serve", "--lisen", "x"},
                                               {"serve", "--threads"},
                                               {"serve", "--threads", "many"},
                                               {"serve", "--listen", "nowhere"},
                                               {"admin"},
                                               {"admin", "create-user", "--name", "A"},
                                               {"sign", "datadog"},
                                               {"import", "grafana"},
                                               {"apply", "/tmp", "--server", "nowhere"}}) {
        const auto ended = run_program(arguments);
        EXPECT_EQ(ended.code, 2) << ended.err;
        EXPECT_EQ(ended.err.substr(0, 10), "casement: ") << ended.err;
        EXPECT_EQ(ended.out, "");
    }
}

TEST(CommandLine, SecretsAreNotTakenFromTheLine) {
    const auto ended =
        run_program({"sign", "datadog", "--url", "http://h/sb/secure-embed/abcdefgh"});
    EXPECT_EQ(ended.code, 2);
    EXPECT_NE(ended.err.find("--credential-file"), std::string::npos);
    EXPECT_NE(ended.err.find("CASEMENT_CREDENTIAL"), std::string::npos);
    EXPECT_EQ(run_program({"sign", "datadog", "--url", "http://h/sb/secure-embed/abcdefgh",
                           "--credential", kCredential})
                  .code,
              2);
}

TEST(CommandLine, AWrongSettingNamesItsPlace) {
    const TemporaryFolder folder;
    const auto file = folder.write("casement.yaml", "server:\n  listn: 127.0.0.1:1\n");
    const auto ended = run_program({"serve", "--config", file, "--data", folder.path("data")});
    EXPECT_EQ(ended.code, 1);
    EXPECT_EQ(ended.err, "casement: " + file +
                             ":2: \"server.listn\" is not a known setting. Did you mean "
                             "\"server.listen\"?\n");
    const auto missing = run_program({"serve", "--config", folder.path("none.yaml")});
    EXPECT_EQ(missing.code, 1);
    EXPECT_NE(missing.err.find("--config: " + folder.path("none.yaml")), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(folder.path("data")));
}

TEST(CommandLine, SignsLinksThatExplainAccepts) {
    const TemporaryFolder folder;
    const auto file = folder.write("credential", std::string(kCredential) + "\n");
    const std::string url = "https://dashboards.example/sb/secure-embed/everything";
    const auto signed_by_file =
        run_program({"sign", "datadog", "--url", url, "--credential-file", file});
    ASSERT_EQ(signed_by_file.code, 0) << signed_by_file.err;
    EXPECT_EQ(signed_by_file.out.substr(0, url.size() + 7), url + "?token=");
    const auto signed_by_environment = run_program(
        Invocation{{"sign", "datadog", "--url", url}, {{"CASEMENT_CREDENTIAL", kCredential}}, {}});
    ASSERT_EQ(signed_by_environment.code, 0) << signed_by_environment.err;
    EXPECT_NE(signed_by_environment.out, signed_by_file.out);

    const auto link = signed_by_file.out.substr(0, signed_by_file.out.size() - 1);
    const auto right = run_program({"explain", link, "--credential-file", file});
    EXPECT_EQ(right.code, 0) << right.out << right.err;
    EXPECT_EQ(right.out.find("WRONG"), std::string::npos);
    EXPECT_EQ(right.out.find(kCredential), std::string::npos);
    const auto from_input =
        run_program(Invocation{{"explain", "-", "--credential-file", file}, {}, link + "\n"});
    EXPECT_EQ(from_input.code, 0) << from_input.out;
    const auto other = folder.write("other", "Zk29sQ0vLmXy81RtB7uNcW5eHj3GdPaF64Oi");
    const auto wrong = run_program({"explain", link, "--credential-file", other});
    EXPECT_EQ(wrong.code, 1);
    EXPECT_NE(wrong.out.find("WRONG"), std::string::npos);
}

TEST(CommandLine, MakesCredentialsAndUsers) {
    const TemporaryFolder folder;
    const auto data = folder.path("data");
    const auto made = run_program(
        {"admin", "create-credentials", "--data", data, "--org", "1", "--role", "Admin", "--json"});
    ASSERT_EQ(made.code, 0) << made.err;
    const auto keys = json::parse(made.out);
    EXPECT_FALSE(keys.at("service_token").as_string().empty());
    EXPECT_FALSE(keys.at("datadog").at("api_key").as_string().empty());
    EXPECT_FALSE(keys.at("datadog").at("app_key").as_string().empty());
    EXPECT_FALSE(keys.at("looker").at("client_id").as_string().empty());
    EXPECT_FALSE(keys.at("looker").at("client_secret").as_string().empty());
    struct stat status{};
    ASSERT_EQ(::stat(data.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
    ASSERT_EQ(::stat((data + "/master.key").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);

    EXPECT_EQ(run_program({"admin", "create-credentials", "--data", data, "--role", "Boss"}).code,
              2);
    EXPECT_EQ(run_program({"admin", "create-credentials", "--data", data, "--org", "9"}).code, 1);

    const Invocation ada{{"admin", "create-user", "--data", data, "--handle", "ada@example.com",
                          "--name", "Ada", "--role", "Editor", "--password-stdin"},
                         {},
                         "a long enough password\n"};
    EXPECT_EQ(run_program(ada).code, 0);
    const auto again = run_program(ada);
    EXPECT_EQ(again.code, 1);
    EXPECT_NE(again.err.find("\"ada@example.com\" already"), std::string::npos) << again.err;
    auto weak = ada;
    weak.input = "short";
    EXPECT_EQ(run_program(weak).code, 1);
}

TEST(CommandLine, AKeyThatOthersMayReadIsRefused) {
    const TemporaryFolder folder;
    const auto data = folder.path("data");
    ASSERT_EQ(run_program({"admin", "create-credentials", "--data", data}).code, 0);
    ASSERT_EQ(::chmod((data + "/master.key").c_str(), 0644), 0);
    const auto refused = run_program({"serve", "--data", data, "--listen", "127.0.0.1:0"});
    EXPECT_EQ(refused.code, 1);
    EXPECT_NE(refused.err.find("master.key"), std::string::npos) << refused.err;
    EXPECT_NE(refused.err.find("chmod"), std::string::npos) << refused.err;
}

TEST(CommandLine, ServesAndStopsInOrder) {
    const TemporaryFolder folder;
    ServerProgram server({{"--data", folder.path("data")}, {}, {}});
    ASSERT_TRUE(server.listening());
    EXPECT_EQ(server.get("/healthz").substr(0, 15), "HTTP/1.1 200 OK");
    EXPECT_EQ(server.get("/readyz").substr(0, 15), "HTTP/1.1 200 OK");
    EXPECT_EQ(server.get("/metrics").substr(0, 15), "HTTP/1.1 200 OK");
    server.signal(SIGHUP);
    EXPECT_EQ(server.get("/healthz").substr(0, 15), "HTTP/1.1 200 OK");
    server.signal(SIGTERM);
    const auto ended = server.wait();
    EXPECT_EQ(ended.code, 0) << ended.err;
}

TEST(CommandLine, TwoServersDoNotShareOneFolderOrPort) {
    const TemporaryFolder folder;
    ServerProgram first({{"--data", folder.path("data")}, {}, {}});
    ASSERT_TRUE(first.listening());
    ServerProgram second({{"--data", folder.path("data")}, {}, {}});
    EXPECT_FALSE(second.listening());
    auto ended = second.wait();
    EXPECT_EQ(ended.code, 1);
    EXPECT_NE(ended.err.find(folder.path("data/sessions.db")), std::string::npos) << ended.err;
    EXPECT_NE(ended.err.find("another data folder"), std::string::npos) << ended.err;

    ServerProgram third(
        {{"--data", folder.path("other"), "--listen", "127.0.0.1:" + std::to_string(first.port())},
         {},
         {}});
    EXPECT_FALSE(third.listening());
    ended = third.wait();
    EXPECT_EQ(ended.code, 1);
    EXPECT_NE(ended.err.find(std::to_string(first.port())), std::string::npos) << ended.err;
}

TEST(CommandLine, AWrongProvisioningFolderStopsTheStart) {
    const TemporaryFolder folder;
    write_example(folder);
    folder.write("shares/broken.yaml", "token: broken-share\ndashboard: nowhere\n");
    ServerProgram server({{"--data", folder.path("db"), "--provision", folder.path()}, {}, {}});
    EXPECT_FALSE(server.listening());
    const auto ended = server.wait();
    EXPECT_EQ(ended.code, 1);
    EXPECT_NE(ended.err.find("shares/broken.yaml:1: there is no dashboard"), std::string::npos)
        << ended.err;
}

TEST(CommandLine, AProvisionedShareOpensBySignedLink) {
    const TemporaryFolder folder;
    write_example(folder);
    ServerProgram server({{"--data", folder.path("db"), "--provision", folder.path()},
                          {{"EVERYTHING", kCredential}},
                          {}});
    ASSERT_TRUE(server.listening());
    const std::string url = server.url() + "/sb/secure-embed/everything";
    auto link = run_program(Invocation{{"sign", "datadog", "--url", url},
                                       {{"CASEMENT_CREDENTIAL", kCredential}},
                                       {}})
                    .out;
    link.pop_back();
    const auto page = server.get(link.substr(server.url().size()));
    EXPECT_EQ(page.substr(0, 15), "HTTP/1.1 200 OK") << page.substr(0, 400);
    EXPECT_NE(page.find("frame-ancestors *"), std::string::npos);
    // The catalog's own view, while the server runs.
    const auto explained = run_program({"explain", link, "--data", folder.path("db")});
    EXPECT_EQ(explained.code, 0) << explained.out << explained.err;
    EXPECT_NE(explained.out.find("The share is active"), std::string::npos);
    auto forged = link;
    forged.replace(forged.find("token=") + 6, 4, "0000");
    EXPECT_EQ(run_program({"explain", forged, "--data", folder.path("db")}).code, 1);
    EXPECT_EQ(server.get(forged.substr(server.url().size())).substr(0, 12), "HTTP/1.1 401");
}

TEST(CommandLine, ATestMayMoveTheServersClock) {
    const TemporaryFolder folder;
    write_example(folder);
    folder.write("shares/all.yaml",
                 "token: everything\ndashboard: numbers\ncredential_env: EVERYTHING\n"
                 "expires_at: 2100-01-01\n");
    ServerProgram server({{"--data", folder.path("db"), "--provision", folder.path(),
                           "--test-clock-shift", std::to_string(100LL * 366 * 86'400)},
                          {{"EVERYTHING", kCredential}},
                          {}});
    ASSERT_TRUE(server.listening());
    auto link = run_program(Invocation{{"sign", "datadog", "--url",
                                        server.url() + "/sb/secure-embed/everything"},
                                       {{"CASEMENT_CREDENTIAL", kCredential}},
                                       {}})
                    .out;
    link.pop_back();
    EXPECT_EQ(server.get(link.substr(server.url().size())).substr(0, 12), "HTTP/1.1 410");
}

TEST(CommandLine, EmbeddingCanBeForbiddenAsAWhole) {
    const TemporaryFolder folder;
    write_example(folder);
    ServerProgram server(
        {{"--data", folder.path("db"), "--provision", folder.path()},
         {{"EVERYTHING", kCredential}, {"CASEMENT_SECURITY_ALLOW_EMBEDDING", "false"}},
         {}});
    ASSERT_TRUE(server.listening());
    auto link = run_program(Invocation{{"sign", "datadog", "--url",
                                        server.url() + "/sb/secure-embed/everything"},
                                       {{"CASEMENT_CREDENTIAL", kCredential}},
                                       {}})
                    .out;
    link.pop_back();
    const auto page = server.get(link.substr(server.url().size()));
    EXPECT_NE(page.find("frame-ancestors 'none'"), std::string::npos) << page.substr(0, 600);
}

TEST(CommandLine, AppliesAFolderWithAKeyMadeWhileTheServerRuns) {
    const TemporaryFolder folder;
    write_example(folder);
    ServerProgram server(
        {{"--data", folder.path("db")}, {{"CASEMENT_DATA_ALLOWED_FOLDERS", folder.path()}}, {}});
    ASSERT_TRUE(server.listening());
    const auto made =
        run_program({"admin", "create-credentials", "--data", folder.path("db"), "--json"});
    ASSERT_EQ(made.code, 0) << made.err;
    const Invocation apply{{"apply", folder.path(), "--server", server.url()},
                           {{"CASEMENT_TOKEN", token_from(made)}, {"EVERYTHING", kCredential}},
                           {}};
    // The running server sees the key a moment later.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    Ended applied;
    do {
        applied = run_program(apply);
    } while (applied.err.find("(401)") != std::string::npos &&
             std::chrono::steady_clock::now() < deadline);
    ASSERT_EQ(applied.code, 0) << applied.err;
    EXPECT_EQ(applied.out, "3 added, 0 changed, 0 unchanged, 0 removed\n");
    EXPECT_EQ(run_program(apply).out, "0 added, 0 changed, 3 unchanged, 0 removed\n");

    // A source outside of what the server allows, and a key that may not.
    folder.write(
        "sources/numbers.yaml",
        "name: numbers\ntype: duckdb\nsettings:\n  tables: { numbers: /etc/numbers.csv }\n");
    const auto outside = run_program(apply);
    EXPECT_EQ(outside.code, 1);
    EXPECT_NE(outside.err.find("data.allowed_folders"), std::string::npos) << outside.err;
    auto stranger = apply;
    stranger.environment["CASEMENT_TOKEN"] = "cas_nobody";
    EXPECT_EQ(run_program(stranger).code, 1);
    const auto viewer = run_program(
        {"admin", "create-credentials", "--data", folder.path("db"), "--role", "Viewer", "--json"});
    stranger.environment["CASEMENT_TOKEN"] = token_from(viewer);
    EXPECT_EQ(run_program(stranger).code, 1);
}

TEST(CommandLine, AServerThatIsNotThereIsNamed) {
    const TemporaryFolder folder;
    write_example(folder);
    const auto ended = run_program(Invocation{
        {"apply", folder.path(), "--server", "http://127.0.0.1:1"}, {{"CASEMENT_TOKEN", "x"}}, {}});
    EXPECT_EQ(ended.code, 1);
    EXPECT_NE(ended.err.find("http://127.0.0.1:1"), std::string::npos);
    EXPECT_NE(ended.err.find("--server"), std::string::npos);
}

}  // namespace
}  // namespace casement::app
