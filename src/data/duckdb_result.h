// Makes a Table of a running DuckDB result, chunk by chunk, straight from its vectors.
#pragma once

#include "base/error.h"
#include "data/duckdb_handles.h"
#include "data/duckdb_values.h"
#include "data/query.h"
#include "data/table.h"

#include <string>
#include <vector>

namespace casement::data {

class TableBuilder {
  public:
    /// Errors: query_invalid for a column whose type cannot be shown.
    [[nodiscard]] static Result<TableBuilder> create(duckdb_result* result, QueryLimits limits);

    enum class State { more, full, too_large };
    /// Adds the chunk's rows up to the row limit; `full` once a row had to be left out.
    [[nodiscard]] State add(duckdb_data_chunk chunk);

    [[nodiscard]] TablePtr finish() &&;

  private:
    struct ColumnBuilder {
        std::string name;
        EngineType type;
        std::string json;  ///< values, without the brackets
        Table::Cells cells;

        /// False when `json` grew beyond `max_bytes`.
        bool add(duckdb_vector vector, idx_t rows, std::size_t max_bytes);

      private:
        template <class Read>
        bool add_numbers(const EngineVector& vector, idx_t rows, std::size_t max_bytes, Read read);
    };

    std::vector<ColumnBuilder> columns_;
    QueryLimits limits_;
    std::size_t rows_ = 0;
    bool truncated_ = false;
};

}  // namespace casement::data
