// DuckDB's types and vectors, read cell by cell without a call into the engine for each.
#pragma once

#include "data/table_writer.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <duckdb.h>

namespace casement::data {

/// A column's type with everything that reading its cells needs, or that of a nested part.
struct EngineType {
    duckdb_type id = DUCKDB_TYPE_INVALID;
    duckdb_type storage = DUCKDB_TYPE_INVALID;  ///< decimal, enum: type of the stored integer
    unsigned scale = 0;                         ///< decimal
    std::vector<std::string> labels;            ///< enum
    std::vector<std::string> names;             ///< struct
    std::vector<EngineType> children;           ///< list, array, struct, map (key, value)
    std::size_t array_size = 0;

    /// nullopt for types that cannot be shown (BIT, UNION, …); `name` says which.
    [[nodiscard]] static std::optional<EngineType> read(duckdb_logical_type type);
    [[nodiscard]] ColumnType column_type() const;
};

/// A vector of a chunk and its validity mask. Valid as long as the chunk.
class EngineVector {
  public:
    explicit EngineVector(duckdb_vector vector)
        : vector_(vector),
          data_(duckdb_vector_get_data(vector)),
          validity_(duckdb_vector_get_validity(vector)) {}

    [[nodiscard]] bool is_null(idx_t row) const {
        return validity_ != nullptr && (validity_[row / 64] >> (row % 64) & 1U) == 0;
    }
    template <class T>
    [[nodiscard]] const T& at(idx_t row) const {
        return static_cast<const T*>(data_)[row];
    }
    [[nodiscard]] std::string_view text_at(idx_t row) const;
    [[nodiscard]] duckdb_vector handle() const { return vector_; }

  private:
    duckdb_vector vector_;
    void* data_;
    std::uint64_t* validity_;
};

/// A cell of a numeric type, with all its digits.
void add_number_at(ColumnWriter& column, const EngineType& type, const EngineVector& vector,
                   idx_t row);
/// A cell of a date or timestamp type as epoch milliseconds; NaN for infinity.
[[nodiscard]] double milliseconds_at(const EngineType& type, const EngineVector& vector, idx_t row);
/// A cell of any other type, appended as text; nested values as JSON.
void append_cell_text(std::string& out, const EngineType& type, const EngineVector& vector,
                      idx_t row);

}  // namespace casement::data
