#include "dialects/grafana/explain.h"

#include "base/encoding.h"
#include "crypto/hash.h"
#include "crypto/pbkdf2.h"
#include "dialects/grafana/link.h"
#include "dialects/grafana/sign.h"
#include "dialects/grafana/text.h"
#include "unit/grafana/vectors.h"

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::grafana {
namespace {

constexpr std::int64_t kNowSeconds = 1726823533;
const Time kNow = from_unix_seconds(kNowSeconds);
const std::string kToken(kTokens[0].token);
const std::string kHash(kTokens[0].hash);
const std::string kBase = "https://dash.example/d/sales/s?var-region=S%C3%A3o%20Paulo&var-tier=a";

Explanation explained(const std::string& url, const std::string& key = kToken,
                      const std::string& account = "") {
    const Secret secret(key);
    ExplainOptions options;
    if (!key.empty()) options.key = &secret;
    if (!account.empty()) options.account = account;
    auto out = explain(url, options, kNow);
    for (const auto& finding : out.findings) {
        for (const std::string_view hidden :
             {std::string_view(kToken), std::string_view(kHash), kTokens[0].secret}) {
            EXPECT_EQ(finding.sentence.find(hidden), std::string::npos) << finding.sentence;
            EXPECT_EQ(finding.name.find(hidden), std::string::npos);
        }
    }
    return out;
}
/// Sentences of what is wrong under that name, or under any; empty when nothing is.
std::string wrong(const Explanation& explanation, std::string_view name = "") {
    std::string text;
    for (const auto& finding : explanation.findings) {
        if (!finding.ok && (name.empty() || finding.name == name)) text += finding.sentence;
    }
    return text;
}
bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

LinkParts parts(int version) {
    LinkParts out;
    out.url = kBase;
    out.key_name = "embed";
    out.time = kNowSeconds + (version == 3 ? 300 : 0);
    out.nonce = "0123456789abcdef";
    if (version == 3) out.locked = {"region"};
    return out;
}
std::string good(int version) {
    const Secret hash(kHash);
    if (version == 1) return make_v1_url(parts(1), Secret(kToken));
    return version == 2 ? make_v2_url(parts(2), hash) : make_v3_url(parts(3), hash);
}
std::string v2_with(const std::string& sign, const std::string& time = "1726823533") {
    return fmt::format(
        "{}&aliyun_api_key_sign={}&aliyun_api_key_timestamp={}&aliyun_api_key_name=embed"
        "&aliyun_api_key_org_id=1",
        kBase, percent_encode(sign), time);
}
std::string v3_with(const std::string& signature) {
    const auto url = good(3);
    return url.substr(0, url.rfind('=') + 1) + percent_encode(signature);
}
std::string md5_hex(const std::string& text) {
    return to_hex(md5(text));
}
std::string hash_with(std::string_view password, std::string_view salt, std::size_t length = 50) {
    return to_hex(
        crypto::pbkdf2_sha256(Secret(std::string(password)), salt, 10000, length).reveal());
}
std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'a' && c <= 'f' ? char(c - 32) : c; });
    return text;
}

TEST(GrafanaExplain, FindsNothingWrongWithGoodLinks) {
    for (const int version : {1, 2, 3}) {
        EXPECT_EQ(wrong(explained(good(version))), "") << version;
        EXPECT_EQ(wrong(explained(good(version), "")), "");
        EXPECT_EQ(wrong(explained(good(version), kHash)), "");
        EXPECT_EQ(wrong(explained(std::string(target_of(good(version))))), "");
    }
    const auto lines = explained(good(3)).signed_lines;
    ASSERT_EQ(lines.size(), 8U);
    EXPECT_EQ(lines[1], (std::pair<std::string, std::string>("path", "/d/sales/s")));
    EXPECT_EQ(lines[7],
              (std::pair<std::string, std::string>("var-region", "lock:region=São Paulo")));
    EXPECT_TRUE(explained(good(2)).signed_lines.empty());
}

