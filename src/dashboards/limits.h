// Sizes of a dashboard document.
#pragma once

#include <cstdint>

namespace casement::dashboards {

inline constexpr std::int64_t kMaxPanels = 500;
inline constexpr std::int64_t kMaxVariables = 50;
inline constexpr std::int64_t kMaxQueries = 20;  // of a panel
inline constexpr std::int64_t kMaxSqlBytes = 64LL * 1024;
inline constexpr std::int64_t kMaxPromqlBytes = 16LL * 1024;
inline constexpr std::int64_t kMaxMarkdownBytes = 64LL * 1024;
inline constexpr std::int64_t kGridColumns = 24;

}  // namespace casement::dashboards
