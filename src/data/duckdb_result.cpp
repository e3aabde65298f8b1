#include "data/duckdb_result.h"

#include "base/encoding.h"
#include "data/json_text.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace casement::data {
namespace {

std::string_view name_of(ColumnType type) {
    switch (type) {
        case ColumnType::time:
            return "time";
        case ColumnType::number:
            return "number";
        case ColumnType::boolean:
            return "boolean";
        case ColumnType::text:
            break;
    }
    return "text";
}

/// Adds a vector's rows to a column. One loop per kind of column: `write` adds a cell that is there
/// to the JSON and to the cells, and says whether it had a value after all.
template <class Write>
bool add_cells(std::string& json, std::vector<bool>& nulls, const EngineVector& vector, idx_t rows,
               std::size_t max_bytes, Write write) {
    for (idx_t row = 0; row < rows; ++row) {
        if (!nulls.empty()) json += ',';
        const bool present = !vector.is_null(row) && write(row);
        nulls.push_back(!present);
        if (!present) json += "null";
        if (json.size() > max_bytes) return false;
    }
    return true;
}

}  // namespace

/// Cells of any type that is a number at last; null leaves 0.
template <class Read>
bool TableBuilder::ColumnBuilder::add_numbers(const EngineVector& vector, idx_t rows,
                                              std::size_t max_bytes, Read read) {
    const std::size_t start = cells.numbers.size();
    cells.numbers.resize(start + rows);
    double* const numbers = cells.numbers.data() + start;
    return add_cells(json, cells.nulls, vector, rows, max_bytes, [&](idx_t row) {
        const double number = read(row);
        if (!std::isfinite(number)) return false;
        append_number(json, number);
        numbers[row] = number;
        return true;
    });
}

bool TableBuilder::ColumnBuilder::add(duckdb_vector handle, idx_t rows, std::size_t max_bytes) {
    const EngineVector vector(handle);
    const std::size_t start = cells.nulls.size();
    switch (type.column_type()) {
        case ColumnType::time: {
            cells.numbers.resize(start + rows);
            return add_cells(json, cells.nulls, vector, rows, max_bytes, [&](idx_t row) {
                const auto time = milliseconds_at(type, vector, row);
                if (!time) return false;
                append_integer(json, *time);
                cells.numbers[start + row] = static_cast<double>(*time);
                return true;
            });
        }
        case ColumnType::number:
            // The usual types without asking for the type at each cell.
            switch (type.id) {
                case DUCKDB_TYPE_INTEGER:
                    return add_numbers(vector, rows, max_bytes, [&](idx_t row) -> double {
                        return vector.at<std::int32_t>(row);
                    });
                case DUCKDB_TYPE_BIGINT:
                    return add_numbers(vector, rows, max_bytes, [&](idx_t row) {
                        return static_cast<double>(vector.at<std::int64_t>(row));
                    });
                case DUCKDB_TYPE_DOUBLE:
                    return add_numbers(vector, rows, max_bytes,
                                       [&](idx_t row) { return vector.at<double>(row); });
                default:
                    return add_numbers(vector, rows, max_bytes,
                                       [&](idx_t row) { return number_at(type, vector, row); });
            }
        case ColumnType::boolean:
            cells.numbers.resize(start + rows);
            return add_cells(json, cells.nulls, vector, rows, max_bytes, [&](idx_t row) {
                const bool value = vector.at<bool>(row);
                json += value ? "true" : "false";
                cells.numbers[start + row] = value ? 1 : 0;
                return true;
            });
        case ColumnType::text:
            break;
    }
    cells.texts.resize(start + rows);
    const auto add_texts = [&](auto write) {
        return add_cells(json, cells.nulls, vector, rows, max_bytes, write);
    };
    if (type.id == DUCKDB_TYPE_SQLNULL) {
        return add_texts([](idx_t) { return false; });
    }
    if (type.id == DUCKDB_TYPE_VARCHAR) {
        return add_texts([&](idx_t row) {
            const std::string_view text = vector.text_at(row);
            append_text(json, text);
            cells.texts[start + row] = text;
            return true;
        });
    }
    return add_texts([&](idx_t row) {
        std::string& text = cells.texts[start + row];
        append_cell_text(text, type, vector, row);
        append_text(json, text);
        return true;
    });
}

Result<TableBuilder> TableBuilder::create(duckdb_result* result, QueryLimits limits) {
    TableBuilder builder;
    builder.limits_ = limits;
    const idx_t count = duckdb_column_count(result);
    for (idx_t i = 0; i < count; ++i) {
        const DuckDbType logical(duckdb_column_logical_type(result, i));
        std::string name = text_or_empty(duckdb_column_name(result, i));
        auto type = EngineType::read(logical.get());
        if (!type) {
            return Error{ErrorKind::unprocessable,
                         "query_invalid",
                         fmt::format("The column \"{}\" is of a type that cannot be shown. CAST it "
                                     "to VARCHAR in the query.",
                                     utf8_head(name, 64)),
                         {}};
        }
        ColumnBuilder column;
        column.name = std::move(name);
        column.type = std::move(*type);
        builder.columns_.push_back(std::move(column));
    }
    return builder;
}

TableBuilder::State TableBuilder::add(duckdb_data_chunk chunk) {
    const idx_t size = duckdb_data_chunk_get_size(chunk);
    const idx_t taken = std::min<idx_t>(size, limits_.rows - rows_);
    std::size_t bytes = 0;
    for (idx_t i = 0; i < columns_.size() && taken > 0; ++i) {
        const auto vector = duckdb_data_chunk_get_vector(chunk, i);
        if (!columns_[i].add(vector, taken, limits_.bytes)) return State::too_large;
        bytes += columns_[i].json.size();
        if (bytes > limits_.bytes) return State::too_large;
    }
    rows_ += taken;
    truncated_ = taken < size;
    return truncated_ ? State::full : State::more;
}

TablePtr TableBuilder::finish() && {
    auto table = std::make_shared<Table>();
    table->rows = rows_;
    table->truncated = truncated_;
    std::size_t bytes = 64;
    for (const auto& column : columns_)
        bytes += column.json.size() + column.name.size() + 64;
    std::string& json = table->json;
    json.reserve(bytes);
    json += "{\"columns\":[";
    for (auto& column : columns_) {
        if (!table->columns.empty()) json += ',';
        const ColumnType type = column.type.column_type();
        json += "{\"name\":";
        append_text(json, column.name);
        json += ",\"type\":\"";
        json += name_of(type);
        json += "\",\"values\":[";
        json += column.json;
        json += "]}";
        table->columns.push_back({std::move(column.name), type});
        table->cells.push_back(std::move(column.cells));
    }
    json += fmt::format("],\"rows\":{},\"truncated\":{}}}", rows_, truncated_);
    return table;
}

}  // namespace casement::data
