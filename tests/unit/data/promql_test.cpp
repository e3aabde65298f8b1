#include "base/round_interval.h"
#include "data/prometheus_table.h"
#include "data/prometheus_window.h"
#include "data/promql_parser.h"
#include "data/promql_pattern.h"
#include "data/promql_scope.h"
#include "data/scope.h"
#include "promql_world.h"
#include "support/fuzzing.h"

#include <regex>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace casement::data {
namespace {

using Map = std::map<std::string, Value>;

promql::Values values_of(const Map& named) {
    promql::Values values;
    values.named = &named;
    values.built_in = {{"__interval", "15s"}, {"__rate_interval", "1m"}};
    return values;
}

/// As it is printed, or the error's message.
std::string printed(const std::string& text, const Map& named = {}) {
    auto expr = promql::parse(text, values_of(named));
    if (!expr) return "error: " + expr.error().message;
    auto out = promql::print(**expr);
    return out ? *out : "error: " + out.error().message;
}

bool refused(const std::string& text, const Map& named = {}) {
    return printed(text, named).starts_with("error: ");
}

TEST(Promql, PrintsWhatItReads) {
    EXPECT_EQ(printed(" up "), "up");
    EXPECT_EQ(printed("up{a='b',c=~`d.*`,}"), R"(up{a="b",c=~"d.*"})");
    EXPECT_EQ(printed("sum(rate(x[5m]))by(a,b)"), "sum by (a, b) (rate(x[5m]))");
    EXPECT_EQ(printed("a+b*c^d # words"), "a + b * c ^ d");
    EXPECT_EQ(printed("-1 - -x ^ 2"), "-1 - -x ^ 2");
    EXPECT_EQ(printed("a > bool on(x) group_left() b"), "a > bool on (x) group_left () b");
    EXPECT_EQ(printed("x[1h30m:5m] @ 1.5 offset -1d"), "x[1h30m:5m] @ 1.500 offset -1d");
    EXPECT_EQ(printed(R"(up{a="\u00e9\x0a\101"})"), "up{a=\"é\\nA\"}");
    EXPECT_EQ(printed(R"(up{a="é\333"})"), R"(up{a="\xc3\xa9\xdb"})");
    EXPECT_EQ(printed("0x1F + 017 + .5 + inf"), "31 + 15 + 0.5 + Inf");
}

TEST(Promql, RefusesWhatPrometheusRefuses) {
    for (const char* text : {"",
                             "{}",
                             "{a=\"\"}",
                             "{a=~\".*\"}",
                             "up{",
                             "up{a}",
                             "up{a=b}",
                             "up{a=\"b}",
                             "x[5m",
                             "x[5]",
                             "x[0s]",
                             "x[5m5h]",
                             "rate(x)",
                             "sum(x[5m])",
                             "1 == 1",
                             "1 and 2",
                             "x bool",
                             "x + bool y",
                             "x offset",
                             "(x) offset 5m",
                             "x @ y",
                             "x @ 1 @ 2",
                             "x{a=~\"(\"}",
                             "nope(x)",
                             "sum(1)",
                             "topk(x)",
                             "x{__name__=\"y\"}",
                             "x or on(a) group_left b",
                             "\"a\" + 1",
                             "-\"a\"",
                             "x y",
                             "x[5m] + 1",
                             "label_replace(x, 1, 2, 3, 4)",
                             "09x",
                             "1.2.3",
                             "x\\",
                             "x{a=\"\\q\"}",
                             "((x)",
                             "sum by (a b) (x)",
                             "x WITH",
                             "rate(x[5m],)",
                             "a default b",
                             "x limit 5",
                             "x keep_metric_names",
                             "{a=\"1\" or b=\"2\"}",
                             "union(x, y)",
                             "WITH (f = 1) f"}) {
        EXPECT_TRUE(refused(text)) << text << " -> " << printed(text);
    }
}

TEST(Promql, DepthAndSizeAreBounded) {
    EXPECT_TRUE(refused(std::string(1000, '(') + "x" + std::string(1000, ')')));
    EXPECT_TRUE(refused(std::string(5000, '-') + "x"));
    std::string chain = "x";
    for (int i = 0; i < 1000; ++i)
        chain += "+x";
    EXPECT_TRUE(refused(chain));
    EXPECT_TRUE(refused(std::string(17'000, ' ') + "x"));
    EXPECT_TRUE(refused(std::string("x{a=\"\xff\"}")));
}

TEST(PromqlValues, AListBecomesAChoiceBehindATilde) {
    const Map named{{"one", std::vector<Scalar>{std::string("a.b")}},
                    {"two", std::vector<Scalar>{std::string("a|b"), std::string("c\"d\\")}},
                    {"none", std::vector<Scalar>{}},
                    {"text", Scalar{std::string("x")}}};
    EXPECT_EQ(printed("up{a=~\"$one\"}", named), R"(up{a=~"a\\.b"})");
    EXPECT_EQ(printed("up{a=~\"${two:regex}\"}", named), R"~(up{a=~"(a\\|b|c\"d\\\\)"})~");
    EXPECT_EQ(printed("up{a!~\"p-[[two:pipe]]-s\"}", named), R"(up{a!~"p-(a\\|b|c\"d\\\\)-s"})");
    EXPECT_EQ(printed("up{a=\"$one:$text\"}", named), R"(up{a="a.b:x"})");
    EXPECT_EQ(printed("up{a=~\"$none\"}", named), R"(up{a=~"[^\\x00-\\x{10FFFF}]"})");
    EXPECT_NE(printed("up{a=\"$two\"}", named).find("write =~"), std::string::npos);
    EXPECT_TRUE(refused("up{a=~\"$other\"}", named));
    EXPECT_TRUE(refused("up{a=~\"${one:json}\"}", named));
}

TEST(PromqlValues, NoValueStandsWhereItWouldNotStandForItself) {
    const Map named{{"v", Scalar{std::string("Z")}}};
    for (const char* text : {"up{a=~\"[$v]\"}", R"(up{a=~"x\\$v"})", R"(up{a=~"\\Q$v\\E"})",
                             "up{a=~\"x{$v}\"}", "up{a=~\"(?$v)\"}", R"(up{a=~"\\p{$v}"})"}) {
        EXPECT_TRUE(refused(text, named)) << text;
    }
    EXPECT_EQ(printed(R"(up{a=~"[a]\\Qx\\E(?i:b)\\.$v"})", named),
              R"(up{a=~"[a]\\Qx\\E(?i:b)\\.Z"})");
}

TEST(PromqlValues, OutsideOfTextsAValueIsOneToken) {
    const auto with = [](const std::string& text, const std::string& value) {
        return printed(text, {{"v", Scalar{value}}});
    };
    EXPECT_EQ(with("rate(x[$v])", "5m"), "rate(x[5m])");
    EXPECT_EQ(with("rate(x[[[v]]])", "5m"), "rate(x[5m])");
    EXPECT_EQ(with("rate(x[${v}m])", "5"), "rate(x[5m])");
    EXPECT_EQ(with("x * $v ^ 2", "-5"), "x * (-5) ^ 2");
    EXPECT_EQ(with("sum by ($v) (x)", "job"), "sum by (job) (x)");
    EXPECT_EQ(with("rate($v[5m])", "up"), "rate(up[5m])");
    EXPECT_EQ(with("node_${v}_total{a=\"b\"}", "cpu"), R"(node_cpu_total{a="b"})");
    EXPECT_EQ(with("rate(x[$__rate_interval])", ""), "rate(x[1m])");
    EXPECT_EQ(printed("sum by (${v:csv}) (x)",
                      {{"v", std::vector<Scalar>{std::string("a"), std::string("b")}}}),
              "sum by (a, b) (x)");
    for (const char* value : {"5m] or up[5m", "up or up", "up{a=\"b\"}", "1 or 2", "", "or", "by",
                              "a b", "5m", "(x)", "x[5m]", "#", "\"a\"", "up,down", "-", "--1"}) {
        EXPECT_TRUE(with("x + $v", value).starts_with("error")) << value;
        EXPECT_TRUE(with("sum by (a, $v) (x)", value).starts_with("error") ||
                    std::string(value) == "or" || std::string(value) == "by")
            << value;
    }
    EXPECT_TRUE(with("$v(x)", "sum").starts_with("error"));
    EXPECT_TRUE(with("x $v y", "or").starts_with("error"));
    EXPECT_TRUE(with("x[$v]", "1y9999999999999999h").starts_with("error"));
}

TEST(PromqlValues, AllOfItsOwnIsAPatternAndStaysInItsGroup) {
    promql::Values values;
    values.patterns = {{"v", ".*|x"}, {"bad", "a)|(b"}};
    const auto with = [&](const std::string& text) {
        const auto expr = promql::parse(text, values);
        return expr ? *promql::print(**expr) : std::string("error");
    };
    EXPECT_EQ(with("up{a=~\"p-$v\"}"), R"~(up{a=~"p-(?:.*|x)"})~");
    EXPECT_EQ(with("up{a=\"$v\"}"), "error");
    EXPECT_EQ(with("up{a=~\"$bad\"}"), "error");
    EXPECT_EQ(with("$v"), "error");
}

TEST(PromqlValues, AnyValueInATextComesOutAsItself) {
    std::mt19937 random(7);
    for (int i = 0; i < 2000; ++i) {
        std::string value;
        static constexpr std::string_view kBytes = "ab\"'`\\{}[]()|.*+?^$-,=~#\n\t $ué";
        for (int n = std::uniform_int_distribution<int>(0, 12)(random); n > 0; --n) {
            const auto at =
                std::uniform_int_distribution<std::size_t>(0, kBytes.size() - 3)(random);
            value += kBytes[at];
        }
        const Map named{{"v", Scalar{value}}};
        const auto equal = promql::parse("up{a=\"<$v>\"}", values_of(named));
        ASSERT_TRUE(equal);
        EXPECT_EQ((*equal)->matchers[0].value, "<" + value + ">");
        if (value.find('$') == std::string::npos) {  // here that would be a value's place again
            const auto again = promql::parse(*promql::print(**equal), promql::Values{});
            ASSERT_TRUE(again);
            ASSERT_EQ((*again)->matchers.size(), 1U);
            EXPECT_EQ((*again)->matchers[0].value, "<" + value + ">");
        }
        const auto match = promql::parse("up{a=~\"<$v>\"}", values_of(named));
        ASSERT_TRUE(match) << value;
        EXPECT_EQ(promql::matches_empty((*match)->matchers[0].value), false);
    }
}

// Scope ------------------------------------------------------------------------------------------

ScopePtr scope_on(std::vector<std::string> relations, std::vector<std::string> tenants) {
    std::vector<ScopedRelation> scoped;
    for (auto& name : relations) {
        ScopedRelation relation;
        relation.name = name;
        RowFilter filter;
        filter.column = "tenant";
        filter.values = tenants;
        relation.filters.push_back(filter);
        scoped.push_back(relation);
    }
    return make_scope("m", std::move(scoped));
}

std::string narrowed(const std::string& text, const ScopePtr& scope) {
    auto expr = promql::parse(text, promql::Values{});
    if (!expr) return "no PromQL: " + expr.error().message;
    const auto done = promql::narrow(**expr, *scope);
    if (!done) return std::string(done.error().code);
    return *done == promql::Narrowed::no_rows ? "no rows" : *promql::print(**expr);
}

TEST(PromqlScope, EverySelectorGetsTheMatcher) {
    const auto scope = scope_on({"*"}, {"a"});
    EXPECT_EQ(narrowed("x", scope), R"(x{tenant="a"})");
    EXPECT_EQ(narrowed("x{tenant=\"b\"}", scope), R"(x{tenant="b",tenant="a"})");
    EXPECT_EQ(
        narrowed("max_over_time(rate(x[5m])[1h:] offset 1d) or absent({j=\"k\"} @ end())", scope),
        R"(max_over_time(rate(x{tenant="a"}[5m])[1h:] offset 1d) or )"
        R"(absent({j="k",tenant="a"} @ end()))");
    EXPECT_EQ(narrowed("x", scope_on({"x"}, {"a.b", "c|d"})), R"(x{tenant=~"a\\.b|c\\|d"})");
    EXPECT_EQ(narrowed("x", scope_on({"*"}, {})), "no rows");
    EXPECT_EQ(narrowed("x", scope_on({"*"}, {""})), "no rows");
    EXPECT_EQ(narrowed("vector(1)", scope), "vector(1)");
}

TEST(PromqlScope, ASelectorNamesARelationOrIsRefused) {
    const auto scope = scope_on({"x", "y"}, {"a"});
    EXPECT_EQ(narrowed("x + y", scope), R"(x{tenant="a"} + y{tenant="a"})");
    EXPECT_EQ(narrowed("{__name__=\"x\"}", scope), R"({__name__="x",tenant="a"})");
    for (const char* text :
         {"z", "x + z", "{__name__=~\"x\"}", "{job=\"k\"}", "{__name__!=\"z\",job=\"k\"}",
          "{__name__=\"*\"}", "sum(x) + count({__name__=~\"x|z\"})", "x{__graphite__=\"a.*\"}"}) {
        EXPECT_EQ(narrowed(text, scope), "query_refused") << text;
    }
    const auto both = scope_on({"*", "x"}, {"a"});
    EXPECT_EQ(narrowed("x", both), R"(x{tenant="a",tenant="a"})");
    EXPECT_EQ(narrowed("{job=\"k\"}", both), "query_refused");
}

TEST(PromqlScope, FiltersThatLabelsCannotSayAreRefused) {
    const auto with = [](auto change) {
        ScopedRelation relation;
        relation.name = "*";
        RowFilter filter;
        filter.column = "tenant";
        filter.values = {"1", "2"};
        relation.filters.push_back(filter);
        change(relation);
        return narrowed("x", make_scope("m", {relation}));
    };
    EXPECT_EQ(with([](auto&) {}), R"(x{tenant=~"1|2"})");
    EXPECT_EQ(with([](auto& r) { r.filters[0].kind = RowFilter::Kind::range; }), "model_unusable");
    EXPECT_EQ(with([](auto& r) { r.filters[0].type = RowFilter::Type::time; }), "model_unusable");
    EXPECT_EQ(with([](auto& r) { r.filters[0].column = "a=\"b\",c"; }), "model_unusable");
    EXPECT_EQ(with([](auto& r) { r.filters[0].column = "__name__"; }), "model_unusable");
    EXPECT_EQ(with([](auto& r) { r.filters[0].values = {"\xff"}; }), "model_unusable");
    EXPECT_EQ(with([](auto& r) { r.covered.push_back({"ssn", CoveredColumn::How::hidden}); }),
              "model_unusable");
}

TEST(PromqlScope, AModelIsToldWhatCannotBeSaidOfLabels) {
    const auto told = [](auto change) {
        ScopedRelation relation;
        relation.name = "up";
        relation.filters = {{"tenant", RowFilter::Type::text, {}},
                            {"le", RowFilter::Type::number, {}}};
        change(relation);
        const auto fits = check_scope("prometheus", *make_scope("m", {{"up_time", {}}, relation}));
        return fits ? std::string("fits") : fits.error().field + ": " + fits.error().message;
    };
    EXPECT_EQ(told([](auto&) {}), "fits");
    EXPECT_EQ(told([](auto& r) { r.filters[1].kind = RowFilter::Kind::range; }),
              "relations.up.row_filters[1].match: The model \"m\" does not go with a source of "
              "metrics: in \"up\", it filters the label \"le\" by a range, and labels are text "
              "without an order. Say one_of, and give the attribute every value.");
    EXPECT_EQ(told([](auto& r) { r.filters[1].type = RowFilter::Type::time; }),
              "relations.up.row_filters[1].type: The model \"m\" does not go with a source of "
              "metrics: in \"up\", it filters the label \"le\" as a time, and labels are text. Say "
              "text or number.");
    EXPECT_EQ(told([](auto& r) { r.filters[0].column = "__name__"; }),
              "relations.up.row_filters[0].column: The model \"m\" does not go with a source of "
              "metrics: in \"up\", \"__name__\" is not the name of a label that a server takes "
              "from its targets. Name one.");
    for (const auto how :
         {CoveredColumn::How::hidden, CoveredColumn::How::as_null, CoveredColumn::How::as_text}) {
        EXPECT_EQ(told([how](auto& r) { r.covered = {{"ip", how}}; }),
                  "relations.up.columns.ip: The model \"m\" does not go with a source of metrics: "
                  "it covers the label \"ip\" of \"up\", and nothing can be taken out of a series. "
                  "Take it out of columns.");
    }
    EXPECT_EQ(check_scope("mysql", *scope_on({"t"}, {})).error().code, "scope_not_provable");
    EXPECT_EQ(check_scope("elasticsearch", *scope_on({"t"}, {})).error().code,
              "scope_not_provable");
    EXPECT_EQ(check_scope("sqlite", *scope_on({"sqlite_master"}, {})).error().field,
              "relations.sqlite_master");
}

TEST(PromqlScope, ANumberIsEveryWayToWriteItInDigitsAndNoOther) {
    const auto pattern = [](const std::string& number) {
        return promql::number_pattern(number).value_or("none");
    };
    const auto is = [&](const std::string& text, const std::string& number) {
        return std::regex_match(text, std::regex(pattern(number)));
    };
    for (const char* text : {"7", "07", "+7", "7.", "7.0", "0007.000"})
        EXPECT_TRUE(is(text, "7") && is(text, "7.0") && is(text, "0.7e1") && is(text, "700E-2"))
            << text;
    for (const char* text : {"", "70", "-7", "7.1", "17", "7x", " 7", "7\n", "7.0.0", "0x7", "7e0"})
        EXPECT_FALSE(is(text, "7")) << text;
    for (const char* text : {"0", "-0", "+0.0", "00", ".0", "0."})
        EXPECT_TRUE(is(text, "0") && is(text, "-0.0") && is(text, "0e9")) << text;
    EXPECT_FALSE(is("", "0"));
    EXPECT_FALSE(is(".", "0"));
    EXPECT_TRUE(is("-0.05", "-5e-2"));
    EXPECT_TRUE(is("-.050", "-5e-2"));
    EXPECT_FALSE(is("0.05", "-5e-2"));
    EXPECT_FALSE(is("-0x05", "-5e-2"));
    // No rounding: these are the same double.
    EXPECT_FALSE(is("9007199254740992", "9007199254740993"));
    for (const char* number : {"", "-", ".", "x", "1e", "1e999999999999", "1e400", "NaN", "+Inf",
                               "1.2.3", "1|2", "0x7", "--1"}) {
        EXPECT_EQ(pattern(number), "none") << number;
    }
    ScopedRelation relation;
    relation.name = "*";
    relation.filters = {{"code", RowFilter::Type::number, {"200", "x", "", "5e-1"}}};
    EXPECT_EQ(narrowed("x", make_scope("m", {relation})),
              R"(x{code=~"\\+?0*200(?:\\.0*)?|\\+?0*\\.50*"})");
    relation.filters[0].values = {"x", ""};
    EXPECT_EQ(narrowed("x", make_scope("m", {relation})), "no rows");
}

TEST(PromqlScope, NoMadeUpExpressionHasASelectorWithoutTheMatcher) {
    test::Fuzzing fuzzing("PromqlScope, selectors", 1000, 50);
    const auto scope = scope_on({"*"}, {"a", "b\"} or x{c=\""});
    ExpressionMaker make(static_cast<std::uint32_t>(fuzzing.seed()));
    while (fuzzing.next()) {
        const auto text = make.vector(4);
        const auto out = narrowed(text, scope);
        if (out.starts_with("no PromQL") || out.starts_with("query")) continue;
        fuzzing.checked();
        // Read back, as the server will read it.
        auto again = promql::parse(out, promql::Values{});
        ASSERT_TRUE(again) << fuzzing.said() << out;
        promql::for_each_selector(**again, [&](const promql::Expr& selector) {
            const auto& last = selector.matchers.back();
            ASSERT_EQ(last.label, "tenant") << fuzzing.said() << out;
            ASSERT_EQ(last.op, promql::Matcher::Op::match) << fuzzing.said() << out;
            ASSERT_EQ(last.value, R"(a|b"\} or x\{c=")") << fuzzing.said() << out;
        });
    }
}

TEST(PromqlProver, ProvesTextsBeforeTheirValuesAreKnown) {
    auto prover = prometheus_prover();
    ASSERT_TRUE(prover);
    const auto proves = [&](const std::string& text, const std::vector<std::string>& relations) {
        return (*prover)->prove(text, "m", relations).has_value();
    };
    EXPECT_TRUE(proves("sum by ($g) (rate(x{a=~\"$v\"}[$__rate_interval]))", {"x"}));
    EXPECT_TRUE(proves("topk($n, x)", {"x"}));
    EXPECT_TRUE(proves("$metric", {"*"}));
    EXPECT_FALSE(proves("$metric", {"x"}));
    EXPECT_FALSE(proves("x + $metric", {"x"}));
    EXPECT_FALSE(proves("rate($metric[5m])", {"x"}));
    EXPECT_FALSE(proves("{__name__=\"$metric\"}", {"x"}));
    EXPECT_FALSE(proves("x + y", {"x"}));
    EXPECT_TRUE(proves("label_values(x, job)", {"x"}));
    EXPECT_FALSE(proves("label_values(y, job)", {"x"}));
    EXPECT_TRUE(proves("label_values(job)", {"x"}));
    EXPECT_FALSE(proves("query_result(y)", {"x"}));
    EXPECT_FALSE(proves("select 1", {"x"}));
}

// Window and names --------------------------------------------------------------------------------

TEST(PrometheusWindow, StepsAreRoundAndEndsAlignedDown) {
    using std::chrono::milliseconds;
    using std::chrono::seconds;
    const Window window{Time{seconds{1007}}, Time{seconds{4607}}, seconds{20}, 180};
    const auto grid = step_grid(window, seconds{15}, 10'000);
    EXPECT_EQ(grid.step, seconds{20});
    EXPECT_EQ(grid.start, Time{seconds{1000}});
    EXPECT_EQ(grid.end, Time{seconds{4600}});
    EXPECT_EQ(step_grid(window, seconds{60}, 10'000).step, seconds{60});
    EXPECT_EQ(step_grid(window, seconds{15}, 37).step, seconds{120});
    const Window year{Time{}, Time{seconds{31'536'000}}, seconds{1}, 1};
    EXPECT_LE(step_grid(year, seconds{15}, 1'000'000).points(), 11'000U);
    EXPECT_EQ(round_interval(milliseconds{12'000}), seconds{10});
    EXPECT_EQ(round_interval(milliseconds{40'000}), seconds{30});
    const auto names = interval_names(window, grid, seconds{15});
    EXPECT_EQ(names.at("__interval"), "20s");
    EXPECT_EQ(names.at("__rate_interval"), "1m");
    EXPECT_EQ(names.at("__range"), "3600s");
    EXPECT_EQ(names.at("__range_ms"), "3600000");
}

TEST(PrometheusWindow, ViewersOfAboutTheSameTimeShareAKey) {
    using std::chrono::seconds;
    Query first = metrics_query("x");
    Query second = first;
    first.window = align_window({Time{seconds{1000}}, Time{seconds{4600}}, seconds{30}, 120}, {});
    second.window = align_window({Time{seconds{1010}}, Time{seconds{4610}}, seconds{30}, 120}, {});
    EXPECT_EQ(cache_key(first, 1), cache_key(second, 1));
    second.window = align_window({Time{seconds{1030}}, Time{seconds{4630}}, seconds{30}, 120}, {});
    EXPECT_NE(cache_key(first, 1), cache_key(second, 1));
    Query braces = metrics_query("x{a=\"${v}\"}");
    Query other = braces;
    braces.parameters["v"] = Scalar{std::string("1")};
    other.parameters["v"] = Scalar{std::string("2")};
    EXPECT_NE(cache_key(braces, 1), cache_key(other, 1));
}

TEST(SeriesName, ComesFromTheLegendOrTheLabels) {
    const std::map<std::string, std::string> labels{{"__name__", "up"}, {"job", "a\"b"}};
    EXPECT_EQ(series_name("{{job}} of {{ __name__ }}{{nothing}}", labels), "a\"b of up");
    EXPECT_EQ(series_name("{{job", labels), "{{job");
    EXPECT_EQ(series_name("", labels), R"(up{job="a\"b"})");
    EXPECT_EQ(series_name("__auto", {{"job", "x"}}), R"({job="x"})");
    EXPECT_EQ(series_name("", {}), "Value");
}

}  // namespace
}  // namespace casement::data
