// Wire shapes of the sharing API (v1): /api/v1/dashboard/public… (datadog.md §2).
#pragma once

#include "access/share_invitations.h"
#include "base/shape.h"
#include "store/catalog.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace casement::datadog {

/// Body of POST /api/v1/dashboard/public. Members that are not known are accepted and dropped.
[[nodiscard]] const Shape& public_create_shape();
/// Body of PUT …/{token}: what is absent stays.
[[nodiscard]] const Shape& public_update_shape();
/// Body of POST and DELETE …/{token}/invitation.
[[nodiscard]] const Shape& invitation_shape();

/// The type that a body asks for; where it says none, what it names decides: invitees, domains, or
/// neither (open).
[[nodiscard]] std::string share_type_of(const json::object& body);

/// Takes a checked body over into the share. Errors: invalid, with the field.
[[nodiscard]] Result<void> apply_public_body(const json::object& body, store::Share& share,
                                             Time now);

struct ShownShare {
    const store::Share& share;
    const store::Dashboard& dashboard;
    std::string url;
    std::optional<Time> last_accessed;
    std::map<std::string, Time> guests;  ///< when each address, in lower case, last came in
    Time now;
};
[[nodiscard]] json::object public_body(const ShownShare& shown, const store::Snapshot& snapshot);

/// The addresses of a checked invitation body, and whether it was one object and no list.
struct InvitationBody {
    std::vector<std::string> emails;
    bool is_single = false;
};
[[nodiscard]] InvitationBody read_invitations(const json::value& body);
[[nodiscard]] json::object invitation_json(const access::ShareInvitation& invitation,
                                           std::string_view share_token);

}  // namespace casement::datadog
