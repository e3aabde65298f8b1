#include "data/duckdb_scope.h"

#include "data/duckdb_bind.h"
#include "data/duckdb_errors.h"
#include "data/duckdb_scope_text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace casement::data {
namespace {

constexpr std::size_t kMostProofs = 512;

// Functions that show more than their arguments: statistics of a column over all of its rows, the
// engine's catalog, the state of its transactions.
constexpr std::array<std::string_view, 12> kCatalogFunctions = {
    "col_description", "current_transaction_id", "format_pg_type",
    "format_type",     "get_block_size",         "in_search_path",
    "map_to_pg_oid",   "obj_description",        "shobj_description",
    "stats",           "txid_current",           "vector_type"};

// Known to the parser and not in the engine's list.
constexpr std::string_view kUnnest = "unnest";

Error refused(std::string message) {
    return {ErrorKind::unprocessable, "query_refused", std::move(message), {}};
}

/// All rows of a few text columns.
template <std::size_t Columns>
Result<std::vector<std::array<std::string, Columns>>> rows_of(duckdb_connection connection,
                                                              const char* sql) {
    DuckDbResult result;
    if (duckdb_query(connection, sql, result.get()) == DuckDBError) {
        return engine_error(result.get());
    }
    std::vector<std::array<std::string, Columns>> rows;
    for (idx_t r = 0; r < duckdb_row_count(result.get()); ++r) {
        auto& row = rows.emplace_back();
        for (idx_t c = 0; c < Columns; ++c) {
            const DuckDbText cell(duckdb_value_varchar(result.get(), c, r));
            row[c] = text_or_empty(cell.get());
        }
    }
    return rows;
}

Result<std::set<std::string>> lower_names(duckdb_connection connection, const char* sql) {
    auto rows = rows_of<1>(connection, sql);
    if (!rows) return rows.error();
    std::set<std::string> names;
    for (const auto& row : *rows)
        names.insert(lower_name(row[0]));
    return names;
}

/// The statement around the author's text has the shape that it was written in: nothing of the
/// text has got out of its brackets.
const json::value* inner_statement(const json::value& statement) {
    const auto member = [](const json::value* of, std::string_view name) -> const json::value* {
        const auto* object = of == nullptr ? nullptr : of->if_object();
        return object == nullptr ? nullptr : object->if_contains(name);
    };
    const auto is_text = [](const json::value* of, std::string_view text) {
        return of != nullptr && of->is_string() && of->get_string() == text;
    };
    const auto is_nothing = [](const json::value* of) {
        return of != nullptr && (of->is_null() || (of->is_array() && of->get_array().empty()));
    };
    const auto* node = member(&statement, "node");
    const auto* list = member(node, "select_list");
    const auto* table = member(node, "from_table");
    const auto* ctes = member(member(node, "cte_map"), "map");
    if (!is_text(member(node, "type"), "SELECT_NODE") || !is_nothing(member(node, "modifiers")) ||
        !is_nothing(ctes) || list == nullptr || !list->is_array() ||
        list->get_array().size() != 1 || !is_text(member(&list->get_array()[0], "class"), "STAR") ||
        !is_text(member(table, "type"), "SUBQUERY") ||
        !is_text(member(table, "alias"), kScopePrefix)) {
        return nullptr;
    }
    for (const auto name :
         {"where_clause", "group_expressions", "group_sets", "having", "sample", "qualify"}) {
        if (!is_nothing(member(node, name))) return nullptr;
    }
    return is_nothing(member(table, "sample")) ? member(table, "subquery") : nullptr;
}

}  // namespace

