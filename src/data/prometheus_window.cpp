#include "data/prometheus_window.h"

#include "base/round_interval.h"
#include "data/promql_lexer.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::data {
namespace {

using std::chrono::milliseconds;

/// At most so many points: Prometheus itself refuses more than 11 000.
constexpr std::size_t kSafePoints = 11'000;

constexpr std::int64_t kSecond = 1000;

Time aligned_down(Time time, milliseconds step) {
    const auto millis = to_unix_millis(time);
    auto rest = millis % step.count();
    if (rest < 0) rest += step.count();
    return Time{milliseconds{millis - rest}};
}

}  // namespace

milliseconds min_step_of(const json::object& settings) {
    const auto* step = settings.if_contains("min_step");
    if (step == nullptr || !step->is_string()) return milliseconds{0};
    return milliseconds{promql::read_duration(step->get_string()).value_or(0)};
}

Window align_window(Window window, const json::object& settings) {
    const auto step = std::max({window.interval, min_step_of(settings), milliseconds{1}});
    window.from = aligned_down(window.from, step);
    window.to = aligned_down(window.to, step);
    return window;
}

StepGrid step_grid(const Window& window, milliseconds shortest, std::size_t max_points) {
    const auto range = std::chrono::duration_cast<milliseconds>(window.to - window.from);
    const auto points = std::clamp<std::size_t>(max_points, 2, kSafePoints) - 1;
    StepGrid grid;
    grid.step = std::max({window.interval, shortest, milliseconds{1}});
    const milliseconds least{range.count() / static_cast<std::int64_t>(points) + 1};
    if (grid.step < least) {
        grid.step = std::max(round_interval(least), grid.step);
        if (grid.step < least) grid.step = least;
    }
    grid.start = aligned_down(window.from, grid.step);
    grid.end = std::max(aligned_down(window.to, grid.step), grid.start);
    return grid;
}

std::map<std::string, std::string> interval_names(const Window& window, const StepGrid& grid,
                                                  milliseconds scrape) {
    const auto range = std::chrono::duration_cast<milliseconds>(window.to - window.from).count();
    const auto step = grid.step.count();
    const auto rate = std::max(step + scrape.count(), 4 * scrape.count());
    // A range of less than half a second would round to nothing, which is no duration.
    const auto seconds = std::max<std::int64_t>((range + 500) / kSecond, 1);
    return {
        {"__interval", promql::print_duration(step)},
        {"__interval_ms", fmt::to_string(step)},
        {"__rate_interval", promql::print_duration(rate)},
        {"__rate_interval_ms", fmt::to_string(rate)},
        {"__range", fmt::format("{}s", seconds)},
        {"__range_s", fmt::to_string(seconds)},
        {"__range_ms", fmt::to_string(range)},
        {"__from", fmt::to_string(to_unix_millis(window.from))},
        {"__to", fmt::to_string(to_unix_millis(window.to))},
    };
}

}  // namespace casement::data
