// What every step of a transaction needs, whatever it writes: its beginning and end, what a failure
// means, versions, ids, tombstones.
#include "base/log.h"
#include "store/catalog_transaction.h"

namespace casement::store {
namespace {

/// A process that has been away for longer loads everything anew.
constexpr auto kTombstonesKept = std::chrono::hours(24);

}  // namespace

Error no_such_row() {
    return not_found("not_found", "It does not exist, or was deleted meanwhile.");
}

Error unreadable(const char* table, const BadValue& bad) {
    log::error("catalog_row_unreadable",
               {{"table", table}, {"id", bad.row}, {"column", bad.column}, {"detail", bad.what()}});
    return internal_error();
}

void SqlTransaction::begin_step(Turn turn) {
    if (turn == Turn::own && !has_turn_) {
        // Before the savepoint: going back to one gives up the locks that were taken after it.
        database_.take_turn(session_);
        has_turn_ = true;
    }
    // PostgreSQL gives up a whole transaction at its first error; with a savepoint it goes on, as
    // SQLite does.
    session_ << "SAVEPOINT step";
}

void SqlTransaction::end_step() {
    session_ << "RELEASE SAVEPOINT step";
}

Error SqlTransaction::undo_step(std::int64_t version_before, Error reason) {
    version_ = version_before;
    try {
        session_ << "ROLLBACK TO SAVEPOINT step";
        return reason;
    } catch (const soci::soci_error& error) {
        broken_ = database_.classify(error, &session_);
        return store_error(*broken_);
    }
}

Error SqlTransaction::refused(const BadValue& bad, std::int64_t version_before) {
    return undo_step(version_before, invalid("invalid_text", bad.what(), bad.column));
}

Error SqlTransaction::refused(const soci::soci_error& error, std::int64_t version_before) {
    const DatabaseFailure failure = database_.classify(error, &session_);
    if (failure.failure == Failure::duplicate) {
        return undo_step(version_before,
                         conflict("already_exists", "Something of this name exists already."));
    }
    if (failure.failure == Failure::missing_reference) {
        return undo_step(version_before,
                         not_found("not_found", "What it refers to does not exist."));
    }
    broken_ = failure;
    // The caller of transact() tries again where that helps; that is not worth a log line.
    if (failure.failure == Failure::again) {
        return unavailable("store_unavailable", "Another change was in the way.");
    }
    log_failure(failure);
    return store_error(failure);
}

std::int64_t SqlTransaction::next_id(const char* counter) {
    std::int64_t id = 0;
    // SOCI binds by reference and runs at the end of the line: no temporaries.
    const std::string name = counter;
    session_ << "UPDATE counters SET value = value + 1 WHERE name = :name RETURNING value",
        soci::use(name), soci::into(id);
    return id;
}

std::int64_t SqlTransaction::take_version() {
    if (version_ == 0) version_ = next_id("version");
    return version_;
}

const char* SqlTransaction::row_lock() const {
    return database_.engine() == Database::Engine::postgresql ? "FOR UPDATE" : "";
}

void SqlTransaction::purge_tombstones() {
    const std::int64_t before = to_unix_micros(clock_.now() - kTombstonesKept);
    std::int64_t newest = 0;
    soci::indicator indicator = soci::i_ok;
    session_ << "SELECT MAX(version) FROM tombstones WHERE deleted_at < :before", soci::use(before),
        soci::into(newest, indicator);
    if (indicator == soci::i_null) return;
    // A reader whose version is older than this cannot know what was deleted, and starts over.
    session_ << "UPDATE counters SET value = :newest WHERE name = 'tombstones_purged' "
                "AND value < :limit",
        soci::use(newest), soci::use(newest);
    session_ << "DELETE FROM tombstones WHERE deleted_at < :before", soci::use(before);
}

}  // namespace casement::store
