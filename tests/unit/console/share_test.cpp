// Shares and their credentials, and what changing them does to links and sessions.
#include "server.h"

namespace casement::console {
namespace {

using http::Method;
using test::ServerTest;
using test::signed_link;

class Shares : public ServerTest {
  protected:
    Shares() {
        api(Method::post, "/dashboards",
            json::object{{"document", test::document("flights", {"select 1"})}});
    }
    std::string at(const Shared& shared, std::string_view more = {}) {
        return "/shares/" + shared.token + std::string(more);
    }
    std::string credential_at(const Shared& shared) {
        return at(shared, "/credentials/" + std::to_string(shared.credential_id));
    }
};

TEST_F(Shares, AreMadeWithTheirFirstCredential) {
    const auto reply = api(Method::post, "/dashboards/flights/shares",
                           json::object{{"title", "For ATL"},
                                        {"allowed_origins", json::array{"https://App.Example:443"}},
                                        {"session_length_seconds", 3600},
                                        {"expires_at", "2026-06-01T00:00:00+02:00"}});
    ASSERT_EQ(reply.status, 201) << reply.body;
    const auto share = reply.json().at("share").as_object();
    const std::string token(share.at("token").as_string());
    EXPECT_EQ(share.at("url"), json::value("https://bi.example/sb/secure-embed/" + token));
    EXPECT_EQ(share.at("type"), "secure_embed");
    EXPECT_EQ(share.at("allowed_origins"), (json::array{"https://app.example"}));
    EXPECT_EQ(share.at("expires_at"), "2026-05-31T22:00:00.000000Z");
    const auto credential = reply.json().at("credential").as_object();
    const std::string secret(credential.at("secret").as_string());
    EXPECT_EQ(secret.size(), 44U);
    EXPECT_EQ(credential.at("suffix"), json::value(secret.substr(40)));
    EXPECT_EQ(open(signed_link(token, secret, "n"), mine).status, 201);
}

TEST_F(Shares, HaveTheirLinksSignedHereToo) {
    const auto shared = share("flights", "ATL");
    const auto link_of = [&] { return api(Method::post, at(shared, "/link")); };
    const auto made = link_of();
    ASSERT_EQ(made.status, 200) << made.body;
    const auto url = text_at(made.json(), "url").value();
    ASSERT_TRUE(url.starts_with("https://bi.example/"));
    EXPECT_EQ(text_at(made.json(), "suffix"), shared.credential.substr(40));
    EXPECT_EQ(open(url.substr(std::string_view("https://bi.example").size()), mine).status, 201);
    // Who asked, of which share, by which credential; and nothing that would let anybody in.
    const auto rows = audit.of("share.link_signed");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].detail, (json::object{{"credential", shared.credential_id}}));

    // Only with what would open: the newest that is neither off nor over.
    const auto newer = api(Method::post, at(shared, "/credentials"), json::object{});
    const auto newer_suffix = text_at(newer.json(), "suffix").value();
    const auto newer_id = newer.json().at("id").as_int64();
    EXPECT_EQ(text_at(link_of().json(), "suffix"), newer_suffix);
    const auto newer_at = at(shared, "/credentials/" + std::to_string(newer_id));
    api(Method::patch, newer_at, json::object{{"disabled", true}});
    EXPECT_EQ(text_at(link_of().json(), "suffix"), shared.credential.substr(40));
    api(Method::patch, credential_at(shared),
        json::object{{"expires_at", to_rfc3339(clock.now() + seconds{60})}});
    EXPECT_EQ(link_of().status, 200);
    clock.advance(seconds{60});
    EXPECT_EQ(link_of().code(), "no_credential");
    EXPECT_EQ(link_of().status, 409);
}

TEST_F(Shares, HaveNoSignedLinkWhereNothingSigns) {
    const auto made =
        api(Method::post, "/dashboards/flights/shares", json::object{{"type", "open"}});
    ASSERT_EQ(made.status, 201) << made.body;
    const auto token = text_at(made.json().at("share").as_object(), "token").value();
    EXPECT_EQ(api(Method::post, "/shares/" + token + "/link").code(), "share_not_signed");
    EXPECT_EQ(api(Method::post, "/shares/nowhere-at-all/link").status, 404);
    const auto shared = share("flights", "ATL");
    const auto by = [&](const std::string& key) {
        return call({.method = Method::post,
                     .target = std::string(kApiRoot) + at(shared, "/link"),
                     .headers = {{"Authorization", "Bearer " + key}}});
    };
    EXPECT_EQ(by(viewer_token).status, 403);
    EXPECT_EQ(by(stranger_token).status, 404);
}

