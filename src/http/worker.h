// One thread of the server: its executor, its listener, its connections, and the tick that watches
// over their deadlines. Nothing here is shared but ServerState.
#pragma once

#include "http/date.h"
#include "http/metrics.h"
#include "http/server.h"
#include "http/tls.h"
#include "http/trusted_proxy.h"

#include <atomic>
#include <chrono>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

namespace casement::http {

class Connection;

/// What the workers of one server have in common. Only the marked parts change while they run.
struct ServerState {
    ServerState(ServerOptions given, const Router& routes, TrustedProxies trusted,
                prometheus::Registry& registry)
        : options(std::move(given)),
          router(routes),
          proxies(std::move(trusted)),
          metrics(registry) {}

    const ServerOptions options;
    const Router& router;
    const TrustedProxies proxies;
    MetricFamilies metrics;
    std::atomic<std::size_t> connections{0};  ///< any thread
    TlsHolder tls;                            ///< any thread; empty without TLS
};

class Worker {
  public:
    /// Deadlines are kept to about this.
    static constexpr std::chrono::milliseconds kTick{100};

    explicit Worker(ServerState& state);
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Binds and listens with SO_REUSEPORT. Error "listen_failed".
    [[nodiscard]] Result<void> listen(const asio::ip::tcp::endpoint& endpoint);
    [[nodiscard]] std::uint16_t port() const;

    /// The thread's whole life; returns when stop() has drained.
    void run();
    /// Any thread.
    void stop();

    // For connections, on the worker's thread.
    void joined(Connection& connection);
    void left(Connection& connection);
    /// Steady time, coarse: as of the last tick.
    [[nodiscard]] std::chrono::steady_clock::time_point now() const { return now_; }
    [[nodiscard]] bool stopping() const { return stopping_; }
    [[nodiscard]] std::string_view date() const { return date_.text(); }
    [[nodiscard]] WorkerMetrics& metrics() { return metrics_; }
    [[nodiscard]] ServerState& state() { return state_; }
    /// Lines for the access log, written out with the next tick.
    [[nodiscard]] std::string& access_lines() { return access_lines_; }
    void wrote_access_line();

  private:
    [[nodiscard]] asio::awaitable<void> accept();
    void start(asio::ip::tcp::socket socket);
    void begin_stop();
    void end_drain();
    void stopped();
    void ensure_tick();
    void tick();
    void find_gone();
    void write_out();

    struct Connections;  // keeps connection.h out of here

    ServerState& state_;
    asio::io_context io_{1};
    asio::ip::tcp::acceptor acceptor_{io_};
    asio::steady_timer tick_timer_{io_};
    asio::steady_timer stop_timer_{io_};
    asio::steady_timer accept_pause_{io_};
    std::unique_ptr<Connections> connections_;
    std::chrono::steady_clock::time_point now_;
    DateCache date_;
    WorkerMetrics metrics_;
    std::string access_lines_;
    bool ticking_ = false;
    bool stopping_ = false;
};

}  // namespace casement::http
