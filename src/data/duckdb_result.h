// Makes a Table of a running DuckDB result, chunk by chunk, straight from its vectors.
#pragma once

#include "base/error.h"
#include "data/duckdb_handles.h"
#include "data/duckdb_values.h"
#include "data/query.h"
#include "data/table_writer.h"

#include <vector>

namespace casement::data {

class ChunkReader {
  public:
    /// Errors: query_invalid for a column whose type cannot be shown.
    [[nodiscard]] static Result<ChunkReader> create(duckdb_result* result, QueryLimits limits);

    enum class State { more, full, too_large };
    /// Adds the chunk's rows up to the row limit; `full` once a row had to be left out.
    [[nodiscard]] State add(duckdb_data_chunk chunk);

    [[nodiscard]] TablePtr finish() && { return std::move(writer_).finish(); }

  private:
    ChunkReader(std::vector<EngineType> types, TableWriter writer)
        : types_(std::move(types)), writer_(std::move(writer)) {}

    std::vector<EngineType> types_;
    TableWriter writer_;
};

}  // namespace casement::data
