#include "dialects/grafana/key.h"

#include "base/encoding.h"
#include "dialects/grafana/reasons.h"
#include "dialects/grafana/signature.h"
#include "dialects/grafana/text.h"
#include "unit/grafana/vectors.h"

#include <stdexcept>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::grafana {
namespace {

constexpr const char* kLetters = "ExampleLegacyKeyAAAABBBBCCCC0001";

std::string legacy_refusal(std::string_view key) {
    const auto parsed = parse_legacy_key(key);
    if (parsed) return "accepted";
    EXPECT_EQ(parsed.error().code, kKeyMalformed);
    EXPECT_EQ(parsed.error().message.find(kLetters), std::string::npos);
    return parsed.error().message;
}
bool is_refused_json(const std::string& text) {
    return legacy_refusal(to_base64(text)) != "accepted";
}

TEST(GrafanaKey, EveryKnownLegacyKeyIsReadHashedAndWrittenAgain) {
    for (const auto& known : kLegacyKeys) {
        const auto key = parse_legacy_key(known.key);
        ASSERT_TRUE(key.has_value()) << known.name;
        EXPECT_EQ(key->secret.reveal(), known.secret);
        EXPECT_EQ(key->name, known.name);
        EXPECT_EQ(key->org, known.org);
        EXPECT_EQ(key_hash(*key).reveal(), known.hash);
        EXPECT_EQ(write_legacy_key(*key).reveal(), known.key);
        EXPECT_EQ(from_base64(known.key), known.json);
        EXPECT_EQ(kind_of(known.key), KeyKind::legacy);
        EXPECT_EQ(sign_v2(key_hash(*key), "1726823533"), known.signed_1726823533);
        EXPECT_EQ(sign_v2(key_hash(*key), "1767225600"), known.signed_1767225600);
    }
}

TEST(GrafanaKey, EveryKnownTokenIsReadHashedAndWrittenAgain) {
    for (const auto& known : kTokens) {
        const auto token = parse_service_token(known.token);
        ASSERT_TRUE(token.has_value()) << known.token;
        EXPECT_EQ(token->secret.reveal(), known.secret);
        EXPECT_EQ(token->checksum, known.checksum);
        EXPECT_EQ(token_checksum(token->secret), known.checksum);
        EXPECT_EQ(key_hash(*token).reveal(), known.hash);
        EXPECT_EQ(write_service_token(*token).reveal(), known.token);
        EXPECT_EQ(kind_of(known.token), KeyKind::token);
        if (known.signed_1726823533.empty()) continue;
        EXPECT_EQ(sign_v2(key_hash(*token), "1726823533"), known.signed_1726823533);
        EXPECT_EQ(sign_v2(key_hash(*token), "1767225600"), known.signed_1767225600);
    }
}

TEST(GrafanaKey, RefusesATokenWhoseChecksumHasItsBytesInTheOtherOrder) {
    for (const auto& known : kTokens) {
        if (known.turned.empty()) continue;
        const auto token = parse_service_token(known.turned);
        ASSERT_FALSE(token.has_value());
        EXPECT_EQ(token.error().code, kKeyMalformed);
        EXPECT_NE(token.error().message.find("wrong order"), std::string::npos);
    }
}

TEST(GrafanaKey, RefusesTokensOfAnotherForm) {
    for (const std::string_view token :
         {"", "glsa_", "glsa__", "gl", "glc_ExampleSaTokenAAAABBBBCCCCDDDD01_00cf46b3",
          "GLSA_ExampleSaTokenAAAABBBBCCCCDDDD01_00cf46b3", "glsa_ExampleSaTokenAAAABBBBCCCCDDDD01",
          "glsa_ExampleSaTokenAAAABBBBCCCCDDDD01_",
          "glsa_ExampleSaTokenAAAABBBBCCCCDDDD01_00CF46B3",
          "glsa_ExampleSaTokenAAAABBBBCCCCDDDD01_00cf46b4",
          "glsa_ExampleSaTokenAAAABBBBCCCCDDDD02_00cf46b3",
          "glsa_ExampleSaTokenAAAABBBBCCCCDDDD01_00cf46b3_",
          "glsa_ExampleSaTokenAAAABBBBCCCCDDDD01_00cf46b3 ",
          "glsa_ExampleSaTokenAAAABBBBCCCCDDDD0-_00cf46b3",
          "glsa_ExampleSaTokenAAAABBBBCCCCDDDD0_00cf46b3"}) {
        const auto parsed = parse_service_token(token);
        ASSERT_FALSE(parsed.has_value()) << token;
        EXPECT_EQ(parsed.error().code, kKeyMalformed);
        EXPECT_EQ(parsed.error().message.find("ExampleSa"), std::string::npos);
    }
}

TEST(GrafanaKey, TakesTheMembersOfALegacyKeyInAnyOrder) {
    const auto key =
        parse_legacy_key(to_base64(fmt::format(R"({{"id":3,"n":"x","k":"{}"}})", kLetters)));
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(key->org, 3);
}

TEST(GrafanaKey, RefusesLegacyKeysOfAnotherForm) {
    const auto with = [](std::string_view k, std::string_view n, std::string_view id) {
        return fmt::format(R"({{"k":{},"n":{},"id":{}}})", k, n, id);
    };
    const auto letters = fmt::format("\"{}\"", kLetters);
    EXPECT_FALSE(is_refused_json(with(letters, "\"n\"", "1")));
    for (const auto& text : {with("1", "\"n\"", "1"),
                             with("null", "\"n\"", "1"),
                             with("[\"a\"]", "\"n\"", "1"),
                             with(letters, "1", "1"),
                             with(letters, "null", "1"),
                             with(letters, "\"n\"", "\"1\""),
                             with(letters, "\"n\"", "1.0"),
                             with(letters, "\"n\"", "true"),
                             with(letters, "\"n\"", "0"),
                             with(letters, "\"n\"", "-1"),
                             with(letters, "\"n\"", "9223372036854775808"),
                             with(letters, "\"\"", "1"),
                             with(letters, "\"a\\nb\"", "1"),
                             with(letters, "\"a\\u0000b\"", "1"),
                             with(letters, "\"" + std::string(191, 'n') + "\"", "1"),
                             with("\"short\"", "\"n\"", "1"),
                             with("\"" + std::string(33, 'k') + "\"", "\"n\"", "1"),
                             with("\"" + std::string(31, 'k') + "_\"", "\"n\"", "1"),
                             fmt::format(R"({{"k":"{}","n":"x"}})", kLetters),
                             fmt::format(R"({{"k":"{}","n":"x","id":1,"id":2}})", kLetters),
                             fmt::format(R"({{"k":"{}","n":"x","n":"y"}})", kLetters),
                             fmt::format(R"({{"k":"{}","n":"x","id":1,"x":1}})", kLetters),
                             fmt::format(R"({{"K":"{}","n":"x","id":1}})", kLetters),
                             std::string("[]"),
                             std::string("null"),
                             std::string("{}"),
                             std::string("{"),
                             std::string(3000, ' ')}) {
        EXPECT_TRUE(is_refused_json(text)) << text;
    }
    const std::string_view good = kLegacyKeys[0].key;
    for (const auto& key :
         {std::string(), std::string(good.substr(0, good.size() - 1)), std::string(good) + "=",
          std::string(good) + "\n", " " + std::string(good), std::string(4000, 'e'),
          std::string("eyJ"), std::string("????")}) {
        EXPECT_NE(legacy_refusal(key), "accepted") << key;
    }
}

TEST(GrafanaKey, WritesNamesAsGoDoes) {
    const LegacyKey key{Secret(kLetters), "<a> & \"b\"\\ \xE2\x80\xA8\xE2\x80\xA9 大/é", 12};
    const auto text = from_base64(write_legacy_key(key).reveal());
    ASSERT_TRUE(text.has_value());
    EXPECT_EQ(*text, fmt::format(R"({{"k":"{}","n":"\u003ca\u003e \u0026 \"b\"\\ \u2028\u2029 )"
                                 R"(大/é","id":12}})",
                                 kLetters));
}

