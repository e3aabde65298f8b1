#include "access/invitations.h"

#include "access/catalog_edits.h"
#include "access/console_sessions.h"
#include "access/permission.h"
#include "access/user_rules.h"
#include "crypto/hash.h"
#include "crypto/password.h"
#include "store/console_store.h"

#include <functional>
#include <utility>

namespace casement::access {
namespace {

constexpr std::size_t kMostListed = 1000;

std::string invitation_object(const store::Invitation& row) {
    return fmt::format("invitation:{}", row.id);
}

Error not_known() {
    return not_found("invitation_not_found",
                     "This link is not known. Check that it was copied whole, or ask for a new "
                     "one.");
}
Error used() {
    return gone("invitation_used",
                "This link was used already. Sign in with the password that was chosen, or ask "
                "for a new link.");
}
Error revoked() {
    return gone("invitation_revoked", "This link was taken back. Ask for a new one.");
}
Error taken(std::string_view handle) {
    auto error =
        conflict("already_exists",
                 fmt::format("There is a user \"{}\" already in this organization.", handle));
    error.field = "handle";
    return error;
}

Result<store::User> make_user(store::Transaction& tx, const store::Invitation& row,
                              store::User user) {
    user.org = row.org;
    user.handle = row.handle;
    user.role = row.role;
    auto inserted = tx.insert(user);
    if (!inserted && inserted.error().code == "already_exists") return taken(row.handle);
    if (!inserted) return inserted.error();
    return user;
}

Result<store::User> change_password(store::Transaction& tx, const store::Invitation& row,
                                    const std::string& hash) {
    auto user = tx.load<store::User>(row.user);
    if (!user && user.error().kind == ErrorKind::not_found) return revoked();
    if (!user) return user.error();
    if (user->org != row.org || user->disabled) return revoked();
    if (store::password_mark(user->password_hash) != row.mark) return used();
    user->password_hash = hash;
    // With it go all sessions that the old one opened.
    if (auto updated = tx.update(*user); !updated) return updated.error();
    return user;
}

}  // namespace

Invitations::Invitations(const CatalogParts& parts, SessionService& sessions, UserSlots& slots)
    : parts_(parts),
      store_(&store::InvitationStore::of(parts.catalog)),
      sessions_(&sessions),
      slots_(&slots),
      tries_({kTriesAMinute, std::chrono::seconds{60}}, parts.random, parts.clock) {}

asio::awaitable<Result<Invitations::Made>> Invitations::add(const Principal& who,
                                                            store::Invitation row) {
    const auto now = parts_.clock.now();
    Made made;
    made.secret = Secret(parts_.random.token());
    row.id = parts_.random.id();
    row.secret_hash = crypto::sha256(made.secret.reveal());
    row.org = who.org;
    row.author = who.handle;
    row.created_at = now;
    row.expires_at = now + kLife;
    made.row = row;
    auto stored = co_await store_->add(std::move(row), now - kRemembered);
    if (!stored) co_return stored.error();
    co_return made;
}

asio::awaitable<Result<Invitations::Made>> Invitations::invite(Principal who, NewInvitation what) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    if (auto fits = check_new_handle(what.handle, "handle"); !fits) co_return fits.error();
    if (auto fits = check_new_name(what.name, "name"); !fits) co_return fits.error();
    if (!is_role(what.role)) {
        co_return invalid("invalid_role", "The role is one of Admin, Editor, Viewer.", "role");
    }
    const auto snapshot = parts_.catalog.snapshot();
    if (snapshot->user_by_handle(who.org, what.handle) != nullptr) co_return taken(what.handle);
    {
        // Only asked for: the place is taken by whoever accepts.
        const auto place = slots_->take(who.org);
        if (!place) co_return place.error();
    }
    store::Invitation row;
    row.handle = what.handle;
    row.name = what.name;
    row.role = what.role;
    auto made = co_await add(who, std::move(row));
    if (!made) {
        auto error = made.error();
        if (error.code == "already_invited") error.field = "handle";
        co_return error;
    }
    parts_.record(who, "invitation.created", invitation_object(made->row),
                  {{"handle", what.handle}, {"role", what.role}});
    co_return made;
}

asio::awaitable<Result<Invitations::Made>> Invitations::for_password(Principal who,
                                                                     std::int64_t user) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    const auto snapshot = parts_.catalog.snapshot();
    const auto* known = find_own<store::User>(*snapshot, who.org, user);
    if (known == nullptr) co_return no_such_object();
    if (who.user == user) {
        co_return forbidden("own_user",
                            "You change your own password under Security and sessions.");
    }
    if (known->disabled) {
        co_return conflict("user_disabled", "This user is disabled. Enable the user first.");
    }
    store::Invitation row;
    row.user = known->id;
    row.mark = store::password_mark(known->password_hash);
    row.handle = known->handle;
    row.name = known->name;
    row.role = known->role;
    auto made = co_await add(who, std::move(row));
    if (!made) co_return made.error();
    parts_.record(who, "user.password_link_created", fmt::format("user:{}", user),
                  {{"handle", made->row.handle}, {"invitation", made->row.id}});
    co_return made;
}

