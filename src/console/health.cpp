#include "console/health.h"

#include "base/address_blocks.h"
#include "console/console_page.h"

#include <memory>
#include <stdexcept>

#include <fmt/format.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace casement::console {
namespace {

using http::Method;
using http::Request;
using http::Response;

/// A request's client is already the real one behind a proxy.
AddressBlocks allow_list(const std::vector<std::string>& blocks) {
    AddressBlocks list;
    for (const auto& block : blocks) {
        if (list.add(block)) continue;
        throw std::invalid_argument(fmt::format(
            "the clients allowed to read /metrics must be addresses or blocks of addresses like "
            "10.0.0.0/8, not: {}",
            block));
    }
    return list;
}

constexpr std::string_view kPage = R"(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Casement</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 36rem; margin: 12vh auto; padding: 0 1rem; }
@media (prefers-color-scheme: dark) { body { background: #14181f; color: #dde3ea; } a { color: #8ab8ff; } }
</style>
<h1>Casement</h1>
<p>This server shows private dashboards inside other sites' pages. A dashboard opens only through a
link that was signed for it; there is nothing to see at this address.</p>
<ul>
<li><a href="/api/casement/v1/openapi.json">The API, as an OpenAPI document</a></li>
<li><a href="/healthz">Is the server up?</a></li>
</ul>
</html>
)";

Response front_page() {
    auto response = Response::html(200, std::string(kPage));
    response.headers.add("Content-Security-Policy",
                         "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
                         "form-action 'none'; frame-ancestors 'none'");
    return response;
}

Response readiness(const Dependencies& parts) {
    json::array reasons;
    if (!parts.catalog.healthy()) reasons.emplace_back("The catalog's database does not answer.");
    if (!parts.session_store.healthy()) reasons.emplace_back("The session store does not answer.");
    if (reasons.empty()) return Response::json(200, {{"status", "ready"}});
    return Response::json(503, {{"status", "not_ready"}, {"reasons", std::move(reasons)}});
}

prometheus::MetricFamily counter(std::string name, std::string help, std::uint64_t value) {
    prometheus::ClientMetric metric;
    metric.counter.value = static_cast<double>(value);
    return {std::move(name), std::move(help), prometheus::MetricType::Counter, {std::move(metric)}};
}

/// A family of one figure for each type of source.
template <class Figure>
prometheus::MetricFamily by_type(std::string name, std::string help, const data::EngineStats& stats,
                                 Figure figure) {
    prometheus::MetricFamily family{
        std::move(name), std::move(help), prometheus::MetricType::Counter, {}};
    for (const auto& [type, of_type] : stats.by_type) {
        prometheus::ClientMetric metric;
        metric.label.push_back({"type", type});
        metric.counter.value = figure(of_type);
        family.metric.push_back(std::move(metric));
    }
    return family;
}

prometheus::MetricFamily gauge(std::string name, std::string help, std::size_t value) {
    prometheus::ClientMetric metric;
    metric.gauge.value = static_cast<double>(value);
    return {std::move(name), std::move(help), prometheus::MetricType::Gauge, {std::move(metric)}};
}

/// The engine counts by itself, so its figures are read when somebody asks.
std::vector<prometheus::MetricFamily> engine_metrics(const data::Engine& engine) {
    const auto stats = engine.stats();
    return {
        counter("casement_query_runs_total", "Queries that reached a source.", stats.runs),
        counter("casement_query_cache_hits_total", "Queries answered from the cache.",
                stats.cache_hits),
        counter("casement_query_shared_total", "Queries that joined one in flight.",
                stats.shared_runs),
        counter("casement_query_cancelled_total", "Queries stopped because nobody waited.",
                stats.cancelled),
        counter("casement_query_failed_total", "Queries that failed.", stats.failed),
        counter("casement_query_stale_total",
                "Queries answered with an old result while it was "
                "renewed.",
                stats.stale_hits),
        counter("casement_query_too_busy_total", "Queries that found no place or no turn.",
                stats.too_busy),
        gauge("casement_query_waiting", "Queries that wait for their turn.", stats.waiting),
        gauge("casement_query_running", "Queries that run.", stats.running),
        by_type("casement_source_query_runs_total", "Queries that reached a source, by its type.",
                stats, [](const auto& of) { return static_cast<double>(of.runs); }),
        by_type("casement_source_query_failed_total", "Queries that failed, by type of source.",
                stats, [](const auto& of) { return static_cast<double>(of.failed); }),
        by_type("casement_source_query_seconds_total", "Time that queries ran, by type of source.",
                stats, [](const auto& of) { return static_cast<double>(of.microseconds) / 1e6; }),
    };
}

Response metrics(const Dependencies& parts, const AddressBlocks& allowed, const Request& request) {
    if (!allowed.contains(request.client)) {
        return Response::error(forbidden("metrics_not_allowed",
                                         "Metrics are only for the clients that the configuration "
                                         "names."));
    }
    auto families = parts.registry.Collect();
    for (auto& family : engine_metrics(parts.engine))
        families.push_back(std::move(family));
    return Response::text(200, prometheus::TextSerializer{}.Serialize(families),
                          "text/plain; version=0.0.4; charset=utf-8");
}

asio::awaitable<Response> at_once(Response response) {
    co_return response;
}

}  // namespace

void add_health_routes(http::Router& router, const Dependencies& dependencies) {
    const auto allowed =
        std::make_shared<const AddressBlocks>(allow_list(dependencies.metrics_clients));
    router.add(Method::get, "/", [](Request&) {
        return at_once(has_console() ? Response::redirect(std::string(kConsolePath))
                                     : front_page());
    });
    router.add(Method::get, "/healthz",
               [](Request&) { return at_once(Response::json(200, {{"status", "ok"}})); });
    router.add(Method::get, "/readyz",
               [dependencies](Request&) { return at_once(readiness(dependencies)); });
    router.add(Method::get, "/metrics", [dependencies, allowed](Request& request) {
        return at_once(metrics(dependencies, *allowed, request));
    });
}

}  // namespace casement::console
