// Two tenants' rows in one source, each foreign value marked, as Parquet files and as a database
// file that brings along all that such a file can.
#pragma once

#include "data/scope.h"
#include "data_test_support.h"

#include <duckdb.h>

namespace casement::data {

/// In every value that tenant "acme" must not see, texts and numbers.
inline constexpr const char* kForeign = "MARK";
inline constexpr const char* kForeignNumber = "7777";

inline bool shows_foreign(const std::string& text) {
    return text.find(kForeign) != std::string::npos ||
           text.find(kForeignNumber) != std::string::npos;
}

/// Runs SQL on a database of its own, to make files.
inline void run_sql(const char* path, const std::vector<std::string>& statements) {
    duckdb_database database = nullptr;
    duckdb_connection connection = nullptr;
    ASSERT_EQ(duckdb_open(path, &database), DuckDBSuccess);
    ASSERT_EQ(duckdb_connect(database, &connection), DuckDBSuccess);
    for (const auto& sql : statements) {
        duckdb_result result;
        const bool good = duckdb_query(connection, sql.c_str(), &result) == DuckDBSuccess;
        EXPECT_TRUE(good) << sql << ": " << duckdb_result_error(&result);
        duckdb_destroy_result(&result);
    }
    duckdb_disconnect(&connection);
    duckdb_close(&database);
}

inline const std::vector<std::string>& scope_rows() {
    static const std::vector<std::string> statements = {
        "create table orders as "
        "select 'acme' as tenant, i as id, 'acme-' || i as note, i % 10 as amount, "
        "timestamp '2026-01-01' + interval (i) hour as seen from range(100) r(i) union all "
        "select 'globex', 77770000 + i, 'MARK-GLOBEX-' || i, 777700 + i, "
        "timestamp '2026-01-01' + interval (i) hour from range(100) r(i) union all "
        "select 'Acme', 77771, 'MARK-CASE', 77771, timestamp '2026-01-01' union all "
        "select 'acme ', 77772, 'MARK-SPACE', 77772, timestamp '2026-01-01' union all "
        "select null, 77773, 'MARK-NULL', 77773, timestamp '2026-01-01'",
        "create table accounts as select 1 as owner, 'acme-account' as name, 1.5::decimal(9,2) as "
        "rate, 0.5::double as share union all select 2, 'MARK-ACCOUNT', 77772.25, 77772.5 "
        "union all select 9007199254740993, 'MARK-BIG', 77770, 9007199254740992.0",
        "create table countries as select * from (values ('se', 'Sweden'), ('br', 'Brazil')) "
        "t(code, title)",
        "create table secrets as select 'MARK-SECRET' as word, 77779 as number"};
    return statements;
}

inline std::unique_ptr<Source> open_or_fail(const DuckDbSettings& settings) {
    auto source = open_duckdb(settings);
    if (!source) ADD_FAILURE() << source.error().message;
    return source ? std::move(*source) : nullptr;
}

inline std::unique_ptr<Source> open_scope_files(const TempFolder& folder) {
    auto statements = scope_rows();
    DuckDbSettings settings;
    settings.folder = folder.path();
    settings.memory_limit = "256MB";
    for (const std::string table : {"orders", "accounts", "countries", "secrets"}) {
        const std::string file = table == "countries" ? table + ".csv" : table + ".parquet";
        statements.push_back("copy " + table + " to '" + folder.path() + "/" + file + "'");
        settings.tables.emplace_back(table, std::vector<std::string>{file});
    }
    run_sql(nullptr, statements);
    return open_or_fail(settings);
}

inline std::unique_ptr<Source> open_scope_database(const TempFolder& folder,
                                                   const std::vector<std::string>& more = {}) {
    auto statements = scope_rows();
    for (const auto& sql : std::vector<std::string>{
             "create view everything as select * from orders", "create schema vault",
             "create table vault.secrets2 as from secrets",
             "create table vault.orders as from orders",
             "create macro leak() as (select max(note) from main.orders)",
             "create macro leak_all() as table select * from main.orders",
             "create type hidden as enum ('MARK-TYPE')",
             "create table kinds as select tenant, tenant::enum('acme', 'MARK-KIND') as kind, "
             "note collate nocase as note from orders where tenant = 'acme' union all "
             "select 'globex', 'MARK-KIND', 'MARK-KIND'",
             "create table folded (tenant varchar collate nocase, note varchar)",
             "insert into folded values ('acme', 'mine'), ('ACME', 'MARK-FOLDED')"}) {
        statements.push_back(sql);
    }
    statements.insert(statements.end(), more.begin(), more.end());
    const std::string file = folder.path() + "/world.duckdb";
    run_sql(file.c_str(), statements);
    DuckDbSettings settings;
    settings.folder = folder.path();
    settings.database = "world.duckdb";
    settings.memory_limit = "256MB";
    return open_or_fail(settings);
}

using Values = std::vector<std::string>;

inline RowFilter texts(std::string column, Values values) {
    return {std::move(column), RowFilter::Type::text, std::move(values)};
}
inline RowFilter numbers(std::string column, Values values) {
    return {std::move(column), RowFilter::Type::number, std::move(values)};
}

inline ScopePtr scope_for(Values tenants, Values owners = {"1"}) {
    return make_scope("sales", {{"orders", {texts("tenant", std::move(tenants))}},
                                {"accounts", {numbers("owner", std::move(owners))}},
                                {"countries", {}}});
}

inline Query scoped(std::string text, ScopePtr scope,
                    std::map<std::string, Value> parameters = {}) {
    auto query = query_of(std::move(text), std::move(parameters));
    query.scope = std::move(scope);
    return query;
}

}  // namespace casement::data
