#include "dialects/datadog/shapes.h"
#include "unit/datadog/world.h"

namespace casement::datadog {
namespace {

using namespace std::chrono_literals;
using http::Method;

constexpr std::string_view kCreate = R"({"data": {"type": "secure_embed_request", "attributes": {
    "title": "Acme", "status": "active", "global_time": {"live_span": "1h"},
    "global_time_selectable": true,
    "selectable_template_vars": [
        {"name": "org", "prefix": "org", "default_values": ["acme"]},
        {"name": "env", "prefix": "", "type": "group", "visible_tags": ["prod", "dev"]},
        {}],
    "viewing_preferences": {"high_density": false, "theme": "dark"}}}})";

class DatadogEmbedApi : public World {
  protected:
    void SetUp() override {
        World::SetUp();
        dashboard = make_dashboard();
        base = "/api/v2/dashboard/" + dashboard.uid + "/shared";
        embeds = base + "/secure-embed";
    }
    json::object created() {
        const auto response = call(Method::post, embeds, std::string(kCreate));
        EXPECT_EQ(response.status, 200) << response.body;
        return parsed(response);
    }
    static json::object attributes(const json::object& body) {
        return body.at("data").at("attributes").as_object();
    }
    static std::string text(const json::value& value) { return std::string(value.as_string()); }

    /// The JSON:API error of a v2 refusal; fails the test when it has another shape.
    json::object refused(const http::Response& response, int status) {
        EXPECT_EQ(response.status, status) << response.body;
        const auto body = parsed(response);
        const auto* errors = body.if_contains("errors");
        if (errors == nullptr || !errors->is_array() || errors->get_array().size() != 1 ||
            !errors->get_array()[0].is_object()) {
            ADD_FAILURE() << response.body;
            return {};
        }
        auto error = errors->get_array()[0].get_object();
        EXPECT_EQ(error.at("status").as_string(), std::to_string(status));
        EXPECT_TRUE(error.at("title").is_string());
        EXPECT_TRUE(error.at("detail").is_string());
        return error;
    }

    store::Dashboard dashboard;
    std::string base, embeds;
};

TEST_F(DatadogEmbedApi, CreateShowsTheCredentialOnceAndEchoesEverything) {
    const auto body = created();
    const auto& data = body.at("data").as_object();
    EXPECT_EQ(data.at("type").as_string(), "secure_embed_create_response");
    const auto got = attributes(body);
    EXPECT_EQ(data.at("id"), got.at("id"));
    EXPECT_EQ(got.at("dashboard_id").as_string(), dashboard.uid);
    EXPECT_EQ(got.at("share_type").as_string(), "secure_embed");
    EXPECT_EQ(got.at("created_at").as_string(), "2026-03-11T18:30:00.000000");
    EXPECT_EQ(got.at("credential").as_string().size(), 44U);
    EXPECT_FALSE(got.contains("credential_suffix"));
    EXPECT_EQ(text(got.at("url")), "https://dash.example/sb/secure-embed/" + text(got.at("token")));

    const auto sent = parse_json(kCreate).value().at("data").at("attributes").as_object();
    for (const auto& [name, value] : sent)
        EXPECT_EQ(got.at(name), value) << name;
}

TEST_F(DatadogEmbedApi, TheCreatedCredentialSignsLinksThatOpen) {
    const auto got = attributes(created());
    const auto url =
        signed_url(text(got.at("url")), Secret(text(got.at("credential"))), "n-1", clock.now());
    const auto page = send(request(Method::get, url.substr(url.find("/sb/"))));
    EXPECT_EQ(page.status, 200);
}

TEST_F(DatadogEmbedApi, GetShowsOnlyTheSuffix) {
    const auto made = attributes(created());
    const auto credential = text(made.at("credential"));
    const auto response = call(Method::get, embeds + "/" + text(made.at("token")));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body.find(credential), std::string::npos);
    const auto body = parsed(response);
    EXPECT_EQ(body.at("data").at("type").as_string(), "secure_embed_get_response");
    const auto got = attributes(body);
    EXPECT_FALSE(got.contains("credential"));
    EXPECT_EQ(text(got.at("credential_suffix")), credential.substr(40));
    for (const auto& [name, value] : made) {
        if (name != "credential") EXPECT_EQ(got.at(name), value) << name;
    }
}

TEST_F(DatadogEmbedApi, AShareIsFoundByTheDashboardsNumberToo) {
    const auto token = text(attributes(created()).at("token"));
    const auto path = "/api/v2/dashboard/" + std::to_string(dashboard.id) + "/shared/secure-embed/";
    EXPECT_EQ(call(Method::get, path + token).status, 200);
}

