// An organization keeps somebody who can administer it.
#pragma once

#include "access/catalog_edits.h"

namespace casement::access {

/// Whether `user`, as he stands in this transaction, may stop being an enabled Admin: somebody else
/// is one, and can sign in if he can. To be asked before he is changed. Errors: conflict
/// "last_admin".
[[nodiscard]] Result<void> check_other_admin(store::Transaction& tx,
                                             const store::Snapshot& snapshot,
                                             const store::User& user);

}  // namespace casement::access