TEST_F(Shares, RefuseSettingsThatMakeNoSense) {
    const auto refused = [&](json::object body) {
        const auto reply = api(Method::post, "/dashboards/flights/shares", std::move(body));
        EXPECT_EQ(reply.status, 400) << reply.body;
        const auto json = reply.json();
        return text_at(json.at("error").as_object(), "field").value_or("");
    };
    EXPECT_EQ(refused({{"allowed_origins", json::array{"https://ok.example", "app.example/x"}}}),
              "allowed_origins[1]");
    EXPECT_EQ(refused({{"expires_at", "tomorrow, maybe"}}), "expires_at");
    EXPECT_EQ(refused({{"session_length_seconds", 59}}), "session_length_seconds");
    EXPECT_EQ(refused({{"session_length_seconds", 2'592'001}}), "session_length_seconds");
    EXPECT_EQ(refused({{"session_length_seconds", "3600"}}), "session_length_seconds");
    EXPECT_EQ(refused({{"type", "public"}}), "type");
    EXPECT_EQ(refused({{"global_time", {{"live_span", "5m"}}}}), "global_time.live_span");
    EXPECT_EQ(refused({{"alowed_origins", json::array{}}}), "alowed_origins");
    EXPECT_EQ(api(Method::post, "/dashboards/nowhere/shares", json::object{}).code(),
              "dashboard_not_found");
}

TEST_F(Shares, AreListedInPagesAndByKind) {
    std::vector<std::string> tokens;
    for (int i = 0; i < 5; ++i)
        tokens.push_back(share("flights", "ATL").token);
    api(Method::patch, "/shares/" + tokens[1], json::object{{"status", "paused"}});
    std::vector<std::string> seen;
    std::int64_t after = 0;
    for (int page = 0; page < 3; ++page) {
        const auto reply = api(Method::get, "/shares?limit=2&after=" + std::to_string(after));
        const auto body = reply.json();
        for (const auto& item : body.at("shares").as_array()) {
            seen.emplace_back(item.at("token").as_string());
        }
        if (body.at("next").is_null()) break;
        after = body.at("next").as_int64();
    }
    EXPECT_EQ(seen, tokens);
    EXPECT_EQ(api(Method::get, "/shares?status=paused").json().at("shares").as_array().size(), 1U);
    EXPECT_EQ(api(Method::get, "/shares?type=open").json().at("shares").as_array().size(), 0U);
    EXPECT_EQ(api(Method::get, "/shares?dashboard=flights").json().at("shares").as_array().size(),
              5U);
    EXPECT_EQ(api(Method::get, "/shares?dashboard=other").status, 404);
    for (const auto* query : {"limit=0", "limit=1001", "limit=x", "limit=1&limit=2", "type=public",
                              "status=%zz", "after=-1", "after=9223372036854775808"}) {
        EXPECT_EQ(api(Method::get, std::string("/shares?") + query).status, 400) << query;
    }
}

TEST_F(Shares, ChangeInPlaceAndAtOnce) {
    const auto shared = share("flights", "ATL", {{"download", true}});
    const auto first = opened(shared, "n1");
    const auto changed =
        api(Method::patch, at(shared), json::object{{"title", "Other"}, {"download", nullptr}});
    EXPECT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(changed.json().at("title"), "Other");
    EXPECT_FALSE(changed.json().contains("download"));
    EXPECT_TRUE(changed.json().contains("selectable_template_vars")) << "what is absent stays";
    EXPECT_EQ(viewer("/export", access_token(first), json::object{{"panel", 1}}).code(),
              "download_not_allowed");

    api(Method::patch, at(shared), json::object{{"status", "paused"}});
    EXPECT_EQ(viewer("/query", access_token(first), json::object{}).code(), "share_paused");
    EXPECT_EQ(open(link(shared, "n2"), mine).code(), "share_paused");
    api(Method::patch, at(shared), json::object{{"status", "active"}});
    EXPECT_EQ(viewer("/query", access_token(first), json::object{}).status, 200);
    EXPECT_EQ(open(link(shared, "n2"), mine).status, 201);

    api(Method::patch, at(shared), json::object{{"expires_at", "2026-03-11T18:00:00Z"}});
    EXPECT_EQ(viewer("/query", access_token(first), json::object{}).code(), "share_expired");
}

TEST_F(Shares, ChangeTheirTypeInPlace) {
    const auto shared = share("flights", "ATL");
    const std::string host = "https://bi.example";
    for (const auto& [type, path] : std::vector<std::pair<const char*, const char*>>{
             {"open", "/sb/"}, {"invite", "/sb/"}, {"embed", "/sb/embed/"}}) {
        const auto changed = api(Method::patch, at(shared), json::object{{"type", type}});
        EXPECT_EQ(changed.status, 200) << changed.body;
        EXPECT_EQ(changed.json().at("type"), type);
        EXPECT_EQ(changed.json().at("url"), json::value(host + path + shared.token));
        EXPECT_EQ(open(link(shared, "n1"), mine).code(), "share_not_found");
    }
    const auto back = api(Method::patch, at(shared), json::object{{"type", "secure_embed"}});
    EXPECT_EQ(back.json().at("url"),
              json::value("https://bi.example/sb/secure-embed/" + shared.token));
    EXPECT_EQ(open(link(shared, "n1"), mine).status, 201) << "same token, same credential";
}

