#include "dialects/datadog/landing.h"

#include "unit/datadog/world.h"

#include <prometheus/text_serializer.h>

namespace casement::datadog {
namespace {

using namespace std::chrono_literals;

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

class DatadogLanding : public World {
  protected:
    void SetUp() override {
        World::SetUp();
        share = make_share(make_dashboard().uid);
    }
    http::Response load(const std::string& link, http::Method method = http::Method::get) {
        return send(request(method, link));
    }
    static std::string policy(const http::Response& response) {
        return std::string(response.headers.find("Content-Security-Policy").value_or(""));
    }
    double counted(const std::string& outcome) {
        for (const auto& family : metrics->Collect()) {
            for (const auto& metric : family.metric) {
                for (const auto& label : metric.label) {
                    if (family.name == "casement_landing_total" && label.name == "outcome" &&
                        label.value == outcome) {
                        return metric.counter.value;
                    }
                }
            }
        }
        return -1;
    }
    store::Share share;
};

TEST_F(DatadogLanding, SendsTheShellAndStoresNothing) {
    audit.clear();
    const auto page = load(target(share));
    EXPECT_EQ(page.status, 200);
    EXPECT_TRUE(contains(page.body, "<div id=\"app\" data-mode=\"link\"></div>"));
    EXPECT_TRUE(page.body.starts_with("<!doctype html><html lang=\"en\">"));
    EXPECT_TRUE(audit.events().empty());
    EXPECT_EQ(run(sessions->list(1, 0, 10)).value().size(), 0U);
    EXPECT_EQ(load(target(share)).body, page.body) << "a second load changes nothing";
    EXPECT_EQ(counted("shown"), 2);
}

TEST_F(DatadogLanding, SendsTheShellOutsideTheWindowToo) {
    const auto& credential = share.credentials.front().secret;
    EXPECT_EQ(load(target(share, credential, 3600s)).status, 200);
    EXPECT_EQ(load(target(share, credential, -3600s)).status, 200);
}

TEST_F(DatadogLanding, HoldsScriptsFramesAndCachesShort) {
    const auto page = load(target(share));
    for (const std::string_view part :
         {"default-src 'none'", "script-src 'self'", "connect-src 'self'", "base-uri 'none'",
          "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
          "frame-ancestors *"}) {
        EXPECT_TRUE(contains(policy(page), part)) << part;
    }
    EXPECT_FALSE(contains(policy(page), "unsafe"));
    EXPECT_EQ(page.headers.find("Cache-Control"), "no-store");
    EXPECT_EQ(page.headers.find("Referrer-Policy"), "same-origin");
    EXPECT_EQ(page.headers.find("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(page.headers.find("X-Robots-Tag"), "none");
    EXPECT_FALSE(page.headers.find("X-Frame-Options"));
    EXPECT_FALSE(page.headers.find("Set-Cookie"));
}

TEST_F(DatadogLanding, LetsOnlyTheSharesOriginsFrameIt) {
    const auto bound =
        make_share(make_dashboard().uid,
                   {{"allowed_origins", {"https://app.example:8443", "https://*.example.org"}}});
    EXPECT_TRUE(policy(load(target(bound)))
                    .ends_with("frame-ancestors 'self' https://app.example:8443 https://*.example.org"));
    auto tampered = target(bound);
    tampered.back() = tampered.back() == '1' ? '2' : '1';
    const auto refused = load(tampered);
    EXPECT_EQ(refused.status, 401);
    EXPECT_TRUE(contains(policy(refused), "frame-ancestors 'self' https://app.example:8443"));
    EXPECT_EQ(refused.headers.count("Content-Security-Policy"), 1U);
}

TEST_F(DatadogLanding, LetsNobodyFrameItWhereEmbeddingIsSwitchedOff) {
    prometheus::Registry registry;
    Landing landing(*catalog, audit, clock, registry, http::ViewerShell({}), false);
    EXPECT_TRUE(policy(landing.get(request(http::Method::get, target(share))))
                    .ends_with("frame-ancestors 'none'"));
    auto tampered = target(share);
    tampered.back() = tampered.back() == '1' ? '2' : '1';
    EXPECT_TRUE(policy(landing.get(request(http::Method::get, tampered)))
                    .ends_with("frame-ancestors 'none'"));
}

TEST_F(DatadogLanding, RefusesWithAPageThatSaysWhy) {
    auto tampered = target(share);
    tampered.back() = tampered.back() == '1' ? '2' : '1';
    const auto page = load(tampered);
    EXPECT_EQ(page.status, 401);
    EXPECT_TRUE(contains(page.body, "data-mode=\"refused\" data-code=\"bad_signature\""));
    EXPECT_TRUE(contains(page.body, "<noscript><p>This link is not signed"));
    EXPECT_TRUE(contains(policy(page), "default-src 'none'"));
    EXPECT_TRUE(policy(page).ends_with("frame-ancestors *"));
    EXPECT_EQ(page.headers.count("Content-Security-Policy"), 1U);

    change_share(share.token, [](store::Share& s) { s.status = "paused"; });
    EXPECT_EQ(load(target(share)).status, 403);
    auto unknown = share;
    unknown.token = "UnknownShareToken000000000000000";
    EXPECT_EQ(load(target(unknown)).status, 404);
    EXPECT_EQ(load("/sb/secure-embed/" + share.token).status, 400);
    EXPECT_EQ(load(target(share) + "&ts=1").status, 400);
}

TEST_F(DatadogLanding, NothingOfTheRequestBecomesMarkup) {
    const std::string attack = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
    for (const auto& link :
         {"/sb/secure-embed/" + share.token + "?" + attack + "=1&token=" + attack,
          "/sb/secure-embed/" + attack + "?token=1&nonce=1&ts=1",
          target(share) + "&nonce=" + attack}) {
        const auto page = load(link);
        EXPECT_GE(page.status, 400);
        EXPECT_FALSE(contains(page.body, "<script>"));
        EXPECT_FALSE(contains(page.body, "alert(1)"));
    }
}

TEST_F(DatadogLanding, EscapesTheSentenceThatItShows) {
    const http::ViewerShell shell({"/a.css", "/a.js", {}});
    const auto page = shell.refused(invalid("a\"b", "<b>\"it's\" & more</b>"), "*");
    EXPECT_TRUE(contains(page.body, "data-code=\"a&quot;b\""));
    EXPECT_TRUE(
        contains(page.body, "data-message=\"&lt;b&gt;&quot;it&#39;s&quot; &amp; more&lt;/b&gt;\""));
}

TEST_F(DatadogLanding, NamesTheViewersFiles) {
    const http::ViewerShell shell(
        {"/assets/viewer-1.css", "/assets/viewer-2.js", {"/assets/u.js"}});
    EXPECT_EQ(shell.link("*").body,
              "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
              "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
              "<meta name=\"color-scheme\" content=\"light dark\"><title>Dashboard</title>"
              "<link rel=\"stylesheet\" href=\"/assets/viewer-1.css\">"
              "<script type=\"module\" src=\"/assets/viewer-2.js\"></script>"
              "<link rel=\"modulepreload\" href=\"/assets/u.js\">"
              "</head><body><div id=\"app\" data-mode=\"link\"></div>"
              "<p class=old>This page needs JavaScript, and a browser of 2022 or later.</p>"
              "</body></html>");
}

TEST_F(DatadogLanding, WritesOneAuditRowASecondAndCountsTheRest) {
    auto tampered = target(share);
    tampered.back() = tampered.back() == '1' ? '2' : '1';
    for (int i = 0; i < 1000; ++i)
        (void)load(tampered);
    EXPECT_EQ(audit.of("link.refused").size(), 1U);
    clock.advance(1s);
    (void)load(tampered);
    const auto rows = audit.of("link.refused");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].object, "share:" + std::to_string(share.id));
    EXPECT_EQ(rows[0].client, "192.0.2.7");
    EXPECT_EQ(rows[0].detail.at("reason").as_string(), "bad_signature");
    EXPECT_EQ(rows[1].detail.at("count").as_int64(), 1000);
    EXPECT_EQ(counted("bad_signature"), 1001);
}

TEST_F(DatadogLanding, JunkThatNamesNoShareLeavesOnlyANumber) {
    audit.clear();
    auto unknown = share;
    for (int i = 0; i < 100; ++i) {
        unknown.token = "UnknownShareToken" + std::to_string(i);
        (void)load(target(unknown));
    }
    (void)load("/sb/secure-embed/" + share.token + "?token=x");
    EXPECT_TRUE(audit.events().empty());
    EXPECT_EQ(counted("share_not_found"), 100);
    EXPECT_EQ(counted("malformed_link"), 1);
}

TEST_F(DatadogLanding, TheTrailHoldsNoPartOfTheLink) {
    auto tampered = target(share);
    tampered.back() = tampered.back() == '1' ? '2' : '1';
    (void)load(tampered);
    for (const auto& event : audit.of("link.refused")) {
        const auto text = json::serialize(event.detail);
        EXPECT_FALSE(contains(text, "00112233445566778899aabb"));
        EXPECT_FALSE(contains(text, tampered.substr(tampered.find("token=") + 6, 64)));
    }
}

TEST_F(DatadogLanding, AnswersHeadAsGet) {
    EXPECT_EQ(load(target(share), http::Method::head).status, 200);
    EXPECT_EQ(load(target(share), http::Method::post).status, 405);
}

}  // namespace
}  // namespace casement::datadog