Result<std::unique_ptr<ScopeSandbox>> ScopeSandbox::create() {
    auto made = std::make_unique<ScopeSandbox>();
    Error unusable = unavailable("source_unavailable", "The source cannot be opened.");
    DuckDbConfig config;
    if (duckdb_create_config(config.out()) == DuckDBError) return unusable;
    static constexpr std::pair<const char*, const char*> kSettings[] = {
        {"threads", "1"},
        {"memory_limit", "128MB"},
        {"autoload_known_extensions", "false"},
        {"autoinstall_known_extensions", "false"},
        {"enable_external_access", "false"},
        {"lock_configuration", "true"}};
    for (const auto& [name, value] : kSettings) {
        if (duckdb_set_config(config.get(), name, value) == DuckDBError) return unusable;
    }
    char* reason = nullptr;
    const auto state = duckdb_open_ext(nullptr, made->database_.out(), config.get(), &reason);
    const DuckDbText reason_owner(reason);
    if (state == DuckDBError ||
        duckdb_connect(made->database_.get(), made->connection_.out()) == DuckDBError) {
        return unusable;
    }
    auto serialize = QueryGuard::prepare(made->connection_.get());
    if (!serialize) return serialize.error();
    made->serialize_ = std::move(*serialize);
    auto functions = lower_names(made->connection_.get(),
                                 "SELECT DISTINCT function_name FROM duckdb_functions()");
    if (!functions) return functions.error();
    functions->insert(std::string(kUnnest));
    std::erase_if(*functions, [](const std::string& name) {
        return is_closed_function(name) ||
               std::find(kCatalogFunctions.begin(), kCatalogFunctions.end(), name) !=
                   kCatalogFunctions.end();
    });
    made->functions_ = std::move(*functions);
    return made;
}

void ScopeSandbox::open_functions(ScopeNames& names) const {
    names.functions = functions_;
}

Result<ScopeUse> ScopeSandbox::prove(const std::string& text, const ScopeNames& names) {
    for (const auto& parameter : named_parameters(text)) {
        if (lower_name(parameter).starts_with(kScopePrefix)) {
            return refused(
                fmt::format("Parameters whose names begin with \"{}\" are closed.", kScopePrefix));
        }
    }
    // By itself first: its own mistakes are told in its own words.
    if (auto alone = read_tree(serialize_.get(), text); !alone) return alone.error();
    const auto tree = read_tree(serialize_.get(), stubbed(text, {}));
    const auto* inner = tree ? inner_statement(*tree) : nullptr;
    if (inner == nullptr) {
        return refused(
            "A query over a model must read the same inside of brackets: take away what closes a "
            "bracket that it has not opened.");
    }
    return walk_scoped(*inner, names);
}

Result<void> ScopeSandbox::bind(const std::string& text) {
    DuckDbPrepared statement;
    if (duckdb_prepare(connection_.get(), text.c_str(), statement.out()) == DuckDBError) {
        return engine_error(text_or_empty(duckdb_prepare_error(statement.get())));
    }
    if (duckdb_prepared_statement_type(statement.get()) != DUCKDB_STATEMENT_TYPE_SELECT) {
        return refused("A query must be one SELECT statement.");
    }
    return {};
}

Result<ScopeCatalog> ScopeCatalog::create(duckdb_connection connection) {
    auto columns =
        rows_of<5>(connection,
                   "SELECT database_name, schema_name, table_name, column_name, data_type "
                   "FROM duckdb_columns() WHERE NOT internal ORDER BY database_name, schema_name, "
                   "table_name, column_index");
    if (!columns) return columns.error();
    auto functions = lower_names(
        connection, "SELECT DISTINCT function_name FROM duckdb_functions() WHERE NOT internal");
    if (!functions) return functions.error();
    auto types =
        lower_names(connection, "SELECT DISTINCT type_name FROM duckdb_types() WHERE NOT internal");
    if (!types) return types.error();

    ScopeCatalog made;
    Relation* last = nullptr;
    for (auto& [catalog, schema, name, column, type] : *columns) {
        const bool same = last != nullptr && last->catalog == catalog && last->schema == schema &&
                          last->name == name;
        if (!same) {
            last = &made.relations_.emplace(lower_name(name), Relation{catalog, schema, name, {}})
                        ->second;
        }
        last->columns.push_back({std::move(column), std::move(type)});
    }
    made.functions_ = std::move(*functions);
    made.types_ = std::move(*types);
    return made;
}

