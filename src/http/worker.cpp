#include "http/worker.h"

#include "base/log.h"
#include "http/connection.h"

#include <exception>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

namespace casement::http {
namespace {

using std::chrono::steady_clock;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

/// After the system had no descriptor for a new connection.
constexpr std::chrono::milliseconds kAcceptPause{50};
/// How often the log names requests that do not end although they were cancelled.
constexpr std::chrono::seconds kStopReminder{10};
constexpr std::size_t kMaxAccessLines = std::size_t{64} * 1024;

asio::awaitable<void> serve(std::unique_ptr<Connection> connection) {
    co_await connection->run();
}

void report(std::string_view event, const std::exception_ptr& thrown) {
    if (!thrown) return;
    try {
        std::rethrow_exception(thrown);
    } catch (const std::exception& exception) {
        log::error(event, {{"reason", exception.what()}});
    } catch (...) {
        log::error(event);
    }
}

}  // namespace

struct Worker::Connections {
    boost::intrusive::list<Connection> list;
    std::vector<pollfd> watched;
    std::vector<Connection*> watching;
};

Worker::Worker(ServerState& state)
    : state_(state),
      connections_(std::make_unique<Connections>()),
      now_(steady_clock::now()),
      metrics_(state.metrics) {
    date_.refresh();
}

Worker::~Worker() = default;

Result<void> Worker::listen(const tcp::endpoint& endpoint) {
    error_code failed;
    acceptor_.open(endpoint.protocol(), failed);
    if (!failed && endpoint.address().is_v6() && endpoint.address().is_unspecified()) {
        acceptor_.set_option(asio::ip::v6_only(false), failed);
    }
    if (!failed) acceptor_.set_option(asio::socket_base::reuse_address(true), failed);
    if (!failed) acceptor_.set_option(ReusePort(true), failed);
    if (!failed) acceptor_.bind(endpoint, failed);
    if (!failed) acceptor_.listen(4096, failed);
    if (!failed) return {};
    return unavailable("listen_failed", fmt::format("Cannot listen on {} port {}: {}.",
                                                    endpoint.address().to_string(), endpoint.port(),
                                                    failed.message()));
}

std::uint16_t Worker::port() const {
    error_code ignored;
    return acceptor_.local_endpoint(ignored).port();
}

void Worker::run() {
    asio::co_spawn(io_, accept(),
                   [](const std::exception_ptr& thrown) { report("accept_failed", thrown); });
    for (;;) {
        try {
            io_.run();
            break;
        } catch (...) {
            report("worker_failed", std::current_exception());
        }
    }
    write_out();
}

void Worker::stop() {
    asio::post(io_, [this] { begin_stop(); });
}

asio::awaitable<void> Worker::accept() {
    while (!stopping_) {
        error_code failed;
        tcp::socket socket =
            co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, failed));
        if (stopping_ || failed == asio::error::operation_aborted) co_return;
        if (failed == asio::error::connection_aborted) continue;
        if (failed) {
            log::error("accept_failed", {{"reason", failed.message()}});
            error_code ignored;
            accept_pause_.expires_after(kAcceptPause);
            co_await accept_pause_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
            continue;
        }
        start(std::move(socket));
    }
}

void Worker::start(tcp::socket socket) {
    if (state_.connections.fetch_add(1) >= state_.options.limits.connections) {
        state_.connections.fetch_sub(1);
        metrics_.refused();
        ensure_tick();
        return;
    }
    ensure_tick();
    // Whatever goes wrong with one connection must not end the accepting of others.
    std::unique_ptr<Connection> connection;
    try {
        connection = std::make_unique<Connection>(*this, std::move(socket), state_.tls.get());
    } catch (...) {
        state_.connections.fetch_sub(1);
        report("connection_failed", std::current_exception());
        return;
    }
    try {
        asio::co_spawn(io_, serve(std::move(connection)), [](const std::exception_ptr& thrown) {
            report("connection_failed", thrown);
        });
    } catch (...) {
        report("connection_failed", std::current_exception());
    }
}

void Worker::joined(Connection& connection) {
    connections_->list.push_back(connection);
    metrics_.opened();
}

void Worker::left(Connection& connection) {
    connections_->list.erase(connections_->list.iterator_to(connection));
    state_.connections.fetch_sub(1);
    metrics_.closed();
    if (stopping_ && connections_->list.empty()) stopped();
}

void Worker::begin_stop() {
    if (stopping_) return;
    stopping_ = true;
    error_code ignored;
    acceptor_.close(ignored);
    accept_pause_.cancel();
    for (Connection& connection : connections_->list)
        connection.drain();
    if (connections_->list.empty()) return stopped();
    stop_timer_.expires_after(state_.options.drain_time);
    stop_timer_.async_wait([this](error_code failed) {
        if (!failed) end_drain();
    });
}

// Without a timer the executor has nothing left to do, and run() returns.
void Worker::stopped() {
    stop_timer_.cancel();
    tick_timer_.cancel();
}

// What still runs has had its time. A handler that does not listen to its cancellation is waited
// for even so, because it may come back to this thread; the log tells who it is that we wait for.
void Worker::end_drain() {
    if (connections_->list.empty()) return;
    log::warning("stop_cuts_requests", {{"connections", connections_->list.size()}});
    for (Connection& connection : connections_->list)
        connection.cut();
    stop_timer_.expires_after(kStopReminder);
    stop_timer_.async_wait([this](error_code failed) {
        if (!failed) end_drain();
    });
}

void Worker::ensure_tick() {
    if (ticking_) return;
    ticking_ = true;
    now_ = steady_clock::now();
    date_.refresh();
    tick_timer_.expires_after(kTick);
    tick_timer_.async_wait([this](error_code failed) {
        ticking_ = false;
        if (!failed) tick();
    });
}

void Worker::tick() {
    now_ = steady_clock::now();
    date_.refresh();
    for (Connection& connection : connections_->list)
        connection.on_tick(now_);
    find_gone();
    write_out();
    // A server without connections sleeps.
    if (!connections_->list.empty()) ensure_tick();
}

// Which clients have hung up while a handler works for them: one system call for all of them, and
// none for the requests that are answered within a tick.
void Worker::find_gone() {
    auto& watched = connections_->watched;
    auto& watching = connections_->watching;
    watched.clear();
    watching.clear();
    for (Connection& connection : connections_->list) {
        if (!connection.wants_watch(now_)) continue;
        watched.push_back({connection.handle(), POLLRDHUP, 0});
        watching.push_back(&connection);
    }
    if (watched.empty() || ::poll(watched.data(), watched.size(), 0) <= 0) return;
    for (std::size_t i = 0; i < watched.size(); ++i) {
        if ((watched[i].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) {
            watching[i]->client_gone();
        }
    }
}

void Worker::write_out() {
    metrics_.flush();
    if (access_lines_.empty()) return;
    log::write_lines(access_lines_);
    access_lines_.clear();
}

void Worker::wrote_access_line() {
    if (access_lines_.size() >= kMaxAccessLines) write_out();
}

}  // namespace casement::http