TEST(GrafanaExplain, NamesTheMistakeThatMadeAVersion2Signature) {
    const auto secret = kTokens[0].secret;
    const std::string time = "_1726823533";
    const std::vector<std::pair<std::string, std::string>> mistakes = {
        {md5_hex(kHash + "1726823533"), "'_' between hash and timestamp was left out"},
        {md5_hex(kHash + "_1726823533000"), "milliseconds were signed"},
        {md5_hex(kHash + time + "\n"), "line break after the timestamp"},
        {md5_hex("1726823533_" + kHash), "before the hash"},
        {md5_hex(std::string(secret) + time), "the secret itself"},
        {md5_hex(kToken + time), "the whole key was used where"},
        {md5_hex(hash_with(kToken, "00cf46b3") + time), "PBKDF2 was given the whole key"},
        {md5_hex(hash_with(secret, "embed") + time), "the token's name was used as the salt"},
        {md5_hex(hash_with(secret, "my account") + time), "the account's name was used"},
        {md5_hex(hash_with(secret, "b346cf00") + time), "big-endian"},
        {md5_hex(hash_with(secret, "00cf46b3", 32) + time), "32 bytes"},
        {md5_hex(hash_with(secret, "embed", 32) + time), "32 bytes"},
        {md5_hex(upper(kHash) + time), "upper case"},
        {md5_hex(*from_hex(kHash) + time), "raw bytes"},
        {md5_hex(kHash + "\n" + time), "line break at the end of the key"},
        {upper(md5_hex(kHash + time)), "signature was written in upper case"},
        {to_base64(md5(kHash + time)), "signature was written in base64"},
        {to_hex(crypto::sha256(kHash + time)), "SHA-256 instead of MD5"},
        {crypto::hmac_sha256_hex(kHash, "1726823533"), "HMAC-SHA-256"}};
    for (const auto& [sign, says] : mistakes) {
        const auto text = wrong(explained(v2_with(sign), kToken, "my account"), "signature");
        EXPECT_TRUE(contains(text, says)) << says << "\n" << text;
    }
    EXPECT_TRUE(
        contains(wrong(explained(v2_with(std::string(32, 'a'))), "signature"), "no usual mistake"));
}

TEST(GrafanaExplain, FindsTheMistakesThatNeedOnlyTheHash) {
    EXPECT_TRUE(
        contains(wrong(explained(v2_with(md5_hex(kHash + "1726823533")), kHash)), "was left out"));
    EXPECT_TRUE(
        contains(wrong(explained(v2_with(md5_hex(kHash.substr(0, 64) + "_1726823533")), kHash)),
                 "32 bytes"));
}

TEST(GrafanaExplain, NamesTheMistakeThatMadeAVersion3Signature) {
    auto link = parse_link(target_of(good(3))).value();
    const auto texts = std::get<SignedV3>(link.proof).texts;
    const auto right = string_to_sign(texts);
    const auto sign = [&](const std::string& text, const std::string& key = kHash) {
        return crypto::hmac_sha256_hex(key, text);
    };
    const auto swapped = [&](std::string_view what, std::string_view with) {
        auto text = right;
        text.replace(text.find(what), what.size(), with);
        return text;
    };
    const std::vector<std::pair<std::string, std::string>> mistakes = {
        {sign(right + "\n"), "line feed after the last line"},
        {sign(right.substr(right.find('\n') + 1)), "first line"},
        {sign(swapped("São Paulo", "S%C3%A3o%20Paulo")), "signed encoded"},
        {sign(swapped("lock:region", "lock:var-region")), "'var-'"},
        {sign(swapped("lock:", "")), "no 'lock:'"},
        {sign(swapped("\nlock:region=São Paulo", "")), "were left out"},
        {sign(swapped("\n\n", "\n3600\n")), "a session of 3600 was signed but not sent"},
        {sign(swapped("\n\n", "\n")), "the line of casement_session was left out"},
        {sign(right, std::string(kTokens[0].secret)), "the secret itself"},
        {sign(right, *from_hex(kHash)), "raw bytes"},
        {sign(right, kHash.substr(0, 64)), "32 bytes"},
        {upper(sign(right)), "upper case"},
        {to_base64(crypto::hmac_sha256(kHash, right)), "base64"},
        {to_hex(crypto::sha256(kHash + right)), "plain SHA-256"},
        {to_hex(crypto::hmac_sha1(kHash, right)), "HMAC-SHA-1"}};
    for (const auto& [signature, says] : mistakes) {
        const auto text = wrong(explained(v3_with(signature)), "signature");
        EXPECT_TRUE(contains(text, says)) << says << "\n" << text;
    }
    EXPECT_TRUE(
        contains(wrong(explained(v3_with(std::string(64, 'a'))), "signature"), "no usual mistake"));
}

TEST(GrafanaExplain, SaysWhatIsWrongWithTheClock) {
    const auto at = [](std::int64_t shift) {
        auto some = parts(2);
        some.time += shift;
        return wrong(explained(make_v2_url(some, Secret(kHash))), "window");
    };
    EXPECT_EQ(at(60), "");
    EXPECT_TRUE(contains(at(-61), "ago"));
    EXPECT_TRUE(contains(at(61), "in the future"));
    EXPECT_TRUE(contains(at(8 * 3600), "local time was taken for UTC"));
    auto late = parts(3);
    late.time = kNowSeconds - 1;
    EXPECT_TRUE(contains(wrong(explained(make_v3_url(late, Secret(kHash))), "window"), "ended"));
    late.time = kNowSeconds + 7200;
    EXPECT_TRUE(
        contains(wrong(explained(make_v3_url(late, Secret(kHash))), "window"), "an hour ahead"));
}

