// The server over real sockets: framing of answers, headers, proxies, logs, metrics.
#include "http/server.h"

#include "base/log.h"
#include "unit/http/server_fixture.h"

#include <chrono>
#include <stdexcept>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace casement::http {
namespace {

using namespace std::chrono_literals;
using testing::Answer;
using testing::get;
using testing::LoopbackServer;
using testing::post;
using testing::RawClient;
using testing::says;
using testing::ServerTest;

TEST_F(ServerTest, KeepsTheConnectionForTheNextRequest) {
    RawClient client(port());
    for (int i = 0; i < 3; ++i) {
        const auto answer = client.ask(get("/hello"));
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, "hello");
        EXPECT_EQ(answer.header("Connection"), "");
    }
}

TEST_F(ServerTest, AnswersPipelinedRequestsInTheirOrder) {
    RawClient client(port());
    std::string all;
    for (int i = 0; i < 500; ++i)
        all += get(fmt::format("/echo/{}", i));
    all += post("/echo", "the body") + get("/echo/last");
    client.send(all);
    for (int i = 0; i < 500; ++i) {
        const auto answer = client.read();
        ASSERT_EQ(answer.body, fmt::format("/echo/{}|", i));
    }
    EXPECT_EQ(client.read().body, "/echo|the body");
    EXPECT_EQ(client.read().body, "/echo/last|");
}

TEST_F(ServerTest, ClosesWhenAsked) {
    RawClient client(port());
    const auto answer = client.ask(get("/hello", "Connection: close\r\n"));
    EXPECT_EQ(answer.body, "hello");
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(client.end_error(), 0);
}

TEST_F(ServerTest, SpeaksHttp10) {
    RawClient client(port());
    const auto once = client.ask("GET /hello HTTP/1.0\r\n\r\n");
    EXPECT_EQ(once.body, "hello");
    EXPECT_EQ(once.header("Connection"), "close");
    EXPECT_TRUE(client.closed());

    RawClient keeping(port());
    for (int i = 0; i < 2; ++i) {
        const auto answer = keeping.ask("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        EXPECT_EQ(answer.header("Connection"), "keep-alive");
        EXPECT_EQ(answer.body, "hello");
    }
}

TEST_F(ServerTest, AnswersHeadWithTheHeadOfGet) {
    RawClient client(port());
    client.send("HEAD /hello HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto head = client.read(true);
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.header("Content-Length"), "5");
    EXPECT_EQ(client.ask(get("/hello")).body, "hello");
}

TEST_F(ServerTest, SendsNoBodyWith204And304) {
    router.add(Method::get, "/204", [](Request&) -> asio::awaitable<Response> {
        Response response = Response::text(204, "not to be seen");
        co_return response;
    });
    RawClient client(port());
    const auto empty = client.ask(get("/204"));
    EXPECT_EQ(empty.status, 204);
    EXPECT_EQ(empty.header("Content-Length"), "");
    EXPECT_EQ(client.ask(get("/hello")).body, "hello");
}

TEST_F(ServerTest, SendsBigBodiesWhole) {
    const std::string big(5'000'000, 'x');
    router.add(Method::get, "/big", says(big));
    EXPECT_EQ(ask(get("/big")).body, big);
    EXPECT_EQ(ask(post("/echo", big.substr(0, 64 * 1024))).body.size(), 64 * 1024 + 6);
}

TEST_F(ServerTest, TellsTheClientToContinue) {
    RawClient client(port());
    client.send(
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read().status, 100);
    client.send("ab");
    EXPECT_EQ(client.read().body, "/echo|ab");
}

TEST_F(ServerTest, PassesTheRawTargetOn) {
    const std::string target = "/echo/a%2f%2F..;x?b=%zz&+&&\xc3\xa4";
    EXPECT_EQ(ask(get(target)).body, target + "|");
}

TEST_F(ServerTest, PutsItsHeadersOnEveryAnswer) {
    for (const std::string& request : {get("/hello"), get("/none"), std::string("junk\r\n\r\n")}) {
        const auto answer = ask(request);
        EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
        EXPECT_EQ(answer.header("Cache-Control"), "no-store");
        EXPECT_EQ(answer.header("Referrer-Policy"), "same-origin");
        EXPECT_EQ(answer.header("Content-Security-Policy"),
                  "default-src 'none'; frame-ancestors 'none'");
        EXPECT_EQ(answer.header("Strict-Transport-Security"), "");
        EXPECT_EQ(answer.header("X-Request-Id").size(), 22U);
        EXPECT_TRUE(answer.header("Date").ends_with(" GMT"));
    }
}

TEST_F(ServerTest, LetsAHandlerSayItsOwnPolicyButNotTheFraming) {
    router.add(Method::get, "/own", [](Request&) -> asio::awaitable<Response> {
        Response response = Response::text(200, "own");
        response.headers.set("content-security-policy", "frame-ancestors https://a.example");
        response.headers.set("Cache-Control", "public");
        response.headers.set("Content-Length", "99");
        response.headers.set("Transfer-Encoding", "chunked");
        co_return response;
    });
    const auto answer = ask(get("/own"));
    EXPECT_EQ(answer.header("Content-Security-Policy"), "frame-ancestors https://a.example");
    EXPECT_EQ(answer.header("Cache-Control"), "public");
    EXPECT_EQ(answer.header("Content-Length"), "3");
    EXPECT_EQ(answer.header("Transfer-Encoding"), "");
    EXPECT_EQ(answer.body, "own");
}

TEST_F(ServerTest, AnswersAnInjectedHeaderWith500) {
    router.add(Method::get, "/inject", [](Request& request) -> asio::awaitable<Response> {
        Response response = Response::text(200, "x");
        const auto value = request.parameter("v");
        response.headers.set("X-Value", value.value().value_or(""));
        co_return response;
    });
    const auto answer = ask(get("/inject?v=a%0d%0aSet-Cookie:%20evil=1"));
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.header("Set-Cookie"), "");
    EXPECT_EQ(answer.body.find("evil"), std::string::npos);
    EXPECT_NE(answer.body.find(answer.header("X-Request-Id")), std::string::npos);
}

