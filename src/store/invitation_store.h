// Links that let somebody choose a password, once: invitations of people who are no users yet, and
// new passwords for those who are. They stand in the catalog's database and not in its snapshot:
// every call asks the database, so what was used or revoked is so at once for every process.
#pragma once

#include "store/catalog.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace casement::store {

struct Invitation {
    std::string id;           ///< public name, 22 characters of base64url
    std::string secret_hash;  ///< SHA-256 of the link's secret, 32 raw bytes
    OrgId org = 0;
    std::int64_t user = 0;  ///< whose password it changes, or 0: it makes a user
    std::string mark;       ///< of that user's password then (store::password_mark), or empty
    std::string handle;     ///< of the user, or of the user to be
    std::string name;
    std::string role;
    std::string author;  ///< handle
    Time created_at{};
    Time expires_at{};
    std::optional<Time> used_at;
    std::optional<Time> revoked_at;
};

class InvitationStore {
  public:
    /// That of a catalog that Catalog::open gave.
    [[nodiscard]] static InvitationStore& of(Catalog& catalog);
    virtual ~InvitationStore() = default;

    /// Adds one that is good from now on, and forgets everybody's that ended before
    /// `forget_before`. One for a user revokes the user's others. Errors: conflict
    /// "already_invited" when somebody of this handle has one that is still good.
    [[nodiscard]] asio::awaitable<Result<void>> add(Invitation row, Time forget_before) {
        auto done = co_await pool().run([this, row = std::move(row), forget_before] {
            return add_invitation_now(row, forget_before);
        });
        co_return done;
    }
    /// Newest first, at most `limit`, whatever has become of them.
    [[nodiscard]] asio::awaitable<Result<std::vector<Invitation>>> list(OrgId org,
                                                                        std::size_t limit) {
        auto found =
            co_await pool().run([this, org, limit] { return invitations_now(org, limit); });
        co_return found;
    }
    /// By the hash of its secret, whatever has become of it.
    [[nodiscard]] asio::awaitable<Result<std::optional<Invitation>>> find(std::string secret_hash) {
        auto found = co_await pool().run(
            [this, hash = std::move(secret_hash)] { return find_invitation_now(hash); });
        co_return found;
    }
    /// The one that this call has revoked; nullopt when the organization has none of this id that
    /// was good at `now`.
    [[nodiscard]] asio::awaitable<Result<std::optional<Invitation>>> revoke(OrgId org,
                                                                            std::string id,
                                                                            Time now) {
        auto revoked = co_await pool().run(
            [this, org, id = std::move(id), now] { return revoke_invitation_now(org, id, now); });
        co_return revoked;
    }

    /// What the use of an invitation does, in the transaction that spends it; may run more than
    /// once. When it fails the invitation is good still.
    using Use = std::function<Result<void>(Transaction&, const Invitation&)>;
    /// Of all calls with one secret, in all processes, one succeeds. Errors: gone
    /// "invitation_over" when it is not good at `now` (find() says why); those of `use`.
    [[nodiscard]] asio::awaitable<Result<void>> redeem(std::string secret_hash, Time now, Use use) {
        auto done =
            co_await pool().run([this, hash = std::move(secret_hash), now, use = std::move(use)] {
                return redeem_invitation_now(hash, now, use);
            });
        co_return done;
    }

    // The same on the calling thread.
    [[nodiscard]] virtual Result<void> add_invitation_now(const Invitation& row,
                                                          Time forget_before) = 0;
    [[nodiscard]] virtual Result<std::vector<Invitation>> invitations_now(OrgId org,
                                                                          std::size_t limit) = 0;
    [[nodiscard]] virtual Result<std::optional<Invitation>> find_invitation_now(
        const std::string& secret_hash) = 0;
    [[nodiscard]] virtual Result<std::optional<Invitation>> revoke_invitation_now(
        OrgId org, const std::string& id, Time now) = 0;
    [[nodiscard]] virtual Result<void> redeem_invitation_now(const std::string& secret_hash,
                                                             Time now, const Use& use) = 0;

  protected:
    [[nodiscard]] virtual BlockingPool& pool() = 0;
};

}  // namespace casement::store
