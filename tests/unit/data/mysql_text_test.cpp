// What a text for MySQL may not say, and how it is cut at its values.
#include "data/mysql_text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::data {
namespace {

std::string code_of(const std::string& text) {
    const auto read = MysqlText::read(text);
    return read ? "" : std::string(read.error().code);
}

std::string rendered(const std::string& text, const std::map<std::string, Value>& values) {
    const auto read = MysqlText::read(text);
    if (!read) return read.error().message;
    const auto statement = render(*read, values);
    if (!statement) return std::string(statement.error().code);
    return statement->text + " / " + std::to_string(statement->values.size());
}

TEST(MysqlText, ShutsEveryDoor) {
    const std::vector<std::string> closed = {
        "DROP TABLE t",
        "SHOW GRANTS",
        "SET @x = 1",
        "CALL p()",
        "TABLE t",
        "EXPLAIN SELECT 1",
        "SELECT 1; SELECT 2",
        "SELECT 1; -- x\nDROP TABLE t",
        "SELECT 1 INTO OUTFILE '/x'",
        "SELECT 1 INTO DUMPFILE '/x'",
        "SELECT 1.INTO OUTFILE '/x'",
        "SELECT 1e5into OUTFILE '/x'",
        "SELECT 1.e5into OUTFILE '/x'",
        "SELECT .5into OUTFILE '/x'",
        "SELECT 0x41into OUTFILE '/x'",
        "SELECT * FROM t/**/INTO/**/OUTFILE '/x'",
        "SELECT * FROM t INTO @a",
        "SELECT a FROM t FOR UPDATE",
        "SELECT a FROM t FOR/**/SHARE",
        "SELECT a FROM t LOCK IN SHARE MODE",
        "SELECT LOAD_FILE('/etc/passwd')",
        "SELECT load_file  ('/x')",
        "SELECT `load_file`('/x')",
        "SELECT /**/LOAD_FILE/**/('/x')",
        "SELECT USER()",
        "SELECT user ()",
        "SELECT CURRENT_USER",
        "SELECT current_user()",
        "SELECT SESSION_USER()",
        "SELECT SYSTEM_USER()",
        "SELECT CURRENT_ROLE",
        "SELECT SLEEP(1)",
        "SELECT `sleep`(1)",
        "SELECT BENCHMARK(1, 1)",
        "SELECT GET_LOCK('a', 1)",
        "SELECT @@version",
        "SELECT @a := 1",
        "SELECT /*! 1, */ 2",
        "SELECT /*!50000 SLEEP(1) */",
        "SELECT /*M!100000 SLEEP(1) */",
        "SELECT /*+ MAX_EXECUTION_TIME(0) */ 1",
        "SELECT /* /* */ */ 1",
        "SELECT * FROM mysql.user",
        "SELECT * FROM `mysql`.user",
        "SELECT * FROM mysql . user",
        "SELECT * FROM information_schema.processlist",
        "SELECT * FROM performance_schema.threads",
        "SELECT NEXT VALUE FOR s",
        "SELECT NEXTVAL(s)",
        "WITH a AS (SELECT 1) DELETE FROM t",
        "WITH a AS (SELECT 1) UPDATE t SET a = 1",
        "SELECT a FROM t WHERE a = ?",
        "SELECT $1",
        "SELECT $",
        "SELECT $a$b",
        "SELECT $é",
        "SELECT 'a' ; x",
        "SELECT 1 \x01",
        "SELECT --\x7f\n 1",
        "(DELETE FROM t)",
        "1",
    };
    for (const auto& text : closed)
        EXPECT_EQ(code_of(text), "query_refused") << text;
    for (const auto* text : {"", "   ", "-- x", "SELECT 'a", "SELECT \"a", "SELECT `a", "SELECT (1",
                             "SELECT 1)", "SELECT /* 1", "SELECT 'a\\'"}) {
        EXPECT_EQ(code_of(text), "query_invalid") << text;
    }
    EXPECT_EQ(code_of(std::string("SELECT '\0'", 10)), "query_refused");
    EXPECT_EQ(code_of("SELECT '\xff'"), "query_refused");
}

TEST(MysqlText, LeavesWhatOnlyLooksLikeADoor) {
    for (const auto* text :
         {"SELECT 'INTO OUTFILE; DROP TABLE t -- $x ? @@version /*! */'", "SELECT \"a;b\"",
          "SELECT `into`, `delete` FROM `user` WHERE user = 'x'", "SELECT 1--1", "SELECT 1 -- 'x\n",
          "SELECT 1 # ;'\n", "SELECT 'it''s', 'it\\'s; SLEEP(1)'", "SELECT 1;", "SELECT 1 ; -- end",
          "  (SELECT 1) UNION (SELECT 2)", "WITH a AS (SELECT 1 AS x) SELECT x FROM a",
          "SELECT 1.5, .5, 1e10, 1.5e-3, 0x41, t.a FROM t", "SELECT a$b FROM t",
          "SELECT REPLACE(a, 'x', 'y'), VERSION() FROM t /* plain */", "SELECT Größe FROM t"}) {
        EXPECT_EQ(code_of(text), "") << text;
    }
}

TEST(MysqlText, PutsAQuestionMarkWhereAValueGoes) {
    const std::map<std::string, Value> values = {
        {"a", Scalar(std::string("x"))},
        {"list", std::vector<Scalar>{Scalar(std::int64_t{1}), Scalar(std::int64_t{2})}},
        {"none", std::vector<Scalar>{}}};
    EXPECT_EQ(rendered("SELECT * FROM t WHERE a = $a AND b=$a;", values),
              "SELECT * FROM t WHERE a = ? AND b=? / 2");
    EXPECT_EQ(rendered("SELECT '$a', `$a` FROM t -- $a", values),
              "SELECT '$a', `$a` FROM t -- $a / 0");
    EXPECT_EQ(rendered("SELECT a IN ($list)", values), "SELECT a IN (?,?) / 2");
    EXPECT_EQ(rendered("SELECT a IN ( /**/ $a , $list )", values),
              "SELECT a IN ( /**/ ? , ?,? ) / 3");
    EXPECT_EQ(rendered("SELECT a IN ($none)", values), "SELECT a IN (NULL) / 0");
    for (const auto* text : {"SELECT $list", "SELECT a = $list", "SELECT a IN ($list + 1)",
                             "SELECT a IN (1 + $list)", "SELECT f($list)", "SELECT a IN (f($list))",
                             "SELECT a IN (SELECT $list)", "SELECT $nobody"}) {
        EXPECT_EQ(rendered(text, values), "query_invalid") << text;
    }
}

TEST(MysqlText, BindsOnlyNamesThatTheCacheKeyHolds) {
    EXPECT_TRUE(rc::check([](const std::string& noise) {
        const std::string text = "SELECT " + noise + " $name $b";
        const auto read = MysqlText::read(text);
        if (!read) return;
        const auto named = named_parameters(text);
        for (const auto& place : read->places)
            RC_ASSERT(named.contains(place.name));
        RC_ASSERT(read->parts.size() == read->places.size() + 1);
    }));
}

}  // namespace
}  // namespace casement::data
