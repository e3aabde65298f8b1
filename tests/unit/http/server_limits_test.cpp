// Requests that are too large, too slow, too many or could be read in two ways, over real sockets.
#include "unit/http/server_fixture.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

namespace casement::http {
namespace {

using namespace std::chrono_literals;
using testing::get;
using testing::RawClient;
using testing::says;

class ServerLimits : public testing::ServerTest {};

TEST_F(ServerLimits, RefusesATooLargeBodyInsteadOfContinuing) {
    RawClient client(port());
    client.send(
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999\r\nExpect: "
        "100-continue\r\n\r\n");
    EXPECT_EQ(client.read().status, 413);
}

TEST_F(ServerLimits, KeepsItsLimits) {
    EXPECT_EQ(ask(get("/" + std::string(300, 'a'))).status, 414);
    EXPECT_EQ(ask(get("/hello", "A: " + std::string(1100, 'a') + "\r\n")).status, 431);
    EXPECT_EQ(ask("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 65537\r\n\r\n").status, 413);
    EXPECT_EQ(
        ask("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n10001\r\n").status,
        413);
}

TEST_F(ServerLimits, LetsTheClientReadTheRefusalOfABodyItIsSending) {
    RawClient client(port());
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 500000\r\n\r\n");
    client.send(std::string(500'000, 'x'));
    const auto answer = client.read();
    EXPECT_EQ(answer.status, 413);
    EXPECT_TRUE(answer.whole);
    EXPECT_EQ(answer.header("Connection"), "close");
}

TEST_F(ServerLimits, RefusesInTheShapeOfThePath) {
    EXPECT_EQ(ask(get("/api/none")).body, "api:not_found");
    EXPECT_EQ(ask(get("/api/" + std::string(300, 'a'))).body, "api:uri_too_long");
    EXPECT_EQ(ask("GET /api/x HTTP/1.1\r\n\r\n").body, "api:invalid_host");
    EXPECT_EQ(ask("POST /api HTTP/1.1\r\nHost: h\r\nContent-Length: 65537\r\n\r\n").body,
              "api:body_too_large");
    EXPECT_NE(ask("GET /x HTTP/1.1\r\n\r\n").body.find(R"({"error":{"code":"invalid_host")"),
              std::string::npos);
    EXPECT_EQ(ask("GET /api/x HTTP/1.1\r\nHost: a/b\r\n\r\n").body, "api:invalid_host");
}

TEST_F(ServerLimits, ClosesAfterEveryRefusal) {
    const std::string smuggled = get("/hello");
    for (const std::string bad : {
             "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: "
             "chunked\r\n\r\n"
             "0\r\n\r\n",
             "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: "
             "4\r\n\r\n"
             "0\r\n\r\n",
             "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nContent-Length: 44\r\n\r\n",
             "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n",
             "GET http://h/hello HTTP/1.1\r\nHost: h\r\n\r\n",
             "GET /hello HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n",
             "GET /hello HTTP/1.1\r\n\r\n",
             "GET /hello HTTP/1.1\nHost: h\n\n",
             "GET /hello HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n",
         }) {
        RawClient client(port());
        client.send(bad + smuggled);
        const auto answer = client.read();
        EXPECT_EQ(answer.status, 400) << bad;
        EXPECT_EQ(answer.header("Connection"), "close");
        EXPECT_TRUE(client.closed()) << bad;
    }
}

TEST_F(ServerLimits, TimesOutASlowHead) {
    options.limits.header_time = 3s;
    RawClient client(port());
    client.send("GET /hello HTTP/1.1\r\nHo");
    const auto answer = client.read();
    EXPECT_EQ(answer.status, 408);
    EXPECT_TRUE(client.closed());
}

TEST_F(ServerLimits, GivesDripsNoMoreTime) {
    options.limits.header_time = 3s;
    RawClient client(port());
    client.send("GET /");
    // At this pace the line would take longer than anybody waits.
    bool answered = false;
    for (int i = 0; i < 600 && !answered; ++i) {
        client.send("a");
        answered = client.answers_within(20ms);
    }
    EXPECT_TRUE(answered);
    EXPECT_EQ(client.read().status, 408);
}

TEST_F(ServerLimits, TimesOutASlowBody) {
    options.limits.body_time = 50ms;
    RawClient client(port());
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
    EXPECT_EQ(client.read().status, 408);
    EXPECT_TRUE(client.closed());
}

TEST_F(ServerLimits, TimesOutInTheShapeOfThePath) {
    options.limits.header_time = 3s;
    RawClient client(port());
    client.send("GET /api/slow?token=x HTTP/1.1\r\nHo");
    const auto answer = client.read();
    EXPECT_EQ(answer.status, 408);
    EXPECT_EQ(answer.body, "api:request_timeout");
}

TEST_F(ServerLimits, ClosesConnectionsThatNeverSayAWord) {
    options.limits.header_time = 50ms;
    RawClient silent(port());
    EXPECT_TRUE(silent.closed());
    EXPECT_EQ(silent.end_error(), 0);
}

TEST_F(ServerLimits, ClosesIdleConnectionsWithoutAWord) {
    options.limits.idle_time = 50ms;
    RawClient used(port());
    EXPECT_EQ(used.ask(get("/hello")).status, 200);
    EXPECT_TRUE(used.closed());
    EXPECT_EQ(used.end_error(), 0);
}

TEST_F(ServerLimits, CutsAClientThatTakesNothing) {
    options.limits.write_time = 50ms;
    router.add(Method::get, "/big", says(std::string(64 * 1024 * 1024, 'x')));
    RawClient client(port());
    client.send(get("/big"));
    // Nothing is read before the server has given up.
    const auto begin = std::chrono::steady_clock::now();
    while (metrics().find(R"(seconds_count{route="/big"} 1)") == std::string::npos) {
        ASSERT_LT(std::chrono::steady_clock::now() - begin, 60s);
        std::this_thread::yield();
    }
    const auto answer = client.read();
    EXPECT_FALSE(answer.whole);
}

TEST_F(ServerLimits, ClosesConnectionsBeyondItsCap) {
    options.limits.connections = 2;
    RawClient first(port());
    RawClient second(port());
    EXPECT_EQ(first.ask(get("/hello")).status, 200);
    EXPECT_EQ(second.ask(get("/hello")).status, 200);
    RawClient third(port());
    EXPECT_TRUE(third.closed());
    EXPECT_EQ(first.ask(get("/hello")).status, 200);

    first.close();
    // The place is free as soon as the server has seen the end of the first one.
    for (int tries = 0; tries < 10'000; ++tries) {
        RawClient next(port());
        if (next.ask(get("/hello")).status == 200) return;
    }
    FAIL() << "the freed place was never given to another connection";
}

}  // namespace
}  // namespace casement::http
