// Logging in and out of the API, and what says which API this is (looker.md §2.1).
#include "base/encoding.h"
#include "dialects/looker/embed_api.h"
#include "dialects/looker/errors.h"
#include "dialects/looker/landing.h"

#include <charconv>
#include <utility>

namespace casement::looker {
namespace {

using http::Method;
using http::Response;

constexpr std::string_view kRelease = "26.12";
constexpr std::size_t kLongestForm = 4096;

struct Credentials {
    std::string client_id;
    std::string client_secret;
};

/// From a form body; the vendor still takes the URL's query as well.
Result<Credentials> read_credentials(const Call& call) {
    Credentials credentials;
    const auto from_query = [&](std::string_view name) { return call.parameter(name); };
    auto id = from_query("client_id");
    auto secret = from_query("client_secret");
    if (!id) return id.error();
    if (!secret) return secret.error();
    credentials.client_id = *id;
    credentials.client_secret = *secret;
    if (call.request.body.size() > kLongestForm) {
        return Error{ErrorKind::too_large, "body_too_large", "The form is too long.", {}};
    }
    std::string_view rest = call.request.body;
    while (!rest.empty()) {
        const auto end = rest.find('&');
        const auto pair = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos) continue;
        auto value = form_decode(pair.substr(equals + 1));
        if (!value) return invalid("invalid_form", "The form does not decode.");
        const auto name = pair.substr(0, equals);
        if (name == "client_id") {
            credentials.client_id = std::move(*value);
        } else if (name == "client_secret") {
            credentials.client_secret = std::move(*value);
        }
    }
    return credentials;
}

Response token_answer(const std::string& token) {
    return Response::json(200, json::object{{"access_token", token},
                                            {"token_type", "Bearer"},
                                            {"expires_in", kApiSession.count()},
                                            {"refresh_token", nullptr}});
}

Answered log_in(EmbedParts parts, Call& call) {
    auto credentials = read_credentials(call);
    if (!credentials) co_return credentials.error();
    auto who =
        parts.authenticator.by_looker_client(credentials->client_id, credentials->client_secret);
    // The vendor's answer to wrong credentials, whichever part is wrong.
    if (!who) co_return api_not_found();
    auto client = call.request.client.to_string();
    auto token = co_await parts.logins.open(std::move(*who), 0, std::move(client));
    if (!token) co_return token.error();
    co_return token_answer(*token);
}

Answered log_in_as(EmbedParts parts, Call& call) {
    const auto& text = call.part(0);
    std::int64_t id = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
    const auto snapshot = parts.parts.catalog.snapshot();
    const auto* user = snapshot->user(id);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || user == nullptr ||
        user->org != call.who.org || user->disabled || call.who.key == 0) {
        co_return api_not_found();
    }
    auto client = call.request.client.to_string();
    auto token = co_await parts.logins.open(call.who, id, std::move(client));
    if (!token) co_return token.error();
    parts.parts.record(call.who, "api.login_as", "user:" + std::to_string(id));
    co_return token_answer(*token);
}

std::string bearer_of(const http::Request& request) {
    const auto value = request.headers.find("Authorization").value_or("");
    const auto space = value.rfind(' ');
    return space == std::string_view::npos ? std::string{} : std::string(value.substr(space + 1));
}

Answered log_out(EmbedParts parts, Call& call) {
    auto token = bearer_of(call.request);
    auto closed = co_await parts.logins.close(std::move(token));
    if (!closed) co_return closed.error();
    co_return Response::empty();
}

json::object versions_json(const std::string& base_url) {
    const json::object current{{"version", "4.0"},
                               {"full_version", "4.0." + std::string(kRelease)},
                               {"status", "current"},
                               {"swagger_url", base_url + "/api/casement/v1/openapi.json"}};
    return {{"looker_release_version", kVersion},
            {"current_version", current},
            {"supported_versions", json::array{current}},
            {"api_server_url", base_url},
            {"web_server_url", base_url}};
}

Answered versions(Call& call) {
    co_return answer(call, versions_json(call.base_url));
}

/// Outside of the API's prefix, where some SDKs look for it.
asio::awaitable<Response> root_versions(std::string public_url, http::Request& request) {
    const auto base =
        !public_url.empty() ? public_url : (request.secure ? "https://" : "http://") + request.host;
    co_return Response::json(200, versions_json(base));
}

asio::awaitable<Response> alive(http::Request&) {
    co_return Response::text(200, "");
}

}  // namespace

void add_login_operations(http::Router& router, Operations& operations, const EmbedParts& parts) {
    operations.add({.method = Method::post,
                    .path = "/login",
                    .caller = Caller::anyone,
                    .handle = [parts](Call& call) { return log_in(parts, call); }});
    operations.add({.method = Method::post,
                    .path = "/login/{user_id}",
                    .permission = access::Permission::org_manage,
                    .handle = [parts](Call& call) { return log_in_as(parts, call); }});
    operations.add({.method = Method::del, .path = "/logout", .handle = [parts](Call& call) {
                        return log_out(parts, call);
                    }});
    operations.add({.method = Method::get,
                    .path = "/versions",
                    .caller = Caller::anyone,
                    .handle = [](Call& call) { return versions(call); }});
    router.add(Method::get, "/versions", [url = operations.public_url()](http::Request& request) {
        return root_versions(url, request);
    });
    router.add(Method::get, "/alive", [](http::Request& request) { return alive(request); });
}

}  // namespace casement::looker
