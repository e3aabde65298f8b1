#include "dashboards/dashboard.h"

#include "base/encoding.h"
#include "dashboards/timezone.h"

#include <fstream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::dashboards {
namespace {

using namespace std::chrono_literals;

const char* const kPanel = R"({"id":1,"type":"stat","grid":{"x":0,"y":0,"w":6,"h":4},
    "queries":[{"source":"s","sql":"select 1"}]})";

json::value document(const std::string& members) {
    return parse_json(R"({"title":"T","panels":[)" + std::string(kPanel) + "]" +
                      (members.empty() ? "" : "," + members) + "}")
        .value();
}

/// "fits", or the path of what is wrong.
std::string wrong_document(const json::value& value) {
    const auto read = read_dashboard(value);
    if (read) return "fits";
    EXPECT_EQ(read.error().code, "invalid_dashboard");
    EXPECT_EQ(read.error().kind, ErrorKind::invalid);
    EXPECT_FALSE(read.error().message.empty());
    return read.error().field;
}
std::string wrong(const std::string& members) {
    return wrong_document(document(members));
}

/// What is wrong with one panel that has these members besides id and grid.
std::string wrong_panel(const std::string& members) {
    return wrong_document(
        parse_json(R"({"title":"T","panels":[{"id":1,"grid":{"x":0,"y":0,"w":6,"h":4},)" + members +
                   "}]}")
            .value());
}
std::string wrong_options(const std::string& type, const std::string& options) {
    return wrong_panel(R"("type":")" + type +
                       R"(","queries":[{"source":"s","sql":"select 1"}],"options":)" + options);
}
std::string wrong_variable(const std::string& members) {
    return wrong(R"("variables":[{)" + members + "}]");
}

TEST(ReadDashboard, FillsInWhatIsLeftOut) {
    const auto read = read_dashboard(document(""));
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read->title, "T");
    EXPECT_EQ(read->uid, "");
    EXPECT_EQ(read->theme, Theme::system);
    EXPECT_EQ(read->timezone, "browser");
    EXPECT_FALSE(read->refresh.has_value());
    EXPECT_EQ(read->time.span, "1d");
    EXPECT_TRUE(read->time_selectable);
    EXPECT_EQ(read->panels[0].queries[0].name, "A");
    EXPECT_EQ(read->panel(1), &read->panels[0]);
    EXPECT_EQ(read->panel(2), nullptr);
}

