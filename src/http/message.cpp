#include "http/message.h"

#include "base/encoding.h"
#include "http/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include <fmt/format.h>

namespace casement::http {
namespace {

// A line break in a field would let whoever chose the value write the rest of the answer.
void check_field(std::string_view name, std::string_view value) {
    if (name.empty() || !std::all_of(name.begin(), name.end(), is_token_char)) {
        throw std::invalid_argument("a header's name is not a token");
    }
    // To the end without a way out, so that the compiler looks at many at once: a policy is long.
    bool control = false;
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        control |= (byte < 0x20 && c != '\t') || byte == 0x7F;
    }
    if (control) {
        throw std::invalid_argument(
            fmt::format("the value of the header {} has a control character", name));
    }
}

bool is_json_type(std::string_view content_type) {
    const std::string type = lower_case(trim(content_type.substr(0, content_type.find(';'))));
    if (type == "application/json") return true;
    return type.size() > 17 && type.starts_with("application/") && type.ends_with("+json");
}

Response with_body(int status, std::string body, std::string content_type) {
    Response response;
    response.status = status;
    response.headers.add("Content-Type", std::move(content_type));
    response.body = std::move(body);
    return response;
}

}  // namespace

std::string_view to_string(Method method) noexcept {
    switch (method) {
        case Method::get:
            return "GET";
        case Method::head:
            return "HEAD";
        case Method::post:
            return "POST";
        case Method::put:
            return "PUT";
        case Method::patch:
            return "PATCH";
        case Method::del:
            return "DELETE";
        case Method::options:
            return "OPTIONS";
        case Method::other:
            return "OTHER";
    }
    return "OTHER";
}

void Headers::add(std::string name, std::string value) {
    check_field(name, value);
    fields_.emplace_back(std::move(name), std::move(value));
}

void Headers::set(std::string name, std::string value) {
    check_field(name, value);
    std::erase_if(fields_, [&](const auto& field) { return same_name(field.first, name); });
    fields_.emplace_back(std::move(name), std::move(value));
}

void Headers::reserve(std::size_t fields) {
    fields_.reserve(fields);
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
    for (const auto& [field, value] : fields_) {
        if (same_name(field, name)) return value;
    }
    return std::nullopt;
}

std::size_t Headers::count(std::string_view name) const {
    return static_cast<std::size_t>(std::count_if(
        fields_.begin(), fields_.end(), [&](const auto& f) { return same_name(f.first, name); }));
}

std::string to_text(const asio::ip::address& address) {
    if (!address.is_v4()) return address.to_string();
    std::string text;
    for (const auto part : address.to_v4().to_bytes()) {
        std::array<char, 3> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), part).ptr;
        if (!text.empty()) text += '.';
        text.append(digits.data(), end);
    }
    return text;
}

std::string_view Request::path() const {
    return std::string_view(target).substr(0, target.find('?'));
}

std::string_view Request::query() const {
    const auto question = target.find('?');
    if (question == std::string::npos) return {};
    return std::string_view(target).substr(question + 1);
}

std::optional<std::string_view> Request::cookie(std::string_view name) const {
    for (const auto& [field, value] : headers.all()) {
        if (!same_name(field, "Cookie")) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const auto pair = trim(next_part(rest, ';'));
            const auto equals = pair.find('=');
            if (equals == std::string_view::npos) continue;
            if (trim(pair.substr(0, equals)) == name) return trim(pair.substr(equals + 1));
        }
    }
    return std::nullopt;
}

std::optional<std::string_view> Request::bearer() const {
    // Two of them would let a proxy check one and us the other.
    const auto header = headers.find("Authorization");
    if (!header || headers.count("Authorization") != 1) return std::nullopt;
    const std::string_view value = *header;
    const auto space = value.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    if (!same_name(value.substr(0, space), "Bearer")) return std::nullopt;
    const auto token = trim(value.substr(space));
    if (token.empty() || token.find_first_of(" \t,") != std::string_view::npos) {
        return std::nullopt;
    }
    return token;
}

Result<std::optional<std::string>> Request::parameter(std::string_view name) const {
    std::optional<std::string> found;
    std::string_view rest = query();
    while (!rest.empty()) {
        const auto pair = next_part(rest, '&');
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        const auto key = form_decode(pair.substr(0, equals));
        auto value = form_decode(equals == std::string_view::npos ? std::string_view{}
                                                                  : pair.substr(equals + 1));
        if (!key || !value) {
            return invalid("invalid_query",
                           "The query has a % that is not followed by two hex digits.");
        }
        if (*key != name) continue;
        if (found) {
            return invalid("duplicate_parameter",
                           fmt::format("The query names \"{}\" more than once.", name),
                           std::string(name));
        }
        found = std::move(*value);
    }
    return found;
}

Response Response::json(int status, const json::value& value) {
    return with_body(status, json::serialize(value), "application/json");
}

Response Response::text(int status, std::string body, std::string content_type) {
    return with_body(status, std::move(body), std::move(content_type));
}

Response Response::html(int status, std::string body) {
    return with_body(status, std::move(body), "text/html; charset=utf-8");
}

Response Response::empty(int status) {
    Response response;
    response.status = status;
    return response;
}

Response Response::error(const Error& error) {
    json::object inner;
    inner["code"] = error.code;
    inner["message"] = error.message;
    if (!error.field.empty()) inner["field"] = error.field;
    return json(http_status(error.kind), json::object{{"error", std::move(inner)}});
}

Response Response::redirect(std::string path) {
    // Browsers read "//host" and "/\host" as another origin.
    const bool same_origin = !path.empty() && path[0] == '/' &&
                             (path.size() == 1 || (path[1] != '/' && path[1] != '\\'));
    if (!same_origin) throw std::invalid_argument("a redirect must stay on this origin");
    Response response;
    response.status = 302;
    response.headers.add("Location", std::move(path));
    return response;
}

Result<json::value> json_body(const Request& request, const Shape& shape) {
    const auto content_type = request.headers.find("Content-Type");
    if (!content_type || request.headers.count("Content-Type") != 1 ||
        !is_json_type(*content_type)) {
        return invalid("invalid_content_type",
                       "Send the body as JSON, with the header Content-Type: application/json.");
    }
    auto value = parse_json(request.body);
    if (!value) return value.error();
    if (auto error = check(*value, shape)) return *error;
    return value;
}

}  // namespace casement::http
