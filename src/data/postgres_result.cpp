#include "data/postgres_result.h"

#include "data/json_text.h"
#include "data/postgres_bind.h"
#include "data/postgres_values.h"

#include <charconv>
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

}  // namespace

void PostgresTable::ColumnBuilder::add(const PGresult* piece, int row, int index,
                                       std::size_t place) {
    if (!json.empty()) json += ',';
    const bool null = PQgetisnull(piece, row, index) != 0;
    const std::string_view text(
        PQgetvalue(piece, row, index),
        static_cast<std::size_t>(PQgetlength(piece, row, index)));
    double number = 0;
    bool shown = !null;
    switch (column.type) {
        case ColumnType::text:
            cells.texts.emplace_back(text);
            if (shown) append_text(json, text);
            break;
        case ColumnType::boolean:
            number = text == "t" ? 1 : 0;
            if (shown) json += number != 0 ? "true" : "false";
            break;
        case ColumnType::time: {
            const auto time = null ? std::nullopt : postgres_milliseconds(text);
            shown = time.has_value();
            number = static_cast<double>(time.value_or(0));
            if (shown) append_integer(json, *time);
            break;
        }
        case ColumnType::number:
            number = null ? 0 : postgres_number(text);
            if (!std::isfinite(number)) {
                shown = false;
                number = 0;
            }
            if (!shown) break;
            append_number(json, number);
            // A float's text is the shortest there is already.
            if (type != postgres_type::kFloat8 && type != postgres_type::kFloat4 &&
                !is_exact(text, number)) {
                if (!exact_json.empty()) exact_json += ',';
                exact_json += fmt::format("\"{}\":", place);
                append_text(exact_json, text);
                cells.exact.emplace(place, text);
            }
            break;
    }
    if (!shown) json += "null";
    if (column.type != ColumnType::text) cells.numbers.push_back(number);
    cells.nulls.push_back(!shown);
}

void PostgresTable::start(const PGresult* piece) {
    started_ = true;
    const int count = PQnfields(piece);
    for (int i = 0; i < count; ++i) {
        ColumnBuilder builder;
        builder.type = PQftype(piece, i);
        builder.column.name = PQfname(piece, i);
        builder.column.type = postgres_column_type(builder.type);
        columns_.push_back(std::move(builder));
    }
}

PostgresTable::State PostgresTable::add(const PGresult* piece) {
    if (!started_) start(piece);
    const int count = PQntuples(piece);
    for (int row = 0; row < count; ++row) {
        if (rows_ >= limits_.rows) {
            truncated_ = true;
            return State::full;
        }
        std::size_t bytes = 0;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            columns_[i].add(piece, row, static_cast<int>(i), rows_);
            bytes += columns_[i].json.size() + columns_[i].exact_json.size();
        }
        ++rows_;
        if (bytes > limits_.bytes) return State::too_large;
    }
    return State::more;
}

TablePtr PostgresTable::finish() && {
    auto table = std::make_shared<Table>();
    table->rows = rows_;
    table->truncated = truncated_;
    std::size_t bytes = 64;
    for (const auto& column : columns_)
        bytes += column.json.size() + column.exact_json.size() + column.column.name.size() + 64;
    std::string& json = table->json;
    json.reserve(bytes);
    json += "{\"columns\":[";
    for (auto& column : columns_) {
        if (!table->columns.empty()) json += ',';
        json += "{\"name\":";
        append_text(json, column.column.name);
        json += ",\"type\":\"";
        json += name_of(column.column.type);
        json += "\",\"values\":[";
        json += column.json;
        json += ']';
        if (!column.exact_json.empty()) json += ",\"exact\":{" + column.exact_json + '}';
        json += '}';
        table->columns.push_back(std::move(column.column));
        table->cells.push_back(std::move(column.cells));
    }
    json += fmt::format("],\"rows\":{},\"truncated\":{}}}", rows_, truncated_);
    return table;
}

}  // namespace casement::data
