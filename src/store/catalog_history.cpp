#include "store/catalog_history.h"

#include "base/log.h"
#include "store/catalog_rows.h"
#include "store/packed_json.h"

#include <limits>

namespace casement::store {

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

KeyUses uses_of_keys(soci::session& session, OrgId org) {
    std::int64_t key = 0;
    std::int64_t used_at = 0;
    soci::statement statement =
        (session.prepare << "SELECT u.account_key, u.used_at FROM account_key_uses u JOIN "
                            "account_keys k ON k.id = u.account_key WHERE k.org = :org",
         soci::use(org), soci::into(key), soci::into(used_at));
    statement.execute();
    KeyUses uses;
    while (statement.fetch())
        uses[key] = from_unix_micros(used_at);
    return uses;
}

void put_key_use(soci::session& session, std::int64_t account_key, Time at) {
    const auto used_at = to_unix_micros(at);
    session << "INSERT INTO account_key_uses (account_key, used_at) VALUES (:key, :at) "
               "ON CONFLICT (account_key) DO UPDATE SET used_at = excluded.used_at "
               "WHERE account_key_uses.used_at < excluded.used_at",
        soci::use(account_key), soci::use(used_at);
}

void remove_key_uses(soci::session& session, std::int64_t account_key) {
    session << "DELETE FROM account_key_uses WHERE account_key = :id", soci::use(account_key);
}

}  // namespace casement::store
