#include "data/sqlite_database.h"

#include "base/log.h"
#include "base/shape.h"
#include "data/query_errors.h"
#include "data/sqlite_scope.h"

#include <filesystem>

#include <fmt/format.h>
#include <sys/stat.h>

namespace casement::data {
namespace {

constexpr int kMostBytes = 16 * 1024 * 1024;  // of one value or row
constexpr int kBusyMilliseconds = 1000;

Error unusable() {
    return unavailable("source_unavailable", "The database file cannot be read at the moment.");
}

/// The path as an address that opens it for reading only.
std::string file_address(const std::string& path) {
    std::string out = "file:";
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '_' || c == '-';
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out + "?mode=ro";
}

}  // namespace

std::string SqliteSettings::path() const {
    std::filesystem::path full(database);
    if (full.is_relative()) full = std::filesystem::path(folder) / full;
    std::error_code failed;
    const auto rooted = std::filesystem::absolute(full, failed);
    return (failed ? full : rooted).lexically_normal().string();
}

Result<SqliteSettings> read_sqlite_settings(const boost::json::object& settings,
                                            const std::string& folder) {
    static const Shape shape = Shape::object({
        required("database", Shape::text(1, 4096)),
        optional("folder", Shape::text(1, 4096)),
        // What clients of Grafana's API keep with a source.
        optional("grafana", Shape::map(Shape::any())),
    });
    if (auto wrong = check(boost::json::value(settings), shape, "settings")) {
        wrong->code = "invalid_source";
        return *wrong;
    }
    SqliteSettings read{*text_at(settings, "database"),
                        text_at(settings, "folder").value_or(folder)};
    if (read.database.find("://") != std::string::npos || read.database.starts_with("file:") ||
        read.database.starts_with(':')) {
        return invalid("invalid_source", "A sqlite source reads a file of this machine.",
                       "settings.database");
    }
    return read;
}

void SqliteConnection::lock_down(sqlite3* database) {
    const auto configure = [database](int option, int value) {
        sqlite3_db_config(database, option, value, nullptr);
    };
    configure(SQLITE_DBCONFIG_DEFENSIVE, 1);
    configure(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
    configure(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0);
    configure(SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0);
    configure(SQLITE_DBCONFIG_ENABLE_TRIGGER, 0);
    // "x" is a name and never a text: a wrong name is an error, and no row of another meaning.
    configure(SQLITE_DBCONFIG_DQS_DML, 0);
    configure(SQLITE_DBCONFIG_DQS_DDL, 0);
    sqlite3_limit(database, SQLITE_LIMIT_LENGTH, kMostBytes);
    sqlite3_limit(database, SQLITE_LIMIT_SQL_LENGTH, 1024 * 1024);
    sqlite3_limit(database, SQLITE_LIMIT_COLUMN, 1000);
    sqlite3_limit(database, SQLITE_LIMIT_EXPR_DEPTH, 200);
    sqlite3_limit(database, SQLITE_LIMIT_COMPOUND_SELECT, 100);
    sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(database, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000);
    sqlite3_limit(database, SQLITE_LIMIT_WORKER_THREADS, 0);
    sqlite3_busy_timeout(database, kBusyMilliseconds);
    sqlite3_extended_result_codes(database, 1);
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::string& path,
                                                                 const Scope* scope) {
    std::unique_ptr<SqliteConnection> opened(new SqliteConnection);
    opened->schema_ = new_sqlite_schema();
    constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                           SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_URI;
    // Under a scope the file has a schema that no query can name; else it is the main one.
    const auto file = file_address(path);
    const bool is_open =
        sqlite3_open_v2(scope == nullptr ? file.c_str() : ":memory:", &opened->database_, kFlags,
                        nullptr) == SQLITE_OK &&
        (scope == nullptr ||
         run_sqlite(opened->database_, "ATTACH '" + file + "' AS " + opened->schema_));
    if (scope == nullptr) opened->schema_ = "main";
    if (!is_open) {
        log::warning(
            "source_not_opened",
            {{"type", "sqlite"}, {"path", path}, {"reason", sqlite3_errmsg(opened->database_)}});
        return unusable();
    }
    // Tables that are functions declare themselves on first use, which the guard would not let
    // them.
    if (!run_sqlite(opened->database_, "SELECT 1 FROM json_each('[]'), json_tree('[]')")) {
        return unusable();
    }
    lock_down(opened->database_);
    if (!opened->read_tables()) {
        log::warning(
            "source_not_opened",
            {{"type", "sqlite"}, {"path", path}, {"reason", sqlite3_errmsg(opened->database_)}});
        return unusable();
    }
    if (scope != nullptr) {
        opened->scope_key_ = scope->key;
        auto applied = apply_sqlite_scope(opened->database_, *scope, opened->schema_,
                                          opened->tables_, opened->guard_);
        if (!applied) return applied.error();
    } else {
        opened->guard_.open_to(opened->tables_);
    }
    opened->guard_.install(opened->database_);
    return opened;
}

SqliteConnection::~SqliteConnection() {
    sqlite3_close_v2(database_);
}

bool SqliteConnection::begin() {
    // What we do here is refused to queries; nothing else runs on the connection now.
    SqliteGuard::remove(database_);
    bool good = run_sqlite(database_, "BEGIN");
    if (good) {
        const auto now = schema_version();
        good = now && *now == schema_version_;
    }
    guard_.install(database_);
    if (!good) end();
    return good;
}

void SqliteConnection::end() {
    SqliteGuard::remove(database_);
    if (sqlite3_get_autocommit(database_) == 0) (void)run_sqlite(database_, "ROLLBACK");
    guard_.install(database_);
}

std::optional<int> SqliteConnection::schema_version() const {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(database_, ("PRAGMA " + schema_ + ".schema_version").c_str(), -1, &statement,
                       nullptr);
    const SqliteStatement owner(statement);
    if (statement == nullptr || sqlite3_step(statement) != SQLITE_ROW) return std::nullopt;
    return sqlite3_column_int(statement, 0);
}

bool SqliteConnection::read_tables() {
    const auto version = schema_version();
    if (!version) return false;
    schema_version_ = *version;

    sqlite3_stmt* statement = nullptr;
    const int prepared = sqlite3_prepare_v2(database_,
                                            ("SELECT name FROM " + schema_ +
                                             ".sqlite_master WHERE type IN ('table', 'view') AND "
                                             "name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
                                                .c_str(),
                                            -1, &statement, nullptr);
    const SqliteStatement owner(statement);
    if (prepared != SQLITE_OK) return false;
    int got = 0;
    while ((got = sqlite3_step(statement)) == SQLITE_ROW) {
        tables_.insert(
            sqlite_lower(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0))));
    }
    return got == SQLITE_DONE;
}

Error sqlite_error(sqlite3* database) {
    const std::string message = sqlite3_errmsg(database);
    switch (sqlite3_errcode(database) & 0xFF) {
        case SQLITE_INTERRUPT:
            return query_cancelled();
        case SQLITE_TOOBIG:
        case SQLITE_NOMEM:
            return query_too_large("The query makes a value that is too large.");
        case SQLITE_ERROR:
        case SQLITE_MISMATCH:
        case SQLITE_AUTH:
        case SQLITE_RANGE:
        case SQLITE_CONSTRAINT:
            return query_invalid(message);
        default:
            log::warning("source_unreadable", {{"type", "sqlite"}, {"reason", message}});
            return unusable();
    }
}

Result<SqliteStatement> prepare_sqlite(sqlite3* database, SqliteGuard& guard,
                                       const std::string& text) {
    guard.forget();
    sqlite3_stmt* raw = nullptr;
    const char* rest = nullptr;
    const int prepared =
        sqlite3_prepare_v3(database, text.data(), static_cast<int>(text.size()), 0, &raw, &rest);
    SqliteStatement statement(raw);
    if (prepared != SQLITE_OK) {
        if (!guard.refused().empty()) {
            return query_refused(
                fmt::format("What the query asks for is closed to it: {}.", guard.refused()));
        }
        return sqlite_error(database);
    }
    const auto not_one = query_refused("A query must be one SELECT statement.");
    if (!statement) return not_one;
    // Only what is nothing (spaces, comments, semicolons) may follow.
    const char* const end = text.data() + text.size();
    while (rest < end) {
        sqlite3_stmt* second = nullptr;
        const char* const from = rest;
        const int more =
            sqlite3_prepare_v2(database, from, static_cast<int>(end - from), &second, &rest);
        const SqliteStatement second_owner(second);
        if (more != SQLITE_OK || second != nullptr) return not_one;
        if (rest == from) break;
    }
    if (sqlite3_stmt_readonly(raw) == 0 || sqlite3_stmt_isexplain(raw) != 0 ||
        sqlite3_column_count(raw) == 0) {
        return not_one;
    }
    return statement;
}

std::string sqlite_statement(sqlite3_stmt* statement) {
    // The engine keeps what it has read, the semicolon included and nothing behind it. Where there
    // is none the text may end in a comment's line, of which a semicolon can go too.
    const char* const text = sqlite3_sql(statement);
    std::string read = text == nullptr ? "" : text;
    if (read.ends_with(';')) read.pop_back();
    return read;
}

SqliteFileState look_at_sqlite_file(const std::string& path) {
    SqliteFileState state;
    std::uint64_t sum = 14695981039346656037U;
    const auto mix = [&sum](auto value) {
        sum = (sum ^ static_cast<std::uint64_t>(value)) * 1099511628211U;
        sum ^= sum >> 29U;
    };
    for (const auto* suffix : {"", "-wal", "-journal"}) {
        struct stat info{};
        const bool there = ::stat((path + suffix).c_str(), &info) == 0 && S_ISREG(info.st_mode);
        if (!there && *suffix == '\0') return {};
        mix(there);
        if (!there) continue;
        mix(info.st_ino);
        mix(info.st_size);
        mix(info.st_mtim.tv_sec);
        mix(info.st_mtim.tv_nsec);
        if (*suffix == '\0') state.identity = info.st_ino ^ (std::uint64_t{info.st_dev} << 40U);
    }
    state.version = sum == 0 ? 1 : sum;
    return state;
}

}  // namespace casement::data
