#include "store/catalog_migrate.h"

#include "base/encoding.h"
#include "base/log.h"
#include "crypto/hash.h"

#include <chrono>
#include <map>
#include <thread>

#include <fmt/format.h>

namespace casement::store {
namespace {

/// How long a database that is busy (another process migrates it, or switches it to WAL) is waited
/// for.
constexpr auto kPatience = std::chrono::seconds(30);

struct Applied {
    std::string name;
    std::string checksum;
};

std::map<int, Applied> applied_migrations(soci::session& session) {
    session << "CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, "
               "name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)";
    std::map<int, Applied> applied;
    int number = 0;
    Applied one;
    soci::statement statement =
        (session.prepare << "SELECT number, name, checksum FROM migrations ORDER BY number",
         soci::into(number), soci::into(one.name), soci::into(one.checksum));
    statement.execute();
    while (statement.fetch())
        applied.emplace(number, one);
    return applied;
}

Result<void> apply_missing(soci::session& session, const std::vector<Migration>& migrations,
                           const Clock& clock) {
    const auto applied = applied_migrations(session);
    const int newest = migrations.empty() ? 0 : migrations.back().number;
    if (!applied.empty() && applied.rbegin()->first > newest) {
        return invalid(
            "database_too_new",
            fmt::format("The database was migrated by a newer version of Casement (migration {}; "
                        "this one knows {}). Run that version, or restore the backup from before.",
                        applied.rbegin()->second.name, newest));
    }
    for (const auto& migration : migrations) {
        const std::string checksum = to_hex(crypto::sha256(migration.sql));
        const auto found = applied.find(migration.number);
        if (found != applied.end()) {
            if (found->second.checksum == checksum) continue;
            return invalid("database_changed",
                           fmt::format("Migration {} was applied to this database in another form "
                                       "than this version of Casement has it. Run the version "
                                       "that made the database.",
                                       migration.name));
        }
        for (const auto& statement : statements_of(migration.sql))
            session << statement;
        const std::string name(migration.name);
        const std::int64_t now = to_unix_micros(clock.now());
        session << "INSERT INTO migrations (number, name, checksum, applied_at) "
                   "VALUES (:number, :name, :checksum, :now)",
            soci::use(migration.number), soci::use(name), soci::use(checksum), soci::use(now);
        log::info("database_migrated", {{"migration", migration.name}});
    }
    return {};
}

}  // namespace

Result<void> migrate(Database& database, const std::vector<Migration>& migrations,
                     const Clock& clock) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (true) {
        std::optional<Database::Lease> lease;
        try {
            lease.emplace(database.lease());
            database.begin_migration(lease->session());
            auto result = apply_missing(lease->session(), migrations, clock);
            if (result) {
                Database::commit(lease->session());
            } else {
                Database::rollback(lease->session());
            }
            return result;
        } catch (const soci::soci_error& error) {
            const auto failure = database.classify(error, lease ? &lease->session() : nullptr);
            if (lease && !Database::rollback(lease->session())) lease->discard();
            if (failure.failure != Failure::again || std::chrono::steady_clock::now() >= deadline) {
                log_failure(failure);
                return store_error(failure);
            }
        }
        lease.reset();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

}  // namespace casement::store
