// Kinds of variables in a document, and what their choices are made of.
#include "base/round_interval.h"
#include "base/shape.h"
#include "dashboards/choices.h"
#include "dashboards/dashboard.h"
#include "dashboards/dependencies.h"
#include "dashboards/durations.h"
#include "dashboards/filters.h"
#include "dashboards/repeats.h"

#include <chrono>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace casement::dashboards {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

Result<Dashboard> read(const std::string& variables, const std::string& panels = "[]") {
    return read_dashboard(
        parse_json(
            fmt::format(R"({{"title": "T", "variables": {}, "panels": {}}})", variables, panels))
            .value());
}

std::string field_of(const std::string& variables, const std::string& panels = "[]") {
    const auto result = read(variables, panels);
    return result ? "ok" : result.error().field;
}

Texts values(const std::vector<Choice>& choices) {
    Texts list;
    for (const auto& choice : choices)
        list.push_back(choice.value);
    return list;
}

Texts offered(const std::string& regex, const Texts& given,
              Variable::Sort sort = Variable::Sort::none) {
    Variable variable;
    variable.regex = regex;
    variable.sort = sort;
    std::vector<Choice> choices;
    for (const auto& value : given)
        choices.push_back({value, ""});
    return values(offered_choices(variable, std::move(choices)).value());
}

TEST(Variables, OfEveryKindAreRead) {
    const auto dashboard = read(R"([
        {"name": "step", "type": "interval", "choices": [{"value": "1m"}, {"value": "1h"}],
         "auto": {"count": 50, "min": "30s"}, "default": ["auto"]},
        {"name": "unit", "type": "constant", "default": ["ms"]},
        {"name": "ds", "type": "source", "source_type": "prometheus", "regex": "/^eu/"},
        {"name": "adhoc", "type": "filters", "keys": ["region"], "default": ["region|=|eu"]},
        {"name": "host", "type": "query", "sort": "natural_desc", "regex": "/(.*)/",
         "query": {"source": "$ds", "sql": "select host from hosts"}}])");
    ASSERT_TRUE(dashboard) << dashboard.error().message;
    const auto& variables = dashboard->variables;
    EXPECT_EQ(variables[0].automatic->count, 50);
    EXPECT_EQ(variables[0].automatic->min, 30s);
    EXPECT_EQ(variables[1].type, Variable::Type::constant);
    EXPECT_EQ(variables[2].source_type, "prometheus");
    EXPECT_EQ(variables[3].keys, Texts{"region"});
    EXPECT_EQ(variables[4].sort, Variable::Sort::natural_desc);
    EXPECT_EQ(source_variable(variables[4].query), "ds");
}

TEST(Variables, ThatCannotBeAreRefusedAtTheirPlace) {
    EXPECT_EQ(field_of(R"([{"name": "a", "type": "interval", "choices": [{"value": "soon"}]}])"),
              "variables[0].choices[0].value");
    EXPECT_EQ(field_of(R"([{"name": "a", "type": "interval"}])"), "variables[0].choices");
    EXPECT_EQ(field_of(R"([{"name": "a", "type": "constant"}])"), "variables[0].default");
    EXPECT_EQ(field_of(R"([{"name": "a", "type": "constant", "default": ["x"],
                            "attribute": "b"}])"),
              "variables[0].attribute");
    EXPECT_EQ(field_of(R"([{"name": "a", "type": "source"}])"), "variables[0].source_type");
    EXPECT_EQ(field_of(R"([{"name": "a", "type": "filters", "default": ["region"]}])"),
              "variables[0].default[0]");
    EXPECT_EQ(field_of(R"([{"name": "a", "type": "filters", "keys": ["b"],
                            "default": ["c|=|d"]}])"),
              "variables[0].default[0]");
    EXPECT_EQ(field_of(R"([{"name": "a", "type": "query", "regex": "/(?=a)/",
                            "query": {"source": "s", "sql": "select 1"}}])"),
              "variables[0].regex");
    EXPECT_EQ(field_of(R"([{"name": "a", "type": "query",
                            "query": {"source": "$b", "sql": "select 1"}}])"),
              "variables[0].query.source");
}

