// Values to and from SQLite. A column has no type of its own there: each of its cells has one. So a
// result's columns are kept as they come, and what they are is decided at the end.
#pragma once

#include "base/error.h"
#include "data/query.h"
#include "data/table.h"

#include <string>
#include <string_view>
#include <vector>

#include <sqlite3.h>

namespace casement::data {

/// Names as the statement has them, without the `$`. Errors: query_refused for other spellings.
[[nodiscard]] Result<std::vector<std::string>> sqlite_parameters(sqlite3_stmt* statement,
                                                                 const std::string& text);
/// Lists are bound as JSON. Errors: query_invalid for a name without a value, invalid_parameter.
[[nodiscard]] Result<void> bind_sqlite(sqlite3_stmt* statement,
                                       const std::vector<std::string>& names,
                                       const std::map<std::string, Value>& values);

class SqliteResult {
  public:
    explicit SqliteResult(sqlite3_stmt* statement);

    /// The row that the statement stands on. False: more bytes than the limits allow.
    [[nodiscard]] bool add_row(sqlite3_stmt* statement, const QueryLimits& limits);
    [[nodiscard]] std::size_t rows() const { return rows_; }

    /// A column is time when its declared type is DATE, DATETIME or TIMESTAMP, or it has none and
    /// is called "time", and every value reads as one (ISO 8601, or a number of seconds or
    /// milliseconds since 1970); boolean when it is declared
    /// so and holds 0 and 1; number when it holds numbers alone; else text. nullptr: too large.
    [[nodiscard]] TablePtr finish(const QueryLimits& limits, bool truncated) &&;

    /// As far as the declarations tell.
    [[nodiscard]] std::vector<Column> columns() const;

  private:
    struct Kept {
        std::string name;
        std::string declared;  ///< upper case, or empty
        std::vector<unsigned char> types;
        std::vector<std::int64_t> wholes;  ///< integer; else place of text or real in those
        std::vector<double> reals;
        std::vector<std::string> texts;
    };
    [[nodiscard]] static ColumnType type_of(const Kept& column);
    [[nodiscard]] static bool is_time(const Kept& column);

    std::vector<Kept> columns_;
    std::size_t rows_ = 0;
    std::size_t bytes_ = 0;
};

}  // namespace casement::data
