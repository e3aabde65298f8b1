#include "store/catalog_database.h"

#include "base/log.h"
#include "store/private_file.h"

#include <filesystem>
#include <map>

#include <fmt/format.h>
#include <libpq-fe.h>
#include <soci/postgresql/soci-postgresql.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace casement::store {
namespace {

constexpr std::string_view kSqlite = "sqlite:";
// Any number will do, as long as it stays the same: "casement" in ASCII.
constexpr std::int64_t kMigrationLock = 0x63617365'6d656e74;

sqlite_api::sqlite3* sqlite_of(soci::session& session) {
    return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

Error bad_address(std::string message) {
    return invalid("database_invalid", std::move(message), "store.database");
}

/// The connection string with limits added, so that a database that fell silent is noticed.
/// libpq's own message is not repeated: it may quote a password.
std::optional<std::string> with_limits(const std::string& address) {
    char* message = nullptr;
    PQconninfoOption* options = PQconninfoParse(address.c_str(), &message);
    PQfreemem(message);
    if (options == nullptr) return std::nullopt;
    std::map<std::string, std::string> values{
        {"connect_timeout", "3"},  {"tcp_user_timeout", "10000"}, {"application_name", "casement"},
        {"keepalives_idle", "10"}, {"keepalives_interval", "5"},  {"keepalives_count", "3"}};
    for (const auto* option = options; option->keyword != nullptr; ++option) {
        if (option->val != nullptr) values[option->keyword] = option->val;
    }
    PQconninfoFree(options);
    std::string out;
    for (const auto& [name, value] : values) {
        std::string escaped;
        for (const char letter : value) {
            if (letter == '\'' || letter == '\\') escaped += '\\';
            escaped += letter;
        }
        out += fmt::format("{}{}='{}'", out.empty() ? "" : " ", name, escaped);
    }
    return out;
}

// Not what(): SOCI adds the statement's parameters to it, which do not belong into a log.
std::string message_of(const std::exception& error) {
    const auto* known = dynamic_cast<const soci::soci_error*>(&error);
    return known != nullptr ? known->get_error_message() : error.what();
}

DatabaseFailure classify_sqlite(const std::exception& error, soci::session* session) {
    using namespace sqlite_api;
    const auto* failed = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
    if (failed == nullptr) return {Failure::bug, message_of(error)};
    // SOCI keeps the primary code only; the connection knows more, as long as it is there.
    const int primary = failed->result() & 0xff;
    int code = failed->result();
    if (session != nullptr) {
        const int extended = sqlite3_extended_errcode(sqlite_of(*session));
        if ((extended & 0xff) == primary) code = extended;
    }
    switch (primary) {
        case SQLITE_CONSTRAINT:
            if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) {
                return {Failure::duplicate, message_of(error)};
            }
            if (code == SQLITE_CONSTRAINT_FOREIGNKEY) {
                return {Failure::missing_reference, message_of(error)};
            }
            return {Failure::bug, message_of(error)};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {Failure::again, message_of(error)};
        case SQLITE_FULL:
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_AUTH:
        case SQLITE_PROTOCOL:
        case SQLITE_NOMEM:
            return {Failure::down, message_of(error)};
        default:
            return {Failure::bug, message_of(error)};
    }
}

DatabaseFailure classify_postgresql(const std::exception& error, soci::session* session) {
    const auto* failed = dynamic_cast<const soci::postgresql_soci_error*>(&error);
    const std::string state = failed != nullptr ? failed->sqlstate() : std::string();
    if (state == "23505") return {Failure::duplicate, message_of(error)};
    if (state == "23503") return {Failure::missing_reference, message_of(error)};
    if (state == "40001" || state == "40P01" || state == "55P03") {
        return {Failure::again, message_of(error)};
    }
    // Classes 08 connection, 53 resources, 57 operator, 58 system, 28 sign-in, 3D no such database;
    // 25006: it has become a read-only replica.
    for (const std::string_view family : {"08", "53", "57", "58", "28", "3D", "25006"}) {
        if (state.starts_with(family)) return {Failure::down, message_of(error)};
    }
    if (session == nullptr) return {Failure::down, message_of(error)};
    const auto* backend = static_cast<soci::postgresql_session_backend*>(session->get_backend());
    if (backend == nullptr || backend->conn_ == nullptr ||
        PQstatus(backend->conn_) != CONNECTION_OK) {
        return {Failure::down, message_of(error)};
    }
    return {Failure::bug, message_of(error)};
}

}  // namespace

Database::Lease::~Lease() {
    if (database_ == nullptr) return;
    if (broken_) session_.reset();
    if (session_ != nullptr || broken_) database_->give_back(std::move(session_));
}

void Database::Lease::discard() {
    broken_ = true;
}

