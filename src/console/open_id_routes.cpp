#include "console/open_id_routes.h"

#include "access/open_id.h"
#include "base/encoding.h"
#include "console/context.h"
#include "console/person.h"

#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

using http::Method;
using http::Response;

/// Carries what a sign-in has to remember to the provider and back. Lax: it comes back with a
/// journey that another site has begun.
constexpr std::string_view kCookie = "casement_openid";
constexpr std::string_view kCookiePath = "/api/casement/v1/sign-in/openid";

std::string cookie_header(std::string_view value, std::chrono::seconds age, bool secure) {
    return fmt::format("{}={}; Path={}; HttpOnly; SameSite=Lax; Max-Age={}{}", kCookie, value,
                       kCookiePath, age.count(), secure ? "; Secure" : "");
}

Response keep_private(Response response) {
    response.headers.set("Cache-Control", "no-store");
    response.headers.set("Referrer-Policy", "no-referrer");
    return response;
}

/// To the sign-in page, which has words for the code.
Response to_sign_in(const Error& error) {
    return Response::redirect("/console/?sign_in=" + percent_encode(error.code));
}

std::string redirect_uri(const Context& console, const http::Request& request) {
    return console.base_url(request) + std::string(kOpenIdCallback);
}

/// "" for what is not there, and for what is there twice.
std::string given(const http::Request& request, std::string_view name) {
    auto value = request.parameter(name);
    return value && *value ? std::move(**value) : std::string();
}

asio::awaitable<Response> start(const Context& console, http::Request& request) {
    auto* open_id = console.parts.open_id;
    auto begun = co_await open_id->begin(redirect_uri(console, request), given(request, "target"));
    if (!begun) co_return keep_private(to_sign_in(begun.error()));
    Response response;
    response.status = 302;
    response.headers.add("Location", std::move(begun->url));
    response.headers.add("Set-Cookie",
                         cookie_header(begun->cookie, access::OpenId::kLongest, request.secure));
    co_return keep_private(std::move(response));
}

asio::awaitable<Response> come_back(const Context& console, http::Request& request) {
    access::OpenId::Returned returned;
    returned.cookie = only_cookie(request, kCookie);
    returned.state = given(request, "state");
    returned.code = given(request, "code");
    returned.error = given(request, "error");
    returned.issuer = given(request, "iss");
    auto finished = co_await console.parts.open_id->finish(
        std::move(returned), redirect_uri(console, request), browser_of(request));
    auto response = finished ? Response::redirect(finished->target) : to_sign_in(finished.error());
    if (finished) keep_cookies(finished->opened, request, response);
    response.headers.add("Set-Cookie", cookie_header({}, std::chrono::seconds{0}, request.secure));
    co_return keep_private(std::move(response));
}

asio::awaitable<Response> nothing_here() {
    co_return Response::error(not_found("not_found", "There is nothing at this address."));
}

Answered describe(Context& console, Call&) {
    const auto* open_id = console.parts.open_id;
    co_return Response::json(
        200, {{"label", open_id == nullptr ? json::value(nullptr) : json::value(open_id->label())},
              {"start", kOpenIdStart}});
}

}  // namespace

std::vector<Operation> open_id_operations() {
    std::vector<Operation> list;
    list.push_back({.method = Method::get,
                    .path = "/sign-in/openid",
                    .id = "getOpenId",
                    .tag = "Account",
                    .summary = "Whether people sign in through a provider of OpenID Connect",
                    .caller = Caller::anyone,
                    .answers = {{200, "Where a browser begins; `label` is null where it cannot.",
                                 Shape::object({required("label", Shape::text().or_null()),
                                                required("start", Shape::text())})}},
                    .handle = describe});
    return list;
}

void add_open_id_routes(http::Router& router, const std::shared_ptr<Context>& console) {
    const bool is_there = console->parts.open_id != nullptr;
    router.add(Method::get, std::string(kOpenIdStart), [console, is_there](http::Request& request) {
        return is_there ? start(*console, request) : nothing_here();
    });
    router.add(Method::get, std::string(kOpenIdCallback),
               [console, is_there](http::Request& request) {
                   return is_there ? come_back(*console, request) : nothing_here();
               });
}

}  // namespace casement::console
