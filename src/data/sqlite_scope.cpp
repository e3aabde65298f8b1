#include "data/sqlite_scope.h"

#include "base/encoding.h"
#include "crypto/random.h"
#include "data/sqlite_text.h"

#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace casement::data {
namespace {

constexpr std::size_t kMostValues = 10'000;

struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

Error unusable(const std::string& model, const std::string& reason) {
    return {ErrorKind::unprocessable,
            "model_unusable",
            fmt::format("The model \"{}\" does not go with its source: {}.", model, reason),
            {}};
}

Statement prepare(sqlite3* database, const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(database, sql.c_str(), static_cast<int>(sql.size()), &statement, nullptr);
    return Statement(statement);
}

/// Names of the columns of a table of its own; empty when there is none, or it is a view or a
/// virtual table, whose rows come from elsewhere.
std::vector<std::string> columns_of(sqlite3* database, const std::string& schema,
                                    const std::string& table) {
    std::vector<std::string> columns;
    const auto found = prepare(
        database, fmt::format("SELECT count(*) FROM {}.sqlite_master WHERE type = 'table' AND "
                              "rootpage > 0 AND lower(name) = ?1 AND "
                              "name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
                              schema));
    if (!found) return columns;
    sqlite3_bind_text(found.get(), 1, table.data(), static_cast<int>(table.size()),
                      SQLITE_TRANSIENT);
    if (sqlite3_step(found.get()) != SQLITE_ROW || sqlite3_column_int(found.get(), 0) != 1) {
        return columns;
    }
    const auto info =
        prepare(database, fmt::format("PRAGMA {}.table_info({})", schema, sqlite_quoted(table)));
    while (info && sqlite3_step(info.get()) == SQLITE_ROW) {
        const auto* name = reinterpret_cast<const char*>(sqlite3_column_text(info.get(), 1));
        columns.emplace_back(name == nullptr ? "" : name);
    }
    return columns;
}

bool bind_number(sqlite3_stmt* statement, const std::string& text) {
    const char* const end = text.data() + text.size();
    std::int64_t whole = 0;
    if (const auto [read_to, failed] = std::from_chars(text.data(), end, whole);
        failed == std::errc{} && read_to == end) {
        return sqlite3_bind_int64(statement, 1, whole) == SQLITE_OK;
    }
    double number = 0;
    const auto [read_to, failed] = std::from_chars(text.data(), end, number);
    return failed == std::errc{} && read_to == end && number - number == 0 &&
           sqlite3_bind_double(statement, 1, number) == SQLITE_OK;
}

/// The value as the filter's type, or nothing.
bool bind_value(sqlite3_stmt* statement, RowFilter::Type type, const std::string& text) {
    if (type == RowFilter::Type::number) return bind_number(statement, text);
    std::string bound = text;
    if (type == RowFilter::Type::time) {
        const auto time = read_sqlite_time(text);
        if (!time) return false;
        bound = sqlite_time(from_unix_micros(static_cast<std::int64_t>(*time * 1000)));
    }
    return is_utf8(bound) &&
           sqlite3_bind_text(statement, 1, bound.data(), static_cast<int>(bound.size()),
                             SQLITE_TRANSIENT) == SQLITE_OK;
}

class ScopeMaker {
  public:
    ScopeMaker(sqlite3* database, const Scope& scope, std::string schema)
        : database_(database), scope_(scope), schema_(std::move(schema)) {}

    Result<void> make(const ScopedRelation& relation) {
        const auto table = sqlite_lower(relation.name.c_str());
        const auto columns = columns_of(database_, schema_, table);
        if (columns.empty()) {
            return unusable(scope_.model, fmt::format("there is no table \"{}\" in it", table));
        }
        std::string rows;
        for (const auto& filter : relation.filters) {
            auto condition = condition_of(table, columns, filter);
            if (!condition) return condition.error();
            rows += (rows.empty() ? " WHERE " : " AND ") + *condition;
        }
        auto shown = shown_columns(table, columns, relation.covered);
        if (!shown) return shown.error();
        const auto inner = fmt::format("{}_{}", schema_, count_++);
        // The limit keeps what an author writes from being worked out on rows that the filters
        // have not been asked about yet, where an error would tell of them; and with an offset the
        // view stays a query of its own, whose reads the guard sees as the view's.
        const bool made =
            run_sqlite(
                database_,
                fmt::format("CREATE TEMP VIEW {} AS SELECT {} FROM {}.{}{} LIMIT -1 OFFSET 0",
                            sqlite_quoted(inner), *shown, schema_, sqlite_quoted(table), rows)) &&
            run_sqlite(database_, fmt::format("CREATE TEMP VIEW {} AS SELECT * FROM temp.{}",
                                              sqlite_quoted(table), sqlite_quoted(inner)));
        if (!made) return unusable(scope_.model, fmt::format("\"{}\" cannot be narrowed", table));
        return {};
    }

  private:
    static std::optional<std::string> find(const std::vector<std::string>& columns,
                                           const std::string& name) {
        for (const auto& column : columns) {
            if (sqlite_lower(column.c_str()) == sqlite_lower(name.c_str())) return column;
        }
        return std::nullopt;
    }

    Error no_column(const std::string& table, const std::string& name) const {
        return unusable(scope_.model, fmt::format("\"{}\" has no column \"{}\"", table, name));
    }

