// A connection to a MySQL or MariaDB server that can only read, and that a query never outlives:
// whoever stops it (deadline, cancellation) cuts its socket, and the server is told to end what it
// still works on.
#pragma once

#include "base/cancellation.h"
#include "base/error.h"
#include "crypto/secret.h"
#include "data/mysql_settings.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include <mysql.h>

namespace casement::data {

class MysqlConnection {
  public:
    using Moment = std::chrono::steady_clock::time_point;

    /// Errors: source_unavailable, whose message tells an administrator what to look at.
    [[nodiscard]] static Result<std::unique_ptr<MysqlConnection>> open(
        const MysqlSettings& settings, const Secret& password, Moment deadline);
    ~MysqlConnection();
    MysqlConnection(const MysqlConnection&) = delete;
    MysqlConnection& operator=(const MysqlConnection&) = delete;

    [[nodiscard]] MYSQL* handle() { return &mysql_; }
    [[nodiscard]] unsigned long id() { return mysql_thread_id(&mysql_); }

    /// Runs a statement of our own that answers nothing. False: `failure` says why.
    [[nodiscard]] bool execute(const std::string& statement);
    /// Limits for the next query, on the server's side.
    [[nodiscard]] bool begin(std::chrono::milliseconds time, std::size_t rows);
    [[nodiscard]] bool end();

    /// Any thread: what runs on the connection fails at once, and the connection is of no use any
    /// more.
    void cut();

    /// Ends what the connection of this id runs, as far as the server can be reached.
    void end_query(unsigned long id);

  private:
    MysqlConnection() = default;
    [[nodiscard]] bool connect(const MysqlSettings& settings, const Secret& password,
                               Moment deadline);
    [[nodiscard]] bool prepare_session();

    MYSQL mysql_{};
    bool initialized_ = false;
    bool mariadb_ = false;
    std::atomic<int> socket_{-1};
};

/// A server's failure in our words. `error` 0: nothing is known. Errors: query_invalid,
/// query_refused, query_timeout, query_too_large, source_unavailable.
[[nodiscard]] Error mysql_error_of(unsigned error, const std::string& message);
/// Whether the connection itself is gone.
[[nodiscard]] bool is_connection_lost(unsigned error);

}  // namespace casement::data
