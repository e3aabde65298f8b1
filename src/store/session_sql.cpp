#include "store/session_sql.h"

#include "crypto/hash.h"
#include "store/migrations.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::store {
namespace {

/// The order in which row_of reads.
constexpr std::string_view kColumns =
    "id, org, share, credential, grant_json, secret_hash, cookie_hash, client, user_agent, "
    "created_at, expires_at, last_seen_at, ended_at, owner, family";

std::string select(std::string_view rest) {
    return fmt::format("SELECT {} FROM sessions {}", kColumns, rest);
}

SessionRow row_of(const sqlite::Statement::Run& run) {
    SessionRow row;
    row.id = run.text(0);
    row.org = run.number(1);
    row.share = run.number(2);
    row.credential = run.number(3);
    row.grant = run.text(4);
    row.secret_hash = run.text(5);
    row.cookie_hash = run.text(6);
    row.client = run.text(7);
    row.user_agent = run.text(8);
    row.created_at = from_unix_micros(run.number(9));
    row.expires_at = from_unix_micros(run.number(10));
    row.last_seen_at = from_unix_micros(run.number(11));
    if (!run.is_null(12)) row.ended_at = from_unix_micros(run.number(12));
    row.owner = run.number(13);
    row.family = run.text(14);
    return row;
}

/// What an id is found by. Sixty-four bits are unique enough among sessions that live at one time;
/// where they are not, the second is not stored. The id itself is compared as well.
std::int64_t id_key(std::string_view id) {
    std::uint64_t key = 0;
    const std::string digest = crypto::sha256(id);
    for (std::size_t at = 0; at < sizeof key; ++at) {
        key = key << 8U | static_cast<unsigned char>(digest[at]);
    }
    return static_cast<std::int64_t>(key);
}

std::int64_t row_limit(std::size_t limit) {
    return static_cast<std::int64_t>(std::min<std::size_t>(limit, 10'000));
}

std::vector<SessionRow> rows_of(sqlite::Statement::Run& run) {
    std::vector<SessionRow> rows;
    while (run.step())
        rows.push_back(row_of(run));
    return rows;
}

std::vector<std::string> ids_of(sqlite::Statement::Run& run) {
    std::vector<std::string> ids;
    while (run.step())
        ids.push_back(run.text(0));
    return ids;
}

}  // namespace

NonceKey nonce_key(std::string_view scope, std::string_view nonce) {
    const std::string digest = crypto::sha256(fmt::format("{}:{}:{}", scope.size(), scope, nonce));
    NonceKey key{};
    std::copy_n(digest.begin(), key.size(), key.begin());
    return key;
}

SessionReads::SessionReads(const sqlite::Connection& connection)
    : by_id_(connection, select("WHERE id_key = ?2 AND id = ?1")),
      by_nonce_(connection, select("WHERE nonce_key = ?1")),
      // NOT INDEXED: from the newest backwards until there are enough, instead of sorting all.
      live_(connection, select("NOT INDEXED WHERE org = ?1 AND ended_at IS NULL "
                               "AND expires_at > ?2 ORDER BY sequence DESC LIMIT ?3")),
      live_of_share_(connection, select("WHERE org = ?1 AND share = ?4 AND ended_at IS NULL "
                                        "AND expires_at > ?2 ORDER BY sequence DESC LIMIT ?3")),
      // The literal conditions are those of the partial indexes: without them they are not used.
      live_of_owner_(connection, select("WHERE owner = ?4 AND owner != 0 AND org = ?1 AND ended_at "
                                        "IS NULL AND expires_at > ?2 ORDER BY sequence DESC LIMIT "
                                        "?3")),
      stands_(connection,
              "SELECT 1 FROM sessions WHERE id_key = ?2 AND id = ?1 AND ended_at IS NULL"),
      last_use_(connection, "SELECT last_used_at FROM credential_uses WHERE credential = ?1") {}

std::optional<SessionRow> SessionReads::by_id(std::string_view id) {
    auto run = by_id_.run();
    run.bind_text(1, id).bind(2, id_key(id));
    if (!run.step()) return std::nullopt;
    return row_of(run);
}

std::optional<SessionRow> SessionReads::by_nonce(const NonceKey& key) {
    auto run = by_nonce_.run();
    run.bind_blob(1, bytes_of(key));
    if (!run.step()) return std::nullopt;
    return row_of(run);
}

std::vector<SessionRow> SessionReads::live(std::int64_t org, std::int64_t share, Time now,
                                           std::size_t limit) {
    auto run = share == 0 ? live_.run() : live_of_share_.run();
    run.bind(1, org).bind(2, to_unix_micros(now)).bind(3, row_limit(limit));
    if (share != 0) run.bind(4, share);
    return rows_of(run);
}

std::vector<SessionRow> SessionReads::live_of_owner(std::int64_t org, std::int64_t owner, Time now,
                                                    std::size_t limit) {
    auto run = live_of_owner_.run();
    run.bind(1, org).bind(2, to_unix_micros(now)).bind(3, row_limit(limit)).bind(4, owner);
    return rows_of(run);
}

bool SessionReads::stands(std::string_view id) {
    auto run = stands_.run();
    run.bind_text(1, id).bind(2, id_key(id));
    return run.step();
}

std::optional<Time> SessionReads::last_use_of_credential(std::int64_t credential) {
    auto run = last_use_.run();
    run.bind(1, credential);
    if (!run.step()) return std::nullopt;
    return from_unix_micros(run.number(0));
}

SessionWrites::SessionWrites(sqlite::Connection& connection)
    : connection_(connection),
      insert_(connection,
              fmt::format(
                  "INSERT INTO sessions ({}, nonce_key, nonce_until, id_key) VALUES (?1, ?2, ?3, "
                  "?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18) "
                  "ON CONFLICT (nonce_key) DO NOTHING",
                  kColumns)),
      set_cookie_(connection,
                  "UPDATE sessions SET cookie_hash = ?2 WHERE id_key = ?3 AND id = ?1 AND ended_at "
                  "IS NULL"),
      end_(connection,
           "UPDATE sessions SET ended_at = ?2 WHERE id_key = ?3 AND id = ?1 AND ended_at IS NULL"),
      // The literal conditions: see SessionReads.
      end_of_owner_(connection,
                    "UPDATE sessions SET ended_at = ?3 WHERE owner = ?2 AND owner != 0 AND "
                    "org = ?1 AND ended_at IS NULL AND expires_at > ?3 AND id != ?4 RETURNING id"),
      end_of_family_(connection,
                     "UPDATE sessions SET ended_at = ?2 WHERE family = ?1 AND family != '' AND "
                     "ended_at IS NULL AND expires_at > ?2 RETURNING id"),
      set_last_seen_(connection,
                     "UPDATE sessions SET last_seen_at = ?2 WHERE id_key = ?3 AND id = ?1 AND "
                     "last_seen_at < ?2"),
      set_last_use_(connection,
                    "INSERT INTO credential_uses (credential, last_used_at) VALUES (?1, ?2) "
                    "ON CONFLICT (credential) DO UPDATE SET last_used_at = excluded.last_used_at"),
      purge_(connection,
             "DELETE FROM sessions WHERE sequence IN (SELECT sequence FROM sessions "
             "WHERE nonce_until < ?1 LIMIT ?2) RETURNING id"),
      probe_(connection, "UPDATE probe SET count = count + 1 WHERE id = 1") {}

bool SessionWrites::insert(const NonceKey& key, const SessionRow& row, Time nonce_until) {
    auto run = insert_.run();
    run.bind_text(1, row.id)
        .bind(2, row.org)
        .bind(3, row.share)
        .bind(4, row.credential)
        .bind_text(5, row.grant)
        .bind_blob(6, row.secret_hash)
        .bind_blob(7, row.cookie_hash)
        .bind_text(8, row.client)
        .bind_text(9, row.user_agent)
        .bind(10, to_unix_micros(row.created_at))
        .bind(11, to_unix_micros(row.expires_at))
        .bind(12, to_unix_micros(row.last_seen_at))
        .bind(13, row.ended_at ? std::optional(to_unix_micros(*row.ended_at)) : std::nullopt)
        .bind(14, row.owner)
        .bind_text(15, row.family)
        .bind_blob(16, bytes_of(key))
        .bind(17, to_unix_micros(nonce_until))
        .bind(18, id_key(row.id));
    run.step();
    if (connection_.changes() != 1) return false;
    if (row.credential != 0) uses_.insert_or_assign(row.credential, row.created_at);
    return true;
}

bool SessionWrites::set_cookie(std::string_view id, std::string_view cookie_hash) {
    auto run = set_cookie_.run();
    run.bind_text(1, id).bind_blob(2, cookie_hash).bind(3, id_key(id)).step();
    return connection_.changes() == 1;
}

bool SessionWrites::end(std::string_view id, Time now) {
    auto run = end_.run();
    run.bind_text(1, id).bind(2, to_unix_micros(now)).bind(3, id_key(id)).step();
    return connection_.changes() == 1;
}

std::vector<std::string> SessionWrites::end_of_owner(std::int64_t org, std::int64_t owner,
                                                     std::string_view except_id, Time now) {
    auto run = end_of_owner_.run();
    run.bind(1, org).bind(2, owner).bind(3, to_unix_micros(now)).bind_text(4, except_id);
    return ids_of(run);
}

std::vector<std::string> SessionWrites::end_of_family(std::string_view family, Time now) {
    auto run = end_of_family_.run();
    run.bind_text(1, family).bind(2, to_unix_micros(now));
    return ids_of(run);
}

void SessionWrites::set_last_seen(std::string_view id, Time at) {
    auto run = set_last_seen_.run();
    run.bind_text(1, id).bind(2, to_unix_micros(at)).bind(3, id_key(id)).step();
}

void SessionWrites::finish() {
    for (const auto& [credential, at] : uses_) {
        auto run = set_last_use_.run();
        run.bind(1, credential).bind(2, to_unix_micros(at)).step();
    }
    uses_.clear();
}

std::vector<std::string> SessionWrites::purge(Time now, std::size_t limit) {
    auto run = purge_.run();
    run.bind(1, to_unix_micros(now)).bind(2, static_cast<std::int64_t>(limit));
    return ids_of(run);
}

void SessionWrites::probe() {
    probe_.run().step();
}

Result<void> migrate_sessions(sqlite::Connection& connection, const std::string& path) {
    connection.execute("BEGIN IMMEDIATE");
    try {
        const auto known = sessions_migrations();
        const std::int64_t version = connection.number("PRAGMA user_version");
        if (!known.empty() && version > known.back().number) {
            connection.execute("ROLLBACK");
            return invalid("database_too_new",
                           fmt::format("The session store {} was made by a newer version of "
                                       "Casement. Run that version.",
                                       path));
        }
        for (const auto& migration : known) {
            if (migration.number <= version) continue;
            for (const auto& statement : statements_of(migration.sql)) {
                connection.execute(statement.c_str());
            }
            connection.execute(fmt::format("PRAGMA user_version = {}", migration.number).c_str());
        }
        connection.execute("COMMIT");
    } catch (const sqlite::Error&) {
        if (connection.in_transaction()) connection.execute("ROLLBACK");
        throw;
    }
    return {};
}

}  // namespace casement::store
