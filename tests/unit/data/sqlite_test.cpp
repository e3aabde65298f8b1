// A source over an SQLite file: values, doors, limits, and rows of two tenants under a scope.
#include "data/source_types.h"
#include "data/sqlite_text.h"
#include "data_test_support.h"
#include "schema_text.h"
#include "support/fuzzing.h"

#include <random>
#include <thread>

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <sqlite3.h>

namespace casement::data {
namespace {

using namespace std::chrono_literals;

constexpr const char* kWorld = R"(
CREATE TABLE people (name TEXT, city TEXT, age INTEGER, born DATETIME, seen TIMESTAMP, ok BOOLEAN);
INSERT INTO people VALUES ('Ada', 'London', 36, '1815-12-10', 978307200, 1),
    ('Kurt', 'Brno', 71, '1906-04-28 12:30:00.123', 978307200123, 0),
    ('Emmy', 'Erlangen', 53, NULL, '2001-01-01T01:00:00+01:00', NULL);
CREATE VIEW everyone AS SELECT * FROM people;
CREATE TABLE orders (tenant TEXT, id INTEGER, note TEXT, amount REAL, at TEXT);
CREATE TABLE countries (code TEXT, title TEXT);
INSERT INTO countries VALUES ('se', 'Sweden'), ('br', 'Brazil');
CREATE TABLE secrets (word TEXT, number INTEGER);
INSERT INTO secrets VALUES ('MARK-SECRET', 77779);
CREATE VIEW all_orders AS SELECT * FROM orders;
CREATE INDEX by_tenant ON orders (tenant);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 49)
INSERT INTO orders SELECT 'acme', i, 'acme-' || i, i % 10, '2026-01-01 00:00:' || printf('%02d', i)
    FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 49)
INSERT INTO orders SELECT 'globex', 77770000 + i, 'MARK-' || i, 777700 + i,
    '2026-01-01 00:00:' || printf('%02d', i) FROM n;
INSERT INTO orders VALUES ('Acme', 77771, 'MARK-CASE', 77771, 'x'),
    ('acme ', 77772, 'MARK-SPACE', 77772, 'x'), (NULL, 77773, 'MARK-NULL', 77773, 'x');
)";

class Sqlite : public ::testing::Test {
  protected:
    void SetUp() override {
        change(kWorld);
        auto opened = open_sqlite_source({{{"database", "world.db"}}, Secret(), folder_.path()});
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        source_ = std::move(*opened);
    }
    void change(const std::string& sql) {
        sqlite3* database = nullptr;
        ASSERT_EQ(sqlite3_open((folder_.path() + "/world.db").c_str(), &database), SQLITE_OK);
        char* wrong = nullptr;
        EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &wrong), SQLITE_OK)
            << wrong;
        sqlite3_free(wrong);
        sqlite3_close(database);
    }
    std::string values(const std::string& expression) {
        return first_column(*source_, query_of("SELECT " + expression));
    }
    std::string scoped(const std::string& text, const ScopePtr& scope) {
        auto query = query_of(text, {{"v", Scalar(std::string("globex"))}});
        query.scope = scope;
        query.limits.time = 2s;
        return answer(*source_, query);
    }

    TempFolder folder_;
    std::unique_ptr<Source> source_;
};

ScopePtr acme() {
    return make_scope("sales", {{"orders", {{"tenant", RowFilter::Type::text, {"acme"}}}, {}},
                                {"countries", {}, {}}});
}

TEST_F(Sqlite, TellsItsTablesAndViewsAndStaysClosedToQueries) {
    change("CREATE VIEW broken AS SELECT gone FROM nowhere; CREATE TABLE \"odd \"\"name\" (x)");
    EXPECT_EQ(schema_text(*source_),
              "all_orders(tenant TEXT, id INTEGER, note TEXT, amount REAL, at TEXT); "
              "countries(code TEXT, title TEXT); "
              "everyone(name TEXT, city TEXT, age INTEGER, born DATETIME, seen TIMESTAMP, ok "
              "BOOLEAN); "
              "odd \"name(x ); "
              "orders(tenant TEXT, id INTEGER, note TEXT, amount REAL, at TEXT); "
              "people(name TEXT, city TEXT, age INTEGER, born DATETIME, seen TIMESTAMP, ok "
              "BOOLEAN); "
              "secrets(word TEXT, number INTEGER)");
    EXPECT_EQ(first_column(*source_, query_of("SELECT name FROM sqlite_master")), "query_refused");
    EXPECT_EQ(first_column(*source_, query_of("SELECT name FROM pragma_table_xinfo('people')")),
              "query_refused");
    EXPECT_EQ(values("1"), "[1]");
}