    Result<std::string> shown_columns(const std::string& table,
                                      const std::vector<std::string>& columns,
                                      const std::vector<CoveredColumn>& covered) const {
        std::map<std::string, CoveredColumn::How> how;
        for (const auto& one : covered) {
            if (!find(columns, one.name)) return no_column(table, one.name);
            how[sqlite_lower(one.name.c_str())] = one.how;
        }
        std::vector<std::string> shown;
        for (const auto& column : columns) {
            const auto name = sqlite_quoted(column);
            const auto found = how.find(sqlite_lower(column.c_str()));
            if (found == how.end()) {
                shown.push_back(name);
            } else if (found->second == CoveredColumn::How::as_null) {
                shown.push_back("NULL AS " + name);
            } else if (found->second == CoveredColumn::How::as_text) {
                shown.push_back(
                    fmt::format("CASE WHEN {0} IS NOT NULL THEN '***' END AS {0}", name));
            }
        }
        if (shown.empty())
            return unusable(scope_.model, fmt::format("\"{}\" shows no column", table));
        return fmt::format("{}", fmt::join(shown, ", "));
    }

    /// The filter's values go into a table of their own: a view cannot hold bound values.
    Result<std::string> condition_of(const std::string& table,
                                     const std::vector<std::string>& columns,
                                     const RowFilter& filter) {
        const auto column = find(columns, filter.column);
        if (!column) return no_column(table, filter.column);
        if (filter.values.size() > kMostValues) {
            return unusable(
                scope_.model,
                fmt::format("\"{}\" is bound to more values than a source takes", table));
        }
        const auto name = sqlite_quoted(*column);
        // A value of another type than the filter's is none of its values.
        const auto typed = filter.type == RowFilter::Type::number
                               ? fmt::format("typeof({}) IN ('integer', 'real')", name)
                               : fmt::format("typeof({}) = 'text'", name);
        const std::string compared =
            filter.type == RowFilter::Type::time
                ? fmt::format("strftime('%Y-%m-%d %H:%M:%f', {})", name)
                : (filter.type == RowFilter::Type::text ? name + " COLLATE BINARY" : name);
        const auto normal = [&](std::string_view v) {
            return filter.type == RowFilter::Type::time
                       ? fmt::format("strftime('%Y-%m-%d %H:%M:%f', {})", v)
                       : std::string(v);
        };
        if (filter.kind == RowFilter::Kind::one_of) {
            auto values = keep(filter.type, filter.values);
            if (!values) return values.error();
            return fmt::format("{} AND {} IN (SELECT {} FROM temp.{})", typed, compared,
                               normal("v"), sqlite_quoted(*values));
        }
        if (filter.values.size() != 2) return std::string("0");
        std::string condition = typed;
        for (std::size_t end = 0; end < 2; ++end) {
            if (filter.values[end].empty()) continue;
            auto bound = keep(filter.type, {filter.values[end]});
            if (!bound) return bound.error();
            // No readable end is a comparison with NULL, which no row passes.
            condition += fmt::format(" AND {} {} (SELECT {} FROM temp.{})", compared,
                                     end == 0 ? ">=" : "<=", normal("v"), sqlite_quoted(*bound));
        }
        return condition;
    }

    Result<std::string> keep(RowFilter::Type type, const std::vector<std::string>& values) {
        auto name = fmt::format("{}_{}", schema_, count_++);
        const auto failed = [&] { return unusable(scope_.model, "its filters cannot be applied"); };
        if (!run_sqlite(database_, fmt::format("CREATE TEMP TABLE {} (v)", sqlite_quoted(name)))) {
            return failed();
        }
        const auto insert =
            prepare(database_, fmt::format("INSERT INTO temp.{} VALUES (?1)", sqlite_quoted(name)));
        if (!insert) return failed();
        for (const auto& value : values) {
            sqlite3_reset(insert.get());
            if (!bind_value(insert.get(), type, value)) continue;
            if (sqlite3_step(insert.get()) != SQLITE_DONE) return failed();
        }
        return name;
    }

    sqlite3* database_;
    const Scope& scope_;
    const std::string schema_;
    int count_ = 0;
};

}  // namespace

bool run_sqlite(sqlite3* database, const std::string& sql) {
    return sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
}

std::string sqlite_quoted(std::string_view name) {
    std::string out = "\"";
    for (const char c : name) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + '"';
}

std::string new_sqlite_schema() {
    return "casement_" + crypto::SystemRandom().hex(32);
}

Result<void> sqlite_fits(const Scope& scope) {
    std::set<std::string> relations;
    for (const auto& relation : scope.relations) {
        const auto name = sqlite_lower(relation.name.c_str());
        if (!name.starts_with("sqlite_") && relations.insert(name).second) continue;
        auto error =
            unusable(scope.model, fmt::format("\"{}\" cannot be one of its relations", name));
        error.field = fmt::format("relations.{}", relation.name);
        return error;
    }
    return {};
}

Result<void> apply_sqlite_scope(sqlite3* database, const Scope& scope, const std::string& schema,
                                const std::set<std::string>& tables, SqliteGuard& guard) {
    if (auto fits = sqlite_fits(scope); !fits) return fits;
    ScopeMaker maker(database, scope, schema);
    std::set<std::string> relations;
    for (const auto& relation : scope.relations) {
        const auto name = sqlite_lower(relation.name.c_str());
        relations.insert(name);
        if (auto made = maker.make(relation); !made) return made.error();
    }
    // What the model does not have is hidden, so that a name without its schema never finds it: the
    // authorizer is not told of the columns that NATURAL JOIN and USING compare.
    auto hidden = tables;
    hidden.insert({"dbstat", "bytecode", "tables_used"});
    for (const auto& name : hidden) {
        if (relations.contains(name) || name.starts_with("sqlite_")) continue;
        if (!run_sqlite(database,
                        fmt::format("CREATE TEMP VIEW {} AS SELECT NULL AS casement_hidden "
                                    "WHERE 0",
                                    sqlite_quoted(name)))) {
            return unusable(scope.model, "the tables that it does not have cannot be hidden");
        }
    }
    guard.scope_to(std::move(relations), tables, schema);
    return {};
}

}  // namespace casement::data
