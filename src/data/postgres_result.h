// Makes a Table of a PostgreSQL result, row by row as it arrives, in columns.
#pragma once

#include "data/query.h"
#include "data/table.h"

#include <cstddef>
#include <string>
#include <vector>

#include <libpq-fe.h>

namespace casement::data {

class PostgresTable {
  public:
    explicit PostgresTable(QueryLimits limits) : limits_(limits) {}

    enum class State { more, full, too_large };
    /// Adds the rows of one piece of a result; `full` once a row had to be left out. The first
    /// piece says which columns there are, also when it has no rows.
    [[nodiscard]] State add(const PGresult* piece);

    [[nodiscard]] TablePtr finish() &&;

  private:
    struct ColumnBuilder {
        Column column;
        unsigned type = 0;
        std::string json;        ///< values, without the brackets
        std::string exact_json;  ///< members of "exact"
        Table::Cells cells;

        void add(const PGresult* piece, int row, int index, std::size_t place);
    };

    void start(const PGresult* piece);

    QueryLimits limits_;
    std::vector<ColumnBuilder> columns_;
    std::size_t rows_ = 0;
    bool started_ = false;
    bool truncated_ = false;
};

}  // namespace casement::data