TEST_F(Sqlite, ReadsValuesAsTheyAre) {
    EXPECT_EQ(values("9007199254740993"), "[9007199254740992]");
    EXPECT_EQ(exact_digits(*source_, query_of("SELECT 9007199254740993")), "9007199254740993");
    EXPECT_EQ(values("0.1"), "[0.1]");
    EXPECT_EQ(values("NULL"), "[null]");
    EXPECT_EQ(values("'é\"'"), "[\"é\\\"\"]");
    EXPECT_EQ(values("x'ab00'"), R"(["ab00"])");
    EXPECT_EQ(values("age FROM people"), "[36,71,53]");
    EXPECT_EQ(values("born FROM people"), "[-4861728000000,-2009532599877,null]");
    EXPECT_EQ(values("seen FROM people"), "[978307200000,978307200123,978307200000]");
    EXPECT_EQ(values("ok FROM people"), "[true,false,null]");
    EXPECT_EQ(values("datetime(1, 'unixepoch') AS time"), "[1000]");
    EXPECT_EQ(values("datetime(1, 'unixepoch') AS t"), R"(["1970-01-01 00:00:01"])");
    EXPECT_EQ(values("column1 FROM (VALUES (1), ('a'), (2.5))"), R"(["1","a","2.5"])");
}

TEST_F(Sqlite, BindsValues) {
    const auto named = [&](const std::string& where, Value city) {
        return first_column(*source_, query_of("SELECT name FROM people WHERE " + where,
                                               {{"city", std::move(city)}}));
    };
    const std::vector<Scalar> two = {Scalar(std::string("Brno")), Scalar(std::string("London"))};
    EXPECT_EQ(named("city = $city", Scalar(std::string("Brno"))), R"(["Kurt"])");
    EXPECT_EQ(named("city = $city", Scalar(std::string("' OR 1=1 --"))), "[]");
    EXPECT_EQ(named("city IN ($city)", two), R"(["Ada","Kurt"])");
    EXPECT_EQ(named("city in(  $city )", two), R"(["Ada","Kurt"])");
    EXPECT_EQ(named("city IN (SELECT value FROM json_each($city))", two), R"(["Ada","Kurt"])");
    EXPECT_EQ(named("city IN ($city)", Scalar(std::string("Brno"))), R"(["Kurt"])");
    EXPECT_EQ(named("city IN ($city)", std::vector<Scalar>{}), "[]");
    EXPECT_EQ(named("age IN ($city)", std::vector<Scalar>{Scalar(std::int64_t{71})}),
              R"(["Kurt"])");
    EXPECT_EQ(named("'IN ($city)' <> '' AND city IN ($city)", two), R"(["Ada","Kurt"])");
    EXPECT_EQ(named("born < $city", Scalar(Time{})), R"(["Ada","Kurt"])");
    EXPECT_EQ(named("city = $nobody", two), "query_invalid");
    for (const auto* spelled :
         {"city = ?", "city = :city", "city = @city", "city = $city::x", "city = ?1"}) {
        EXPECT_EQ(named(spelled, two), "query_refused") << spelled;
    }
}

TEST_F(Sqlite, ShutsEveryDoor) {
    const std::vector<std::string> closed = {
        "INSERT INTO people VALUES (1,1,1,1,1,1)",
        "DELETE FROM people",
        "DROP TABLE people",
        "CREATE TEMP TABLE x (a)",
        "ATTACH 'other.db' AS o",
        "PRAGMA table_info(people)",
        "SELECT * FROM pragma_table_info('people')",
        "SELECT * FROM pragma_database_list",
        "SELECT * FROM sqlite_master",
        "SELECT * FROM sqlite_schema",
        "SELECT count(*) FROM sqlite_master",
        "SELECT count(*) FROM main.sqlite_master",
        "SELECT * FROM sqlite_temp_master",
        "SELECT * FROM dbstat",
        "SELECT load_extension('x')",
        "SELECT readfile('/etc/passwd')",
        "SELECT writefile('/x', 'y')",
        "SELECT fts3_tokenizer('x')",
        "SELECT sqlite_version()",
        "SELECT sqlite_compileoption_get(1)",
        "SELECT last_insert_rowid()",
        "EXPLAIN SELECT 1",
        "EXPLAIN QUERY PLAN SELECT * FROM people",
        "BEGIN",
        "VACUUM INTO 'x'",
        "ANALYZE",
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE people",
        "-- nothing",
    };
    for (const auto& text : closed) {
        const auto said = first_column(*source_, query_of(text));
        EXPECT_TRUE(said == "query_refused" || said == "query_invalid") << text << ": " << said;
    }
    EXPECT_EQ(values("\"London\""), "query_invalid") << "a name is not a text";
    EXPECT_EQ(values("count(*) FROM people; -- end"), "[3]");
    EXPECT_EQ(values("count(*) FROM everyone"), "[3]");
}

