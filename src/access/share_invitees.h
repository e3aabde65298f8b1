// Who is invited to a share: e-mail addresses, and domains whose every address is. They stand in
// the share's settings as "invitees", so that taking one away counts on the next call of every
// session it opened, on every node.
//
//   {"invitees": [{"id": 1, "email": "anna@example.com", "created_at": …, "access_expiration": …},
//                 {"id": 2, "email": "@example.org", …}],
//    "invitee_count": 2}
//
// `email` comes back as it was sent. `id` is never given twice in a share: sessions are known by
// it.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/shape.h"
#include "store/catalog.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::access {

inline constexpr std::size_t kInviteesPerShare = 1000;

/// An address that mail can go to: ASCII, at most 254 characters, no quotes, spaces, comments or
/// line ends, so it is safe in a header and in SMTP as it stands. The domain is lower case after
/// this; the rest stays as typed. Error: invalid "invalid_email".
[[nodiscard]] Result<std::string> check_email(std::string_view text);

struct Invitee {
    std::int64_t id = 0;  ///< from 1; 0: not stored yet
    std::string email;    ///< "anna@example.com", or a domain: "@example.org", "example.org"
    Time created_at{};
    std::optional<Time> access_expiration;

    [[nodiscard]] bool is_domain() const;
};

/// Entries that cannot be read are left out: they let nobody in.
[[nodiscard]] std::vector<Invitee> read_invitees(const json::object& settings);

/// Makes these the invitees. One whose address is there already keeps its id and `created_at`; of
/// one that comes twice the last counts. Errors: invalid "invalid_email" with the field
/// "invitees[2].email", "too_many_invitees".
[[nodiscard]] Result<void> set_invitees(json::object& settings, std::vector<Invitee> wanted,
                                        Time now);

/// The entry that lets this address in now: its own before its domain's. `address` is as
/// check_email gives it. Case counts for nothing. nullopt: nobody invited it, or no longer.
[[nodiscard]] std::optional<Invitee> invitee_of(const store::Snapshot& snapshot,
                                                const store::Share& share, std::string_view address,
                                                Time now);
/// Whether the entry of this id is there and lets in. Errors: gone "session_ended",
/// "session_expired".
[[nodiscard]] Result<void> check_invitee(const store::Snapshot& snapshot, const store::Share& share,
                                         std::int64_t id, Time now);
/// When what this entry allows ends, also by the organization's longest time; nullopt: never.
[[nodiscard]] std::optional<Time> end_of_invitation(const store::Snapshot& snapshot,
                                                    const store::Share& share, std::int64_t id);

/// For comparing: lower case.
[[nodiscard]] std::string folded_email(std::string_view text);

}  // namespace casement::access
