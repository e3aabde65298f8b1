// Invitations of a catalog, each call in a transaction of its own.
#pragma once

#include "store/catalog_current.h"
#include "store/catalog_work.h"
#include "store/invitation_store.h"

namespace casement::store {

class SqlInvitationStore : public InvitationStore {
  public:
    [[nodiscard]] Result<void> add_invitation_now(const Invitation& row,
                                                  Time forget_before) override;
    [[nodiscard]] Result<std::vector<Invitation>> invitations_now(OrgId org,
                                                                  std::size_t limit) override;
    [[nodiscard]] Result<std::optional<Invitation>> find_invitation_now(
        const std::string& hash) override;
    [[nodiscard]] Result<std::optional<Invitation>> revoke_invitation_now(OrgId org,
                                                                          const std::string& id,
                                                                          Time now) override;
    [[nodiscard]] Result<void> redeem_invitation_now(const std::string& hash, Time now,
                                                     const Use& use) override;

  protected:
    /// Both must outlive it.
    SqlInvitationStore(CatalogWork& work, CurrentSnapshot& current)
        : work_(&work), current_(&current) {}

  private:
    CatalogWork* work_;
    CurrentSnapshot* current_;
};

}  // namespace casement::store