TEST(Variables, ThatFollowFromThemselvesAreRefused) {
    const auto query = [](const char* name, const char* text) {
        return fmt::format(
            R"({{"name": "{}", "type": "query", "query": {{"source": "s", "sql": "{}"}}}})", name,
            text);
    };
    EXPECT_EQ(field_of("[" + query("a", "select $a") + "]"), "variables[0].query");
    const auto circle = "[" + query("a", "select $b") + "," + query("b", "select $c") + "," +
                        query("c", "select $a") + "]";
    const auto refused = read(circle);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("a -> b -> c -> a"), std::string::npos)
        << refused.error().message;
}

TEST(Variables, AreSettledBehindThoseThatTheyName) {
    const auto dashboard = read(R"([
        {"name": "host", "type": "query",
         "query": {"source": "s", "sql": "select $region, '${site}', '[[x]]' where $from < t"}},
        {"name": "region", "type": "text"},
        {"name": "site", "type": "query", "query": {"source": "s", "sql": "select $region"}}])");
    ASSERT_TRUE(dashboard) << dashboard.error().message;
    const auto order = order_of(dashboard->variables);
    EXPECT_EQ(order.order, (std::vector<std::size_t>{1, 2, 0}));
    EXPECT_EQ(order.named[0], (std::vector<std::size_t>{1, 2}));
    EXPECT_TRUE(order.follows_time[0]);
    EXPECT_FALSE(order.follows_time[2]);
}

TEST(Choices, ArePickedByAnExpression) {
    EXPECT_EQ(offered("/^web/", {"web-1", "db-1", "web-2"}), (Texts{"web-1", "web-2"}));
    EXPECT_EQ(offered("web-.", {"web-1", "my-web-1"}), Texts{"web-1"});
    EXPECT_EQ(offered("/web-(\\d+)/", {"web-10", "db-2", "web-10"}), Texts{"10"});
    EXPECT_EQ(offered("/(\\w)=/g", {"a=1,b=2"}), (Texts{"a", "b"}));
    EXPECT_EQ(offered("/WEB/i", {"web-1"}), Texts{"web-1"});
    const auto named = ChoicePattern::create("/(?<text>.+) \\[(?<value>\\d+)\\]/").value();
    const auto found = named.apply({{"Berlin [7]", "Berlin [7]"}});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].value, "7");
    EXPECT_EQ(found[0].label, "Berlin");
}

TEST(Choices, LeaveOutWhatTheirBeginningMustNotBe) {
    const Texts given = {"prod", "usage", "prod-usage", "usage-eu", "test"};
    EXPECT_EQ(offered("(?!usage|te).+", given), (Texts{"prod", "prod-usage"}));
    EXPECT_EQ(offered("/^(?!usage).*$/", given), (Texts{"prod", "prod-usage", "test"}));
    EXPECT_EQ(offered("/^(?!.*usage)/", given), (Texts{"prod", "test"}));
    EXPECT_EQ(offered("/^(?!usage$)(?!PROD)(\\w)/i", given), (Texts{"u", "t"}));
    EXPECT_EQ(offered("(?![(]|\\)).+", {"(a", ")a", "a"}), Texts{"a"});
    // What this would not mean the same by.
    for (const auto* other : {"(?!a)b|c", "/^(?!a)b|c/", "/(?!a)b/", "/^(?!a)/m", "/^(?!(a))b/",
                              "/a(?!b)/", "/(?<=a)b/", "(?!a", "(?=a).+"}) {
        EXPECT_FALSE(ChoicePattern::create(other)) << other;
    }
}

TEST(Choices, NeverHoldWhatMeansAllOrNothing) {
    EXPECT_EQ(offered("", {"*", "", "a", "a"}), Texts{"a"});
    EXPECT_EQ(offered("/a(.*)/", {"a*", "a", "ab"}), Texts{"b"});
}

TEST(Choices, TakeLinearTimeForAnyExpression) {
    const auto begun = std::chrono::steady_clock::now();
    const std::string hard(4000, 'a');
    EXPECT_TRUE(offered("/^(a+)+$/", {hard + "!"}).empty());
    EXPECT_TRUE(offered("/(a|aa)*b$/", Texts(100, hard)).empty());
    EXPECT_FALSE(ChoicePattern::create("/((a{500}){500}){500}/"));
    EXPECT_FALSE(ChoicePattern::create("/(a)\\1/"));
    EXPECT_FALSE(ChoicePattern::create("/a"));
    EXPECT_FALSE(ChoicePattern::create("/a/x"));
    EXPECT_FALSE(ChoicePattern::create("/" + std::string(2000, 'a') + "/"));
    EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
}

