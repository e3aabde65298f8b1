// What a query may touch. DuckDB's own lock-down closes files, network and settings; a SELECT can
// still call functions that list the machine's settings, show other objects' text, or switch
// logging on. The guard reads the tree that the engine's own parser makes of the text and lets
// through one SELECT over the source's relations with a fixed set of table functions.
#pragma once

#include "base/error.h"
#include "data/duckdb_handles.h"

#include <set>
#include <string>
#include <string_view>

#include <boost/json.hpp>
#include <duckdb.h>

namespace casement::data {

namespace json = boost::json;

/// The tree of a text that is one SELECT statement: its node and the names of its parameters.
/// `serialize` is a statement of QueryGuard::prepare. Errors: query_refused, query_invalid (does
/// not parse).
[[nodiscard]] Result<json::value> read_tree(duckdb_prepared_statement serialize,
                                            const std::string& text);

/// The text up to the semicolon that ends it, so that it can stand in brackets: nothing but white
/// space, comments and semicolons is behind that, and the engine reads the same without it. A text
/// that does not parse comes back as it is, but for what cannot matter at its end.
[[nodiscard]] std::string without_end(duckdb_prepared_statement serialize, const std::string& text);

/// Names in lower case.
[[nodiscard]] bool is_closed_function(std::string_view name);
/// Table functions that make rows out of their arguments.
[[nodiscard]] bool is_open_table_function(std::string_view name);
/// Belongs to the engine's own views.
[[nodiscard]] bool is_system_name(std::string_view name);

/// As the engine compares names: only ASCII letters have a case.
[[nodiscard]] std::string lower_name(std::string_view name);

class QueryGuard {
  public:
    /// Learns the source's relations before any query runs; with `macros`, also the table macros
    /// that a database file brings along.
    [[nodiscard]] static Result<QueryGuard> create(duckdb_connection connection, bool macros);

    /// `serialize` is a statement of `prepare` on the connection in use. Errors: query_refused,
    /// query_invalid (does not parse).
    [[nodiscard]] Result<void> check(duckdb_prepared_statement serialize,
                                     const std::string& text) const;

    /// The statement that turns a text into its tree.
    [[nodiscard]] static Result<DuckDbPrepared> prepare(duckdb_connection connection);

    [[nodiscard]] bool is_relation(const std::string& lower_name) const {
        return relations_.contains(lower_name);
    }

  private:
    friend class TreeWalk;
    std::set<std::string> relations_;        ///< lower case
    std::set<std::string> schemas_;          ///< and catalogs, where relations live
    std::set<std::string> table_functions_;  ///< allowed ones: built in and the file's own macros
};

}  // namespace casement::data
