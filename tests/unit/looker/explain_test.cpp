#include "dialects/looker/explain.h"

#include "base/encoding.h"
#include "dialects/looker/link.h"
#include "unit/looker/vectors.h"

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::looker {
namespace {

using namespace std::chrono_literals;

const std::string kKey = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1v2";
const std::string kHost = "dash.example";
const Time kNow = from_unix_seconds(1700000000) + 5s;

SignedTexts texts() {
    auto texts = short_texts(R"("0123456789abcdef")", R"("user 4")");
    texts.path = "/login/embed/%2Fembed%2Fdashboards%2F42%3FState%3DNew%2520York";
    texts.permissions = R"(["access_data","see_looks"])";
    texts.user_attributes = R"({"company_id":"17"})";
    return texts;
}

std::string signed_as(const SignedTexts& sent, std::string_view text, std::string_view key = kKey,
                      Algorithm algorithm = Algorithm::sha256) {
    return "https://" + kHost + target_of(sent, sign(algorithm, key, text));
}
std::string good() {
    return signed_as(texts(), string_to_sign(kHost, texts()));
}

Explanation explained(const std::string& url, const std::string& key = kKey) {
    const Secret secret(key);
    ExplainOptions options;
    options.secret = &secret;
    return explain(url, options, kNow);
}

bool all_ok(const Explanation& explanation) {
    return std::ranges::all_of(explanation.findings, &Finding::ok);
}
/// Sentences of what is wrong under that name; empty when nothing is.
std::string wrong(const Explanation& explanation, std::string_view name) {
    std::string text;
    for (const auto& finding : explanation.findings) {
        if (finding.name == name && !finding.ok) text += finding.sentence;
    }
    return text;
}
bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}
std::string swapped(std::string text, std::string_view what, std::string_view with) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
        text.replace(at, what.size(), with);
    return text;
}

TEST(LookerExplain, FindsNothingWrongWithAGoodLink) {
    EXPECT_TRUE(all_ok(explained(good())));
    EXPECT_TRUE(all_ok(explain(good(), {}, kNow)));
    EXPECT_TRUE(all_ok(
        explained(signed_as(texts(), string_to_sign(kHost, texts()), kKey, Algorithm::sha1))));
    const auto lines = explained(good()).signed_lines;
    ASSERT_EQ(lines.size(), 10U);
    EXPECT_EQ(lines[0], (std::pair<std::string, std::string>("host", kHost)));
    EXPECT_EQ(lines[6].first, "permissions");
    EXPECT_EQ(lines[6].second, texts().permissions);
    // Only the path: its host has to be said, or the signature is not checked.
    EXPECT_TRUE(all_ok(explained(good().substr(8 + kHost.size()))));
    const Secret secret(kKey);
    ExplainOptions options{&secret, std::nullopt, "other.example", std::nullopt};
    EXPECT_FALSE(all_ok(explain(good(), options, kNow)));
}

TEST(LookerExplain, UnderstandsTheFormThatTheSdkMakes) {
    const auto url = "https://" + kHost + "/embed" + good().substr(8 + kHost.size()) +
                     "&embed_domain=https://app.example&sdk=3";
    EXPECT_TRUE(all_ok(explained(url)));
}

TEST(LookerExplain, AgreesWithTheServerOnWhatOpens) {
    const auto url = good();
    const auto path_start = 8 + kHost.size();
    EXPECT_TRUE(rc::check([&] {
        auto changed = url;
        const auto edits = *rc::gen::inRange(0, 4);
        for (int i = 0; i < edits; ++i) {
            const auto at = *rc::gen::inRange(path_start, changed.size());
            changed[at] = *rc::gen::elementOf(std::string("0123456789abcdefABF%&=?|+- tnkos/#"));
        }
        const Secret secret(kKey);
        const std::vector<EmbedSecretView> secrets = {{1, Algorithm::sha256, &secret, true, {}}};
        const auto link = parse_login_link(std::string_view(changed).substr(path_start));
        const bool opens = link && std::holds_alternative<SignedLogin>(*link) &&
                           verify_signature(std::get<SignedLogin>(*link), kHost, secrets, kNow) &&
                           !check_window(std::get<SignedLogin>(*link), kNow);
        RC_ASSERT(all_ok(explained(changed)) == opens);
    }));
}

