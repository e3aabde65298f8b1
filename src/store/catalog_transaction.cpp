#include "store/catalog_transaction.h"

#include "base/log.h"
#include "store/catalog_audit.h"

#include <fmt/format.h>

namespace casement::store {
namespace {

/// A process that has been away for longer loads everything anew.
constexpr auto kTombstonesKept = std::chrono::hours(24);

Error no_such_row() {
    return not_found("not_found", "It does not exist, or was deleted meanwhile.");
}

Error unreadable(const char* table, std::int64_t id, const BadValue& bad) {
    log::error("catalog_row_unreadable",
               {{"table", table}, {"id", id}, {"column", bad.column}, {"detail", bad.what()}});
    return internal_error();
}

}  // namespace

std::optional<Error> SqlTransaction::undo_step(std::int64_t version_before) {
    version_ = version_before;
    try {
        session_ << "ROLLBACK TO SAVEPOINT step";
        return std::nullopt;
    } catch (const soci::soci_error& error) {
        broken_ = database_.classify(error, &session_);
        return store_error(*broken_);
    }
}

template <class Work>
auto SqlTransaction::guarded(Work work) -> decltype(work()) {
    if (broken_) return store_error(*broken_);
    const std::int64_t version_before = version_;
    try {
        // PostgreSQL gives up a whole transaction at its first error; with a savepoint it goes on,
        // as SQLite does.
        session_ << "SAVEPOINT step";
        auto result = work();
        if (result) {
            session_ << "RELEASE SAVEPOINT step";
        } else if (auto failed = undo_step(version_before)) {
            return *failed;
        }
        return result;
    } catch (const BadValue& bad) {
        if (auto failed = undo_step(version_before)) return *failed;
        return invalid("invalid_text", bad.what(), bad.column);
    } catch (const soci::soci_error& error) {
        const DatabaseFailure failure = database_.classify(error, &session_);
        if (failure.failure == Failure::duplicate) {
            if (auto failed = undo_step(version_before)) return *failed;
            return conflict("already_exists", "Something of this name exists already.");
        }
        if (failure.failure == Failure::missing_reference) {
            if (auto failed = undo_step(version_before)) return *failed;
            return not_found("not_found",
                             "What it refers to does not exist, or it is still in use elsewhere.");
        }
        broken_ = failure;
        // The caller of transact() tries again where that helps; that is not worth a log line.
        if (failure.failure == Failure::again) {
            return unavailable("store_unavailable", "Another change was in the way.");
        }
        log_failure(failure);
        return store_error(failure);
    }
}

std::int64_t SqlTransaction::next_id(const char* table) {
    std::int64_t id = 0;
    // SOCI binds by reference and runs at the end of the line: no temporaries.
    const std::string name = table;
    session_ << "UPDATE counters SET value = value + 1 WHERE name = :name RETURNING value",
        soci::use(name), soci::into(id);
    return id;
}

std::int64_t SqlTransaction::take_version() {
    if (version_ == 0) version_ = next_id("version");
    return version_;
}

void SqlTransaction::write_row_cells(Cells& cells) {
    cells.emplace_back();
    cells.back().column = "version";
    cells.back().number = take_version();
}

template <class Row>
Result<void> SqlTransaction::insert_row(Row& row) {
    return guarded([&]() -> Result<void> {
        Row stored = row;
        stored.id = next_id(Table<Row>::name);
        if constexpr (requires { stored.created_at; }) {
            if (stored.created_at == Time{}) stored.created_at = clock_.now();
        }
        if constexpr (requires { stored.modified_at; }) {
            if (stored.modified_at == Time{}) stored.modified_at = stored.created_at;
        }
        Cells cells;
        cells.emplace_back();
        cells.back().column = "id";
        cells.back().number = stored.id;
        write_row_cells(cells);
        CellWriter writer(cells, secrets_);
        Table<Row>::columns(writer, stored);
        insert_cells(session_, Table<Row>::name, cells);
        if constexpr (requires { stored.credentials; }) {
            for (auto& credential : stored.credentials) {
                credential.share = stored.id;
                insert_credential(credential);
            }
        }
        row = std::move(stored);
        return {};
    });
}

template <class Row>
Result<void> SqlTransaction::update_row(const Row& row) {
    return guarded([&]() -> Result<void> {
        Row stored = row;
        Cells cells;
        write_row_cells(cells);
        CellWriter writer(cells, secrets_);
        Table<Row>::columns(writer, stored);
        if (update_cells(session_, Table<Row>::name, stored.id, cells) == 0) return no_such_row();
        return {};
    });
}

template <class Row>
Result<Row> SqlTransaction::load_one(std::int64_t id) {
    return guarded([&]() -> Result<Row> {
        std::optional<Result<Row>> found;
        load_rows<Row>(
            session_, secrets_, "t.id = :p", id, [&](Row row) { found.emplace(std::move(row)); },
            [&](std::int64_t bad_id, const BadValue& bad) {
                found.emplace(unreadable(Table<Row>::name, bad_id, bad));
            });
        if (!found) return no_such_row();
        if constexpr (requires(Row row) { row.credentials; }) {
            if (*found) {
                load_credentials(
                    session_, secrets_, "s.id = :p", id,
                    [&](Credential row) { (*found)->credentials.push_back(std::move(row)); },
                    [&](std::int64_t bad_id, const BadValue& bad) {
                        found.emplace(unreadable("credentials", bad_id, bad));
                    });
            }
        }
        return std::move(*found);
    });
}

Result<void> SqlTransaction::insert(Organization& row) {
    return insert_row(row);
}
Result<void> SqlTransaction::update(const Organization& row) {
    return update_row(row);
}
Result<void> SqlTransaction::insert(User& row) {
    return insert_row(row);
}
Result<void> SqlTransaction::update(const User& row) {
    return update_row(row);
}
Result<void> SqlTransaction::insert(ApiKey& row) {
    return insert_row(row);
}
Result<void> SqlTransaction::update(const ApiKey& row) {
    return update_row(row);
}
Result<void> SqlTransaction::insert(Dashboard& row) {
    return insert_row(row);
}
Result<void> SqlTransaction::update(const Dashboard& row) {
    return update_row(row);
}
Result<void> SqlTransaction::insert(Source& row) {
    return insert_row(row);
}
Result<void> SqlTransaction::update(const Source& row) {
    return update_row(row);
}
Result<void> SqlTransaction::insert(Share& row) {
    return insert_row(row);
}
Result<void> SqlTransaction::update(const Share& row) {
    return update_row(row);
}
Result<Share> SqlTransaction::share(std::int64_t id) {
    return load_one<Share>(id);
}
Result<Dashboard> SqlTransaction::dashboard(std::int64_t id) {
    return load_one<Dashboard>(id);
}

bool SqlTransaction::remove_row(const char* table, std::int64_t id) {
    Cells cells;
    cells.emplace_back();
    cells.back().number = id;
    if (run_with_cells(session_, fmt::format("DELETE FROM {} WHERE id = :id", table), cells) == 0) {
        return false;
    }
    const std::string kind = table;
    const std::int64_t version = take_version();
    const std::int64_t now = to_unix_micros(clock_.now());
    session_ << "INSERT INTO tombstones (kind, id, version, deleted_at) "
                "VALUES (:kind, :id, :version, :now)",
        soci::use(kind), soci::use(id), soci::use(version), soci::use(now);
    return true;
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

void SqlTransaction::remove_share_and_credentials(std::int64_t id) {
    session_ << "DELETE FROM credentials WHERE share = :id", soci::use(id);
    remove_row("shares", id);
}

Result<void> SqlTransaction::remove_dashboard(std::int64_t id) {
    return guarded([&]() -> Result<void> {
        std::vector<std::int64_t> shares;
        load_rows<Share>(
            session_, secrets_, "t.dashboard = :p", id,
            [&](const Share& row) { shares.push_back(row.id); },
            [&](std::int64_t bad_id, const BadValue&) { shares.push_back(bad_id); });
        for (const std::int64_t share_id : shares)
            remove_share_and_credentials(share_id);
        if (!remove_row("dashboards", id)) return no_such_row();
        purge_tombstones();
        return {};
    });
}

Result<void> SqlTransaction::remove_source(std::int64_t id) {
    return guarded([&]() -> Result<void> {
        if (!remove_row("sources", id)) return no_such_row();
        purge_tombstones();
        return {};
    });
}

Result<void> SqlTransaction::remove_share(std::int64_t id) {
    return guarded([&]() -> Result<void> {
        session_ << "DELETE FROM credentials WHERE share = :id", soci::use(id);
        if (!remove_row("shares", id)) return no_such_row();
        purge_tombstones();
        return {};
    });
}

bool SqlTransaction::touch_share(std::int64_t id) {
    Cells cells;
    write_row_cells(cells);
    return update_cells(session_, "shares", id, cells) > 0;
}

void SqlTransaction::insert_credential(Credential& row) {
    row.id = next_id("credentials");
    if (row.created_at == Time{}) row.created_at = clock_.now();
    Cells cells;
    cells.emplace_back();
    cells.back().column = "id";
    cells.back().number = row.id;
    CellWriter writer(cells, secrets_);
    Table<Credential>::columns(writer, row);
    insert_cells(session_, "credentials", cells);
}

Result<void> SqlTransaction::insert(Credential& row) {
    return guarded([&]() -> Result<void> {
        if (!touch_share(row.share)) return no_such_row();
        Credential stored = row;
        insert_credential(stored);
        row = std::move(stored);
        return {};
    });
}

Result<void> SqlTransaction::update(const Credential& row) {
    return guarded([&]() -> Result<void> {
        // The share it belongs to, not the one that the caller says.
        std::int64_t share_id = 0;
        session_ << "SELECT share FROM credentials WHERE id = :id", soci::use(row.id),
            soci::into(share_id);
        if (!session_.got_data()) return no_such_row();
        Credential stored = row;
        Cells cells;
        CellWriter writer(cells, secrets_);
        Table<Credential>::columns(writer, stored);
        update_cells(session_, "credentials", stored.id, cells);
        touch_share(share_id);
        return {};
    });
}

Result<void> SqlTransaction::remove_credential(std::int64_t id) {
    return guarded([&]() -> Result<void> {
        std::int64_t share_id = 0;
        session_ << "DELETE FROM credentials WHERE id = :id RETURNING share", soci::use(id),
            soci::into(share_id);
        if (!session_.got_data()) return no_such_row();
        touch_share(share_id);
        return {};
    });
}

Result<void> SqlTransaction::append(AuditRow& row) {
    return guarded([&]() -> Result<void> {
        std::vector<AuditRow> rows{row};
        append_audit_rows(session_, rows, clock_.now());
        row = std::move(rows.front());
        return {};
    });
}

Result<std::int64_t> SqlTransaction::count_shares(std::int64_t dashboard) {
    return guarded([&]() -> Result<std::int64_t> {
        std::int64_t count = 0;
        session_ << "SELECT COUNT(*) FROM shares WHERE dashboard = :id", soci::use(dashboard),
            soci::into(count);
        return count;
    });
}

}  // namespace casement::store
