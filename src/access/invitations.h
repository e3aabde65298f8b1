// Links that an administrator hands over so that somebody chooses a password: an invitation makes a
// user of this server, a password link changes the password of one. Each is good once and for seven
// days. The secret is shown to the administrator alone, once; what is kept is its hash.
#pragma once

#include "access/account_slots.h"
#include "access/address_limit.h"
#include "access/catalog_parts.h"
#include "access/session_service.h"
#include "store/invitation_store.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace casement::access {

struct NewInvitation {
    std::string handle;
    std::string name;
    std::string role;
};

class Invitations {
  public:
    static constexpr std::chrono::hours kLife{7 * 24};
    /// What has ended is listed for so long.
    static constexpr std::chrono::hours kRemembered{30 * 24};
    /// Tries that one address has a minute.
    static constexpr std::int64_t kTriesAMinute = 60;

    /// `sessions` and `slots` must outlive it.
    Invitations(const CatalogParts& parts, SessionService& sessions, UserSlots& slots);

    struct Made {
        store::Invitation row;
        Secret secret;  ///< belongs into the link's fragment
    };
    /// Errors: forbidden "missing_permission", "quota_reached"; invalid "invalid_handle",
    /// "invalid_name", "invalid_role"; conflict "already_exists", "already_invited" (`field`
    /// "handle").
    [[nodiscard]] asio::awaitable<Result<Made>> invite(Principal who, NewInvitation what);
    /// The user's other such links are over. Errors: not_found; conflict "user_disabled"; forbidden
    /// "own_user": who is signed in changes his password himself.
    [[nodiscard]] asio::awaitable<Result<Made>> for_password(Principal who, std::int64_t user);
    /// Newest first, also those that were used, were revoked or have expired.
    [[nodiscard]] asio::awaitable<Result<std::vector<store::Invitation>>> list(Principal who) const;
    /// Errors: not_found "invitation_not_found", also when it is over.
    [[nodiscard]] asio::awaitable<Result<void>> revoke(Principal who, std::string id);

    /// Whose a link is, for the page that it opens. Errors: not_found "invitation_not_found"; gone
    /// "invitation_used", "invitation_revoked", "invitation_expired"; rate_limited
    /// "too_many_attempts".
    [[nodiscard]] asio::awaitable<Result<store::Invitation>> look(std::string secret,
                                                                  boost::asio::ip::address client);

    struct Accepted {
        store::OrgId org = 0;
        std::string handle;
    };
    /// Makes the user, or changes his password and ends his sessions. `name` is for invitations
    /// alone; absent: as the administrator wrote it. Of all calls with one secret one succeeds.
    /// Errors: as look(); invalid "weak_password", "invalid_name"; conflict "already_exists";
    /// forbidden "quota_reached".
    [[nodiscard]] asio::awaitable<Result<Accepted>> accept(std::string secret,
                                                           std::optional<std::string> name,
                                                           Secret password,
                                                           boost::asio::ip::address client);

  private:
    [[nodiscard]] asio::awaitable<Result<Made>> add(const Principal& who, store::Invitation row);
    [[nodiscard]] asio::awaitable<Result<store::Invitation>> find_good(std::string hash) const;
    [[nodiscard]] Error why_over(const store::Invitation& row) const;

    const CatalogParts parts_;
    store::InvitationStore* store_;
    SessionService* sessions_;
    UserSlots* slots_;
    AddressLimit tries_;
};

}  // namespace casement::access
