// A dashboard that was exported for others: its inputs are filled in before it is saved. Pure.
#pragma once

#include "base/shape.h"

namespace casement::grafana {

/// The dashboard without `__inputs`, with every `${NAME}` of an input in a text replaced. `inputs`:
/// what the importer chose, `[{"name", "type", "value"}]`. Errors: invalid "import_input" for an
/// input that was not chosen, or a list that is none.
[[nodiscard]] Result<json::object> fill_inputs(json::object dashboard, const json::array& inputs);

}  // namespace casement::grafana
