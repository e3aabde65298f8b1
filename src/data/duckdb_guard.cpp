#include "data/duckdb_guard.h"

#include "base/encoding.h"
#include "data/duckdb_errors.h"

#include <array>
#include <vector>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace casement::data {

namespace {

// Table functions that make rows out of their arguments and of nothing else.
constexpr std::array<std::string_view, 9> kTableFunctions = {
    "generate_series", "histogram", "histogram_values", "json_each", "json_tree",
    "range",           "repeat",    "repeat_row",       "unnest"};

// Scalar functions that show the engine or its sessions, write, or take the engine's raw states.
constexpr std::array<std::string_view, 15> kClosedFunctions = {"combine",
                                                               "currval",
                                                               "current_connection_id",
                                                               "current_query",
                                                               "current_query_id",
                                                               "current_setting",
                                                               "finalize",
                                                               "getenv",
                                                               "getvariable",
                                                               "json_serialize_plan",
                                                               "nextval",
                                                               "parse_duckdb_log_message",
                                                               "set_config",
                                                               "version",
                                                               "write_log"};

constexpr std::array<std::string_view, 8> kTableReferences = {
    "BASE_TABLE", "SUBQUERY", "JOIN", "TABLE_FUNCTION", "EXPRESSION_LIST", "CTE", "EMPTY", "PIVOT"};

// A tree can be as deep as the engine's own limit for expressions (1000) asks for.
constexpr std::size_t kMaxTreeDepth = 6000;
constexpr int kMostSemicolons = 256;

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& list, std::string_view name) {
    return std::find(list.begin(), list.end(), name) != list.end();
}

std::string_view text_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                  : std::string_view();
}

Error refused(std::string message) {
    return {ErrorKind::unprocessable, "query_refused", std::move(message), {}};
}

Error closed(std::string_view what, std::string_view name) {
    return refused(fmt::format("{} \"{}\" is not open to queries.", what, utf8_head(name, 64)));
}

