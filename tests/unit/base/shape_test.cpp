#include "base/shape.h"

#include "base/pattern_words.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace casement {
namespace {

const Shape kShare = Shape::object({
    required("title", Shape::text(1, 20)),
    optional("status", Shape::one_of({"active", "paused"})),
    optional("spans", Shape::list(Shape::integer(1, 9), 3)),
    optional("note", Shape::text().or_null()),
});

std::string field_of(std::string_view text) {
    auto value = parse_json(text);
    if (!value) return "unparsed: " + value.error().message;
    const auto error = check(*value, kShare);
    return error ? error->field : "fits";
}

TEST(Shape, NamesTheMemberThatIsWrong) {
    EXPECT_EQ(field_of(R"({"title":"a"})"), "fits");
    EXPECT_EQ(field_of(R"({})"), "title");
    EXPECT_EQ(field_of(R"({"title":""})"), "title");
    EXPECT_EQ(field_of(R"({"title":"a","status":"on"})"), "status");
    EXPECT_EQ(field_of(R"({"title":"a","spans":[1,2,10]})"), "spans[2]");
    EXPECT_EQ(field_of(R"({"title":"a","note":null})"), "fits");
    EXPECT_EQ(field_of(R"({"title":"a","titel":"b"})"), "titel");
}

TEST(Shape, TakesNoOtherJsonTypeForText) {
    for (const auto* other : {"1", "true", "null", "[]", "{}", "1.5", "[\"a\"]"}) {
        EXPECT_EQ(field_of(std::string(R"({"title":)") + other + "}"), "title") << other;
    }
}

std::string message_for(const Shape& shape, std::string_view value) {
    const auto error = check(json::value(value), shape, "name");
    return error ? error->message : "fits";
}

TEST(Shape, SaysInWordsWhatATextMustBe) {
    const auto name = Shape::text(2, 64).matching("[A-Za-z0-9_-]{2,64}");
    EXPECT_EQ(message_for(name, "A-_9z"), "fits");
    for (const auto* wrong : {"a b", "a.b", "a/b", "\xc3\xa4o", "ab\n"}) {
        EXPECT_EQ(message_for(name, wrong),
                  "\"name\" must be 2 to 64 letters (a to z), digits, _ and -.")
            << wrong;
    }
    EXPECT_EQ(message_for(name, "a"), "\"name\" must have at least 2 bytes.");
    const auto attribute = Shape::text(1, 64).matching("[a-z0-9_]{1,64}");
    EXPECT_EQ(message_for(attribute, "airport_2"), "fits");
    EXPECT_EQ(message_for(attribute, "Airport"),
              "\"name\" must be 1 to 64 small letters (a to z), digits and _.");
}

TEST(PatternWords, SayHowManyThereMayBe) {
    EXPECT_EQ(pattern_words("[A-Za-z0-9_-]{0,40}"), "at most 40 letters (a to z), digits, _ and -");
    EXPECT_EQ(pattern_words("[a-z0-9_.]+"), "small letters (a to z), digits, _ and dots");
    EXPECT_EQ(pattern_words("[1-9][0-9]{0,9}(ms|[smhdwy])"),
              "a length of time such as 30s, 5m or 1h");
    EXPECT_EQ(pattern_words("[A-Za-z0-9._:-]+"), "letters (a to z), digits, dots, colons, _ and -");
    EXPECT_EQ(pattern_words(R"([0-9]{1,6}(\.[0-9]{1,3})? ?(KB|MB|GB|KiB|MiB|GiB))"),
              "a size such as 512MB or 2GiB");
    EXPECT_EQ(pattern_words("/.*"), "a path that begins with /");
}

TEST(PatternWords, NeverShowThePattern) {
    for (const auto* unknown :
         {"", "[A-Z]+", "[a-z0-9_]", "[a-z0-9_]*", "[a-z0-9_]{1,}", "[a-z0-9_]{1,64}x", ".*"}) {
        EXPECT_EQ(pattern_words(unknown), "written in another way") << unknown;
    }
}

TEST(ParseJson, RefusesWhatTwoReadersCouldReadInTwoWays) {
    EXPECT_TRUE(parse_json(R"({"a":1,"b":{"a":2}})").has_value());
    EXPECT_FALSE(parse_json(R"({"a":1,"a":2})").has_value());
    EXPECT_FALSE(parse_json(R"({"b":[{"a":1,"\u0061":2}]})").has_value());
    EXPECT_FALSE(parse_json(R"({"a":1} x)").has_value());
    EXPECT_FALSE(parse_json("").has_value());
    EXPECT_FALSE(parse_json("{\"a\":\"\xC0\xAF\"}").has_value());
    EXPECT_FALSE(parse_json(std::string(40, '[') + std::string(40, ']')).has_value());
}

TEST(ParseJson, NamesTheMemberThatAnObjectHasTwice) {
    const auto name_of = [](std::string_view text) {
        const auto value = parse_json(text);
        return value ? std::string("none") : value.error().field;
    };
    EXPECT_EQ(name_of(R"({"a":1,"b":2,"a":3})"), "a");
    EXPECT_EQ(name_of(R"([[{"x":[{"inner":1,"inner":null}]}]])"), "inner");
    EXPECT_EQ(name_of(R"({"\u00e9":1,"é":2})"), "é");
    EXPECT_EQ(name_of(R"({"":1,"":2})"), "");
    EXPECT_FALSE(parse_json(R"({"":1,"":2})").has_value());
    // The first of the two, with all that is in it, is what would go unseen.
    EXPECT_EQ(name_of(R"({"a":{"b":1,"c":[{"d":2}]},"a":0})"), "a");
    EXPECT_EQ(name_of(R"({"a":0,"a":{"b":1,"c":[{"d":2}]}})"), "a");
    // Above some size an object finds its members by another way.
    std::string many;
    for (int i = 0; i < 100; ++i)
        many += fmt::format(R"("m{}":{},)", i, i);
    EXPECT_EQ(name_of("{" + many + R"("last":0})"), "none");
    EXPECT_EQ(name_of("{" + many + R"("m57":0})"), "m57");
}

TEST(ParseJson, ReadsWhatBoostReads) {
    for (const auto* text :
         {"null", " true ", "[]", "{}", "\"\"", "-0", "-0.0", "1.7976931348623157e308",
          "12345678901", R"({"a":[1,{"b":{"a":[]}},"\ud83d\ude00 é\n\u0000"],"c":false})",
          "18446744073709551615", "-9223372036854775808"}) {
        const auto value = parse_json(text);
        ASSERT_TRUE(value.has_value()) << text;
        EXPECT_EQ(json::serialize(*value), json::serialize(json::parse(text))) << text;
    }
    // Longer than any buffer of the parser, so that texts and names come in parts.
    const std::string longer(10'000, 'x');
    const auto value = parse_json(fmt::format(R"({{"{}\n":"{}\t{}"}})", longer, longer, longer));
    ASSERT_TRUE(value.has_value());
    EXPECT_EQ(value->as_object().begin()->key(), longer + "\n");
    EXPECT_EQ(value->as_object().begin()->value().as_string(), longer + "\t" + longer);
    for (const auto* text : {"[1,]", "{\"a\"}", "[", "\"", "nul", "1 2", "\"\\ud800\"", "[1}"}) {
        EXPECT_FALSE(parse_json(text).has_value()) << text;
    }
}

TEST(Shape, SaysWhereInTheBodySomethingIsWrong) {
    const Shape point = Shape::object({required("x", Shape::integer(0, 9))});
    const Shape shape = Shape::object({optional("lines", Shape::list(Shape::list(point, 5), 5)),
                                       optional("by_name", Shape::map(point))});
    const auto where = [&](std::string_view text, std::string_view path) {
        const auto error = check(*parse_json(text), shape, path);
        return error ? error->field : "fits";
    };
    EXPECT_EQ(where(R"({"lines":[[{"x":1}],[{"x":1},{"x":10}]]})", ""), "lines[1][1].x");
    EXPECT_EQ(where(R"({"lines":[[{"x":1}],[{"x":1},{}]]})", "data"), "data.lines[1][1].x");
    EXPECT_EQ(where(R"({"by_name":{"one":{"x":1},"two":{"y":1}}})", "data"), "data.by_name.two.x");
    EXPECT_EQ(where(R"({"by_name":{"one":{"x":1,"y":1}}})", ""), "by_name.one.y");
    EXPECT_EQ(where("[]", ""), "");
    EXPECT_EQ(where("[]", "settings"), "settings");
}

TEST(ParseJson, RefusesNumbersThatCouldNotBeWrittenAgain) {
    EXPECT_TRUE(parse_json("[1e308, -0.5, 18446744073709551615]").has_value());
    EXPECT_FALSE(parse_json("[1e309]").has_value());
    EXPECT_FALSE(parse_json("[-922337203685477581e308]").has_value());
}

TEST(Shape, DescribesItselfAsJsonSchema) {
    const auto schema = to_json_schema(kShare);
    EXPECT_EQ(json::serialize(schema.at("required")), R"(["title"])");
    EXPECT_EQ(json::serialize(schema.at("properties").at("status").at("enum")),
              R"(["active","paused"])");
    EXPECT_FALSE(schema.at("additionalProperties").as_bool());
}

}  // namespace
}  // namespace casement
