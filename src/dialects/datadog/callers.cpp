#include "dialects/datadog/callers.h"

#include <fmt/format.h>

namespace casement::datadog {
namespace {

constexpr std::string_view kApiKey = "DD-API-KEY";
constexpr std::string_view kAppKey = "DD-APPLICATION-KEY";

Error invalid_keys() {
    return forbidden("invalid_keys",
                     "The keys are missing or not valid. Send DD-API-KEY together with "
                     "DD-APPLICATION-KEY, or Authorization: Bearer with a service token.");
}

// A key that is sent twice could be one value to a proxy and another one here: it counts as none.
std::string_view only_value(const http::Request& request, std::string_view name) {
    if (request.headers.count(name) != 1) return {};
    return *request.headers.find(name);
}

void add_limit_headers(http::Response& response, const access::RateLimiter& limiter,
                       const access::RateLimiter::Decision& decision, std::string_view name) {
    if (limiter.limit().requests <= 0) return;
    auto& headers = response.headers;
    headers.set("X-RateLimit-Limit", std::to_string(limiter.limit().requests));
    headers.set("X-RateLimit-Period", std::to_string(limiter.limit().period.count()));
    headers.set("X-RateLimit-Remaining", std::to_string(decision.remaining));
    headers.set("X-RateLimit-Reset", std::to_string(decision.reset.count()));
    headers.set("X-RateLimit-Name", std::string(name));
}

Error too_many_requests(const access::RateLimiter::Decision& decision) {
    return {ErrorKind::rate_limited,
            "rate_limited",
            fmt::format("Rate limit exceeded. Try again in {} s.", decision.reset.count()),
            {}};
}

}  // namespace

Callers::Callers(const access::Authenticator& authenticator, const Clock& clock,
                 const ApiLimits& limits)
    : authenticator_(&authenticator),
      reads_({.requests = limits.reads_per_minute}, clock),
      writes_({.requests = limits.writes_per_minute}, clock) {}

Result<access::Principal> Callers::identify(const http::Request& request) const {
    const auto& headers = request.headers;
    if (headers.count(kApiKey) > 0 && headers.count(kAppKey) > 0) {
        auto who = authenticator_->by_datadog_keys(only_value(request, kApiKey),
                                                   only_value(request, kAppKey));
        if (!who) return invalid_keys();
        return who;
    }
    const auto token = request.bearer();
    if (!token) return invalid_keys();
    auto who = authenticator_->by_token(*token);
    if (!who) return invalid_keys();
    return who;
}

Result<void> Callers::validate(const http::Request& request) const {
    if (request.headers.count(kApiKey) == 0) {
        if (!request.bearer()) return forbidden("api_key_required", "API key required");
        auto who = identify(request);
        if (!who) return who.error();
        return {};
    }
    if (!authenticator_->is_datadog_api_key(only_value(request, kApiKey))) return invalid_keys();
    return {};
}

http::Handler Callers::guard(Access access, http::Router::ErrorShape shape, Action action) {
    // Not a coroutine itself: what it captures must live in the router, not in a frame.
    return [this, access, shape = std::move(shape), action = std::move(action)](
               http::Request& request) { return run(access, shape, action, request); };
}

asio::awaitable<http::Response> Callers::run(Access access, const http::Router::ErrorShape& shape,
                                             const Action& action, http::Request& request) {
    auto who = identify(request);
    if (!who) co_return shape(who.error());

    auto& limiter = access == Access::read ? reads_ : writes_;
    const std::string_view name = access == Access::read ? "dashboard_reads" : "dashboard_writes";
    const auto decision = limiter.take(who->key);
    http::Response response;
    if (!decision.allowed) {
        response = shape(too_many_requests(decision));
        response.headers.set("Retry-After", std::to_string(decision.reset.count()));
    } else {
        auto result = co_await action(std::move(*who), request);
        response = result ? std::move(*result) : shape(result.error());
    }
    add_limit_headers(response, limiter, decision, name);
    // Credentials and settings: not for any cache.
    response.headers.set("Cache-Control", "no-store");
    co_return response;
}

}  // namespace casement::datadog
