// From a named span or a range to the instants and the bucket that queries see.
#pragma once

#include "access/share_settings.h"
#include "base/clock.h"
#include "base/error.h"
#include "dashboards/dashboard.h"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::access {

/// The spans that a viewer of a shared dashboard may pick (datadog.md §1.2).
[[nodiscard]] const std::vector<std::string>& offered_spans();

/// What is shown when the viewer chose nothing: the share's span, else the dashboard's range.
[[nodiscard]] dashboards::TimeRange default_range(const dashboards::Dashboard& dashboard,
                                                  const ShareSettings& settings);
[[nodiscard]] bool may_select_time(const dashboards::Dashboard& dashboard,
                                   const ShareSettings& settings);

struct Range {
    std::string span;
    Time from{}, to{};
};

/// "6h", "90m", "7d": a number of s, m, h, d or w, of at most ten years; nullopt for anything else.
[[nodiscard]] std::optional<seconds> free_span_length(std::string_view span);

struct WantedRange {
    std::string_view span;  ///< named, or free where the settings allow any range
    std::optional<Time> from, to;
};
/// Settles a wish. A live range ends at "now" rounded down to ten seconds, so that viewers who ask
/// within the same moment ask for the same thing and share one query.
/// Errors: forbidden "time_locked", invalid "unknown_span", "invalid_range".
[[nodiscard]] Result<Range> settle_range(const dashboards::Dashboard& dashboard,
                                         const ShareSettings& settings, const WantedRange& wanted,
                                         Time now);

/// A readable bucket ("5 minutes", "1 day") of which `width` pixels hold a good number.
[[nodiscard]] milliseconds bucket(Time from, Time to, int width);

/// The zone that queries see: the dashboard's, or the browser's where it says so; "UTC" when that
/// is not a plausible IANA name.
[[nodiscard]] std::string settle_timezone(const dashboards::Dashboard& dashboard,
                                          std::string_view browser);

}  // namespace casement::access
