// The configuration as Grafana's clients know it: sections and names of the vendor's, every value a
// text.
#pragma once

#include "app/configuration.h"

#include <map>
#include <string>

namespace casement::app {

/// By section, then by name; of the sections that the vendor has too. What is secret, or names a
/// file, is masked.
[[nodiscard]] std::map<std::string, std::map<std::string, std::string>> vendor_settings(
    const Configuration& configuration);

}  // namespace casement::app
