// `casement sign looker` and `casement explain` for such links, as a developer uses them.
#include "unit/app/program.h"
#include "unit/app/temporary_folder.h"

#include <string>

#include <gtest/gtest.h>

namespace casement::app {
namespace {

constexpr const char* kSecret = "d41d8cd98f00b204e9800998ecf8427ed41d8cd98f00b204e9800998ecf8427e";
const std::string kUrl = "https://dash.example:8443";

std::vector<std::string> signing(const std::string& file) {
    return {"sign",          "looker",
            "--url",         kUrl,
            "--target",      "/embed/dashboards/42?State=New%20York",
            "--user",        "user 4",
            "--permission",  "access_data",
            "--permission",  "see_looks",
            "--model",       "flights",
            "--attribute",   "airport=ATL",
            "--first-name",  "Zoë",
            "--group",       "5",
            "--secret-file", file};
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

class LookerLinkCommand : public testing::Test {
  protected:
    const TemporaryFolder folder_;
    const std::string file_ = folder_.write("secret", std::string(kSecret) + "\n");

    std::string link(std::vector<std::string> more = {}) const {
        auto arguments = signing(file_);
        arguments.insert(arguments.end(), more.begin(), more.end());
        const auto made = run_program(arguments);
        EXPECT_EQ(made.code, 0) << made.err;
        return made.out.substr(0, made.out.size() - 1);
    }
};

TEST_F(LookerLinkCommand, SignsLinksThatExplainAccepts) {
    for (const auto* algorithm : {"sha-1", "sha-256"}) {
        const auto url = link({"--algorithm", algorithm});
        EXPECT_TRUE(url.starts_with(kUrl + "/login/embed/%2Fembed%2Fdashboards%2F42%3F")) << url;
        EXPECT_NE(url, link({"--algorithm", algorithm}));
        const auto right = run_program({"explain", url, "--secret-file", file_});
        EXPECT_EQ(right.code, 0) << right.out << right.err;
        EXPECT_FALSE(contains(right.out, "WRONG")) << right.out;
        EXPECT_FALSE(contains(right.out, kSecret));
        EXPECT_TRUE(contains(right.out, "   9  group_ids         [\"5\"]")) << right.out;
        EXPECT_TRUE(contains(right.out, std::string("hmac/") + algorithm));
    }
    const auto by_environment = run_program(
        Invocation{{"explain", "-"}, {{"CASEMENT_EMBED_SECRET", kSecret}}, link() + "\n"});
    EXPECT_EQ(by_environment.code, 0) << by_environment.out;
    EXPECT_EQ(run_program({"explain", link()}).code, 0);
}

TEST_F(LookerLinkCommand, SaysWhatIsWrongAndWhichLineDiffers) {
    const auto other = folder_.write("other", "Zk29sQ0vLmXy81RtB7uNcW5eHj3GdPaF64Oi");
    const auto url = link();
    const auto wrong = run_program({"explain", url, "--secret-file", other});
    EXPECT_EQ(wrong.code, 1);
    EXPECT_TRUE(contains(wrong.out, "WRONG signature")) << wrong.out;
    const auto text = folder_.write("text", "dash.example\n/login/embed/x\n");
    const auto differs = run_program({"explain", url, "--string-to-sign", text});
    EXPECT_EQ(differs.code, 1);
    EXPECT_TRUE(contains(differs.out,
                         "line 1, host: the server has dash.example:8443, your text has "
                         "dash.example"))
        << differs.out;
    EXPECT_EQ(run_program({"explain", url, "--host", "dash.example", "--secret-file", file_}).code,
              1);
}

TEST_F(LookerLinkCommand, AsksTheCatalogWhichSecretsCanSign) {
    const auto data = folder_.path("data");
    ASSERT_EQ(run_program({"admin", "create-credentials", "--data", data, "--json"}).code, 0);
    const auto asked = run_program({"explain", link(), "--data", data});
    EXPECT_EQ(asked.code, 1);
    EXPECT_TRUE(contains(asked.out, "It has no embed secret")) << asked.out << asked.err;
    EXPECT_TRUE(contains(asked.out, "failed to authenticate")) << asked.out;
}

TEST_F(LookerLinkCommand, WrongUsageIsTwo) {
    const auto with = [&](std::vector<std::string> more) {
        auto arguments = signing(file_);
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_program(arguments);
    };
    for (const auto& more : std::vector<std::vector<std::string>>{{"--algorithm", "md5"},
                                                                  {"--attribute", "airport"},
                                                                  {"--attribute", "=x"},
                                                                  {"--session-length", "2592001"},
                                                                  {"--session-length", "-1"},
                                                                  {"--secret", kSecret}}) {
        const auto ended = with(more);
        EXPECT_EQ(ended.code, 2) << more[1];
        EXPECT_TRUE(ended.err.starts_with("casement: ")) << ended.err;
        EXPECT_EQ(ended.out, "");
        EXPECT_FALSE(more[0] != "--secret" && contains(ended.err, kSecret));
    }
    const auto no_secret =
        run_program({"sign", "looker", "--url", kUrl, "--target", "/embed/looks/1", "--user", "u"});
    EXPECT_EQ(no_secret.code, 2);
    EXPECT_TRUE(contains(no_secret.err, "--secret-file"));
    EXPECT_TRUE(contains(no_secret.err, "CASEMENT_EMBED_SECRET"));
    EXPECT_EQ(run_program({"explain", link(), "--credential-file", file_}).code, 2);
    EXPECT_EQ(run_program(
                  {"explain", "https://h/sb/secure-embed/abcdefgh?token=", "--secret-file", file_})
                  .code,
              2);
    EXPECT_EQ(run_program({"sign", "looker", "--help"}).code, 0);
}

}  // namespace
}  // namespace casement::app