TEST_F(Sqlite, KeepsItsLimits) {
    auto endless = query_of(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n) "
        "SELECT count(*) FROM n");
    endless.limits.time = 100ms;
    EXPECT_EQ(first_column(*source_, endless), "query_timeout");
    endless.limits.time = 60s;
    Cancellation cancellation;
    std::thread viewer([&] { cancellation.cancel(); });
    const auto stopped = source_->run(endless, cancellation);
    viewer.join();
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, "query_cancelled");
    auto many = query_of("SELECT id FROM orders WHERE tenant = 'acme' ORDER BY id");
    many.limits.rows = 2;
    EXPECT_NE(answer(*source_, many).find("\"values\":[0,1]}],\"rows\":2,\"truncated\":true"),
              std::string::npos);
    many.limits.bytes = 3;
    EXPECT_EQ(first_column(*source_, many), "query_too_large");
    EXPECT_EQ(values("length(zeroblob(100000000))"), "query_too_large");
}

TEST_F(Sqlite, SeesWhatIsWritten) {
    const auto before = source_->data_version();
    EXPECT_EQ(values("count(*) FROM people"), "[3]");
    EXPECT_EQ(source_->data_version(), before);
    change(
        "INSERT INTO people (name) VALUES ('Sofia'); CREATE TABLE later (a); "
        "INSERT INTO later VALUES (7)");
    EXPECT_NE(source_->data_version(), before);
    EXPECT_EQ(values("count(*) FROM people"), "[4]");
    EXPECT_EQ(values("a FROM later"), "[7]");
    std::filesystem::remove(folder_.path() + "/world.db");
    EXPECT_EQ(values("1"), "source_unavailable");
    const Cancellation never;
    EXPECT_EQ(source_->check(never).error().code, "source_unavailable");
}

TEST_F(Sqlite, ShowsTheRowsOfAScopeOnly) {
    EXPECT_NE(scoped("SELECT count(*), min(tenant), max(note) FROM orders", acme())
                  .find("\"values\":[50]"),
              std::string::npos);
    EXPECT_NE(scoped("SELECT 1 FROM countries", acme()).find("\"rows\":2"), std::string::npos);
    EXPECT_NE(scoped("WITH a AS (SELECT * FROM ORDERS o WHERE o.id > 5) SELECT count(*) FROM a "
                     "JOIN countries",
                     acme())
                  .find("[88]"),
              std::string::npos);
    const std::vector<std::string> attacks = {
        "SELECT * FROM secrets",
        "SELECT count(*) FROM secrets",
        "SELECT 1 FROM secrets",
        "SELECT EXISTS (SELECT 1 FROM secrets)",
        "SELECT * FROM main.orders",
        "SELECT count(*) FROM main.orders",
        "SELECT 1 FROM main.orders",
        "SELECT rowid FROM main.orders",
        "SELECT * FROM all_orders",
        "SELECT * FROM people",
        "WITH orders AS (SELECT * FROM main.orders) SELECT * FROM orders",
        "WITH orders AS (SELECT * FROM secrets) SELECT * FROM orders",
        "WITH casement_ AS (SELECT * FROM main.orders) SELECT * FROM casement_",
        "SELECT * FROM orders WHERE (SELECT count(*) FROM main.orders) > 0",
        "SELECT * FROM sqlite_temp_master",
        "SELECT * FROM temp.sqlite_master",
        "SELECT * FROM sqlite_temp_schema",
        "SELECT * FROM pragma_table_list",
        "SELECT * FROM pragma_table_xinfo('orders')",
        "SELECT * FROM orders UNION ALL SELECT * FROM main.orders",
        "SELECT * FROM orders NATURAL JOIN main.orders",
        "SELECT (SELECT max(word) FROM secrets)",
        "SELECT 1 FROM (SELECT 'MARK-1' AS note) NATURAL JOIN main.orders",
        "SELECT 1 FROM (SELECT 'MARK-SECRET' AS word) NATURAL JOIN secrets",
        "SELECT 1 FROM (SELECT 'MARK-SECRET' AS word) JOIN secrets USING (word)",
    };
    for (const auto& text : attacks)
        EXPECT_TRUE(scoped(text, acme()).starts_with("query_")) << text << scoped(text, acme());
    EXPECT_TRUE(scoped("SELECT abs(note) FROM orders WHERE json_extract(note, '$') = 1", acme())
                    .starts_with("query_invalid: The query failed on the data."));
    EXPECT_EQ(scoped("SELECT count(*) FROM orders WHERE CASE WHEN tenant <> 'acme' THEN "
                     "json_extract('{' || note, '$') ELSE 1 END",
                     acme())
                  .substr(0, 10),
              "{\"columns\"")
        << "what is written is not worked out on rows outside of the scope";
}