TEST(LookerExplain, RecognizesUsualMistakesOfSigning) {
    const auto right = string_to_sign(kHost, texts());
    const auto says = [](const std::string& url, std::string_view part) {
        const auto sentence = wrong(explained(url), "signature");
        EXPECT_TRUE(contains(sentence, part)) << sentence << "\nwanted: " << part;
    };
    const auto bent = [](const std::function<void(SignedTexts&)>& bend) {
        auto other = texts();
        bend(other);
        return signed_as(texts(), string_to_sign(kHost, other));
    };
    const auto text = [&](const std::string& wrong_text) { return signed_as(texts(), wrong_text); };

    says(text(right + "\n"), "after the last line");
    says(text(swapped(right, "\n", "\r\n")), "CR LF");
    says(text(swapped(right, "\n", "\\n")), "backslash");
    says(text(swapped(right, "\n", "")), "without line breaks");
    says(text("https://" + right), "scheme was signed");
    says(text(swapped(right, kHost, kHost + ":443")), "with the port 443");
    says(bent([](auto& t) { t.path = "/login/embed//embed/dashboards/42?State=New%20York"; }),
         "decoded before it was signed");
    says(bent([](auto& t) { t.path = "%2Fembed%2Fdashboards%2F42%3FState%3DNew%2520York"; }),
         "without /login/embed/");
    says(bent([](auto& t) { t.path = "/login/embed/%2Fembed%2Fdashboards%2F42"; }),
         "without its query");
    says(bent([](auto& t) {
             t.path = "/login/embed/%2fembed%2fdashboards%2f42%3fState%3dNew%2520York";
         }),
         "lower-case escapes");
    says(bent([](auto& t) { t.group_ids = ""; }), "an empty line was signed");
    says(bent([](auto& t) { t.group_ids = "[]"; }), "group_ids, which the link does not have");
    says(bent([](auto& t) {
             t.group_ids = "[]";
             t.external_group_id = R"("")";
         }),
         "group_ids, external_group_id, which");
    says(bent([](auto& t) { t.user_attributes.reset(); }), "user_attributes was left out");
    says(bent([](auto& t) { t.permissions = R"(["access_data", "see_looks"])"; }),
         "permissions was signed with spaces");
    says(bent([](auto& t) { t.external_user_id = "user 4"; }), "without its quotation marks");
    says(bent([](auto& t) {
             t.permissions = R"(["access_data", "see_looks"])";
             t.user_attributes = R"({"company_id": "17"})";
         }),
         "the JSON was signed with spaces");
    says(bent([](auto& t) {
             for (auto* one : {&t.nonce, &t.external_user_id, &t.permissions, &t.models,
                               &*t.user_attributes, &t.access_filters}) {
                 *one = percent_encode(*one);
             }
         }),
         "percent-encoded values");
    says(bent([](auto& t) { t.time = "1700000000000"; }), "milliseconds");
    says(bent([](auto& t) { std::swap(t.permissions, t.models); }), "wrong order");
    says(text(right + "\ntrue"), "force_logout_login was signed too");
    says(signed_as(texts(), right, kKey + "\n"), "line break at its end");
    says(signed_as(texts(), kKey, right), "swapped");
    says(signed_as(texts(), right, "another-secret"), "another secret");

    const auto spelled = [&](const std::string& signature) {
        return "https://" + kHost + target_of(texts(), signature);
    };
    const auto raw = digest(Algorithm::sha256, kKey, right);
    says(spelled(to_hex(raw)), "hex instead of base64");
    says(spelled(to_base64(to_hex(raw))), "hex text was base64-encoded");
    says(spelled(to_base64(raw) + "\n"), "line break in it");
    says(spelled(to_base64(raw).substr(0, 43)), "'=' at the end");
}

TEST(LookerExplain, KnowsAKeyThatWasDecodedFirst) {
    const std::string hex = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    const auto url = signed_as(texts(), string_to_sign(kHost, texts()), *from_hex(hex));
    EXPECT_TRUE(contains(wrong(explained(url, hex), "signature"), "hex-decoded"));
}

TEST(LookerExplain, TellsAWrongAlgorithmFromAWrongSecret) {
    const Secret secret(kKey);
    ExplainOptions options{&secret, Algorithm::sha1, std::nullopt, std::nullopt};
    EXPECT_TRUE(contains(wrong(explain(good(), options, kNow), "signature"),
                         "made with hmac/sha-256 instead of hmac/sha-1"));
}

TEST(LookerExplain, NamesTheFirstLineInWhichADevelopersTextDiffers) {
    ExplainOptions options;
    options.string_to_sign = string_to_sign(kHost, texts());
    EXPECT_TRUE(all_ok(explain(good(), options, kNow)));
    auto other = texts();
    other.permissions = R"(["access_data", "see_looks"])";
    options.string_to_sign = string_to_sign(kHost, other);
    EXPECT_TRUE(contains(wrong(explain(good(), options, kNow), "difference"),
                         "line 7, permissions: the server has"));
}

