// People whom only the host application knows: found or made by what a signed link or the API says
// of them, with the grant that follows from it (looker.md §3).
#pragma once

#include "access/audit.h"
#include "access/embed_login.h"
#include "access/embed_permissions.h"
#include "access/embed_settings.h"
#include "access/grant.h"
#include "base/clock.h"
#include "base/error.h"
#include "store/catalog.h"

#include <chrono>
#include <cstdint>

#include <boost/asio/awaitable.hpp>

namespace casement::access {

namespace asio = boost::asio;

/// A person who may come in: who it is and what the session will hold.
struct PreparedLogin {
    store::OrgId org = 0;
    std::int64_t user = 0;            ///< exists already, with its former grants
    std::int64_t external_group = 0;  ///< exists too; 0 when the login names none
    EmbedGrant grant;
    std::chrono::seconds session_length{};
};

class EmbedUsers {
  public:
    EmbedUsers(store::Catalog& catalog, Audit& audit, const Clock& clock);

    /// Checks everything about a login that needs no write. Errors: check_login().
    [[nodiscard]] Result<void> check(const store::Snapshot& snapshot,
                                     const EmbedLogin& login) const;

    /// check(), then finds or makes the user (and the external group with its folder, in the same
    /// step), without changing what is stored of an existing one: a link that turns out to be spent
    /// must change nothing. Any number of them at once for one person make one. Errors: as check();
    /// forbidden "user_disabled"; unavailable "store_unavailable".
    [[nodiscard]] asio::awaitable<Result<PreparedLogin>> prepare(EmbedLogin login);

    /// After the session is durable: the stored user takes over names, grants and time of this
    /// login. Writes only when something but the time changed, or the time is over a minute old.
    /// Errors: not_found "user_removed" and forbidden "user_disabled" when that happened since
    /// prepare(): then the session must be ended; unavailable "store_unavailable".
    [[nodiscard]] asio::awaitable<Result<void>> logged_in(EmbedLogin login, PreparedLogin prepared);

    /// The grant of a user of this server who signs in inside a frame: his roles, groups and
    /// attributes; an Admin has every model, every ordinary group and everything that can be
    /// granted. External groups are for embed users only. Whether he may sign in is not asked here.
    [[nodiscard]] EmbedGrant grant_of(const store::Snapshot& snapshot,
                                      const store::User& user) const;

    /// The grant that a login would get: the union of the link's own role, the roles of its groups
    /// and those of its external group. Attributes: the link's, else the groups' by rank, else the
    /// default; what the API stored of the person counts for nothing beside a link. Pure. `user`
    /// is 0, `name` empty, and `timezone` empty when the login names none.
    [[nodiscard]] EmbedGrant grant_of(const store::Snapshot& snapshot,
                                      const EmbedLogin& login) const;

  private:
    store::Catalog* catalog_;
    Audit* audit_;
    const Clock* clock_;
};

}  // namespace casement::access