TEST_F(DatadogEmbedApi, UpdateReplacesWhatIsSentAndKeepsTheRest) {
    const auto made = attributes(created());
    const auto path = embeds + "/" + text(made.at("token"));
    const auto response = call(Method::patch, path,
                               R"({"data": {"type": "secure_embed_update_request", "attributes": {
            "status": "paused",
            "selectable_template_vars": [{"name": "org", "default_values": ["globex"]}]}}})");
    EXPECT_EQ(response.status, 200) << response.body;
    const auto body = parsed(response);
    EXPECT_EQ(body.at("data").at("type").as_string(), "secure_embed_update_response");
    const auto got = attributes(body);
    EXPECT_EQ(got.at("status").as_string(), "paused");
    EXPECT_EQ(got.at("selectable_template_vars").as_array().size(), 1U);
    EXPECT_FALSE(got.at("selectable_template_vars").at(0).as_object().contains("prefix"));
    EXPECT_EQ(got.at("title").as_string(), "Acme");
    EXPECT_EQ(got.at("global_time"), made.at("global_time"));
    EXPECT_EQ(got.at("token"), made.at("token"));
    EXPECT_FALSE(got.contains("credential"));
}

TEST_F(DatadogEmbedApi, AnUpdateCannotTouchWhatThisApiDoesNotKnow) {
    const auto made = attributes(created());
    const auto path = embeds + "/" + text(made.at("token"));
    const auto response = call(Method::patch, path,
                               R"({"data": {"type": "secure_embed_update_request", "attributes": {
            "download": true, "allowed_origins": "x", "token": "mine", "share_type": "open",
            "dashboard_id": "other", "credential": "known", "expires_at": "soon"}}})");
    EXPECT_EQ(response.status, 200) << response.body;
    const auto share = shares->find(who, text(made.at("token"))).value();
    EXPECT_FALSE(share.settings.contains("download"));
    EXPECT_FALSE(share.settings.contains("allowed_origins"));
    EXPECT_FALSE(share.settings.contains("expires_at"));
    EXPECT_EQ(share.type, "secure_embed");
    EXPECT_EQ(share.credentials.front().secret.reveal(), text(made.at("credential")));
}

TEST_F(DatadogEmbedApi, DeleteIsFinal) {
    const auto path = embeds + "/" + text(attributes(created()).at("token"));
    const auto gone = call(Method::del, path);
    EXPECT_EQ(gone.status, 204);
    EXPECT_TRUE(gone.body.empty());
    refused(call(Method::get, path), 404);
    refused(call(Method::del, path), 404);
    refused(call(Method::patch, path,
                 R"({"data":{"type":"secure_embed_update_request","attributes":{}}})"),
            404);
}

TEST_F(DatadogEmbedApi, UnknownDashboardsAndForeignSharesAreNotFound) {
    refused(call(Method::post, "/api/v2/dashboard/abc-def-ghi/shared/secure-embed",
                 std::string(kCreate)),
            404);
    refused(call(Method::get, "/api/v2/dashboard/abc-def-ghi/shared"), 404);
    const auto token = text(attributes(created()).at("token"));
    const auto other = make_dashboard();
    refused(call(Method::get, "/api/v2/dashboard/" + other.uid + "/shared/secure-embed/" + token),
            404);
}

TEST_F(DatadogEmbedApi, ABinnedDashboardHidesItsShares) {
    const auto path = embeds + "/" + text(attributes(created()).at("token"));
    run(dashboards->bin(who, {dashboard.uid})).value();
    refused(call(Method::get, path), 404);
    refused(call(Method::get, base), 404);
    refused(call(Method::del, path), 404);
    refused(call(Method::patch, path,
                 R"({"data":{"type":"secure_embed_update_request","attributes":{}}})"),
            404);
    run(dashboards->restore(who, {dashboard.uid})).value();
    EXPECT_EQ(call(Method::get, path).status, 200);
}

TEST_F(DatadogEmbedApi, AnotherOrganizationSeesNothing) {
    const auto token = text(attributes(created()).at("token"));
    store::Organization second;
    second.name = "Second";
    const auto org =
        catalog
            ->write_now<std::int64_t>([&](store::Transaction& tx) -> Result<std::int64_t> {
                if (auto done = tx.insert(second); !done) return done.error();
                return second.id;
            })
            .value();
    const auto stranger = access::create_credentials(*catalog, random, org, "Admin").value();
    refused(call(Method::get, embeds + "/" + token, {}, &stranger), 404);
    refused(call(Method::del, embeds + "/" + token, {}, &stranger), 404);
    refused(call(Method::get, base, {}, &stranger), 404);
    refused(call(Method::post, embeds, std::string(kCreate), &stranger), 404);
    // Keys of two organizations together are nobody's.
    auto mixed = request(Method::get, base);
    mixed.headers.add("DD-API-KEY", std::string(admin.datadog_api_key.reveal()));
    mixed.headers.add("DD-APPLICATION-KEY", std::string(stranger.datadog_app_key.reveal()));
    refused(send(std::move(mixed)), 403);
}

