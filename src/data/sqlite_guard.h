// What a query may do in SQLite, decided by the engine's own authorizer while it compiles: it is
// told of every table that is read, every function that is called and everything else that is
// done, and what is not on the list does not compile.
#pragma once

#include <set>
#include <string>

#include <sqlite3.h>

namespace casement::data {

/// Set on one connection, which must outlive it.
class SqliteGuard {
  public:
    /// Queries read these tables and views (lower case) and nothing else.
    void open_to(std::set<std::string> tables);
    /// Queries read `relations`, which are views of the temporary schema over the database's own
    /// tables. Those are read from inside of views whose names begin with `secret`, which no
    /// author can know, and from nowhere else.
    void scope_to(std::set<std::string> relations, std::set<std::string> tables,
                  std::string secret);

    void install(sqlite3* database);
    static void remove(sqlite3* database);

    /// What the last statement that did not compile was refused for, or empty.
    [[nodiscard]] const std::string& refused() const { return refused_; }
    void forget() { refused_.clear(); }

  private:
    static int ask(void* self, int action, const char* first, const char* second,
                   const char* database, const char* view);
    [[nodiscard]] bool may_read(const std::string& table, const std::string& schema,
                                const std::string& view) const;

    bool scoped_ = false;
    std::set<std::string> relations_;
    std::set<std::string> tables_;
    std::string secret_;
    std::string refused_;
};

/// ASCII letters in lower case, as SQLite compares names.
[[nodiscard]] std::string sqlite_lower(const char* name);

}  // namespace casement::data
