// One opened SQLite file and its connections, locked down: read-only, no extensions, no other
// files, nothing but what the guard lets through.
#pragma once

#include "base/error.h"
#include "data/scope.h"
#include "data/sqlite_guard.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <boost/json/object.hpp>
#include <sqlite3.h>

namespace casement::data {

///   database: path of the file; relative ones start at `folder`
struct SqliteSettings {
    std::string database;
    std::string folder;
    [[nodiscard]] std::string path() const;
};
/// Errors: invalid_source.
[[nodiscard]] Result<SqliteSettings> read_sqlite_settings(const boost::json::object& settings,
                                                          const std::string& folder);

/// Used by one query at a time.
class SqliteConnection {
  public:
    /// A scope that is not null is applied for good. Errors: source_unavailable, model_unusable.
    [[nodiscard]] static Result<std::unique_ptr<SqliteConnection>> open(const std::string& path,
                                                                        const Scope* scope);
    ~SqliteConnection();
    SqliteConnection(const SqliteConnection&) = delete;
    SqliteConnection& operator=(const SqliteConnection&) = delete;

    [[nodiscard]] sqlite3* handle() const { return database_; }
    [[nodiscard]] SqliteGuard& guard() { return guard_; }
    [[nodiscard]] const std::string& scope_key() const { return scope_key_; }
    /// Of the database's own tables and views, in lower case.
    [[nodiscard]] const std::set<std::string>& tables() const { return tables_; }

    /// From here to `end` the connection sees the database as it is now. False: it has other
    /// tables than when the connection was opened, which is of no use any more.
    [[nodiscard]] bool begin();
    void end();

    /// Limits and locks for a connection that was just made; ours and the prover's.
    static void lock_down(sqlite3* database);

  private:
    SqliteConnection() = default;
    [[nodiscard]] bool read_tables();
    [[nodiscard]] std::optional<int> schema_version() const;

    sqlite3* database_ = nullptr;
    SqliteGuard guard_;
    std::string scope_key_;
    std::string schema_;  ///< what the file is attached as
    std::set<std::string> tables_;
    int schema_version_ = 0;
};

struct FinalizeSqlite {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using SqliteStatement = std::unique_ptr<sqlite3_stmt, FinalizeSqlite>;

/// Compiles one SELECT under the connection's guard. Errors: query_refused, query_invalid,
/// source_unavailable.
[[nodiscard]] Result<SqliteStatement> prepare_sqlite(sqlite3* database, SqliteGuard& guard,
                                                     const std::string& text);

/// The text that was compiled, up to the semicolon that ends it.
[[nodiscard]] std::string sqlite_statement(sqlite3_stmt* statement);

/// The engine's failure in our words. Errors: query_invalid, query_cancelled for an interrupted
/// query, query_too_large, source_unavailable.
[[nodiscard]] Error sqlite_error(sqlite3* database);

/// Of the file and what stands beside it while it is written to: another value when any of them
/// has changed. 0: the file is not there. `identity` is another when it is another file.
struct SqliteFileState {
    std::uint64_t version = 0;
    std::uint64_t identity = 0;
};
[[nodiscard]] SqliteFileState look_at_sqlite_file(const std::string& path);

}  // namespace casement::data
