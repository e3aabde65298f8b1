// What happens when one side leaves early: clients that hang up, streams that are cut, a server
// that stops.
#include "unit/http/loopback.h"

#include <atomic>
#include <chrono>
#include <future>
#include <stdexcept>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

namespace casement::http {
namespace {

using namespace std::chrono_literals;
using testing::get;
using testing::LoopbackServer;
using testing::RawClient;
using testing::says;

// Waits until somebody cancels it.
asio::awaitable<void> until_cancelled(std::shared_ptr<Cancellation> cancellation) {
    const auto executor = co_await asio::this_coro::executor;
    auto timer =
        std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
    const auto registration = cancellation->on_cancel(
        [timer, executor] { asio::post(executor, [timer] { timer->cancel(); }); });
    boost::system::error_code ignored;
    co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

// A gate that a test opens; the handler waits at it.
class Gate {
  public:
    asio::awaitable<void> wait() {
        const auto executor = co_await asio::this_coro::executor;
        auto timer =
            std::make_shared<asio::steady_timer>(executor, asio::steady_timer::time_point::max());
        reached_.set_value(
            [timer, executor] { asio::post(executor, [timer] { timer->cancel(); }); });
        boost::system::error_code ignored;
        co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    // Blocks until the handler is at the gate; the result lets it through.
    std::function<void()> reached() {
        auto future = reached_.get_future();
        if (future.wait_for(60s) != std::future_status::ready) {
            throw std::runtime_error("the handler never came");
        }
        return future.get();
    }

  private:
    std::promise<std::function<void()>> reached_;
};

template <class T>
bool comes(std::future<T>& future) {
    return future.wait_for(60s) == std::future_status::ready;
}

struct Waiting {
    std::promise<void> entered;
    std::promise<void> left;

    Handler handler() {
        return [this](Request& request) -> asio::awaitable<Response> {
            entered.set_value();
            co_await until_cancelled(request.cancellation);
            left.set_value();
            co_return Response::text(200, "nobody reads this");
        };
    }
};

void cancels_when_the_client_leaves(std::string_view more, bool abort) {
    Waiting waiting;
    Router router;
    router.add(Method::get, "/wait", waiting.handler());
    LoopbackServer server(router);
    RawClient client(server.port());
    client.send(get("/wait") + std::string(more));
    auto entered = waiting.entered.get_future();
    auto left = waiting.left.get_future();
    ASSERT_TRUE(comes(entered));
    client.close(abort);
    EXPECT_TRUE(comes(left));
}

TEST(Disconnect, CancelsTheRunningHandler) {
    cancels_when_the_client_leaves("", false);
}
TEST(Disconnect, ByResetCancelsTheRunningHandler) {
    cancels_when_the_client_leaves("", true);
}
TEST(Disconnect, IsSeenBehindPipelinedBytes) {
    cancels_when_the_client_leaves(get("/wait") + "GET /part", false);
}

TEST(Disconnect, IsNotSeenInAClientThatWaits) {
    std::promise<bool> cancelled;
    Router router;
    router.add(Method::get, "/slow", [&](Request& request) -> asio::awaitable<Response> {
        // Longer than the server takes to look after the client.
        asio::steady_timer timer(co_await asio::this_coro::executor, 300ms);
        co_await timer.async_wait(asio::use_awaitable);
        cancelled.set_value(request.cancellation->cancelled());
        co_return Response::text(200, "done");
    });
    router.add(Method::get, "/next", says("next"));
    LoopbackServer server(router);
    RawClient client(server.port());
    client.send(get("/slow") + get("/next"));
    EXPECT_EQ(client.read().body, "done");
    EXPECT_EQ(client.read().body, "next");
    EXPECT_FALSE(cancelled.get_future().get());
}

Handler streams(std::function<asio::awaitable<void>(BodyWriter&, Request&)> body) {
    return [body](Request& request) -> asio::awaitable<Response> {
        Response response = Response::text(200, "", "application/x-ndjson");
        response.stream = [body, &request](BodyWriter& writer) { return body(writer, request); };
        co_return response;
    };
}

asio::awaitable<void> three_parts(BodyWriter& writer, Request&) {
    for (const std::string_view part : {"one ", "", "two ", "three"}) {
        const bool alive = co_await writer.write(part);
        if (!alive) co_return;
    }
}

TEST(Stream, IsChunkedAndKeepsTheConnection) {
    Router router;
    router.add(Method::get, "/s", streams(three_parts));
    LoopbackServer server(router);
    RawClient client(server.port());
    for (int i = 0; i < 2; ++i) {
        const auto answer = client.ask(get("/s"));
        EXPECT_EQ(answer.header("Transfer-Encoding"), "chunked");
        EXPECT_EQ(answer.header("Content-Length"), "");
        EXPECT_EQ(answer.body, "one two three");
        EXPECT_TRUE(answer.whole);
    }
    client.send("HEAD /s HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(client.read(true).header("Transfer-Encoding"), "chunked");
    EXPECT_EQ(client.ask(get("/s")).body, "one two three");
}

TEST(Stream, EndsWithTheConnectionOnHttp10) {
    Router router;
    router.add(Method::get, "/s", streams(three_parts));
    LoopbackServer server(router);
    RawClient client(server.port());
    const auto answer = client.ask("GET /s HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(answer.header("Transfer-Encoding"), "");
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_EQ(answer.body, "one two three");
    EXPECT_TRUE(answer.whole);
}

TEST(Stream, ArrivesPartByPart) {
    Gate before;
    Gate between;
    Router router;
    router.add(Method::get, "/s",
               streams([&](BodyWriter& writer, Request&) -> asio::awaitable<void> {
                   co_await before.wait();
                   (void)co_await writer.write("first");
                   co_await between.wait();
                   (void)co_await writer.write("second");
               }));
    LoopbackServer server(router);
    RawClient client(server.port());
    client.send(get("/s"));
    // The head does not wait for the first part, nor the first part for the second.
    const auto first = before.reached();
    ASSERT_TRUE(client.read_until("\r\n\r\n"));
    first();
    ASSERT_TRUE(client.read_until("5\r\nfirst\r\n"));
    between.reached()();
    EXPECT_TRUE(client.read_until("6\r\nsecond\r\n0\r\n\r\n"));
}

TEST(Stream, SendsMoreThanFitsAnyBuffer) {
    constexpr std::size_t kParts = 400;
    const std::string part(100'000, 'x');
    Router router;
    router.add(Method::get, "/s",
               streams([&](BodyWriter& writer, Request&) -> asio::awaitable<void> {
                   for (std::size_t i = 0; i < kParts; ++i) {
                       const bool alive = co_await writer.write(part);
                       if (!alive) co_return;
                   }
               }));
    LoopbackServer server(router);
    const auto answer = RawClient(server.port()).ask(get("/s"));
    EXPECT_TRUE(answer.whole);
    EXPECT_EQ(answer.body.size(), kParts * part.size());
}

void cut_by_an_exception(std::string_view request) {
    Router router;
    router.add(Method::get, "/s",
               streams([](BodyWriter& writer, Request&) -> asio::awaitable<void> {
                   (void)co_await writer.write("part");
                   throw std::runtime_error("the source broke");
               }));
    LoopbackServer server(router);
    RawClient client(server.port());
    const auto answer = client.ask(request);
    EXPECT_FALSE(answer.whole);
    EXPECT_EQ(answer.body.find("source"), std::string::npos);
}

TEST(Stream, IsSeenToBeCutWhenItFails) {
    cut_by_an_exception(get("/s"));
}
TEST(Stream, IsSeenToBeCutOnHttp10Too) {
    cut_by_an_exception("GET /s HTTP/1.0\r\n\r\n");
}

TEST(Stream, StopsWhenItsRequestIsCancelled) {
    Gate gate;
    std::promise<bool> second_write;
    std::shared_ptr<Cancellation> cancellation;
    Router router;
    router.add(Method::get, "/s",
               streams([&](BodyWriter& writer, Request& request) -> asio::awaitable<void> {
                   cancellation = request.cancellation;
                   (void)co_await writer.write("part");
                   co_await gate.wait();
                   const bool alive = co_await writer.write("never");
                   second_write.set_value(alive);
               }));
    LoopbackServer server(router);
    RawClient client(server.port());
    client.send(get("/s"));
    ASSERT_TRUE(client.read_until("4\r\npart\r\n"));
    const auto open = gate.reached();
    cancellation->cancel();
    open();
    // No last chunk.
    EXPECT_TRUE(client.closed());
    EXPECT_FALSE(second_write.get_future().get());
}

TEST(Stream, StopsWhenTheClientLeaves) {
    std::promise<void> stopped;
    Router router;
    router.add(Method::get, "/s",
               streams([&](BodyWriter& writer, Request&) -> asio::awaitable<void> {
                   const std::string part(100'000, 'x');
                   bool alive = true;
                   while (alive)
                       alive = co_await writer.write(part);
                   stopped.set_value();
               }));
    LoopbackServer server(router);
    RawClient client(server.port());
    client.send(get("/s"));
    ASSERT_TRUE(client.read_until("xxx"));
    client.close();
    auto future = stopped.get_future();
    EXPECT_TRUE(comes(future));
}

// A client that takes nothing any more must not keep a killed session's stream open.
TEST(Stream, StopsAWriteThatWaitsWhenItIsCancelled) {
    std::promise<std::shared_ptr<Cancellation>> running;
    std::promise<void> stopped;
    Router router;
    router.add(Method::get, "/s",
               streams([&](BodyWriter& writer, Request& request) -> asio::awaitable<void> {
                   running.set_value(request.cancellation);
                   const std::string part(1'000'000, 'x');
                   bool alive = true;
                   while (alive)
                       alive = co_await writer.write(part);
                   stopped.set_value();
               }));
    LoopbackServer server(router);
    RawClient client(server.port());
    client.send(get("/s"));
    running.get_future().get()->cancel();
    auto future = stopped.get_future();
    EXPECT_TRUE(comes(future));
}

TEST(Stop, LetsOpenRequestsEndAndClosesIdleConnections) {
    Gate gate;
    Router router;
    router.add(Method::get, "/slow", [&](Request&) -> asio::awaitable<Response> {
        co_await gate.wait();
        co_return Response::text(200, "done");
    });
    router.add(Method::get, "/hello", says("hello"));
    LoopbackServer server(router);
    RawClient idle(server.port());
    EXPECT_EQ(idle.ask(get("/hello")).body, "hello");
    RawClient busy(server.port());
    busy.send(get("/slow"));
    const auto open = gate.reached();

    auto stopping = std::async(std::launch::async, [&] { server.stop(); });
    EXPECT_TRUE(idle.closed());
    EXPECT_EQ(idle.end_error(), 0);
    EXPECT_TRUE(RawClient(server.port()).closed());
    open();
    const auto answer = busy.read();
    EXPECT_EQ(answer.body, "done");
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_TRUE(comes(stopping));
}

TEST(Stop, CancelsAndCutsWhatDoesNotEndInTime) {
    Waiting waiting;
    Router router;
    router.add(Method::get, "/wait", waiting.handler());
    LoopbackServer server(router, {.drain_time = 50ms});
    RawClient client(server.port());
    client.send(get("/wait"));
    auto entered = waiting.entered.get_future();
    ASSERT_TRUE(comes(entered));
    server.stop();
    auto left = waiting.left.get_future();
    EXPECT_EQ(left.wait_for(0s), std::future_status::ready);
    EXPECT_TRUE(client.closed());
}

TEST(Stop, MayComeTwiceAndBeforeRun) {
    Router router;
    prometheus::Registry registry;
    auto server = Server::create({.threads = 2}, router, registry).value();
    server->stop();
    server->stop();
    server->run();
    EXPECT_TRUE(RawClient(server->port()).closed());
}

}  // namespace
}  // namespace casement::http
