#include "data/duckdb_result.h"

#include "base/encoding.h"
#include "data/query_errors.h"

#include <algorithm>

#include <fmt/format.h>

namespace casement::data {
namespace {

/// Adds a vector's rows to a column, with one loop per kind of column: `write` adds a cell that is
/// there. False when the column grew beyond `max_bytes`.
template <class Write>
bool add_cells(ColumnWriter& column, const EngineVector& vector, idx_t rows, std::size_t max_bytes,
               Write write) {
    for (idx_t row = 0; row < rows; ++row) {
        if (vector.is_null(row)) {
            column.add_null();
        } else {
            write(row);
        }
        if (column.bytes() > max_bytes) return false;
    }
    return true;
}

bool add_vector(ColumnWriter& column, const EngineType& type, duckdb_vector handle, idx_t rows,
                std::size_t max_bytes) {
    const EngineVector vector(handle);
    const auto add = [&](auto write) { return add_cells(column, vector, rows, max_bytes, write); };
    // The usual types without asking for the type at each cell.
    switch (type.id) {
        case DUCKDB_TYPE_SQLNULL:
            return add([&](idx_t) { column.add_null(); });
        case DUCKDB_TYPE_INTEGER:
            return add([&](idx_t row) { column.add_integer(vector.at<std::int32_t>(row)); });
        case DUCKDB_TYPE_BIGINT:
            return add([&](idx_t row) { column.add_integer(vector.at<std::int64_t>(row)); });
        case DUCKDB_TYPE_DOUBLE:
            return add([&](idx_t row) { column.add_number(vector.at<double>(row)); });
        case DUCKDB_TYPE_VARCHAR:
            return add([&](idx_t row) { column.add_text(vector.text_at(row)); });
        default:
            break;
    }
    switch (type.column_type()) {
        case ColumnType::time:
            return add([&](idx_t row) { column.add_number(milliseconds_at(type, vector, row)); });
        case ColumnType::number:
            return add([&](idx_t row) { add_number_at(column, type, vector, row); });
        case ColumnType::boolean:
            return add([&](idx_t row) { column.add_boolean(vector.at<bool>(row)); });
        case ColumnType::text:
            break;
    }
    std::string text;
    return add([&](idx_t row) {
        text.clear();
        append_cell_text(text, type, vector, row);
        column.add_text(text);
    });
}

}  // namespace

Result<ChunkReader> ChunkReader::create(duckdb_result* result, QueryLimits limits) {
    std::vector<EngineType> types;
    std::vector<Column> columns;
    const idx_t count = duckdb_column_count(result);
    for (idx_t i = 0; i < count; ++i) {
        const DuckDbType logical(duckdb_column_logical_type(result, i));
        std::string name = text_or_empty(duckdb_column_name(result, i));
        auto type = EngineType::read(logical.get());
        if (!type) {
            return query_invalid(
                fmt::format("The column \"{}\" is of a type that cannot be shown. CAST it to "
                            "VARCHAR in the query.",
                            utf8_head(name, 64)));
        }
        columns.push_back({std::move(name), type->column_type(), {}});
        types.push_back(std::move(*type));
    }
    return ChunkReader(std::move(types), TableWriter(std::move(columns), limits));
}

ChunkReader::State ChunkReader::add(duckdb_data_chunk chunk) {
    const idx_t size = duckdb_data_chunk_get_size(chunk);
    const idx_t taken = std::min<idx_t>(size, writer_.room());
    for (idx_t i = 0; i < types_.size() && taken > 0; ++i) {
        const auto vector = duckdb_data_chunk_get_vector(chunk, i);
        if (!add_vector(writer_.column(i), types_[i], vector, taken, writer_.limits().bytes)) {
            return State::too_large;
        }
    }
    if (!writer_.advance(taken)) return State::too_large;
    if (taken == size) return State::more;
    writer_.cut();
    return State::full;
}

}  // namespace casement::data
