// How a session is opened, carried and found again.
#include "server.h"

namespace casement::console {
namespace {

using test::Ask;
using test::Reply;
using test::ServerTest;

class Sessions : public ServerTest {
  protected:
    Sessions() {
        api(http::Method::post, "/dashboards",
            json::object{{"document", test::document("flights", {"select 1", "select 2"})}});
        shared = share("flights", "ATL");
    }

    static std::string cookie_of(const Reply& reply) {
        const auto header = reply.headers.find("Set-Cookie");
        return header ? std::string(header->substr(0, header->find(';'))) : std::string();
    }

    Shared shared;
};

TEST_F(Sessions, ALinkOpensOneAndShowsItsPanels) {
    const auto reply = open(link(shared, "n1"), mine, {{"width", 800}, {"timezone", "UTC"}});
    ASSERT_EQ(reply.status, 201) << reply.body;
    EXPECT_EQ(reply.headers.find("Content-Type"), "application/x-ndjson");
    const auto lines = reply.lines();
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[0].at("session").at("id").as_string().size(), 22U);
    EXPECT_EQ(lines[0].at("session").at("expires_at"), "2026-04-10T18:30:00.000000Z");
    EXPECT_EQ(lines[0].at("access_token_expires_in"), 600);
    EXPECT_EQ(lines[0].at("dashboard").at("uid"), "flights");
    std::set<std::int64_t> panels;
    for (const auto at : {1, 2}) {
        panels.insert(lines[static_cast<std::size_t>(at)].at("panel").as_int64());
        EXPECT_TRUE(lines[static_cast<std::size_t>(at)].contains("frames"));
    }
    EXPECT_EQ(panels, (std::set<std::int64_t>{1, 2}));
    EXPECT_EQ(lines[3], (json::object{{"end", true}}));
    EXPECT_EQ(audit.of("link.redeemed").size(), 1U);
}

TEST_F(Sessions, TheSameSecretFindsTheSameSessionAlsoWhenTheLinkIsOld) {
    const auto first = opened(shared, "n1");
    const auto again = open(link(shared, "n1"), mine);
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(session_id(again.lines().at(0)), session_id(first));
    const auto late = open(link(shared, "n1") + "&late=1", mine);
    EXPECT_EQ(late.status, 200);
    EXPECT_EQ(session_id(late.lines().at(0)), session_id(first));
}

TEST_F(Sessions, AnotherSecretIsToldTheSessionsName) {
    const auto first = opened(shared, "n1");
    const auto reply = open(link(shared, "n1"), theirs);
    EXPECT_EQ(reply.status, 409);
    EXPECT_EQ(reply.code(), "link_already_used");
    EXPECT_EQ(reply.json().at("error").at("session_id"), json::value(session_id(first)));
    EXPECT_FALSE(reply.json().at("error").as_object().contains("field"));
    EXPECT_FALSE(reply.headers.find("Set-Cookie"));
    const auto rows = audit.of("link.refused");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].detail.at("reason"), "link_already_used");
}

