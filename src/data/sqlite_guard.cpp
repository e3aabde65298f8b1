#include "data/sqlite_guard.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace casement::data {
namespace {

// Sorted. Each of them depends on its arguments and shows nothing else.
constexpr std::string_view kFunctions[] = {"->",
                                           "->>",
                                           "abs",
                                           "acos",
                                           "acosh",
                                           "asin",
                                           "asinh",
                                           "atan",
                                           "atan2",
                                           "atanh",
                                           "avg",
                                           "ceil",
                                           "ceiling",
                                           "char",
                                           "coalesce",
                                           "cos",
                                           "cosh",
                                           "count",
                                           "cume_dist",
                                           "current_date",
                                           "current_time",
                                           "current_timestamp",
                                           "date",
                                           "datetime",
                                           "degrees",
                                           "dense_rank",
                                           "exp",
                                           "first_value",
                                           "floor",
                                           "format",
                                           "glob",
                                           "group_concat",
                                           "hex",
                                           "ifnull",
                                           "iif",
                                           "instr",
                                           "json",
                                           "json_array",
                                           "json_array_length",
                                           "json_extract",
                                           "json_group_array",
                                           "json_group_object",
                                           "json_insert",
                                           "json_object",
                                           "json_patch",
                                           "json_quote",
                                           "json_remove",
                                           "json_replace",
                                           "json_set",
                                           "json_type",
                                           "json_valid",
                                           "julianday",
                                           "lag",
                                           "last_value",
                                           "lead",
                                           "length",
                                           "like",
                                           "likelihood",
                                           "likely",
                                           "ln",
                                           "log",
                                           "log10",
                                           "log2",
                                           "lower",
                                           "ltrim",
                                           "max",
                                           "min",
                                           "mod",
                                           "nth_value",
                                           "ntile",
                                           "nullif",
                                           "percent_rank",
                                           "pi",
                                           "pow",
                                           "power",
                                           "printf",
                                           "quote",
                                           "radians",
                                           "random",
                                           "rank",
                                           "replace",
                                           "round",
                                           "row_number",
                                           "rtrim",
                                           "sign",
                                           "sin",
                                           "sinh",
                                           "sqrt",
                                           "strftime",
                                           "substr",
                                           "substring",
                                           "sum",
                                           "tan",
                                           "tanh",
                                           "time",
                                           "timediff",
                                           "total",
                                           "trim",
                                           "trunc",
                                           "typeof",
                                           "unicode",
                                           "unixepoch",
                                           "unlikely",
                                           "upper",
                                           "zeroblob"};

bool is_function(std::string_view name) {
    return std::binary_search(std::begin(kFunctions), std::end(kFunctions), name);
}

/// Tables that are functions of their arguments.
bool is_table_function(std::string_view table) {
    return table == "json_each" || table == "json_tree";
}

/// Tables of the engine's own, which are there without being in any schema.
bool is_own_table(std::string_view table) {
    return table.starts_with("sqlite_") || table.starts_with("pragma_") || table == "dbstat" ||
           table == "bytecode" || table == "tables_used";
}

}  // namespace

std::string sqlite_lower(const char* name) {
    std::string out = name == nullptr ? "" : name;
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

void SqliteGuard::open_to(std::set<std::string> tables) {
    scoped_ = false;
    tables_ = std::move(tables);
}

void SqliteGuard::scope_to(std::set<std::string> relations, std::set<std::string> tables,
                           std::string secret) {
    scoped_ = true;
    relations_ = std::move(relations);
    tables_ = std::move(tables);
    secret_ = std::move(secret);
}

void SqliteGuard::install(sqlite3* database) {
    sqlite3_set_authorizer(database, &SqliteGuard::ask, this);
}

void SqliteGuard::remove(sqlite3* database) {
    sqlite3_set_authorizer(database, nullptr, nullptr);
}

bool SqliteGuard::may_read(const std::string& table, const std::string& schema,
                           const std::string& view) const {
    if (is_table_function(table)) return !tables_.contains(table);
    if (is_own_table(table)) return false;
    if (!scoped_) {
        if (schema.empty()) return true;
        return schema == "main" && tables_.contains(table);
    }
    // From inside of our own views, whose bodies we wrote.
    if (view.starts_with(secret_)) return true;
    if (schema == "temp") return relations_.contains(table) || table.starts_with(secret_);
    // Without a schema the name is a relation, whose view hides the table of that name, or a name
    // that the query has made itself. Then nothing in the database has it.
    if (schema.empty()) {
        return relations_.contains(table) || !tables_.contains(table);
    }
    return false;
}

int SqliteGuard::ask(void* self, int action, const char* first, const char* second,
                     const char* database, const char* view) {
    auto& guard = *static_cast<SqliteGuard*>(self);
    switch (action) {
        case SQLITE_SELECT:
        case SQLITE_RECURSIVE:
            return SQLITE_OK;
        case SQLITE_READ: {
            const auto table = sqlite_lower(first);
            if (guard.may_read(table, sqlite_lower(database), sqlite_lower(view))) return SQLITE_OK;
            guard.refused_ = fmt::format("the table \"{}\"", table);
            return SQLITE_DENY;
        }
        case SQLITE_FUNCTION: {
            const auto function = sqlite_lower(second);
            if (is_function(function)) return SQLITE_OK;
            guard.refused_ = fmt::format("the function {}()", function);
            return SQLITE_DENY;
        }
        default:
            guard.refused_ = "everything but reading";
            return SQLITE_DENY;
    }
}

}  // namespace casement::data
