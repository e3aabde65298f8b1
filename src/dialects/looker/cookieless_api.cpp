// Cookieless sessions (looker.md §§2.5, 4): the host's backend acquires one, its pages pass the
// tokens on, the backend renews them. The session lives in the session store; the tokens name it.
#include "dialects/looker/embed_api.h"
#include "dialects/looker/errors.h"

#include <algorithm>
#include <utility>

namespace casement::looker {
namespace {

using http::Method;
using http::Response;

constexpr std::int64_t kLongestToken = 2048;

/// The official sample looks for these words.
Error invalid_tokens(std::string why) {
    return invalid("invalid_tokens", "Invalid input tokens provided: " + std::move(why));
}

std::string user_agent_of(const Call& call) {
    return std::string(call.request.headers.find("User-Agent").value_or(""));
}

Result<access::EmbedSettings> require_cookieless(const EmbedParts& parts, store::OrgId org) {
    auto settings = require_embedding(parts.parts, org);
    if (!settings) return settings.error();
    // The vendor's answer where the feature is not there.
    if (!settings->cookieless) return api_not_found();
    return settings;
}

/// The tokens of a live session, none longer than the session itself.
json::object tokens_json(const EmbedParts& parts, const store::SessionRow& session,
                         const std::string& embed_domain) {
    const Time now = parts.parts.clock.now();
    const auto rest = std::chrono::floor<std::chrono::seconds>(session.expires_at - now);
    json::object tokens;
    const auto add = [&](TokenType type, std::string_view name, std::chrono::seconds life) {
        const auto ttl = std::min(life, rest);
        TokenClaims claims;
        claims.org = session.org;
        claims.subject = session.id;
        claims.embed_domain = embed_domain;
        claims.expires_at = now + ttl;
        tokens[name] = parts.tokens.make(type, std::move(claims));
        tokens[std::string(name) + "_ttl"] = ttl.count();
    };
    add(TokenType::navigation, "navigation_token", kNavigationLife);
    add(TokenType::api, "api_token", kApiLife);
    add(TokenType::reference, "session_reference_token", rest);
    return tokens;
}

void add_authentication_token(const EmbedParts& parts, const store::SessionRow& session,
                              const std::string& embed_domain, json::object& tokens) {
    const Time now = parts.parts.clock.now();
    TokenClaims claims;
    claims.org = session.org;
    claims.subject = session.id;
    claims.embed_domain = embed_domain;
    claims.expires_at = std::min(now + kAuthenticationLife, session.expires_at);
    const auto ttl = std::chrono::floor<std::chrono::seconds>(claims.expires_at - now);
    tokens["authentication_token"] = parts.tokens.make(TokenType::authentication, claims);
    tokens["authentication_token_ttl"] = ttl.count();
}

/// The session that a reference token names, as long as it lives; nullopt when it is over.
asio::awaitable<Result<std::optional<store::SessionRow>>> find_session(EmbedParts parts,
                                                                       store::OrgId org,
                                                                       std::string token) {
    const auto claims = parts.tokens.read(TokenType::reference, token);
    if (!claims || claims->org != org) co_return invalid_tokens("not a session_reference_token");
    auto session = co_await parts.sessions.find_live(org, claims->subject);
    if (session) co_return std::optional<store::SessionRow>(std::move(*session));
    const auto kind = session.error().kind;
    if (kind == ErrorKind::gone || kind == ErrorKind::not_found) {
        co_return std::optional<store::SessionRow>{};
    }
    co_return session.error();
}

/// Whose session it is must be said the same way: a backend that mixes up two of its users gets an
/// error and not the other one's dashboard.
bool is_of(const store::SessionRow& session, const std::string& external_user_id) {
    const auto grant = access::read_grant(session.grant);
    return grant && grant->embed && grant->embed->external_user_id == external_user_id;
}

Answered acquire(EmbedParts parts, Call& call) {
    auto settings = require_cookieless(parts, call.who.org);
    if (!settings) co_return settings.error();
    auto person = read_person(call.body, call.who.org);
    if (!person) co_return person.error();
    person->cookieless = true;
    std::string domain;
    if (const auto asked = text_at(call.body, "embed_domain"); asked && !asked->empty()) {
        auto origin = access::check_embed_domain(*asked);
        if (!origin) co_return field_error("embed_domain", "invalid", origin.error().message);
        domain = std::move(*origin);
    }
    person->embed_domain = domain;

    if (auto reference = text_at(call.body, "session_reference_token");
        reference && !reference->empty()) {
        auto session = co_await find_session(parts, call.who.org, std::move(*reference));
        if (!session) co_return session.error();
        if (*session) {
            if (!is_of(**session, person->external_user_id)) co_return api_not_found();
            if ((*session)->user_agent != user_agent_of(call).substr(0, 256)) {
                co_return invalid_tokens("the session belongs to another User-Agent");
            }
            auto tokens = tokens_json(parts, **session, domain);
            add_authentication_token(parts, **session, domain, tokens);
            co_return answer(call, std::move(tokens));
        }
    }
    auto session = co_await parts.sessions.open_reference(
        std::move(*person), {call.request.client.to_string(), user_agent_of(call)});
    if (!session) co_return as_field_error(session.error());
    auto tokens = tokens_json(parts, *session, domain);
    add_authentication_token(parts, *session, domain, tokens);
    co_return answer(call, std::move(tokens));
}

/// Whether a token that a page sent back is one of this session's. Its own end does not matter: it
/// is here to be replaced.
Result<std::string> domain_of(const EmbedParts& parts, TokenType type, const std::string& token,
                              const std::string& session) {
    const auto claims = parts.tokens.read(type, token);
    if (!claims || claims->subject != session) return invalid_tokens("not of this session");
    return claims->embed_domain;
}

Answered generate(EmbedParts parts, Call& call) {
    auto settings = require_cookieless(parts, call.who.org);
    if (!settings) co_return settings.error();
    auto reference = *text_at(call.body, "session_reference_token");
    const auto claims = parts.tokens.read(TokenType::reference, reference);
    auto session = co_await find_session(parts, call.who.org, std::move(reference));
    if (!session) co_return session.error();
    if (!*session) {
        // Over is not an error to this call: the page is to learn it from the ttl.
        co_return answer(call, json::object{{"session_reference_token_ttl", 0}});
    }
    std::string domain = claims->embed_domain;
    for (const auto& [type, name] : {std::pair{TokenType::navigation, "navigation_token"},
                                     std::pair{TokenType::api, "api_token"}}) {
        const auto token = text_at(call.body, name);
        if (!token || token->empty()) continue;
        auto checked = domain_of(parts, type, *token, (*session)->id);
        if (!checked) co_return checked.error();
        domain = *checked;
    }
    if ((*session)->user_agent != user_agent_of(call).substr(0, 256)) {
        co_return invalid_tokens("the session belongs to another User-Agent");
    }
    co_return answer(call, tokens_json(parts, **session, domain));
}

Answered remove(EmbedParts parts, Call& call) {
    auto settings = require_cookieless(parts, call.who.org);
    if (!settings) co_return settings.error();
    auto session = co_await find_session(parts, call.who.org, call.part(0));
    if (!session) {
        const bool junk = session.error().code == "invalid_tokens";
        co_return junk ? api_not_found() : session.error();
    }
    if (!*session) co_return api_not_found();
    auto ended =
        co_await parts.sessions.end(call.who.org, (*session)->id, std::string(call.who.actor));
    if (!ended) co_return ended.error();
    co_return Response::empty();
}

}  // namespace

void add_cookieless_operations(Operations& operations, const EmbedParts& parts) {
    constexpr auto kPermission = access::Permission::org_manage;
    auto members = person_members();
    members.push_back(optional("session_reference_token", Shape::text(0, kLongestToken).or_null()));
    operations.add({.method = Method::post,
                    .path = "/embed/cookieless_session/acquire",
                    .permission = kPermission,
                    .body = Shape::object(std::move(members)),
                    .handle = [parts](Call& call) { return acquire(parts, call); }});
    operations.add({.method = Method::put,
                    .path = "/embed/cookieless_session/generate_tokens",
                    .permission = kPermission,
                    .body = Shape::object(
                        {required("session_reference_token", Shape::text(1, kLongestToken)),
                         optional("navigation_token", Shape::text(0, kLongestToken).or_null()),
                         optional("api_token", Shape::text(0, kLongestToken).or_null())}),
                    .handle = [parts](Call& call) { return generate(parts, call); }});
    operations.add({.method = Method::del,
                    .path = "/embed/cookieless_session/{session_reference_token}",
                    .permission = kPermission,
                    .handle = [parts](Call& call) { return remove(parts, call); }});
}

}  // namespace casement::looker
