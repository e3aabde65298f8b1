// An instant in a sentence. What programs read is RFC 3339 (base/clock.h).
#pragma once

#include "base/clock.h"

#include <string>

namespace casement {

/// To the second: "2026-03-11 09:05:59 UTC".
[[nodiscard]] std::string utc_words(Time time);

}  // namespace casement
