// Values to and from MySQL's binary protocol: what a statement binds, and the cells of its result
// straight into a table's columns.
#pragma once

#include "data/query.h"
#include "data/table_writer.h"

#include <memory>
#include <vector>

#include <mysql.h>

namespace casement::data {

/// The values of a statement in the form that the library wants. Lives as long as the statement
/// runs.
class MysqlParameters {
  public:
    explicit MysqlParameters(const std::vector<Scalar>& values);
    [[nodiscard]] bool bind(MYSQL_STMT* statement);

  private:
    struct Slot {
        long long whole = 0;
        double number = 0;
        MYSQL_TIME time{};
        const std::string* text = nullptr;
    };
    std::vector<Slot> slots_;
    std::vector<MYSQL_BIND> binds_;
};

/// The columns of a result as they arrive.
class MysqlResult {
  public:
    /// `metadata` may go once this is made.
    explicit MysqlResult(MYSQL_RES* metadata);
    [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
    [[nodiscard]] bool bind(MYSQL_STMT* statement);
    /// Adds the row that was fetched. False: a value could not be read.
    [[nodiscard]] bool add_row(MYSQL_STMT* statement, TableWriter& writer);

  private:
    enum class Kind {
        signed_integer,
        unsigned_integer,
        number,
        small_number,
        decimal,
        time,
        bits,
        boolean_bit,
        text,
        bytes
    };
    struct Cell {
        Kind kind = Kind::text;
        long long whole = 0;
        double number = 0;
        float small = 0;
        MYSQL_TIME time{};
        std::vector<char> bytes;
        unsigned long length = 0;
        my_bool null = 0;
        my_bool truncated = 0;
    };
    static Kind kind_of(const MYSQL_FIELD& field);
    static ColumnType type_of(Kind kind);
    [[nodiscard]] static bool read_long(MYSQL_STMT* statement, unsigned index,
                                        const MYSQL_BIND& bind, std::vector<char>& bytes);

    std::vector<Column> columns_;
    std::vector<std::unique_ptr<Cell>> cells_;  ///< the library holds pointers to them
    std::vector<MYSQL_BIND> binds_;
};

}  // namespace casement::data
