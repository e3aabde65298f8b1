// `casement sign grafana` and `casement explain` for such links, as a developer uses them.
#include "unit/app/program.h"
#include "unit/app/temporary_folder.h"

#include <string>

#include <gtest/gtest.h>

namespace casement::app {
namespace {

constexpr const char* kToken = "glsa_ExampleSaTokenAAAABBBBCCCCDDDD01_00cf46b3";
constexpr const char* kHash =
    "8cbb5266f7be5867a809664f3ead5c680a81c4704254ac0a78f2b4a1d25109538e593c64dde942361cdfed98d29bfa"
    "ed"
    "8628";
constexpr const char* kLegacyKey =
    "eyJrIjoiMGFCMWNEMmVGM2dINGlKNWtMNm1ON29QOHFSOXNUMHUiLCJuIjoidmlld2VyIGtleSIsImlkIjo3fQ==";
const std::string kUrl = "https://dash.example/d/sales/s?var-region=eu";

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

class GrafanaLinkCommand : public testing::Test {
  protected:
    const TemporaryFolder folder_;
    const std::string token_ = folder_.write("token", std::string(kToken) + "\n");
    const std::string hash_ = folder_.write("hash", std::string(kHash) + "\n");
    const std::string legacy_ = folder_.write("legacy", kLegacyKey);

    Ended sign(const std::string& version, const std::string& file,
               std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments = {"sign",      "grafana", "--url",      kUrl,
                                              "--version", version,   "--key-file", file};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run_program(arguments);
    }
    std::string link(const std::string& version, const std::string& file,
                     std::vector<std::string> more = {}) const {
        const auto made = sign(version, file, std::move(more));
        EXPECT_EQ(made.code, 0) << made.err;
        return made.out.empty() ? "" : made.out.substr(0, made.out.size() - 1);
    }
};

TEST_F(GrafanaLinkCommand, SignsLinksOfEachVersionThatExplainAccepts) {
    for (const auto& url :
         {link("1", token_), link("2", token_, {"--name", "embed"}),
          link("2", hash_, {"--name", "embed", "--session", "60"}),
          link("3", token_, {"--name", "embed", "--lock", "region", "--valid-for", "60"})}) {
        EXPECT_TRUE(url.starts_with(kUrl + "&")) << url;
        for (const auto& file : {token_, hash_}) {
            const auto right = run_program({"explain", url, "--key-file", file});
            EXPECT_EQ(right.code, 0) << right.out << right.err;
            EXPECT_FALSE(contains(right.out, kToken));
            EXPECT_FALSE(contains(right.out, kHash));
        }
    }
    const auto v3 = link("3", token_, {"--name", "embed", "--lock", "region"});
    EXPECT_TRUE(contains(run_program({"explain", v3}).out, "lock:region=eu"));
    EXPECT_NE(v3, link("3", token_, {"--name", "embed", "--lock", "region"}));
    const auto by_environment =
        run_program(Invocation{{"explain", "-"}, {{"CASEMENT_GRAFANA_KEY", kToken}}, v3 + "\n"});
    EXPECT_EQ(by_environment.code, 0) << by_environment.out;
}

TEST_F(GrafanaLinkCommand, TakesNameAndOrganizationFromALegacyKey) {
    const auto url = link("2", legacy_);
    EXPECT_TRUE(contains(url, "aliyun_api_key_name=viewer%20key&aliyun_api_key_org_id=7")) << url;
    EXPECT_EQ(run_program({"explain", url, "--key-file", legacy_}).code, 0);
    EXPECT_EQ(sign("2", legacy_, {"--name", "other"}).code, 2);
    EXPECT_EQ(sign("2", legacy_, {"--org", "1"}).code, 2);
}

TEST_F(GrafanaLinkCommand, ExplainsALinkOfAnotherKey) {
    const auto url = link("2", token_, {"--name", "embed"});
    const auto wrong = run_program({"explain", url, "--key-file", legacy_});
    EXPECT_EQ(wrong.code, 1);
    EXPECT_TRUE(contains(wrong.out, "WRONG signature")) << wrong.out;
}

TEST_F(GrafanaLinkCommand, SaysWhatIsMissingOrDoesNotFitTogether) {
    EXPECT_EQ(sign("2", token_).code, 2);
    EXPECT_EQ(sign("4", token_, {"--name", "embed"}).code, 2);
    EXPECT_EQ(sign("1", hash_).code, 2);
    EXPECT_EQ(sign("2", token_, {"--name", "e", "--lock", "region"}).code, 2);
    EXPECT_EQ(sign("3", token_, {"--name", "e", "--lock", "city"}).code, 2);
    EXPECT_EQ(sign("3", token_, {"--name", "e", "--valid-for", "3601"}).code, 2);
    EXPECT_NE(sign("2", folder_.path("none"), {"--name", "e"}).code, 0);
    const auto bad = sign("2", folder_.write("bad", "glsa_secretsecret"), {"--name", "e"});
    EXPECT_EQ(bad.code, 2);
    EXPECT_FALSE(contains(bad.err, "secretsecret")) << bad.err;
    EXPECT_EQ(run_program({"explain", kUrl, "--secret-file", token_}).code, 2);
    EXPECT_EQ(run_program({"explain", "https://x/sb/secure-embed/a", "--key-file", token_}).code,
              2);
}

}  // namespace
}  // namespace casement::app
