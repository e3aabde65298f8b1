// What the times of a URL mean now. Pure.
#pragma once

#include "base/clock.h"
#include "dialects/grafana/target.h"

#include <optional>
#include <string>
#include <string_view>

namespace casement::grafana {

/// A span that moves with the clock ("6h", to the present moment), or two fixed moments.
struct UrlRange {
    std::string span;
    std::optional<Time> from, to;
};

/// "now", "now-6h", "now-1d/d", "now/w", "6h" at `now`; rounding is in UTC, down for the beginning
/// of a range and up for its end. nullopt for what cannot be read.
[[nodiscard]] std::optional<Time> moment(std::string_view text, Time now, bool is_end);

/// nullopt: the URL says nothing that makes a range, and the dashboard's own counts. "now-6h" to
/// "now" is a span; anything else is settled at `now`.
[[nodiscard]] std::optional<UrlRange> range_of(const Target& target, Time now);

}  // namespace casement::grafana
