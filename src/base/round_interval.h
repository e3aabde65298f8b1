// Lengths of time that people read easily.
#pragma once

#include <chrono>

namespace casement {

/// The readable length near `exact`, as Grafana rounds it (grafana.md, section 4.6): 12 s becomes
/// 10 s, 40 s becomes 30 s.
[[nodiscard]] std::chrono::milliseconds round_interval(std::chrono::milliseconds exact);

}  // namespace casement
