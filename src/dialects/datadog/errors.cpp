#include "dialects/datadog/errors.h"

#include <string>

namespace casement::datadog {
namespace {

std::string_view title_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::invalid:
            return "Bad Request";
        case ErrorKind::unauthenticated:
            return "Unauthorized";
        case ErrorKind::forbidden:
            return "Forbidden";
        case ErrorKind::not_found:
            return "Not Found";
        case ErrorKind::conflict:
            return "Conflict";
        case ErrorKind::gone:
            return "Gone";
        case ErrorKind::too_large:
            return "Payload Too Large";
        case ErrorKind::unprocessable:
            return "Unprocessable Entity";
        case ErrorKind::rate_limited:
            return "Too Many Requests";
        case ErrorKind::internal:
            return "Internal Server Error";
        case ErrorKind::unavailable:
            return "Service Unavailable";
        case ErrorKind::timeout:
            return "Gateway Timeout";
    }
    return "Internal Server Error";
}

// RFC 6901: "data.attributes.selectable_template_vars[2].name" as a pointer into the body.
std::string pointer_of(std::string_view field) {
    std::string pointer = "/";
    for (const char c : field) {
        switch (c) {
            case '.':
            case '[':
                pointer += '/';
                break;
            case ']':
                break;
            case '/':
                pointer += "~1";
                break;
            case '~':
                pointer += "~0";
                break;
            default:
                pointer += c;
        }
    }
    return pointer;
}

http::Response strings(int status, json::object body) {
    return http::Response::json(status, std::move(body));
}

}  // namespace

http::Response v1_error(const Error& error) {
    const int status = http_status(error.kind);
    // The vendor's own body for keys that do not hold; clients look for its first string.
    if (error.code == "invalid_keys") {
        return strings(status, {{"status", "error"},
                                {"code", status},
                                {"errors", json::array{"Forbidden", error.message}}});
    }
    return strings(status, {{"errors", json::array{error.message}}});
}

http::Response v2_error(const Error& error) {
    const int status = http_status(error.kind);
    if (error.kind == ErrorKind::rate_limited) {
        return strings(status, {{"errors", json::array{error.message}}});
    }
    json::object item{{"status", std::to_string(status)},
                      {"title", title_of(error.kind)},
                      {"detail", error.message}};
    if (error.field.starts_with("data")) item["source"] = {{"pointer", pointer_of(error.field)}};
    item["meta"] = {{"code", error.code}};
    return http::Response::json(status, json::object{{"errors", json::array{std::move(item)}}});
}

}  // namespace casement::datadog
