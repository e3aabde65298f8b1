// What the vendor answers where something is wrong with a public dashboard (grafana.md §3.4).
#pragma once

#include "base/error.h"
#include "http/message.h"

#include <string_view>

namespace casement::grafana {

struct PublicFault {
    int status;
    std::string_view id;       ///< `messageId`, without the family's name before it
    std::string_view message;  ///< to everybody
};

namespace public_fault {
inline constexpr PublicFault kNotFound{404, "notFound", "Dashboard not found"};
inline constexpr PublicFault kDashboardNotFound{404, "dashboardNotFound", "Dashboard not found"};
inline constexpr PublicFault kPanelNotFound{404, "panelNotFound", "Dashboard panel not found"};
inline constexpr PublicFault kBadRequest{400, "badRequest", "Bad request"};
inline constexpr PublicFault kNoQueries{400, "panelQueriesNotFound",
                                        "Failed to extract queries from panel"};
inline constexpr PublicFault kInvalidToken{400, "invalidAccessToken", "Invalid access token"};
inline constexpr PublicFault kInvalidPanel{400, "invalidPanelId", "Invalid panel id"};
inline constexpr PublicFault kInvalidUid{400, "invalidUid", "Invalid Uid"};
inline constexpr PublicFault kNoIdentifier{400, "identifierNotSet",
                                           "No Uid for dashboard specified"};
inline constexpr PublicFault kHasVariables{400, "hasTemplateVariables",
                                           "Dashboard has template variables"};
inline constexpr PublicFault kInvalidInterval{400, "invalidInterval",
                                              "intervalMS should be greater than 0"};
inline constexpr PublicFault kInvalidPoints{400, "maxDataPoints",
                                            "maxDataPoints should be greater than 0"};
inline constexpr PublicFault kInvalidTime{400, "invalidTimeRange", "Invalid time range"};
inline constexpr PublicFault kInvalidType{400, "invalidShareType", "Invalid share type"};
inline constexpr PublicFault kIsPublic{400, "dashboardIsPublic", "Dashboard is already public"};
inline constexpr PublicFault kUidExists{400, "uidExists", "Dashboard Uid already exists"};
inline constexpr PublicFault kTokenExists{400, "accessTokenExists",
                                          "Dashboard Access Token already exists"};
inline constexpr PublicFault kPaused{403, "notEnabled", "Dashboard paused"};
/// Not the vendor's: who looks there has no variables to choose.
inline constexpr PublicFault kVariableRefused{403, "variableNotAllowed",
                                              "This variable cannot have this value"};
}  // namespace public_fault

/// `message` in the place of the fault's own, when it is not empty.
[[nodiscard]] http::Response answer(const PublicFault& fault, std::string_view message = {});

/// Why a share, or what it shows, cannot be seen: an error of access::check_share_open or
/// access::view_of_share.
[[nodiscard]] http::Response unseen(const Error& reason);

}  // namespace casement::grafana