const ScopeCatalog::Relation* ScopeCatalog::find(std::string_view name) const {
    const auto [begin, end] = relations_.equal_range(lower_name(name));
    if (begin == end) return nullptr;
    if (std::next(begin) == end) return &begin->second;
    const Relation* found = nullptr;
    for (auto it = begin; it != end; ++it) {
        if (it->second.schema != "main") continue;
        if (found != nullptr) return nullptr;
        found = &it->second;
    }
    return found;
}

std::set<std::string> ScopeCatalog::names() const {
    std::set<std::string> names;
    for (const auto& [name, relation] : relations_)
        names.insert(name);
    return names;
}

Result<ScopedText> ScopeApplier::apply(const std::string& text, const Scope& scope) {
    const auto proven = proof(text, scope);
    if (!proven) return proven.error();
    std::vector<ScopeTarget> targets;
    for (const auto place : (*proven)->used) {
        const auto& relation = scope.relations[place];
        targets.push_back({&relation, catalog_.find(relation.name)});
    }
    return narrowed((*proven)->text, targets, (*proven)->once, scope.model);
}

Result<ScopeApplier::ProofPtr> ScopeApplier::proof(const std::string& text, const Scope& scope) {
    // A text has no NUL, and a proof depends on nothing but the text, the relations' names and
    // which of their columns are to be seen in which type.
    std::string key = text;
    for (const auto& relation : scope.relations) {
        key += '\0';
        key += relation.name;
        for (const auto& cover : relation.covered) {
            key += '\0';
            key += std::to_string(static_cast<int>(cover.how));
            key += '\0';
            key += cover.name;
        }
    }
    const std::lock_guard lock(mutex_);
    if (const auto known = proofs_.find(key); known != proofs_.end()) return known->second;
    auto made = prove(text, scope);
    if (!made) return made.error();
    if (proofs_.size() >= kMostProofs) proofs_.clear();
    auto kept = std::make_shared<const Proof>(std::move(*made));
    proofs_.emplace(std::move(key), kept);
    return kept;
}

Result<ScopeApplier::Proof> ScopeApplier::prove(const std::string& text, const Scope& scope) {
    if (!sandbox_) {
        auto made = ScopeSandbox::create();
        if (!made) return made.error();
        sandbox_ = std::move(*made);
    }
    ScopeNames names;
    names.model = scope.model;
    sandbox_->open_functions(names);
    for (const auto& own : catalog_.functions()) {
        // The engine looks up some functions that no text names; which one it would find then
        // cannot be said.
        if (names.functions.contains(own)) {
            return model_unusable(scope.model,
                                  fmt::format("the source has a macro \"{}\", which is also the "
                                              "name of one of the engine's functions",
                                              own));
        }
    }
    names.taken = catalog_.names();
    names.closed_types = catalog_.types();
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < scope.relations.size(); ++i) {
        const auto name = lower_name(scope.relations[i].name);
        names.relations.insert(name);
        if (!places.emplace(name, i).second) {
            return model_unusable(scope.model,
                                  fmt::format("the relation \"{}\" stands there twice", name));
        }
    }

    Proof out;
    out.text = without_end(sandbox_->serialize(), text);
    // What is closed to every query is closed to this one too.
    if (auto open = guard_.check(sandbox_->serialize(), out.text); !open) return open.error();
    auto used = sandbox_->prove(out.text, names);
    if (!used) return used.error();
    std::vector<ScopeTarget> targets;
    out.once = used->once;
    for (const auto& name : used->relations) {
        const auto place = places.at(name);
        const auto& scoped = scope.relations[place];
        const auto* relation = catalog_.find(scoped.name);
        if (relation == nullptr) {
            return model_unusable(scope.model, fmt::format("there is no table \"{}\" in it, or "
                                                           "several schemas have one",
                                                           scoped.name));
        }
        out.used.push_back(place);
        targets.push_back({&scoped, relation});
        if (auto fits = check_covers(targets.back(), scope.model); !fits) return fits.error();
    }
    if (auto bound = sandbox_->bind(stubbed(out.text, targets)); !bound) return bound.error();
    return out;
}

}  // namespace casement::data
