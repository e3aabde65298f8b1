#include "dialects/grafana/link.h"

#include "base/encoding.h"
#include "unit/grafana/links.h"

#include <map>

namespace casement::grafana {
namespace {

using namespace std::chrono_literals;

TEST(GrafanaLinkV1, ReadsEveryKnownKeyRawAndEncoded) {
    for (const auto& known : kLegacyKeys) {
        for (const auto& spelled : {std::string(known.key), percent_encode(known.key)}) {
            const auto link =
                proof<KeyInLink>(fmt::format("/d/a/b?from=1&aliyun_api_key={}&to=2", spelled));
            EXPECT_EQ(link.text.reveal(), known.key);
            EXPECT_EQ(std::get<LegacyKey>(link.key).name, known.name);
            EXPECT_EQ(key_hash(std::get<LegacyKey>(link.key)).reveal(), known.hash);
        }
    }
    for (const auto& known : kTokens) {
        const auto link = proof<KeyInLink>(fmt::format("/d/a/b?aliyun_api_key={}", known.token));
        EXPECT_EQ(key_hash(std::get<ServiceToken>(link.key)).reveal(), known.hash);
    }
}

TEST(GrafanaLinkV1, TakesASpaceForThePlusThatItWas) {
    // A name that gives a '+' in base64.
    const LegacyKey key{Secret(std::string(kLegacyKeys[0].secret)), "~~~", 1};
    const auto plus = std::string(write_legacy_key(key).reveal());
    ASSERT_NE(plus.find('+'), std::string::npos) << plus;
    for (const std::string_view as : {"+", "%2B", "%2b", "%20"}) {
        auto spelled = plus;
        for (std::size_t at = 0; (at = spelled.find('+', at)) != std::string::npos; at += as.size())
            spelled.replace(at, 1, as);
        EXPECT_EQ(proof<KeyInLink>("/d/a?aliyun_api_key=" + spelled).text.reveal(), plus);
    }
}

TEST(GrafanaLinkV1, RefusesKeysThatAreNone) {
    for (const std::string_view key :
         {"", "x", "eyJ", "glsa_", "glsa_ExampleSaTokenAAAABBBBCCCCDDDD01_b346cf00",
          "glc_ExampleSaTokenAAAABBBBCCCCDDDD01_00cf46b3",
          "eyJrIjoiRXhhbXBsZUxlZ2FjeUtleUFBQUFCQkJCQ0NDQzAwMDEiLCJuIjoidGVzdDEiLCJpZCI6MX0"}) {
        EXPECT_EQ(code_of(fmt::format("/d/a?aliyun_api_key={}", key)), kKeyMalformed) << key;
    }
    const auto again = percent_encode(percent_encode(kLegacyKeys[0].key));
    EXPECT_EQ(code_of("/d/a?aliyun_api_key=" + again), kKeyMalformed);
}

TEST(GrafanaLinkV1, TheOrganizationOfTheUrlIsTheKeys) {
    const auto link = [](std::string_view org) {
        return fmt::format("/d/a?orgId={}&aliyun_api_key={}", org, kLegacyKeys[1].key);
    };
    EXPECT_EQ(code_of(link("7")), "accepted");
    EXPECT_EQ(code_of(link("1")), kOrganizationMismatch);
    // A token does not say its organization; whoever looks it up compares.
    EXPECT_EQ(code_of(fmt::format("/d/a?orgId=9&aliyun_api_key={}", kTokens[0].token)), "accepted");
}

TEST(GrafanaLinkV2, VerifiesEveryKnownSignature) {
    const auto check = [](std::string_view hash, std::string_view time, std::string_view sign) {
        auto query = with(v2(), "aliyun_api_key_sign", std::string(sign));
        query = with(query, "aliyun_api_key_timestamp", std::string(time));
        const auto link = proof<SignedByHash>(joined(query));
        const Secret right{std::string(hash)};
        const Secret other(std::string(100, 'a'));
        EXPECT_TRUE(verify_signature(link, &right)) << sign;
        EXPECT_FALSE(verify_signature(link, &other));
        EXPECT_FALSE(verify_signature(link, nullptr));
    };
    for (const auto& known : kLegacyKeys) {
        check(known.hash, "1726823533", known.signed_1726823533);
        check(known.hash, "1767225600", known.signed_1767225600);
    }
    for (const auto& known : kTokens) {
        if (known.signed_1726823533.empty()) continue;
        check(known.hash, "1726823533", known.signed_1726823533);
        check(known.hash, "1767225600", known.signed_1767225600);
    }
}

TEST(GrafanaLinkV2, ReadsItsParameters) {
    auto link = proof<SignedByHash>(joined(v2()));
    EXPECT_EQ(link.key_name, "embed token");
    EXPECT_EQ(link.org, 1);
    EXPECT_EQ(link.timestamp, seconds(1726823533));
    EXPECT_EQ(link.session, 3600s);
    link = proof<SignedByHash>(joined(with(v2(), "aliyun_api_key_expire_seconds", "60")));
    EXPECT_EQ(link.session, 60s);
    EXPECT_EQ(version_of(read(joined(v2()))), 2);
}

TEST(GrafanaLinkV2, ASignatureUnderNobodysHashOpensNothing) {
    // An unknown key costs the check of a hash of zeros; signing with that must not open.
    const Secret zeros(std::string(100, '0'));
    const auto link = proof<SignedByHash>(
        joined(with(v2(), "aliyun_api_key_sign", sign_v2(zeros, "1726823533"))));
    EXPECT_FALSE(verify_signature(link, nullptr));
    const Secret empty;
    const auto of_empty = proof<SignedByHash>(
        joined(with(v2(), "aliyun_api_key_sign", sign_v2(empty, "1726823533"))));
    EXPECT_FALSE(verify_signature(of_empty, &empty));
    const Secret raw(std::string("ExampleSaTokenAAAABBBBCCCCDDDD01"));
    const auto of_raw =
        proof<SignedByHash>(joined(with(v2(), "aliyun_api_key_sign", sign_v2(raw, "1726823533"))));
    EXPECT_FALSE(verify_signature(of_raw, &raw));
}

TEST(GrafanaLinkV2, OpensFor60SecondsBothWays) {
    const auto link = proof<SignedByHash>(joined(v2()));
    const auto at = [&](seconds age) {
        const auto error = check_window(link, kNow + age);
        return error ? std::string(error->code) : "opens";
    };
    EXPECT_EQ(at(0s), "opens");
    EXPECT_EQ(at(60s), "opens");
    EXPECT_EQ(at(61s), kLinkExpired);
    EXPECT_EQ(at(-60s), "opens");
    EXPECT_EQ(at(-61s), kLinkNotYetValid);
    EXPECT_FALSE(check_window(link, kNow + 60s + 999ms).has_value());
}

TEST(GrafanaLinkV2, RefusesValuesOfAnotherForm) {
    const std::map<std::string, std::vector<std::string>> wrong = {
        {"aliyun_api_key_sign",
         {"", "x", std::string(31, 'a'), std::string(33, 'a'), std::string(32, 'A'),
          std::string(31, 'a') + "g", "%20" + std::string(31, 'a')}},
        {"aliyun_api_key_timestamp",
         {"", "-1", "+1", "01", "1.0", "1e9", "1726823533000", "0x10", "%201", "1%20", "abc",
          "9999999999999"}},
        {"aliyun_api_key_name", {"", std::string(191, 'n')}},
        {"aliyun_api_key_org_id", {"", "0", "-1", "01", "a", "1.5", "9999999999999999999"}},
        {"aliyun_api_key_expire_seconds", {"", "0", "-1", "060", "1.5", "86401", "1e3"}}};
    for (const auto& [name, values] : wrong) {
        for (const auto& value : values) {
            EXPECT_EQ(code_of(joined(with(v2(), name, value))), kParameterInvalid)
                << name << "=" << value;
            EXPECT_EQ(field_of(joined(with(v2(), name, value))), name);
        }
    }
    const auto day = joined(with(v2(), "aliyun_api_key_expire_seconds", "86400"));
    EXPECT_EQ(code_of(day), "accepted");
    EXPECT_EQ(code_of(day, {.longest_session = 600s}), kParameterInvalid);
    // What is not asked for is never longer than what is allowed.
    const auto link = parse_link(joined(v2()), {.longest_session = 600s});
    EXPECT_EQ(std::get<SignedByHash>(link.value().proof).session, 600s);
    const auto millis = parse_link(joined(with(v2(), "aliyun_api_key_timestamp", "1726823533000")));
    EXPECT_NE(millis.error().message.find("milliseconds"), std::string::npos);
}

TEST(GrafanaLink, AsksForEveryParameterOfItsVersion) {
    for (const std::string name : {"aliyun_api_key_sign", "aliyun_api_key_timestamp",
                                   "aliyun_api_key_name", "aliyun_api_key_org_id"}) {
        EXPECT_EQ(code_of(joined(with(v2(), name, std::nullopt))), kParameterMissing) << name;
        EXPECT_EQ(field_of(joined(with(v2(), name, std::nullopt))), name);
    }
    for (const std::string name : {"casement_key", "casement_org", "casement_expires",
                                   "casement_nonce", "casement_signature"}) {
        EXPECT_EQ(code_of(joined(with(v3(), name, std::nullopt))), kParameterMissing) << name;
    }
    EXPECT_EQ(code_of("/d/a?orgId=1"), kNotSigned);
    EXPECT_EQ(code_of("/d/a"), kNotSigned);
}

TEST(GrafanaLink, TakesEachParameterOnceHoweverItIsSpelled) {
    for (const auto& query : {v2(), v3()}) {
        for (const auto& [name, value] : query) {
            if (!is_proof(name)) continue;
            const auto hex = fmt::format("%{:02X}{}", static_cast<unsigned>(name[0]),
                                         std::string_view(name).substr(1));
            for (const auto& spelled : {name, hex}) {
                const auto link = fmt::format("{}&{}={}", joined(query), spelled, value);
                EXPECT_EQ(code_of(link), kParameterDuplicate) << link;
            }
            // Alone, the encoded name is the parameter.
            auto renamed = query;
            std::ranges::find(renamed, name, &Query::value_type::first)->first = hex;
            EXPECT_EQ(code_of(joined(renamed)), "accepted") << hex;
        }
    }
    const auto key = std::string(kLegacyKeys[0].key);
    EXPECT_EQ(code_of(fmt::format("/d/a?aliyun_api_key={0}&aliyun_api_key={0}", key)),
              kParameterDuplicate);
}

TEST(GrafanaLink, DoesNotMixVersionsAndKnowsItsNames) {
    const auto key = fmt::format("&aliyun_api_key={}", kLegacyKeys[0].key);
    EXPECT_EQ(code_of(joined(v2()) + key), kVersionsMixed);
    EXPECT_EQ(code_of(joined(v3()) + key), kVersionsMixed);
    EXPECT_EQ(code_of(joined(v2()) + "&casement_nonce=" + std::string(kNonce)), kVersionsMixed);
    for (const std::string_view name : {"aliyun_", "aliyun_api_key_", "aliyun_api_key_signature",
                                        "Aliyun_api_key_sign", "ALIYUN_API_KEY", "casement_",
                                        "casement_version", "Casement_lock", "aliyun_api_key%00"}) {
        const auto code = code_of(fmt::format("{}&{}=1", joined(v2()), name));
        EXPECT_EQ(code, name.ends_with("%00") ? kLinkMalformed : kParameterUnknown) << name;
    }
    EXPECT_EQ(code_of(joined(v2()) + "&aliyun=1&xaliyun_a=1"), "accepted");
}

TEST(GrafanaLink, AnErrorNeverHasTheKeyInIt) {
    for (const auto& known : kTokens) {
        for (const auto& link :
             {fmt::format("/d/a?aliyun_api_key={}x", known.token),
              fmt::format("/d/a?aliyun_api_key={0}&aliyun_api_key={0}", known.token),
              fmt::format("/d/a?aliyun_api_key={}%0a", known.token),
              fmt::format("/x?aliyun_api_key={}", known.token),
              fmt::format("/d/a?aliyun_api_key={}&aliyun_api_key_sign=1", known.token)}) {
            const auto parsed = parse_link(link);
            ASSERT_FALSE(parsed.has_value());
            EXPECT_EQ(parsed.error().message.find(known.secret), std::string::npos);
            EXPECT_EQ(parsed.error().field.find(known.secret), std::string::npos);
        }
    }
}

}  // namespace
}  // namespace casement::grafana
