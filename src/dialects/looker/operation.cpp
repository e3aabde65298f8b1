#include "dialects/looker/operation.h"

#include "dialects/looker/errors.h"
#include "dialects/looker/fields.h"

#include <functional>
#include <utility>

namespace casement::looker {
namespace {

/// What the limiter knows strangers by: some number of buckets, shared by all addresses.
constexpr std::size_t kBuckets = 1U << 16U;

/// `Authorization: token X`, as the documentation writes it, or `Bearer X`, as the SDKs send it.
std::string token_of(const http::Request& request) {
    if (request.headers.count("Authorization") != 1) return {};
    const auto value = *request.headers.find("Authorization");
    const auto space = value.find(' ');
    if (space == std::string_view::npos) return {};
    std::string scheme(value.substr(0, space));
    for (auto& c : scheme)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (scheme != "token" && scheme != "bearer") return {};
    const auto start = value.find_first_not_of(' ', space);
    return start == std::string_view::npos ? std::string{} : std::string(value.substr(start));
}

Result<json::object> read_body(const http::Request& request, const Operation& operation) {
    if (request.body.empty() && !operation.body_required) return json::object{};
    // The SDKs name the type; curl does not always, and it can be nothing else here.
    auto parsed = parse_json(request.body);
    if (!parsed || !parsed->is_object()) {
        return Error{ErrorKind::invalid, "invalid_json", "The body must be a JSON object.", {}};
    }
    if (auto error = check(*parsed, operation.body->open())) {
        error->kind = ErrorKind::unprocessable;
        // The vendor has a code of its own for a member that is not there.
        const bool on_top = error->field.find_first_of(".[") == std::string::npos;
        if (on_top && !error->field.empty() && !parsed->as_object().contains(error->field)) {
            error->code = "missing_field";
        }
        return *error;
    }
    return std::move(parsed->as_object());
}

}  // namespace

struct Operations::Shared {
    Shared(ApiSessions& s, const Clock& clock, std::string url)
        : sessions(s), limiter({kRequestsAMinute}, clock), public_url(std::move(url)) {}
    ApiSessions& sessions;
    access::RateLimiter limiter;
    const std::string public_url;

    asio::awaitable<Result<http::Response>> run(const Operation& operation, Call& call) {
        if (operation.caller == Caller::client) {
            auto token = token_of(call.request);
            if (token.empty()) {
                co_return unauthenticated("invalid_token", "Requires authentication.");
            }
            auto who = co_await sessions.identify(std::move(token));
            if (!who) co_return who.error();
            call.who = std::move(*who);
        }
        const auto bucket =
            call.who.key != 0
                ? call.who.key
                : -1 - static_cast<std::int64_t>(
                           std::hash<std::string>{}(call.request.client.to_string()) % kBuckets);
        const auto decision = limiter.take(bucket);
        if (!decision.allowed) {
            auto refused = api_error({ErrorKind::rate_limited,
                                      "rate_limited",
                                      "Too many requests. Try again later.",
                                      {}});
            refused.headers.set("Retry-After", std::to_string(decision.reset.count()));
            co_return refused;
        }
        if (operation.permission) {
            if (auto allowed = call.who.require(*operation.permission); !allowed) {
                co_return allowed.error();
            }
        }
        if (operation.body) {
            auto body = read_body(call.request, operation);
            if (!body) co_return body.error();
            call.body = std::move(*body);
        }
        auto answered = co_await operation.handle(call);
        co_return answered;
    }

    asio::awaitable<http::Response> answer(std::shared_ptr<const Operation> operation,
                                           http::Request& request) {
        Call call{request, {}, {}, {}};
        call.base_url = !public_url.empty()
                            ? public_url
                            : (request.secure ? "https://" : "http://") + request.host;
        auto result = co_await run(*operation, call);
        auto response = result ? std::move(*result) : api_error(result.error());
        // Credentials and people: not for any cache.
        response.headers.set("Cache-Control", "no-store");
        co_return response;
    }
};

Result<std::string> Call::parameter(std::string_view name) const {
    auto value = request.parameter(name);
    if (!value) return value.error();
    return value->value_or("");
}

Result<http::Response> answer(const Call& call, json::value value) {
    const auto fields = call.parameter("fields");
    if (!fields) return fields.error();
    auto selected = select_fields(std::move(value), *fields);
    if (!selected) return selected.error();
    return http::Response::json(200, *selected);
}

Operations::Operations(http::Router& router, ApiSessions& sessions, const Clock& clock,
                       std::string public_url)
    : router_(&router), shared_(std::make_shared<Shared>(sessions, clock, std::move(public_url))) {
    router.errors_below(kApiRoot, api_error);
}

Operations::~Operations() = default;

const std::string& Operations::public_url() const {
    return shared_->public_url;
}

void Operations::add(Operation operation) {
    const auto kept = std::make_shared<const Operation>(std::move(operation));
    router_->add(
        kept->method, std::string(kApiRoot) + kept->path,
        [shared = shared_, kept](http::Request& request) { return shared->answer(kept, request); });
}

}  // namespace casement::looker
