#include "console/operation.h"

#include "base/whole_number.h"
#include "console/context.h"
#include "console/same_origin.h"

#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

/// Longest id, uid or token in a path; nothing that exists is longer.
constexpr std::size_t kMaxCapture = 128;

Result<access::Principal> authenticate(const access::Authenticator& authenticator,
                                       const http::Request& request) {
    const auto& headers = request.headers;
    if (headers.count("Authorization") > 0) {
        const auto token = request.bearer();
        if (!token) {
            return unauthenticated(
                "invalid_credentials",
                "Send one header \"Authorization: Bearer\" with a service token.");
        }
        return authenticator.by_token(*token);
    }
    if (headers.count("DD-API-KEY") == 1 && headers.count("DD-APPLICATION-KEY") == 1) {
        return authenticator.by_datadog_keys(*headers.find("DD-API-KEY"),
                                             *headers.find("DD-APPLICATION-KEY"));
    }
    return unauthenticated("missing_credentials",
                           "Send a service token as \"Authorization: Bearer\", or DD-API-KEY "
                           "together with DD-APPLICATION-KEY.");
}

/// Whose key a request carries, when it may call the operation.
Result<access::Principal> authorize(const Context& console, const Operation& operation,
                                    const http::Request& request) {
    auto who = authenticate(console.parts.authenticator, request);
    if (!who) return who;
    if (operation.permission) {
        if (auto allowed = who->require(*operation.permission); !allowed) return allowed.error();
    }
    return who;
}

asio::awaitable<Result<void>> identify_person(Context& console, const Operation& operation,
                                              Call& call) {
    auto person = co_await console.persons.identify(call.request, operation.answers_secret);
    if (!person) co_return person.error();
    if (operation.permission) {
        auto allowed = person->who.require(*operation.permission);
        if (!allowed) co_return allowed.error();
    }
    call.principal = person->who;
    call.person = std::move(*person);
    co_return Result<void>{};
}

/// Why somebody who is not signed in to the console may not do what only a person does.
Error no_person(const Context& console, const http::Request& request) {
    if (!shows_key(request)) {
        return unauthenticated("signed_out", "This needs somebody who is signed in. Sign in.");
    }
    auto who = authenticate(console.parts.authenticator, request);
    if (!who) return who.error();
    return forbidden("session_required",
                     "This is for people who are signed in to the console, about their own "
                     "account. A key has none.");
}

/// Bodies above this are read away from the connection's thread, on which others wait.
constexpr std::size_t kParsedAtOnce = std::size_t{256} * 1024;

/// Fills the call's caller, or says why it is none.
asio::awaitable<Result<void>> identify(Context& console, const Operation& operation, Call& call) {
    switch (operation.caller) {
        case Caller::anyone:
            break;
        case Caller::frame: {
            auto own = check_same_origin(call.request, console.parts.public_url);
            if (!own) co_return own.error();
            break;
        }
        case Caller::viewer: {
            const auto token = call.request.bearer();
            if (!token) {
                co_return unauthenticated("invalid_access_token",
                                          "The access token is missing or not valid.");
            }
            const auto agent = call.request.headers.find("User-Agent").value_or("");
            auto viewer = console.parts.sessions.authorize_now(*token, agent);
            if (!viewer) {
                std::string held(*token);
                std::string held_agent(agent);
                viewer = co_await console.parts.sessions.authorize(std::move(held),
                                                                   std::move(held_agent));
            }
            if (!*viewer) co_return viewer->error();
            call.viewer = std::move(**viewer);
            break;
        }
        case Caller::principal: {
            if (Persons::concerns(call.request)) {
                auto known = co_await identify_person(console, operation, call);
                co_return known;
            }
            auto who = authorize(console, operation, call.request);
            if (!who) co_return who.error();
            call.principal = std::move(*who);
            break;
        }
        case Caller::console: {
            auto own = check_own_page(call.request, console.parts.public_url, true);
            if (!own) co_return own.error();
            break;
        }
        case Caller::person: {
            if (!Persons::concerns(call.request)) co_return no_person(console, call.request);
            auto known = co_await identify_person(console, operation, call);
            co_return known;
        }
    }
    co_return Result<void>{};
}

