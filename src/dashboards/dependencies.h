// Which variables another one's query names, and the order in which they can be settled.
#pragma once

#include "base/error.h"
#include "dashboards/dashboard.h"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace casement::dashboards {

/// Names behind `$`, in `${…}` and in `[[…]]`, also in quoted parts and comments: rather one too
/// many than one too few.
[[nodiscard]] std::set<std::string, std::less<>> names_in(std::string_view text);

/// The variable that a query's source is chosen by (`"$name"`, `"${name}"`), or empty.
[[nodiscard]] std::string_view source_variable(const PanelQuery& query);

struct VariableOrder {
    /// Places in `variables`, each behind those that it names.
    std::vector<std::size_t> order;
    /// As `variables`: the places of those that the query of a variable names.
    std::vector<std::vector<std::size_t>> named;
    /// As `variables`: whether its choices follow the time range.
    std::vector<bool> follows_time;
    /// Places in a circle: each names the next, and the last the first. Empty: none. Those in one
    /// come last in `order`, as they stand in the document.
    std::vector<std::size_t> circle;
};
[[nodiscard]] VariableOrder order_of(const std::vector<Variable>& variables);

}  // namespace casement::dashboards
