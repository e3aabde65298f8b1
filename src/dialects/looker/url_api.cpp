// Signed URLs made and checked by the API (looker.md §2.3).
#include "base/encoding.h"
#include "base/printable.h"
#include "crypto/hash.h"
#include "dialects/looker/difference.h"
#include "dialects/looker/embed_api.h"
#include "dialects/looker/embed_urls.h"
#include "dialects/looker/errors.h"
#include "dialects/looker/link.h"
#include "dialects/looker/reasons.h"
#include "dialects/looker/signature.h"

#include <utility>

#include <fmt/format.h>

namespace casement::looker {
namespace {

using http::Method;
using http::Response;

constexpr std::int64_t kMaxText = std::int64_t{64} * 1024;
constexpr std::int64_t kMaxUrl = std::int64_t{16} * 1024;

Answered create_url(EmbedParts parts, Call& call) {
    SignedUrls urls(parts.parts, parts.people, parts.verifier);
    auto url = co_await urls.make(call.who, call.body, call.request.host);
    if (!url) co_return url.error();
    co_return answer(call, json::object{{"url", std::move(*url)}});
}

Answered create_own_url(EmbedParts parts, Call& call) {
    auto settings = require_embedding(parts.parts, call.who.org);
    if (!settings) co_return settings.error();
    if (call.who.user == 0) {
        co_return forbidden("no_user",
                            "These API credentials belong to no user. Use ones that do.");
    }
    auto wanted = read_target_url(*text_at(call.body, "target_url"), call.request.host,
                                  parts.verifier.public_hosts());
    if (!wanted) co_return wanted.error();
    TokenClaims claims;
    claims.org = call.who.org;
    claims.subject = std::to_string(call.who.user);
    claims.session_length = session_length_of(call.body);
    claims.expires_at = parts.parts.clock.now() + kLoginLife;
    const auto token = parts.tokens.make(TokenType::login, std::move(claims));
    co_return answer(
        call, json::object{{"url", fmt::format("{}{}{}?{}={}", wanted->base, kLoginPath,
                                               percent_encode(wanted->target), kAuthenticationToken,
                                               token)}});
}

// -- the validator --------------------------------------------------------------------------------

/// The JavaScript SDK sends the URL as it is when it has escapes in it, `&` and all; Python encodes
/// it. So everything behind the first `url=` is the value, and only its beginning tells.
Result<std::string> url_parameter(const http::Request& request) {
    const auto query = request.query();
    const auto at = query.find("url=");
    if (at == std::string_view::npos || (at != 0 && query[at - 1] != '&')) {
        return field_error("url", "missing_field", "is required");
    }
    const auto value = query.substr(at + 4);
    if (value.starts_with("https://") || value.starts_with("http://")) return std::string(value);
    auto decoded = form_decode(value.substr(0, value.find('&')));
    if (!decoded) return field_error("url", "invalid", "does not decode");
    return std::move(*decoded);
}

/// The vendor's words for why a URI is not valid (looker.md §1.9).
std::string vendors_reason(const Error& error, const SignedLogin* login) {
    if (error.code == kSignatureInvalid || error.code == kSecretDisabled) {
        return fmt::format("'signature' param failed to authenticate: '{}'",
                           login == nullptr ? "" : printable(login->signature));
    }
    if (error.code == kLinkExpired || error.code == kLinkNotYetValid) {
        return "'time' param is not within 5 minutes of the server's system time";
    }
    if (error.code == kLinkMalformed) return "Uh oh, something went wrong! " + error.message;
    return error.message;
}

json::object verdict(const std::string& url, const Error* error, const SignedLogin* login,
                     const std::string& host, const std::optional<std::string>& supplied) {
    json::object result{{"url", url}, {"valid", error == nullptr}};
    result["message"] = error == nullptr
                            ? "Embed URI is valid"
                            : "Embed URI is not valid: " + vendors_reason(*error, login);
    if (login == nullptr) return result;
    result["string_to_sign"] = string_to_sign(*login, host);
    if (supplied) {
        const auto lines = signed_lines(host, login->texts);
        const auto difference = first_difference(lines, *supplied);
        result["difference"] = difference ? json::value(describe(*difference)) : nullptr;
    }
    return result;
}

/// Whether a nonce was spent, without spending it: opening a session that may not be created.
asio::awaitable<Result<bool>> was_used(EmbedParts parts, const access::VerifiedLink& link) {
    store::Redemption asked;
    asked.scope = link.scope;
    asked.nonce = link.nonce;
    asked.may_create = false;
    asked.session.id = parts.parts.random.id();
    asked.session.org = link.org;
    asked.session.secret_hash = crypto::sha256(parts.parts.random.token());
    auto redeemed = co_await parts.session_store.redeem(std::move(asked));
    if (!redeemed) co_return redeemed.error();
    co_return redeemed->outcome != store::Redeemed::Outcome::unused;
}

/// 200 for a URL that would open; else 422 in the shape of a validation error, with the string that
/// the server signs beside it.
Answered validate(EmbedParts parts, Call& call, std::string url,
                  std::optional<std::string> supplied) {
    auto settings = require_embedding(parts.parts, call.who.org);
    if (!settings) co_return settings.error();
    const auto scheme = url.find("://");
    const auto slash = scheme == std::string::npos ? std::string::npos : url.find('/', scheme + 3);
    const std::string host(host_of(url));
    if (slash == std::string::npos || host.empty() || url.size() > kMaxUrl) {
        co_return field_error("url", "invalid",
                              "Embed URI is not valid: it must be an absolute URL");
    }
    const std::string target = url.substr(slash);
    const auto snapshot = parts.parts.catalog.snapshot();
    const auto parsed = parse_login_link(target);
    const auto* login = parsed ? std::get_if<SignedLogin>(&*parsed) : nullptr;
    auto judgement = parts.verifier.judge({target, host}, *snapshot, parts.parts.clock.now());
    std::optional<Error> refused;
    if (!judgement.link) {
        refused = judgement.link.error();
    } else if (judgement.link->outside_window) {
        refused = *judgement.link->outside_window;
    } else {
        auto used = co_await was_used(parts, *judgement.link);
        if (!used) co_return used.error();
        if (*used) {
            refused = Error{ErrorKind::unprocessable, "link_already_used",
                            fmt::format("'nonce' param already used this hour: '{}'",
                                        printable(judgement.link->nonce)),
                            "url"};
        }
    }
    auto result = verdict(url, refused ? &*refused : nullptr, login, host, supplied);
    if (!refused) co_return answer(call, std::move(result));
    const std::string message(result.at("message").get_string());
    auto response = validation_error({{"url", "invalid", message}});
    auto body = parse_json(response.body);
    if (body) {
        for (auto& [name, value] : result)
            if (name != "message") body->as_object()[name] = std::move(value);
        response.body = json::serialize(*body);
    }
    co_return response;
}

Answered validate_get(EmbedParts parts, Call& call) {
    auto url = url_parameter(call.request);
    if (!url) co_return url.error();
    auto response = co_await validate(parts, call, std::move(*url), std::nullopt);
    co_return response;
}

Answered validate_post(EmbedParts parts, Call& call) {
    auto response = co_await validate(parts, call, *text_at(call.body, "url"),
                                      text_at(call.body, "string_to_sign"));
    co_return response;
}

}  // namespace

void add_url_operations(Operations& operations, const EmbedParts& parts) {
    auto members = person_members();
    members.push_back(required("target_url", Shape::text(1, kMaxUrl)));
    members.push_back(optional("secret_id", Shape::text(0, 32).or_null()));
    operations.add({.method = Method::post,
                    .path = "/embed/sso_url",
                    .permission = access::Permission::org_manage,
                    .body = Shape::object(std::move(members)),
                    .handle = [parts](Call& call) { return create_url(parts, call); }});
    operations.add(
        {.method = Method::post,
         .path = "/embed/token_url/me",
         .body = Shape::object(
             {required("target_url", Shape::text(1, kMaxUrl)),
              optional("session_length",
                       Shape::integer(0, access::kLongestEmbedSession.count()).or_null()),
              optional("force_logout_login", Shape::boolean().or_null())}),
         .handle = [parts](Call& call) { return create_own_url(parts, call); }});
    operations.add({.method = Method::get,
                    .path = "/embed/sso/validate",
                    .permission = access::Permission::org_manage,
                    .handle = [parts](Call& call) { return validate_get(parts, call); }});
    operations.add({.method = Method::post,
                    .path = "/embed/sso/validate",
                    .permission = access::Permission::org_manage,
                    .body = Shape::object({required("url", Shape::text(1, kMaxUrl)),
                                           optional("string_to_sign", Shape::text(0, kMaxText))}),
                    .handle = [parts](Call& call) { return validate_post(parts, call); }});
}

}  // namespace casement::looker