TEST_F(Sqlite, NarrowsByTypeRangeAndCoversColumns) {
    using Kind = RowFilter::Kind;
    using Type = RowFilter::Type;
    const auto count = [&](RowFilter filter) {
        const auto said = scoped("SELECT count(*) FROM orders",
                                 make_scope("m", {{"orders", {std::move(filter)}, {}}}));
        const auto start = said.find("\"values\":[") + 10;
        return said.starts_with("{") ? said.substr(start, said.find(']') - start) : said;
    };
    EXPECT_EQ(count({"id", Type::number, {"1", "2", "x", ""}, Kind::one_of}), "2");
    EXPECT_EQ(count({"id", Type::number, {}, Kind::one_of}), "0");
    EXPECT_EQ(count({"id", Type::text, {"1"}, Kind::one_of}), "0") << "a number is no text";
    EXPECT_EQ(count({"id", Type::number, {"10", "12"}, Kind::range}), "3");
    EXPECT_EQ(count({"id", Type::number, {"", "2"}, Kind::range}), "3");
    EXPECT_EQ(count({"id", Type::number, {"x", "2"}, Kind::range}), "0");
    EXPECT_EQ(count({"id", Type::number, {"1"}, Kind::range}), "0");
    EXPECT_EQ(count({"tenant", Type::text, {"acme", "acme"}, Kind::range}), "50");
    EXPECT_EQ(count({"tenant", Type::text, {"ACME"}, Kind::one_of}), "0");
    EXPECT_EQ(
        count({"at", Type::time, {"2026-01-01T00:00:10Z", "2026-01-01 00:00:12"}, Kind::range}),
        "6");
    EXPECT_EQ(count({"at", Type::time, {"2026-01-01T01:00:10+01:00"}, Kind::one_of}), "2");
    EXPECT_TRUE(count({"nothing", Type::text, {"a"}, Kind::one_of}).starts_with("model_unusable"));
    EXPECT_TRUE(
        scoped("SELECT 1", make_scope("m", {{"all_orders", {}, {}}})).starts_with("model_unusable"))
        << "a view reads what it likes";
    using How = CoveredColumn::How;
    const auto covered = make_scope(
        "m", {{"orders",
               {{"tenant", Type::text, {"acme"}, Kind::one_of}},
               {{"tenant", How::hidden}, {"note", How::as_text}, {"amount", How::as_null}}}});
    EXPECT_EQ(scoped("SELECT * FROM orders ORDER BY id LIMIT 1", covered),
              R"({"columns":[{"name":"id","type":"number","values":[0]},)"
              R"({"name":"note","type":"text","values":["***"]},)"
              R"({"name":"amount","type":"text","values":[null]},)"
              R"({"name":"at","type":"text","values":["2026-01-01 00:00:00"]}],)"
              R"("rows":1,"truncated":false})");
    EXPECT_TRUE(scoped("SELECT tenant FROM orders", covered).starts_with("query_invalid"));
}

