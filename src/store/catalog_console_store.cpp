#include "store/catalog_console_store.h"

#include "store/catalog_console.h"
#include "store/catalog_transaction.h"

namespace casement::store {

ConsoleStore& ConsoleStore::of(Catalog& catalog) {
    // Both are one object; who only reads the snapshot need not know these.
    return dynamic_cast<ConsoleStore&>(catalog);
}

Result<void> SqlConsoleStore::open_console_session_now(const ConsoleSession& row,
                                                       const ConsoleSessionLimits& limits,
                                                       const std::string& replaces) {
    return work_->write_done(
        [&](soci::session& session) {
            if (!may_sign_in(session, work_->engine(), row)) return false;
            if (!replaces.empty()) replace_console_session(session, replaces);
            insert_console_session(session, row);
            purge_console_sessions(session, row.user, limits);
            return true;
        },
        conflict("user_changed", "This user was changed meanwhile. Sign in again."));
}

Result<std::optional<ConsoleSession>> SqlConsoleStore::find_console_session_now(
    const std::string& secret_hash) {
    return work_->read<std::optional<ConsoleSession>>(
        [&](soci::session& session) { return find_console_session(session, secret_hash); });
}

Result<void> SqlConsoleStore::note_console_session_now(const std::string& id, Time seen_at) {
    return work_->write_done([&](soci::session& session) {
        note_console_session(session, id, seen_at);
        return true;
    });
}

Result<bool> SqlConsoleStore::end_console_session_now(std::int64_t user, const std::string& id) {
    return work_->write_beside<bool>([&](soci::session& session) -> Result<bool> {
        return remove_console_session(session, user, id);
    });
}

Result<std::vector<ConsoleSession>> SqlConsoleStore::console_sessions_now(std::int64_t user) {
    return work_->read<std::vector<ConsoleSession>>(
        [&](soci::session& session) { return find_console_sessions(session, user); });
}

Result<std::optional<Totp>> SqlConsoleStore::totp_now(std::int64_t user) {
    return work_->read<std::optional<Totp>>(
        [&](soci::session& session) { return find_totp(session, work_->secrets(), user); });
}

Result<void> SqlConsoleStore::start_totp_now(const Totp& totp) {
    return work_->write_done(
        [&](soci::session& session) { return put_totp(session, work_->secrets(), totp); },
        conflict("totp_active", "A second factor is active already."));
}

Result<void> SqlConsoleStore::activate_totp_now(std::int64_t user, Time created_at,
                                                std::int64_t step,
                                                const std::vector<std::string>& recovery_hashes) {
    return work_->write_done(
        [&](soci::session& session) {
            return put_active_totp(session, user, created_at, step, recovery_hashes);
        },
        conflict("totp_changed", "The second factor was changed meanwhile. Begin anew."));
}

Result<bool> SqlConsoleStore::remove_totp_now(std::int64_t user) {
    return work_->write_beside<bool>(
        [&](soci::session& session) -> Result<bool> { return delete_totp(session, user); });
}

Result<bool> SqlConsoleStore::spend_totp_step_now(std::int64_t user, std::int64_t step) {
    return work_->write_beside<bool>([&](soci::session& session) -> Result<bool> {
        return take_totp_step(session, user, step);
    });
}

Result<bool> SqlConsoleStore::spend_recovery_code_now(std::int64_t user, const std::string& hash) {
    return work_->write_beside<bool>([&](soci::session& session) -> Result<bool> {
        return take_recovery_code(session, user, hash);
    });
}

}  // namespace casement::store
