#include "store/catalog_transaction.h"

#include "store/catalog_annotations.h"
#include "store/catalog_audit.h"
#include "store/catalog_console.h"
#include "store/catalog_embed_rows.h"
#include "store/catalog_history.h"

#include <fmt/format.h>

namespace casement::store {
namespace {

template <class Row, class List>
inline constexpr bool kContains = false;
template <class Row, class... Each>
inline constexpr bool kContains<Row, Rows<Each...>> = (std::is_same_v<Row, Each> || ...);
/// Rows of the snapshot carry the version of the transaction that wrote them.
template <class Row>
inline constexpr bool kInSnapshot = kContains<Row, SnapshotRows>;

template <class Row>
constexpr const char* counter_of() {
    if constexpr (requires { Table<Row>::counter; }) {
        return Table<Row>::counter;
    } else {
        return Table<Row>::name;
    }
}

/// What a uid begins with that the catalog makes up, for kinds of rows that must have one.
template <class Row>
inline constexpr const char* kNamedByCatalog = nullptr;
template <>
inline constexpr const char* kNamedByCatalog<Folder> = "folder";
template <>
inline constexpr const char* kNamedByCatalog<Source> = "source";
template <>
inline constexpr const char* kNamedByCatalog<ServiceAccount> = "account";

void add_cell(Cells& cells, const char* column, std::int64_t value) {
    add_parameter(cells, value);
    cells.back().column = column;
}

}  // namespace

SqlTransaction::SqlTransaction(const Database& database, soci::session& session,
                               const SecretBox& secrets, const Clock& clock)
    : database_(database), session_(session), secrets_(secrets), clock_(clock) {}

template <class Row>
constexpr SqlTransaction::Turn SqlTransaction::turn_of() {
    return std::is_same_v<Row, EmbedUser> ? Turn::shared : Turn::own;
}

std::optional<Error> SqlTransaction::objection(const Folder& row) {
    if (row.parent == 0 || row.id == 0) return std::nullopt;
    // Whoever walks up from a folder must arrive at the top.
    std::int64_t loops = 0;
    session_ << "WITH RECURSIVE above (id) AS (SELECT id FROM folders WHERE id = :parent UNION "
                "SELECT f.parent FROM folders f JOIN above ON f.id = above.id) "
                "SELECT COUNT(*) FROM above WHERE id = :id",
        soci::use(row.parent), soci::use(row.id), soci::into(loops);
    if (loops == 0) return std::nullopt;
    return invalid("folder_cycle", "A folder cannot stand inside itself.", "parent");
}

std::optional<Error> SqlTransaction::objection(const EmbedUser& row) {
    if (!row.external_user_id.empty() && row.external_user_id.size() <= kMaxExternalUserId) {
        return std::nullopt;
    }
    return invalid(
        "invalid_external_user_id",
        fmt::format("The external user id must have 1 to {} bytes of UTF-8.", kMaxExternalUserId),
        "external_user_id");
}

template <class Row>
Cells SqlTransaction::new_cells(Row& row) {
    row.id = next_id(counter_of<Row>());
    if constexpr (requires { row.created_at; }) {
        if (row.created_at == Time{}) row.created_at = clock_.now();
    }
    if constexpr (requires { row.modified_at; }) {
        if (row.modified_at == Time{}) row.modified_at = row.created_at;
    }
    if constexpr (kNamedByCatalog<Row> != nullptr) {
        if (row.uid.empty()) row.uid = fmt::format("{}-{}", kNamedByCatalog<Row>, row.id);
    }
    Cells cells;
    add_cell(cells, "id", row.id);
    if constexpr (kInSnapshot<Row>) add_cell(cells, "version", take_version());
    CellWriter writer(cells, secrets_);
    visit_columns(writer, row);
    return cells;
}

template <class Row>
Cells SqlTransaction::changed_cells(const Row& row) {
    Row stored = row;
    Cells cells;
    if constexpr (kInSnapshot<Row>) add_cell(cells, "version", take_version());
    CellWriter writer(cells, secrets_);
    visit_columns(writer, stored);
    return cells;
}

template <class Row>
Result<void> SqlTransaction::insert_one(Row& row) {
    return guarded(turn_of<Row>(), [&]() -> Result<void> {
        Row stored = row;
        stored.id = 0;
        if (auto error = objection(stored)) return *error;
        insert_cells(session_, Table<Row>::name, new_cells(stored));
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
Result<void> SqlTransaction::update_one(const Row& row) {
    return guarded(turn_of<Row>(), [&]() -> Result<void> {
        // An embed user keeps the external id it has; the row may be changed without naming it.
        if constexpr (!std::is_same_v<Row, EmbedUser>) {
            if (auto error = objection(row)) return *error;
        }
        const Cells cells = changed_cells(row);
        if (update_cells(session_, Table<Row>::name, row.id, cells) == 0) return no_such_row();
        if constexpr (std::is_same_v<Row, User>) end_console_sessions(session_, row);
        return {};
    });
}

template <class Row>
Result<Row> SqlTransaction::load_selected(const Selection& wanted) {
    return found_row<Row>([&] {
        auto row = store::load_row<Row>(session_, secrets_, wanted);
        if (row) load_parts(*row);
        return row;
    });
}

template <class Row>
Result<Row> SqlTransaction::load_one(std::type_identity<Row>, std::int64_t id) {
    return guarded(turn_of<Row>(), [&]() -> Result<Row> {
        Selection wanted = selection("t.id = :id", id);
        wanted.tail = turn_of<Row>() == Turn::shared ? row_lock() : "";
        return load_selected<Row>(wanted);
    });
}

void SqlTransaction::load_parts(Share& share) {
    load_credentials(
        session_, secrets_, "s.id = :p", share.id,
        [&](Credential row) { share.credentials.push_back(std::move(row)); },
        [](std::int64_t id, BadValue bad) {
            bad.row = id;
            throw bad;
        });
}

bool SqlTransaction::remove_from(const char* table, std::int64_t id) {
    Cells cells;
    add_parameter(cells, id);
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

void SqlTransaction::remove_parts(std::type_identity<Share>, std::int64_t id) {
    session_ << "DELETE FROM credentials WHERE share = :id", soci::use(id);
}

void SqlTransaction::remove_parts(std::type_identity<Dashboard>, std::int64_t id) {
    remove_versions(session_, id);
    remove_annotations_of(session_, id);
    std::vector<std::int64_t> shares;
    load_rows<Share>(
        session_, secrets_, selection("t.dashboard = :p", id),
        [&](const Share& row) { shares.push_back(row.id); },
        [&](std::int64_t bad_id, const BadValue&) { shares.push_back(bad_id); });
    for (const std::int64_t share : shares) {
        remove_parts(std::type_identity<Share>{}, share);
        remove_from(Table<Share>::name, share);
    }
}

void SqlTransaction::remove_parts(std::type_identity<User>, std::int64_t id) {
    remove_console_parts(session_, id);
}

void SqlTransaction::remove_parts(std::type_identity<AccountKey>, std::int64_t id) {
    remove_key_uses(session_, KeyTable::account_keys, id);
}

void SqlTransaction::remove_parts(std::type_identity<ApiKey>, std::int64_t id) {
    remove_key_uses(session_, KeyTable::api_keys, id);
}

void SqlTransaction::remove_parts(std::type_identity<DashboardSnapshot>, std::int64_t id) {
    remove_snapshot_document(session_, id);
}

void SqlTransaction::remove_parts(std::type_identity<ServiceAccount>, std::int64_t id) {
    std::vector<std::int64_t> keys;
    load_rows<AccountKey>(
        session_, secrets_, selection("t.account = :p", id),
        [&](const AccountKey& row) { keys.push_back(row.id); },
        [&](std::int64_t bad_id, const BadValue&) { keys.push_back(bad_id); });
    for (const std::int64_t key : keys) {
        remove_parts(std::type_identity<AccountKey>{}, key);
        remove_from(Table<AccountKey>::name, key);
    }
}

template <class Row>
Result<void> SqlTransaction::remove_one(std::type_identity<Row> tag, std::int64_t id) {
    return guarded(turn_of<Row>(), [&]() -> Result<void> {
        if constexpr (!kInSnapshot<Row>) {
            Cells cells;
            add_parameter(cells, id);
            const auto sql = fmt::format("DELETE FROM {} WHERE id = :id", Table<Row>::name);
            if (run_with_cells(session_, sql, cells) == 0) return no_such_row();
            return {};
        } else {
            try {
                remove_parts(tag, id);
                if (!remove_from(Table<Row>::name, id)) return no_such_row();
            } catch (const soci::soci_error& error) {
                const auto failure = database_.classify(error, &session_).failure;
                if (failure != Failure::missing_reference) throw;
                return conflict("in_use", "Something else still needs it. Remove that first.");
            }
            purge_tombstones();
            return {};
        }
    });
}

// Credentials: a change of one is a change of its share.

bool SqlTransaction::touch_share(std::int64_t id) {
    Cells cells;
    add_cell(cells, "version", take_version());
    return update_cells(session_, Table<Share>::name, id, cells) > 0;
}

void SqlTransaction::insert_credential(Credential& row) {
    insert_cells(session_, Table<Credential>::name, new_cells(row));
}

Result<void> SqlTransaction::insert_one(Credential& row) {
    return guarded(Turn::own, [&]() -> Result<void> {
        if (!touch_share(row.share)) return no_such_row();
        Credential stored = row;
        insert_credential(stored);
        row = std::move(stored);
        return {};
    });
}

Result<void> SqlTransaction::update_one(const Credential& row) {
    return guarded(Turn::own, [&]() -> Result<void> {
        // The share it belongs to, not the one that the caller says.
        std::int64_t share_id = 0;
        session_ << "SELECT share FROM credentials WHERE id = :id", soci::use(row.id),
            soci::into(share_id);
        if (!session_.got_data()) return no_such_row();
        update_cells(session_, Table<Credential>::name, row.id, changed_cells(row));
        touch_share(share_id);
        return {};
    });
}

Result<void> SqlTransaction::remove_one(std::type_identity<Credential>, std::int64_t id) {
    return guarded(Turn::own, [&]() -> Result<void> {
        std::int64_t share_id = 0;
        session_ << "DELETE FROM credentials WHERE id = :id RETURNING share", soci::use(id),
            soci::into(share_id);
        if (!session_.got_data()) return no_such_row();
        touch_share(share_id);
        return {};
    });
}

Result<std::int64_t> SqlTransaction::count_shares(std::int64_t dashboard) {
    return guarded(Turn::own, [&]() -> Result<std::int64_t> {
        std::int64_t count = 0;
        session_ << "SELECT COUNT(*) FROM shares WHERE dashboard = :id", soci::use(dashboard),
            soci::into(count);
        return count;
    });
}

Result<Group> SqlTransaction::group_by_external_id(OrgId org, std::string_view text) {
    return guarded(Turn::own, [&]() -> Result<Group> {
        // An ordinary group has none; nobody is called what cannot be stored.
        if (text.empty() || !storable(text)) return no_such_row();
        Selection wanted = selection("t.org = :org AND t.external_group_id = :text", org);
        add_parameter(wanted.parameters, std::string(text));
        return load_selected<Group>(wanted);
    });
}

Result<Folder> SqlTransaction::folder_of_external_group(std::int64_t group) {
    return guarded(Turn::own, [&]() -> Result<Folder> {
        return load_selected<Folder>(selection("t.external_group = :id", group));
    });
}

Result<void> SqlTransaction::keep_version(const DashboardVersion& version) {
    return guarded(Turn::own, [&]() -> Result<void> {
        insert_version(session_, version);
        return {};
    });
}

Result<void> SqlTransaction::keep_snapshot_document(std::int64_t dashboard_snapshot,
                                                    const std::string& document) {
    return guarded(Turn::own, [&]() -> Result<void> {
        insert_snapshot_document(session_, dashboard_snapshot, document);
        return {};
    });
}

Result<DashboardSnapshotTotals> SqlTransaction::dashboard_snapshot_totals(OrgId org) {
    return guarded(Turn::own, [&]() -> Result<DashboardSnapshotTotals> {
        return totals_of_snapshots(session_, org);
    });
}

Result<EmbedUser> SqlTransaction::embed_user_by_external_id(OrgId org, std::string_view text) {
    return guarded(Turn::shared, [&]() -> Result<EmbedUser> {
        return found_row<EmbedUser>(
            [&] { return find_embed_user(session_, secrets_, org, text, row_lock()); });
    });
}

Result<void> SqlTransaction::put_embed_user(EmbedUser& row) {
    return guarded(Turn::shared, [&]() -> Result<void> {
        if (auto error = objection(row)) return *error;
        // A second turn is needed when it was made meanwhile, a third when it was removed again.
        for (int attempt = 0; attempt < 5; ++attempt) {
            auto found = found_row<EmbedUser>([&] {
                return find_embed_user(session_, secrets_, row.org, row.external_user_id,
                                       row_lock());
            });
            if (found) {
                EmbedUser& stored = *found;
                stored.grant = row.grant;
                stored.external_group = row.external_group;
                stored.timezone = row.timezone;
                if (row.logged_in_at) stored.logged_in_at = row.logged_in_at;
                if (!row.first_name.empty()) stored.first_name = row.first_name;
                if (!row.last_name.empty()) stored.last_name = row.last_name;
                update_cells(session_, Table<EmbedUser>::name, stored.id, changed_cells(stored));
                row = std::move(stored);
                return {};
            }
            if (found.error().kind != ErrorKind::not_found) return found.error();
            EmbedUser made = row;
            // Waits for whoever is making the same one, and then makes none.
            if (insert_cells(session_, Table<EmbedUser>::name, new_cells(made),
                             "ON CONFLICT (org, external_user_id) DO NOTHING") == 1) {
                row = std::move(made);
                return {};
            }
        }
        return unavailable("store_unavailable", "Another change was in the way.");
    });
}

Result<void> SqlTransaction::append(AuditRow& row) {
    return guarded(Turn::own, [&]() -> Result<void> {
        std::vector<AuditRow> rows{row};
        append_audit_rows(session_, rows, clock_.now());
        row = std::move(rows.front());
        return {};
    });
}

// The first organization is written by whoever opens an empty catalog, who does not see the
// template.
template Result<void> SqlTransaction::insert_one(Organization& row);

}  // namespace casement::store
