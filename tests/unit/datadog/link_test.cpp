#include "dialects/datadog/link.h"

#include "base/encoding.h"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::datadog {
namespace {

using namespace std::chrono_literals;

// Made with the vendor samples' own primitives, in Python and in Node.
constexpr std::string_view kCredential = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2";
constexpr std::string_view kNonce = "00112233445566778899aabbccddeeff";
constexpr std::string_view kTs = "1767225600";
constexpr std::string_view kToken =
    "296633d660c45eef76cd7971745ab7e8c54e20a98dc5e27c7188eead0ffa25b8";
constexpr std::string_view kPath = "/sb/secure-embed/share_Token-1";

std::string good_query() {
    return "token=" + std::string(kToken) + "&nonce=" + std::string(kNonce) +
           "&ts=" + std::string(kTs);
}
std::string target(const std::string& query) {
    return std::string(kPath) + "?" + query;
}
std::string with(std::string_view token, std::string_view nonce, std::string_view ts) {
    return target("token=" + std::string(token) + "&nonce=" + std::string(nonce) +
                  "&ts=" + std::string(ts));
}

/// The field of the refusal, or "accepted".
std::string refused_field(std::string_view text) {
    const auto link = parse_link(text);
    if (link) return "accepted";
    EXPECT_EQ(link.error().code, "malformed_link");
    EXPECT_EQ(http_status(link.error().kind), 400);
    EXPECT_FALSE(link.error().message.empty());
    return link.error().field;
}

TEST(DatadogLink, SignsTheVendorsTestVector) {
    EXPECT_EQ(sign(kCredential, kNonce, kTs), kToken);
    EXPECT_EQ(signed_url("https://dash.example/sb/secure-embed/share_Token-1",
                         Secret(std::string(kCredential)), kNonce, from_unix_seconds(1767225600)),
              "https://dash.example" + target(good_query()));
}

TEST(DatadogLink, ReadsTheThreeParametersInAnyOrder) {
    std::vector<std::string> pairs = {"nonce=" + std::string(kNonce),
                                      "token=" + std::string(kToken), "ts=" + std::string(kTs)};
    std::sort(pairs.begin(), pairs.end());
    do {
        const auto link = parse_link(target(pairs[0] + "&" + pairs[1] + "&" + pairs[2]));
        ASSERT_TRUE(link.has_value());
        EXPECT_EQ(link->share_token, "share_Token-1");
        EXPECT_EQ(link->token, kToken);
        EXPECT_EQ(link->nonce, kNonce);
        EXPECT_EQ(link->ts_text, kTs);
        EXPECT_EQ(link->ts, 1767225600s);
        EXPECT_TRUE(verify_signature(*link, kCredential));
    } while (std::next_permutation(pairs.begin(), pairs.end()));
}

TEST(DatadogLink, WhatWasSignedComesBackFromTheUrl) {
    EXPECT_TRUE(rc::check([] {
        const auto visible =
            rc::gen::suchThat(rc::gen::inRange<char>('!', '\x7f'), [](char c) { return c != '|'; });
        const auto nonce =
            *rc::gen::resize(128, rc::gen::nonEmpty(rc::gen::container<std::string>(visible)));
        RC_PRE(nonce.size() <= kMaxNonceLength);
        const auto ts = *rc::gen::inRange<std::int64_t>(0, 999'999'999'999);
        const auto key = *rc::gen::nonEmpty<std::string>();
        const auto url = signed_url("https://a.example" + std::string(kPath), Secret(key), nonce,
                                    from_unix_seconds(ts));
        const auto link = parse_link(std::string_view(url).substr(17));
        RC_ASSERT(link.has_value());
        RC_ASSERT(link->nonce == nonce);
        RC_ASSERT(link->ts.count() == ts);
        RC_ASSERT(verify_signature(*link, key));
        RC_ASSERT(!verify_signature(*link, key + "x"));
    }));
}

TEST(DatadogLink, NoChangedCharacterOfTheSignedPartsVerifies) {
    EXPECT_TRUE(rc::check([] {
        auto text = target(good_query());
        const auto query_start = text.find('?') + 1;
        const auto at = *rc::gen::inRange(query_start, text.size());
        const auto c = *rc::gen::arbitrary<char>();
        RC_PRE(text[at] != c);
        text[at] = c;
        const auto link = parse_link(text);
        const bool verifies = link && verify_signature(*link, kCredential);
        RC_ASSERT(!verifies);
    }));
}

TEST(DatadogLink, NeverThrowsOnAnyBytes) {
    EXPECT_TRUE(rc::check([](const std::string& bytes) {
        const auto link = parse_link(bytes);
        RC_ASSERT(!link);
        const auto query = parse_link(target(bytes + "&" + good_query()));
        const bool misread = query && !verify_signature(*query, kCredential);
        RC_ASSERT(!misread);
    }));
}

TEST(DatadogLink, RefusesAParameterThatComesTwice) {
    for (const std::string name : {"token", "nonce", "ts"}) {
        const auto start = good_query().find(name + "=");
        const auto pair = good_query().substr(start, good_query().find('&', start) - start);
        EXPECT_EQ(refused_field(target(good_query() + "&" + pair)), name);
        EXPECT_EQ(refused_field(target(good_query() + "&" + name + "=")), name);
        EXPECT_EQ(refused_field(target(good_query() + "&" + name)), name);
        EXPECT_EQ(refused_field(target(name + "=x&" + good_query())), name);
    }
}

TEST(DatadogLink, SeesTheSecondOneBehindAnEscapedName) {
    EXPECT_EQ(refused_field(target(good_query() + "&%74oken=" + std::string(kToken))), "token");
    EXPECT_EQ(refused_field(target(good_query() + "&nonc%65=1")), "nonce");
    EXPECT_EQ(refused_field(target(good_query() + "&t%73=1")), "ts");
}

TEST(DatadogLink, TellsWhichParameterIsMissing) {
    EXPECT_EQ(refused_field(target("nonce=a&ts=1")), "token");
    EXPECT_EQ(refused_field(target("token=" + std::string(kToken) + "&ts=1")), "nonce");
    EXPECT_EQ(refused_field(target("token=" + std::string(kToken) + "&nonce=a")), "ts");
    EXPECT_EQ(refused_field(target("")), "token");
    EXPECT_EQ(refused_field(kPath), "token");
    EXPECT_EQ(refused_field(target(good_query()) + "&TS=5"), "accepted");
    EXPECT_EQ(refused_field(target("Token=" + std::string(kToken) + "&nonce=a&ts=1")), "token");
}

TEST(DatadogLink, IgnoresWhatHostsAppend) {
    const auto link = parse_link(target("utm_source=mail&" + good_query() +
                                        "&theme=dark&from_ts=1&x=%zz&&tpl_var_a%5B0%5D=b"));
    ASSERT_TRUE(link.has_value());
    EXPECT_TRUE(verify_signature(*link, kCredential));
    // A name that cannot be read could be one of the three.
    EXPECT_EQ(refused_field(target(good_query() + "&%zz=1")), "");
}

TEST(DatadogLink, DecodesValuesOnceAndOnlyOnce) {
    const auto link = parse_link(with(kToken, "a%2Bb", kTs));
    ASSERT_TRUE(link.has_value());
    EXPECT_EQ(link->nonce, "a+b");
    const auto twice = parse_link(with(kToken, "a%252Bb", kTs));
    ASSERT_TRUE(twice.has_value());
    EXPECT_EQ(twice->nonce, "a%2Bb");
    // The same bytes in another spelling are the same nonce, so the replay guard sees one.
    EXPECT_EQ(parse_link(with(kToken, "%61b%2e", kTs))->nonce,
              parse_link(with(kToken, "ab%2E", kTs))->nonce);
}

TEST(DatadogLink, TheTokenIsExactly64LowerCaseHexDigits) {
    auto upper = std::string(kToken);
    for (char& c : upper)
        c = static_cast<char>(std::toupper(c));
    EXPECT_EQ(refused_field(with(upper, kNonce, kTs)), "token");
    EXPECT_EQ(refused_field(with(kToken.substr(1), kNonce, kTs)), "token");
    EXPECT_EQ(refused_field(with(std::string(kToken) + "0", kNonce, kTs)), "token");
    EXPECT_EQ(refused_field(with(std::string(63, 'a') + "g", kNonce, kTs)), "token");
    EXPECT_EQ(refused_field(with("", kNonce, kTs)), "token");
    EXPECT_EQ(refused_field(with(std::string(kToken.substr(1)) + "%00", kNonce, kTs)), "token");
}

TEST(DatadogLink, TheNonceHasOneReading) {
    for (const auto* nonce : {"", "%7C", "a|b", "a%7Cb", "a+b", "a%20b", "a%0Ab", "a%00b", "%C3%A9",
                              "a%", "a%4", "a%7f"}) {
        EXPECT_EQ(refused_field(with(kToken, nonce, kTs)), "nonce") << nonce;
    }
    EXPECT_EQ(refused_field(with(kToken, std::string(128, 'n'), kTs)), "accepted");
    EXPECT_EQ(refused_field(with(kToken, std::string(129, 'n'), kTs)), "nonce");
}

TEST(DatadogLink, TheTimeHasOneSpelling) {
    for (const auto* ts : {"", "-1", "%2B1", "+1", "01", "1.5", "1e9", "0x10", "1767225600000",
                           "1 ", "%31%0A", "\xD9\xA1", "1767225600%00"}) {
        EXPECT_EQ(refused_field(with(kToken, kNonce, ts)), "ts") << ts;
    }
    EXPECT_EQ(refused_field(with(kToken, kNonce, "0")), "accepted");
    EXPECT_EQ(parse_link(with(kToken, kNonce, "999999999999"))->ts, 999999999999s);
}

TEST(DatadogLink, TheShareTokenIsRawAndEndsThePath) {
    for (const std::string share :
         {"", "short12", "has%2Ddash1", "with/slash1", "trailing1/", "dot.dot.1", "semi;colon1"}) {
        EXPECT_EQ(refused_field("/sb/secure-embed/" + share + "?" + good_query()), "share_token")
            << share;
    }
    EXPECT_EQ(refused_field("/sb/secure-embed/" + std::string(65, 'a') + "?" + good_query()),
              "share_token");
    for (const std::string path :
         {"/sb/12345678", "sb/secure-embed/12345678", "//sb/secure-embed/12345678",
          "/SB/secure-embed/12345678", "/x/../sb/secure-embed/12345678",
          "https://a.example/sb/secure-embed/12345678", "/sb%2Fsecure-embed/12345678"}) {
        EXPECT_EQ(refused_field(path + "?" + good_query()), "") << path;
    }
}

TEST(DatadogLink, RefusesAFragmentAndAnEndlessTarget) {
    EXPECT_EQ(refused_field(target(good_query() + "#x")), "");
    const auto room = kMaxLinkLength - target(good_query() + "&a=").size();
    EXPECT_EQ(refused_field(target(good_query() + "&a=" + std::string(room, 'x'))), "accepted");
    EXPECT_EQ(refused_field(target(good_query() + "&a=" + std::string(room + 1, 'x'))), "");
}

TEST(DatadogLink, AnEmptyCredentialVerifiesNothing) {
    const auto link = parse_link(with(sign("", kNonce, kTs), kNonce, kTs));
    ASSERT_TRUE(link.has_value());
    EXPECT_FALSE(verify_signature(*link, std::string_view()));
    EXPECT_FALSE(verify_signature(*link, Secret()));
}

TEST(DatadogLink, TheCredentialIsTextAndNeverDecoded) {
    const std::string hex_looking = "00112233445566778899aabbccddeeff";
    const auto link = parse_link(with(sign(*from_hex(hex_looking), kNonce, kTs), kNonce, kTs));
    ASSERT_TRUE(link.has_value());
    EXPECT_FALSE(verify_signature(*link, hex_looking));
}

TEST(DatadogLink, OpensFrom60SecondsAheadUntil30MinutesAfter) {
    const auto link = *parse_link(target(good_query()));
    const auto signed_at = from_unix_seconds(1767225600);
    EXPECT_EQ(window(link, signed_at), WindowState::inside);
    EXPECT_EQ(window(link, signed_at + 1800s), WindowState::inside);
    EXPECT_EQ(window(link, signed_at + 1801s), WindowState::expired);
    EXPECT_EQ(window(link, signed_at - 60s), WindowState::inside);
    EXPECT_EQ(window(link, signed_at - 61s), WindowState::not_yet);
    EXPECT_FALSE(check_window(link, signed_at).has_value());

    const auto expired = check_window(link, signed_at + 31min);
    ASSERT_TRUE(expired.has_value());
    EXPECT_EQ(expired->code, "link_expired");
    EXPECT_EQ(http_status(expired->kind), 410);
    const auto early = check_window(link, signed_at - 2min);
    ASSERT_TRUE(early.has_value());
    EXPECT_EQ(early->code, "link_not_yet_valid");
    EXPECT_EQ(http_status(early->kind), 403);
}

TEST(DatadogLink, TheFarthestTimesDoNotOverflowTheWindow) {
    const auto first = *parse_link(with(kToken, kNonce, "0"));
    const auto last = *parse_link(with(kToken, kNonce, "999999999999"));
    EXPECT_EQ(window(first, from_unix_seconds(1767225600)), WindowState::expired);
    EXPECT_EQ(window(last, from_unix_seconds(1767225600)), WindowState::not_yet);
    EXPECT_EQ(window(last, from_unix_seconds(0)), WindowState::not_yet);
}

TEST(DatadogLink, SaysWhyItCannotBeSigned) {
    const std::string base = "https://a.example/sb/secure-embed/12345678";
    EXPECT_FALSE(signing_problem(base, kCredential, kNonce, kTs).has_value());
    EXPECT_FALSE(signing_problem("http://127.0.0.1:8080/x", kCredential, kNonce, kTs).has_value());
    const std::set<std::string> reasons = {
        signing_problem("a.example", kCredential, kNonce, kTs).value_or(""),
        signing_problem(base + "?a=b", kCredential, kNonce, kTs).value_or(""),
        signing_problem(base + "\n", kCredential, kNonce, kTs).value_or(""),
        signing_problem(base, "", kNonce, kTs).value_or(""),
        signing_problem(base, kCredential, "a|b", kTs).value_or(""),
        signing_problem(base, kCredential, kNonce, "-1").value_or("")};
    EXPECT_EQ(reasons.size(), 6U);
    EXPECT_FALSE(reasons.contains(""));
}

}  // namespace
}  // namespace casement::datadog
