// The server that most tests ask: a few routes, small limits, options that a test may change before
// its first request.
#pragma once

#include "unit/http/loopback.h"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

namespace casement::http::testing {

inline Handler echoes() {
    return [](Request& request) -> asio::awaitable<Response> {
        co_return Response::text(200, request.target + "|" + request.body);
    };
}

class ServerTest : public ::testing::Test {
  protected:
    ServerTest() {
        router.add(Method::get, "/hello", says("hello"));
        router.add(Method::get, "/echo/{rest...}", echoes());
        router.add(Method::post, "/echo", echoes());
        router.errors_below("/api", [](const Error& error) {
            return Response::text(http_status(error.kind), "api:" + std::string(error.code));
        });
        options.limits.request_line = 256;
        options.limits.headers = 1024;
        options.limits.body = 64 * 1024;
    }

    LoopbackServer& server() {
        if (!server_) server_.emplace(router, options);
        return *server_;
    }
    std::uint16_t port() { return server().port(); }
    Answer ask(std::string_view bytes) { return RawClient(port()).ask(bytes); }
    std::string metrics() {
        return prometheus::TextSerializer().Serialize(server().registry().Collect());
    }

    Router router;
    ServerOptions options;

  private:
    std::optional<LoopbackServer> server_;
};

}  // namespace casement::http::testing
