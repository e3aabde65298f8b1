// Sources: made, tried, changed and taken away; what they have; who reads them.
#pragma once

#include "console/operation.h"

#include <vector>

namespace casement::console {

[[nodiscard]] std::vector<Operation> source_operations();
[[nodiscard]] std::vector<Operation> source_trial_operations();
[[nodiscard]] std::vector<Operation> source_schema_operations();
/// Models: the rows that somebody would see, and who reads them.
[[nodiscard]] std::vector<Operation> model_look_operations();

}  // namespace casement::console
