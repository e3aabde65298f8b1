// What the readers of a document's parts have in common. All expect what its shape has been checked
// for.
#pragma once

#include "base/error.h"
#include "dashboards/dashboard.h"

#include <string>
#include <string_view>
#include <vector>

namespace casement::dashboards {

/// "variables[2].choices" and what is the matter with it: invalid "invalid_dashboard".
[[nodiscard]] Error wrong(std::string path, std::string_view reason);

[[nodiscard]] bool flag_at(const json::object& object, std::string_view name, bool otherwise);
/// Empty where it is missing.
[[nodiscard]] const json::array& list_at(const json::object& object, std::string_view name);

/// `path` is the query's own ("panels[2].queries[0]").
[[nodiscard]] Result<PanelQuery> read_query(const json::object& query, const std::string& path);

/// The document's `variables`.
[[nodiscard]] Result<std::vector<Variable>> read_variables(const json::array& written);

}  // namespace casement::dashboards
