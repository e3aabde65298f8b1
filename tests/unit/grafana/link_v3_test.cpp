#include "base/encoding.h"
#include "dialects/grafana/link.h"
#include "dialects/grafana/sign.h"
#include "unit/grafana/links.h"

#include <map>

namespace casement::grafana {
namespace {

TEST(GrafanaLinkV3, VerifiesTheKnownLink) {
    const auto link = proof<SignedV3>(joined(v3()));
    EXPECT_EQ(string_to_sign(link.texts),
              "casement-grafana-v3\n/d/sales/s\n1\nembed token\n1726823833\n900\n0123456789abcdef\n"
              "lock:region=São Paulo\nbound:tier=a\nbound:tier=b");
    EXPECT_TRUE(verify_signature(link, &kHash));
    EXPECT_FALSE(verify_signature(link, nullptr));
    EXPECT_EQ(link.key_name, "embed token");
    EXPECT_EQ(link.org, 1);
    EXPECT_EQ(link.expires, seconds(1726823833));
    EXPECT_EQ(link.session, seconds(900));
    EXPECT_EQ(link.nonce, kNonce);
    ASSERT_EQ(link.locked.size(), 1U);
    EXPECT_EQ(link.locked[0].values, (std::vector<std::string>{"São Paulo"}));
    ASSERT_EQ(link.bounded.size(), 1U);
    EXPECT_EQ(link.bounded[0].values, (std::vector<std::string>{"b", "a"}));
}

TEST(GrafanaLinkV3, EveryChangeOfWhatIsSignedBreaksTheSignature) {
    const auto is_right = [](const Query& query, const std::string& path = "/d/sales/s") {
        const auto link = parse_link(joined(query, path));
        return link && verify_signature(std::get<SignedV3>(link->proof), &kHash);
    };
    ASSERT_TRUE(is_right(v3()));
    for (const auto& [name, value] : Query{{"var-region", "Rio"},
                                           {"casement_key", "embed+tokem"},
                                           {"casement_org", "2"},
                                           {"casement_expires", "1726823834"},
                                           {"casement_session", "901"},
                                           {"casement_lock", "tier"},
                                           {"casement_lock", "region,free"},
                                           {"casement_lock", ""},
                                           {"casement_bound", "free"},
                                           {"casement_bound", ""},
                                           {"casement_nonce", "0123456789abcdeF"},
                                           {"casement_signature", std::string(64, 'a')}}) {
        EXPECT_FALSE(is_right(with(v3(), name, value))) << name << "=" << value;
    }
    for (const auto* name :
         {"casement_session", "casement_lock", "casement_bound", "var-region", "var-tier"}) {
        EXPECT_FALSE(is_right(with(v3(), name, std::nullopt))) << name;
    }
    auto more = v3();
    more.emplace_back("var-region", "Rio");
    EXPECT_FALSE(is_right(more));
    auto encoded = v3();
    encoded.emplace_back("%76ar-region", "Rio");
    EXPECT_FALSE(is_right(encoded));
    for (const auto* path : {"/d/sales/other", "/d/sales", "/d/sales/s/", "/d/%73ales/s", "/d/x/s"})
        EXPECT_FALSE(is_right(v3(), path)) << path;
    // What is free stays free, and order and spelling decide nothing.
    EXPECT_TRUE(is_right(with(v3(), "var-free", "2")));
    EXPECT_TRUE(is_right(with(v3(), "from", "now-1h")));
    EXPECT_TRUE(is_right(with(v3(), "var-region", "S%c3%a3o%20Paulo")));
    auto turned = v3();
    std::ranges::reverse(turned);
    EXPECT_TRUE(is_right(turned));
}

TEST(GrafanaLinkV3, ThePanelOfASoloLinkIsSigned) {
    LinkParts parts;
    parts.url = "https://dash.example/d-solo/sales/s?panelId=4";
    parts.key_name = "k";
    parts.time = kNowSeconds + 60;
    parts.nonce = kNonce;
    auto url = make_v3_url(parts, kHash);
    auto link = proof<SignedV3>(target_of(url));
    EXPECT_TRUE(verify_signature(link, &kHash));
    EXPECT_NE(string_to_sign(link.texts).find("\npanel:4"), std::string::npos);
    url.replace(url.find("panelId=4"), 9, "panelId=5");
    EXPECT_FALSE(verify_signature(proof<SignedV3>(target_of(url)), &kHash));
}

TEST(GrafanaLinkV3, NoTwoLinksHaveOneText) {
    // A name within a value, a value that looks like a line: only the signed split fits.
    SignedTexts texts{"/d/a", "1", "k", "5", "", std::string(kNonce), "", {{"a", "b=c"}}, {}};
    auto other = texts;
    other.locked = {};
    other.bounded = {{"a", "b=c"}};
    EXPECT_NE(string_to_sign(texts), string_to_sign(other));
    for (const auto& name :
         std::vector<std::string>{"a=b", "a,b", "", "a b", "é", std::string(65, 'a')}) {
        EXPECT_FALSE(is_variable_name(name)) << name;
        const auto query = with(with(v3(), "var-" + percent_encode(name), "c"), "casement_lock",
                                percent_encode(name));
        if (name.empty() || name == "a,b") continue;  // an empty list; a list of two
        EXPECT_EQ(code_of(joined(query)), kParameterInvalid) << name;
    }
}

TEST(GrafanaLinkV3, RefusesValuesOfAnotherForm) {
    const std::map<std::string, std::vector<std::string>> wrong = {
        {"casement_key", {"", std::string(191, 'n')}},
        {"casement_org", {"", "0", "-1", "01", "a"}},
        {"casement_expires", {"", "-1", "01", "1726823833000", "1.5"}},
        {"casement_session", {"", "0", "086", "86401", "-1"}},
        {"casement_lock",
         {",", "region,", ",region", "region,,free", "region,region", "nothing", "region,tier",
          "Region", "%20region"}},
        {"casement_bound", {"tier,tier", "region", "none"}},
        {"casement_nonce",
         {"", "0123456789abcde", std::string(129, 'a'), "0123456789abcde.", "0123456789abcde%20"}},
        {"casement_signature", {"", std::string(63, 'a'), std::string(64, 'A')}}};
    for (const auto& [name, values] : wrong) {
        for (const auto& value : values) {
            EXPECT_EQ(code_of(joined(with(v3(), name, value))), kParameterInvalid)
                << name << "=" << value;
        }
    }
    EXPECT_EQ(code_of(joined(with(v3(), "var-region", "a%0alock:x=1"))), kParameterInvalid);
    EXPECT_EQ(code_of(joined(with(v3(), "orgId", "2"))), kOrganizationMismatch);
    EXPECT_EQ(code_of(joined(with(v3(), "orgId", "1"))), "accepted");
}

TEST(GrafanaLinkV3, EndsWhenItSaysAndNoLaterThanInAnHour) {
    const auto at = [](std::int64_t ahead) {
        const auto link = proof<SignedV3>(
            joined(with(v3(), "casement_expires", std::to_string(kNowSeconds + ahead))));
        const auto error = check_window(link, kNow);
        return error ? std::string(error->code) : "opens";
    };
    EXPECT_EQ(at(-1), kLinkExpired);
    EXPECT_EQ(at(0), kLinkExpired);
    EXPECT_EQ(at(1), "opens");
    EXPECT_EQ(at(3660), "opens");
    EXPECT_EQ(at(3661), kLinkNotYetValid);
}

}  // namespace
}  // namespace casement::grafana