Error wrong_parameter(const Parameter& parameter, std::string_view expected) {
    return invalid("invalid_parameter",
                   fmt::format("The parameter \"{}\" must be {}.", parameter.name, expected),
                   parameter.name);
}

Result<json::value> read_parameter(const Parameter& parameter, const std::string& text) {
    json::value value;
    switch (parameter.shape.type) {
        case Shape::Type::integer: {
            const auto number = whole_number<std::int64_t>(text);
            if (!number) return wrong_parameter(parameter, "a whole number");
            value = *number;
            break;
        }
        case Shape::Type::boolean:
            if (text != "true" && text != "false") {
                return wrong_parameter(parameter, "true or false");
            }
            value = text == "true";
            break;
        default:
            value = text;
    }
    if (auto error = check(value, parameter.shape, parameter.name)) {
        error->code = "invalid_parameter";
        return *error;
    }
    return value;
}

Result<void> read_parameters(const Operation& operation, Call& call) {
    for (const auto& capture : call.request.captures) {
        if (capture.size() > kMaxCapture) {
            return not_found("not_found", "There is nothing at this address.");
        }
    }
    for (const auto& parameter : operation.parameters) {
        auto text = call.request.parameter(parameter.name);
        if (!text) return text.error();
        if (!*text) continue;
        auto value = read_parameter(parameter, **text);
        if (!value) return value.error();
        call.parameters[parameter.name] = std::move(*value);
    }
    return {};
}

Result<void> read_body(const Operation& operation, Call& call) {
    if (call.request.body.size() > operation.max_body) {
        return Error{ErrorKind::too_large,
                     "body_too_large",
                     fmt::format("The body may have at most {} bytes.", operation.max_body),
                     {}};
    }
    auto body = http::json_body(call.request, *operation.body);
    if (!body) return body.error();
    call.body = std::move(body->as_object());
    return {};
}

Answered run(Context& console, const Operation& operation, Call& call) {
    auto known = co_await identify(console, operation, call);
    if (!known) co_return known.error();
    if (auto input = read_parameters(operation, call); !input) co_return input.error();
    if (operation.body && call.request.body.size() > kParsedAtOnce) {
        // The call outlives this: it is the caller's, who waits.
        const auto work = [&operation, &call] { return read_body(operation, call); };
        auto body = co_await console.parts.catalog.pool().run(work);
        if (!body) co_return body.error();
    } else if (operation.body) {
        if (auto body = read_body(operation, call); !body) co_return body.error();
    }
    auto response = co_await operation.handle(console, call);
    co_return response;
}

}  // namespace

Result<void> may_send(const Context& console, const Operation& operation,
                      const http::Request& head) {
    if (Persons::concerns(head)) return console.persons.may_send(head, operation.answers_secret);
    auto who = authorize(console, operation, head);
    if (!who) return who.error();
    return {};
}

std::optional<std::string> Call::text(std::string_view name) const {
    return text_at(parameters, name);
}

std::int64_t Call::number(std::string_view name, std::int64_t absent) const {
    const auto* value = parameters.if_contains(name);
    return value == nullptr ? absent : value->get_int64();
}

std::string Context::base_url(const http::Request& request) const {
    if (!parts.public_url.empty()) return parts.public_url;
    return (request.secure ? "https://" : "http://") + request.host;
}

asio::awaitable<http::Response> answer(Context& console, const Operation& operation,
                                       http::Request& request) {
    Call call{request, {}, {}, {}, {}, {}};
    auto result = co_await run(console, operation, call);
    if (result) co_return std::move(*result);
    auto response = http::Response::error(result.error());
    const bool by_header = operation.caller == Caller::viewer ||
                           (operation.caller == Caller::principal && !Persons::concerns(request));
    if (response.status == 401 && by_header) {
        response.headers.add("WWW-Authenticate", "Bearer realm=\"casement\"");
    }
    if (response.status == 429) response.headers.add("Retry-After", "60");
    co_return response;
}

}  // namespace casement::console
