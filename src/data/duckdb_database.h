// One opened and locked DuckDB database and its connections. It never changes: when a file behind
// it does, the source opens another one and drops this.
#pragma once

#include "base/error.h"
#include "data/duckdb_files.h"
#include "data/duckdb_guard.h"
#include "data/duckdb_handles.h"
#include "data/duckdb_scope.h"
#include "data/source.h"

#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace casement::data {

/// A text that passed the guard, prepared on one connection.
struct PreparedQuery {
    DuckDbPrepared statement;
    std::vector<std::string> parameters;
};

/// Used by one query at a time. Keeps what it prepared, because preparing costs more than running
/// a small query.
class DuckDbConnection {
  public:
    [[nodiscard]] static Result<std::unique_ptr<DuckDbConnection>> open(duckdb_database database);

    /// Guards and prepares `text`, or finds it prepared. Lives until the next call.
    [[nodiscard]] Result<PreparedQuery*> prepare(const std::string& text, const QueryGuard& guard);
    /// The same for a text that ScopeApplier has made, which is already proven.
    [[nodiscard]] Result<PreparedQuery*> prepare(const ScopedText& scoped);
    [[nodiscard]] bool has_prepared(const std::string& key) const;
    [[nodiscard]] duckdb_connection handle() const { return connection_.get(); }
    [[nodiscard]] duckdb_prepared_statement serialize() const { return serialize_.get(); }

  private:
    [[nodiscard]] PreparedQuery* find_prepared(const std::string& key);
    [[nodiscard]] Result<PreparedQuery*> prepare_proven(std::string key, const std::string& text);

    DuckDbConnectionHandle connection_;
    DuckDbPrepared serialize_;
    std::list<std::pair<std::string, PreparedQuery>> prepared_;  ///< last used first
};

class DuckDbDatabase {
  public:
    /// Opens, loads, and shuts every door. Errors: source_unavailable, invalid_source.
    [[nodiscard]] static Result<std::shared_ptr<DuckDbDatabase>> open(
        const DuckDbSettings& settings, DataFiles files);

    [[nodiscard]] const DataFiles& files() const { return files_; }
    [[nodiscard]] const QueryGuard& guard() const { return guard_; }
    [[nodiscard]] ScopeApplier& scopes() { return *scopes_; }

    /// A free connection, preferably one that has prepared this text (or ScopedText::key); else a
    /// new one. Give it back with `release`; one that is dropped instead is closed.
    [[nodiscard]] Result<std::unique_ptr<DuckDbConnection>> acquire(const std::string& key);
    void release(std::unique_ptr<DuckDbConnection> connection);

  private:
    DataFiles files_;
    DuckDbDatabaseHandle database_;
    QueryGuard guard_;
    std::unique_ptr<ScopeApplier> scopes_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<DuckDbConnection>> free_;
};

}  // namespace casement::data
