// What an organization allows of sharing: a switch for everything, one for each type of share, and
// how long an invitation may last. Kept in store::Organization::settings as "sharing".
#pragma once

#include "base/error.h"
#include "base/shape.h"
#include "store/records.h"

#include <chrono>
#include <optional>
#include <string_view>

namespace casement::access {

inline constexpr std::string_view kShareTypes[] = {"open", "invite", "embed", "secure_embed"};
/// An open share ends this long after it was made, unless it says otherwise (datadog.md §4).
inline constexpr std::chrono::seconds kOpenShareLife = std::chrono::days{365};
/// Sessions of shares that need no proof: each reload of a page that kept nothing opens one more.
inline constexpr std::chrono::seconds kPublicSessionLife = std::chrono::days{1};

struct SharingSettings {
    bool enabled = true;
    bool open = true;
    bool invite = true;
    bool embed = true;
    bool secure_embed = true;
    std::optional<std::chrono::seconds> longest_invitation;  ///< none: as long as it says

    [[nodiscard]] bool allows(std::string_view type) const;
};

/// Absent: everything is on. A value that cannot be read switches off what it is about.
[[nodiscard]] SharingSettings read_sharing_settings(const store::Organization& organization);

/// As the native API shows it: the five switches and `max_access_seconds`.
[[nodiscard]] json::object to_json(const SharingSettings& settings);

/// Whether shares of this type may be opened and made at all. Errors: forbidden
/// "sharing_disabled"; for both kinds of embeds "embed_disabled" while all embeds are off.
[[nodiscard]] Result<void> check_sharing(const store::Organization& organization,
                                         std::string_view type);

/// A share whose end has come counts as paused, whatever its row says.
[[nodiscard]] std::string_view status_of(const store::Share& share, Time now);

/// What a type brings along when a share becomes one: an open share gets its end. A member that is
/// there, be it null, stays.
void settle_type(store::Share& share, Time now);

// Who opened a session of a share that no credential signed: `credential` of its row is then not
// above zero. Credentials count from 1.
inline constexpr std::int64_t kOpenedByAnybody = 0;
inline constexpr std::int64_t kOpenedInFrame = -1;
/// `invitee` counts from 1 (access/share_invitees.h).
[[nodiscard]] constexpr std::int64_t opened_by_invitee(std::int64_t invitee) {
    return kOpenedInFrame - invitee;
}
/// 0: it was none.
[[nodiscard]] constexpr std::int64_t invitee_who_opened(std::int64_t credential) {
    return credential < kOpenedInFrame ? kOpenedInFrame - credential : 0;
}

}  // namespace casement::access
