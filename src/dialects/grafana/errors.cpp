#include "dialects/grafana/errors.h"

#include <array>

#include <fmt/format.h>

namespace casement::grafana {
namespace {

struct Named {
    std::string_view code;
    std::string_view message_id;
    bool from_authentication = false;  ///< those carry `extra` too
};

constexpr std::array kNamed{
    Named{"unauthorized", "auth.unauthorized", true},
    Named{"invalid_credentials", "api-key.invalid", true},
    Named{"password_refused", "password-auth.failed", true},
    Named{"api_key_invalid", "api-key.invalid", true},
    Named{"api_key_expired", "api-key.expired", true},
    Named{"api_key_revoked", "api-key.revoked", true},
    Named{"api_key_organization_mismatch", "api-key.organization-mismatch", true},
    Named{"service_account_disabled", "identity.disabled", true},
    Named{"account_not_found", "serviceaccounts.ErrNotFound"},
    Named{"token_not_found", "serviceaccounts.ErrTokenNotFound"},
    Named{"account_name_taken", "serviceaccounts.ErrAlreadyExists"},
    Named{"role_unknown", "serviceaccounts.ErrInvalidRoleSpecified"},
    Named{"role_forbidden", "serviceaccounts.ErrRoleForbidden"},
    Named{"token_name_taken", "serviceaccounts.ErrTokenAlreadyExists"},
    Named{"snapshot_not_found", "dashboardsnapshots.not-found"},
    Named{"token_input", "serviceaccounts.ErrInvalidInput"},
};

const Named* name_of(std::string_view code) {
    for (const auto& named : kNamed) {
        if (named.code == code) return &named;
    }
    return nullptr;
}

/// What the vendor answers 400 where we think of a conflict.
int status_of(const Error& error) {
    return error.code == "account_name_taken" ? 400 : http_status(error.kind);
}

}  // namespace

http::Response api_error(const Error& error) {
    const int status = status_of(error);
    // The one refusal that the vendor says in plain text.
    if (error.code == "token_day_limit") return http::Response::text(status, error.message);
    const auto* named = name_of(error.code);
    if (named == nullptr) {
        return http::Response::json(status, json::object{{"message", error.message}});
    }
    json::object body{{"statusCode", status},
                      {"messageId", named->message_id},
                      {"message", error.message},
                      {"traceID", ""}};
    if (named->from_authentication) body["extra"] = nullptr;
    return http::Response::json(status, body);
}

http::Response bad_body(std::string_view message, const Error& error) {
    return http::Response::json(
        400, json::object{{"message", message}, {"error", error.message}, {"traceID", ""}});
}

http::Response access_denied(std::string_view action) {
    return http::Response::json(
        403, json::object{{"title", "Access denied"},
                          {"message",
                           fmt::format("You'll need additional permissions to perform this action. "
                                       "Permissions needed: {}",
                                       action)}});
}

http::Response done(std::string_view message) {
    return http::Response::json(200, json::object{{"message", message}});
}

}  // namespace casement::grafana
