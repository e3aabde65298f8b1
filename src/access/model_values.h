// Values of user attributes as row filters take them: nothing is guessed, and what cannot be read
// leaves no value, which shows no rows.
#pragma once

#include "data/scope.h"

#include <string>
#include <vector>

namespace casement::access {

/// The values that a filter of this type and kind is bound to.
/// - one_of: all of them, sorted, once each, empty ones left out; none when any is not of the type:
///   half a list would be a guess at what was meant.
/// - range: exactly two, low and high, of one text "low..high" with at least one end; else none. A
///   high end that is a plain date is its last microsecond.
/// Times come out as to_rfc3339() writes them.
[[nodiscard]] std::vector<std::string> usable_values(const std::vector<std::string>& values,
                                                     data::RowFilter::Type type,
                                                     data::RowFilter::Kind kind);

}  // namespace casement::access
