// The steps that a panel's data can go through, by the ids that they have in Grafana.
#pragma once

#include <span>
#include <string_view>

namespace casement::dashboards {

/// What the page knows how to do.
[[nodiscard]] std::span<const std::string_view> transformation_ids();

}  // namespace casement::dashboards
