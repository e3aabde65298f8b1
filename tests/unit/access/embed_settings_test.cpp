#include "access/embed_settings.h"

#include "base/shape.h"

#include <gtest/gtest.h>

namespace casement::access {
namespace {

EmbedSettings read(std::string_view text) {
    store::Organization organization;
    organization.settings = parse_json(text).value().as_object();
    return read_embed_settings(organization);
}

bool allowed(std::string entry, std::string_view origin) {
    EmbedSettings settings;
    settings.domain_allowlist = {std::move(entry)};
    return is_allowed_domain(settings, origin);
}

TEST(EmbedSettings, MissingTakesTheDefaults) {
    for (const auto* text : {"{}", R"({"looker":null})", R"({"looker":{}})"}) {
        const auto settings = read(text);
        EXPECT_TRUE(settings.enabled);
        EXPECT_TRUE(settings.signed_links);
        EXPECT_TRUE(settings.cookieless);
        EXPECT_FALSE(settings.closed_system);
        EXPECT_FALSE(settings.strict);
        EXPECT_TRUE(settings.allow_user_timezones);
        EXPECT_EQ(settings.timezone, "UTC");
        EXPECT_TRUE(settings.domain_allowlist.empty());
    }
}

TEST(EmbedSettings, ReadsWhatIsThere) {
    const auto settings = read(R"({"looker": {
        "embed_enabled": false, "sso_auth_enabled": false, "embed_cookieless_v2": false,
        "closed_system": true, "strict": true, "allow_user_timezones": false,
        "timezone": "Europe/Berlin", "domain_allowlist": ["https://app.example"]}})");
    EXPECT_FALSE(settings.enabled);
    EXPECT_FALSE(settings.signed_links);
    EXPECT_FALSE(settings.cookieless);
    EXPECT_TRUE(settings.closed_system);
    EXPECT_TRUE(settings.strict);
    EXPECT_FALSE(settings.allow_user_timezones);
    EXPECT_EQ(settings.timezone, "Europe/Berlin");
    EXPECT_EQ(settings.domain_allowlist, std::vector<std::string>{"https://app.example"});
}

TEST(EmbedSettings, AnOddTypeFailsClosed) {
    for (const auto* text : {R"({"looker": "on"})", R"({"looker": [true]})",
                             R"({"looker": {"embed_enabled": "true", "sso_auth_enabled": 1,
                                 "embed_cookieless_v2": "yes", "closed_system": 0, "strict": "no",
                                 "allow_user_timezones": 1, "timezone": 5,
                                 "domain_allowlist": "https://app.example"}})",
                             R"({"looker": {"embed_enabled": [], "sso_auth_enabled": {},
                                 "embed_cookieless_v2": 1, "closed_system": "false", "strict": [],
                                 "allow_user_timezones": "", "timezone": "../../etc/passwd",
                                 "domain_allowlist": ["https://app.example", 1]}})"}) {
        const auto settings = read(text);
        EXPECT_FALSE(settings.enabled) << text;
        EXPECT_FALSE(settings.signed_links) << text;
        EXPECT_FALSE(settings.cookieless) << text;
        EXPECT_TRUE(settings.closed_system) << text;
        EXPECT_TRUE(settings.strict) << text;
        EXPECT_FALSE(settings.allow_user_timezones) << text;
        EXPECT_EQ(settings.timezone, "UTC") << text;
        EXPECT_TRUE(settings.domain_allowlist.empty()) << text;
    }
}

TEST(AllowedDomain, MatchesTheExactOrigin) {
    EXPECT_TRUE(allowed("https://app.example.com", "https://app.example.com"));
    EXPECT_TRUE(allowed("https://App.Example.COM/", "https://app.example.com"));
    EXPECT_TRUE(allowed("https://app.example.com", "HTTPS://APP.EXAMPLE.COM"));
    EXPECT_TRUE(allowed("https://app.example.com:443", "https://app.example.com"));
    EXPECT_TRUE(allowed("https://app.example.com", "https://app.example.com:443"));
    EXPECT_TRUE(allowed("http://localhost:8080", "http://localhost:8080"));
    EXPECT_TRUE(allowed("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"));
}

