// Row scope on DuckDB. A query runs as
//
//     WITH "flights" AS (SELECT * FROM "memory"."main"."flights" WHERE "origin" IN ($…))
//     SELECT * FROM (<the author's text>)
//
// after three proofs that its text reads only the names that stand in that WITH: the tree that the
// engine's parser makes of this very statement holds nothing else (duckdb_scope_walk.h); the
// engine's binder accepts the statement in a database that has no relations at all; and no name in
// it can mean something that the source brings along (a macro, a type, a relation).
#pragma once

#include "base/error.h"
#include "data/duckdb_guard.h"
#include "data/duckdb_handles.h"
#include "data/duckdb_scope_walk.h"
#include "data/query.h"
#include "data/scope.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <duckdb.h>

namespace casement::data {

/// An engine of its own with nothing in it, to parse and to bind. One user at a time.
class ScopeSandbox {
  public:
    [[nodiscard]] static Result<std::unique_ptr<ScopeSandbox>> create();

    /// `names` with the functions filled in: those of the engine that show nothing but their
    /// arguments.
    void open_functions(ScopeNames& names) const;
    /// What `text` reads. Errors: query_refused, query_invalid.
    [[nodiscard]] Result<ScopeUse> prove(const std::string& text, const ScopeNames& names);
    /// Whether this text, whose tables are all its own, makes a statement that can run.
    [[nodiscard]] Result<void> bind(const std::string& text);
    [[nodiscard]] duckdb_prepared_statement serialize() const { return serialize_.get(); }

  private:
    DuckDbDatabaseHandle database_;
    DuckDbConnectionHandle connection_;
    DuckDbPrepared serialize_;
    std::set<std::string> functions_;
};

/// What a source has: learned when it is opened.
class ScopeCatalog {
  public:
    struct Column {
        std::string name;
        std::string type;  ///< as SQL writes it
    };
    struct Relation {
        std::string catalog;
        std::string schema;
        std::string name;
        std::vector<Column> columns;
    };

    [[nodiscard]] static Result<ScopeCatalog> create(duckdb_connection connection);

    /// The one of this name, or the one in schema "main"; null when there is none or it is not
    /// clear which.
    [[nodiscard]] const Relation* find(std::string_view name) const;
    [[nodiscard]] std::set<std::string> names() const;
    [[nodiscard]] const std::set<std::string>& functions() const { return functions_; }
    [[nodiscard]] const std::set<std::string>& types() const { return types_; }

  private:
    std::multimap<std::string, Relation> relations_;  ///< by lower name
    std::set<std::string> functions_;                 ///< of its own
    std::set<std::string> types_;
};

/// A text as it will run, and the values of its reserved parameters.
struct ScopedText {
    std::string text;
    /// The text's name among prepared ones: no author's text, which has no NUL, is called so.
    std::string key;
    std::map<std::string, Value> values;
};

/// Applies scopes to queries over one opened source. Any thread.
class ScopeApplier {
  public:
    ScopeApplier(ScopeCatalog catalog, const QueryGuard& guard)
        : catalog_(std::move(catalog)), guard_(guard) {}

    /// Errors: query_refused, query_invalid; unprocessable "model_unusable" when the scope's
    /// relation or column is not in the source, or a filter does not go with its column.
    [[nodiscard]] Result<ScopedText> apply(const std::string& text, const Scope& scope);
    /// In lower case.
    [[nodiscard]] std::set<std::string> relations() const { return catalog_.names(); }

  private:
    struct Proof {
        std::string text;               ///< the author's, without the semicolon at its end
        std::vector<std::size_t> used;  ///< places in the scope's relations
        bool once = false;              ///< see ScopeUse
    };
    using ProofPtr = std::shared_ptr<const Proof>;

    [[nodiscard]] Result<ProofPtr> proof(const std::string& text, const Scope& scope);
    [[nodiscard]] Result<Proof> prove(const std::string& text, const Scope& scope);

    const ScopeCatalog catalog_;
    const QueryGuard& guard_;
    std::mutex mutex_;
    std::unique_ptr<ScopeSandbox> sandbox_;  ///< made when it is first needed
    std::map<std::string, ProofPtr, std::less<>> proofs_;
};

}  // namespace casement::data
