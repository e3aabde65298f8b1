#include "dialects/looker/target.h"

#include "base/encoding.h"
#include "dialects/looker/reasons.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::looker {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Where it leads, or the code of the refusal.
std::string leads_to(std::string_view text) {
    const auto target = read_target(text);
    return target ? to_location(*target) : std::string(target.error().code);
}

TEST(LookerTarget, NamesTheContentOfEachPageThatTheSdkLoads) {
    struct Case {
        std::string_view path;
        ContentKind kind;
        std::string_view id;
    };
    for (const auto& one : std::vector<Case>{
             {"/embed/dashboards/42", ContentKind::dashboard, "42"},
             {"/embed/dashboards/thelook::overview", ContentKind::dashboard, "thelook::overview"},
             {"/embed/dashboards/thelook%3A%3Aoverview", ContentKind::dashboard,
              "thelook::overview"},
             {"/embed/looks/7", ContentKind::look, "7"},
             {"/embed/folders/3", ContentKind::folder, "3"},
             {"/embed/explore/model/view", ContentKind::explore, "model/view"},
             {"/embed/query/m/v?qid=x", ContentKind::query, "m/v"},
             {"/embed/query-visualization/abc", ContentKind::query_visualization, "abc"},
             {"/embed/merge?mid=x", ContentKind::merge, ""},
             {"/embed/extensions/p::e", ContentKind::extension, "p::e"},
             {"/embed/reporting/r", ContentKind::report, "r"},
             {"/embed/conversations", ContentKind::conversation, ""},
             {"/embed/preload/", ContentKind::preload, ""},
             {"/embed/dashboards", ContentKind::other, ""},
             {"/embed/dashboards/42/edit", ContentKind::other, ""},
             {"/embed/something/else", ContentKind::other, ""},
         }) {
        const auto target = read_target(one.path);
        ASSERT_TRUE(target.has_value()) << one.path << target.error().message;
        EXPECT_EQ(target->kind, one.kind) << one.path;
        EXPECT_EQ(target->id, one.id) << one.path;
        EXPECT_FALSE(target->was_renamed);
    }
}

TEST(LookerTarget, TheLeadingSlashMayBeMissingAndOneMayEndIt) {
    EXPECT_EQ(leads_to("embed/dashboards/1527"), "/embed/dashboards/1527");
    EXPECT_EQ(leads_to("/embed/dashboards/1527/"), "/embed/dashboards/1527");
    EXPECT_EQ(leads_to("/embed/dashboards/1?"), "/embed/dashboards/1");
}

TEST(LookerTarget, OlderSpellingsLeadToTheNewOne) {
    for (const std::string_view path :
         {"/embed/sso/dashboards/3", "/embed/dashboards-next/3", "/embed/dashboards-legacy/3",
          "/embed/sso/dashboards-next/3"}) {
        const auto target = read_target(path);
        ASSERT_TRUE(target.has_value()) << path;
        EXPECT_TRUE(target->was_renamed) << path;
        EXPECT_EQ(target->kind, ContentKind::dashboard);
        EXPECT_EQ(to_location(*target), "/embed/dashboards/3") << path;
    }
}

TEST(LookerTarget, RefusesWhateverIsNotPlainlyAPageOfThisOrigin) {
    for (const std::string_view text : {"",
                                        "/",
                                        "embed",
                                        "/embed",
                                        "/embed/",
                                        "//evil.example/embed/dashboards/1",
                                        "///embed/dashboards/1",
                                        "/embed//evil.example",
                                        "//embed/dashboards/1",
                                        "https://evil.example/embed/dashboards/1",
                                        "https:/embed/dashboards/1",
                                        "javascript:alert(1)//embed/x",
                                        "/\\evil.example",
                                        "\\\\evil.example/embed/x",
                                        "/embed\\..\\x",
                                        "/embed/\\evil",
                                        "/embed/../login",
                                        "/embed/..",
                                        "/embed/dashboards/..",
                                        "/embed/dashboards/.",
                                        "/embed/%2e%2e/api",
                                        "/embed/%2E%2e",
                                        "/embed/..%2fapi",
                                        "/embed/%2fevil.example",
                                        "/embed/%5cevil",
                                        "/embed/%252e%252e/x",
                                        "/embed/a%00b",
                                        "/embed/a%0d%0aSet-Cookie:x",
                                        "/embed/dash boards/1",
                                        "/embed/;/x",
                                        "/embed/a@b",
                                        "/embed/%zz",
                                        "/embed/%4",
                                        "/Embed/dashboards/1",
                                        "/embedx/dashboards/1",
                                        "/dashboards/42",
                                        "/login/embed/x",
                                        "/embed/login/embed/%2Fembed%2Fdashboards%2F1",
                                        "/embed/sso/login/x",
                                        "/embed/sso/sso/dashboards/1",
                                        "/embed/sso",
                                        "/embed/dashboards/1#x",
                                        "/embed/dashboards/1?a=#",
                                        "/embed/dashboards/\xC3\xA9",
                                        "/embed/dashboards/\xFF",
                                        "?embed/dashboards/1",
                                        "/embed/a/b/c/d/e/f/g/h",
                                        "/embed/dashboards/1\n",
                                        "/embed/dashboards/1?a=\x01",
                                        "/embed/dashboards/1?a=%01",
                                        "/embed/dashboards/1?a%0d=b",
                                        "/embed/dashboards/1?a=%ff",
                                        "/embed/dashboards/1?=b"}) {
        EXPECT_EQ(leads_to(text), kTargetRefused) << text;
    }
    EXPECT_EQ(leads_to(std::string_view("/embed/a\0b", 10)), kTargetRefused);
    EXPECT_EQ(leads_to("/embed/dashboards/" + std::string(256, 'a')), kTargetRefused);
    EXPECT_EQ(leads_to("/embed/x?a=" + std::string(4097, 'a')), kTargetRefused);
    EXPECT_EQ(leads_to("/embed/x?" + std::string(9000, 'a')), kTargetRefused);
    std::string many = "/embed/x?";
    for (int i = 0; i < 257; ++i)
        many += "p" + std::to_string(i) + "=1&";
    EXPECT_EQ(leads_to(many), kTargetRefused);
}

