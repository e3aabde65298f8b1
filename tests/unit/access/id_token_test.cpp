#include "access/id_token.h"

#include "base/encoding.h"

#include <limits>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

namespace casement::access {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;

/// A provider with one key.
class Provider {
  public:
    Provider() : key_(EVP_EC_gen("P-256"), EVP_PKEY_free) {}

    [[nodiscard]] json::object keys() const {
        std::string point(65, '\0');
        std::size_t size = 0;
        EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_PUB_KEY,
                                        reinterpret_cast<unsigned char*>(point.data()),
                                        point.size(), &size);
        EXPECT_EQ(size, point.size());
        json::array list;
        list.push_back(json::object{{"kty", "EC"},
                                    {"crv", "P-256"},
                                    {"kid", "one"},
                                    {"x", to_base64url(point.substr(1, 32))},
                                    {"y", to_base64url(point.substr(33, 32))}});
        return {{"keys", std::move(list)}};
    }

    [[nodiscard]] std::string sign(const json::object& header, const json::object& claims) const {
        const auto message =
            to_base64url(json::serialize(header)) + "." + to_base64url(json::serialize(claims));
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                              EVP_MD_CTX_free);
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
        std::string der(256, '\0');
        std::size_t size = der.size();
        EXPECT_EQ(
            EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(der.data()), &size,
                           reinterpret_cast<const unsigned char*>(message.data()), message.size()),
            1);
        const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
        const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
            d2i_ECDSA_SIG(nullptr, &bytes, static_cast<long>(size)), ECDSA_SIG_free);
        std::string raw(64, '\0');
        auto* out = reinterpret_cast<unsigned char*>(raw.data());
        BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out, 32);
        BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out + 32, 32);
        return message + "." + to_base64url(raw);
    }

  private:
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

json::object good_header() {
    return {{"alg", "ES256"}, {"kid", "one"}};
}

json::object good_claims() {
    return {{"iss", "https://id.example"}, {"aud", "casement"},     {"sub", "person-1"},
            {"exp", kNow + 300},           {"iat", kNow},           {"nonce", "n-1"},
            {"email", "ada@acme.example"}, {"email_verified", true}};
}

IdTokenRules rules() {
    return {"https://id.example", "casement", "n-1", Time{std::chrono::seconds{kNow}}};
}

/// The code of the refusal; empty where the token is taken.
std::string answer(const Provider& provider, const std::string& token) {
    const auto verified = verify_id_token(token, provider.keys(), rules());
    return verified ? std::string() : std::string(verified.error().code);
}

TEST(IdToken, SaysWhoHasSignedIn) {
    const Provider provider;
    const auto person =
        verify_id_token(provider.sign(good_header(), good_claims()), provider.keys(), rules());
    ASSERT_TRUE(person) << person.error().message;
    EXPECT_EQ(person->subject, "person-1");
    EXPECT_EQ(person->email, "ada@acme.example");
    EXPECT_TRUE(person->email_verified);
}

TEST(IdToken, AnAddressIsVerifiedWhereTheProviderSaysTrueAndNothingLikeIt) {
    const Provider provider;
    for (const json::value& said : {json::value("true"), json::value(1), json::value(nullptr)}) {
        auto claims = good_claims();
        claims["email_verified"] = said;
        const auto person =
            verify_id_token(provider.sign(good_header(), claims), provider.keys(), rules());
        ASSERT_TRUE(person);
        EXPECT_FALSE(person->email_verified) << json::serialize(said);
    }
}

