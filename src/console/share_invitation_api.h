// Invitations to shares: the call of a stranger who asks for a link, and those of who invites.
#pragma once

#include "console/operation.h"

namespace casement::console {

[[nodiscard]] std::vector<Operation> share_invitation_operations();

}  // namespace casement::console