TEST(SqliteProver, ProvesWithoutTheDatabase) {
    auto prover = sqlite_prover();
    ASSERT_TRUE(prover.has_value());
    const auto proof = [&](const std::string& text) {
        const auto ok = (*prover)->prove(text, "sales", {"orders", "Countries"});
        return ok ? std::string() : std::string(ok.error().code);
    };
    for (const auto* text :
         {"SELECT * FROM orders",
          "SELECT note, sum(amount) FROM orders WHERE at >= $from GROUP BY 1",
          "SELECT o.note, c.title FROM orders o JOIN countries c ON o.code = c.code",
          "SELECT note, title FROM orders JOIN countries USING (code)",
          "WITH a AS (SELECT id FROM orders) SELECT id FROM a WHERE id IN ($ids)"}) {
        EXPECT_EQ(proof(text), "") << text;
    }
    for (const auto* text :
         {"SELECT * FROM secrets", "SELECT * FROM main.orders",
          "WITH orders AS (SELECT * FROM main.orders) SELECT * FROM orders",
          "SELECT note FROM orders UNION SELECT word FROM secrets", "SELECT * FROM sqlite_master",
          "SELECT load_extension('x')", "PRAGMA user_version", "SELECT 1; SELECT 2"}) {
        EXPECT_EQ(proof(text), "query_refused") << text;
    }
    EXPECT_EQ(proof("SELEC"), "query_invalid");
    EXPECT_EQ(proof("DELETE FROM orders"), "query_invalid") << "a view takes no changes";
}

/// Queries composed at random over names inside and outside of the scope.
class Grammar {
  public:
    explicit Grammar(std::uint64_t seed) : random_(seed) {}
    std::string query(int depth) {
        std::string text;
        if (depth > 0 && one_in(4)) {
            text += (one_in(2) ? "WITH RECURSIVE " : "WITH ") +
                    one_of({"orders", "a", "secrets", "casement_"}) + " AS (" + query(depth - 1) +
                    ") ";
        }
        text += "SELECT " + expressions(depth) + " FROM " + tables(depth);
        if (one_in(2)) text += " WHERE " + expression(depth) + " = " + expression(depth);
        if (one_in(6)) text += " GROUP BY 1";
        if (depth > 0 && one_in(6)) text += " UNION ALL " + query(depth - 1);
        if (one_in(6)) text += " LIMIT 5";
        return text;
    }

  private:
    std::string expressions(int depth) {
        if (one_in(2)) return "*";
        std::string text = expression(depth);
        while (one_in(3))
            text += ", " + expression(depth);
        return text;
    }
    std::string expression(int depth) {
        if (depth > 0 && one_in(5)) return "(" + query(depth - 1) + ")";
        if (depth > 0 && one_in(6)) return "EXISTS (" + query(depth - 1) + ")";
        return one_of({"note", "tenant", "id", "count(*)", "max(note)", "1", "$v", "o.note",
                       "orders.note", "main.orders.note", "word", "rowid", "group_concat(note)",
                       "title", "json_extract(note, '$')", "abs(-9223372036854775808)", "a.note",
                       "CASE WHEN tenant <> 'acme' THEN json(note) END", "temp.orders.id"});
    }
    std::string tables(int depth) {
        std::string text = table(depth);
        while (one_in(4))
            text += one_of({", ", " NATURAL JOIN ", " LEFT JOIN ", " CROSS JOIN "}) + table(depth);
        return text;
    }
    std::string table(int depth) {
        if (depth > 0 && one_in(5))
            return "(" + query(depth - 1) + ") AS " + one_of({"o", "orders"});
        return one_of({"orders", "orders", "orders AS o", "ORDERS", "\"orders\"", "countries",
                       "countries", "a", "temp.orders", "main.orders", "secrets", "main.secrets",
                       "all_orders", "sqlite_master", "json_each('[1,2]')", "people",
                       "orders INDEXED BY by_tenant", "pragma_table_list"});
    }
    bool one_in(std::uint64_t many) { return random_() % many == 0; }
    std::string one_of(const std::vector<std::string>& list) {
        return list[random_() % list.size()];
    }
    std::mt19937_64 random_;
};

TEST_F(Sqlite, NoQueryShowsAForeignRow) {
    test::Fuzzing fuzzing("ScopeFuzz, SQLite", 2000, 2);
    Grammar grammar(fuzzing.seed());
    while (fuzzing.next()) {
        const auto text = grammar.query(3);
        const auto said = scoped(text, acme());
        ASSERT_EQ(said.find("MARK"), std::string::npos) << fuzzing.said() << text << said;
        ASSERT_EQ(said.find("7777"), std::string::npos) << fuzzing.said() << text << said;
        if (said.starts_with("{")) fuzzing.checked();
    }
}

}  // namespace
}  // namespace casement::data