TEST(IdToken, IsRefusedWhereOneClaimIsNotForUs) {
    const Provider provider;
    const json::array both{"casement", "another"};
    const std::pair<const char*, json::value> wrong[] = {
        {"iss", "https://id.example/"},
        {"iss", nullptr},
        {"aud", "another"},
        {"aud", json::value(json::array{"another"})},
        {"aud", json::value(both)},  // and no azp says for whom
        {"aud", json::object{{"casement", 1}}},
        {"azp", "another"},
        {"azp", 5},
        {"nonce", "n-2"},
        {"nonce", nullptr},
        {"sub", ""},
        {"sub", 12},
        {"sub", json::value(std::string(256, 's'))},
        {"exp", kNow - 61},
        {"exp", nullptr},
        {"exp", json::value(std::to_string(kNow + 300))},
        {"iat", kNow + 61},
        {"iat", kNow - 3601},
        {"nbf", kNow + 61},
        {"nbf", "now"},
        // Times that no clock can hold.
        {"exp", std::numeric_limits<std::int64_t>::max()},
        {"exp", std::numeric_limits<std::uint64_t>::max()},
        {"exp", 1e300},
        {"iat", std::numeric_limits<std::int64_t>::min()},
        {"nbf", std::numeric_limits<std::int64_t>::max()},
    };
    for (const auto& [name, value] : wrong) {
        auto claims = good_claims();
        claims[name] = value;
        EXPECT_EQ(answer(provider, provider.sign(good_header(), claims)), "openid_token_refused")
            << name << " " << json::serialize(value);
    }
}

TEST(IdToken, ItsTimesMayHaveFractionsAndAMinuteOfDifference) {
    const Provider provider;
    const std::pair<const char*, json::value> fine[] = {{"exp", kNow - 59},
                                                        {"iat", kNow + 59},
                                                        {"iat", static_cast<double>(kNow) + 0.5},
                                                        {"nbf", kNow + 59},
                                                        {"aud", json::array{"casement"}},
                                                        {"azp", "casement"}};
    for (const auto& [name, value] : fine) {
        auto claims = good_claims();
        claims[name] = value;
        EXPECT_EQ(answer(provider, provider.sign(good_header(), claims)), "")
            << name << " " << json::serialize(value);
    }
}

TEST(IdToken, IsSignedAsWeCheckItAndByAKeyOfTheProvider) {
    const Provider provider;
    const Provider another;
    for (const char* algorithm : {"none", "None", "HS256", "RS256", "ES384", ""}) {
        const json::object header{{"alg", algorithm}, {"kid", "one"}};
        EXPECT_EQ(answer(provider, provider.sign(header, good_claims())), "openid_token_refused")
            << algorithm;
    }
    EXPECT_EQ(answer(provider, another.sign(good_header(), good_claims())), "openid_token_refused");
    const json::object unknown{{"alg", "ES256"}, {"kid", "two"}};
    EXPECT_EQ(answer(provider, provider.sign(unknown, good_claims())), "openid_key_unknown");
    const json::object critical{{"alg", "ES256"}, {"kid", "one"}, {"crit", json::array{"b64"}}};
    EXPECT_EQ(answer(provider, provider.sign(critical, good_claims())), "openid_token_refused");
}

TEST(IdToken, AKeyThatIsForSomethingElseSignsNothing) {
    const Provider provider;
    const auto token = provider.sign(good_header(), good_claims());
    for (const auto& [name, value] : {std::pair{"use", "enc"}, std::pair{"alg", "RS256"}}) {
        auto set = provider.keys();
        set["keys"].as_array()[0].as_object()[name] = value;
        EXPECT_FALSE(verify_id_token(token, set, rules())) << name;
    }
}

TEST(IdToken, WhatIsNoTokenIsRefusedAndNotRead) {
    const Provider provider;
    const auto token = provider.sign(good_header(), good_claims());
    const auto body = token.substr(0, token.rfind('.'));
    for (const auto& text :
         {std::string(), std::string("."), std::string(".."), body, body + ".", token + ".",
          "." + token, token + "=", std::string(40'000, 'a') + ".b.c",
          to_base64url(std::string(3000, '[')) + ".e30.e30"}) {
        EXPECT_EQ(answer(provider, text), "openid_token_refused") << text.substr(0, 60);
    }
}

}  // namespace
}  // namespace casement::access
