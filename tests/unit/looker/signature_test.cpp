#include "dialects/looker/signature.h"

#include "base/url_query.h"
#include "unit/looker/vectors.h"

#include <set>

#include <gtest/gtest.h>

namespace casement::looker {
namespace {

using Attributes = std::map<std::string, std::string>;

TEST(LookerSignature, SignsEveryKnownLinkWithBothAlgorithms) {
    for (const auto& vector : vectors()) {
        const auto text = string_to_sign(vector.host, vector.texts);
        EXPECT_EQ(sign(Algorithm::sha1, vector.secret, text), vector.sha1) << vector.name;
        if (vector.sha256.empty()) continue;
        EXPECT_EQ(sign(Algorithm::sha256, vector.secret, text), vector.sha256) << vector.name;
    }
}

TEST(LookerSignature, LeavesOutTheLinesOfAbsentParameters) {
    const auto all = vectors();
    EXPECT_EQ(signed_lines("h", all[0].texts).size(), 12U);
    EXPECT_EQ(signed_lines("h", all[1].texts).size(), 9U);
    EXPECT_EQ(string_to_sign("test.looker.com", all[1].texts),
              "test.looker.com\n/login/embed/%2Fembed%2Fdashboards%2F1\n\"abc123\"\n1561486800\n"
              "3600\n\"user1\"\n[\"access_data\",\"see_looks\",\"see_user_dashboards\"]\n"
              "[\"powered_by\",\"thelook\"]\n{}");
}

TEST(LookerSignature, KnowsTheVendorsNamesOfItsAlgorithms) {
    EXPECT_EQ(parse_algorithm("hmac/sha-1"), Algorithm::sha1);
    EXPECT_EQ(parse_algorithm("hmac/sha-256"), Algorithm::sha256);
    EXPECT_EQ(parse_algorithm("sha-256"), std::nullopt);
    EXPECT_EQ(parse_algorithm(to_text(Algorithm::sha1)), Algorithm::sha1);
}

LoginParameters parameters_of_an_api() {
    LoginParameters parameters;
    parameters.base_url = "https://dash.example";
    parameters.target = "/embed/dashboards/42?State=New%20York";
    parameters.nonce = "00112233445566778899aabbccddeeff";
    parameters.time = 1700000000;
    parameters.external_user_id = "user 4";
    parameters.permissions = {"access_data"};
    parameters.models = {"one", "two"};
    parameters.first_name = "Zoë \"Z\"";
    parameters.last_name = "Jones";
    parameters.user_attributes = Attributes{{"company_id", "17"}};
    return parameters;
}

TEST(LookerSignature, MakesUrlsOfTheShapeThatTheVendorsApiMakes) {
    const auto url = make_login_url(parameters_of_an_api(), "secret123", Algorithm::sha256);
    std::vector<std::string> names;
    for (const auto& [name, value] : split_query(std::string_view(url).substr(url.find('?') + 1)))
        names.emplace_back(name);
    EXPECT_EQ(names, (std::vector<std::string>{"permissions", "models", "signature", "nonce",
                                               "time", "session_length", "external_user_id",
                                               "access_filters", "first_name", "last_name",
                                               "user_attributes", "force_logout_login"}));
    EXPECT_TRUE(url.starts_with(
        "https://dash.example/login/embed/%2Fembed%2Fdashboards%2F42%3FState%3DNew%2520York?"
        "permissions=%5B%22access_data%22%5D&"));
    EXPECT_NE(url.find("&external_user_id=%22user+4%22&"), std::string::npos);
    EXPECT_NE(url.find("&first_name=%22Zo%C3%AB+%5C%22Z%5C%22%22&"), std::string::npos);
    EXPECT_TRUE(url.ends_with("&force_logout_login=true"));
}

TEST(LookerSignature, SaysWhyItCannotBeSigned) {
    EXPECT_EQ(signing_problem(parameters_of_an_api(), "s"), std::nullopt);
    std::set<std::string> reasons;
    const auto refuses = [&](auto change, std::string_view secret = "s3cr3t-text") {
        auto parameters = parameters_of_an_api();
        change(parameters);
        const auto problem = signing_problem(parameters, secret);
        ASSERT_TRUE(problem.has_value());
        EXPECT_EQ(problem->find("s3cr3t-text"), std::string::npos);
        reasons.insert(*problem);
    };
    refuses([](auto& p) { p.base_url = "dash.example"; });
    refuses([](auto& p) { p.base_url = "https://dash.example/"; });
    refuses([](auto& p) { p.base_url = "https://Dash.example"; });
    refuses([](auto& p) { p.base_url = "https://dash.example:443"; });
    refuses([](auto& p) { p.base_url = "http://dash.example:80"; });
    refuses([](auto&) {}, "");
    refuses([](auto& p) { p.target = "/dashboards/42"; });
    refuses([](auto& p) { p.target = "/embed/x\n"; });
    refuses([](auto& p) { p.time = -1; });
    refuses([](auto& p) { p.time = 1700000000000; });
    refuses([](auto& p) { p.session_length = std::chrono::seconds(2592001); });
    refuses([](auto& p) { p.nonce.clear(); });
    refuses([](auto& p) { p.nonce = std::string(255, 'n'); });
    refuses([](auto& p) { p.external_user_id.clear(); });
    refuses([](auto& p) { p.external_group_id = std::string(82, 'g'); });
    refuses([](auto& p) { p.models = {""}; });
    refuses([](auto& p) { p.user_attributes = Attributes{{"", "x"}}; });
    refuses([](auto& p) { p.user_attributes = Attributes{{"a", std::string(20000, 'x')}}; });
    EXPECT_GE(reasons.size(), 12U);

    auto at_the_edge = parameters_of_an_api();
    at_the_edge.session_length = kMaxSessionLength;
    for (int i = 0; i < 81; ++i)
        at_the_edge.external_group_id = at_the_edge.external_group_id.value_or("") + "ō";
    EXPECT_EQ(signing_problem(at_the_edge, "s"), std::nullopt);
}

TEST(LookerSignature, FindsTheHostThatABrowserSends) {
    EXPECT_EQ(host_of("https://dash.example:8443/login"), "dash.example:8443");
    EXPECT_EQ(host_of("http://127.0.0.1:8080?x"), "127.0.0.1:8080");
    EXPECT_EQ(host_of("/login/embed/x"), "");
    EXPECT_EQ(host_of("javascript:alert(1)"), "");
}

}  // namespace
}  // namespace casement::looker
