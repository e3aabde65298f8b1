#include "store/catalog_history.h"

#include "base/log.h"
#include "store/catalog_rows.h"
#include "store/packed_json.h"

#include <limits>

#include <fmt/format.h>

namespace casement::store {
namespace {

struct UseNames {
    const char* uses;    ///< table of the uses
    const char* column;  ///< in it, of the key
    const char* keys;    ///< table of the keys
};
UseNames names_of(KeyTable table) {
    return table == KeyTable::account_keys
               ? UseNames{"account_key_uses", "account_key", "account_keys"}
               : UseNames{"api_key_uses", "api_key", "api_keys"};
}

}  // namespace

std::vector<DashboardVersion> find_versions(soci::session& session, std::int64_t dashboard,
                                            std::int64_t before, std::size_t limit) {
    if (before == 0) before = std::numeric_limits<std::int64_t>::max();
    const auto most = static_cast<std::int64_t>(limit);
    DashboardVersion row;
    std::string document;
    std::int64_t created_at = 0;
    soci::statement statement =
        (session.prepare << "SELECT revision, parent, restored_from, title, document, message, "
                            "author, created_at FROM dashboard_versions WHERE dashboard = :id AND "
                            "revision < :before ORDER BY revision DESC LIMIT :most",
         soci::use(dashboard), soci::use(before), soci::use(most), soci::into(row.revision),
         soci::into(row.parent), soci::into(row.restored_from), soci::into(row.title),
         soci::into(document), soci::into(row.message), soci::into(row.author),
         soci::into(created_at));
    statement.execute();
    std::vector<DashboardVersion> found;
    while (statement.fetch()) {
        json::error_code failed;
        json::parse_options options;
        options.max_depth = 64;
        auto parsed = parse_packed(document, failed, options);
        if (failed || !parsed.is_object()) {
            log::error("catalog_row_unreadable", {{"table", "dashboard_versions"},
                                                  {"id", dashboard},
                                                  {"column", "document"},
                                                  {"detail", "This is not a JSON object."}});
            continue;
        }
        auto& version = found.emplace_back();
        version.dashboard = dashboard;
        version.revision = row.revision;
        version.parent = row.parent;
        version.restored_from = row.restored_from;
        version.title = row.title;
        version.document = parsed.get_object();
        version.message = row.message;
        version.author = row.author;
        version.created_at = from_unix_micros(created_at);
    }
    return found;
}

void insert_version(soci::session& session, const DashboardVersion& version) {
    const auto document = json::serialize(version.document);
    require_text("title", version.title);
    require_text("document", document);
    require_text("message", version.message);
    require_text("author", version.author);
    const auto created_at = to_unix_micros(version.created_at);
    session << "INSERT INTO dashboard_versions (dashboard, revision, parent, restored_from, title, "
               "document, message, author, created_at) VALUES (:dashboard, :revision, :parent, "
               ":restored_from, :title, :document, :message, :author, :created_at)",
        soci::use(version.dashboard), soci::use(version.revision), soci::use(version.parent),
        soci::use(version.restored_from), soci::use(version.title), soci::use(document),
        soci::use(version.message), soci::use(version.author), soci::use(created_at);
}

void remove_versions(soci::session& session, std::int64_t dashboard) {
    session << "DELETE FROM dashboard_versions WHERE dashboard = :id", soci::use(dashboard);
}

std::optional<std::string> find_snapshot_document(soci::session& session,
                                                  std::int64_t dashboard_snapshot) {
    std::string document;
    session << "SELECT document FROM dashboard_snapshot_documents WHERE dashboard_snapshot = :id",
        soci::use(dashboard_snapshot), soci::into(document);
    if (!session.got_data()) return std::nullopt;
    return document;
}

void insert_snapshot_document(soci::session& session, std::int64_t dashboard_snapshot,
                              const std::string& document) {
    require_text("document", document);
    session << "INSERT INTO dashboard_snapshot_documents (dashboard_snapshot, document) "
               "VALUES (:id, :document)",
        soci::use(dashboard_snapshot), soci::use(document);
}

void remove_snapshot_document(soci::session& session, std::int64_t dashboard_snapshot) {
    session << "DELETE FROM dashboard_snapshot_documents WHERE dashboard_snapshot = :id",
        soci::use(dashboard_snapshot);
}

DashboardSnapshotTotals totals_of_snapshots(soci::session& session, OrgId org) {
    DashboardSnapshotTotals totals;
    session << "SELECT COUNT(*), CAST(COALESCE(SUM(bytes), 0) AS BIGINT) "
               "FROM dashboard_snapshots WHERE org = :org",
        soci::use(org), soci::into(totals.count), soci::into(totals.bytes);
    return totals;
}

KeyUses uses_of_keys(soci::session& session, KeyTable table, OrgId org) {
    const auto [uses_table, column, keys_table] = names_of(table);
    std::int64_t key = 0;
    std::int64_t used_at = 0;
    soci::statement statement =
        (session.prepare << fmt::format("SELECT u.{1}, u.used_at FROM {0} u JOIN {2} k ON k.id = "
                                        "u.{1} WHERE k.org = :org",
                                        uses_table, column, keys_table),
         soci::use(org), soci::into(key), soci::into(used_at));
    statement.execute();
    KeyUses uses;
    while (statement.fetch())
        uses[key] = from_unix_micros(used_at);
    return uses;
}

void put_key_use(soci::session& session, KeyTable table, std::int64_t key, Time at) {
    const auto names = names_of(table);
    const auto used_at = to_unix_micros(at);
    session << fmt::format(
        "INSERT INTO {0} ({1}, used_at) VALUES (:key, :at) ON CONFLICT ({1}) DO UPDATE SET "
        "used_at = excluded.used_at WHERE {0}.used_at < excluded.used_at",
        names.uses, names.column),
        soci::use(key), soci::use(used_at);
}

void remove_key_uses(soci::session& session, KeyTable table, std::int64_t key) {
    const auto names = names_of(table);
    session << fmt::format("DELETE FROM {} WHERE {} = :id", names.uses, names.column),
        soci::use(key);
}

}  // namespace casement::store
