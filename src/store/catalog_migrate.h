// Brings the catalog's database to the shape that this binary knows.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "store/catalog_database.h"
#include "store/migrations.h"

namespace casement::store {

/// Runs what is missing, in one transaction under a lock that all processes share, and waits for
/// another process that is at it. Errors: invalid "database_too_new" when a newer binary has
/// migrated it, "database_changed" when an applied migration is not the one this binary has,
/// unavailable "store_unavailable".
[[nodiscard]] Result<void> migrate(Database& database, const std::vector<Migration>& migrations,
                                   const Clock& clock);

}  // namespace casement::store
