// Where a statement ends is each engine's to say: a semicolon and what is behind it go, one inside
// of a text, a name or a comment stays.
#include "data/mysql_text.h"
#include "data/postgres_text.h"
#include "data/source_types.h"
#include "data_test_support.h"
#include "scope_world.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace casement::data {
namespace {

struct Case {
    std::string text;
    std::string statement;
};

/// What every engine here reads the same.
const std::vector<Case>& common() {
    static const std::vector<Case> cases = {
        {"SELECT 1", "SELECT 1"},
        {"SELECT 1;", "SELECT 1"},
        {"SELECT 1 ;; \n", "SELECT 1 "},
        {"SELECT 1; -- note", "SELECT 1"},
        {"SELECT 1; /* x */", "SELECT 1"},
        {"SELECT 1; /* x; y */ ; -- z;", "SELECT 1"},
        {"SELECT ';', '--;', '/*;' ; -- '", "SELECT ';', '--;', '/*;' "},
        {"SELECT 'it''s; -- so' ; -- it's", "SELECT 'it''s; -- so' "},
        {"SELECT 1 /* ; */ + 2; -- 3", "SELECT 1 /* ; */ + 2"},
        {"SELECT 1 -- ;\n + 2 ; /* ; */", "SELECT 1 -- ;\n + 2 "},
        {"SELECT 1 /* ; */", "SELECT 1 /* ; */"},
    };
    return cases;
}

template <class Describe>
void expect_statements(const std::vector<Case>& cases, Describe describe) {
    for (const auto& [text, statement] : cases) {
        // What is left may have white space at its end, but never a word more or less.
        auto read = describe(text);
        read.erase(read.find_last_not_of(" \n") + 1);
        auto wanted = statement;
        wanted.erase(wanted.find_last_not_of(" \n") + 1);
        EXPECT_EQ(read, wanted) << text;
    }
}

std::string statement_of(Source& source, const std::string& text) {
    const auto described = source.describe(text);
    return described ? described->statement : fmt::format("{}: {}", described.error().code, text);
}

const std::vector<Case> kQuotedNames = {
    {"SELECT 1 AS \"a;b -- c\" ; -- d", "SELECT 1 AS \"a;b -- c\" "}};

TEST(StatementEnd, OfDuckDb) {
    const TempFolder folder;
    const auto source = open_people(folder);
    const auto describe = [&](const std::string& text) { return statement_of(*source, text); };
    expect_statements(common(), describe);
    expect_statements(kQuotedNames, describe);
    expect_statements({{"SELECT $$ ; $$, $x$ -- ; $x$; -- y", "SELECT $$ ; $$, $x$ -- ; $x$"},
                       {"FROM people; -- all", "FROM people"},
                       {"SELECT E'\\';' ; --", "SELECT E'\\';'"},
                       {"SELECT name FROM people WHERE name = $v; -- ;",
                        "SELECT name FROM people WHERE name = $v"}},
                      describe);
    EXPECT_EQ(statement_of(*source, "SELECT 1; SELECT 2; -- x"),
              "query_refused: SELECT 1; SELECT 2; -- x");
}

TEST(StatementEnd, OfDuckDbUnderAScope) {
    const TempFolder folder;
    const auto source = open_scope_files(folder);
    for (const char* text :
         {"select count(*) from orders; -- all of them", "select count(*) from orders; /* x */",
          "select count(*) from orders /* ; */ ; -- ;",
          "select count(*) from orders where note "
          "not in (';', '; --') ; -- '"}) {
        EXPECT_EQ(first_column(*source, scoped(text, scope_for({"acme"}))), "[100]") << text;
        const auto proven = ScopeProver::create("duckdb").value()->prove(text, "m", {"orders"});
        EXPECT_TRUE(proven) << text << proven.error().message;
    }
    for (const char* text : {"select 1; select word from secrets; -- x",
                             "select count(*) from orders; -- x\n; from secrets"}) {
        EXPECT_EQ(first_column(*source, scoped(text, scope_for({"acme"}))), "query_refused")
            << text;
    }
}

TEST(StatementEnd, OfPostgres) {
    const auto describe = [](const std::string& text) { return postgres_statement(text); };
    expect_statements(common(), describe);
    expect_statements(kQuotedNames, describe);
    expect_statements({{"SELECT $$ ; $$, $x$ -- ; $x$; -- y", "SELECT $$ ; $$, $x$ -- ; $x$"},
                       {"SELECT E'\\';' ; --", "SELECT E'\\';'"},
                       {"SELECT 1; /* a /* b; */ c; */", "SELECT 1"},
                       {"SELECT 1 WHERE 'a' = $v; -- ;", "SELECT 1 WHERE 'a' = $v"},
                       // Not one statement: it stays, and is refused.
                       {"SELECT 1; SELECT 2; -- x", "SELECT 1; SELECT 2"},
                       {"SELECT 'open ; ", "SELECT 'open ;"}},
                      describe);
}

TEST(StatementEnd, OfMySql) {
    const auto describe = [](const std::string& text) {
        const auto read = MysqlText::read(text);
        return read ? text.substr(0, read->end) : fmt::format("{}: {}", read.error().code, text);
    };
    expect_statements(common(), describe);
    expect_statements({{"SELECT `a;b -- c` FROM t ; # d", "SELECT `a;b -- c` FROM t "},
                       {"SELECT 'a\\';' ; -- x", "SELECT 'a\\';'"},
                       {"SELECT \"; -- x\" ; -- y", "SELECT \"; -- x\""},
                       {"SELECT a FROM t WHERE a = $v; # ;", "SELECT a FROM t WHERE a = $v"}},
                      describe);
    EXPECT_EQ(describe("SELECT 1; SELECT 2"), "query_refused: SELECT 1; SELECT 2");
}

TEST(StatementEnd, OfSqlite) {
    const TempFolder folder;
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((folder.path() + "/a.db").c_str(), &database), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(database, "CREATE TABLE t (a)", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
    const auto source =
        open_sqlite_source({{{"database", "a.db"}}, Secret(), folder.path()}).value();
    const auto describe = [&](const std::string& text) { return statement_of(*source, text); };
    expect_statements(common(), describe);
    expect_statements(kQuotedNames, describe);
    expect_statements(
        {{"SELECT [a] FROM (SELECT 1 AS [a]) ; -- ]", "SELECT [a] FROM (SELECT 1 AS [a]) "},
         {"SELECT a FROM t WHERE a = $v; -- ;", "SELECT a FROM t WHERE a = $v"}},
        describe);
    for (const char* text : {"SELECT 1; SELECT 2; -- x", "SELECT 1;; SELECT 2", "SELECT 1; ; x"})
        EXPECT_EQ(describe(text), "query_refused: " + std::string(text));
}

}  // namespace
}  // namespace casement::data