TEST(ReadDashboard, ReadsEverything) {
    const auto read = read_dashboard(document(
        R"("uid":"f-1","description":"d","tags":["a","b"],"theme":"dark","timezone":"UTC",
           "refresh":"5m","time":{"span":"1mo","selectable":false,"as_of":"2001-07-01T00:00:00Z"},
           "variables":[{"name":"airport","label":"Airport","type":"query","multi":true,
               "include_all":true,"query":{"source":"s","sql":"select 1"},"default":["*"]},
              {"name":"word","type":"text","max_length":10,"default":["x"]},
              {"name":"size","type":"list","choices":[{"value":"s","label":"Small"},{"value":"l"}]}])"));
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(read->theme, Theme::dark);
    EXPECT_EQ(read->refresh, 300s);
    EXPECT_FALSE(read->time_selectable);
    EXPECT_EQ(to_rfc3339(*read->as_of), "2001-07-01T00:00:00.000000Z");
    const auto* airport = read->variable("airport");
    ASSERT_NE(airport, nullptr);
    EXPECT_EQ(airport->type, Variable::Type::query);
    EXPECT_EQ(airport->query.source, "s");
    EXPECT_TRUE(airport->multi);
    EXPECT_EQ(read->variable("word")->max_length, 10);
    EXPECT_EQ(read->variable("size")->choices[0].label, "Small");
    EXPECT_EQ(read->variable("size")->choices[1].label, "l");
    EXPECT_EQ(read->variable("nothing"), nullptr);
}

TEST(ReadDashboard, NamesWhatIsWrongAtTheTop) {
    EXPECT_EQ(wrong_document(json::parse("[]")), "");
    EXPECT_EQ(wrong_document(json::parse(R"({"panels":[]})")), "title");
    EXPECT_EQ(wrong_document(json::parse(R"({"title":"T"})")), "panels");
    EXPECT_EQ(wrong_document(json::parse(R"({"title":"T","panels":[]})")), "fits");
    EXPECT_EQ(wrong(R"("uid":"a b")"), "uid");
    EXPECT_EQ(wrong(R"("uid":"../x")"), "uid");
    EXPECT_EQ(wrong(R"("theme":"blue")"), "theme");
    EXPECT_EQ(wrong(R"("panles":[])"), "panles");
    EXPECT_EQ(wrong(R"("tags":["a",1])"), "tags[1]");
    EXPECT_EQ(wrong(R"("description":null)"), "description");
}

TEST(ReadDashboard, TakesKnownTimes) {
    EXPECT_EQ(wrong(R"("time":{"span":"6mo"})"), "fits");
    EXPECT_EQ(wrong(R"("time":{"from":"2001-01-01","to":"2001-02-01T00:00:00+01:00"})"), "fits");
    EXPECT_EQ(wrong(R"("time":{"span":"7d"})"), "time.span");
    EXPECT_EQ(wrong(R"("time":{"from":"2001-01-01"})"), "time.to");
    EXPECT_EQ(wrong(R"("time":{"to":"2001-01-01"})"), "time.from");
    EXPECT_EQ(wrong(R"("time":{"from":"2001-01-01","to":"2001-01-01"})"), "time.to");
    EXPECT_EQ(wrong(R"("time":{"from":"2001-13-01","to":"2001-01-01"})"), "time.from");
    EXPECT_EQ(wrong(R"("time":{"from":"yesterday!","to":"2001-01-01"})"), "time.from");
    EXPECT_EQ(wrong(R"("time":{"span":"1d","from":"2001-01-01","to":"2001-02-01"})"), "time.span");
    EXPECT_EQ(wrong(R"("time":{"as_of":"2001-02-30"})"), "time.as_of");
}

TEST(ReadDashboard, TakesKnownRefreshes) {
    for (const char* fits : {"5s", "30s", "5m", "24h"}) {
        EXPECT_EQ(wrong(R"("refresh":")" + std::string(fits) + '"'), "fits") << fits;
    }
    EXPECT_EQ(wrong(R"("refresh":null)"), "fits");
    for (const char* bad :
         {"4s", "0s", "25h", "1d", "-5s", "5 s", "s5", "99999s", "9999999h", "ms", "1.5m"}) {
        EXPECT_EQ(wrong(R"("refresh":")" + std::string(bad) + '"'), "refresh") << bad;
    }
    EXPECT_EQ(wrong(R"("refresh":30)"), "refresh");
}

TEST(ReadDashboard, TakesKnownTimeZones) {
    EXPECT_EQ(wrong(R"("timezone":"browser")"), "fits");
    EXPECT_EQ(wrong(R"("timezone":"UTC")"), "fits");
    for (const char* bad : {"../../etc/passwd", "/etc/passwd", "Europe/", "Europe//Berlin", "",
                            "Europe/Berlin\\n", "Etc/..", "."}) {
        EXPECT_EQ(wrong(R"("timezone":")" + std::string(bad) + '"'), "timezone") << bad;
    }
}

TEST(Timezone, AsksTheMachineOrElseTheSpelling) {
    EXPECT_TRUE(is_timezone("Mars/Olympus_Mons", "/nowhere/at/all"));
    EXPECT_FALSE(is_timezone("../x", "/nowhere/at/all"));
    if (!std::ifstream("/usr/share/zoneinfo/Europe/Berlin")) GTEST_SKIP() << "no tzdata here";
    EXPECT_TRUE(is_timezone("Europe/Berlin"));
    EXPECT_TRUE(is_timezone("Etc/GMT+1"));
    EXPECT_TRUE(is_timezone("America/Argentina/Buenos_Aires"));
    EXPECT_FALSE(is_timezone("Mars/Olympus_Mons"));
    EXPECT_FALSE(is_timezone("Europe"));
    EXPECT_FALSE(is_timezone("tzdata.zi"));
    EXPECT_FALSE(is_timezone("zone.tab"));
}

TEST(ReadDashboard, ChecksPanels) {
    const std::string query = R"("queries":[{"source":"s","sql":"select 1"}])";
    EXPECT_EQ(wrong_panel(R"("type":"stat",)" + query), "fits");
    EXPECT_EQ(wrong_panel(R"("type":"pie",)" + query), "panels[0].type");
    EXPECT_EQ(wrong_panel(R"("type":"stat")"), "panels[0].queries");
    EXPECT_EQ(wrong_panel(R"("type":"stat","queries":[])"), "panels[0].queries");
    EXPECT_EQ(wrong_panel(R"("type":"stat","queries":[{"source":"","sql":"x"}])"),
              "panels[0].queries[0].source");
    EXPECT_EQ(wrong_panel(R"("type":"stat","queries":[{"source":"s","sql":""}])"),
              "panels[0].queries[0].sql");
    EXPECT_EQ(wrong_panel(R"("type":"stat","queries":[{"source":"s"}])"),
              "panels[0].queries[0].sql");
    EXPECT_EQ(wrong_panel(R"("type":"stat","queries":[{"name":"A","source":"s","sql":"x"},
                                                      {"name":"A","source":"s","sql":"x"}])"),
              "panels[0].queries[1].name");
    EXPECT_EQ(wrong_panel(R"("type":"stat","queries":[{"name":"B","source":"s","sql":"x"},
                                                      {"source":"s","sql":"x"}])"),
              "panels[0].queries[1].name");
    EXPECT_EQ(wrong_panel(R"("type":"text","markdown":"# Hi")"), "fits");
    EXPECT_EQ(wrong_panel(R"("type":"text")"), "panels[0].markdown");
    EXPECT_EQ(wrong_panel(R"("type":"text","markdown":"x",)" + query), "panels[0].queries");
    EXPECT_EQ(wrong_panel(R"("type":"stat","markdown":"x",)" + query), "panels[0].markdown");
    EXPECT_EQ(wrong_panel(R"("type":"text","markdown":"x","options":{"unit":"s"})"),
              "panels[0].options.unit");
}

TEST(ReadDashboard, ChecksTheGrid) {
    const auto grid = [](const std::string& text) {
        return wrong_document(parse_json(
                                  R"({"title":"T","panels":[{"id":1,"type":"text","markdown":"x",
            "grid":)" + text + "}]}")
                                  .value());
    };
    EXPECT_EQ(grid(R"({"x":0,"y":0,"w":24,"h":1})"), "fits");
    EXPECT_EQ(grid(R"({"x":23,"y":0,"w":1,"h":1})"), "fits");
    EXPECT_EQ(grid(R"({"x":1,"y":0,"w":24,"h":1})"), "panels[0].grid.w");
    EXPECT_EQ(grid(R"({"x":24,"y":0,"w":1,"h":1})"), "panels[0].grid.x");
    EXPECT_EQ(grid(R"({"x":-1,"y":0,"w":1,"h":1})"), "panels[0].grid.x");
    EXPECT_EQ(grid(R"({"x":0,"y":0,"w":0,"h":1})"), "panels[0].grid.w");
    EXPECT_EQ(grid(R"({"x":0,"y":0,"w":1,"h":1.5})"), "panels[0].grid.h");
    EXPECT_EQ(grid(R"({"x":0,"y":99999999999,"w":1,"h":1})"), "panels[0].grid.y");
    EXPECT_EQ(grid(R"({"x":0,"y":0,"w":1})"), "panels[0].grid.h");
}

TEST(ReadDashboard, RefusesTwoPanelsOfOneId) {
    auto value = document("");
    value.as_object()["panels"].as_array().push_back(json::parse(kPanel));
    EXPECT_EQ(wrong_document(value), "panels[1].id");
}

TEST(ReadDashboard, ChecksVariables) {
    const std::string choices = R"("choices":[{"value":"a"},{"value":"b"}])";
    EXPECT_EQ(wrong_variable(R"("name":"v","type":"list",)" + choices), "fits");
    EXPECT_EQ(wrong_variable(R"("name":"v","type":"list",)" + choices + R"(,"default":["b"])"),
              "fits");
    EXPECT_EQ(wrong_variable(R"("name":"v","type":"list",)" + choices + R"(,"default":["c"])"),
              "variables[0].default[0]");
    EXPECT_EQ(wrong_variable(R"("name":"v","type":"list",)" + choices + R"(,"default":["a","b"])"),
              "variables[0].default");
    EXPECT_EQ(wrong_variable(R"("name":"v","type":"list","multi":true,)" + choices +
                             R"(,"default":["a","b"])"),
              "fits");
    EXPECT_EQ(wrong_variable(R"("name":"v","type":"list",)" + choices + R"(,"default":["*"])"),
              "variables[0].default[0]");
    EXPECT_EQ(wrong_variable(R"("name":"v","type":"list","include_all":true,)" + choices +
                             R"(,"default":["*"])"),
              "fits");
    EXPECT_EQ(wrong_variable(R"("name":"v","type":"list","choices":[{"value":"*"}])"),
              "variables[0].choices[0].value");
    EXPECT_EQ(wrong_variable(R"("name":"v","type":"list","choices":[{"value":"a"},{"value":"a"}])"),
              "variables[0].choices[1].value");
    EXPECT_EQ(wrong_variable(R"("name":"v","type":"list")"), "variables[0].choices");
    EXPECT_EQ(wrong_variable(R"("name":"v","type":"query")"), "variables[0].query");
    EXPECT_EQ(
        wrong_variable(R"("name":"v","type":"query","query":{"source":"s","sql":"x"},)" + choices),
        "variables[0].choices");
    EXPECT_EQ(wrong_variable(R"("name":"v","type":"text","max_length":2,"default":["abc"])"),
              "variables[0].default[0]");
    EXPECT_EQ(wrong_variable(R"("name":"v","type":"text","multi":true)"), "variables[0].multi");
    EXPECT_EQ(wrong_variable(R"("name":"v","type":"list","max_length":2,)" + choices),
              "variables[0].max_length");
}

TEST(ReadDashboard, ChecksNamesOfVariables) {
    for (const char* bad :
         {"from", "to", "interval", "timezone", "From", "TO", "1a", "a b", "a-b", "", "$a", "é"}) {
        EXPECT_EQ(wrong_variable(R"("type":"text","name":")" + std::string(bad) + '"'),
                  "variables[0].name")
            << bad;
    }
    EXPECT_EQ(wrong_variable(R"("type":"text","name":")" + std::string(64, 'a') + '"'), "fits");
    EXPECT_EQ(wrong_variable(R"("type":"text","name":")" + std::string(65, 'a') + '"'),
              "variables[0].name");
    EXPECT_EQ(wrong(R"("variables":[{"name":"a","type":"text"},{"name":"A","type":"text"}])"),
              "variables[1].name");
}

TEST(ReadDashboard, HasLimits) {
    const auto panels = [](std::size_t count) {
        json::array list;
        for (std::size_t i = 0; i < count; ++i) {
            auto panel = json::parse(kPanel).as_object();
            panel["id"] = static_cast<std::int64_t>(i + 1);
            list.push_back(std::move(panel));
        }
        return json::value{{"title", "T"}, {"panels", std::move(list)}};
    };
    EXPECT_EQ(wrong_document(panels(500)), "fits");
    EXPECT_EQ(wrong_document(panels(501)), "panels");
    const auto sql = [](std::size_t size) {
        return wrong_panel(R"("type":"stat","queries":[{"source":"s","sql":")" +
                           std::string(size, 'x') + R"("}])");
    };
    EXPECT_EQ(sql(65'536), "fits");
    EXPECT_EQ(sql(65'537), "panels[0].queries[0].sql");
    EXPECT_EQ(wrong_panel(R"("type":"text","markdown":")" + std::string(65'537, 'x') + '"'),
              "panels[0].markdown");
}

TEST(PanelOptions, AreThoseOfTheType) {
    const std::string common =
        R"("unit":"percent","decimals":1,"min":-1,"max":1.5,"legend":true,"colors":["#12aBef","red"],
           "thresholds":[{"value":null,"color":"green"},{"value":80,"color":"#ff0000"}])";
    EXPECT_EQ(wrong_options("timeseries", "{" + common + R"(,"style":"area","stack":true,"fill":0.3,
        "line_width":1.5,"time_column":"t","series_column":"s","value_columns":["a"],
        "null_as":"connect"})"),
              "fits");
    EXPECT_EQ(wrong_options("stat", "{" + common + R"(,"value_column":"n","reduce":"mean",
        "sparkline":true,"color_mode":"background"})"),
              "fits");
    EXPECT_EQ(wrong_options("barchart", "{" + common + R"(,"label_column":"l","value_columns":["a"],
        "orientation":"horizontal","stack":false,"sort":"desc","limit":10})"),
              "fits");
    EXPECT_EQ(wrong_options("table", "{" + common + R"(,"page_size":20,
        "sort":{"column":"n","direction":"desc"},"columns":[{"name":"n","title":"N","unit":"s",
        "decimals":0,"align":"right","bar":true,"width":120}]})"),
              "fits");
    EXPECT_EQ(wrong_options("stat", R"({"style":"line"})"), "panels[0].options.style");
    EXPECT_EQ(wrong_options("timeseries", R"({"reduce":"sum"})"), "panels[0].options.reduce");
    EXPECT_EQ(wrong_options("barchart", R"({"sort":{"column":"a","direction":"asc"}})"),
              "panels[0].options.sort");
    EXPECT_EQ(wrong_options("table", R"({"sort":"asc"})"), "panels[0].options.sort");
}

