// Step and ends of a range query: Prometheus answers at multiples of the step alone, so that
// questions of about the same time are the same question.
#pragma once

#include "base/clock.h"
#include "data/query.h"

#include <chrono>
#include <map>
#include <string>

#include <boost/json/object.hpp>

namespace casement::data {

/// What a query's settings say of its shortest step, or zero.
[[nodiscard]] std::chrono::milliseconds min_step_of(const json::object& settings);

/// The window with its ends aligned down to the bucket, or to the query's shortest step where that
/// is longer. What goes into the cache key: viewers who look at about the same time share it.
[[nodiscard]] Window align_window(Window window, const json::object& settings);

struct StepGrid {
    Time start{}, end{};  ///< both are asked for
    std::chrono::milliseconds step{};

    [[nodiscard]] std::size_t points() const {
        return static_cast<std::size_t>((end - start) / step) + 1;
    }
};

/// `shortest` is the query's min_step, or the source's scrape interval. At most `max_points`.
[[nodiscard]] StepGrid step_grid(const Window& window, std::chrono::milliseconds shortest,
                                 std::size_t max_points);

/// `$__interval`, `$__rate_interval`, `$__range` and their sisters, `$__from` and `$__to`.
[[nodiscard]] std::map<std::string, std::string> interval_names(const Window& window,
                                                                const StepGrid& grid,
                                                                std::chrono::milliseconds scrape);

}  // namespace casement::data
