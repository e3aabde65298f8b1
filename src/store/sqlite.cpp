#include "store/sqlite.h"

namespace casement::store::sqlite {
namespace {

[[noreturn]] void fail(sqlite3* handle) {
    throw Error(sqlite3_extended_errcode(handle), sqlite3_errmsg(handle));
}

}  // namespace

Connection::Connection(const std::string& path, std::chrono::milliseconds busy_timeout) {
    sqlite3* raw = nullptr;
    const int result =
        sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
    handle_.reset(raw);
    if (raw == nullptr) throw std::bad_alloc();
    if (result != SQLITE_OK) fail(raw);
    sqlite3_extended_result_codes(raw, 1);
    sqlite3_busy_timeout(raw, static_cast<int>(busy_timeout.count()));

    execute("PRAGMA journal_mode = WAL");
    execute("PRAGMA synchronous = FULL");
    execute("PRAGMA trusted_schema = OFF");
    // Checkpoints every 64 MiB of log instead of every 4: each writes a page once, however often it
    // changed, and rows come in everywhere in the indexes of ids and nonces.
    execute("PRAGMA wal_autocheckpoint = 16000");
    execute("PRAGMA journal_size_limit = 134217728");
    execute("PRAGMA cache_size = -32768");
}

void Connection::execute(const char* sql) {
    if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
        fail(handle_.get());
    }
}

std::int64_t Connection::number(const char* sql) {
    Statement statement(*this, sql);
    auto run = statement.run();
    if (!run.step()) throw Error(SQLITE_ERROR, "no row");
    return run.number(0);
}

Statement::Statement(const Connection& connection, std::string_view sql)
    : connection_(connection.handle()) {
    sqlite3_stmt* raw = nullptr;
    const int result = sqlite3_prepare_v3(connection_, sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
    handle_.reset(raw);
    if (result != SQLITE_OK) fail(connection_);
}

void Statement::Run::check(int result) const {
    if (result != SQLITE_OK) fail(statement_.connection_);
}

Statement::Run& Statement::Run::bind(int at, std::int64_t value) {
    check(sqlite3_bind_int64(statement_.handle_.get(), at, value));
    return *this;
}

Statement::Run& Statement::Run::bind(int at, const std::optional<std::int64_t>& value) {
    if (value) return bind(at, *value);
    check(sqlite3_bind_null(statement_.handle_.get(), at));
    return *this;
}

Statement::Run& Statement::Run::bind_text(int at, std::string_view value) {
    // A null pointer would bind NULL instead of an empty text.
    check(sqlite3_bind_text64(statement_.handle_.get(), at, value.empty() ? "" : value.data(),
                              value.size(), SQLITE_STATIC, SQLITE_UTF8));
    return *this;
}

Statement::Run& Statement::Run::bind_blob(int at, std::string_view value) {
    check(sqlite3_bind_blob64(statement_.handle_.get(), at, value.empty() ? "" : value.data(),
                              value.size(), SQLITE_STATIC));
    return *this;
}

bool Statement::Run::step() {
    const int result = sqlite3_step(statement_.handle_.get());
    if (result == SQLITE_ROW) return true;
    if (result == SQLITE_DONE) return false;
    fail(statement_.connection_);
}

std::int64_t Statement::Run::number(int column) const {
    return sqlite3_column_int64(statement_.handle_.get(), column);
}

bool Statement::Run::is_null(int column) const {
    return sqlite3_column_type(statement_.handle_.get(), column) == SQLITE_NULL;
}

std::string Statement::Run::text(int column) const {
    const void* data = sqlite3_column_blob(statement_.handle_.get(), column);
    const int size = sqlite3_column_bytes(statement_.handle_.get(), column);
    return data == nullptr
               ? std::string()
               : std::string(static_cast<const char*>(data), static_cast<std::size_t>(size));
}

}  // namespace casement::store::sqlite
