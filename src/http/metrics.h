// What the server counts. Each worker counts in plain integers of its own and hands the sums over
// ten times a second, so a request pays for a few additions and no shared cache line.
#pragma once

#include "http/message.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <prometheus/family.h>
#include <prometheus/registry.h>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace casement::http {

/// Families in the registry, shared by the workers.
struct MetricFamilies {
    explicit MetricFamilies(prometheus::Registry& registry);

    prometheus::Family<prometheus::Counter>& requests;     ///< route, method, status class
    prometheus::Family<prometheus::Histogram>& durations;  ///< route
    prometheus::Gauge& open;
    prometheus::Counter& refused;
    prometheus::Counter& received;
    prometheus::Counter& sent;
};

/// Of one worker's thread.
class WorkerMetrics {
  public:
    explicit WorkerMetrics(MetricFamilies& families) : families_(families) {}

    /// `route` must be storage that lives as long as the server (a pattern of the router's).
    void request(std::string_view route, Method method, int status,
                 std::chrono::nanoseconds duration);
    void opened() { ++open_; }
    void closed() { --open_; }
    void refused() { ++refused_; }
    void received(std::size_t bytes) { received_ += bytes; }
    void sent(std::size_t bytes) { sent_ += bytes; }

    /// Hands over what was counted since the last time.
    void flush();

  private:
    static constexpr std::size_t kMethods = 8;
    static constexpr std::size_t kClasses = 6;

    struct Route {
        std::string_view name;
        std::array<std::array<std::uint32_t, kClasses>, kMethods> counts{};
        std::array<std::array<prometheus::Counter*, kClasses>, kMethods> counters{};
        std::vector<double> buckets;
        double seconds = 0;
        prometheus::Histogram* histogram = nullptr;
        bool dirty = false;
    };

    Route& route_of(std::string_view route);

    MetricFamilies& families_;
    std::unordered_map<const char*, std::unique_ptr<Route>> routes_;
    std::int64_t open_ = 0;
    std::int64_t open_told_ = 0;
    std::uint64_t refused_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t sent_ = 0;
};

}  // namespace casement::http
