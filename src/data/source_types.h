// The kinds of sources there are. A new one is a file of its own and a line in source_types.cpp.
#pragma once

#include "base/error.h"
#include "crypto/secret.h"
#include "data/scope.h"
#include "data/source.h"

#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace casement::data {

/// A source as the catalog keeps it.
struct SourceSettings {
    boost::json::object settings;
    Secret secret;       ///< password or token; may be empty
    std::string folder;  ///< where relative file paths start when the settings name none
};

/// Every kind is handed its settings without what is common to all (data/common_settings.h).
struct SourceType {
    std::string_view name;  ///< "duckdb"
    /// Errors: invalid_source, with the path of what is wrong ("settings.tables.flights").
    Result<void> (*check)(const boost::json::object& settings);
    /// Blocking. A source whose server cannot be reached opens all the same; its queries say so.
    Result<std::unique_ptr<Source>> (*open)(const SourceSettings& settings);
    /// Null: what its queries read cannot be proven, so that no model can narrow it.
    Result<std::unique_ptr<ScopeProver>> (*prover)();
    /// Names of its relations as scopes compare them; may open a file, asks no server. nullopt:
    /// they cannot be read now. Null: they are known to the server only.
    std::optional<std::set<std::string>> (*relations)(const SourceSettings& settings);
    /// See check_scope(). Null: every scope is one that it can apply.
    Result<void> (*fits)(const Scope& scope);
};

[[nodiscard]] std::span<const SourceType> source_types();
/// Their names in quotation marks, with commas between them: for messages.
[[nodiscard]] std::string source_type_names();
/// nullptr: the engine cannot ask sources of this type. The catalog may hold others.
[[nodiscard]] const SourceType* find_source_type(std::string_view name);

/// Whether sources of this type can narrow as `scope` says, whatever its values are: what a model
/// is asked before any query runs under it. Errors: unprocessable "scope_not_provable" for a type
/// on which no model can stand; "model_unusable", whose field is the place in a model's document
/// ("relations.up.row_filters[0].match"). Both say what to change.
[[nodiscard]] Result<void> check_scope(std::string_view type, const Scope& scope);

/// Checks a source's type and settings as provisioning and API hand them in.
[[nodiscard]] Result<void> check_source(std::string_view type, const boost::json::object& settings);

// The kinds. Each is defined in the file of its source.
[[nodiscard]] Result<void> check_duckdb_settings(const boost::json::object& settings);
[[nodiscard]] Result<std::unique_ptr<Source>> open_duckdb_source(const SourceSettings& settings);
[[nodiscard]] Result<std::unique_ptr<ScopeProver>> duckdb_prover();
[[nodiscard]] std::optional<std::set<std::string>> duckdb_relations(const SourceSettings& settings);
[[nodiscard]] Result<void> check_postgres_settings(const boost::json::object& settings);
[[nodiscard]] Result<std::unique_ptr<Source>> open_postgres_source(const SourceSettings& settings);
[[nodiscard]] Result<std::unique_ptr<ScopeProver>> postgres_prover();

[[nodiscard]] Result<void> check_mysql_settings(const boost::json::object& settings);
[[nodiscard]] Result<std::unique_ptr<Source>> open_mysql_source(const SourceSettings& settings);

[[nodiscard]] Result<void> check_sqlite_settings(const boost::json::object& settings);
[[nodiscard]] Result<std::unique_ptr<Source>> open_sqlite_source(const SourceSettings& settings);
[[nodiscard]] Result<std::unique_ptr<ScopeProver>> sqlite_prover();
[[nodiscard]] std::optional<std::set<std::string>> sqlite_relations(const SourceSettings& settings);
[[nodiscard]] Result<void> sqlite_fits(const Scope& scope);

[[nodiscard]] Result<void> check_prometheus_settings(const boost::json::object& settings);
[[nodiscard]] Result<std::unique_ptr<Source>> open_prometheus_source(
    const SourceSettings& settings);
[[nodiscard]] Result<std::unique_ptr<ScopeProver>> prometheus_prover();
[[nodiscard]] Result<void> prometheus_fits(const Scope& scope);

}  // namespace casement::data