TEST(LookerTarget, SeparatesFiltersFromOptions) {
    const auto target = read_target(
        "/embed/dashboards/42?State=New+York&f%5Borders.city%5D=%C5%8Csaka&embed_domain="
        "https://app.example.com&sdk=3&theme=Dark&_theme=%7B%22show_title%22%3Afalse%7D"
        "&hide_filter=State&hide_filter=City,%20Zip&query_timezone=user_timezone"
        "&allow_login_screen=true&embed_navigation_token=n.a-v&sandboxed_host=true&empty=");
    ASSERT_TRUE(target.has_value()) << target.error().message;
    EXPECT_EQ(target->filters,
              (Pairs{{"State", "New York"}, {"f[orders.city]", "Ōsaka"}, {"empty", ""}}));
    EXPECT_EQ(target->embed_domain, "https://app.example.com");
    EXPECT_EQ(target->sdk, "3");
    EXPECT_EQ(target->theme, "Dark");
    EXPECT_EQ(target->theme_settings, R"({"show_title":false})");
    EXPECT_EQ(target->query_timezone, "user_timezone");
    EXPECT_EQ(target->embed_navigation_token, "n.a-v");
    EXPECT_TRUE(target->allow_login_screen);
    EXPECT_TRUE(target->sandboxed_host);
    for (const std::string_view hidden : {"State", "City", "Zip", "City, Zip"})
        EXPECT_TRUE(hides(*target, hidden)) << hidden;
    EXPECT_FALSE(hides(*target, "Country"));
    EXPECT_FALSE(hides(*target, ""));
}

TEST(LookerTarget, ReadsAQueryAsThePageDoes) {
    // A string filter "contains": people write it unencoded, and URLSearchParams takes it.
    const auto target = read_target("/embed/dashboards/1?Name=%SMITH%&Rate=50%&Half=%4");
    ASSERT_TRUE(target.has_value());
    EXPECT_EQ(target->filters, (Pairs{{"Name", "%SMITH%"}, {"Rate", "50%"}, {"Half", "%4"}}));
    EXPECT_EQ(leads_to(to_location(*target)), to_location(*target));
}

TEST(LookerTarget, RefusesAParameterThatComesTwice) {
    for (const std::string_view query :
         {"State=a&State=b", "sdk=2&sdk=3", "embed_domain=https://a&embed%5Fdomain=https://b",
          "sandboxed_host=false&sandboxed_host=true"}) {
        EXPECT_EQ(leads_to("/embed/dashboards/1?" + std::string(query)), kParameterDuplicate)
            << query;
    }
    EXPECT_EQ(leads_to("/embed/dashboards/1?allow_login_screen=yes"), kParameterInvalid);
}

TEST(LookerTarget, TheNavigationTokenStaysOutOfWhatIsStored) {
    const auto target = read_target("/embed/looks/1?embed_navigation_token=abc&State=CA");
    ASSERT_TRUE(target.has_value());
    EXPECT_EQ(to_location(*target, Tokens::left_out), "/embed/looks/1?State=CA");
    EXPECT_EQ(to_location(*target), "/embed/looks/1?State=CA&embed_navigation_token=abc");
}

TEST(LookerTarget, WhateverIsReadLeadsBelowEmbedAndIsReadTheSameAgain) {
    EXPECT_TRUE(rc::check([] {
        const auto pieces =
            *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
                "/", "//", "embed", "/embed/", "..", "%2e", "%2F", "%5C", "\\", "a", "1",
                "dashboards", "sso", "login", "?", "&", "=", "%", "+", " ", "#", "@", ":", ";",
                "State", "sdk", "%0A", "\xC3\xA9", "https://", "evil.example"));
        std::string text = *rc::gen::element<std::string>("", "/embed/", "/embed/dashboards/1?");
        for (const auto& piece : pieces)
            text += piece;
        const auto target = read_target(text);
        if (!target) return;
        const auto location = to_location(*target);
        RC_ASSERT(location.starts_with("/embed/"));
        const auto path = location.substr(0, location.find('?'));
        RC_ASSERT(path.find("//") == std::string::npos);
        RC_ASSERT((path + "/").find("/../") == std::string::npos);
        RC_ASSERT(path.find('%') == std::string::npos && path.find('\\') == std::string::npos);
        for (const char c : location)
            RC_ASSERT(c > ' ' && c < '\x7f' && c != '#');
        const auto again = read_target(location);
        RC_ASSERT(again.has_value());
        RC_ASSERT(to_location(*again) == location);
        RC_ASSERT(again->kind == target->kind && again->id == target->id);
        RC_ASSERT(again->filters == target->filters);
    }));
}

}  // namespace
}  // namespace casement::looker
