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

// One loop per kind of column; `write` adds the cell to json and cells and says whether it was one.
template <class Write>
bool add_cells(std::string& json, Table::Cells& cells, const EngineVector& vector, idx_t rows,
               std::size_t max_bytes, bool is_text, Write write) {
    for (idx_t row = 0; row < rows; ++row) {
        if (!cells.nulls.empty()) json += ',';
        const bool present = !vector.is_null(row) && write(row);
        cells.nulls.push_back(!present);
        if (!present) {
            json += "null";
            if (is_text) {
                cells.texts.emplace_back();
            } else {
                cells.numbers.push_back(0);
            }
        }
        if (json.size() > max_bytes) return false;
    }
    return true;
}

}  // namespace

bool TableBuilder::ColumnBuilder::add(duckdb_vector handle, idx_t rows, std::size_t max_bytes) {
    const EngineVector vector(handle);
    const auto each = [&](bool is_text, auto write) {
        return add_cells(json, cells, vector, rows, max_bytes, is_text, write);
    };
    switch (type.column_type()) {
        case ColumnType::time:
            return each(false, [&](idx_t row) {
                const auto time = milliseconds_at(type, vector, row);
                if (!time) return false;
                append_integer(json, *time);
                cells.numbers.push_back(static_cast<double>(*time));
                return true;
            });
        case ColumnType::number:
            return each(false, [&](idx_t row) {
                const double number = number_at(type, vector, row);
                if (!std::isfinite(number)) return false;
                append_number(json, number);
                cells.numbers.push_back(number);
                return true;
            });
        case ColumnType::boolean:
            return each(false, [&](idx_t row) {
                const bool value = vector.at<bool>(row);
                json += value ? "true" : "false";
                cells.numbers.push_back(value ? 1 : 0);
                return true;
            });
        case ColumnType::text:
            break;
    }
    if (type.id == DUCKDB_TYPE_SQLNULL) {
        return each(true, [](idx_t) { return false; });
    }
    return each(true, [&](idx_t row) {
        std::string& text = cells.texts.emplace_back();
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
