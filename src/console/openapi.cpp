#include "console/openapi.h"

#include "console/context.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

namespace casement::console {
namespace {

constexpr std::string_view kAbout =
    "Opens private dashboards in frames through signed links, and manages dashboards, shares and "
    "sessions. Every body is JSON; every refusal is `{\"error\": {\"code\", \"message\", "
    "\"field\"?}}`, where `code` is stable and `field` is the path of the value that is wrong.";

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

json::array security(const Operation& operation) {
    json::array none;
    switch (operation.caller) {
        case Caller::anyone:
            return none;
        case Caller::frame:
            if (operation.path == "/sessions") return none;
            return {json::object{{"sessionCookie", none}}};
        case Caller::viewer:
            return {json::object{{"accessToken", none}}};
        case Caller::principal:
            return {json::object{{"serviceToken", none}},
                    json::object{{"datadogApiKey", none}, {"datadogApplicationKey", none}},
                    json::object{{"consoleCookie", none}}};
        case Caller::console:
            return none;
        case Caller::person:
            return {json::object{{"consoleCookie", none}}};
    }
    return none;
}

json::object header_key(std::string_view name, std::string_view description) {
    return {{"type", "apiKey"}, {"in", "header"}, {"name", name}, {"description", description}};
}

json::object security_schemes() {
    return {
        {"serviceToken",
         {{"type", "http"},
          {"scheme", "bearer"},
          {"description", "A service token of `casement admin create-credentials`."}}},
        {"datadogApiKey", header_key("DD-API-KEY", "Together with DD-APPLICATION-KEY.")},
        {"datadogApplicationKey", header_key("DD-APPLICATION-KEY", "Together with DD-API-KEY.")},
        {"accessToken",
         {{"type", "http"},
          {"scheme", "bearer"},
          {"description", "A viewer's ten-minute token, from opening or resuming a session."}}},
        {"consoleCookie",
         {{"type", "apiKey"},
          {"in", "cookie"},
          {"name", kConsoleCookie},
          {"description",
           "A person who is signed in. Everything but a plain GET needs the header "
           "`X-Casement: 1` too, and is for pages of the server's own origin."}}},
        {"sessionCookie",
         {{"type", "apiKey"},
          {"in", "cookie"},
          {"name", "__Secure-casement"},
          {"description", "Set on the session's own path when it was opened over HTTPS."}}}};
}

std::string path_text(std::string_view name) {
    if (name == "token") return "The share's token.";
    if (name == "id") {
        return "A dashboard's uid or number, a session's id, a credential's or key's number.";
    }
    return "";
}

json::array parameters(const Operation& operation) {
    json::array list;
    for (std::size_t at = operation.path.find('{'); at != std::string::npos;
         at = operation.path.find('{', at + 1)) {
        const auto name = operation.path.substr(at + 1, operation.path.find('}', at) - at - 1);
        list.push_back(json::object{{"name", name},
                                    {"in", "path"},
                                    {"required", true},
                                    {"description", path_text(name)},
                                    {"schema", {{"type", "string"}, {"maxLength", 128}}}});
    }
    for (const auto& parameter : operation.parameters) {
        list.push_back(json::object{{"name", parameter.name},
                                    {"in", "query"},
                                    {"required", false},
                                    {"description", parameter.description},
                                    {"schema", to_json_schema(parameter.shape)}});
    }
    const bool own_page =
        operation.caller == Caller::console || operation.answers_secret ||
        (operation.caller == Caller::person && operation.method != http::Method::get);
    if (operation.id == "resumeSession" || own_page) {
        list.push_back(json::object{{"name", "X-Casement"},
                                    {"in", "header"},
                                    {"required", true},
                                    {"schema", {{"type", "string"}, {"const", "1"}}}});
    }
    return list;
}

/// The codes that every operation of its kind may answer, with its own.
std::map<int, std::string> refusals(const Operation& operation) {
    std::map<int, std::set<std::string>> sorted;
    if (operation.body) {
        sorted[400].insert("invalid_content_type, invalid_json, invalid_body");
        sorted[413].insert("body_too_large");
    }
    if (!operation.parameters.empty()) sorted[400].insert("invalid_parameter, duplicate_parameter");
    if (operation.caller == Caller::principal) {
        sorted[401].insert("missing_credentials, invalid_credentials");
        if (operation.permission) {
            sorted[403].insert(
                fmt::format("missing_permission ({})", to_string(*operation.permission)));
        }
    }
    if (operation.caller == Caller::console) sorted[403].insert("cross_site");
    if (operation.caller == Caller::person) {
        sorted[401].insert("signed_out");
        sorted[403].insert("cross_site, session_required");
    }
    if (operation.caller == Caller::viewer) {
        sorted[401].insert("invalid_access_token, access_token_expired");
        sorted[403].insert("share_paused, embed_disabled");
        sorted[404].insert("share_not_found");
    }
    for (const auto& refusal : operation.refusals)
        sorted[refusal.status].insert(refusal.codes);
    std::map<int, std::string> out;
    for (const auto& [status, codes] : sorted) {
        std::string text;
        for (const auto& code : codes)
            text += (text.empty() ? "" : ", ") + code;
        out[status] = text;
    }
    return out;
}

json::object responses(const Operation& operation) {
    json::object out;
    for (const auto& answer : operation.answers) {
        json::object response{{"description", answer.description}};
        if (answer.shape) {
            response["content"] = {
                {answer.content_type, {{"schema", to_json_schema(*answer.shape)}}}};
        } else if (answer.status != 204) {
            response["content"] = {{answer.content_type, json::object{}}};
        }
        out[std::to_string(answer.status)] = std::move(response);
    }
    for (const auto& [status, codes] : refusals(operation)) {
        out[std::to_string(status)] = {
            {"description", codes},
            {"content",
             {{"application/json", {{"schema", {{"$ref", "#/components/schemas/Error"}}}}}}}};
    }
    return out;
}

json::object operation_json(const Operation& operation) {
    json::object out{{"operationId", operation.id},
                     {"tags", json::array{operation.tag}},
                     {"summary", operation.summary}};
    if (!operation.description.empty()) out["description"] = operation.description;
    out["security"] = security(operation);
    if (auto list = parameters(operation); !list.empty()) out["parameters"] = std::move(list);
    if (operation.body) {
        out["requestBody"] = {
            {"required", true},
            {"content", {{"application/json", {{"schema", to_json_schema(*operation.body)}}}}}};
    }
    out["responses"] = responses(operation);
    return out;
}

json::object error_schema() {
    return to_json_schema(Shape::object({required(
        "error", Shape::object({required("code", Shape::text()), required("message", Shape::text()),
                                optional("field", Shape::text()),
                                optional("session_id", Shape::text())}))}));
}

void write(const json::value& value, std::size_t depth, std::string& out) {
    const auto line = [&](std::size_t level) { out += '\n' + std::string(level * 2, ' '); };
    if (value.is_object() && !value.get_object().empty()) {
        out += '{';
        bool first = true;
        for (const auto& [name, item] : value.get_object()) {
            if (!std::exchange(first, false)) out += ',';
            line(depth + 1);
            out += json::serialize(json::value(name)) + ": ";
            write(item, depth + 1, out);
        }
        line(depth);
        out += '}';
    } else if (value.is_array() && !value.get_array().empty()) {
        out += '[';
        bool first = true;
        for (const auto& item : value.get_array()) {
            if (!std::exchange(first, false)) out += ',';
            line(depth + 1);
            write(item, depth + 1, out);
        }
        line(depth);
        out += ']';
    } else {
        out += json::serialize(value);
    }
}

asio::awaitable<Result<http::Response>> serve_document(Context& console, Call&) {
    co_return http::Response::text(200, console.document, "application/json");
}

}  // namespace

json::object openapi_document(const std::vector<Operation>& operations) {
    json::object paths;
    for (const auto& operation : operations) {
        auto& path = paths[std::string(kApiRoot) + operation.path];
        if (path.is_null()) path.emplace_object();
        path.get_object()[lower(to_string(operation.method))] = operation_json(operation);
    }
    return {{"openapi", "3.1.0"},
            {"info",
             {{"title", "Casement"},
              {"version", "1"},
              {"description", kAbout},
              {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
            {"servers", json::array{json::object{{"url", "/"}}}},
            {"paths", std::move(paths)},
            {"components",
             {{"schemas", {{"Error", error_schema()}}}, {"securitySchemes", security_schemes()}}}};
}

std::string served_document(const std::vector<Operation>& others) {
    auto all = operations();
    all.insert(all.end(), others.begin(), others.end());
    return json::serialize(openapi_document(all));
}

std::string pretty(const json::value& value) {
    std::string out;
    write(value, 0, out);
    out += '\n';
    return out;
}

std::vector<Operation> openapi_operations() {
    std::vector<Operation> all;
    all.push_back({.method = http::Method::get,
                   .path = "/openapi.json",
                   .id = "openapi",
                   .tag = "About",
                   .summary = "This document",
                   .caller = Caller::anyone,
                   .answers = {{200, "OpenAPI 3.1.", std::nullopt}},
                   .handle = serve_document});
    return all;
}

}  // namespace casement::console
