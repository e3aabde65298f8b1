// What all views settle alike, whoever looks: under which plan each query of the document runs. How
// one query is narrowed is the grant's own affair.
#pragma once

#include "access/view.h"

#include <functional>
#include <string_view>
#include <vector>

namespace casement::access {

/// Under which model and scope a query over this source, or of this model, runs for who looks.
using PlanSource =
    std::function<Result<PlannedQuery>(std::string_view source, std::string_view model)>;

/// What the query names, found, and planned. What cannot be is refused in the plan.
[[nodiscard]] QueryPlan settle_query(const store::Snapshot& snapshot, store::OrgId org,
                                     const dashboards::PanelQuery& query, const PlanSource& plan);

/// Fills in everything of a view that follows from its document and rules. `plan` gives each
/// query's.
void settle_queries(View& view, const store::Snapshot& snapshot,
                    const std::function<QueryPlan(const dashboards::PanelQuery&)>& plan);

/// Values that are fixed stand for the attributes that their variables name.
[[nodiscard]] AttributeValues locked_attributes(const std::vector<VariableRule>& rules);

}  // namespace casement::access
