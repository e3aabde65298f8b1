#include "access/grant.h"

#include "base/encoding.h"
#include "base/shape.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::access {
namespace {

EmbedGrant full_grant() {
    EmbedGrant embed;
    embed.user = 17;
    embed.secret = 3;
    embed.external_user_id = "zoë/東京";
    embed.name = "Zoë Jones";
    embed.roles = {{{"access_data", "see_looks"}, {"flights"}, false},
                   {{"embed_browse_spaces"}, {}, true}};
    embed.groups = {4, 9};
    embed.attributes = {{"airport", {"ATL", "ORD"}}, {"empty", {}}};
    embed.editable = {"empty"};
    embed.hidden = {"airport"};
    embed.timezone = "US/Pacific";
    embed.embed_domain = "https://app.example";
    embed.cookieless = true;
    embed.target = "/embed/dashboards/42?State=CA";
    return embed;
}

json::object written(const EmbedGrant& embed) {
    return parse_json(write_grant({"looker", embed})).value().as_object();
}

std::string code(std::string_view text) {
    const auto read = read_grant(text);
    return read ? "read" : std::string(read.error().code);
}
std::string code(const json::object& object) {
    return code(json::serialize(object));
}

TEST(Grant, AShareGrantIsItsDialectAlone) {
    EXPECT_EQ(write_grant({"datadog", std::nullopt}), R"({"dialect":"datadog"})");
    const auto read = read_grant(R"({"dialect":"datadog"})").value();
    EXPECT_EQ(read.dialect, "datadog");
    EXPECT_FALSE(read.embed.has_value());
}

TEST(Grant, APersonsGrantComesBackAsItWas) {
    const Grant grant{"looker", full_grant()};
    EXPECT_EQ(read_grant(write_grant(grant)).value(), grant);
    const Grant empty{"looker", EmbedGrant{}};
    EXPECT_EQ(read_grant(write_grant(empty)).value(), empty);
}

rc::Gen<std::string> any_text() {
    return rc::gen::container<std::string>(
        rc::gen::element('a', 'Z', '0', '"', '\\', ',', ' ', '\n'));
}

TEST(Grant, AnyGrantComesBackAsItWas) {
    EXPECT_TRUE(rc::check([] {
        const auto texts = rc::gen::container<std::vector<std::string>>(any_text());
        const auto id = rc::gen::inRange<std::int64_t>(1, std::numeric_limits<std::int64_t>::max());
        EmbedGrant embed;
        embed.user = *id;
        embed.ordinary = *rc::gen::arbitrary<bool>();
        embed.secret = *id;
        embed.external_user_id = *any_text();
        embed.name = *any_text();
        const auto roles = *rc::gen::inRange(0, 4);
        for (int i = 0; i < roles; ++i)
            embed.roles.push_back({*texts, *texts, *rc::gen::arbitrary<bool>()});
        embed.groups = *rc::gen::container<std::vector<std::int64_t>>(id);
        const auto attributes = *rc::gen::inRange(0, 4);
        for (int i = 0; i < attributes; ++i)
            embed.attributes[*any_text()] = *texts;
        embed.editable = *texts;
        embed.hidden = *texts;
        embed.timezone = *any_text();
        embed.embed_domain = *any_text();
        embed.cookieless = *rc::gen::arbitrary<bool>();
        embed.target = *any_text();
        const Grant grant{"looker", embed};
        RC_ASSERT(read_grant(write_grant(grant)).value() == grant);
    }));
}

TEST(Grant, EveryWrongTypeRefusesTheWholeGrant) {
    const json::object good = written(full_grant());
    ASSERT_EQ(code(good), "read");
    const std::vector<json::value> others = {nullptr,
                                             true,
                                             5,
                                             -1,
                                             1.5,
                                             "text",
                                             json::array{},
                                             json::object{},
                                             json::array{1, "a"},
                                             json::array{nullptr},
                                             json::object{{"a", 1}},
                                             json::array{json::object{}}};
    for (const auto& [name, value] : good) {
        for (const auto& other : others) {
            // These are of the right type.
            const bool number = value.is_int64() && other.is_int64() && other.get_int64() >= 0;
            const bool same_kind = !value.is_int64() && other.kind() == value.kind() &&
                                   (other.is_bool() || other.is_string() ||
                                    (other.is_array() && other.get_array().empty()) ||
                                    (other.is_object() && other.get_object().empty()));
            if (number || same_kind) continue;
            json::object bad = good;
            bad[name] = other;
            EXPECT_EQ(code(bad), "grant_unreadable") << name << " = " << other;
        }
    }
}

TEST(Grant, WrongTypesInsideRolesRefuseItToo) {
    for (const auto* role :
         {R"({"permissions":["a"],"models":["m"]})", R"({"permissions":["a"],"all_models":false})",
          R"({"models":["m"],"all_models":false})",
          R"({"permissions":"a","models":["m"],"all_models":false})",
          R"({"permissions":[1],"models":["m"],"all_models":false})",
          R"({"permissions":["a"],"models":null,"all_models":false})",
          R"({"permissions":["a"],"models":["m"],"all_models":1})",
          R"({"permissions":["a"],"models":["m"],"all_models":true,"more":1})", R"([])",
          R"("a")"}) {
        json::object bad = written(full_grant());
        bad["roles"] = json::array{parse_json(role).value()};
        EXPECT_EQ(code(bad), "grant_unreadable") << role;
    }
}

TEST(Grant, NothingIsAssumedAboutWhatIsMissingOrUnknown) {
    const json::object good = written(full_grant());
    for (const auto& [name, value] : good) {
        json::object bad = good;
        bad.erase(name);
        EXPECT_EQ(code(bad), "grant_unreadable") << name;
    }
    json::object more = good;
    more["administrator"] = true;
    EXPECT_EQ(code(more), "grant_unreadable");
    for (const auto* text :
         {"", "{}", "null", "[]", "\"looker\"", R"({"user":1})", R"({"dialect":1})",
          R"({"dialect":""})", R"({"dialect":"a","dialect":"b"})",
          R"({"dialect":"datadog","user":1})",
          R"({"dialect":"datadog"} )"
          "x",
          "{\"dialect\":\"\xFF\"}"}) {
        EXPECT_EQ(code(std::string_view(text)), "grant_unreadable") << text;
    }
}

TEST(Grant, APermissionHoldsForTheModelsOfItsOwnRole) {
    EmbedGrant embed;
    embed.roles = {{{"access_data", "see_looks"}, {"one"}, false},
                   {{"access_data", "see_sql"}, {"two"}, false}};
    EXPECT_TRUE(embed.allows("see_looks", "one"));
    EXPECT_FALSE(embed.allows("see_looks", "two"));
    EXPECT_TRUE(embed.allows("see_sql", "two"));
    EXPECT_FALSE(embed.allows("see_sql", "one"));
    EXPECT_FALSE(embed.allows("see_looks", ""));
    EXPECT_FALSE(embed.allows("", "one"));
    embed.roles.push_back({{"see_drill_overlay"}, {}, true});
    EXPECT_TRUE(embed.allows("see_drill_overlay", "one"));
    EXPECT_TRUE(embed.allows("see_drill_overlay", "any other"));
}

TEST(Grant, OnlyPermissionsOfTheInstanceHoldWithoutAModel) {
    EmbedGrant embed;
    embed.roles = {{{"access_data", "download_with_limit", "embed_browse_spaces"}, {}, false}};
    EXPECT_TRUE(embed.allows("download_with_limit"));
    EXPECT_TRUE(embed.allows("embed_browse_spaces"));
    EXPECT_FALSE(embed.allows("download_without_limit"));
    EXPECT_FALSE(embed.allows("access_data"));
    EXPECT_FALSE(embed.allows("no_such_permission"));
}

}  // namespace
}  // namespace casement::access
