#include "dialects/grafana/operation.h"

#include "base/whole_number.h"
#include "dialects/grafana/errors.h"

#include <limits>
#include <utility>

namespace casement::grafana {
namespace {

/// Calls of this server's own API are as strict as all of it: a misspelt "seconds_to_live" must not
/// make a key that never ends.
Result<json::object> read_own_body(const http::Request& request, const Shape& shape) {
    auto body = http::json_body(request, shape);
    if (!body) return body.error();
    return std::move(body->as_object());
}

/// The vendor's server takes any content type, no body for an empty one, and unknown members.
Result<json::object> read_body(const http::Request& request, const Shape& shape) {
    json::value value = json::object{};
    if (!request.body.empty()) {
        auto parsed = parse_json(request.body);
        if (!parsed) return parsed.error();
        value = std::move(*parsed);
    }
    if (!value.is_object()) return invalid("invalid_body", "The body must be a JSON object.");
    if (auto error = check(value, shape.open())) return *error;
    return std::move(value.as_object());
}

http::Response shaped(Shapes shapes, const Error& error) {
    auto response = shapes == Shapes::own ? http::Response::error(error) : api_error(error);
    if (error.kind == ErrorKind::rate_limited) response.headers.set("Retry-After", "60");
    return response;
}

}  // namespace

std::optional<std::int64_t> Call::id_part(std::size_t index) const {
    return whole_number<std::int64_t>(part(index));
}

std::string Call::parameter(std::string_view name) const {
    auto value = request.parameter(name);
    if (!value) return {};
    return std::move(*value).value_or("");
}

bool Call::flag(std::string_view name) const {
    const auto text = parameter(name);
    return text == "true" || text == "1";
}

std::int64_t Call::number(std::string_view name, std::int64_t absent) const {
    const auto number = whole_number<std::int64_t>(parameter(name));
    return number && *number >= 1 ? *number : absent;
}

struct Operations::Shared {
    Shared(const Callers& c, const Clock& clock) : callers(c), limiter({kRequestsAMinute}, clock) {}
    const Callers& callers;
    access::RateLimiter limiter;

    asio::awaitable<Result<http::Response>> run(const Operation& operation, Call& call) {
        if (operation.shapes == Shapes::own) {
            auto caller = co_await callers.identify_own(call.request);
            if (!caller) co_return caller.error();
            call.caller = std::move(*caller);
        } else {
            auto caller = co_await callers.identify(call.request);
            if (!caller) co_return caller.error();
            call.caller = std::move(*caller);
        }
        // The two kinds of keys are numbered apart, and people from both.
        const auto& who = call.who();
        const bool is_person = call.caller.account_key == 0 && who.key == 0 && who.user != 0;
        auto bucket = call.caller.account_key != 0 ? call.caller.account_key : -who.key;
        if (is_person) bucket = std::numeric_limits<std::int64_t>::min() + who.user;
        const auto decision = limiter.take(bucket);
        if (!decision.allowed) {
            co_return Error{ErrorKind::rate_limited,
                            "rate_limited",
                            "Too many requests with this key. Try again later.",
                            {}};
        }
        if (operation.permission) {
            if (auto allowed = call.who().require(*operation.permission); !allowed) {
                if (operation.shapes == Shapes::own) co_return allowed.error();
                co_return access_denied(operation.action);
            }
        }
        if (operation.body) {
            const bool own = operation.shapes == Shapes::own;
            auto body = own ? read_own_body(call.request, *operation.body)
                            : read_body(call.request, *operation.body);
            if (!body && own) co_return body.error();
            if (!body) co_return bad_body(operation.bad_body, body.error());
            call.body = std::move(*body);
        }
        auto answered = co_await operation.handle(call);
        co_return answered;
    }

    asio::awaitable<http::Response> answer(std::shared_ptr<const Operation> operation,
                                           http::Request& request) {
        Call call{request, {}, {}};
        auto result = co_await run(*operation, call);
        auto response = result ? std::move(*result) : shaped(operation->shapes, result.error());
        // Keys and settings: not for any cache.
        response.headers.set("Cache-Control", "no-store");
        co_return response;
    }
};

Operations::Operations(http::Router& router, const Callers& callers, const Clock& clock)
    : router_(&router), shared_(std::make_shared<Shared>(callers, clock)) {
    router.errors_below(kApiRoot, api_error);
    // This server's own calls keep their own shape.
    router.errors_below("/api/casement",
                        [](const Error& error) { return http::Response::error(error); });
}

void Operations::add(Operation operation) {
    if (operation.shapes == Shapes::own) {
        own_.push_back({operation.method, operation.path, operation.permission, operation.body,
                        std::move(operation.text)});
    }
    const auto root = operation.shapes == Shapes::own ? kOwnRoot : kApiRoot;
    const auto kept = std::make_shared<const Operation>(std::move(operation));
    http::LargeBody large;
    if (kept->max_body > 0) {
        large = {kept->max_body, [shared = shared_, kept](const http::Request& head) {
                     return kept->shapes == Shapes::own
                                ? shared->callers.may_send_own(head, kept->permission)
                                : shared->callers.may_send(head, kept->permission);
                 }};
    }
    router_->add(
        kept->method, std::string(root) + kept->path,
        [shared = shared_, kept](http::Request& request) { return shared->answer(kept, request); },
        std::move(large));
}

}  // namespace casement::grafana
