// In which order the variables of a document are read, so that each finds those that it names.
#pragma once

#include "base/shape.h"

#include <vector>

namespace casement::dashboards::grafana {

/// Sources first, then each behind those that its query names, wherever they stand in the document;
/// of a circle, and of more than a dashboard may have, as they stand. Points into `list`.
[[nodiscard]] std::vector<const json::object*> reading_order(const json::array& list);

}  // namespace casement::dashboards::grafana
