#include "store/catalog_invitation_store.h"

#include "store/catalog_invitations.h"
#include "store/catalog_transaction.h"

namespace casement::store {

InvitationStore& InvitationStore::of(Catalog& catalog) {
    // Both are one object; who only reads the snapshot need not know these.
    return dynamic_cast<InvitationStore&>(catalog);
}

Result<void> SqlInvitationStore::add_invitation_now(const Invitation& row, Time forget_before) {
    return work_->write_done(
        [&](soci::session& session) {
            forget_invitations(session, forget_before);
            return insert_invitation(session, row);
        },
        conflict("already_invited",
                 "Somebody of this handle is invited already. Revoke that invitation first."));
}

Result<std::vector<Invitation>> SqlInvitationStore::invitations_now(OrgId org, std::size_t limit) {
    return work_->read<std::vector<Invitation>>(
        [&](soci::session& session) { return find_invitations(session, org, limit); });
}

Result<std::optional<Invitation>> SqlInvitationStore::find_invitation_now(const std::string& hash) {
    return work_->read<std::optional<Invitation>>(
        [&](soci::session& session) { return find_invitation(session, hash); });
}

Result<std::optional<Invitation>> SqlInvitationStore::revoke_invitation_now(OrgId org,
                                                                            const std::string& id,
                                                                            Time now) {
    return work_->write_beside<std::optional<Invitation>>(
        [&](soci::session& session) -> Result<std::optional<Invitation>> {
            return revoke_invitation(session, org, id, now);
        });
}

Result<void> SqlInvitationStore::redeem_invitation_now(const std::string& hash, Time now,
                                                       const Use& use) {
    Result<void> result;
    const auto failed = current_->transact([&](soci::session& session, Transaction& transaction) {
        const auto row = spend_invitation(session, hash, now);
        result = row ? use(transaction, *row)
                     : gone("invitation_over", "This link is not good any more.");
        return result.has_value();
    });
    if (failed) return *failed;
    return result;
}

}  // namespace casement::store
