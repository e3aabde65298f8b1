// Lengths of time as authors write them: "10s", "5m", "1h30m".
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace casement::dashboards {

/// Whole numbers with ms, s, m, h, d, w or y (of 365 days), the larger before the smaller; from a
/// millisecond to ten years.
[[nodiscard]] std::optional<std::chrono::milliseconds> read_duration(std::string_view text);

/// In the largest unit of ms, s, m, h and d that leaves nothing over.
[[nodiscard]] std::string duration_text(std::chrono::milliseconds duration);

}  // namespace casement::dashboards
