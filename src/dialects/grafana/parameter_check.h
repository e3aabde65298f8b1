// One parameter of a link at a time, and its time, for whoever explains a link.
#pragma once

#include "dialects/grafana/link.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace casement::grafana {

/// The limits where no server is asked.
inline constexpr LinkLimits kWidestLimits{kLongestSession};

/// A parameter of version 2 or 3, and a value of it that is always right.
struct Sample {
    std::string_view name;
    int version;
    bool required;
    std::string_view value;
};
[[nodiscard]] std::span<const Sample> samples() noexcept;

/// What is wrong with this value of a parameter, as a sentence; nullopt when nothing is. The
/// server's own reader is asked, with a link whose other parameters are right. `variables` are
/// those of the link's page, encoded, each with a '&' before it; `locked` is its casement_lock.
[[nodiscard]] std::optional<std::string> parameter_fault(const Sample& asked,
                                                         std::string_view given,
                                                         std::string_view variables,
                                                         std::string_view locked);

struct WindowText {
    bool ok;
    std::string sentence;
};
/// Whether a link of version 2, signed at `timestamp`, opens now; all in seconds since 1970.
[[nodiscard]] WindowText v2_window(std::int64_t timestamp, std::int64_t now);
/// Whether a link of version 3 that ends at `expires` does.
[[nodiscard]] WindowText v3_window(std::int64_t expires, std::int64_t now);

}  // namespace casement::grafana
