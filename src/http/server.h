// The HTTP/1.1 server: listeners, connections, TLS, limits, metrics, graceful stop. One io_context
// and one SO_REUSEPORT listener per thread; a connection lives and dies on one of them.
#pragma once

#include "base/error.h"
#include "http/router.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace prometheus {
class Registry;
}

namespace casement::http {

struct Limits {
    std::size_t request_line = std::size_t{16} * 1024;  ///< bytes, else 414
    std::size_t headers = std::size_t{32} * 1024;       ///< bytes of all fields, else 431
    std::size_t body = std::size_t{1024} * 1024;        ///< bytes, else 413
    /// From the first byte to the blank line, else 408; a connection that never says a byte is
    /// closed after as long.
    std::chrono::milliseconds header_time{10'000};
    std::chrono::milliseconds body_time{30'000};   ///< for the whole body, 408
    std::chrono::milliseconds idle_time{75'000};   ///< between requests, then closed
    std::chrono::milliseconds write_time{30'000};  ///< for one write to make progress
    std::size_t connections = 10'000;  ///< in all; beyond it new ones are closed at once
};

struct TlsFiles {
    std::string certificate_chain;  ///< PEM path
    std::string private_key;        ///< PEM path
};

struct ServerOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;  ///< 0 takes a free one; see Server::port
    unsigned threads = 0;    ///< 0 means one per core
    std::optional<TlsFiles> tls{};
    /// CIDR blocks of proxies whose X-Forwarded-For/-Proto/-Host count, e.g. "10.0.0.0/8".
    std::vector<std::string> trusted_proxies{};
    Limits limits{};
    /// How long open requests may take to end after stop() before they are cut.
    std::chrono::milliseconds drain_time{10'000};
    /// One JSON log line per request.
    bool access_log = true;
};

class Server {
  public:
    /// Binds and listens; nothing is served before run(). `router` and `registry` must outlive the
    /// server. Errors name the address or file and the fix (code "listen_failed", "tls_failed").
    [[nodiscard]] static Result<std::unique_ptr<Server>> create(ServerOptions options,
                                                                const Router& router,
                                                                prometheus::Registry& registry);
    virtual ~Server() = default;

    [[nodiscard]] virtual std::uint16_t port() const = 0;
    /// Serves on `threads` threads of its own; returns when stop() has drained.
    virtual void run() = 0;
    /// Any thread, also more than once: no new connections, idle ones close, open requests get
    /// drain_time, then their cancellation is triggered and they are cut.
    virtual void stop() = 0;
    /// Reads the certificate files again for new connections (SIGHUP).
    virtual Result<void> reload_tls() = 0;
};

}  // namespace casement::http
