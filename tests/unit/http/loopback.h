// A running server and a client that says exactly the bytes it is told to.
#pragma once

#include "http/router.h"
#include "http/server.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include <gtest/gtest.h>
#include <prometheus/registry.h>

namespace casement::http::testing {

/// Serves `router` on a free loopback port until it is destroyed.
class LoopbackServer {
  public:
    explicit LoopbackServer(Router& router, ServerOptions options = {});
    ~LoopbackServer();

    [[nodiscard]] std::uint16_t port() const { return server_->port(); }
    [[nodiscard]] Server& server() { return *server_; }
    [[nodiscard]] prometheus::Registry& registry() { return registry_; }
    /// Stops and waits until it has drained.
    void stop();

  private:
    prometheus::Registry registry_;
    std::unique_ptr<Server> server_;
    std::jthread thread_;
};

struct Answer {
    int status = 0;  ///< 0: the connection ended before a whole head
    std::string head;
    std::string body;
    bool whole = false;  ///< the body ended as its framing says

    /// First value of a header, or "".
    [[nodiscard]] std::string header(std::string_view name) const;
};

/// Blocking, with a time limit on every read, so that a test fails instead of hanging.
class RawClient {
  public:
    explicit RawClient(std::uint16_t port);
    ~RawClient();
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    /// False when the server has closed.
    bool send(std::string_view bytes);
    /// The next answer; `head_only` for answers to HEAD.
    [[nodiscard]] Answer read(bool head_only = false);
    /// Sends and reads.
    [[nodiscard]] Answer ask(std::string_view bytes) {
        send(bytes);
        return read();
    }
    /// Reads up to and including `text`; false when the connection ends first.
    [[nodiscard]] bool read_until(std::string_view text);
    /// True when there is something to read, or the end, before `time` is over.
    [[nodiscard]] bool answers_within(std::chrono::milliseconds time);
    /// True when the server closes without another byte.
    [[nodiscard]] bool closed();
    /// Ends the connection; `abort` by a reset.
    void close(bool abort = false);
    /// errno of the read that ended the connection: 0 for an orderly end.
    [[nodiscard]] int end_error() const { return end_error_; }

  private:
    bool fill();

    int socket_ = -1;
    int end_error_ = 0;
    std::string buffer_;
};

/// "GET /path HTTP/1.1" with a Host and the given extra lines ("Name: value\r\n").
[[nodiscard]] std::string get(std::string_view target, std::string_view extra = {});
[[nodiscard]] std::string post(std::string_view target, std::string_view body,
                               std::string_view extra = {});

/// A handler that answers with fixed text.
[[nodiscard]] Handler says(std::string text);

/// A file with this text in a folder that goes with the test program.
[[nodiscard]] std::string temporary_file(std::string_view name, std::string_view text);

}  // namespace casement::http::testing
