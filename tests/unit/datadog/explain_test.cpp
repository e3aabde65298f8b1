#include "dialects/datadog/explain.h"

#include "base/encoding.h"
#include "crypto/hash.h"
#include "dialects/datadog/link.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::datadog {
namespace {

using namespace std::chrono_literals;

const std::string kBase = "https://dash.example/sb/secure-embed/share_Token-1";
const std::string kCredential = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2";
const std::string kNonce = "00112233445566778899aabbccddeeff";
const std::string kTs = "1767225600";
const Time kNow = from_unix_seconds(1767225600) + 5s;

std::string link_with(const std::string& token, const std::string& nonce = kNonce,
                      const std::string& ts = kTs) {
    return kBase + "?token=" + token + "&nonce=" + percent_encode(nonce) + "&ts=" + ts;
}

std::vector<Finding> explained(const std::string& url, const std::string& key = kCredential) {
    return explain(url, Secret(key), kNow);
}

bool all_ok(const std::vector<Finding>& findings) {
    return std::all_of(findings.begin(), findings.end(), [](const Finding& f) { return f.ok; });
}

/// Sentences of what is wrong under that name; empty when nothing is.
std::string wrong(const std::vector<Finding>& findings, std::string_view name) {
    std::string text;
    for (const auto& finding : findings) {
        if (finding.name == name && !finding.ok) text += finding.sentence;
    }
    return text;
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

TEST(DatadogExplain, FindsNothingWrongWithAGoodLink) {
    const auto url = link_with(sign(kCredential, kNonce, kTs));
    EXPECT_TRUE(all_ok(explained(url)));
    EXPECT_TRUE(all_ok(explain(url, kNow)));
    EXPECT_TRUE(all_ok(explained(url.substr(url.find("/sb/")))));
    const auto findings = explained(url);
    EXPECT_TRUE(std::any_of(findings.begin(), findings.end(), [](const Finding& f) {
        return f.name == "signed text" && contains(f.sentence, kNonce + "|" + kTs);
    }));
}

TEST(DatadogExplain, AgreesWithTheServerOnWhatOpens) {
    EXPECT_TRUE(rc::check([] {
        auto url = link_with(sign(kCredential, kNonce, kTs)) + "&utm=1";
        const auto edits = *rc::gen::inRange(0, 4);
        for (int i = 0; i < edits; ++i) {
            const auto at = *rc::gen::inRange(kBase.find("/sb/"), url.size());
            url[at] = *rc::gen::elementOf(std::string("0123456789abcdefABF%&=?|+- tnkos/#"));
        }
        const auto target = std::string_view(url).substr(
            url.find("/sb/") == std::string::npos ? kBase.find("/sb/") : url.find("/sb/"));
        const auto link = parse_link(target);
        const bool opens =
            link && verify_signature(*link, kCredential) && !check_window(*link, kNow);
        RC_ASSERT(all_ok(explained(url)) == opens);
    }));
}

TEST(DatadogExplain, RecognizesUsualMistakesOfSigning) {
    const auto hmac = [](const std::string& key, const std::string& message) {
        return crypto::hmac_sha256_hex(key, message);
    };
    const auto right = sign(kCredential, kNonce, kTs);
    auto upper = right;
    for (char& c : upper)
        c = static_cast<char>(std::toupper(c));
    const std::string hex_key = "00112233445566778899aabbccddeeff00112233";

    const auto says = [](const std::string& token, std::string_view part,
                         const std::string& key = kCredential, const std::string& nonce = kNonce,
                         const std::string& ts = kTs) {
        const auto sentence = wrong(explained(link_with(token, nonce, ts), key), "signature");
        EXPECT_TRUE(contains(sentence, part)) << sentence << "\nwanted: " << part;
    };
    says(hmac(kCredential, kTs + "|" + kNonce), "ts|nonce");
    says(hmac(kCredential, kNonce + kTs), "without the '|'");
    says(hmac(kCredential, kNonce + ":" + kTs), "joined by ':'");
    says(hmac(kCredential, kNonce), "only the nonce");
    says(hmac(kCredential + "\n", kNonce + "|" + kTs), "line break at its end");
    says(hmac(*from_hex(hex_key), kNonce + "|" + kTs), "hex-decoded", hex_key);
    says(hmac(*from_base64url(kCredential), kNonce + "|" + kTs), "base64-decoded");
    says(upper, "upper-case hex");
    says(percent_encode("KWYz1mDEXu92zXlxdFq36MVOIKmNxeJ8cYjurQ/6Jbg="), "base64 instead of");
    says(hmac(kCredential, kNonce + "|" + kTs + "000"), "milliseconds and sent in seconds");
    says(hmac(kCredential, kNonce + "|" + kTs), "seconds and sent in milliseconds", kCredential,
         kNonce, kTs + "000");
    says(hmac(kCredential, "a%2Fb%3D%3D|" + kTs), "percent-encoded nonce", kCredential, "a/b==");
    says(hmac(kNonce + "|" + kTs, kCredential), "swapped");
    says(to_hex(crypto::sha256(kCredential + kNonce + "|" + kTs)), "plain SHA-256");
    says(hmac("another-credential", kNonce + "|" + kTs), "another credential");
}

TEST(DatadogExplain, TellsMillisecondsFromLocalTimeFromAnOldLink) {
    const auto at = [](const std::string& ts) {
        return explained(link_with(sign(kCredential, kNonce, ts), kNonce, ts));
    };
    EXPECT_TRUE(contains(wrong(at("1767225600000"), "ts"), "milliseconds"));
    EXPECT_TRUE(contains(wrong(at("1767225600.25"), "ts"), "fraction"));
    EXPECT_TRUE(contains(wrong(at("2026-01-01T00:00:00Z"), "ts"), "date"));
    EXPECT_TRUE(contains(wrong(at("1767232800"), "window"), "local time"));  // 2 h ahead
    EXPECT_TRUE(contains(wrong(at("1767205800"), "window"), "local time"));  // 5 h 30 min behind
    const auto old = wrong(at("1767222600"), "window");                      // 50 min behind
    EXPECT_TRUE(contains(old, "30 minutes"));
    EXPECT_FALSE(contains(old, "local time"));
}

TEST(DatadogExplain, SeesWhatEncodingDidToTheUrl) {
    const auto good = link_with(sign(kCredential, kNonce, kTs));
    auto escaped = good;
    for (std::size_t at = 0; (at = escaped.find('&', at)) != std::string::npos; at += 5) {
        escaped.replace(at, 1, "&amp;");
    }
    EXPECT_TRUE(contains(wrong(explained(escaped), "parameters"), "&amp;"));
    auto encoded = good;
    encoded.replace(encoded.find('?'), 1, "%3F");
    EXPECT_TRUE(contains(wrong(explained(encoded), "address"), "%3F"));
    EXPECT_TRUE(contains(wrong(explained(good + "&ts=" + kTs), "ts"), "2 times"));
    EXPECT_TRUE(contains(wrong(explained(kBase), "nonce"), "no parameter"));
    EXPECT_TRUE(
        contains(wrong(explained("http://dash.example" + good.substr(20)), "host"), "http"));
}

TEST(DatadogExplain, NeverSaysTheCredentialOrARightTokenThatIsNotThere) {
    const auto check_all = [](const std::string& url, const std::string& key) {
        const auto right = sign(key, kNonce, kTs);
        for (const auto& finding : explained(url, key)) {
            EXPECT_FALSE(contains(finding.sentence, key)) << finding.sentence;
            EXPECT_FALSE(contains(finding.sentence, right)) << finding.sentence;
        }
    };
    check_all(link_with(std::string(64, 'a')), kCredential);
    check_all(link_with(crypto::hmac_sha256_hex(kCredential, kTs + "|" + kNonce)), kCredential);
    check_all(link_with("x"), "short12");
    check_all(link_with(kCredential, kCredential, kCredential), kCredential);
    check_all("https://" + kCredential + "/sb/secure-embed/" + kCredential, kCredential);
    EXPECT_FALSE(wrong(explained(link_with(kCredential)), "secret").empty());
    EXPECT_FALSE(wrong(explained(link_with(sign("", kNonce, kTs)), ""), "credential").empty());
}

TEST(DatadogExplain, ShowsNoControlCharacters) {
    EXPECT_TRUE(rc::check([](const std::string& bytes) {
        for (const auto& finding : explained(kBase + "?token=" + bytes + "&ts=" + bytes + bytes)) {
            RC_ASSERT(std::all_of(finding.sentence.begin(), finding.sentence.end(), [](char c) {
                return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
            }));
        }
    }));
}

}  // namespace
}  // namespace casement::datadog
