// Row scope in SQLite. The database is attached under a schema name that nobody can know; each
// relation of the scope becomes a temporary view of that name over the rows of its table that pass
// the filters, every other name of the database one that is empty; and the authorizer
// (sqlite_guard.h) lets a query read nothing but the relations' views.
#pragma once

#include "base/error.h"
#include "data/scope.h"
#include "data/sqlite_guard.h"

#include <set>
#include <string>

#include <sqlite3.h>

namespace casement::data {

/// A name for the schema of one connection.
[[nodiscard]] std::string new_sqlite_schema();

/// Makes the views over the database that is attached as `schema` and has these tables and views,
/// and tells the guard. The connection has no authorizer yet. Errors: model_unusable when a
/// relation or a column that the scope names is not there.
[[nodiscard]] Result<void> apply_sqlite_scope(sqlite3* database, const Scope& scope,
                                              const std::string& schema,
                                              const std::set<std::string>& tables,
                                              SqliteGuard& guard);

/// Runs a statement of our own. False: the engine's message says why.
[[nodiscard]] bool run_sqlite(sqlite3* database, const std::string& sql);

/// A name in double quotes.
[[nodiscard]] std::string sqlite_quoted(std::string_view name);

}  // namespace casement::data
