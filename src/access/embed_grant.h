// How a login becomes a grant: roles, groups and attributes put together.
#pragma once

#include "access/embed_login.h"
#include "access/grant.h"

namespace casement::access {

/// `external` is the login's external group, which the snapshot may not know yet; null when the
/// login names none. The rest is EmbedUsers::grant_of()'s.
[[nodiscard]] EmbedGrant grant_of_login(const store::Snapshot& snapshot, const EmbedLogin& login,
                                        const store::Group* external);

}  // namespace casement::access
