// The licences of what the program is made of; scripts/licences.py writes them down in each build.
#pragma once

#include "console/system_parts.h"

#include <span>

namespace casement::app {

/// The program itself first.
[[nodiscard]] std::span<const console::Licence> licences();

}  // namespace casement::app
