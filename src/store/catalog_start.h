// What is done to a catalog's database before the first snapshot is loaded from it.
#pragma once

#include "base/error.h"
#include "store/catalog_work.h"

namespace casement::store {

/// Brings the tables up to date, holds the master key against what is sealed there, and makes
/// organization 1 in an empty database. Errors: invalid "master_key_mismatch"; those of migrate();
/// unavailable.
[[nodiscard]] Result<void> prepare_catalog(CatalogWork& work);

}  // namespace casement::store
