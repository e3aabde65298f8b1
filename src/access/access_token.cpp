#include "access/access_token.h"

#include "base/encoding.h"
#include "crypto/hash.h"

#include <charconv>

#include <fmt/format.h>

namespace casement::access {
namespace {

constexpr std::string_view kPrefix = "ca1.";
constexpr std::size_t kLongest = 256;

Error invalid_access_token() {
    return unauthenticated("invalid_access_token", "The access token is missing or not valid.");
}

}  // namespace

std::string AccessTokens::make(std::string_view session, Time expires_at) const {
    const auto claims = fmt::format("{}{}.{}", kPrefix, session, to_unix_seconds(expires_at));
    return claims + "." + to_base64url(crypto::hmac_sha256(key_.reveal(), claims));
}

Result<AccessTokens::Claims> AccessTokens::read(std::string_view token) const {
    const auto mac_dot = token.rfind('.');
    if (token.size() > kLongest || !token.starts_with(kPrefix) ||
        mac_dot == std::string_view::npos) {
        return invalid_access_token();
    }
    const std::string_view claims = token.substr(0, mac_dot);
    const auto expected = to_base64url(crypto::hmac_sha256(key_.reveal(), claims));
    if (!equal_in_constant_time(token.substr(mac_dot + 1), expected)) return invalid_access_token();

    const std::string_view body = claims.substr(kPrefix.size());
    const auto dot = body.find('.');
    if (dot == std::string_view::npos) return invalid_access_token();
    std::int64_t expires_at = 0;
    const auto* end = body.data() + body.size();
    const auto parsed = std::from_chars(body.data() + dot + 1, end, expires_at);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return invalid_access_token();
    return Claims{std::string(body.substr(0, dot)), from_unix_seconds(expires_at)};
}

}  // namespace casement::access
