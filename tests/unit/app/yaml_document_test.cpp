#include "app/yaml_document.h"

#include "app/json_lines.h"

#include <gtest/gtest.h>

namespace casement::app {
namespace {

std::string yaml_error(const std::string& text) {
    const auto read = read_yaml(text, "f.yaml");
    return read ? "no error" : read.error().message;
}

std::string json_error(const std::string& text) {
    const auto read = read_json(text, "f.json");
    return read ? "no error" : read.error().message;
}

TEST(YamlDocument, FollowsTheCoreSchema) {
    const auto read = read_yaml(
        "a: true\nb: no\nc: 12\nd: 1.5\ne: \"12\"\nf: ~\ng: 2026-01-31\nh: .inf\ni: nan\nj: 1e3\n"
        "k: '*'\nl: +7\n",
        "f.yaml");
    ASSERT_TRUE(read) << read.error().message;
    const auto& o = read->value.get_object();
    EXPECT_EQ(o.at("a"), json::value(true));
    EXPECT_EQ(o.at("b"), json::value("no"));
    EXPECT_EQ(o.at("c"), json::value(12));
    EXPECT_EQ(o.at("d"), json::value(1.5));
    EXPECT_EQ(o.at("e"), json::value("12"));
    EXPECT_TRUE(o.at("f").is_null());
    EXPECT_EQ(o.at("g"), json::value("2026-01-31"));
    EXPECT_EQ(o.at("h"), json::value(".inf"));
    EXPECT_EQ(o.at("i"), json::value("nan"));
    EXPECT_EQ(o.at("j"), json::value(1000.0));
    EXPECT_EQ(o.at("k"), json::value("*"));
    EXPECT_EQ(o.at("l"), json::value(7));
}

TEST(YamlDocument, KnowsTheLineOfEveryValue) {
    const auto read =
        read_yaml("# note\nshares:\n  - token: a\n\n  - token: b\n    x:\n      y: 1\n", "f.yaml");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->line_of("shares"), 2);
    EXPECT_EQ(read->line_of("shares[0].token"), 3);
    EXPECT_EQ(read->line_of("shares[1]"), 5);
    EXPECT_EQ(read->line_of("shares[1].x.y"), 7);
    EXPECT_EQ(read->line_of("shares[1].missing"), 5);
}

TEST(YamlDocument, SaysWhereItIsNotYaml) {
    EXPECT_EQ(yaml_error("a: 1\nb: [1\n").substr(0, 9), "f.yaml:3:");
    EXPECT_EQ(yaml_error("a: 1\na: 2\n"), "f.yaml:2: \"a\" is given twice");
}

TEST(YamlDocument, RefusesWhatMakesASmallFileHuge) {
    EXPECT_NE(yaml_error("a: &x [1, 2]\nb: [*x, *x]\n").find("f.yaml:2: aliases"),
              std::string::npos);
    std::string deep = "a: ";
    for (int i = 0; i < 40; ++i)
        deep += "[";
    for (int i = 0; i < 40; ++i)
        deep += "]";
    EXPECT_NE(yaml_error(deep).find("32 levels"), std::string::npos);
    EXPECT_NE(yaml_error(std::string(100'000, '[')).find("f.yaml:1:"), std::string::npos);
    EXPECT_NE(yaml_error(std::string(kLongestFile + 1, 'a')).find("4 MiB"), std::string::npos);
}

TEST(YamlDocument, RefusesSeveralDocumentsAndNamesThatAreNotText) {
    EXPECT_NE(yaml_error("a: 1\n---\nb: 2\n").find("more than one document"), std::string::npos);
    EXPECT_NE(yaml_error("? [a, b]\n: 1\n").find("a name must be text"), std::string::npos);
}

TEST(JsonLines, KnowsTheLineOfEveryValue) {
    const auto scanned = scan_json("{\n\"a\": {\"x\": 1},\n\"b\": [\n1,\n{\"c\": \"}\"}\n]\n}");
    EXPECT_EQ(scanned.lines.at("a.x"), 2);
    EXPECT_EQ(scanned.lines.at("b[0]"), 4);
    EXPECT_EQ(scanned.lines.at("b[1].c"), 5);
    EXPECT_FALSE(scanned.duplicate);
}

TEST(JsonLines, SaysWhereItIsNotJson) {
    EXPECT_EQ(json_error("{\n\"a\": 1,\n\"b\": }\n").substr(0, 17), "f.json:3: not JSO");
    EXPECT_EQ(json_error("{\n\"a\": 1,\n\"a\": 2}\n"),
              "f.json:3: \"a\" is given twice in one object");
    EXPECT_EQ(json_error("{}\n\nx").substr(0, 9), "f.json:3:");
    EXPECT_EQ(json_error("").substr(0, 9), "f.json:1:");
}

TEST(JsonLines, SurvivesWhatIsNotJson) {
    for (const auto* text : {"{", "[", "{\"a", "{\"a\"", "{\"a\":", "[1,", "\"\\", "", "]", "{]"}) {
        EXPECT_LE(scan_json(text).lines.size(), 3U) << text;
    }
    EXPECT_LE(scan_json(std::string(100'000, '[')).lines.size(), 70U);
}

}  // namespace
}  // namespace casement::app