TEST_F(DatadogEmbedApi, WhoMayOnlyReadCannotShare) {
    const auto token = text(attributes(created()).at("token"));
    EXPECT_EQ(call(Method::get, embeds + "/" + token, {}, &viewer).status, 200);
    EXPECT_EQ(call(Method::get, base, {}, &viewer).status, 200);
    refused(call(Method::post, embeds, std::string(kCreate), &viewer), 403);
    refused(call(Method::del, embeds + "/" + token, {}, &viewer), 403);
    refused(call(Method::del, embeds + "/UnknownShareToken", {}, &viewer), 403);
    refused(call(Method::patch, embeds + "/" + token,
                 R"({"data":{"type":"secure_embed_update_request","attributes":{}}})", &viewer),
            403);
}

TEST_F(DatadogEmbedApi, SharingSwitchedOffIsForbiddenAndDeletingStaysPossible) {
    const auto token = text(attributes(created()).at("token"));
    run(organizations->update(who, [](store::Organization& org) -> Result<void> {
        org.settings["embed_sharing"] = false;
        return {};
    })).value();
    const auto error = refused(call(Method::post, embeds, std::string(kCreate)), 403);
    EXPECT_EQ(error.at("meta").at("code").as_string(), "embed_disabled");
    EXPECT_EQ(call(Method::del, embeds + "/" + token).status, 204);
}

TEST_F(DatadogEmbedApi, MissingAndWrongKeysAreForbidden) {
    refused(send(request(Method::get, base)), 403);
    auto only_one = request(Method::get, base);
    only_one.headers.add("DD-API-KEY", std::string(admin.datadog_api_key.reveal()));
    refused(send(only_one), 403);
    auto wrong = only_one;
    wrong.headers.add("DD-APPLICATION-KEY", "0000000000000000000000000000000000000000");
    refused(send(wrong), 403);
    auto swapped = request(Method::get, base);
    swapped.headers.add("DD-API-KEY", std::string(admin.datadog_app_key.reveal()));
    swapped.headers.add("DD-APPLICATION-KEY", std::string(admin.datadog_api_key.reveal()));
    refused(send(swapped), 403);
    auto twice = only_one;
    twice.headers.add("DD-APPLICATION-KEY", std::string(admin.datadog_app_key.reveal()));
    twice.headers.add("DD-APPLICATION-KEY", std::string(viewer.datadog_app_key.reveal()));
    refused(send(twice), 403);
}

TEST_F(DatadogEmbedApi, ABearerTokenIsEnoughAndKeysDecideBesideIt) {
    auto bearer = request(Method::get, base);
    bearer.headers.add("Authorization", "Bearer " + std::string(admin.service_token.reveal()));
    EXPECT_EQ(send(bearer).status, 200);
    auto both = bearer;
    both.headers.add("DD-API-KEY", "wrong");
    both.headers.add("DD-APPLICATION-KEY", "wrong");
    refused(send(both), 403);
    auto not_a_token = request(Method::get, base);
    not_a_token.headers.add("Authorization",
                            "Bearer " + std::string(admin.datadog_app_key.reveal()));
    refused(send(not_a_token), 403);
}