TEST_F(Sessions, EveryRefusedLinkHasItsCode) {
    const auto bad = open(link(shared, "n1") + "0", mine);
    EXPECT_EQ(bad.status, 401);
    EXPECT_EQ(bad.code(), "bad_signature");
    EXPECT_EQ(open(link({"unknown", shared.credential, 0}, "n"), mine).code(), "share_not_found");
    EXPECT_EQ(open("/elsewhere?x=1", mine).code(), "malformed_link");
    EXPECT_EQ(open("https://bi.example" + link(shared, "n1"), mine).code(), "malformed_link");
    EXPECT_EQ(open(link(shared, "n1") + "#f", mine).code(), "malformed_link");
    EXPECT_EQ(open(link(shared, "n1") + " x", mine).code(), "malformed_link");
    EXPECT_EQ(open("/test/" + std::string(17'000, 'a'), mine).code(), "invalid_body");
    EXPECT_EQ(open(link(shared, "n2") + "&late=1", mine).code(), "link_expired");
    EXPECT_EQ(open(link(shared, "n3"), "short").code(), "invalid_secret");
    // None of them spent anything.
    EXPECT_EQ(open(link(shared, "n1"), mine).status, 201);
    EXPECT_EQ(open(link(shared, "n3"), mine).status, 201);
}

TEST_F(Sessions, JunkWritesAtMostARowASecond) {
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(open(link(shared, "n") + "0", mine).code(), "bad_signature");
        EXPECT_EQ(open(link({"unknown", "x", 0}, "n"), mine).code(), "share_not_found");
    }
    ASSERT_EQ(audit.of("link.refused").size(), 1U);
    clock.advance(seconds{1});
    EXPECT_EQ(open(link(shared, "n") + "0", mine).code(), "bad_signature");
    const auto rows = audit.of("link.refused");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[1].detail.at("count"), 50);
}

TEST_F(Sessions, TheCookieIsTheSessionsOwn) {
    const auto reply = open(link(shared, "n1"), mine);
    const std::string header(reply.headers.find("Set-Cookie").value());
    const auto id = session_id(reply.lines().at(0));
    EXPECT_TRUE(header.starts_with("__Secure-casement="));
    EXPECT_TRUE(header.ends_with("; Path=/api/casement/v1/sessions/" + id +
                                 "/; Secure; HttpOnly; SameSite=None; Partitioned; "
                                 "Max-Age=2678400"))
        << header;
}

TEST_F(Sessions, PlainHttpGetsNoCookie) {
    const auto reply =
        call({.method = http::Method::post,
              .target = std::string(kApiRoot) + "/sessions",
              .body = json::serialize(json::object{{"link", link(shared, "n1")}, {"secret", mine}}),
              .headers = {{"Content-Type", "application/json"}, {"Origin", "http://bi.example"}},
              .secure = false});
    EXPECT_EQ(reply.status, 201) << reply.body;
    EXPECT_FALSE(reply.headers.find("Set-Cookie"));
}

TEST_F(Sessions, TheCookieResumes) {
    const auto reply = open(link(shared, "n1"), mine);
    const auto id = session_id(reply.lines().at(0));
    const auto resumed = resume(id, cookie_of(reply));
    EXPECT_EQ(resumed.status, 200) << resumed.body;
    EXPECT_EQ(session_id(resumed.lines().at(0)), id);
    EXPECT_TRUE(resumed.complete());
    // Only itself, and only there.
    EXPECT_EQ(resume(id, "").code(), "no_session_cookie");
    EXPECT_EQ(resume(id, "__Secure-casement=" + theirs).code(), "no_session_cookie");
    EXPECT_EQ(resume(id, "__Secure-casement=").code(), "no_session_cookie");
    EXPECT_EQ(resume("unknown", cookie_of(reply)).code(), "no_session_cookie");
    EXPECT_EQ(resume(id, "__Secure-casement=" + mine).code(), "no_session_cookie");
}

TEST_F(Sessions, WithoutDataOnlyTheFirstLineComes) {
    const auto reply = open(link(shared, "n1"), mine, {{"data", false}});
    EXPECT_EQ(reply.status, 201);
    EXPECT_EQ(reply.lines().size(), 2U);
    EXPECT_TRUE(reply.complete());
    EXPECT_EQ(engine.runs, 0);
    const auto resumed =
        resume(session_id(reply.lines().at(0)), cookie_of(reply), {{"data", false}});
    EXPECT_EQ(resumed.lines().size(), 2U);
    EXPECT_EQ(engine.runs, 0);
}

TEST_F(Sessions, TwoInOneBrowserStayApart) {
    const auto other = share("flights", "ORD");
    const auto first = open(link(shared, "n1"), mine);
    const auto second = open(link(other, "n1"), mine);
    const auto first_id = session_id(first.lines().at(0));
    const auto second_id = session_id(second.lines().at(0));
    EXPECT_NE(first_id, second_id);
    EXPECT_NE(first.body.find("\"ATL\""), std::string::npos);
    EXPECT_EQ(second.body.find("\"ATL\""), std::string::npos) << second.body;
    EXPECT_NE(second.body.find("\"ORD\""), std::string::npos);
    // A browser sends each only to its own path; a client that mixes them up gets nothing.
    EXPECT_EQ(resume(first_id, cookie_of(second)).code(), "no_session_cookie");
    EXPECT_EQ(resume(second_id, cookie_of(first)).code(), "no_session_cookie");
    // The one with the longest path comes first (RFC 6265 §5.4) and is the one that counts.
    EXPECT_EQ(resume(first_id, cookie_of(first) + "; " + cookie_of(second)).status, 200);
    EXPECT_EQ(resume(second_id, cookie_of(second) + "; " + cookie_of(first)).status, 200);
    // Ending one leaves the other.
    EXPECT_EQ(api(http::Method::del, "/sessions/" + first_id).status, 204);
    EXPECT_EQ(resume(first_id, cookie_of(first)).code(), "session_ended");
    EXPECT_EQ(resume(second_id, cookie_of(second)).status, 200);
}

TEST_F(Sessions, EndAtTheirTimeAndNotBefore) {
    const auto reply = open(link(shared, "n1"), mine);
    const auto id = session_id(reply.lines().at(0));
    clock.advance(std::chrono::days{29});
    EXPECT_EQ(resume(id, cookie_of(reply)).status, 200);
    clock.advance(std::chrono::days{2});
    EXPECT_GE(resume(id, cookie_of(reply)).status, 400);
    const auto late = open(link(shared, "n1"), mine);
    EXPECT_EQ(late.status, 410) << late.body;
}

// -- cross-site -----------------------------------------------------------------------------------

TEST_F(Sessions, OtherOriginsCannotOpenOrResume) {
    const auto reply = open(link(shared, "n1"), mine);
    const auto id = session_id(reply.lines().at(0));
    const std::string resume_at = std::string(kApiRoot) + "/sessions/" + id + "/resume";
    const std::vector<std::vector<std::pair<std::string, std::string>>> foreign{
        {{"Origin", "https://evil.example"}},
        {{"Origin", "null"}},
        {{"Origin", ""}},
        {{"Origin", "http://bi.example"}},
        {{"Origin", "https://bi.example:444"}},
        {{"Origin", "https://bi.example.evil.example"}},
        {{"Origin", "https://bi.example"}, {"Origin", "https://evil.example"}},
        {{"Sec-Fetch-Site", "cross-site"}},
        {{"Sec-Fetch-Site", "same-site"}},
        {{"Sec-Fetch-Site", "none"}},
        {{"Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Site", "cross-site"}},
        {{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://bi.example"}},
        {{"Sec-Fetch-Site", "same-origin"}, {"Origin", "https://evil.example"}},
    };
    for (const auto& headers : foreign) {
        Ask ask{
            .method = http::Method::post, .target = resume_at, .body = "{}", .headers = headers};
        ask.headers.emplace_back("Content-Type", "application/json");
        ask.headers.emplace_back("X-Casement", "1");
        ask.headers.emplace_back("Cookie", cookie_of(reply));
        const auto resumed = call(std::move(ask));
        EXPECT_EQ(resumed.status, 403) << headers[0].first << headers[0].second << resumed.body;
        EXPECT_EQ(resumed.code(), "cross_origin_request");

        Ask opening{
            .method = http::Method::post,
            .target = std::string(kApiRoot) + "/sessions",
            .body = json::serialize(json::object{{"link", link(shared, "n2")}, {"secret", theirs}}),
            .headers = headers};
        opening.headers.emplace_back("Content-Type", "application/json");
        EXPECT_EQ(call(std::move(opening)).code(), "cross_origin_request");
    }
    EXPECT_EQ(open(link(shared, "n2"), mine).status, 201) << "a refused request spent the link";
}

TEST_F(Sessions, WhatAFormCanSendDoesNotResume) {
    const auto reply = open(link(shared, "n1"), mine);
    const auto id = session_id(reply.lines().at(0));
    const auto send = [&](std::vector<std::pair<std::string, std::string>> headers) {
        headers.emplace_back("Cookie", cookie_of(reply));
        return call({.method = http::Method::post,
                     .target = std::string(kApiRoot) + "/sessions/" + id + "/resume",
                     .body = "{}",
                     .headers = std::move(headers)})
            .code();
    };
    EXPECT_EQ(send({{"Content-Type", "application/json"}}), "cross_origin_request");
    EXPECT_EQ(send({{"Content-Type", "application/json"}, {"X-Casement", "0"}}),
              "cross_origin_request");
    for (const auto* type :
         {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"}) {
        EXPECT_EQ(send({{"Content-Type", type}, {"X-Casement", "1"}}), "invalid_content_type");
    }
    EXPECT_EQ(send({{"X-Casement", "1"}}), "invalid_content_type");
}

TEST_F(Sessions, NoAnswerInvitesOtherOrigins) {
    const auto preflight = call({.method = http::Method::options,
                                 .target = std::string(kApiRoot) + "/sessions",
                                 .headers = {{"Origin", "https://evil.example"},
                                             {"Access-Control-Request-Method", "POST"}}});
    const auto opening = open(link(shared, "n1"), mine);
    for (const auto* reply : {&preflight, &opening}) {
        for (const auto& [name, value] : reply->headers.all()) {
            EXPECT_FALSE(name.starts_with("Access-Control-")) << name;
        }
    }
}

}  // namespace
}  // namespace casement::console
