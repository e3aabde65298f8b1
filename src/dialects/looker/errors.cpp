#include "dialects/looker/errors.h"

namespace casement::looker {
namespace {

constexpr std::string_view kDocumentation = "docs/looker.md";

std::string_view code_of(const Error& error) {
    if (error.code == "missing_field" || error.code == "already_exists") return error.code;
    return "invalid";
}

}  // namespace

http::Response validation_error(const std::vector<FieldError>& errors) {
    json::array list;
    for (const auto& error : errors) {
        list.push_back(json::object{{"field", error.field},
                                    {"code", error.code},
                                    {"message", error.message},
                                    {"documentation_url", kDocumentation}});
    }
    return http::Response::json(422, json::object{{"message", "Validation Failed"},
                                                  {"errors", std::move(list)},
                                                  {"documentation_url", kDocumentation}});
}

http::Response api_error(const Error& error) {
    const bool about_field =
        (error.kind == ErrorKind::invalid || error.kind == ErrorKind::unprocessable) &&
        !error.field.empty();
    if (about_field || error.kind == ErrorKind::unprocessable) {
        return validation_error(
            {{std::string(error.field), std::string(code_of(error)), error.message}});
    }
    return http::Response::json(
        http_status(error.kind),
        json::object{{"message", error.message}, {"documentation_url", kDocumentation}});
}

Error field_error(std::string_view field, std::string_view code, std::string message) {
    return {ErrorKind::unprocessable, code, std::move(message), std::string(field)};
}

Error api_not_found() {
    return not_found("not_found", "Not found");
}

}  // namespace casement::looker