asio::awaitable<Result<std::vector<store::Invitation>>> Invitations::list(Principal who) const {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    auto found = co_await store_->list(who.org, kMostListed);
    co_return found;
}

asio::awaitable<Result<void>> Invitations::revoke(Principal who, std::string id) {
    if (auto allowed = who.require(Permission::org_manage); !allowed) co_return allowed.error();
    auto done = co_await store_->revoke(who.org, std::move(id), parts_.clock.now());
    if (!done) co_return done.error();
    const std::optional<store::Invitation> row = std::move(*done);
    if (!row) {
        co_return not_found("invitation_not_found",
                            "There is no such invitation, or it is over already.");
    }
    parts_.record(who, "invitation.revoked", invitation_object(*row), {{"handle", row->handle}});
    co_return Result<void>{};
}

Error Invitations::why_over(const store::Invitation& row) const {
    if (row.used_at) return used();
    if (row.revoked_at) return revoked();
    return gone("invitation_expired",
                "This link was good for seven days, and they are over. Ask for a new one.");
}

asio::awaitable<Result<store::Invitation>> Invitations::find_good(std::string hash) const {
    auto found = co_await store_->find(std::move(hash));
    if (!found) co_return found.error();
    std::optional<store::Invitation> row = std::move(*found);
    if (!row) co_return not_known();
    const bool good = !row->used_at && !row->revoked_at && row->expires_at > parts_.clock.now();
    if (!good) co_return why_over(*row);
    const auto snapshot = parts_.catalog.snapshot();
    if (snapshot->organization(row->org) == nullptr) co_return not_known();
    if (row->user != 0) {
        const auto* user = find_own<store::User>(*snapshot, row->org, row->user);
        if (user == nullptr || user->disabled) co_return revoked();
        if (store::password_mark(user->password_hash) != row->mark) co_return used();
    }
    co_return std::move(*row);
}

asio::awaitable<Result<store::Invitation>> Invitations::look(std::string secret,
                                                             boost::asio::ip::address client) {
    if (!tries_.take(client).allowed) {
        co_return Error{ErrorKind::rate_limited,
                        "too_many_attempts",
                        "Too many attempts. Wait a minute and try again.",
                        {}};
    }
    auto hash = crypto::sha256(secret);
    auto found = co_await find_good(std::move(hash));
    co_return found;
}

asio::awaitable<Result<Invitations::Accepted>> Invitations::accept(
    std::string secret, std::optional<std::string> name, Secret password,
    boost::asio::ip::address client) {
    const auto link = co_await look(secret, client);
    if (!link) co_return link.error();
    if (auto fits = check_new_password(password, link->handle, "password"); !fits) {
        co_return fits.error();
    }
    store::User user;
    user.name = name.value_or(link->name);
    if (link->user == 0) {
        if (auto fits = check_new_name(user.name, "name"); !fits) co_return fits.error();
    }
    std::optional<Result<UserSlots::Place>> place;
    if (link->user == 0) place.emplace(slots_->take(link->org));
    if (place && !*place) co_return place->error();
    user.uuid = parts_.random.uuid();
    auto hash = [&] { return crypto::hash_password(password, parts_.random); };
    user.password_hash = co_await parts_.catalog.pool().run(std::move(hash));
    // The catalog's thread writes it; this coroutine waits for it.
    store::User written;
    store::InvitationStore::Use use = [&](store::Transaction& tx,
                                          const store::Invitation& row) -> Result<void> {
        auto done =
            row.user == 0 ? make_user(tx, row, user) : change_password(tx, row, user.password_hash);
        if (!done) return done.error();
        written = std::move(*done);
        return {};
    };
    auto redeemed = co_await store_->redeem(link->secret_hash, parts_.clock.now(), std::move(use));
    if (!redeemed && redeemed.error().code == "invitation_over") {
        auto why = co_await find_good(link->secret_hash);
        co_return why ? redeemed.error() : why.error();
    }
    if (!redeemed) co_return redeemed.error();
    parts_.audit.record({written.org,
                         principal_of_user(written).actor,
                         link->user == 0 ? "user.joined" : "user.password_reset",
                         fmt::format("user:{}", written.id),
                         client.to_string(),
                         {{"handle", written.handle},
                          {"role", written.role},
                          {"invitation", link->id},
                          {"invited_by", link->author}}});
    if (link->user != 0) {
        // Those of the console went with the old password; these are pages in frames.
        const auto actor = principal_of_user(written).actor;
        auto ended = co_await sessions_->end_all_of(written.org, written.id, actor);
        if (!ended) co_return ended.error();
    }
    co_return Accepted{written.org, written.handle};
}

}  // namespace casement::access