TEST(PanelOptions, HaveBounds) {
    EXPECT_EQ(wrong_options("stat", "[]"), "panels[0].options");
    EXPECT_EQ(wrong_options("stat", R"({"decimals":11})"), "panels[0].options.decimals");
    EXPECT_EQ(wrong_options("stat", R"({"decimals":-1})"), "panels[0].options.decimals");
    EXPECT_EQ(wrong_options("stat", R"({"min":2,"max":1})"), "panels[0].options.max");
    EXPECT_EQ(wrong_options("timeseries", R"({"fill":1.1})"), "panels[0].options.fill");
    EXPECT_EQ(wrong_options("timeseries", R"({"line_width":-1})"), "panels[0].options.line_width");
    EXPECT_EQ(wrong_options("stat", R"-({"colors":["red; background:url(//x)"]})-"),
              "panels[0].options.colors[0]");
    EXPECT_EQ(wrong_options("stat", R"({"thresholds":[{"value":1,"color":"#ffff"}]})"),
              "panels[0].options.thresholds[0].color");
    EXPECT_EQ(wrong_options("stat", R"({"thresholds":[{"value":2,"color":"red"},
                                                      {"value":1,"color":"red"}]})"),
              "panels[0].options.thresholds[1].value");
    EXPECT_EQ(wrong_options("stat", R"({"thresholds":[{"value":2,"color":"red"},
                                                      {"value":null,"color":"red"}]})"),
              "panels[0].options.thresholds[1].value");
}