TEST(AllowedDomain, PortAndSchemeCount) {
    EXPECT_FALSE(allowed("https://app.example.com", "http://app.example.com"));
    EXPECT_FALSE(allowed("http://app.example.com", "https://app.example.com"));
    EXPECT_FALSE(allowed("https://app.example.com", "https://app.example.com:8443"));
    EXPECT_FALSE(allowed("https://app.example.com:8443", "https://app.example.com"));
    EXPECT_FALSE(allowed("http://app.example.com:443", "http://app.example.com"));
    EXPECT_FALSE(allowed("https://*.example.com:8443", "https://a.example.com"));
    EXPECT_TRUE(allowed("https://*.example.com:8443", "https://a.example.com:8443"));
}

TEST(AllowedDomain, OneLeadingWildcardStandsForLabels) {
    EXPECT_TRUE(allowed("https://*.example.com", "https://app.example.com"));
    EXPECT_TRUE(allowed("https://*.example.com", "https://a.b.example.com"));
    EXPECT_FALSE(allowed("https://*.example.com", "https://example.com"));
    EXPECT_FALSE(allowed("https://*.example.com", "https://evilexample.com"));
    EXPECT_FALSE(allowed("https://*.example.com", "https://app.example.com.evil.net"));
    EXPECT_FALSE(allowed("https://*.example.com", "http://app.example.com"));
    for (const auto* entry : {"*", "https://*", "https://a*.example.com", "https://*.*.example.com",
                              "https://app.*.com", "https://app.example.com:*", "*.example.com"}) {
        EXPECT_FALSE(allowed(entry, "https://app.example.com")) << entry;
    }
}

TEST(AllowedDomain, LookAlikesStayOut) {
    for (const auto* origin : {"https://evil-app.example.com",
                               "https://app.example.com.evil.net",
                               "https://app.example.com.",
                               "https://app.example.comm",
                               "https://xapp.example.com",
                               "https://user@app.example.com",
                               "https://app.example.com@evil.net",
                               "https://app.example.com/",
                               "https://app.example.com/path",
                               "https://app.example.com?x",
                               "https://app.example.com#x",
                               "https://app.example.com:",
                               "https://app.example.com:0443x",
                               "https://app.example.com\\.evil.net",
                               "https://app.example.com evil",
                               " https://app.example.com",
                               "https://app.example.com\n",
                               "https://app%2eexample.com",
                               "//app.example.com",
                               "app.example.com",
                               "null",
                               "",
                               "https://",
                               "https://*.example.com",
                               "*",
                               "https://app.ex\xC3\xA4mple.com",
                               "javascript:alert(1)"}) {
        EXPECT_FALSE(allowed("https://app.example.com", origin)) << origin;
    }
    // The same letters in another script are another name, and a browser writes it in punycode.
    EXPECT_FALSE(allowed("https://example.com", "https://xn--xample-2of.com"));
    EXPECT_FALSE(
        allowed("https://b\xC3\xBC"
                "cher.example",
                "https://xn--bcher-kva.example"));
}

TEST(AllowedDomain, APatternIsNobodysOrigin) {
    EXPECT_FALSE(allowed("https://*.example.com", "https://*.example.com"));
    EXPECT_FALSE(allowed("https://app.example.com:*", "https://app.example.com:*"));
}

TEST(AllowedDomain, NobodyIsOnAnEmptyList) {
    EXPECT_FALSE(is_allowed_domain({}, "https://app.example.com"));
    EXPECT_FALSE(allowed("", "https://app.example.com"));
}

TEST(AllowedDomain, AnEntryIsCheckedBeforeItIsKept) {
    EXPECT_EQ(check_embed_domain("HTTPS://App.Example.com:443/").value(),
              "https://app.example.com");
    EXPECT_EQ(check_embed_domain("https://*.example.com").value(), "https://*.example.com");
    for (const auto* bad : {"", "app.example.com", "https://app.example.com:*", "https://*",
                            "https://app.example.com/a",
                            "https://b\xC3\xBC"
                            "cher.example"}) {
        const auto checked = check_embed_domain(bad);
        ASSERT_FALSE(checked) << bad;
        EXPECT_EQ(checked.error().code, "invalid_origin");
        EXPECT_EQ(checked.error().field, "domain_allowlist");
    }
}

}  // namespace
}  // namespace casement::access
