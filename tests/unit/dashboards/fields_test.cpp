#include "dashboards/colours.h"
#include "dashboards/dashboard.h"
#include "dashboards/field_shapes.h"

#include <variant>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::dashboards {
namespace {

using namespace std::chrono_literals;

/// The panel with these members besides id, grid and query; or the path of what is wrong.
std::variant<Panel, std::string> read(const std::string& members) {
    const auto document = parse_json(
        R"({"title":"T","panels":[{"id":1,"type":"timeseries","grid":{"x":0,"y":0,"w":6,"h":4},
            "queries":[{"source":"s","sql":"select 1"}],)" +
        members + "}]}");
    const auto found = read_dashboard(document.value());
    if (!found) return found.error().field;
    return found->panels[0];
}
Panel panel(const std::string& members) {
    auto found = read(members);
    if (const auto* wrong = std::get_if<std::string>(&found)) ADD_FAILURE() << *wrong;
    return std::holds_alternative<Panel>(found) ? std::get<Panel>(found) : Panel{};
}
std::string wrong(const std::string& members) {
    auto found = read(members);
    return std::holds_alternative<Panel>(found) ? "fits" : std::get<std::string>(found);
}

TEST(Colours, AreWrittenInManyWaysAndShownInFew) {
    EXPECT_EQ(page_colour("green"), "green");
    EXPECT_EQ(page_colour("semi-dark-green"), "#56a64b");
    EXPECT_EQ(page_colour("super-light-blue"), "#c0d8ff");
    EXPECT_EQ(page_colour("orange"), "#ff9830");
    EXPECT_EQ(page_colour("#fff"), "#ffffff");
    EXPECT_EQ(page_colour("#12345678"), "#12345678");
    EXPECT_EQ(page_colour("rgb(1, 2, 255)"), "#0102ff");
    EXPECT_EQ(page_colour("rgba(237, 129, 40, 0.89)"), "#ed8128e3");
    EXPECT_EQ(page_colour("transparent"), "#00000000");
}

TEST(Colours, OfAnyOtherSpellingAreRefused) {
    for (const char* text : {"", "url(x)", "rgb(1,2)", "rgb(1,2,3", "rgb(256,0,0)", "rgba(1,2,3,2)",
                             "rgb(-1,2,3)", "rgb(nan,1,1)", "#ggg", "#12345", "very-green",
                             "red;background:url(x)", "rgb(1,2,3);x", "dark-white"}) {
        EXPECT_FALSE(page_colour(text)) << text;
    }
    rc::check("whatever is understood is a plain name or digits", [](const std::string& text) {
        const auto colour = page_colour(text);
        if (!colour) return;
        RC_ASSERT(colour->find_first_not_of("#abcdefghijklmnopqrstuvwxyzABCDEF0123456789") ==
                  std::string::npos);
    });
}

TEST(FieldOptions, GetTheColoursOfThePage) {
    const auto read = panel(R"x("options":{"thresholds":[{"value":null,"color":"dark-red"}],
        "mappings":[{"type":"value","value":"1","text":"up","color":"rgb(0,0,0)"}]},
        "overrides":[{"match":{"by":"name","value":"a"},
        "set":{"color":{"mode":"fixed","color":"light-green"},"negative":"negative-Y"}}])x");
    EXPECT_EQ(read.options.at("thresholds").at(0).at("color"), "#c4162a");
    EXPECT_EQ(read.options.at("mappings").at(0).at("color"), "#000000");
    EXPECT_EQ(read.overrides.at(0).at("set").at("color").at("color"), "#96d98d");
}

TEST(FieldOptions, SayWhatIsWrong) {
    EXPECT_EQ(wrong(R"x("options":{"color":{"mode":"fixed","color":"rgb(300,1,1)"}})x"),
              "panels[0].options.color.color");
    EXPECT_EQ(wrong(R"x("options":{"mappings":[{"type":"regex","text":"x"}]})x"),
              "panels[0].options.mappings[0].pattern");
    EXPECT_EQ(wrong(R"x("options":{"mappings":[{"type":"regex","pattern":"("}]})x"),
              "panels[0].options.mappings[0].pattern");
    EXPECT_EQ(wrong(R"x("options":{"log_base":3})x"), "panels[0].options.log_base");
    EXPECT_EQ(wrong(R"x("overrides":[{"match":{"by":"names","value":"a"},"set":{}}])x"),
              "panels[0].overrides[0].match.value");
    EXPECT_EQ(
        wrong(R"x("overrides":[{"match":{"by":"value","value":{"reducer":"max"}},"set":{}}])x"),
        "panels[0].overrides[0].match.value.op");
    EXPECT_EQ(wrong(R"x("overrides":[{"match":{"by":"name","value":"a"},"set":{"fill":2}}])x"),
              "panels[0].overrides[0].set.fill");
    EXPECT_EQ(wrong(R"x("transformations":[{"id":"runScript"}])x"),
              "panels[0].transformations[0].id");
    EXPECT_EQ(wrong(R"x("time_from":"20y")x"), "panels[0].time_from");
}

TEST(Links, LeadOnlyToTheWebToMailAndToThisServer) {
    for (const char* url : {"https://example.test/${x}", "http://example.test", "mailto:a@b.test",
                            "/d/abc?x=1", "${address}", "?a=1", "#part"}) {
        EXPECT_EQ(wrong(R"x("links":[{"title":"t","url":")x" + std::string(url) + "\"}]"), "fits")
            << url;
    }
    for (const char* url : {"javascript:alert(1)", "data:text/html,x", "//evil.test",
                            "/\\\\evil.test", "vbscript:x", "d/abc", " javascript:alert(1)"}) {
        EXPECT_EQ(wrong(R"x("links":[{"title":"t","url":")x" + std::string(url) + "\"}]"),
                  "panels[0].links[0].url")
            << url;
    }
}

TEST(PanelTime, IsReadAsLengths) {
    const auto read =
        panel(R"("interval":"1m","time_from":"6h","time_shift":"1d","cache_seconds":60)");
    EXPECT_EQ(read.interval, 1min);
    EXPECT_EQ(read.time_from, 6h);
    EXPECT_EQ(read.time_shift, 24h);
    EXPECT_EQ(read.cache_time, 60s);
    EXPECT_EQ(read.time_note, "Last 6h, 1d earlier");
    EXPECT_EQ(panel(R"("time_from":"6h","hide_time_override":true)").time_note, "");
    EXPECT_FALSE(length_of("0s"));
    EXPECT_FALSE(length_of("5"));
    EXPECT_FALSE(length_of("99999999999999999999d"));
}

TEST(PartFields, IsLoadedOnlyWherePanelsNeedIt) {
    EXPECT_FALSE(needs_fields(panel(R"("options":{"unit":"min","stack":true})")));
    EXPECT_FALSE(needs_fields(panel(R"("options":{"unit":"bytes","legend":true})")));
    EXPECT_TRUE(needs_fields(panel(R"("options":{"unit":"decbytes"})")));
    EXPECT_TRUE(needs_fields(panel(R"("options":{"unit":"suffix: items"})")));
    EXPECT_TRUE(needs_fields(panel(R"("options":{"interpolation":"smooth"})")));
    EXPECT_TRUE(needs_fields(panel(R"("transformations":[{"id":"merge"}])")));
    EXPECT_TRUE(
        needs_fields(panel(R"("overrides":[{"match":{"by":"type","value":"number"},"set":{}}])")));
}

}  // namespace
}  // namespace casement::dashboards