TEST(SpanLength, KnowsItsNames) {
    EXPECT_EQ(span_length("15m"), 15min);
    EXPECT_EQ(span_length("1mo"), std::chrono::seconds{30 * 86400});
    EXPECT_EQ(span_length("1y"), std::chrono::seconds{365 * 86400});
    EXPECT_FALSE(span_length("").has_value());
    EXPECT_FALSE(span_length("1M").has_value());
}

TEST(ReadDashboard, AnyMemberOfAnotherTypeIsRefusedWithItsPath) {
    // Every place of a full document, replaced by every kind of value.
    const auto full = document(
        R"("uid":"f","description":"d","tags":["a"],"theme":"dark","timezone":"UTC","refresh":"5m",
           "time":{"span":"1mo","selectable":false,"as_of":"2001-07-01"},
           "variables":[{"name":"v","label":"V","type":"list","choices":[{"value":"a","label":"A"}],
                         "multi":true,"include_all":false,"default":["a"]}])");
    const std::vector<json::value> others = {json::value(nullptr),
                                             json::value(true),
                                             json::value(1),
                                             json::value(1.5),
                                             json::value("x"),
                                             json::value(json::array{}),
                                             json::value(json::object{}),
                                             json::value(std::string(100'000, 'x'))};
    EXPECT_TRUE(rc::check([&] {
        json::value changed = full;
        json::value* place = &changed;
        while (true) {
            std::vector<json::value*> next;
            if (auto* object = place->if_object()) {
                for (auto& member : *object)
                    next.push_back(&member.value());
            } else if (auto* list = place->if_array()) {
                for (auto& item : *list)
                    next.push_back(&item);
            }
            if (next.empty() || (place != &changed && *rc::gen::inRange(0, 4) == 0)) break;
            place = *rc::gen::elementOf(next);
        }
        *place = *rc::gen::elementOf(others);
        const auto read = read_dashboard(changed);
        if (!read) {
            RC_ASSERT(read.error().code == "invalid_dashboard");
            RC_ASSERT(is_utf8(read.error().message));
        }
    }));
}

TEST(ReadDashboard, AnErrorIsUtf8EvenWhenANameIsCut) {
    const std::string name = "x" + std::string(62, 'y') + "ééé";
    const auto read = read_dashboard(document('"' + name + R"(":1)"));
    ASSERT_FALSE(read.has_value());
    EXPECT_TRUE(is_utf8(read.error().message));
    EXPECT_TRUE(is_utf8(read.error().field));
}

TEST(ReadDashboard, AQueryNamesASourceOrAModel) {
    const auto with = [](const std::string& query) {
        return wrong_panel(R"("type":"stat","queries":[{)" + query + R"("sql":"select 1"}])");
    };
    const std::string path = "panels[0].queries[0].";
    EXPECT_EQ(with(R"("model":"m",)"), "fits");
    EXPECT_EQ(with(R"("source":"s",)"), "fits");
    EXPECT_EQ(with(""), path + "source");
    EXPECT_EQ(with(R"("source":"s","model":"m",)"), path + "model");
    EXPECT_EQ(with(R"("model":"",)"), path + "model");
    EXPECT_EQ(with(R"("model":["m"],)"), path + "model");
    EXPECT_EQ(with(R"("model":null,)"), path + "model");
    EXPECT_EQ(with(R"("source":null,"model":"m",)"), path + "source");
    EXPECT_EQ(wrong_variable(R"("name":"a","type":"query","default":["x"],)"
                             R"("query":{"model":"m","sql":"select 1"})"),
              "fits");
    EXPECT_EQ(wrong_variable(R"("name":"a","type":"query","default":["x"],)"
                             R"("query":{"sql":"select 1"})"),
              "variables[0].query.source");
    const auto read = read_dashboard(
        parse_json(R"({"title":"T","panels":[{"id":1,"type":"stat","grid":{"x":0,"y":0,"w":6,"h":4},
            "queries":[{"model":"m","sql":"select 1"}]}]})")
            .value());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->panels[0].queries[0].model, "m");
    EXPECT_EQ(read->panels[0].queries[0].source, "");
}

