// Keys whose hashes and signatures are known: made-up secrets, computed with the primitives of
// Python; the last is the token of Grafana's own unit test.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace casement::grafana {

struct KnownLegacyKey {
    std::string_view json;
    std::string_view key;
    std::string_view secret;
    std::string_view name;
    std::int64_t org;
    std::string_view hash;
    std::string_view signed_1726823533;
    std::string_view signed_1767225600;
};
inline constexpr std::array<KnownLegacyKey, 3> kLegacyKeys = {{
    {R"({"k":"ExampleLegacyKeyAAAABBBBCCCC0001","n":"test1","id":1})",
     "eyJrIjoiRXhhbXBsZUxlZ2FjeUtleUFBQUFCQkJCQ0NDQzAwMDEiLCJuIjoidGVzdDEiLCJpZCI6MX0=",
     "ExampleLegacyKeyAAAABBBBCCCC0001", "test1", 1,
     "877dba06e31cec54f4cd6fc72ab2153e2ec3c69701926f399b9d64a2fc3078073f93544d117a690a9248cf9a26c6"
     "06c6044a",
     "bfa58f3a14febb3daefee2705faadd07", "42ca6c37962db775c43b6d530a2d6485"},
    {R"({"k":"0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0u","n":"viewer key","id":7})",
     "eyJrIjoiMGFCMWNEMmVGM2dINGlKNWtMNm1ON29QOHFSOXNUMHUiLCJuIjoidmlld2VyIGtleSIsImlkIjo3fQ==",
     "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0u", "viewer key", 7,
     "5a9683bcee44b9c01c8112c5949bdd2bcfb8ffa2b9d2e8fb214f4693bfeeee5f1cbe5d5e29efe455e12237861a0a"
     "37aa6514",
     "a31d6784bb67b045ccfd22fafc4a8bfc", "86a4c7e097e6b4b0d4282a49044f3478"},
    {R"({"k":"Zz9Yy8Xx7Ww6Vv5Uu4Tt3Ss2Rr1Qq0Pp","n":"大盘","id":2})",
     "eyJrIjoiWno5WXk4WHg3V3c2VnY1VXU0VHQzU3MyUnIxUXEwUHAiLCJuIjoi5aSn55uYIiwiaWQiOjJ9",
     "Zz9Yy8Xx7Ww6Vv5Uu4Tt3Ss2Rr1Qq0Pp", "大盘", 2,
     "f49507090e3077d9c332a6b43d6732738d153bef6fcce64f29af62238596e31d9190a147360d1e6ca080ab7df5d9"
     "bb874ec7",
     "195c30616d637fda8417bf46e2021c36", "5552f043d3203dcc9d7438054db58355"},
}};

struct KnownToken {
    std::string_view token;
    std::string_view secret;
    std::string_view checksum;
    std::string_view turned;  ///< the token with its checksum big-endian; empty where none is known
    std::string_view hash;
    std::string_view signed_1726823533;
    std::string_view signed_1767225600;
};
inline constexpr std::array<KnownToken, 3> kTokens = {{
    {"glsa_ExampleSaTokenAAAABBBBCCCCDDDD01_00cf46b3", "ExampleSaTokenAAAABBBBCCCCDDDD01",
     "00cf46b3", "glsa_ExampleSaTokenAAAABBBBCCCCDDDD01_b346cf00",
     "8cbb5266f7be5867a809664f3ead5c680a81c4704254ac0a78f2b4a1d25109538e593c64dde942361cdfed98d29b"
     "faed8628",
     "f99606dc4f05829c9ee4751e10fce1a1", "ce207a9c5f252108461b2ce8e12fd8dc"},
    {"glsa_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0u_346772db", "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0u",
     "346772db", "glsa_0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0u_db726734",
     "afc4568e34d9a992539300add2bfa1b2c09523b49631e363fe685cc4ab80622b5a80f72ae0df9af520bbd800379c"
     "45d89093",
     "2173e8720ce4021b7842cf929eff59b6", "24b4a00d163231c256a0b45e4f19a322"},
    {"glsa_iNValIdinValiDinvalidinvalidinva_5b582697", "iNValIdinValiDinvalidinvalidinva",
     "5b582697", "",
     "c59a6e547944ef768df51d1fc8b2a9810bc777a0bd2e5daa9ef8590f300c884e0ab9470c22c6f789414fdb6485b5"
     "31166ded",
     "", ""},
}};

}  // namespace casement::grafana
