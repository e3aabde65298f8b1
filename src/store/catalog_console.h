// The console's sessions and second factors in SQL. Errors of the database come out as SOCI's
// exceptions, values that cannot be stored as BadValue.
#pragma once

#include "store/catalog_database.h"
#include "store/console_store.h"
#include "store/secret_box.h"

#include <optional>
#include <string>
#include <vector>

#include <soci/soci.h>

namespace casement::store {

/// Whether the session's user is there and enabled, and has the password of its mark. Nobody
/// changes that before the current transaction ends.
[[nodiscard]] bool may_sign_in(soci::session& session, Database::Engine engine,
                               const ConsoleSession& row);
void insert_console_session(soci::session& session, const ConsoleSession& row);
/// Deletes those that are over, and of this user all but the `limits.most` seen last.
void purge_console_sessions(soci::session& session, std::int64_t user,
                            const ConsoleSessionLimits& limits);
[[nodiscard]] std::optional<ConsoleSession> find_console_session(soci::session& session,
                                                                 const std::string& secret_hash);
[[nodiscard]] std::vector<ConsoleSession> find_console_sessions(soci::session& session,
                                                                std::int64_t user);
void note_console_session(soci::session& session, const std::string& id, Time seen_at);
/// False when there is none.
[[nodiscard]] bool remove_console_session(soci::session& session, std::int64_t user,
                                          const std::string& id);
/// The same whoever's it is; nothing happens when there is none.
void replace_console_session(soci::session& session, const std::string& id);
/// What a change of a user ends: everything when he is disabled, else what another password opened.
void end_console_sessions(soci::session& session, const User& changed);
/// Sessions and second factor of a user who is about to be removed.
void remove_console_parts(soci::session& session, std::int64_t user);

[[nodiscard]] std::optional<Totp> find_totp(soci::session& session, const SecretBox& secrets,
                                            std::int64_t user);
/// False when there is an active one, which stays.
[[nodiscard]] bool put_totp(soci::session& session, const SecretBox& secrets, const Totp& row);
/// False when the one of `created_at` is not there, or is active.
[[nodiscard]] bool put_active_totp(soci::session& session, std::int64_t user, Time created_at,
                                   std::int64_t step, const std::vector<std::string>& hashes);
[[nodiscard]] bool delete_totp(soci::session& session, std::int64_t user);
[[nodiscard]] bool take_totp_step(soci::session& session, std::int64_t user, std::int64_t step);
[[nodiscard]] bool take_recovery_code(soci::session& session, std::int64_t user,
                                      const std::string& hash);

}  // namespace casement::store