TEST(ReadDashboard, AVariableMayFollowAnAttribute) {
    const auto with = [](const std::string& attribute) {
        return wrong_variable(R"("name":"a","type":"text","default":["x"],"attribute":)" +
                              attribute);
    };
    EXPECT_EQ(with(R"("airport")"), "fits");
    for (const char* attribute :
         {R"("")", R"("Airport")", R"("a b")", R"(["airport"])", "null", "1", R"("a-b")"}) {
        EXPECT_EQ(with(attribute), "variables[0].attribute") << attribute;
    }
}

std::string with_query(const std::string& members) {
    return wrong_document(
        parse_json(R"({"title":"T","panels":[{"id":1,"type":"stat","grid":{"x":0,"y":0,"w":6,"h":4},
            "queries":[{"source":"m",)" +
                   members + "}]}]}")
            .value());
}

TEST(ReadDashboard, AQueryIsSqlOrPromqlAndNotBoth) {
    const std::string path = "panels[0].queries[0].";
    EXPECT_EQ(with_query(R"("promql":"up")"), "fits");
    EXPECT_EQ(with_query(R"("sql":"select 1")"), "fits");
    EXPECT_EQ(with_query(R"("sql":"select 1","promql":"up")"), path + "promql");
    EXPECT_EQ(with_query(R"("name":"A")"), path + "sql");
    EXPECT_EQ(with_query(R"("promql":"")"), path + "promql");
    EXPECT_EQ(with_query(R"("promql":["up"])"), path + "promql");
    EXPECT_EQ(with_query(R"("promql":")" + std::string(16 * 1024 + 1, 'a') + '"'), path + "promql");
    EXPECT_EQ(with_query(R"("sql":"select 1","legend":"x")"), path + "legend");
    EXPECT_EQ(with_query(R"("sql":"select 1","instant":false)"), path + "instant");
    EXPECT_EQ(with_query(R"("promql":"up","format":"logs")"), path + "format");
    EXPECT_EQ(with_query(R"("promql":"up","instant":"yes")"), path + "instant");
    for (const char* step : {"15s", "1m", "500ms", "2h"}) {
        EXPECT_EQ(with_query(fmt::format(R"("promql":"up","min_step":"{}")", step)), "fits");
    }
    for (const char* step : {"0s", "15", "s", "1.5m", "-1s", "1m30s", "1 m", "12345678901s"}) {
        EXPECT_EQ(with_query(fmt::format(R"("promql":"up","min_step":"{}")", step)),
                  path + "min_step")
            << step;
    }
    EXPECT_EQ(wrong_variable(R"("name":"a","type":"query","default":["x"],)"
                             R"~("query":{"source":"m","promql":"label_values(up, job)"})~"),
              "fits");
    EXPECT_EQ(wrong_variable(R"("name":"a","type":"query","default":["x"],)"
                             R"("query":{"source":"m","promql":"up","instant":true})"),
              "variables[0].query.instant");
}

TEST(ReadDashboard, APromqlQueryKeepsWhatItSaysBesidesItsText) {
    const auto read = read_dashboard(
        parse_json(R"({"title":"T","panels":[{"id":1,"type":"stat","grid":{"x":0,"y":0,"w":6,"h":4},
            "queries":[{"source":"m","promql":"up","legend":"{{job}}","min_step":"1m",
                        "format":"table","instant":true}]}]})")
            .value());
    ASSERT_TRUE(read);
    const auto& query = read->panels[0].queries[0];
    EXPECT_EQ(query.language, PanelQuery::Language::promql);
    EXPECT_EQ(query.text, "up");
    EXPECT_EQ(
        query.settings,
        (json::object{
            {"legend", "{{job}}"}, {"format", "table"}, {"instant", true}, {"min_step", "1m"}}));
}

}  // namespace
}  // namespace casement::dashboards
