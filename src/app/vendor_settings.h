// The configuration as Grafana's clients know it: sections and names of the vendor's, every value a
// text.
#pragma once

#include "app/configuration.h"
#include "console/system_parts.h"

#include <map>
#include <string>
#include <vector>

namespace casement::app {

/// By section, then by name; of the sections that the vendor has too. What is secret, or names a
/// file, is masked.
[[nodiscard]] std::map<std::string, std::map<std::string, std::string>> vendor_settings(
    const Configuration& configuration);

/// Every key, for the console's page: its value, what set it, and what it does. What is secret,
/// names a file, or may hold a password is masked.
[[nodiscard]] std::vector<console::Setting> all_settings(const Configuration& configuration);

}  // namespace casement::app
