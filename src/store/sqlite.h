// SQLite's C interface with owners: a connection, a prepared statement. For the session store,
// which lives from prepared statements and group commit; the catalog goes through SOCI.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include <sqlite3.h>

namespace casement::store::sqlite {

/// `code` is SQLite's extended result code.
struct Error : std::runtime_error {
    Error(int result, const std::string& message) : std::runtime_error(message), code(result) {}
    int code;
};

/// Used by one thread at a time.
class Connection {
  public:
    /// Opens an existing file in WAL mode with every commit flushed to disk.
    Connection(const std::string& path, std::chrono::milliseconds busy_timeout);
    [[nodiscard]] sqlite3* handle() const { return handle_.get(); }
    /// Statements without results.
    void execute(const char* sql);
    /// The first column of the first row.
    [[nodiscard]] std::int64_t number(const char* sql);
    /// Rows that the last INSERT, UPDATE or DELETE changed.
    [[nodiscard]] int changes() const { return sqlite3_changes(handle_.get()); }
    [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

  private:
    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };
    std::unique_ptr<sqlite3, Close> handle_;
};

/// Prepared once, run often. Parameters and columns count from 1 and 0, as SQLite's do. Texts that
/// are bound must live until the statement is reset.
class Statement {
  public:
    Statement(const Connection& connection, std::string_view sql);

    /// Resets when it goes out of scope, so that no statement keeps a read open.
    class Run {
      public:
        explicit Run(Statement& statement) : statement_(statement) {}
        Run(const Run&) = delete;
        Run& operator=(const Run&) = delete;
        ~Run() {
            sqlite3_reset(statement_.handle_.get());
            sqlite3_clear_bindings(statement_.handle_.get());
        }
        Run& bind(int at, std::int64_t value);
        Run& bind(int at, const std::optional<std::int64_t>& value);
        Run& bind_text(int at, std::string_view value);
        Run& bind_blob(int at, std::string_view value);
        /// True when there is a row.
        bool step();
        [[nodiscard]] std::int64_t number(int column) const;
        [[nodiscard]] bool is_null(int column) const;
        [[nodiscard]] std::string text(int column) const;

      private:
        void check(int result) const;
        Statement& statement_;
    };

    [[nodiscard]] Run run() { return Run(*this); }

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
    };
    sqlite3* connection_;
    std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

}  // namespace casement::store::sqlite
