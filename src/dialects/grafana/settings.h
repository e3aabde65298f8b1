// What a caller may know of how the server is set.
#pragma once

#include "dialects/grafana/operation.h"

#include <map>
#include <string>

namespace casement::grafana {

/// By section and name, every value as text; secrets are masked already.
using Settings = std::map<std::string, std::map<std::string, std::string>>;

void add_settings_operations(Operations& operations, const Settings& settings);

}  // namespace casement::grafana
