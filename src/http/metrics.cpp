#include "http/metrics.h"

#include <algorithm>
#include <string>
#include <utility>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

namespace casement::http {
namespace {

// Seconds. From a static asset to a query that takes its whole time limit.
constexpr std::array<double, 12> kBuckets = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                             0.05,   0.1,   0.25,   1,     5,    30};
constexpr std::array<const char*, 6> kClassNames = {"other", "1xx", "2xx", "3xx", "4xx", "5xx"};
/// The label of what no route took: also the storage that identifies it.
constexpr std::string_view kNoRoute = "none";

}  // namespace

MetricFamilies::MetricFamilies(prometheus::Registry& registry)
    : requests(prometheus::BuildCounter()
                   .Name("casement_http_requests_total")
                   .Help("Requests answered, by route, method and class of status.")
                   .Register(registry)),
      durations(prometheus::BuildHistogram()
                    .Name("casement_http_request_seconds")
                    .Help("Time from the last byte of a request to the last byte of its answer.")
                    .Register(registry)),
      open(prometheus::BuildGauge()
               .Name("casement_http_open_connections")
               .Help("Connections that are open now.")
               .Register(registry)
               .Add({})),
      refused(prometheus::BuildCounter()
                  .Name("casement_http_refused_connections_total")
                  .Help("Connections closed at once because the limit was reached.")
                  .Register(registry)
                  .Add({})),
      received(prometheus::BuildCounter()
                   .Name("casement_http_received_bytes_total")
                   .Help("Bytes of requests, without TLS.")
                   .Register(registry)
                   .Add({})),
      sent(prometheus::BuildCounter()
               .Name("casement_http_sent_bytes_total")
               .Help("Bytes of answers, without TLS.")
               .Register(registry)
               .Add({})) {}

WorkerMetrics::Route& WorkerMetrics::route_of(std::string_view route) {
    const std::string_view name = route.empty() ? kNoRoute : route;
    auto& place = routes_[name.data()];
    if (!place) {
        place = std::make_unique<Route>();
        place->name = name;
        place->buckets.resize(kBuckets.size() + 1);
        place->histogram = &families_.durations.Add(
            {{"route", std::string(name)}},
            prometheus::Histogram::BucketBoundaries(kBuckets.begin(), kBuckets.end()));
    }
    return *place;
}

void WorkerMetrics::request(std::string_view route, Method method, int status,
                            std::chrono::nanoseconds duration) {
    Route& counted = route_of(route);
    const std::size_t status_class =
        status >= 100 && status < 600 ? static_cast<std::size_t>(status / 100) : 0;
    ++counted.counts[static_cast<std::size_t>(method)][status_class];
    const double seconds = std::chrono::duration<double>(duration).count();
    const auto bucket = std::lower_bound(kBuckets.begin(), kBuckets.end(), seconds);
    counted.buckets[static_cast<std::size_t>(bucket - kBuckets.begin())] += 1;
    counted.seconds += seconds;
    counted.dirty = true;
}

void WorkerMetrics::flush() {
    if (open_ != open_told_) {
        families_.open.Increment(static_cast<double>(open_ - open_told_));
        open_told_ = open_;
    }
    const auto hand_over = [](prometheus::Counter& to, std::uint64_t& count) {
        if (count > 0) to.Increment(static_cast<double>(std::exchange(count, 0)));
    };
    hand_over(families_.refused, refused_);
    hand_over(families_.received, received_);
    hand_over(families_.sent, sent_);
    for (auto& [key, route] : routes_) {
        if (!std::exchange(route->dirty, false)) continue;
        for (std::size_t method = 0; method < kMethods; ++method) {
            for (std::size_t kind = 0; kind < kClasses; ++kind) {
                auto& count = route->counts[method][kind];
                if (count == 0) continue;
                auto*& counter = route->counters[method][kind];
                if (counter == nullptr) {
                    counter = &families_.requests.Add(
                        {{"route", std::string(route->name)},
                         {"method", std::string(to_string(static_cast<Method>(method)))},
                         {"status", kClassNames[kind]}});
                }
                counter->Increment(std::exchange(count, 0));
            }
        }
        route->histogram->ObserveMultiple(route->buckets, route->seconds);
        std::fill(route->buckets.begin(), route->buckets.end(), 0.0);
        route->seconds = 0;
    }
}

}  // namespace casement::http