TEST_F(ServerTest, SurvivesABrokenErrorShape) {
    router.errors_below("/broken",
                        [](const Error&) -> Response { throw std::runtime_error("hunter2"); });
    const auto answer = ask(get("/broken/x"));
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.body.find("hunter2"), std::string::npos);
    EXPECT_EQ(ask("GET /broken/x HTTP/1.1\r\n\r\n").status, 400);
}

// The answer must arrive although the client is still sending: no reset may overtake it.
// What follows a refused request must never be read as a request of its own.
// Each byte on its own must not start the time again.
TEST_F(ServerTest, RefusesAPortThatIsTaken) {
    prometheus::Registry registry;
    ServerOptions same;
    same.port = port();
    const auto second = Server::create(same, router, registry);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, "listen_failed");
    EXPECT_NE(second.error().message.find(std::to_string(same.port)), std::string::npos);
}

TEST_F(ServerTest, SaysWhatIsWrongWithItsOptions) {
    prometheus::Registry registry;
    ServerOptions wrong;
    wrong.host = "no such host.invalid";
    EXPECT_EQ(Server::create(wrong, router, registry).error().code, "listen_failed");
    wrong = {};
    wrong.trusted_proxies = {"everybody"};
    EXPECT_EQ(Server::create(wrong, router, registry).error().code, "invalid_trusted_proxy");
}

TEST_F(ServerTest, BelievesTrustedProxies) {
    router.add(Method::get, "/who", [](Request& request) -> asio::awaitable<Response> {
        co_return Response::text(200, request.client.to_string() + " " + request.host +
                                          (request.secure ? " secure" : ""));
    });
    const auto forwarded = get("/who",
                               "X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-Proto: https\r\n"
                               "X-Forwarded-Host: Public.Example:443\r\n");
    {
        LoopbackServer strict(router);
        EXPECT_EQ(RawClient(strict.port()).ask(forwarded).body, "127.0.0.1 test");
    }
    options.trusted_proxies = {"127.0.0.0/8"};
    const auto answer = ask(forwarded);
    EXPECT_EQ(answer.body, "192.0.2.9 public.example secure");
    EXPECT_EQ(answer.header("Strict-Transport-Security"), "max-age=31536000");
}

TEST_F(ServerTest, ServesFromSeveralThreads) {
    options.threads = 3;
    for (int i = 0; i < 50; ++i)
        EXPECT_EQ(ask(get("/hello")).body, "hello");
}

TEST_F(ServerTest, CountsByRouteMethodAndStatus) {
    ask(get("/echo/secret-token"));
    ask(get("/echo/other-token"));
    ask(get("/none"));
    ask("junk\r\n\r\n");
    server().stop();
    const auto text = metrics();
    EXPECT_NE(
        text.find(
            R"(casement_http_requests_total{method="GET",route="/echo/{rest...}",status="2xx"} 2)"),
        std::string::npos)
        << text;
    EXPECT_NE(
        text.find(R"(casement_http_requests_total{method="GET",route="none",status="4xx"} 1)"),
        std::string::npos);
    EXPECT_NE(
        text.find(R"(casement_http_requests_total{method="OTHER",route="none",status="4xx"} 1)"),
        std::string::npos);
    EXPECT_NE(text.find(R"(casement_http_request_seconds_count{route="/echo/{rest...}"} 2)"),
              std::string::npos);
    EXPECT_NE(text.find("casement_http_open_connections 0"), std::string::npos);
    EXPECT_EQ(text.find("token"), std::string::npos);
}

TEST(ServerLog, HasALinePerRequestWithoutValuesOfTheQuery) {
    Router router;
    router.add(Method::get, "/sb/{token}", says("hello"));
    prometheus::Registry registry;
    ::testing::internal::CaptureStderr();
    auto server = Server::create({.threads = 1}, router, registry).value();
    std::jthread thread([&] { server->run(); });
    const auto answer =
        RawClient(server->port())
            .ask(get("/sb/abc?token=canary-1&x=canary-2", "Authorization: Bearer canary-3\r\n"));
    server->stop();
    thread.join();
    log::flush();
    const std::string written = ::testing::internal::GetCapturedStderr();
    EXPECT_EQ(written.find("canary"), std::string::npos);
    const auto line = json::parse(written.substr(0, written.find('\n'))).as_object();
    EXPECT_EQ(line.at("event"), "request");
    EXPECT_EQ(text_at(line, "request_id"), answer.header("X-Request-Id"));
    EXPECT_EQ(line.at("method"), "GET");
    EXPECT_EQ(line.at("route"), "/sb/{token}");
    EXPECT_EQ(line.at("path"), "/sb/abc?token&x");
    EXPECT_EQ(line.at("status"), 200);
    EXPECT_EQ(line.at("client"), "127.0.0.1");
    EXPECT_GT(line.at("bytes").as_int64(), 100);
    EXPECT_TRUE(line.at("duration_ms").is_number());
}

}  // namespace
}  // namespace casement::http
