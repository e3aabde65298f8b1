// The session store's statements, on one connection.
#pragma once

#include "store/nonce_key.h"
#include "store/session_store.h"
#include "store/sqlite.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace casement::store {

class SessionReads {
  public:
    explicit SessionReads(const sqlite::Connection& connection);
    [[nodiscard]] std::optional<SessionRow> by_id(std::string_view id);
    [[nodiscard]] std::optional<SessionRow> by_nonce(const NonceKey& key);
    /// Live ones, newest first; share 0 means all.
    [[nodiscard]] std::vector<SessionRow> live(std::int64_t org, std::int64_t share, Time now,
                                               std::size_t limit);
    [[nodiscard]] std::vector<SessionRow> live_of_owner(std::int64_t org, std::int64_t owner,
                                                        Time now, std::size_t limit);
    /// True when there is such a session and it was not ended.
    [[nodiscard]] bool stands(std::string_view id);
    [[nodiscard]] std::optional<Time> last_use_of_credential(std::int64_t credential);

  private:
    sqlite::Statement by_id_;
    sqlite::Statement by_nonce_;
    sqlite::Statement live_;
    sqlite::Statement live_of_share_;
    sqlite::Statement live_of_owner_;
    sqlite::Statement stands_;
    sqlite::Statement last_use_;
};

/// Each call within a transaction of the caller.
class SessionWrites {
  public:
    explicit SessionWrites(sqlite::Connection& connection);
    /// False when the nonce is spent; then nothing was written.
    [[nodiscard]] bool insert(const NonceKey& key, const SessionRow& row, Time nonce_until);
    [[nodiscard]] bool set_cookie(std::string_view id, std::string_view cookie_hash);
    [[nodiscard]] bool end(std::string_view id, Time now);
    /// Ends the live ones of an owner, and those of a family; their ids. Nobody's are not touched.
    [[nodiscard]] std::vector<std::string> end_of_owner(std::int64_t org, std::int64_t owner,
                                                        std::string_view except_id, Time now);
    [[nodiscard]] std::vector<std::string> end_of_family(std::string_view family, Time now);
    void set_last_seen(std::string_view id, Time at);
    /// Removes at most `limit` rows whose time is over; their ids.
    [[nodiscard]] std::vector<std::string> purge(Time now, std::size_t limit);
    void probe();
    /// Last in the transaction: what was put off because it is the same row for many.
    void finish();

  private:
    sqlite::Connection& connection_;
    sqlite::Statement insert_;
    sqlite::Statement set_cookie_;
    sqlite::Statement end_;
    sqlite::Statement end_of_owner_;
    sqlite::Statement end_of_family_;
    sqlite::Statement set_last_seen_;
    sqlite::Statement set_last_use_;
    sqlite::Statement purge_;
    sqlite::Statement probe_;
    std::map<std::int64_t, Time> uses_;  ///< of credentials, in this transaction
};

/// Brings the file to this binary's shape. Errors: invalid "database_too_new".
[[nodiscard]] Result<void> migrate_sessions(sqlite::Connection& connection,
                                            const std::string& path);

}  // namespace casement::store
