#include "base/shape.h"

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

TEST(ParseJson, RefusesWhatTwoReadersCouldReadInTwoWays) {
    EXPECT_TRUE(parse_json(R"({"a":1,"b":{"a":2}})").has_value());
    EXPECT_FALSE(parse_json(R"({"a":1,"a":2})").has_value());
    EXPECT_FALSE(parse_json(R"({"b":[{"a":1,"\u0061":2}]})").has_value());
    EXPECT_FALSE(parse_json(R"({"a":1} x)").has_value());
    EXPECT_FALSE(parse_json("").has_value());
    EXPECT_FALSE(parse_json("{\"a\":\"\xC0\xAF\"}").has_value());
    EXPECT_FALSE(parse_json(std::string(40, '[') + std::string(40, ']')).has_value());
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