Result<std::vector<std::array<std::string, 3>>> names_of(duckdb_connection connection,
                                                         const char* sql) {
    DuckDbResult result;
    if (duckdb_query(connection, sql, result.get()) == DuckDBError) {
        return engine_error(result.get());
    }
    std::vector<std::array<std::string, 3>> rows;
    for (idx_t r = 0; r < duckdb_row_count(result.get()); ++r) {
        std::array<std::string, 3> row;
        for (idx_t c = 0; c < row.size(); ++c) {
            const DuckDbText cell(duckdb_value_varchar(result.get(), c, r));
            row[c] = lower_name(text_or_empty(cell.get()));
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

}  // namespace

std::string lower_name(std::string_view name) {
    std::string out(name);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

bool is_closed_function(std::string_view name) {
    const bool internal =
        name.starts_with("__internal") || (name.starts_with("pg_") && name != "pg_typeof");
    return internal || contains(kClosedFunctions, name);
}

bool is_open_table_function(std::string_view name) {
    return contains(kTableFunctions, name);
}

bool is_system_name(std::string_view name) {
    return name.starts_with("duckdb_") || name.starts_with("pg_") || name.starts_with("sqlite_") ||
           name.starts_with("pragma_");
}

/// One pass over the tree. Iterative, because a text decides how deep a tree is.
class TreeWalk {
  public:
    explicit TreeWalk(const QueryGuard& guard) : guard_(guard) {}

    Result<void> walk(const json::value& root) {
        std::vector<const json::value*> open{&root};
        // Names of WITH first: a reference may stand before its definition in the tree.
        for (const bool collecting : {true, false}) {
            open.assign(1, &root);
            while (!open.empty()) {
                const json::value* value = open.back();
                open.pop_back();
                if (const auto* list = value->if_array()) {
                    for (const auto& item : *list)
                        open.push_back(&item);
                    continue;
                }
                const auto* object = value->if_object();
                if (object == nullptr) continue;
                if (collecting) {
                    collect(*object);
                } else if (auto ok = check(*object); !ok) {
                    return ok;
                }
                for (const auto& [name, item] : *object)
                    open.push_back(&item);
            }
        }
        return {};
    }

  private:
    void collect(const json::object& object) {
        const auto* map = object.if_contains("cte_map");
        const auto* entries =
            map != nullptr && map->is_object() ? map->get_object().if_contains("map") : nullptr;
        if (entries != nullptr && entries->is_array()) {
            for (const auto& entry : entries->get_array()) {
                if (entry.is_object()) with_.insert(lower_name(text_in(entry.get_object(), "key")));
            }
        }
        if (text_in(object, "type") == "RECURSIVE_CTE_NODE") {
            with_.insert(lower_name(text_in(object, "cte_name")));
        }
    }

    Result<void> check(const json::object& object) const {
        for (const std::string_view place : {"from_table", "left", "right", "source"}) {
            const auto* table = object.if_contains(place);
            // Expressions have a class and queries their WITH; a reference to a table has neither.
            if (table == nullptr || !table->is_object() || table->get_object().contains("class") ||
                table->get_object().contains("cte_map")) {
                continue;
            }
            const auto type = text_in(table->get_object(), "type");
            if (!contains(kTableReferences, type)) {
                return refused("A query reads tables; SHOW, DESCRIBE and SUMMARIZE are closed.");
            }
        }
        const auto type = text_in(object, "type");
        if (type == "SHOW_REF") {
            return refused("A query reads tables; SHOW, DESCRIBE and SUMMARIZE are closed.");
        }
        if (type == "BASE_TABLE" && object.contains("table_name")) return check_table(object);
        if (type == "TABLE_FUNCTION") {
            const auto* function = object.if_contains("function");
            if (function == nullptr || !function->is_object()) {
                return refused("This use of a table function is closed.");
            }
            return check_table_function(function->get_object());
        }
        if (object.contains("function_name")) return check_function(object);
        return {};
    }

    Result<void> check_table(const json::object& table) const {
        const std::string name = lower_name(text_in(table, "table_name"));
        const std::string schema = lower_name(text_in(table, "schema_name"));
        const std::string catalog = lower_name(text_in(table, "catalog_name"));
        const bool plain = schema.empty() && catalog.empty();
        // A WITH name only reaches as far as its query. Outside of it the same name would mean the
        // engine's own view, so such names are closed altogether.
        if (plain && with_.contains(name) && !is_system_name(name)) return {};
        const bool home = (schema.empty() || guard_.schemas_.contains(schema)) &&
                          (catalog.empty() || guard_.schemas_.contains(catalog));
        if (!home || !guard_.relations_.contains(name)) {
            return refused(
                fmt::format("There is no table \"{}\" in this source.", utf8_head(name, 64)));
        }
        return {};
    }

    Result<void> check_table_function(const json::object& function) const {
        const std::string name = lower_name(text_in(function, "function_name"));
        const bool plain =
            text_in(function, "schema").empty() && text_in(function, "catalog").empty();
        if (!plain || !guard_.table_functions_.contains(name)) {
            return closed("The table function", name);
        }
        return {};
    }

    Result<void> check_function(const json::object& function) const {
        const std::string name = lower_name(text_in(function, "function_name"));
        if (is_closed_function(name)) return closed("The function", name);
        return {};
    }

    const QueryGuard& guard_;
    std::set<std::string> with_;
};

Result<QueryGuard> QueryGuard::create(duckdb_connection connection, bool macros) {
    QueryGuard guard;
    auto relations = names_of(connection,
                              "SELECT table_name, schema_name, database_name FROM duckdb_tables() "
                              "WHERE NOT internal UNION ALL "
                              "SELECT view_name, schema_name, database_name FROM duckdb_views() "
                              "WHERE NOT internal");
    if (!relations) return relations.error();
    for (auto& [name, schema, database] : *relations) {
        guard.relations_.insert(std::move(name));
        guard.schemas_.insert(std::move(schema));
        guard.schemas_.insert(std::move(database));
    }
    for (const auto name : kTableFunctions)
        guard.table_functions_.emplace(name);
    if (!macros) return guard;
    // Macros that the database file brings along are its author's; one that takes the name of a
    // built-in function is not let in, because the name alone would not say which is meant.
    auto own = names_of(connection,
                        "SELECT DISTINCT function_name, '', '' FROM duckdb_functions() "
                        "WHERE NOT internal AND function_type = 'table_macro' AND function_name "
                        "NOT IN (SELECT function_name FROM duckdb_functions() WHERE internal)");
    if (!own) return own.error();
    for (auto& row : *own)
        guard.table_functions_.insert(std::move(row[0]));
    return guard;
}

Result<DuckDbPrepared> QueryGuard::prepare(duckdb_connection connection) {
    DuckDbPrepared statement;
    if (duckdb_prepare(connection, "SELECT json_serialize_sql(CAST($1 AS VARCHAR))",
                       statement.out()) == DuckDBError) {
        return engine_error(text_or_empty(duckdb_prepare_error(statement.get())));
    }
    return statement;
}

Result<json::value> read_tree(duckdb_prepared_statement serialize, const std::string& text) {
    duckdb_bind_varchar_length(serialize, 1, text.data(), text.size());
    DuckDbResult result;
    const auto state = duckdb_execute_prepared(serialize, result.get());
    duckdb_clear_bindings(serialize);
    if (state == DuckDBError) return engine_error(result.get());
    const DuckDbText tree(duckdb_value_varchar(result.get(), 0, 0));
    if (!tree) return refused("The query could not be read.");

    json::parse_options options;
    options.max_depth = kMaxTreeDepth;
    json::error_code failed;
    json::value parsed = json::parse(tree.get(), failed, {}, options);
    if (failed || !parsed.is_object()) return refused("The query is nested too deeply.");
    auto& root = parsed.get_object();
    const auto* wrong = root.if_contains("error");
    if (wrong == nullptr || !wrong->is_bool() || wrong->get_bool()) {
        if (text_in(root, "error_type") == "not implemented") {
            return refused("A query must be one SELECT statement.");
        }
        return Error{ErrorKind::unprocessable,
                     "query_invalid",
                     "Parser Error: " + std::string(text_in(root, "error_message")),
                     {}};
    }
    auto* statements = root.if_contains("statements");
    if (statements == nullptr || !statements->is_array() || statements->get_array().size() != 1) {
        return refused("A query must be one SELECT statement.");
    }
    return std::move(statements->get_array().front());
}

std::string without_end(duckdb_prepared_statement serialize, const std::string& text) {
    // Strings, quoted names and comments in brackets end with another sign than these, so here they
    // are the query's own or in a comment's line.
    const auto last = text.find_last_not_of(" \t\r\n\f\v;");
    auto trimmed = text.substr(0, last == std::string::npos ? 0 : last + 1);
    if (trimmed.find(';') == std::string::npos) return trimmed;
    const auto whole = read_tree(serialize, trimmed);
    if (!whole) return trimmed;
    // Only the engine knows which of them is in a string or a comment: up to the right one it reads
    // the same statement.
    std::size_t at = 0;
    for (int tried = 0; tried < kMostSemicolons; ++tried, ++at) {
        at = trimmed.find(';', at);
        if (at == std::string::npos) break;
        auto shorter = trimmed.substr(0, at);
        const auto tree = read_tree(serialize, shorter);
        if (tree && *tree == *whole) return shorter;
    }
    return trimmed;
}

Result<void> QueryGuard::check(duckdb_prepared_statement serialize, const std::string& text) const {
    const auto tree = read_tree(serialize, text);
    if (!tree) return tree.error();
    return TreeWalk(*this).walk(*tree);
}

}  // namespace casement::data