Result<std::unique_ptr<Database>> Database::open(const std::string& address, unsigned connections) {
    // Besides the pool's threads: the refresher and callers of write_now.
    connections += 2;
    if (address.starts_with(kSqlite)) {
        const std::string given = address.substr(kSqlite.size());
        if (given.empty() || given.starts_with(":") || given.find('"') != std::string::npos) {
            return bad_address(
                "The database 'sqlite:PATH' needs the path of a file, without "
                "quotation marks.");
        }
        // Absolute, so that no name is taken for SQLite's own URIs.
        const std::string path = std::filesystem::absolute(given).string();
        const auto made = make_private(path);
        if (!made) {
            return bad_address(
                fmt::format("The database {} cannot be made: {}. Its folder must "
                            "exist and be writable.",
                            path, made.error().message()));
        }
        return std::unique_ptr<Database>(new Database(Engine::sqlite, path, connections));
    }
    auto full = with_limits(address);
    if (!full || address.empty()) {
        return bad_address(
            "The database is neither 'sqlite:PATH' nor a PostgreSQL connection "
            "string ('postgresql://user@host/name' or 'host=… dbname=…').");
    }
    return std::unique_ptr<Database>(
        new Database(Engine::postgresql, std::move(*full), connections));
}

std::unique_ptr<soci::session> Database::connect() const {
    auto session = std::make_unique<soci::session>();
    if (engine_ == Engine::sqlite) {
        session->open(soci::sqlite3, fmt::format("db=\"{}\" timeout=5", address_));
        *session << "PRAGMA journal_mode = WAL";
        *session << "PRAGMA synchronous = FULL";
        *session << "PRAGMA foreign_keys = ON";
        *session << "PRAGMA trusted_schema = OFF";
        return session;
    }
    session->open(soci::postgresql, address_);
    // What the server remarks goes to standard error by default, which is the log's.
    const auto* backend = static_cast<soci::postgresql_session_backend*>(session->get_backend());
    PQsetNoticeProcessor(backend->conn_, [](void*, const char*) {}, nullptr);
    *session << "SET client_min_messages = warning";
    *session << "SET client_encoding = 'UTF8'";
    *session << "SET lock_timeout = '10s'";
    *session << "SET statement_timeout = '30s'";
    *session << "SET idle_in_transaction_session_timeout = '60s'";
    return session;
}

Database::Lease Database::lease() {
    std::unique_ptr<soci::session> session;
    {
        std::unique_lock lock(mutex_);
        returned_.wait(lock, [&] { return free_ > 0; });
        --free_;
        if (!idle_.empty()) {
            session = std::move(idle_.back());
            idle_.pop_back();
        }
    }
    if (session == nullptr) {
        try {
            session = connect();
        } catch (...) {
            give_back(nullptr);
            throw;
        }
    }
    return {*this, std::move(session)};
}

void Database::give_back(std::unique_ptr<soci::session> session) {
    {
        const std::lock_guard lock(mutex_);
        ++free_;
        if (session != nullptr) idle_.push_back(std::move(session));
    }
    returned_.notify_one();
}

void Database::drop_idle() {
    std::vector<std::unique_ptr<soci::session>> dropped;
    const std::lock_guard lock(mutex_);
    dropped.swap(idle_);
}

void Database::begin_shared_write(soci::session& session) const {
    session << (engine_ == Engine::sqlite ? "BEGIN IMMEDIATE" : "BEGIN");
}

void Database::take_turn(soci::session& session) const {
    if (engine_ == Engine::sqlite) return;  // it has one writer at a time anyway
    // The version is handed out in the order of commits: whoever wants to write waits here until
    // the writer before is done. Without it a reader could see version 8, remember it, and never
    // look at a version 7 that committed later.
    std::int64_t version = 0;
    session << "SELECT value FROM counters WHERE name = 'version' FOR UPDATE", soci::into(version);
}

void Database::begin_write(soci::session& session) const {
    begin_shared_write(session);
    take_turn(session);
}

void Database::begin_read(soci::session& session) const {
    session << (engine_ == Engine::sqlite
                    ? "BEGIN"
                    : "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
}

void Database::begin_migration(soci::session& session) const {
    begin_shared_write(session);
    if (engine_ == Engine::postgresql) {
        // A migration may have to wait for another process's, which takes as long as it takes.
        session << "SET LOCAL lock_timeout = 0";
        session << "SET LOCAL statement_timeout = 0";
        session << fmt::format("SELECT pg_advisory_xact_lock({})", kMigrationLock);
    }
}

void Database::announce(soci::session& session) const {
    if (engine_ == Engine::postgresql) session << fmt::format("NOTIFY {}", kChannel);
}

void Database::commit(soci::session& session) {
    session << "COMMIT";
}

bool Database::rollback(soci::session& session) noexcept {
    try {
        session << "ROLLBACK";
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

DatabaseFailure Database::classify(const std::exception& error, soci::session* session) const {
    return engine_ == Engine::sqlite ? classify_sqlite(error, session)
                                     : classify_postgresql(error, session);
}

std::unique_lock<std::mutex> Database::writer_turn() {
    return engine_ == Engine::sqlite ? std::unique_lock(writer_) : std::unique_lock<std::mutex>();
}

void log_failure(const DatabaseFailure& failure) {
    if (failure.failure == Failure::bug) {
        log::error("catalog_failed", {{"detail", failure.detail}});
    } else {
        log::warning("catalog_unavailable", {{"detail", failure.detail}});
    }
}

Error store_error(const DatabaseFailure& failure) {
    if (failure.failure == Failure::bug) return internal_error();
    return unavailable("store_unavailable",
                       "The database does not answer. Nothing was changed as far as we know; try "
                       "again in a moment.");
}

}  // namespace casement::store
