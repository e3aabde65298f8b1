// Which dialect a link is of.
#pragma once

#include "access/link_verifier.h"

#include <string_view>
#include <vector>

namespace casement::console {

/// The one that recognizes this path and query; nullptr for what is no link at all.
[[nodiscard]] const access::LinkVerifier* find_verifier(
    const std::vector<const access::LinkVerifier*>& verifiers, std::string_view target);

}  // namespace casement::console