TEST(GrafanaExplain, SaysWhatIsWrongWithEachParameter) {
    const auto says = [](const std::string& url, std::string_view name, std::string_view part) {
        const auto text = wrong(explained(url), name);
        EXPECT_TRUE(contains(text, part)) << url << "\n" << text;
    };
    says(v2_with(md5_hex(kHash + "_1726823533000"), "1726823533000"), "aliyun_api_key_timestamp",
         "milliseconds");
    says(good(2) + "&aliyun_api_key_expire_seconds=0", "aliyun_api_key_expire_seconds", "1 to");
    says(good(2) + "&aliyun_api_key_org_id=1", "aliyun_api_key_org_id", "2 times");
    says(good(2) + "&aliyun_api_key_expires=1", "parameters", "aliyun_api_key_expires");
    says(good(2) + "&casement_nonce=1", "version", "several versions");
    says(good(3) + "&casement_bound=region", "casement_bound", "in both");
    says(good(3) + "&casement_bound=city", "casement_bound", "var-city");
    says(kBase, "version", "neither a key nor a signature");
    says(v2_with(upper(md5_hex(kHash + "_1726823533"))), "aliyun_api_key_sign", "upper case");
    says(v2_with(to_hex(crypto::sha256("x"))), "aliyun_api_key_sign", "SHA-256");
    auto entities = good(2);
    for (std::size_t at = 0; (at = entities.find('&', at)) != std::string::npos; at += 5)
        entities.replace(at, 1, "&amp;");
    says(entities, "parameters", "&amp;");
    says("https://dash.example/x" + good(2).substr(good(2).find('?')), "address", "/d/UID");
    says("http" + good(2).substr(5), "host", "plain http");
    says(good(2) + "#top", "fragment", "'#'");
}

TEST(GrafanaExplain, SaysWhatIsWrongWithAKeyInALink) {
    EXPECT_TRUE(
        contains(wrong(explained(kBase + "&aliyun_api_key=" + std::string(kTokens[0].turned), "")),
                 "wrong order"));
    EXPECT_TRUE(
        contains(wrong(explained(good(1), std::string(kTokens[1].token)), "key"), "another key"));
    const auto in_link = explained(good(2) + "&x=" + kToken);
    EXPECT_TRUE(contains(wrong(in_link, "key"), "replace the key"));
    EXPECT_TRUE(contains(wrong(explained(good(2), "nonsense"), "key"), "Base64"));
}

TEST(GrafanaExplain, GoesOnWhereThereIsNoPath) {
    for (const int version : {2, 3}) {
        const auto query = good(version).substr(good(version).find('?'));
        EXPECT_NE(wrong(explained(query), "address"), "");
        EXPECT_NE(wrong(explained("https://dash.example" + query), "address"), "");
        EXPECT_NE(wrong(explained(""), "version"), "");
    }
}

TEST(GrafanaExplain, TellsALegacyKeyOfAnotherName) {
    const auto url = v2_with(std::string(kLegacyKeys[0].signed_1726823533));
    const auto explanation = explained(url, std::string(kLegacyKeys[0].key));
    EXPECT_TRUE(contains(wrong(explanation, "aliyun_api_key_name"), "'test1'"));
    EXPECT_EQ(wrong(explanation, "signature"), "");
}

TEST(GrafanaExplain, AgreesWithTheServersReader) {
    EXPECT_TRUE(rc::check([](const std::string& noise) {
        auto url = good(*rc::gen::inRange(1, 4));
        const auto at = *rc::gen::inRange<std::size_t>(0, url.size());
        const auto length = *rc::gen::inRange<std::size_t>(0, 8);
        url.replace(at, std::min(length, url.size() - at), noise);
        const auto explanation = explain(url, {}, kNow);
        for (const auto& finding : explanation.findings) {
            RC_ASSERT(is_utf8(finding.sentence) && is_utf8(finding.name));
            RC_ASSERT(has_no_controls(finding.sentence) && has_no_controls(finding.name));
        }
        if (wrong(explanation).empty()) {
            RC_ASSERT(parse_link(target_of(url), {.longest_session = kLongestSession}).has_value());
        }
    }));
}

}  // namespace
}  // namespace casement::grafana
