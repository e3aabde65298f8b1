#include "access/embed_login.h"

#include "unit/access/embed_world.h"

namespace casement::access {
namespace {

class CheckLogin : public testing::Test {
  protected:
    /// Code and field of the refusal, or "fits".
    std::string check(const EmbedLogin& login) {
        const auto snapshot = world.catalog->snapshot();
        const auto result = check_login(*snapshot, login);
        if (result) return "fits";
        EXPECT_EQ(result.error().kind, ErrorKind::invalid);
        return std::string(result.error().code) + " " + result.error().field;
    }
    template <class Change>
    std::string check_with(Change change) {
        EmbedLogin login = EmbedWorld::login();
        change(login);
        return check(login);
    }
    EmbedWorld world;
};

TEST_F(CheckLogin, TakesAnOrdinaryOne) {
    EXPECT_EQ(check(EmbedWorld::login()), "fits");
}

TEST_F(CheckLogin, SizesAreBounded) {
    using Login = EmbedLogin;
    const auto many = [](std::size_t count, const std::string& text) {
        return std::vector<std::string>(count, text);
    };
    const auto text = [](std::size_t length) { return std::string(length, 'x'); };
    EXPECT_EQ(check_with([&](Login& l) { l.external_user_id = ""; }),
              "login_invalid external_user_id");
    EXPECT_EQ(check_with([&](Login& l) { l.external_user_id = text(255); }), "fits");
    EXPECT_EQ(check_with([&](Login& l) { l.external_user_id = text(256); }),
              "login_invalid external_user_id");
    EXPECT_EQ(check_with([&](Login& l) { l.first_name = text(256); }), "login_invalid first_name");
    EXPECT_EQ(check_with([&](Login& l) { l.last_name = text(256); }), "login_invalid last_name");
    EXPECT_EQ(check_with([&](Login& l) { l.permissions = many(100, "see_looks"); }), "fits");
    EXPECT_EQ(check_with([&](Login& l) { l.permissions = many(101, "see_looks"); }),
              "login_invalid permissions");
    EXPECT_EQ(check_with([&](Login& l) { l.permissions.push_back(text(256)); }),
              "login_invalid permissions[3]");
    EXPECT_EQ(check_with([&](Login& l) { l.models = many(500, "m"); }), "fits");
    EXPECT_EQ(check_with([&](Login& l) { l.models = many(501, "m"); }), "login_invalid models");
    EXPECT_EQ(check_with([&](Login& l) { l.models = {""}; }), "login_invalid models[0]");
    EXPECT_EQ(check_with([&](Login& l) { l.group_ids = many(500, "1"); }), "fits");
    EXPECT_EQ(check_with([&](Login& l) { l.group_ids = many(501, "1"); }),
              "login_invalid group_ids");
    EXPECT_EQ(check_with([&](Login& l) { l.target = text(16 * 1024 + 1); }),
              "login_invalid target_url");
    EXPECT_EQ(check_with([&](Login& l) { l.embed_domain = text(256); }),
              "login_invalid embed_domain");
}

TEST_F(CheckLogin, AnExternalGroupHasEightyOneCharactersNotBytes) {
    std::string name;
    for (int i = 0; i < 81; ++i)
        name += "東";
    EXPECT_EQ(check_with([&](EmbedLogin& l) { l.external_group_id = name; }), "fits");
    EXPECT_EQ(check_with([&](EmbedLogin& l) { l.external_group_id = name + "x"; }),
              "login_invalid external_group_id");
    EXPECT_EQ(check_with([&](EmbedLogin& l) { l.external_group_id = std::string(400, 'x'); }),
              "login_invalid external_group_id");
}

TEST_F(CheckLogin, AttributesAreBoundedInNumberAndSize) {
    using Login = EmbedLogin;
    const auto attributes = [](int count, std::size_t length) {
        std::map<std::string, std::string> made;
        for (int i = 0; i < count; ++i)
            made["a" + std::to_string(i)] = std::string(length, 'x');
        return made;
    };
    EXPECT_EQ(check_with([&](Login& l) { l.attributes = attributes(200, 10); }), "fits");
    EXPECT_EQ(check_with([&](Login& l) { l.attributes = attributes(201, 10); }),
              "login_invalid user_attributes");
    EXPECT_EQ(check_with([&](Login& l) { l.attributes = attributes(1, 4096); }), "fits");
    EXPECT_EQ(check_with([&](Login& l) { l.attributes = attributes(1, 4097); }),
              "login_invalid user_attributes.a0");
    EXPECT_EQ(check_with([&](Login& l) { l.attributes = attributes(17, 4096); }),
              "login_invalid user_attributes");
    EXPECT_EQ(check_with([&](Login& l) { l.attributes = {{"", "a"}}; }),
              "login_invalid user_attributes");
    EXPECT_EQ(check_with([&](Login& l) { l.attributes = {{std::string(256, 'n'), "a"}}; }),
              "login_invalid user_attributes");
}

TEST_F(CheckLogin, TextsAreTexts) {
    const std::string nul("a\0b", 3);
    for (const auto& bad :
         {nul, std::string("\xFF"), std::string("\xC3"), std::string("\xED\xA0\x80")}) {
        EXPECT_EQ(check_with([&](EmbedLogin& l) { l.external_user_id = bad; }),
                  "login_invalid external_user_id");
        EXPECT_EQ(check_with([&](EmbedLogin& l) { l.first_name = bad; }),
                  "login_invalid first_name");
        EXPECT_EQ(check_with([&](EmbedLogin& l) { l.models = {bad}; }), "login_invalid models[0]");
        EXPECT_EQ(check_with([&](EmbedLogin& l) { l.external_group_id = bad; }),
                  "login_invalid external_group_id");
        EXPECT_EQ(check_with([&](EmbedLogin& l) { l.attributes = {{"a", bad}}; }),
                  "login_invalid user_attributes.a");
        EXPECT_EQ(check_with([&](EmbedLogin& l) { l.attributes = {{bad, "a"}}; }),
                  "login_invalid user_attributes");
    }
}

TEST_F(CheckLogin, ASessionLastsFromNothingToThirtyDays) {
    for (const auto& [seconds, expected] :
         {std::pair{-1L, "login_invalid session_length"}, std::pair{0L, "fits"},
          std::pair{2'592'000L, "fits"}, std::pair{2'592'001L, "login_invalid session_length"}}) {
        EXPECT_EQ(
            check_with([&](EmbedLogin& l) { l.session_length = std::chrono::seconds{seconds}; }),
            expected)
            << seconds;
    }
}

TEST_F(CheckLogin, ALinkThatGrantsNothingIsRefusedAndSaysSo) {
    using Login = EmbedLogin;
    const auto with = [&](EmbedWorld::Texts permissions, EmbedWorld::Texts models,
                          EmbedWorld::Texts groups, std::string external) {
        return check_with([&](Login& l) {
            l.permissions = permissions;
            l.models = models;
            l.group_ids = groups;
            l.external_group_id = external;
        });
    };
    EXPECT_EQ(with({}, {}, {}, ""), "nothing_granted permissions");
    EXPECT_EQ(with({}, {"m"}, {}, ""), "nothing_granted permissions");
    EXPECT_EQ(with({"access_data"}, {}, {}, ""), "nothing_granted models");
    EXPECT_EQ(with({"access_data"}, {"m"}, {}, ""), "fits");
    EXPECT_EQ(with({}, {}, {"1"}, ""), "fits");
    EXPECT_EQ(with({}, {}, {}, "acme"), "fits");
}

TEST_F(CheckLogin, ATimeZoneIsAnIanaName) {
    const auto zone = [&](std::string name) {
        return check_with([&](EmbedLogin& l) { l.timezone = name; });
    };
    for (const auto* good : {"", "UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"})
        EXPECT_EQ(zone(good), "fits") << good;
    for (const auto* bad : {"browser", "Europe", "Europe/Atlantis", "../../etc/passwd", "+02:00",
                            "europe berlin", "user_timezone"}) {
        EXPECT_EQ(zone(bad), "timezone_invalid user_timezone") << bad;
    }
    world.settings(R"({"allow_user_timezones": false})");
    EXPECT_EQ(zone("Europe/Berlin"), "timezone_invalid user_timezone");
    EXPECT_EQ(zone(""), "fits");
}

TEST_F(CheckLogin, AttributesMustBeOfTheirType) {
    world.attribute("age", "number");
    EXPECT_EQ(check_with([](EmbedLogin& l) { l.attributes = {{"age", "41"}}; }), "fits");
    EXPECT_EQ(check_with([](EmbedLogin& l) { l.attributes = {{"age", ""}}; }), "fits");
    EXPECT_EQ(check_with([](EmbedLogin& l) { l.attributes = {{"age", "old"}}; }),
              "attribute_invalid user_attributes.age");
}

TEST_F(CheckLogin, UnknownNamesPassUnlessTheOrganizationIsStrict) {
    world.source("flights");
    world.source("governed");
    world.model("carriers", "governed");
    world.attribute("airport");
    const auto group = world.group("pilots");
    store::Group external;
    external.org = 1;
    external.name = "acme";
    external.external_group_id = "acme";
    external = world.put(external);
    const auto elsewhere = world.group("theirs", {}, world.another_organization());

    const auto id = [](const store::Group& row) { return std::to_string(row.id); };
    const struct {
        std::string refusal;
        EmbedWorld::Texts models, groups;
        std::map<std::string, std::string> attributes;
    } cases[] = {
        {"fits", {"flights", "carriers"}, {id(group)}, {{"airport", "ATL"}}},
        {"unknown_model models", {"nothing"}, {}, {}},
        {"unknown_model models", {"governed"}, {}, {}},
        {"unknown_group group_ids", {"flights"}, {"999"}, {}},
        {"unknown_group group_ids", {"flights"}, {"pilots"}, {}},
        {"unknown_group group_ids", {"flights"}, {"-1"}, {}},
        {"unknown_group group_ids", {"flights"}, {id(external)}, {}},
        {"unknown_group group_ids", {"flights"}, {id(elsewhere)}, {}},
        {"unknown_attribute user_attributes.color", {"flights"}, {}, {{"color", "red"}}},
    };
    for (const bool strict : {false, true}) {
        world.settings(strict ? R"({"strict": true})" : R"({"strict": false})");
        for (const auto& one : cases) {
            const auto got = check_with([&](EmbedLogin& l) {
                l.models = one.models;
                l.group_ids = one.groups;
                l.attributes = one.attributes;
            });
            EXPECT_EQ(got, strict ? one.refusal : "fits") << one.refusal;
        }
    }
}

TEST_F(CheckLogin, ThereIsNoLoginToAnUnknownOrganization) {
    EXPECT_EQ(check_with([](EmbedLogin& l) { l.org = 99; }), "login_invalid ");
}

}  // namespace
}  // namespace casement::access
