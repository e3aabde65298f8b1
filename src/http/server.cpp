#include "http/server.h"

#include "http/tls.h"
#include "http/trusted_proxy.h"
#include "http/worker.h"

#include <thread>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>

namespace casement::http {
namespace {

using asio::ip::tcp;
using boost::system::error_code;

Error listen_failed(std::string message) {
    return unavailable("listen_failed", std::move(message));
}

Result<tcp::endpoint> endpoint_of(const ServerOptions& options) {
    error_code failed;
    const auto address = asio::ip::make_address(options.host, failed);
    if (!failed) return tcp::endpoint(address, options.port);
    asio::io_context io;
    const auto found = tcp::resolver(io).resolve(options.host, "", failed);
    if (failed || found.empty()) {
        return listen_failed(
            fmt::format("\"{}\" is neither an address nor the name of one. Listen "
                        "on an address of this machine, such as 127.0.0.1 or "
                        "0.0.0.0.",
                        options.host));
    }
    return tcp::endpoint(found.begin()->endpoint().address(), options.port);
}

// SO_REUSEPORT would let a second server of the same user share our port without a word, and each
// would get half of the connections. A socket without it finds out first.
Result<void> check_port_is_free(const tcp::endpoint& endpoint) {
    asio::io_context io;
    tcp::acceptor probe(io);
    error_code failed;
    probe.open(endpoint.protocol(), failed);
    if (!failed) probe.set_option(asio::socket_base::reuse_address(true), failed);
    if (!failed) probe.bind(endpoint, failed);
    if (!failed) return {};
    const auto where = fmt::format("{} port {}", endpoint.address().to_string(), endpoint.port());
    if (failed == asio::error::address_in_use) {
        return listen_failed(fmt::format(
            "Another program already listens on {}. Stop it, or choose another port.", where));
    }
    if (failed == asio::error::access_denied) {
        return listen_failed(
            fmt::format("This user may not listen on {}. Choose a port from 1024 "
                        "on, or give the program CAP_NET_BIND_SERVICE.",
                        where));
    }
    return listen_failed(fmt::format("Cannot listen on {}: {}.", where, failed.message()));
}

class ServerImpl final : public Server {
  public:
    ServerImpl(ServerOptions options, const Router& router, TrustedProxies proxies,
               prometheus::Registry& registry)
        : state_(std::move(options), router, std::move(proxies), registry) {}

    Result<void> start() {
        if (state_.options.tls) {
            auto loaded = reload_tls();
            if (!loaded) return loaded.error();
        }
        auto endpoint = endpoint_of(state_.options);
        if (!endpoint) return endpoint.error();
        auto free = check_port_is_free(*endpoint);
        if (!free) return free.error();

        unsigned threads = state_.options.threads;
        if (threads == 0) threads = std::max(1U, std::thread::hardware_concurrency());
        for (unsigned i = 0; i < threads; ++i) {
            workers_.push_back(std::make_unique<Worker>(state_));
            auto listening = workers_.back()->listen(*endpoint);
            if (!listening) return listening.error();
            // The first decides when the system is to choose.
            if (i == 0) port_ = workers_.front()->port();
            endpoint->port(port_);
        }
        return {};
    }

    [[nodiscard]] std::uint16_t port() const override { return port_; }

    void run() override {
        std::vector<std::jthread> threads;
        threads.reserve(workers_.size());
        for (auto& worker : workers_)
            threads.emplace_back([&worker] { worker->run(); });
    }

    void stop() override {
        for (auto& worker : workers_)
            worker->stop();
    }

    Result<void> reload_tls() override {
        if (!state_.options.tls) return {};
        auto context = load_tls(*state_.options.tls);
        if (!context) return context.error();
        state_.tls.set(std::move(*context));
        return {};
    }

  private:
    ServerState state_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::uint16_t port_ = 0;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::create(ServerOptions options, const Router& router,
                                               prometheus::Registry& registry) {
    auto proxies = TrustedProxies::parse(options.trusted_proxies);
    if (!proxies) return proxies.error();
    auto server =
        std::make_unique<ServerImpl>(std::move(options), router, std::move(*proxies), registry);
    auto started = server->start();
    if (!started) return started.error();
    return std::unique_ptr<Server>(std::move(server));
}

}  // namespace casement::http
