#include "base/duration_words.h"

#include <fmt/format.h>

namespace casement {

std::string duration_words(std::int64_t seconds) {
    if (seconds < 120) return fmt::format("{} s", seconds);
    if (seconds < 7200) return fmt::format("{} min {} s", seconds / 60, seconds % 60);
    if (seconds < 172800) return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
    return fmt::format("{} days", seconds / 86400);
}

}  // namespace casement
