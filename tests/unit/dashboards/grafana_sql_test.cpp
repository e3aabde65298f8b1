#include "dashboards/importers/grafana_sql.h"

#include "dashboards/dashboard.h"
#include "dashboards/importers/grafana_sql_lexer.h"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::dashboards {
namespace {

const std::vector<SqlVariable> kVariables = {{"host", false, ""},
                                             {"n", false, ""},
                                             {"hosts", true, ""},
                                             {"interval", false, "interval_1"},
                                             {"from", false, ""}};

std::string imported(std::string_view raw) {
    const auto result = import_sql(raw, kVariables);
    return result ? result->text : result.error().message;
}

struct Case {
    std::string_view raw;
    std::string_view expected;
};

void expect_all(std::initializer_list<Case> cases) {
    for (const auto& [raw, expected] : cases)
        EXPECT_EQ(imported(raw), expected) << raw;
}

TEST(GrafanaSql, BindsTheTimeRange) {
    expect_all({
        {"SELECT a FROM t WHERE $__timeFilter(ts)",
         "SELECT a FROM t WHERE (ts BETWEEN $from AND $to)"},
        {"SELECT a FROM t WHERE $__timeFilter( \"My Time\" )",
         "SELECT a FROM t WHERE (\"My Time\" BETWEEN $from AND $to)"},
        {"SELECT a FROM t WHERE $__timeFilter(to_timestamp(f(a, b)))",
         "SELECT a FROM t WHERE (to_timestamp(f(a, b)) BETWEEN $from AND $to)"},
        {"SELECT a FROM t WHERE ts >= $__timeFrom() AND ts < $__timeTo()",
         "SELECT a FROM t WHERE ts >= $from AND ts < $to"},
        {"SELECT $__time(ts), a FROM t", "SELECT ts AS \"time\", a FROM t"},
        {"SELECT a FROM t WHERE ms < $__to",
         "SELECT a FROM t WHERE ms < epoch_ms(CAST($to AS "
         "TIMESTAMP))"},
        {"SELECT a FROM t WHERE ts > '${__from:date}'",
         "SELECT a FROM t WHERE ts > strftime(CAST($from AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%gZ')"},
        {"SELECT a AT TIME ZONE '$__timezone' FROM t", "SELECT a AT TIME ZONE $timezone FROM t"},
        {"SELECT a FROM t WHERE s > $__unixEpochFrom()",
         "SELECT a FROM t WHERE s > CAST(floor(epoch(CAST($from AS TIMESTAMP))) AS BIGINT)"},
    });
}

TEST(GrafanaSql, MakesBucketsOfTimeGroups) {
    const std::string minute =
        "make_timestamp(CAST(floor((epoch(ts)) / 60) * 60 * 1000000 AS BIGINT))";
    const std::string chosen =
        "make_timestamp(CAST(floor((epoch(ts)) / epoch(CAST($interval AS INTERVAL))) * "
        "epoch(CAST($interval AS INTERVAL)) * 1000000 AS BIGINT))";
    const std::string named =
        "make_timestamp(CAST(floor((epoch(ts)) / epoch(CAST(replace($interval_1, 'M', 'mon') AS "
        "INTERVAL))) * epoch(CAST(replace($interval_1, 'M', 'mon') AS INTERVAL)) * 1000000 AS "
        "BIGINT))";
    expect_all({
        {"SELECT $__timeGroup(ts, '1m') AS time", "SELECT " + minute + " AS time"},
        {"SELECT $__timeGroup(ts,1m) AS time", "SELECT " + minute + " AS time"},
        {"SELECT $__timeGroup(ts, \"60s\") AS time", "SELECT " + minute + " AS time"},
        {"SELECT $__timeGroup(ts,'1m', 0) AS time", "SELECT " + minute + " AS time"},
        {"SELECT $__timeGroup(ts,'1m'), a", "SELECT " + minute + " AS \"time\", a"},
        {"SELECT $__timeGroupAlias(ts,'1m')", "SELECT " + minute + " AS \"time\""},
        {"SELECT a GROUP BY $__timeGroup(ts,'1m'), a", "SELECT a GROUP BY " + minute + ", a"},
        {"SELECT $__timeGroup(ts,$__interval) x", "SELECT " + chosen + " x"},
        {"SELECT $__timeGroup(ts,'$__interval') x", "SELECT " + chosen + " x"},
        {"SELECT $__timeGroup(ts,'${interval}') x", "SELECT " + named + " x"},
        {"SELECT $__timeGroup(ts,$interval) x", "SELECT " + named + " x"},
        // What a comment would swallow behind the argument.
        {"SELECT $__timeGroup(ts --x\n,'1m') x",
         "SELECT make_timestamp(CAST(floor((epoch(ts  )) / 60) * 60 * 1000000 AS BIGINT)) x"},
    });
    const auto filled = import_sql("SELECT $__timeGroup(ts, '1m', NULL) AS time", kVariables);
    ASSERT_TRUE(filled);
    ASSERT_EQ(filled->changes.size(), 1U);
    EXPECT_EQ(
        filled->changes[0],
        "Line 1: The macro's last argument, which fills gaps, was left out: a gap stays one.");
}

/// Both letters of "ms" count, and what is no length has none.
TEST(GrafanaSql, ReadsAWholeUnitWhereTheEngineReadsNoLengths) {
    const auto text = [](SqlFlavour flavour) {
        const auto made =
            import_sql("SELECT $__timeGroup(ts, '$interval') AS t", kVariables, flavour);
        return made ? made->text : made.error().message;
    };
    const std::string units =
        " WHEN 'ms' THEN 0.001 WHEN 's' THEN 1 WHEN 'm' THEN 60 WHEN 'h' THEN 3600 WHEN 'd' THEN "
        "86400 WHEN 'w' THEN 604800 WHEN 'M' THEN 2592000 WHEN 'y' THEN 31536000 END)";
    EXPECT_NE(text(SqlFlavour::mysql)
                  .find("(CAST($interval_1 AS SIGNED) * CASE BINARY SUBSTR($interval_1, "
                        "LENGTH(CAST($interval_1 AS SIGNED)) + 1)" +
                        units),
              std::string::npos)
        << text(SqlFlavour::mysql);
    EXPECT_NE(text(SqlFlavour::sqlite)
                  .find("max(1, CAST((CAST($interval_1 AS INTEGER) * CASE substr($interval_1, "
                        "length(CAST($interval_1 AS INTEGER)) + 1)" +
                        units + " AS INTEGER))"),
              std::string::npos)
        << text(SqlFlavour::sqlite);
}

TEST(GrafanaSql, WritesJsonAndRefusesWhatIsShownForAValue) {
    EXPECT_EQ(imported("SELECT '${host:json}'"), "SELECT $host");
    EXPECT_EQ(imported("SELECT '${hosts:json}'"), "SELECT CAST(to_json($hosts) AS VARCHAR)");
    const std::vector<SqlVariable> labelled = {{"id", false, "", true}};
    EXPECT_FALSE(import_sql("SELECT '${id:text}'", labelled));
    EXPECT_TRUE(import_sql("SELECT '${id}'", labelled));
    EXPECT_EQ(imported("SELECT '${host:text}'"), "SELECT $host");
}

TEST(GrafanaSql, BindsIntervalsWhereOneCanStand) {
    expect_all({
        {"SELECT time_bucket('$__interval', ts)",
         "SELECT time_bucket(CAST($interval AS INTERVAL), ts)"},
        {"SELECT time_bucket(INTERVAL '$__interval', ts)",
         "SELECT time_bucket(CAST($interval AS INTERVAL), ts)"},
        {"SELECT INTERVAL '${__interval_ms} milliseconds'",
         "SELECT CAST((epoch_ms(CAST($interval AS INTERVAL)) || ' milliseconds') AS interval)"},
        {"SELECT ts - interval '$n days'", "SELECT ts - CAST(($n || ' days') AS interval)"},
        {"SELECT ts - interval $n day", "SELECT ts - interval ($n) day"},
        {"SELECT ts - interval '$n' day", "SELECT ts - interval ($n) day"},
    });
}

TEST(GrafanaSql, BindsSingleValues) {
    expect_all({
        {"SELECT a FROM t WHERE id = $n", "SELECT a FROM t WHERE id = $n"},
        {"SELECT a FROM t WHERE id = ${n:raw}", "SELECT a FROM t WHERE id = $n"},
        {"SELECT a FROM t WHERE id = [[n]]", "SELECT a FROM t WHERE id = $n"},
        {"SELECT a FROM t WHERE h = '$host'", "SELECT a FROM t WHERE h = $host"},
        {"SELECT a FROM t WHERE h = '[[host]]'", "SELECT a FROM t WHERE h = $host"},
        {"SELECT a FROM t WHERE h = ${host:sqlstring}", "SELECT a FROM t WHERE h = $host"},
        {"SELECT a FROM t WHERE h LIKE '%$host%'",
         "SELECT a FROM t WHERE h LIKE ('%' || $host || '%')"},
        {"SELECT a FROM t WHERE h = 'it''s $host''s'",
         "SELECT a FROM t WHERE h = ('it''s ' || $host || '''s')"},
        {"SELECT a FROM t WHERE h = '$host-$n'", "SELECT a FROM t WHERE h = ($host || '-' || $n)"},
        {"SELECT a FROM t WHERE id IN ($n) AND h IN ('$host', 'x')",
         "SELECT a FROM t WHERE id IN ($n) AND h IN ($host, 'x')"},
        {"SELECT a FROM t WHERE v BETWEEN 0 AND $n", "SELECT a FROM t WHERE v BETWEEN 0 AND $n"},
        {"SELECT a FROM t LIMIT $n", "SELECT a FROM t LIMIT $n"},
        {"SELECT a * $n FROM t", "SELECT a * CAST($n AS DOUBLE) FROM t"},
        {"SELECT '$host' AS host", "SELECT $host AS host"},
        {"SELECT a FROM t WHERE d > date '$host'", "SELECT a FROM t WHERE d > CAST($host AS date)"},
    });
}

TEST(GrafanaSql, BindsListsWhereOneCanStand) {
    const std::string_view in = "SELECT a FROM t WHERE h IN (SELECT unnest($hosts))";
    expect_all({
        {"SELECT a FROM t WHERE h IN ($hosts)", in},
        {"SELECT a FROM t WHERE h IN (${hosts:sqlstring})", in},
        {"SELECT a FROM t WHERE h IN (${hosts:singlequote})", in},
        {"SELECT a FROM t WHERE h IN (${hosts:csv})", in},
        {"SELECT a FROM t WHERE h NOT IN ( [[hosts]] )",
         "SELECT a FROM t WHERE h NOT IN ( SELECT unnest($hosts) )"},
        {"SELECT a FROM t WHERE h = ANY($hosts)",
         "SELECT a FROM t WHERE h = ANY(SELECT unnest($hosts))"},
        {"SELECT a FROM t WHERE h = ANY(ARRAY[$hosts])", "SELECT a FROM t WHERE h = ANY($hosts)"},
        {"SELECT a FROM t WHERE h = ANY('{${hosts:csv}}'::text[])",
         "SELECT a FROM t WHERE h = ANY($hosts::text[])"},
        {"SELECT list_contains([$hosts], h)", "SELECT list_contains($hosts, h)"},
        {"SELECT string_split('${hosts:csv}', ',')",
         "SELECT string_split(array_to_string($hosts, ','), ',')"},
        {"SELECT a FROM t WHERE h ~ '^${hosts:pipe}$'",
         "SELECT a FROM t WHERE h ~ ('^' || array_to_string($hosts, '|') || '$')"},
    });
}

TEST(GrafanaSql, RefusesValuesWhereNoneCanBeBound) {
    const std::string table = "stands where a table is named.";
    const std::string name = "is part of a name.";
    const std::string column = "stands where a column is named.";
    expect_all({
        {"SELECT a FROM $host", "Line 1: \"$host\" " + table},
        {"SELECT a FROM t, $host", "Line 1: \"$host\" " + table},
        {"SELECT a FROM t JOIN b ON t.x = b.x, $host", "Line 1: \"$host\" " + table},
        {"SELECT a FROM '$host'", "Line 1: \"'$host'\" " + table},
        {"SELECT a FROM tbl_$host", "Line 1: \"$host\" " + name},
        {"SELECT a FROM ${host}_tbl", "Line 1: \"${host}\" " + name},
        {"SELECT a FROM x.$host", "Line 1: \"$host\" " + name},
        {"SELECT a FROM ${host}.x", "Line 1: \"${host}\" " + name},
        {"SELECT a\nFROM \"$host\"",
         "Line 2: \"$host\" stands inside a quoted name or text, where no value can be bound."},
        {"SELECT a FROM t WHERE h = $$ $host $$",
         "Line 1: \"$host\" stands inside a quoted name or text, where no value can be bound."},
        {"SELECT $n FROM t", "Line 1: \"$n\" stands where a column is chosen."},
        {"SELECT a, $n FROM t", "Line 1: \"$n\" stands where a column is chosen."},
        {"SELECT a AS $n FROM t", "Line 1: \"$n\" " + column},
        {"SELECT avg($n) FROM t", "Line 1: \"$n\" " + column},
        {"SELECT count(DISTINCT $n) FROM t", "Line 1: \"$n\" " + column},
        {"SELECT $__timeGroup($n, '1m')", "Line 1: \"$n\" " + column},
        {"SELECT a FROM t WHERE $__timeFilter($n)", "Line 1: \"$n\" " + column},
        {"SELECT a FROM t WHERE $n = 'x'", "Line 1: \"$n\" " + column},
        {"SELECT a FROM t WHERE $n IS NULL", "Line 1: \"$n\" " + column},
        {"SELECT a FROM t WHERE $n", "Line 1: \"$n\" stands for a whole condition."},
        {"SELECT a FROM t WHERE a > 1 AND $n GROUP BY 1",
         "Line 1: \"$n\" stands for a whole condition."},
        {"SELECT a FROM t ORDER BY a $n",
         "Line 1: \"$n\" stands behind \"a\", where no value is expected."},
        {"SELECT a FROM t ORDER BY a, '$n'",
         "Line 1: \"'$n'\" stands where a column to order or group by is named."},
        {"SELECT $host(a) FROM t", "Line 1: \"$host\" stands where a function is named."},
        {"$host", "Line 1: \"$host\" begins the query."},
        {"SELECT a FROM t WHERE h = $hosts",
         "Line 1: \"$hosts\" may have several values, which can be bound only as IN (…) or "
         "ARRAY[…]."},
        {"SELECT a FROM t WHERE h IN ($hosts, 'x')",
         "Line 1: \"$hosts\" may have several values, which can be bound only as IN (…) or "
         "ARRAY[…]."},
        {"SELECT a FROM t WHERE h IN ('$hosts')",
         "Line 1: \"$hosts\" may have several values, and stands inside of quotes in a format that "
         "cannot be bound there."},
        {"SELECT a FROM t WHERE h = '${host:lucene}'",
         "Line 1: \"${host:lucene}\" is in a format that cannot be bound."},
        {"SELECT a FROM t WHERE h = '${host.text}'",
         "Line 1: \"${host.text}\" is in a format that cannot be bound."},
        {"SELECT a FROM t WHERE h = E'\\'$host'", "Line 1: \"'\\'$host'\" " + name},
        {"SELECT a FROM t WHERE h = '$host", "Line 1: \"'$host\" is never closed."},
        {"SELECT '1 $__interval'",
         "Line 1: \"$__interval\" cannot be bound inside of a longer text."},
        {"SELECT a WHERE b = ${__user.login}",
         "Line 1: \"${__user.login}\" has no value that can be bound here."},
    });
}

TEST(GrafanaSql, RefusesMacrosThatItDoesNotKnow) {
    expect_all({
        {"SELECT $__conditionalAll(a, $host)",
         "Line 1: \"$__conditionalAll\" is no macro that is known here."},
        {"SELECT $foo(a)", "Line 1: \"$foo\" is no macro that is known here."},
        {"SELECT $__timeFilter(a", "Line 1: \"$__timeFilter\" has no closing parenthesis."},
        {"SELECT $__timeFilter()", "Line 1: \"$__timeFilter\" takes 1 argument."},
        {"SELECT $__timeFilter(a, b)", "Line 1: \"$__timeFilter\" takes 1 argument."},
        {"SELECT $__timeGroup(a)", "Line 1: \"$__timeGroup\" takes 2 to 3 arguments."},
        {"SELECT $__timeGroup(a, 'soon')",
         "Line 1: \"soon\" is no interval such as 5m or $__interval."},
        {"SELECT $__timeGroup(a, '0s')",
         "Line 1: \"0s\" is no interval such as 5m or $__interval."},
        {"SELECT $__timeFilter", "Line 1: \"$__timeFilter\" has no value that can be bound here."},
        {"SELECT $__timeFrom()x", "Line 1: \"$__timeFrom\" is part of a name."},
        {"SELECT ARRAY[$hosts]x",
         "Line 1: \"$hosts\" may have several values, which can be bound only as IN (…) or "
         "ARRAY[…]."},
        {"SELECT x$__timeFrom()", "Line 1: \"$__timeFrom\" is part of a name."},
        {"SELECT '$__timeFrom()'", "Line 1: \"$__timeFrom\" cannot be bound inside of quotes."},
    });
}

TEST(GrafanaSql, RefusesNamesOfOurOwn) {
    expect_all({
        {"SELECT a FROM t WHERE ts > $to",
         "Line 1: \"$to\" is not one of the dashboard's variables."},
        {"SELECT a FROM t WHERE ts > $from",
         "Line 1: \"$from\" has a name that means something else here."},
        {"SELECT '$from'", "Line 1: \"$from\" has a name that means something else here."},
        {"SELECT $1", "Line 1: \"$1\" is not one of the dashboard's variables."},
        {"SELECT $other", "Line 1: \"$other\" is not one of the dashboard's variables."},
        {"SELECT a$", "Line 1: \"$\" names nothing."},
        {"SELECT $\"from\"", "Line 1: \"$\" names nothing."},
    });
}

TEST(GrafanaSql, LeavesEverythingElseAsItIs) {
    for (const std::string_view text :
         {"SELECT '$other', '${other}' -- $host $from\n FROM t /* $hosts /* $n */ */",
          "SELECT $$ a 'b $$, $tag$ $$ $tag$, \"a \"\" b\", 'it''s', [[1, 2], [x]], a::int;",
          "SELECT  \t1.5e3,\r\n é FROM \"$other\"", "WITH a AS (SELECT 1) SELECT * FROM a"}) {
        EXPECT_EQ(imported(text), text);
    }
}

TEST(GrafanaSql, RefusesTextsThatAreNone) {
    EXPECT_EQ(imported(" ;\n"), "The query is empty.");
    EXPECT_EQ(imported("SELECT '\xff'"), "The query is not well-formed text.");
    EXPECT_EQ(imported(std::string("SELECT\0 1", 9)), "The query is not well-formed text.");
    EXPECT_EQ(imported(std::string(70'000, ' ') + "SELECT 1"),
              "The query is longer than 65536 bytes.");
    std::string deep = "SELECT ";
    for (int i = 0; i < 4000; ++i)
        deep += "$__timeFilter(";
    EXPECT_EQ(imported(deep + "a" + std::string(4000, ')')),
              "Line 1: \"$__timeFilter\" stands inside of too many other macros.");
    const auto refused = import_sql("SELECT $other", kVariables);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unprocessable);
    EXPECT_EQ(refused.error().code, "query_not_importable");
}

TEST(GrafanaSql, NamesNothingButWhatIsBound) {
    const std::set<std::string_view> known = {"from", "to", "interval", "timezone",
                                              "host", "n",  "hosts",    "interval_1"};
    EXPECT_TRUE(rc::check("a result refers to bound names alone", [&] {
        const auto parts =
            *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                "SELECT ", "FROM ", "WHERE ", "a ", "a", " = ", "(", ")", "[", "]", "'", "''", "\"",
                ",", "$host", "${hosts:csv}", "[[n]]", "$__timeFilter(", "$__timeGroup(ts, ",
                "'5m')", "$__interval", "$__from", "$1", "$", "$from", "$to", "$x$", "--", "\n",
                "/*", "*/", "IN ($hosts)", "::", "AND ", "ARRAY[$hosts]", "{", "}", "INTERVAL ",
                "day", "%", "$$"));
        std::string raw;
        for (const auto& part : parts)
            raw += part;
        const auto result = import_sql(raw, kVariables);
        if (!result) return;
        std::string back;
        for (const auto& token : sql_tokens(result->text, [](std::string_view) { return false; })) {
            back += token.text;
            if (token.kind == SqlToken::Kind::reference) {
                RC_ASSERT(known.contains(token.reference.name));
                RC_ASSERT(!token.reference.is_braced);
            }
            RC_ASSERT(token.text != "$");
        }
        RC_ASSERT(back == result->text);
    }));
    EXPECT_TRUE(rc::check("the pieces of a text are the text", [] {
        const auto text = *rc::gen::container<std::string>(
            rc::gen::element('a', '1', '$', '{', '}', '[', ']', '\'', '"', '`', '-', '/', '*', ' ',
                             '\n', ':', '(', '_', 'E', '\\'));
        std::string back;
        for (const auto& token : sql_tokens(text, [](std::string_view) { return true; }))
            back += token.text;
        RC_ASSERT(back == text);
    }));
}

}  // namespace
}  // namespace casement::dashboards