TEST(GrafanaKey, EveryNewKeyIsReadAgain) {
    crypto::SystemRandom random;
    EXPECT_TRUE(rc::check("a legacy key with any name", [&] {
        const auto name = *rc::gen::suchThat<std::string>(is_key_name);
        const auto org = *rc::gen::inRange<std::int64_t>(1, INT64_MAX);
        const auto made = make_legacy_key(random, name, org);
        const auto read = parse_legacy_key(write_legacy_key(made).reveal());
        RC_ASSERT(read.has_value());
        RC_ASSERT(read->secret == made.secret);
        RC_ASSERT(read->name == name);
        RC_ASSERT(read->org == org);
    }));
    EXPECT_TRUE(rc::check("a token", [&] {
        const auto made = make_service_token(random);
        const auto text = write_service_token(made);
        RC_ASSERT(text.reveal().size() == 46U);
        const auto read = parse_service_token(text.reveal());
        RC_ASSERT(read.has_value());
        RC_ASSERT(read->secret == made.secret);
        // One changed character is noticed.
        std::string changed(text.reveal());
        const auto at = *rc::gen::inRange<std::size_t>(5, changed.size());
        changed[at] = changed[at] == '0' ? '1' : '0';
        RC_ASSERT(!parse_service_token(changed).has_value());
    }));
    EXPECT_THROW((void)make_legacy_key(random, "", 1), std::logic_error);
    EXPECT_THROW((void)make_legacy_key(random, "a\n", 1), std::logic_error);
    EXPECT_THROW((void)make_legacy_key(random, "a", 0), std::logic_error);
}

/// Gives bytes in the order 0, 1, 2, …, so that what is left out shows.
class Counting final : public crypto::Random {
  public:
    std::string bytes(std::size_t count) override {
        std::string out;
        while (out.size() < count)
            out.push_back(static_cast<char>(next_++));
        return out;
    }

  private:
    unsigned next_ = 240;
};

TEST(GrafanaKey, NewSecretsFavourNoCharacter) {
    // 248 to 255 would make the first eight letters likelier; they are thrown away.
    Counting random;
    const auto secret = make_service_token(random).secret;
    EXPECT_EQ(secret.reveal(), "23456789ABCDEFGHIJKLMNOPQRSTUVWX");
    EXPECT_EQ(secret.reveal().size(), kSecretLength);
    EXPECT_TRUE(is_alphanumeric(secret.reveal()));
}

TEST(GrafanaKey, AHashIsAHundredLowerCaseHexDigits) {
    EXPECT_TRUE(is_key_hash(kLegacyKeys[0].hash));
    EXPECT_FALSE(is_key_hash(kLegacyKeys[0].hash.substr(1)));
    EXPECT_FALSE(is_key_hash(std::string(100, 'A')));
    EXPECT_FALSE(is_key_hash(""));
    EXPECT_FALSE(is_key_hash(kLegacyKeys[0].key));
}

}  // namespace
}  // namespace casement::grafana
