// Links of version 2 and 3 to be bent, and how they are read.
#pragma once

#include "dialects/grafana/link.h"
#include "dialects/grafana/reasons.h"
#include "unit/grafana/vectors.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace casement::grafana {

inline constexpr std::int64_t kNowSeconds = 1726823533;
inline const Time kNow = from_unix_seconds(kNowSeconds);
inline const Secret kHash{std::string(kTokens[0].hash)};
inline constexpr std::string_view kNonce = "0123456789abcdef";
/// What HMAC-SHA256 of Python gives for the link of version 3 below.
inline constexpr std::string_view kKnownV3 =
    "b0320fa6024beb9cc4c1cfa2c45a32e84550451b0980a71bca3c983bbcf10ff8";

inline std::string code_of(std::string_view target, const LinkLimits& limits = {}) {
    const auto link = parse_link(target, limits);
    if (link) return "accepted";
    EXPECT_FALSE(link.error().message.empty());
    EXPECT_TRUE(std::ranges::any_of(
        reasons(), [&](const Reason& one) { return one.code == link.error().code; }));
    return std::string(link.error().code);
}
inline std::string field_of(std::string_view target) {
    const auto link = parse_link(target);
    return link ? "accepted" : link.error().field;
}

inline SharableLink read(std::string_view target) {
    auto link = parse_link(target);
    if (!link) {
        ADD_FAILURE() << target << ": " << link.error().message;
        return {};
    }
    return std::move(*link);
}
template <class Proof>
Proof proof(std::string_view target) {
    return std::get<Proof>(read(target).proof);
}

using Query = std::vector<std::pair<std::string, std::string>>;
inline std::string joined(const Query& query, const std::string& path = "/d/sales/s") {
    std::string out = path + "?";
    for (const auto& [name, value] : query)
        out += fmt::format("{}{}={}", out.ends_with('?') ? "" : "&", name, value);
    return out;
}
/// One parameter replaced, added, or (nullopt) taken out.
inline Query with(Query query, const std::string& name, std::optional<std::string> value) {
    const auto found = std::ranges::find(query, name, &Query::value_type::first);
    if (found == query.end()) {
        if (value) query.emplace_back(name, *value);
    } else if (value) {
        found->second = *value;
    } else {
        query.erase(found);
    }
    return query;
}

inline Query v2() {
    return {{"orgId", "1"},
            {"from", "now-6h"},
            {"aliyun_api_key_sign", std::string(kTokens[0].signed_1726823533)},
            {"aliyun_api_key_timestamp", "1726823533"},
            {"aliyun_api_key_name", "embed+token"},
            {"aliyun_api_key_org_id", "1"}};
}
inline Query v3() {
    return {{"var-region", "S%C3%A3o+Paulo"},
            {"var-tier", "b"},
            {"var-tier", "a"},
            {"var-free", "1"},
            {"casement_key", "embed+token"},
            {"casement_org", "1"},
            {"casement_expires", "1726823833"},
            {"casement_session", "900"},
            {"casement_lock", "region"},
            {"casement_bound", "tier"},
            {"casement_nonce", std::string(kNonce)},
            {"casement_signature", std::string(kKnownV3)}};
}

}  // namespace casement::grafana