TEST_F(Shares, AreGoneForGoodWhenRemoved) {
    const auto shared = share("flights", "ATL");
    const auto first = opened(shared, "n1");
    EXPECT_EQ(api(Method::del, at(shared)).status, 204);
    EXPECT_EQ(api(Method::get, at(shared)).code(), "share_not_found");
    EXPECT_EQ(api(Method::del, at(shared)).status, 404);
    EXPECT_EQ(viewer("/query", access_token(first), json::object{}).code(), "share_not_found");
    EXPECT_EQ(open(link(shared, "n1"), mine).code(), "share_not_found");
}

TEST_F(Shares, ListTheirCredentialsWithoutSecrets) {
    const auto shared = share("flights", "ATL");
    const auto never = api(Method::get, at(shared, "/credentials"));
    const auto before = never.json().at("credentials").at(0).as_object();
    EXPECT_TRUE(before.at("last_used_at").is_null());
    EXPECT_FALSE(before.contains("secret"));
    EXPECT_EQ(before.at("suffix"), json::value(shared.credential.substr(40)));
    (void)opened(shared, "n1");
    const auto after = api(Method::get, at(shared, "/credentials")).json();
    EXPECT_EQ(after.at("credentials").at(0).at("last_used_at"), "2026-03-11T18:30:00.000000Z");
}

TEST_F(Shares, RotateWithAnOverlapInWhichBothSign) {
    const auto shared = share("flights", "ATL");
    const auto first = opened(shared, "n1");
    const auto rotated = api(Method::post, at(shared, "/credentials/rotate"),
                             json::object{{"overlap_seconds", 300}, {"note", "spring"}});
    ASSERT_EQ(rotated.status, 201) << rotated.body;
    EXPECT_EQ(rotated.json().at("note"), "spring");
    const std::string fresh(rotated.json().at("secret").as_string());
    EXPECT_EQ(open(signed_link(shared.token, fresh, "n2"), mine).status, 201);
    EXPECT_EQ(open(link(shared, "n3"), mine).status, 201);
    clock.advance(seconds{301});
    EXPECT_EQ(open(link(shared, "n4"), mine).status, 410) << "an expired one signs nothing new";
    EXPECT_EQ(open(signed_link(shared.token, fresh, "n5"), mine).status, 201);
    EXPECT_EQ(viewer("/query", access_token(first), json::object{}).status, 200)
        << "what it opened goes on";
    EXPECT_EQ(open(link(shared, "n1"), mine).status, 200) << "and can be reloaded";
    for (const auto overlap : {-1, 2'592'001}) {
        EXPECT_EQ(api(Method::post, at(shared, "/credentials/rotate"),
                      json::object{{"overlap_seconds", overlap}})
                      .status,
                  400);
    }
}

TEST_F(Shares, ASwitchedOffCredentialTakesItsSessionsAlong) {
    const auto shared = share("flights", "ATL");
    const auto second = api(Method::post, at(shared, "/credentials"), json::object{});
    ASSERT_EQ(second.status, 201) << second.body;
    const std::string other(second.json().at("secret").as_string());
    const auto first = opened(shared, "n1");
    const auto kept = open(signed_link(shared.token, other, "n2"), mine).lines().at(0);
    const auto off = api(Method::patch, credential_at(shared), json::object{{"disabled", true}});
    EXPECT_EQ(off.status, 200) << off.body;
    EXPECT_EQ(viewer("/query", access_token(first), json::object{}).code(), "session_ended");
    EXPECT_EQ(open(link(shared, "n1"), mine).code(), "credential_disabled");
    EXPECT_EQ(viewer("/query", access_token(kept), json::object{}).status, 200);
    api(Method::patch, credential_at(shared), json::object{{"disabled", false}});
    EXPECT_EQ(viewer("/query", access_token(first), json::object{}).status, 200);
}

TEST_F(Shares, ARemovedCredentialTakesItsSessionsAlong) {
    const auto shared = share("flights", "ATL");
    const auto first = opened(shared, "n1");
    EXPECT_EQ(api(Method::del, credential_at(shared)).status, 204);
    EXPECT_EQ(viewer("/query", access_token(first), json::object{}).code(), "session_ended");
    EXPECT_EQ(open(link(shared, "n1"), mine).code(), "bad_signature");
    EXPECT_EQ(api(Method::del, credential_at(shared)).code(), "credential_not_found");
    EXPECT_EQ(api(Method::patch, at(shared, "/credentials/x"), json::object{}).code(),
              "credential_not_found");
    const auto other = share("flights", "ORD");
    EXPECT_EQ(
        api(Method::del, at(shared, "/credentials/" + std::to_string(other.credential_id))).code(),
        "credential_not_found")
        << "one share's credential is not another's";
}

TEST_F(Shares, KeepAtMostTenCredentials) {
    const auto shared = share("flights", "ATL");
    for (int i = 0; i < 9; ++i) {
        EXPECT_EQ(api(Method::post, at(shared, "/credentials"), json::object{}).status, 201);
    }
    EXPECT_EQ(api(Method::post, at(shared, "/credentials"), json::object{}).code(),
              "too_many_credentials");
}

}  // namespace
}  // namespace casement::console
