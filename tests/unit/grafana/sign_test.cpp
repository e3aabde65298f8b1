#include "dialects/grafana/sign.h"

#include "base/encoding.h"
#include "dialects/grafana/link.h"
#include "unit/grafana/links.h"

#include <rapidcheck.h>

namespace casement::grafana {
namespace {

rc::Gen<std::string> texts() {
    return rc::gen::element<std::string>("eu", "São Paulo", "a&b=c", "大盘", "", "$__all",
                                         "x|=|1+2", "%41", "'", "\\");
}

TEST(GrafanaSign, WhatIsSignedVerifiesUnderItsKeyOnly) {
    EXPECT_TRUE(rc::check([] {
        LinkParts parts;
        parts.url = *rc::gen::element<std::string>("https://dash.example/d/sales", "/d/a-b/c",
                                                   "http://127.0.0.1:1/d-solo/a/%C3%A9?panelId=3");
        const auto values = *rc::gen::container<std::vector<std::string>>(3, texts());
        const std::vector<std::string> names = {"region", "region", "tier"};
        for (std::size_t i = 0; i < values.size(); ++i)
            parts.url +=
                fmt::format("{}var-{}={}", parts.url.find('?') == std::string::npos ? "?" : "&",
                            names[i], percent_encode(values[i]));
        parts.key_name = *rc::gen::element<std::string>("k", "viewer key", "大盘", "a+b&c=d%");
        parts.org = *rc::gen::inRange<std::int64_t>(1, 1000);
        parts.time = kNowSeconds + *rc::gen::inRange<std::int64_t>(1, 3600);
        const auto session = *rc::gen::inRange<std::int64_t>(0, 86400);
        if (session > 0) parts.session = session;
        parts.nonce = kNonce;
        if (*rc::gen::arbitrary<bool>()) parts.locked = {"region"};
        if (*rc::gen::arbitrary<bool>()) parts.bounded = {"tier"};
        RC_ASSERT(!signing_problem(3, parts));
        RC_ASSERT(!signing_problem(2, parts));
        const Secret other(std::string(100, 'b'));

        const auto url3 = make_v3_url(parts, kHash);
        const auto link3 = parse_link(target_of(url3)).value();
        const auto& v3 = std::get<SignedV3>(link3.proof);
        RC_ASSERT(verify_signature(v3, &kHash));
        RC_ASSERT(!verify_signature(v3, &other));
        RC_ASSERT(v3.key_name == parts.key_name);
        RC_ASSERT(v3.org == parts.org);
        RC_ASSERT(v3.session == seconds(parts.session.value_or(3600)));
        RC_ASSERT(!check_window(v3, kNow));
        RC_ASSERT(link3.target.variables.at(0).values == (std::vector{values[0], values[1]}));
        RC_ASSERT(clean_target(target_of(url3)) == target_of(parts.url));

        const auto url2 = make_v2_url(parts, kHash);
        const auto v2 = std::get<SignedByHash>(parse_link(target_of(url2)).value().proof);
        RC_ASSERT(verify_signature(v2, &kHash));
        RC_ASSERT(!verify_signature(v2, &other));
        RC_ASSERT(v2.key_name == parts.key_name);
        RC_ASSERT(clean_target(target_of(url2)) == target_of(parts.url));

        const Secret key{std::string(kLegacyKeys[2].key)};
        const auto url1 = make_v1_url(parts, key);
        RC_ASSERT(std::get<KeyInLink>(parse_link(target_of(url1)).value().proof).text == key);
        RC_ASSERT(clean_target(target_of(url1)) == target_of(parts.url));
    }));
}

TEST(GrafanaSign, SaysWhyItCannotBeSigned) {
    const auto problem = [](int version, auto change) {
        LinkParts parts;
        parts.url = "https://dash.example/d/sales?var-region=eu";
        parts.key_name = "k";
        parts.time = kNowSeconds;
        parts.nonce = kNonce;
        change(parts);
        return signing_problem(version, parts).has_value();
    };
    for (const int version : {1, 2, 3})
        EXPECT_FALSE(problem(version, [](auto&) {}));
    EXPECT_TRUE(problem(0, [](auto&) {}));
    EXPECT_TRUE(problem(4, [](auto&) {}));
    for (const int version : {1, 2, 3}) {
        EXPECT_TRUE(problem(version, [](auto& p) { p.url = "https://dash.example/"; }));
        EXPECT_TRUE(problem(version, [](auto& p) { p.url += "&aliyun_api_key=x"; }));
        EXPECT_TRUE(problem(version, [](auto& p) { p.url += "&x=%"; }));
    }
    for (const int version : {2, 3}) {
        EXPECT_TRUE(problem(version, [](auto& p) { p.key_name.clear(); }));
        EXPECT_TRUE(problem(version, [](auto& p) { p.org = 0; }));
        EXPECT_TRUE(problem(version, [](auto& p) { p.time = -1; }));
        EXPECT_TRUE(problem(version, [](auto& p) { p.session = 0; }));
        EXPECT_TRUE(problem(version, [](auto& p) { p.url += "&orgId=2"; }));
    }
    EXPECT_TRUE(problem(3, [](auto& p) { p.nonce = "short"; }));
    EXPECT_TRUE(problem(3, [](auto& p) { p.locked = {"city"}; }));
    EXPECT_TRUE(problem(3, [](auto& p) { p.locked = p.bounded = {"region"}; }));
}

}  // namespace
}  // namespace casement::grafana
