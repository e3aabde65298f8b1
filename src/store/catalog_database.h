// Connections to the catalog's database, and the few things in which SQLite and PostgreSQL differ.
#pragma once

#include "base/error.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <soci/soci.h>

namespace casement::store {

/// What a failure of the database means for whoever asked.
enum class Failure {
    duplicate,          ///< a unique key is taken
    missing_reference,  ///< it refers to a row that does not exist, or is referred to
    again,              ///< a concurrent transaction was in the way; nothing was done
    down,               ///< no answer, no space, no permission: nobody can say what was done
    bug,                ///< the statement itself is wrong
};

struct DatabaseFailure {
    Failure failure = Failure::bug;
    std::string detail;  ///< for the log
};

class Database {
  public:
    enum class Engine { sqlite, postgresql };

    /// One connection, given back when dropped. Broken ones are not used again.
    class Lease {
      public:
        Lease(Database& database, std::unique_ptr<soci::session> session)
            : database_(&database), session_(std::move(session)) {}
        Lease(Lease&& other) noexcept = default;
        Lease& operator=(Lease&&) = delete;
        ~Lease();
        [[nodiscard]] soci::session& session() { return *session_; }
        void discard();

      private:
        Database* database_;
        std::unique_ptr<soci::session> session_;
        bool broken_ = false;
    };

    /// Checks the address and prepares the file; connects on the first lease.
    /// Errors: invalid "database_invalid".
    [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::string& address,
                                                                unsigned connections);

    [[nodiscard]] Engine engine() const { return engine_; }

    /// Waits for a free connection. Throws SOCI's error when the database cannot be reached.
    [[nodiscard]] Lease lease();
    /// Closes the connections that nobody uses: after a restart of the database all of them are
    /// dead, and each would cost one failed attempt.
    void drop_idle();

    /// Starts a write that others may run beside, where the database can do that: for rows that
    /// are not in the snapshot.
    void begin_shared_write(soci::session& session) const;
    /// Makes the current shared write the only one of what is in the snapshot, until it ends. From
    /// then on everything it reads is what the last writer left.
    void take_turn(soci::session& session) const;
    /// Both at once.
    void begin_write(soci::session& session) const;
    /// Starts a transaction in which all reads see one moment.
    void begin_read(soci::session& session) const;
    /// Starts a transaction that no other process migrates beside.
    void begin_migration(soci::session& session) const;
    /// Tells other processes, when the current transaction commits, that there is news.
    void announce(soci::session& session) const;
    static void commit(soci::session& session);
    /// Never throws; false when the connection is of no use any more.
    static bool rollback(soci::session& session) noexcept;

    /// What `error`, thrown by a statement on `session`, means. `session` may be null when
    /// connecting failed.
    [[nodiscard]] DatabaseFailure classify(const std::exception& error,
                                           soci::session* session) const;

    /// The connection string for libpq, with time limits filled in. PostgreSQL only.
    [[nodiscard]] const std::string& address() const { return address_; }

    /// SQLite has one writer at a time, and lets the others sleep and try; here they queue.
    [[nodiscard]] std::unique_lock<std::mutex> writer_turn();

    static constexpr const char* kChannel = "casement_catalog";

  private:
    Database(Engine engine, std::string address, unsigned connections)
        : engine_(engine), address_(std::move(address)), free_(connections) {}
    [[nodiscard]] std::unique_ptr<soci::session> connect() const;
    void give_back(std::unique_ptr<soci::session> session);

    const Engine engine_;
    const std::string address_;
    std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<soci::session>> idle_;
    unsigned free_;
    std::mutex writer_;
};

/// The error that callers see for a failure that is not theirs. What it was only the log knows.
[[nodiscard]] Error store_error(const DatabaseFailure& failure);
void log_failure(const DatabaseFailure& failure);

}  // namespace casement::store