TEST(Choices, ComeInTheOrderAskedFor) {
    using enum Variable::Sort;
    const Texts given = {"b10", "a9", "B2", "a10"};
    EXPECT_EQ(offered("", given, alpha_asc), (Texts{"B2", "a10", "a9", "b10"}));
    EXPECT_EQ(offered("", given, alpha_desc), (Texts{"b10", "a9", "a10", "B2"}));
    EXPECT_EQ(offered("", given, numeric_asc), (Texts{"B2", "a9", "b10", "a10"}));
    EXPECT_EQ(offered("", given, alpha_ignore_case_asc), (Texts{"a10", "a9", "b10", "B2"}));
    EXPECT_EQ(offered("", given, natural_asc), (Texts{"a9", "a10", "B2", "b10"}));
    EXPECT_EQ(offered("", given, natural_desc), (Texts{"b10", "B2", "a10", "a9"}));
}

TEST(Durations, AreReadWrittenAndRounded) {
    EXPECT_EQ(read_duration("90s"), 90s);
    EXPECT_EQ(read_duration("1h30m"), 90min);
    EXPECT_EQ(read_duration("100ms"), 100ms);
    for (const char* bad : {"", "5", "m", "-1m", "1m1h", "0s", "99999999999999999m", "1.5h", "1M"})
        EXPECT_FALSE(read_duration(bad)) << bad;
    EXPECT_EQ(duration_text(90s), "90s");
    EXPECT_EQ(duration_text(120s), "2m");
    EXPECT_EQ(round_interval(80s), 60s);
    EXPECT_EQ(round_interval(14ms), 10ms);
    EXPECT_EQ(round_interval(std::chrono::hours{24 * 100}), std::chrono::hours{24 * 365});
}

TEST(Filters, ComeBackAsTheyWereWritten) {
    const Filter filter{"a|b", Filter::Operator::one_of, {"x", "y|z", ""}};
    EXPECT_EQ(write_filter(filter), "a__gfp__b|=__gfp__|x|y__gfp__z|");
    EXPECT_EQ(read_filter(write_filter(filter)).value(), filter);
    for (const char* bad : {"", "a", "a|=", "|=|b", "a|~|b", "a|=|b|c"})
        EXPECT_FALSE(read_filter(bad)) << bad;
    EXPECT_EQ(filter_of_url("region,Region|=|eu,Europe"), "region|=|eu");
}

constexpr const char* kHosts =
    R"([{"name": "host", "type": "list", "multi": true,
         "choices": [{"value": "a"}, {"value": "b"}, {"value": "c"}]}])";

std::string text_panel(int id, int x, int y, int w, int h, const std::string& more = "") {
    return fmt::format(R"({{"id": {}, "type": "text", "markdown": "",
        "grid": {{"x": {}, "y": {}, "w": {}, "h": {}}}{}}})",
                       id, x, y, w, h, more);
}
std::string row(int id, int y, const std::string& more = "") {
    return fmt::format(R"({{"id": {}, "type": "row",
        "grid": {{"x": 0, "y": {}, "w": 24, "h": 1}}{}}})",
                       id, y, more);
}

Texts places(const Dashboard& dashboard, const ValuesByName& values) {
    Texts list;
    for (const auto& placed : place_panels(dashboard, values).panels) {
        const auto& g = placed.grid;
        list.push_back(fmt::format("{}{} {},{} {}x{}{}", placed.panel->id,
                                   placed.repeat ? "/" + *placed.repeat : "", g.x, g.y, g.w, g.h,
                                   placed.folded ? " folded" : ""));
    }
    return list;
}

