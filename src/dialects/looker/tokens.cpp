#include "dialects/looker/tokens.h"

#include "base/encoding.h"
#include "base/shape.h"
#include "crypto/hash.h"

#include <utility>

namespace casement::looker {
namespace {

constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"JWT"})";
constexpr std::string_view kIssuer = "casement";
constexpr std::size_t kLongest = 2048;

std::string_view type_name(TokenType type) {
    switch (type) {
        case TokenType::authentication:
            return "embed_authentication";
        case TokenType::navigation:
            return "embed_navigation";
        case TokenType::api:
            return "embed_api";
        case TokenType::reference:
            return "embed_session_reference";
        case TokenType::login:
            break;
    }
    return "embed_login";
}

Error token_invalid() {
    return unauthenticated("token_invalid", "This token is not one of this server's.");
}

std::optional<std::int64_t> number_at(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    if (value == nullptr || !value->is_int64()) return std::nullopt;
    return value->get_int64();
}

}  // namespace

std::string EmbedTokens::make(TokenType type, TokenClaims claims) const {
    json::object body{{"iss", kIssuer},
                      {"exp", to_unix_seconds(claims.expires_at)},
                      {"sub", claims.subject},
                      {"token_type", type_name(type)},
                      {"randomizer", random_->token()},
                      {"org", claims.org}};
    if (!claims.embed_domain.empty()) body["embed_domain"] = claims.embed_domain;
    if (type == TokenType::login) body["session_length"] = claims.session_length.count();
    const auto text = to_base64url(kHeader) + "." + to_base64url(json::serialize(body));
    return text + "." + to_base64url(crypto::hmac_sha256(key_.reveal(), text));
}

Result<TokenClaims> EmbedTokens::read(TokenType type, std::string_view token) const {
    const auto dot = token.rfind('.');
    if (token.size() > kLongest || dot == std::string_view::npos) return token_invalid();
    const auto signed_text = token.substr(0, dot);
    const auto expected = to_base64url(crypto::hmac_sha256(key_.reveal(), signed_text));
    if (!equal_in_constant_time(token.substr(dot + 1), expected)) return token_invalid();

    // Signed here, so this is our own writing; the type still has to be the one that is asked for.
    const auto first = signed_text.find('.');
    if (first == std::string_view::npos || signed_text.substr(0, first) != to_base64url(kHeader)) {
        return token_invalid();
    }
    const auto text = from_base64url(signed_text.substr(first + 1));
    if (!text) return token_invalid();
    const auto parsed = parse_json(*text);
    if (!parsed || !parsed->is_object()) return token_invalid();
    const auto& body = parsed->get_object();
    const auto expires_at = number_at(body, "exp");
    const auto org = number_at(body, "org");
    const auto subject = text_at(body, "sub");
    const auto randomizer = text_at(body, "randomizer");
    if (text_at(body, "token_type") != type_name(type) || !expires_at || !org || !subject ||
        !randomizer) {
        return token_invalid();
    }
    TokenClaims claims;
    claims.org = *org;
    claims.subject = *subject;
    claims.randomizer = *randomizer;
    claims.embed_domain = text_at(body, "embed_domain").value_or("");
    claims.session_length = std::chrono::seconds{number_at(body, "session_length").value_or(0)};
    claims.expires_at = from_unix_seconds(*expires_at);
    return claims;
}

}  // namespace casement::looker
