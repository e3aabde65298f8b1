// Invitations in SQL. Errors of the database come out as SOCI's exceptions.
#pragma once

#include "store/invitation_store.h"

#include <optional>
#include <string>
#include <vector>

#include <soci/soci.h>

namespace casement::store {

/// False when somebody of the row's handle has one that is good when the row was made.
[[nodiscard]] bool insert_invitation(soci::session& session, const Invitation& row);
void forget_invitations(soci::session& session, Time ended_before);
[[nodiscard]] std::vector<Invitation> find_invitations(soci::session& session, OrgId org,
                                                       std::size_t limit);
[[nodiscard]] std::optional<Invitation> find_invitation(soci::session& session,
                                                        const std::string& secret_hash);
/// nullopt: none of this id was good.
[[nodiscard]] std::optional<Invitation> revoke_invitation(soci::session& session, OrgId org,
                                                          const std::string& id, Time now);
/// nullopt: it was not good. Nobody else spends it before the current transaction ends.
[[nodiscard]] std::optional<Invitation> spend_invitation(soci::session& session,
                                                         const std::string& secret_hash, Time now);

}  // namespace casement::store