TEST_F(DatadogEmbedApi, EveryValueOfAWrongTypeIsRefused) {
    const json::value wrong[] = {
        nullptr, true, 7, 1.5, "\x01", json::array{1}, json::object{{"a", 1}}};
    const auto good = parse_json(kCreate).value();
    const auto refuses = [&](const json::value& body) {
        const auto response = call(Method::post, embeds, json::serialize(body));
        EXPECT_EQ(response.status, 400) << json::serialize(body);
        if (response.status == 400) refused(response, 400);
    };
    for (const auto& value : wrong) {
        // What each member may be; anything else must not pass.
        const auto fits = [&](std::string_view name) {
            if (name == "title") return value.is_string();
            if (name == "global_time_selectable") return value.is_bool();
            if (name == "global_time" || name == "viewing_preferences") return value.is_object();
            return false;
        };
        for (const auto& member : good.at("data").at("attributes").as_object()) {
            const std::string_view name = member.key();
            if (fits(name)) continue;
            auto body = good;
            body.at("data").at("attributes").as_object()[name] = value;
            refuses(body);
        }
        for (const std::string_view name :
             {"name", "prefix", "type", "default_values", "visible_tags"}) {
            const bool is_text = name == "name" || name == "prefix" || name == "type";
            if (is_text && value.is_string()) continue;
            auto body = good;
            body.at("data")
                .at("attributes")
                .at("selectable_template_vars")
                .at(0)
                .as_object()[name] = value;
            refuses(body);
        }
        for (const std::string_view name : {"type", "attributes"}) {
            auto body = good;
            body.at("data").as_object()[name] = value;
            refuses(body);
        }
        refuses(json::object{{"data", value}});
        if (!value.is_object()) refuses(value);
        auto body = good;
        body.at("data").at("attributes").at("global_time").as_object()["live_span"] = value;
        refuses(body);
    }
}

TEST_F(DatadogEmbedApi, NothingThatCreateNeedsMayBeMissing) {
    const auto good = parse_json(kCreate).value();
    for (const auto& member : good.at("data").at("attributes").as_object()) {
        auto body = good;
        body.at("data").at("attributes").as_object().erase(member.key());
        const auto error = refused(call(Method::post, embeds, json::serialize(body)), 400);
        EXPECT_EQ(error.at("source").at("pointer").as_string(),
                  "/data/attributes/" + std::string(member.key()));
    }
}

TEST_F(DatadogEmbedApi, TakesJsonUnderBothOfItsNamesAndNothingElse) {
    for (const auto& [type, status] :
         {std::pair{"application/json", 200}, std::pair{"application/vnd.api+json", 200},
          std::pair{"text/plain", 400}, std::pair{"application/x-www-form-urlencoded", 400}}) {
        auto made = request(Method::post, embeds);
        made.headers.add("DD-API-KEY", std::string(admin.datadog_api_key.reveal()));
        made.headers.add("DD-APPLICATION-KEY", std::string(admin.datadog_app_key.reveal()));
        made.headers.add("Content-Type", type);
        made.body = kCreate;
        EXPECT_EQ(send(std::move(made)).status, status) << type;
    }
}

TEST_F(DatadogEmbedApi, ListHasEveryKeyAndAHyphen) {
    const auto made = attributes(created());
    const auto response = call(Method::get, base);
    EXPECT_EQ(response.status, 200);
    const auto body = parsed(response);
    ASSERT_EQ(body.at("data").as_array().size(), 1U);
    const auto& item = body.at("data").at(0).as_object();
    EXPECT_EQ(item.at("type").as_string(), "shared_dashboard");
    EXPECT_EQ(item.at("id"), made.at("id"));
    EXPECT_EQ(item.at("relationships").at("dashboard").at("data").at("id").as_string(),
              dashboard.uid);
    EXPECT_EQ(item.at("relationships").at("sharer").at("data").at("type").as_string(), "user");
    const auto& got = item.at("attributes").as_object();
    for (const std::string_view name :
         {"created_at", "embeddable_domains", "expiration", "global_time", "global_time_selectable",
          "invitees", "last_accessed", "selectable_template_vars", "share_type", "sharer_disabled",
          "status", "title", "token", "url", "viewing_preferences"}) {
        EXPECT_TRUE(got.contains(name)) << name;
    }
    EXPECT_EQ(got.at("share_type").as_string(), "secure-embed");
    EXPECT_EQ(got.at("created_at").as_string(), "2026-03-11T18:30:00.000000Z");
    EXPECT_TRUE(got.at("expiration").is_null());
    EXPECT_TRUE(got.at("last_accessed").is_null());
    for (const auto& variable : got.at("selectable_template_vars").as_array()) {
        for (const std::string_view name :
             {"name", "prefix", "type", "default_values", "visible_tags", "allow_any_value"}) {
            EXPECT_TRUE(variable.as_object().contains(name)) << name;
        }
        EXPECT_FALSE(variable.at("allow_any_value").as_bool());
    }
    bool has_dashboard = false, has_user = false;
    for (const auto& included : body.at("included").as_array()) {
        if (included.at("type") == "dashboard") {
            has_dashboard = true;
            EXPECT_EQ(included.at("attributes").at("title").as_string(), "Sales");
        } else {
            has_user = true;
            EXPECT_TRUE(included.at("attributes").as_object().contains("handle"));
        }
    }
    EXPECT_TRUE(has_dashboard && has_user);
}

