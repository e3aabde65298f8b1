// What a document may say of a variable.
#pragma once

#include "base/shape.h"

namespace casement::dashboards {

/// `query`: the shape of a query without a name.
[[nodiscard]] Shape variable_shape(Shape query);

}  // namespace casement::dashboards