TEST(LookerExplain, TellsEveryWrongParameterAtOnce) {
    auto sent = texts();
    sent.nonce = "n1";
    sent.time = "1700000000000";
    sent.permissions = "['access_data']";
    sent.models = "%5B%5D";
    const auto url = "https://" + kHost + target_of(sent, "a b", "&embed_domain=x");
    const auto result = explained(url);
    EXPECT_TRUE(contains(wrong(result, "nonce"), "quotation marks are missing"));
    EXPECT_TRUE(contains(wrong(result, "time"), "milliseconds"));
    EXPECT_TRUE(contains(wrong(result, "permissions"), "double quotes, not single"));
    EXPECT_TRUE(contains(wrong(result, "models"), "encoded twice"));
    EXPECT_TRUE(contains(wrong(result, "signature"), "arrives as a space"));
    EXPECT_TRUE(contains(wrong(result, "force_logout_login"), "Missing required parameter"));
    EXPECT_TRUE(contains(wrong(result, "parameters"), R"(invalid params: ["embed_domain"])"));
}

TEST(LookerExplain, SeesWhatEncodingDidToTheUrl) {
    EXPECT_TRUE(contains(wrong(explained(swapped(good(), "&", "&amp;")), "parameters"), "&amp;"));
    EXPECT_TRUE(contains(wrong(explained(swapped(good(), "%2F", "%252F")), "target"), "twice"));
    EXPECT_TRUE(contains(wrong(explained(good() + "&time=1"), "time"), "2 times"));
    EXPECT_TRUE(contains(wrong(explained("http" + good().substr(5)), "host"), "http"));
    EXPECT_FALSE(wrong(explained("https://" + kHost + "/embed/dashboards/1"), "address").empty());
    const auto port = swapped(good(), kHost, "Dash.example:443");
    EXPECT_TRUE(all_ok(explained(port)));  // a browser sends it as it was signed
}

TEST(LookerExplain, GoesOnWhereThereIsNoPath) {
    auto sent = texts();
    sent.path.clear();
    for (const std::string& start : {"https://" + kHost, std::string(), std::string("x")}) {
        const auto result = explained(start + target_of(sent, "c2lnbmF0dXJlIG9mIDIwIEI="));
        EXPECT_FALSE(wrong(result, "address").empty()) << start;
        EXPECT_FALSE(wrong(result, "signature").empty()) << start;
    }
}

TEST(LookerExplain, TellsAnOldLinkFromALocalTime) {
    const auto at = [](const std::string& time) {
        auto sent = texts();
        sent.time = time;
        return wrong(explained(signed_as(sent, string_to_sign(kHost, sent))), "window");
    };
    EXPECT_EQ(at("1700000300"), "");
    EXPECT_TRUE(contains(at("1700000306"), "in the future"));
    EXPECT_TRUE(contains(at("1699999700"), "ago"));
    EXPECT_FALSE(contains(at("1699999000"), "local time"));
    EXPECT_TRUE(contains(at("1700007200"), "local time"));
}

TEST(LookerExplain, ExplainsACookielessLogin) {
    const auto url = "https://" + kHost + "/login/embed/%2Fembed%2Flooks%2F1?" +
                     std::string(kAuthenticationToken) + "=abc";
    EXPECT_TRUE(all_ok(explained(url)));
    EXPECT_FALSE(all_ok(explained(url + "&time=1")));
}

TEST(LookerExplain, NeverSaysTheSecretOrARightSignatureThatIsNotThere) {
    const auto check_all = [](const std::string& url) {
        const auto result = explained(url);
        const auto right = sign(Algorithm::sha256, kKey, string_to_sign(kHost, texts()));
        std::string all;
        for (const auto& finding : result.findings)
            all += finding.name + finding.sentence;
        for (const auto& [name, line] : result.signed_lines)
            all += name + line;
        EXPECT_FALSE(contains(all, kKey)) << all;
        EXPECT_FALSE(contains(all, right)) << all;
    };
    check_all("https://" + kHost + target_of(texts(), std::string(43, 'a') + "="));
    check_all(signed_as(texts(), "x"));
    auto leaking = texts();
    leaking.external_user_id = "\"" + kKey + "\"";
    leaking.nonce = kKey;
    check_all("https://" + kHost + target_of(leaking, kKey, "&" + kKey + "=1"));
    check_all("https://" + kKey + "/login/embed/%2Fembed%2Fdashboards%2F" + kKey + "?time=" + kKey);
    EXPECT_FALSE(wrong(explained("https://" + kHost + target_of(leaking, kKey)), "secret").empty());
    EXPECT_FALSE(wrong(explained(good(), ""), "secret").empty());
}

TEST(LookerExplain, ShowsNoControlCharacters) {
    EXPECT_TRUE(rc::check([](const std::string& bytes) {
        for (const auto& url : {bytes, "https://" + kHost + "/login/embed/" + bytes + "?" + bytes,
                                good() + "&" + percent_encode(bytes) + "=1",
                                "https://" + kHost + target_of(texts(), bytes)}) {
            for (const auto& finding : explained(url).findings) {
                RC_ASSERT(has_no_controls(finding.sentence));
                RC_ASSERT(is_utf8(finding.sentence));
            }
        }
    }));
}

}  // namespace
}  // namespace casement::looker