TEST(Repeats, StandSideBySideAndMoveDownWhatIsBelow) {
    const auto dashboard =
        read(kHosts, "[" +
                         text_panel(1, 0, 0, 12, 4,
                                    R"(, "repeat": {"variable": "host", "max_per_row": 2})") +
                         "," + text_panel(2, 0, 4, 24, 2) + "]")
            .value();
    EXPECT_EQ(places(dashboard, {{"host", {"a", "b", "c"}}}),
              (Texts{"1/a 0,0 12x4", "1/b 12,0 12x4", "1/c 0,4 12x4", "2 0,8 24x2"}));
    EXPECT_EQ(places(dashboard, {{"host", {"a"}}}), (Texts{"1/a 0,0 24x4", "2 0,4 24x2"}));
    EXPECT_EQ(places(dashboard, {{"host", {}}}), Texts{"2 0,4 24x2"});
}

TEST(Repeats, StandOneBelowTheOther) {
    const auto dashboard =
        read(kHosts, "[" +
                         text_panel(1, 6, 0, 6, 3,
                                    R"(, "repeat": {"variable": "host", "direction": "v"})") +
                         "," + text_panel(2, 12, 0, 6, 3) + "," + text_panel(3, 0, 3, 6, 1) + "]")
            .value();
    EXPECT_EQ(places(dashboard, {{"host", {"a", "b"}}}),
              (Texts{"1/a 6,0 6x3", "1/b 6,3 6x3", "2 12,0 6x3", "3 0,6 6x1"}));
}

TEST(Repeats, OfARowTakeItsPanelsAlong) {
    const auto dashboard =
        read(kHosts, "[" + row(1, 0, R"(, "collapsed": true, "repeat": {"variable": "host"})") +
                         "," + text_panel(2, 0, 1, 24, 4) + "," + row(3, 5) + "," +
                         text_panel(4, 0, 6, 24, 2) + "]")
            .value();
    EXPECT_EQ(places(dashboard, {{"host", {"a", "b"}}}),
              (Texts{"1/a 0,0 24x1", "2/a 0,1 24x4 folded", "1/b 0,5 24x1", "2/b 0,6 24x4 folded",
                     "3 0,10 24x1", "4 0,11 24x2"}));
}

TEST(Repeats, NeverCoverAnotherPanel) {
    const auto dashboard =
        read(kHosts, "[" + text_panel(1, 0, 0, 12, 4, R"(, "repeat": {"variable": "host"})") + "," +
                         text_panel(2, 12, 0, 12, 4) + "," + text_panel(3, 0, 2, 24, 4) + "]")
            .value();
    const auto placed = place_panels(dashboard, {{"host", {"a", "b", "c"}}}).panels;
    for (const auto& one : placed) {
        for (const auto& other : placed) {
            if (&one == &other) continue;
            const auto &a = one.grid, &b = other.grid;
            const bool apart =
                a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
            EXPECT_TRUE(apart) << one.panel->id << " and " << other.panel->id;
        }
    }
}

TEST(Repeats, HaveAnEnd) {
    const auto dashboard =
        read(kHosts, "[" + text_panel(1, 0, 0, 12, 4, R"(, "repeat": {"variable": "host"})") + "]")
            .value();
    Texts many;
    for (int i = 0; i < 400; ++i)
        many.push_back(fmt::format("h{}", i));
    const auto placement = place_panels(dashboard, {{"host", many}});
    EXPECT_EQ(placement.panels.size(), kMaxClones);
    EXPECT_TRUE(placement.cut);
}

TEST(Repeats, ThatCannotBeAreRefused) {
    EXPECT_EQ(
        field_of(kHosts,
                 "[" + text_panel(1, 0, 0, 1, 1, R"(, "repeat": {"variable": "none"})") + "]"),
        "panels[0].repeat.variable");
    EXPECT_EQ(field_of(kHosts,
                       "[" + row(1, 0, R"(, "repeat": {"variable": "host"})") + "," +
                           text_panel(2, 0, 1, 1, 1, R"(, "repeat": {"variable": "host"})") + "]"),
              "panels[1].repeat");
    EXPECT_EQ(field_of("[]", "[" + text_panel(1, 0, 0, 1, 1, R"(, "collapsed": true)") + "]"),
              "panels[0].collapsed");
}

TEST(Repeats, PutTheirValueIntoATitle) {
    EXPECT_EQ(with_value("CPU of $host (${host}), $hosts", "host", "a"), "CPU of a (a), $hosts");
    EXPECT_EQ(with_value("$", "host", "a"), "$");
}

}  // namespace
}  // namespace casement::dashboards
