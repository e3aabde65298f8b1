// Lengths of time in messages.
#pragma once

#include <cstdint>
#include <string>

namespace casement {

/// "90 s", "3 min 20 s", "5 h 0 min", "12 days".
[[nodiscard]] std::string duration_words(std::int64_t seconds);

}  // namespace casement
