// How the calls about keys and accounts decide; what each of them answers is held against a running
// server in tests/conformance/grafana.
#include "dialects/grafana/account_parts.h"
#include "unit/grafana/account_world.h"

#include <rapidcheck.h>

namespace casement::grafana {
namespace {

using namespace std::chrono_literals;
using http::Method;

class AccountApiTest : public AccountWorld {
  protected:
    std::string id_of(const http::Response& response) {
        return std::string(parse_json(response.body).value().at("messageId").get_string());
    }
    http::Response with(const std::string& name, const std::string& value) {
        auto made = request(Method::get, "/api/auth/keys", {});
        made.headers.add(name, value);
        return send(std::move(made));
    }
    static std::string basic(const std::string& pair) { return "Basic " + to_base64(pair); }
};

TEST(KeyRules, TheGlobalLimitSaysWhatTheVendorSays) {
    const auto now = parse_rfc3339("2026-03-11T18:30:00.7Z").value();
    const auto code = [&](const KeyRules& rules, std::int64_t seconds) {
        const auto end = end_of_key(rules, seconds, now);
        return end ? std::string() : end.error().message;
    };
    EXPECT_EQ(code({}, 0), "");
    EXPECT_EQ(end_of_key({}, 0, now).value(), std::nullopt);
    EXPECT_EQ(end_of_key({}, 60, now).value(), parse_rfc3339("2026-03-11T18:31:00Z").value());
    EXPECT_EQ(code({}, -1), "negative value for SecondsToLive");
    const KeyRules hour{3600, 0};
    EXPECT_EQ(code(hour, 0), "Number of seconds before expiration should be set");
    EXPECT_EQ(code(hour, 3601),
              "Number of seconds before expiration is greater than the global limit");
    EXPECT_EQ(code(hour, 3600), "");
    EXPECT_EQ(code(hour, -5), "negative value for SecondsToLive");
}

TEST(KeyRules, ATokensDayLimitIsOfWholeDaysAndWantsAnEnd) {
    const auto now = parse_rfc3339("2026-03-11T18:30:00Z").value();
    const KeyRules week{-1, 7};
    EXPECT_EQ(end_of_token(week, 0, now).error().code, "lifetime_required");
    EXPECT_EQ(end_of_token(week, -1, now).error().code, "token_input");
    const std::int64_t last =
        (parse_rfc3339("2026-03-18T23:59:59Z").value() - now) / std::chrono::seconds{1};
    EXPECT_TRUE(end_of_token(week, last, now));
    EXPECT_EQ(end_of_token(week, last + 1, now).error().code, "token_day_limit");
    EXPECT_TRUE(end_of_key(week, last + 1, now)) << "API keys are not bound by it";
}

TEST(KeyRules, APageIsASliceHoweverFarOut) {
    EXPECT_TRUE(rc::check([] {
        const auto total = *rc::gen::inRange<std::size_t>(0, 50);
        Page page;
        page.size = *rc::gen::inRange<std::size_t>(1, 60);
        page.number = *rc::gen::oneOf(rc::gen::inRange<std::size_t>(1, 60),
                                      rc::gen::just(std::size_t{1} << 62U));
        RC_ASSERT(page.begin(total) <= page.end(total));
        RC_ASSERT(page.end(total) <= total);
        RC_ASSERT(page.end(total) - page.begin(total) <= page.size);
        if (page.number == 1) RC_ASSERT(page.begin(total) == 0U);
        Page next = page;
        next.number += 1;
        RC_ASSERT(next.begin(total) == page.end(total));
    }));
    EXPECT_TRUE(contains_text("Night Report", "t rEP"));
    EXPECT_FALSE(contains_text("Night", "Nights"));
    EXPECT_TRUE(contains_text("", ""));
}

TEST_F(AccountApiTest, WithoutACredentialTheAnswerIsUnauthorized) {
    for (const auto& [name, value] : std::initializer_list<std::pair<std::string, std::string>>{
             {"X-Nothing", "1"},
             {"Authorization", "Bearer "},
             {"Authorization", "Digest abc"},
             {"Authorization", "Basic"},
             {"Authorization", "Basic ###"},
             {"Authorization", basic("api_key")},
             {"Authorization", admin}}) {
        const auto response = with(name, value);
        EXPECT_EQ(response.status, 401) << value;
        EXPECT_EQ(id_of(response), "auth.unauthorized") << value;
    }
    auto twice = request(Method::get, "/api/auth/keys", admin);
    twice.headers.add("Authorization", "Bearer " + admin);
    EXPECT_EQ(send(std::move(twice)).status, 401);
}

TEST_F(AccountApiTest, BasicAuthenticationTakesTheKeyAsThePasswordOfItsOwnUser) {
    EXPECT_EQ(with("Authorization", basic("api_key:" + admin)).status, 200);
    EXPECT_EQ(with("authorization", "bASIC " + to_base64("api_key:" + admin)).status, 200);
    EXPECT_EQ(id_of(with("Authorization", basic("admin:" + admin))), "password-auth.failed");
    EXPECT_EQ(id_of(with("Authorization", basic("api_key:"))), "api-key.invalid");
}

TEST_F(AccountApiTest, AnOrganizationThatCannotBeReadIsNoneOfTheKeys) {
    for (const auto& [value, status] :
         std::initializer_list<std::pair<std::string, int>>{{"1", 200},
                                                            {"0", 200},
                                                            {"2", 401},
                                                            {"-1", 401},
                                                            {"1 ", 401},
                                                            {"x", 401},
                                                            {"", 401},
                                                            {"99999999999999999999", 401},
                                                            {"1,2", 401}}) {
        auto made = request(Method::get, "/api/auth/keys", admin);
        made.headers.add("X-Grafana-Org-Id", value);
        const auto response = send(std::move(made));
        EXPECT_EQ(response.status, status) << value;
        if (status == 401) {
            EXPECT_EQ(id_of(response), "api-key.organization-mismatch");
        }
    }
    auto twice = request(Method::get, "/api/auth/keys", admin);
    twice.headers.add("X-Grafana-Org-Id", "1");
    twice.headers.add("X-Grafana-Org-Id", "1");
    EXPECT_EQ(send(std::move(twice)).status, 401);
}

TEST_F(AccountApiTest, AServiceTokenOfThisServerIsAnAdminOfItsOrganization) {
    const auto own = access::create_credentials(*catalog, random, 1, "Admin").value();
    const std::string token(own.service_token.reveal());
    EXPECT_EQ(send(request(Method::get, "/api/auth/keys", token)).status, 200);
    auto elsewhere = request(Method::get, "/api/auth/keys", token);
    elsewhere.headers.add("X-Grafana-Org-Id", "2");
    EXPECT_EQ(id_of(send(std::move(elsewhere))), "api-key.organization-mismatch");
    EXPECT_EQ(id_of(send(request(Method::get, "/api/auth/keys", "cas_" + random.token()))),
              "api-key.invalid");
    EXPECT_EQ(id_of(send(request(Method::get, "/api/auth/keys",
                                 std::string(own.datadog_api_key.reveal())))),
              "api-key.invalid");
}

TEST_F(AccountApiTest, ATokenImportedFromAnotherServerIsTheSameToken) {
    const std::string token = "glsa_ExampleSaTokenAAAABBBBCCCCDDDD01_00cf46b3";
    const auto account =
        expect(201, Method::post, "/api/serviceaccounts", R"({"name":"moved","role":"Viewer"})");
    const auto id = json::serialize(account.at("id"));
    const auto import = [&](int status, const std::string& body) {
        return expect(status, Method::post, "/api/casement/v1/account-keys/import", body);
    };
    import(400, R"({"key":")" + token + R"(","name":"t"})");
    import(400, R"({"key":"glsa_ExampleSaTokenAAAABBBBCCCCDDDD01_b346cf00","name":"t"})");
    import(400, R"({"key":")" + token + R"(","account":)" + id + "}");
    import(201, R"({"key":")" + token + R"(","name":"t","account":)" + id + "}");
    import(409, R"({"key":")" + token + R"(","name":"u","account":)" + id + "}");
    EXPECT_EQ(row("t").hash.reveal(),
              "8cbb5266f7be5867a809664f3ead5c680a81c4704254ac0a78f2b4a1d25109538e593c64dde942361cdf"
              "ed98d29bfaed8628");
    EXPECT_EQ(send(request(Method::get, "/api/auth/keys", token)).status, 403)
        << "known, and only a viewer";
    import(400, "{}");
    import(400, R"({"key":")" + admin + R"(","hash":"00","name":"x"})");
    import(400, R"({"hash":"00","name":"x"})");
}

TEST_F(AccountApiTest, NoSecretStandsInTheAuditOrInAList) {
    const auto made =
        expect(200, Method::post, "/api/auth/keys", R"({"name":"k","role":"Viewer"})");
    const std::string key(made.at("key").get_string());
    const auto shown = json::serialize(expect(200, Method::get, "/api/casement/v1/account-keys")) +
                       json::serialize(expect(200, Method::get, "/api/auth/keys")) + audit.text();
    EXPECT_EQ(shown.find(key), std::string::npos);
    EXPECT_EQ(shown.find(row("k").hash.reveal()), std::string::npos);
    EXPECT_NE(audit.text().find("account_key.created"), std::string::npos);
}

TEST_F(AccountApiTest, AgeCountsFromTheLastRotation) {
    (void)expect(200, Method::post, "/api/auth/keys", R"({"name":"k","role":"Viewer"})");
    const auto path = "/api/casement/v1/account-keys/" + std::to_string(row("k").id);
    clock.advance(90 * 24h - 1us);
    EXPECT_FALSE(expect(200, Method::get, path).at("older_than_90_days").get_bool());
    clock.advance(1us);
    EXPECT_TRUE(expect(200, Method::get, path).at("older_than_90_days").get_bool());
    (void)expect(200, Method::post, path + "/rotate", "{}");
    EXPECT_FALSE(expect(200, Method::get, path).at("older_than_90_days").get_bool());
    const auto old =
        expect(200, Method::get, "/api/casement/v1/account-keys?older_than_90_days=true");
    EXPECT_EQ(old.at("keys").get_array().size(), 2U) << "those that the admin began with";
}

TEST_F(AccountApiTest, BodiesOfAnyKindAreRefusedOrTaken) {
    for (const std::string body :
         {"[]", "\"x\"", "{", R"({"name":1})", R"({"name":"a","role":7})",
          R"({"name":"a","role":"Viewer","secondsToLive":"1"})",
          R"({"name":"a","role":"Viewer","secondsToLive":1.5})",
          R"({"name":"a","role":"Viewer","secondsToLive":99999999999999})",
          R"({"name":"a","name":"b","role":"Viewer"})", R"({"role":"Viewer"})",
          R"({"name":"","role":"Viewer"})", R"({"name":"a\u0000b","role":"Viewer"})", ""}) {
        const auto answer = expect(400, Method::post, "/api/auth/keys", body);
        EXPECT_EQ(answer.at("message").get_string(), "bad request data") << body;
    }
    (void)expect(400, Method::post, "/api/auth/keys",
                 R"({"name":")" + std::string(191, 'a') + R"(","role":"Viewer"})");
    (void)expect(200, Method::post, "/api/auth/keys",
                 R"({"name":"大盘","role":"None","secondsToLive":null,"unknown":[1]})");
}

TEST_F(AccountApiTest, TheServersOwnCallsTakeNoBodyThatIsNotTheirs) {
    const std::string path = "/api/casement/v1/account-keys";
    for (const std::string body :
         {"[]", "null", "{}", R"({"name":"a","role":"Viewer","seconds_to_iive":60})",
          R"({"name":"a","role":"Viewer","__proto__":{}})",
          R"({"name":"a","role":"Viewer","seconds_to_live":null})",
          R"({"name":"a","name":"b","role":"Viewer"})"}) {
        (void)expect(400, Method::post, path, body);
    }
    const std::string good = R"({"name":"a","role":"Viewer"})";
    for (const auto* type : {"", "text/plain", "application/x-www-form-urlencoded"}) {
        auto made = request(Method::post, path, admin, good);
        made.headers.set("Content-Type", type);
        EXPECT_EQ(send(std::move(made)).status, 400) << type;
    }
    EXPECT_EQ(send(request(Method::post, path, admin)).status, 400) << "no body at all";
    EXPECT_EQ(catalog->snapshot()->by_name<store::AccountKey>(1, "a"), nullptr);
    (void)expect(201, Method::post, path, good);
}

}  // namespace
}  // namespace casement::grafana