TEST_F(DatadogEmbedApi, AnEmptyListIsWhole) {
    const auto body = parsed(call(Method::get, base));
    EXPECT_TRUE(body.at("data").as_array().empty());
    EXPECT_TRUE(body.at("included").as_array().empty());
}

TEST_F(DatadogEmbedApi, ListSaysWhenAShareWasLastOpened) {
    const auto share = make_share(dashboard.uid);
    ASSERT_TRUE(run(visits->guests().note_visit(1, share.id, 0, clock.now())));
    const auto body = parsed(call(Method::get, base));
    EXPECT_EQ(body.at("data").at(0).at("attributes").at("last_accessed").as_string(),
              "2026-03-11T18:30:00.000000Z");
}

TEST_F(DatadogEmbedApi, ABadlyStoredShareStillListsWhole) {
    auto share = make_share(dashboard.uid, {{"global_time", "1h"},
                                            {"global_time_selectable", 1},
                                            {"selectable_template_vars", {1, {{"name", 5}}}},
                                            {"viewing_preferences", nullptr},
                                            {"expires_at", 12}});
    const auto body = parsed(call(Method::get, base));
    const auto& got = body.at("data").at(0).at("attributes").as_object();
    EXPECT_TRUE(got.at("global_time").is_object());
    EXPECT_FALSE(got.at("global_time_selectable").as_bool());
    EXPECT_EQ(got.at("viewing_preferences").at("theme").as_string(), "system");
    EXPECT_EQ(call(Method::get, embeds + "/" + share.token).status, 200);
}

TEST_F(DatadogEmbedApi, TheThousandAndFirstShareIsAConflict) {
    for (std::int64_t i = 0; i < access::kSharesPerDashboard; ++i)
        (void)make_share(dashboard.uid);
    refused(call(Method::post, embeds, std::string(kCreate)), 409);
    const auto other = make_dashboard();
    EXPECT_EQ(call(Method::post, "/api/v2/dashboard/" + other.uid + "/shared/secure-embed",
                   std::string(kCreate))
                  .status,
              200);
}

TEST_F(DatadogEmbedApi, TooManyRequestsAreToldWhenToComeBack) {
    serve({.reads_per_minute = 2, .writes_per_minute = 1});
    EXPECT_EQ(call(Method::get, base).headers.find("X-RateLimit-Remaining"), "1");
    EXPECT_EQ(call(Method::get, base).status, 200);
    const auto late = call(Method::get, base);
    EXPECT_EQ(late.status, 429);
    EXPECT_TRUE(parsed(late).at("errors").at(0).is_string());
    EXPECT_EQ(late.headers.find("X-RateLimit-Limit"), "2");
    EXPECT_EQ(late.headers.find("X-RateLimit-Period"), "60");
    EXPECT_EQ(late.headers.find("X-RateLimit-Reset"), "30");
    EXPECT_TRUE(late.headers.find("X-RateLimit-Name"));
    // Another key, and another kind of request, have buckets of their own.
    EXPECT_EQ(call(Method::get, base, {}, &viewer).status, 200);
    EXPECT_EQ(call(Method::post, embeds, std::string(kCreate)).status, 200);
    clock.advance(30s);
    EXPECT_EQ(call(Method::get, base).status, 200);
}

TEST_F(DatadogEmbedApi, RoutesThatDoNotExistFailInTheDialectsShape) {
    refused(call(Method::get, "/api/v2/nothing"), 404);
    const auto v1 = call(Method::get, "/api/v1/nothing");
    EXPECT_EQ(v1.status, 404);
    EXPECT_TRUE(parsed(v1).at("errors").at(0).is_string());
}

TEST_F(DatadogEmbedApi, ValidateNeedsOnlyTheApiKey) {
    const auto none = send(request(Method::get, "/api/v1/validate"));
    EXPECT_EQ(none.status, 403);
    EXPECT_EQ(none.body, R"({"errors":["API key required"]})");
    auto wrong = request(Method::get, "/api/v1/validate");
    wrong.headers.add("DD-API-KEY", "wrong");
    const auto refused_key = parsed(send(wrong));
    EXPECT_EQ(refused_key.at("errors").at(0).as_string(), "Forbidden");
    EXPECT_EQ(refused_key.at("code").as_int64(), 403);
    auto right = request(Method::get, "/api/v1/validate");
    right.headers.add("DD-API-KEY", std::string(admin.datadog_api_key.reveal()));
    const auto valid = send(right);
    EXPECT_EQ(valid.status, 200);
    EXPECT_EQ(valid.body, R"({"valid":true})");
}

}  // namespace
}  // namespace casement::datadog
