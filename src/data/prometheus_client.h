// HTTP to a Prometheus server: one request at a time and connection, in bounds of time and size,
// stopped when nobody waits any more.
#pragma once

#include "base/cancellation.h"
#include "base/error.h"
#include "crypto/secret.h"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace casement::data {

struct PrometheusSettings {
    std::string url;   ///< http or https, with the path that stands before /api/v1; no end slash
    std::string user;  ///< empty: the secret is a bearer token
    Secret secret;
    std::chrono::milliseconds scrape_interval{15'000};
    std::chrono::milliseconds timeout{30'000};
    bool tls_verify = true;
    std::string ca_file;
    bool post = true;
    std::vector<std::pair<std::string, std::string>> parameters;  ///< with every request
    std::size_t max_series = 1000;
};

class PrometheusClient {
  public:
    using Parameters = std::vector<std::pair<std::string, std::string>>;
    /// Takes the answer's body piece by piece; false: enough.
    using Sink = std::function<bool(std::string_view)>;

    explicit PrometheusClient(PrometheusSettings settings);
    ~PrometheusClient();
    PrometheusClient(const PrometheusClient&) = delete;
    PrometheusClient& operator=(const PrometheusClient&) = delete;

    struct Request {
        std::string path;  ///< "/api/v1/query"
        Parameters parameters;
        bool may_post = true;  ///< some paths take GET alone
        std::chrono::milliseconds time{10'000};
    };
    /// The status of the answer, whatever it is. Any thread. Errors: source_unavailable,
    /// query_timeout, query_cancelled; query_too_large when the sink had enough.
    [[nodiscard]] Result<long> ask(const Request& request, const Sink& sink,
                                   const Cancellation& cancellation);

    [[nodiscard]] const PrometheusSettings& settings() const { return settings_; }

  private:
    struct Connection;
    std::unique_ptr<Connection> take();
    void give_back(std::unique_ptr<Connection> connection);
    void prepare(Connection& connection, const Request& request) const;

    const PrometheusSettings settings_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace casement::data
