// Row scope in SQLite: each relation of the scope becomes a temporary view of that name over the
// rows of the database's own table that pass its filters, and the authorizer (sqlite_guard.h) lets
// a query read nothing but those views.
#pragma once

#include "base/error.h"
#include "data/scope.h"
#include "data/sqlite_guard.h"

#include <set>
#include <string>

#include <sqlite3.h>

namespace casement::data {

/// Makes the views and tells the guard. The connection has no authorizer yet. Errors:
/// model_unusable when a relation or a column that the scope names is not there.
[[nodiscard]] Result<void> apply_sqlite_scope(sqlite3* database, const Scope& scope,
                                              const std::set<std::string>& tables,
                                              SqliteGuard& guard);

/// Runs a statement of our own. False: the engine's message says why.
[[nodiscard]] bool run_sqlite(sqlite3* database, const std::string& sql);

/// A name in double quotes.
[[nodiscard]] std::string sqlite_quoted(std::string_view name);

}  // namespace casement::data
