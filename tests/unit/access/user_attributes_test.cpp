#include "access/user_attributes.h"

#include "unit/access/embed_world.h"

namespace casement::access {
namespace {

using Values = std::vector<std::string>;
using Source = ResolvedAttribute::Source;

std::string checked(const std::string& type, std::string_view value) {
    store::UserAttribute attribute;
    attribute.name = "airport";
    attribute.type = type;
    const auto result = check_attribute_value(attribute, value);
    if (result) return "fits";
    EXPECT_EQ(result.error().field, "airport");
    EXPECT_EQ(result.error().kind, ErrorKind::invalid);
    return std::string(result.error().code);
}

TEST(UserAttributeTypes, EachTakesItsOwnValuesAndNoOthers) {
    const struct {
        const char* type;
        Values good, bad;
    } cases[] = {
        {"string", {"ATL", "a,b", " ", "\"", "%", "7"}, {}},
        {"number",
         {"7", "-7", "+7", "0.5", "-3.5e2", "1E3"},
         {"seven", "7 ", " 7", "7,8", "0x10", "nan", "inf", "-inf", "1e999", "+-7", "--7", "1_000",
          "7;drop table", "."}},
        {"datetime",
         {"2026-03-11", "2026-03-11 18:30", "2026-03-11 18:30:00", "2026-03-11T18:30:00Z",
          "2026-03-11T18:30:00+02:00"},
         {"yesterday", "2026-13-11", "2026-03-32", "11.03.2026", "2026-03-11 25:00", "20260311"}},
        {"yesno", {"yes", "no", "Yes", "NO"}, {"true", "1", "y", "yes ", "maybe"}},
        {"zipcode",
         {"94105", "94105-1234"},
         {"9410", "941055", "9410a", "94105-123", "94105 1234", "-9410"}},
        {"advanced_filter_string",
         {"A", "A,B", "\"Portland, ME\",B", "a%", "-A", "\"say \"\"hi\"\"\""},
         {"\"A", "A\",B", "\"A\"B,C", "A\"B"}},
        {"advanced_filter_number", {"1", "1,2", "1, -2.5"}, {"1,x", ">5", "[1,5]", "NOT 5", "\"1"}},
    };
    for (const auto& one : cases) {
        for (const auto& value : one.good)
            EXPECT_EQ(checked(one.type, value), "fits") << one.type << " " << value;
        for (const auto& value : one.bad) {
            EXPECT_EQ(checked(one.type, value), "attribute_invalid") << one.type << " " << value;
            // Whoever has such a value stored sees nothing by it.
            EXPECT_EQ(attribute_values(*attribute_type(one.type), value), Values{})
                << one.type << " " << value;
        }
        EXPECT_EQ(checked(one.type, ""), "fits") << one.type;
        EXPECT_EQ(attribute_values(*attribute_type(one.type), ""), Values{}) << one.type;
    }
}

TEST(UserAttributeTypes, AnUnknownTypeTakesNothing) {
    EXPECT_FALSE(attribute_type("text").has_value());
    EXPECT_EQ(checked("text", "a"), "attribute_invalid");
    EXPECT_EQ(checked("", "a"), "attribute_invalid");
}

TEST(UserAttributeTypes, ARefusalDoesNotRepeatTheValue) {
    store::UserAttribute attribute;
    attribute.name = "salary";
    attribute.type = "number";
    const auto refused = check_attribute_value(attribute, "a secret of mine");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message.find("secret"), std::string::npos);
}

TEST(UserAttributeTypes, OnlyTheAdvancedOnesAreLists) {
    EXPECT_EQ(attribute_values(AttributeType::string, "A,B"), Values{"A,B"});
    EXPECT_EQ(attribute_values(AttributeType::number, "7"), Values{"7"});
    EXPECT_EQ(attribute_values(AttributeType::yesno, "Yes"), Values{"yes"});
    EXPECT_EQ(attribute_values(AttributeType::advanced_filter_string, "A, B,,C ,"),
              (Values{"A", "B", "C"}));
    EXPECT_EQ(attribute_values(AttributeType::advanced_filter_string,
                               R"("Portland, ME" , "say ""hi""",,"")"),
              (Values{"Portland, ME", "say \"hi\""}));
    EXPECT_EQ(attribute_values(AttributeType::advanced_filter_string, " , ,"), Values{});
    EXPECT_EQ(attribute_values(AttributeType::advanced_filter_number, "1, 2.5"),
              (Values{"1", "2.5"}));
}

class ResolveAttributes : public testing::Test {
  protected:
    ResolvedAttribute resolve(const std::string& name, const std::vector<std::int64_t>& groups = {},
                              const std::map<std::string, std::string>& own = {},
                              Source own_source = Source::link) {
        const auto snapshot = world.catalog->snapshot();
        for (auto& one : resolve_attributes(*snapshot, 1, groups, own, own_source)) {
            if (one.name == name) return one;
        }
        return {};
    }
    EmbedWorld world;
};

TEST_F(ResolveAttributes, OwnValueThenGroupsByRankThenDefault) {
    const auto first = world.group("first");
    const auto second = world.group("second");
    const auto third = world.group("third");
    world.attribute("airport", "string", "DFW", {{second.id, "ORD"}, {first.id, "ATL"}});

    const auto own = resolve("airport", {first.id, second.id}, {{"airport", "SFO"}});
    EXPECT_EQ(own.value, "SFO");
    EXPECT_EQ(own.source, Source::link);
    EXPECT_EQ(resolve("airport", {}, {{"airport", "SFO"}}, Source::user).source, Source::user);

    // The second group stands first in rank, whatever the order of membership.
    for (const auto& groups :
         {std::vector{first.id, second.id}, std::vector{second.id, first.id}}) {
        const auto by_rank = resolve("airport", groups);
        EXPECT_EQ(by_rank.value, "ORD");
        EXPECT_EQ(by_rank.source, Source::group);
        EXPECT_EQ(by_rank.rank, 0);
    }
    const auto lower = resolve("airport", {third.id, first.id});
    EXPECT_EQ(lower.value, "ATL");
    EXPECT_EQ(lower.rank, 1);

    const auto otherwise = resolve("airport", {third.id});
    EXPECT_EQ(otherwise.value, "DFW");
    EXPECT_EQ(otherwise.source, Source::default_value);
}

TEST_F(ResolveAttributes, WithoutAnyValueItIsListedAndMissing) {
    world.attribute("airport");
    const auto missing = resolve("airport");
    EXPECT_EQ(missing.name, "airport");
    EXPECT_FALSE(missing.value.has_value());
    EXPECT_EQ(missing.source, Source::none);
    EXPECT_NE(missing.definition, nullptr);
    EXPECT_EQ(attribute_values(missing), Values{});
}

TEST_F(ResolveAttributes, AnEmptyValueOfOnesOwnDoesNotFallBack) {
    const auto group = world.group("group");
    world.attribute("airport", "string", "DFW", {{group.id, "ATL"}});
    const auto own = resolve("airport", {group.id}, {{"airport", ""}});
    EXPECT_EQ(own.value, "");
    EXPECT_EQ(attribute_values(own), Values{});
    // Nor does an empty value of a group, or an empty default.
    world.attribute("region", "string", "west", {{group.id, ""}});
    EXPECT_EQ(attribute_values(resolve("region", {group.id})), Values{});
    world.attribute("city", "string", "");
    EXPECT_EQ(resolve("city").source, Source::default_value);
    EXPECT_EQ(attribute_values(resolve("city")), Values{});
}

TEST_F(ResolveAttributes, WhatWasSentAndIsNotDefinedIsATextAsItStands) {
    const auto unknown = resolve("color", {}, {{"color", "a,b"}});
    EXPECT_EQ(unknown.value, "a,b");
    EXPECT_EQ(unknown.definition, nullptr);
    EXPECT_EQ(attribute_values(unknown), Values{"a,b"});
}

TEST_F(ResolveAttributes, AnotherOrganizationsDefinitionIsNone) {
    store::UserAttribute row;
    row.org = world.another_organization();
    row.name = "airport";
    row.label = "airport";
    row.type = "number";
    row.default_value = "7";
    world.put(row);
    EXPECT_EQ(resolve("airport").name, "");
    EXPECT_EQ(attribute_values(resolve("airport", {}, {{"airport", "ATL"}})), Values{"ATL"});
}

TEST_F(ResolveAttributes, ASettingThatCannotBeReadCountsAsSet) {
    store::UserAttribute attribute;
    EXPECT_FALSE(is_hidden(attribute));
    EXPECT_FALSE(is_editable(attribute));
    attribute.settings = {{"value_is_hidden", false}, {"user_can_edit", nullptr}};
    EXPECT_FALSE(is_hidden(attribute));
    EXPECT_FALSE(is_editable(attribute));
    attribute.settings = {{"value_is_hidden", true}, {"user_can_edit", true}};
    EXPECT_TRUE(is_hidden(attribute));
    EXPECT_TRUE(is_editable(attribute));
    attribute.settings = {{"value_is_hidden", "no"}, {"user_can_edit", 0}};
    EXPECT_TRUE(is_hidden(attribute));
    EXPECT_TRUE(is_editable(attribute));
}

}  // namespace
}  // namespace casement::access
