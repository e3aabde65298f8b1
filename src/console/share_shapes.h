// Shares and credentials as the native API writes and reads them.
#pragma once

#include "base/shape.h"
#include "store/catalog.h"

#include <map>
#include <string>

namespace casement::console {

[[nodiscard]] const Shape& share_shape();
[[nodiscard]] const Shape& credential_shape();
/// With `secret`: the one answer that shows it.
[[nodiscard]] const Shape& new_credential_shape();

/// Attributes of a share that a client may send: `title`, `status`, `type` and its settings.
[[nodiscard]] std::vector<ShapeMember> share_attributes();

/// Where it opens; `base_url` is the server's.
[[nodiscard]] std::string address_of(const store::Share& share, const std::string& base_url);

/// What a share is shown with.
struct ShareSight {
    const store::Snapshot& snapshot;  ///< has the names of dashboard and sharer
    const std::string& base_url;      ///< starts the share's address
    Time now;
    const std::map<std::int64_t, Time>& visits;  ///< when each share was last opened
};
[[nodiscard]] json::object to_json(const store::Share& share, const ShareSight& sight);
[[nodiscard]] json::object to_json(const store::Credential& credential);
[[nodiscard]] json::object with_secret(const store::Credential& credential);

/// Writes the attributes in `body` (which fits share_attributes) over `settings`; null takes one
/// away. Errors: invalid "invalid_origin", "invalid_time", "invalid_email", "too_many_invitees",
/// with the field.
[[nodiscard]] Result<void> merge_settings(json::object& settings, const json::object& body,
                                          Time now);
/// Whether whoever shared it is gone: then another person may claim it.
[[nodiscard]] bool is_unowned(const store::Share& share, const store::Snapshot& snapshot);

/// `expires_at` of a body: absent, null or a time. Error: invalid "invalid_time".
struct ExpiryChange {
    bool given = false;
    std::optional<Time> at;
};
[[nodiscard]] Result<ExpiryChange> read_expiry(const json::object& body);

}  // namespace casement::console
