// Against a real MariaDB.
#include "data/source_types.h"
#include "data_test_support.h"
#include "schema_text.h"
#include "support/eventually.h"
#include "support/mariadb.h"
#include "support/temp_dir.h"

#include <thread>

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace casement::data {
namespace {

using namespace std::chrono_literals;

constexpr const char* kEndless =
    "SELECT COUNT(*) FROM numbers a, numbers b, numbers c, numbers d, numbers e";

class Mysql : public ::testing::Test {
  protected:
    static void SetUpTestSuite() {
        server_ = new test::MariaDb();
        for (const auto* sql :
             {"CREATE DATABASE shop CHARACTER SET utf8mb4",
              "CREATE USER reader@localhost IDENTIFIED BY 'marked-password'",
              "GRANT ALL ON shop.* TO reader@localhost",
              "CREATE TABLE shop.people (id BIGINT PRIMARY KEY, name VARCHAR(100), city "
              "VARCHAR(50), age INT, born DATETIME(6))",
              "INSERT INTO shop.people VALUES (1, 'Ada', 'London', 36, '1815-12-10 00:00:00'), "
              "(2, 'Kurt', 'Brno', 71, '1906-04-28 12:30:00.123456'), "
              "(3, 'Emmy', 'Erlangen', 53, NULL)",
              "CREATE TABLE shop.numbers AS SELECT seq AS n FROM shop.seq_1_to_200",
              "CREATE FUNCTION shop.writes() RETURNS INT MODIFIES SQL DATA BEGIN "
              "INSERT INTO shop.people VALUES (9, 'x', 'x', 1, NULL); RETURN 1; END"}) {
            server_->execute(sql);
        }
    }
    static void TearDownTestSuite() {
        delete server_;
        server_ = nullptr;
    }

    static SourceSettings settings(const std::string& password = "marked-password") {
        return {{{"socket", server_->socket()}, {"database", "shop"}, {"user", "reader"}},
                Secret(password),
                ""};
    }
    void SetUp() override {
        auto opened = open_mysql_source(settings());
        ASSERT_TRUE(opened.has_value()) << opened.error().message;
        source_ = std::move(*opened);
    }
    std::string values(const std::string& expression) {
        return first_column(*source_, query_of("SELECT " + expression));
    }
    std::string exact(const std::string& expression) {
        return exact_digits(*source_, query_of("SELECT " + expression));
    }

    static test::MariaDb* server_;
    std::unique_ptr<Source> source_;
};
test::MariaDb* Mysql::server_ = nullptr;

TEST_F(Mysql, TellsTheTablesOfItsDatabaseAndNoOthers) {
    EXPECT_EQ(schema_text(*source_),
              "numbers(n bigint(20) unsigned); people(id bigint(20), name varchar(100), city "
              "varchar(50), age int(11), born datetime(6))");
    // What our own question may read stays closed to queries, on the same connection too.
    EXPECT_EQ(first_column(*source_, query_of("SELECT TABLE_NAME FROM information_schema.TABLES")),
              "query_refused");
    EXPECT_EQ(values("1"), "[1]");
}

TEST_F(Mysql, AnswersWithBoundValues) {
    EXPECT_EQ(answer(*source_, query_of("SELECT name, age FROM people WHERE city = $city OR age > "
                                        "$age ORDER BY id",
                                        {{"city", Scalar(std::string("London"))},
                                         {"age", Scalar(std::int64_t{60})}})),
              R"({"columns":[{"name":"name","type":"text","values":["Ada","Kurt"]},)"
              R"({"name":"age","type":"number","values":[36,71]}],"rows":2,"truncated":false})");
    const auto named = [&](Value city) {
        return first_column(*source_, query_of("SELECT name FROM people WHERE city IN ($city) "
                                               "ORDER BY id",
                                               {{"city", std::move(city)}}));
    };
    EXPECT_EQ(
        named(std::vector<Scalar>{Scalar(std::string("Brno")), Scalar(std::string("London"))}),
        R"(["Ada","Kurt"])");
    EXPECT_EQ(named(std::vector<Scalar>{}), "[]");
    EXPECT_EQ(named(Scalar(std::string("') OR 1=1 -- "))), "[]");
    EXPECT_EQ(named(Scalar(std::string("\\' OR 1=1 -- "))), "[]");
    EXPECT_EQ(first_column(*source_, query_of("SELECT name FROM people WHERE born >= $from",
                                              {{"from", Scalar(Time{})}})),
              "[]");
}

TEST_F(Mysql, ReadsEveryTypeExactly) {
    EXPECT_EQ(values("CAST(9007199254740993 AS SIGNED)"), "[9007199254740992]");
    EXPECT_EQ(exact("CAST(9007199254740993 AS SIGNED)"), "9007199254740993");
    EXPECT_EQ(exact("CAST(18446744073709551615 AS UNSIGNED)"), "18446744073709551615");
    EXPECT_EQ(exact("CAST(-9223372036854775808 AS SIGNED)"), "-9223372036854775808");
    EXPECT_EQ(exact("CAST('12345678901234567890.1234' AS DECIMAL(30,4))"),
              "12345678901234567890.1234");
    EXPECT_EQ(values("CAST('12.50' AS DECIMAL(10,2))"), "[12.5]");
    EXPECT_EQ(exact("CAST('12.50' AS DECIMAL(10,2))"), "");
    EXPECT_EQ(values("CAST(0.1 AS DOUBLE)"), "[0.1]");
    EXPECT_EQ(values("CAST(0.1 AS FLOAT)"), "[0.1]");
    EXPECT_EQ(values("TIMESTAMP'2001-01-01 00:00:00.123456'"), "[978307200123.456]");
    EXPECT_EQ(values("DATE'2001-01-01'"), "[978307200000]");
    EXPECT_EQ(values("FROM_UNIXTIME(978307200)"), "[978307200000]") << "times are UTC";
    EXPECT_EQ(values("TIME'13:05:09.25'"), R"(["13:05:09.25"])");
    EXPECT_EQ(values("b'1'"), R"(["01"])") << "a literal is bytes";
    EXPECT_EQ(values("NULL"), "[null]");
    EXPECT_EQ(values("JSON_OBJECT('a', 1)"), R"(["{\"a\": 1}"])");
    EXPECT_EQ(values("'é😀\"'"), "[\"é😀\\\"\"]");
    EXPECT_EQ(values("CAST('ab' AS BINARY)"), R"(["6162"])");
    EXPECT_EQ(values("REPEAT('x', 1000)"), "[\"" + std::string(1000, 'x') + "\"]");
    EXPECT_EQ(values("name FROM people ORDER BY id"), R"(["Ada","Kurt","Emmy"])");
    EXPECT_EQ(values("born FROM people ORDER BY id"), "[-4861728000000,-2009532599876.544,null]");
}

TEST_F(Mysql, CutsAtTheRowLimit) {
    auto query = query_of("SELECT n FROM numbers ORDER BY n");
    query.limits.rows = 3;
    EXPECT_EQ(
        answer(*source_, query),
        R"({"columns":[{"name":"n","type":"number","values":[1,2,3]}],"rows":3,)"
        R"("truncated":true,"notice":"Only the first 3 rows are here: the query has more."})");
    query.text += " LIMIT 100";
    EXPECT_EQ(first_column(*source_, query), "[1,2,3]") << "the query's own limit is larger";
    query.limits.bytes = 3;
    EXPECT_EQ(first_column(*source_, query), "query_too_large");
    EXPECT_EQ(values("1"), "[1]");
}

TEST_F(Mysql, OnlyReads) {
    EXPECT_EQ(values("writes()"), "query_refused");
    EXPECT_EQ(server_->execute("SELECT COUNT(*) FROM shop.people"), "3");
    EXPECT_EQ(values("1; DROP TABLE people"), "query_refused");
    EXPECT_EQ(values("1 INTO OUTFILE '/x'"), "query_refused");
    EXPECT_EQ(values("'a\\'b'"), R"(["a'b"])") << "backslashes escape, as the reader believes";
    EXPECT_EQ(values("\"a\""), R"(["a"])");
}

TEST_F(Mysql, StopsWhenItsTimeIsOverAndWhenNobodyWaits) {
    auto query = query_of(kEndless);
    query.limits.time = 300ms;
    EXPECT_EQ(first_column(*source_, query), "query_timeout");
    const auto nothing_runs = [&] {
        return server_->execute(
                   "SELECT COUNT(*) FROM information_schema.processlist WHERE user = "
                   "'reader' AND info LIKE '%numbers%'") == "0";
    };
    EXPECT_TRUE(test::eventually(nothing_runs));
    query.limits.time = 60s;
    Cancellation cancellation;
    std::thread viewer([&] {
        EXPECT_TRUE(test::eventually([&] { return !nothing_runs(); }));
        cancellation.cancel();
    });
    const auto stopped = source_->run(query, cancellation);
    viewer.join();
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, "query_cancelled");
    EXPECT_TRUE(test::eventually(nothing_runs)) << "the server has ended it too";
    EXPECT_EQ(values("1"), "[1]");
}

TEST_F(Mysql, SaysWhatIsWrongWithoutTheSecret) {
    const Cancellation never;
    EXPECT_TRUE(source_->check(never).has_value());
    auto wrong = open_mysql_source(settings("another-secret"));
    ASSERT_TRUE(wrong.has_value());
    const auto said = (*wrong)->check(never);
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error().code, "source_unavailable");
    EXPECT_NE(said.error().message.find("Access denied"), std::string::npos)
        << said.error().message;
    EXPECT_EQ(said.error().message.find("another-secret"), std::string::npos);
    const auto answered = answer(**wrong, query_of("SELECT 1"));
    EXPECT_EQ(answered, "source_unavailable: The database server does not answer at the moment.");
}

TEST_F(Mysql, GoesOnWhenTheServerHasDroppedItsConnections) {
    EXPECT_EQ(values("1"), "[1]");
    server_->execute("KILL USER reader@localhost");
    EXPECT_EQ(values("2"), "[2]");
}

TEST_F(Mysql, DescribesAndRefusesAScope) {
    const auto described =
        source_->describe("SELECT name, age FROM people WHERE city IN ($city) AND age > $age");
    ASSERT_TRUE(described.has_value()) << described.error().message;
    EXPECT_EQ(described->parameters, (std::vector<std::string>{"city", "age"}));
    EXPECT_EQ(described->columns.at(1).type, ColumnType::number);
    EXPECT_EQ(source_->describe("DROP TABLE people").error().code, "query_refused");
    auto query = query_of("SELECT 1");
    query.scope = make_scope("m", {{"people", {}}});
    EXPECT_EQ(first_column(*source_, query), "query_refused");
    EXPECT_EQ(ScopeProver::create("mysql").error().code, "scope_not_provable");
}

TEST(MysqlConnecting, AServerThatSaysNothingIsASlowOneToAQueryWhoseTimeIsOver) {
    const test::TempDir folder;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto path = folder / "silent";
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(listener, 8), 0);
    auto source = open_mysql_source(
        {{{"socket", path}, {"database", "shop"}, {"user", "reader"}}, Secret("p"), ""});
    ASSERT_TRUE(source) << source.error().message;
    auto query = query_of("SELECT 1");
    query.limits.time = 200ms;
    EXPECT_EQ(first_column(**source, query), "query_timeout");
    ::close(listener);
    EXPECT_EQ(first_column(**source, query), "source_unavailable") << "nobody listens";
}

TEST(MysqlSettings, AreChecked) {
    namespace json = boost::json;
    const auto field = [](const char* text) {
        const auto ok = check_source("mysql", json::parse(text).as_object());
        return ok ? std::string() : ok.error().field;
    };
    EXPECT_EQ(field(R"({"host":"db","database":"shop","user":"reader","max_concurrent":4})"), "");
    EXPECT_EQ(field(R"({"database":"shop","user":"reader"})"), "settings.host");
    EXPECT_EQ(field(R"({"host":"db","socket":"/s","database":"s","user":"r"})"), "settings.host");
    EXPECT_EQ(field(R"({"host":"db","user":"reader"})"), "settings.database");
    EXPECT_EQ(field(R"({"host":"db","database":"s","user":"r","tls":"maybe"})"), "settings.tls");
    EXPECT_EQ(field(R"({"host":"db","database":"s","user":"r","password":"x"})"),
              "settings.password");
    EXPECT_EQ(field(R"({"host":"db","database":"s","user":"r","max_concurrent":0})"),
              "settings.max_concurrent");
}

}  // namespace
}  // namespace casement::data
