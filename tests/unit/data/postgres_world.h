// A real PostgreSQL for the tests of its source: one cluster for all of them.
#pragma once

#include "data/scope.h"
#include "data/source_types.h"
#include "data_test_support.h"
#include "support/postgres.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace casement::data {

/// In every value that tenant "acme" must not see, texts and numbers.
inline constexpr const char* kMark = "MARK";
inline constexpr const char* kMarkNumber = "7777";

inline bool shows_mark(const std::string& text) {
    return text.find(kMark) != std::string::npos || text.find(kMarkNumber) != std::string::npos;
}

/// A database of one's own with these statements run in it.
inline std::string postgres_database(const std::vector<std::string>& statements) {
    const auto address = test::postgres().fresh_database();
    for (const auto& sql : statements)
        test::Postgres::execute(address, sql);
    return address.substr(address.rfind('=') + 1);
}

inline SourceSettings postgres_settings(const std::string& database, json::object more = {}) {
    json::object settings{{"host", test::postgres().folder()},
                          {"database", database},
                          {"user", "casement"},
                          {"ssl_mode", "disable"}};
    for (const auto& [name, value] : more)
        settings[name] = value;
    return {std::move(settings), Secret("unused"), ""};
}

inline std::unique_ptr<Source> open_postgres(const SourceSettings& settings) {
    auto source = open_postgres_source(settings);
    if (!source) ADD_FAILURE() << source.error().message;
    return source ? std::move(*source) : nullptr;
}

inline std::string postgres_address(const std::string& database) {
    return test::postgres().address(database);
}

/// What two tenants have, and what nobody but its owner may see.
inline const std::vector<std::string>& tenant_rows() {
    static const std::vector<std::string> statements = {
        "create table orders (tenant text, id int8, note text, amount int4, seen timestamptz, "
        "part uuid, kind char(8), rate numeric(12,4), share float8, day date)",
        "insert into orders select 'acme', i, 'acme-' || i, i % 10, "
        "timestamptz '2026-01-01 00:00Z' + i * interval '1 hour', "
        "'00000000-0000-0000-0000-000000000001', 'own', i + 0.25, i + 0.5, "
        "date '2026-01-01' + i from generate_series(0, 99) i",
        "insert into orders select 'globex', 77770000 + i, 'MARK-GLOBEX-' || i, 777700 + i, "
        "timestamptz '2026-01-01 00:00Z' + i * interval '1 hour', "
        "'00000000-0000-0000-0000-000000007777', 'MARK', 77770 + i, 77770 + i, "
        "date '2026-01-01' + i from generate_series(0, 99) i",
        "insert into orders (tenant, id, note, amount) values ('Acme', 77771, 'MARK-CASE', 77771), "
        "('acme ', 77772, 'MARK-SPACE', 77772), (null, 77773, 'MARK-NULL', 77773), "
        "('', 77774, 'MARK-EMPTY', 77774)",
        "create table accounts (owner int8, name text, secret text)",
        "insert into accounts values (1, 'acme-account', 'own-secret'), "
        "(2, 'MARK-ACCOUNT', 'MARK-A'), (9007199254740993, 'MARK-BIG', 'MARK-B')",
        "create table countries (code text, title text)",
        "insert into countries values ('se', 'Sweden'), ('br', 'Brazil')",
        "create table secrets (word text, number int4)",
        "insert into secrets values ('MARK-SECRET', 77779)",
        "create view everything as select * from orders",
        "create schema vault",
        "create table vault.orders as select * from orders",
        "create table vault.secrets2 as select * from secrets",
        "create function leak() returns text language sql as 'select max(note) from "
        "public.orders'",
        "create function max(text, text) returns text language sql as 'select max(note) from "
        "public.orders'",
        "create function lower(int) returns text language sql as 'select max(note) from "
        "public.orders'",
        "create function swallow(text) returns boolean language plpgsql cost 0.0001 as "
        "$$begin raise notice '%', $1; raise exception '%', $1; end$$",
        "create operator === (leftarg = text, rightarg = text, function = texteq)",
        "create table nums (tenant text, value float8)",
        "insert into nums values ('acme', 1), ('acme', 'NaN'), ('globex', 77777)",
        "analyze"};
    return statements;
}

using Texts = std::vector<std::string>;

inline RowFilter text_filter(std::string column, Texts values) {
    return {std::move(column), RowFilter::Type::text, std::move(values)};
}
inline RowFilter number_filter(std::string column, Texts values) {
    return {std::move(column), RowFilter::Type::number, std::move(values)};
}

inline ScopePtr tenant_scope(Texts tenants, Texts owners = {"1"}) {
    return make_scope("sales", {{"orders", {text_filter("tenant", std::move(tenants))}},
                                {"accounts",
                                 {number_filter("owner", std::move(owners))},
                                 {{"secret", CoveredColumn::How::hidden}}},
                                {"countries", {}}});
}

inline Query postgres_query(std::string text, std::map<std::string, Value> parameters = {}) {
    return query_of(std::move(text), std::move(parameters));
}

inline Query under(ScopePtr scope, std::string text, std::map<std::string, Value> parameters = {}) {
    auto query = query_of(std::move(text), std::move(parameters));
    query.scope = std::move(scope);
    return query;
}

}  // namespace casement::data
