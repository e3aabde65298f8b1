// Reads DuckDB's logical types.
#include "data/duckdb_handles.h"
#include "data/duckdb_values.h"

namespace casement::data {

std::optional<EngineType> EngineType::read(duckdb_logical_type type) {
    EngineType read;
    read.id = duckdb_get_type_id(type);
    const auto add_child = [&read](duckdb_logical_type child) {
        const DuckDbType owner(child);
        auto inner = EngineType::read(child);
        if (!inner) return false;
        read.children.push_back(std::move(*inner));
        return true;
    };
    switch (read.id) {
        case DUCKDB_TYPE_BOOLEAN:
        case DUCKDB_TYPE_TINYINT:
        case DUCKDB_TYPE_SMALLINT:
        case DUCKDB_TYPE_INTEGER:
        case DUCKDB_TYPE_BIGINT:
        case DUCKDB_TYPE_UTINYINT:
        case DUCKDB_TYPE_USMALLINT:
        case DUCKDB_TYPE_UINTEGER:
        case DUCKDB_TYPE_UBIGINT:
        case DUCKDB_TYPE_HUGEINT:
        case DUCKDB_TYPE_UHUGEINT:
        case DUCKDB_TYPE_FLOAT:
        case DUCKDB_TYPE_DOUBLE:
        case DUCKDB_TYPE_DATE:
        case DUCKDB_TYPE_TIME:
        case DUCKDB_TYPE_TIME_TZ:
        case DUCKDB_TYPE_INTERVAL:
        case DUCKDB_TYPE_TIMESTAMP:
        case DUCKDB_TYPE_TIMESTAMP_S:
        case DUCKDB_TYPE_TIMESTAMP_MS:
        case DUCKDB_TYPE_TIMESTAMP_NS:
        case DUCKDB_TYPE_TIMESTAMP_TZ:
        case DUCKDB_TYPE_VARCHAR:
        case DUCKDB_TYPE_BLOB:
        case DUCKDB_TYPE_UUID:
        case DUCKDB_TYPE_SQLNULL:
            return read;
        case DUCKDB_TYPE_DECIMAL:
            read.storage = duckdb_decimal_internal_type(type);
            read.scale = duckdb_decimal_scale(type);
            return read;
        case DUCKDB_TYPE_ENUM: {
            read.storage = duckdb_enum_internal_type(type);
            const idx_t count = duckdb_enum_dictionary_size(type);
            for (idx_t i = 0; i < count; ++i) {
                const DuckDbText label(duckdb_enum_dictionary_value(type, i));
                read.labels.push_back(text_or_empty(label.get()));
            }
            return read;
        }
        case DUCKDB_TYPE_LIST:
            if (!add_child(duckdb_list_type_child_type(type))) return std::nullopt;
            return read;
        case DUCKDB_TYPE_ARRAY:
            read.array_size = duckdb_array_type_array_size(type);
            if (!add_child(duckdb_array_type_child_type(type))) return std::nullopt;
            return read;
        case DUCKDB_TYPE_MAP:
            if (!add_child(duckdb_map_type_key_type(type))) return std::nullopt;
            if (!add_child(duckdb_map_type_value_type(type))) return std::nullopt;
            return read;
        case DUCKDB_TYPE_STRUCT: {
            const idx_t count = duckdb_struct_type_child_count(type);
            for (idx_t i = 0; i < count; ++i) {
                const DuckDbText name(duckdb_struct_type_child_name(type, i));
                read.names.push_back(text_or_empty(name.get()));
                if (!add_child(duckdb_struct_type_child_type(type, i))) return std::nullopt;
            }
            return read;
        }
        default:
            return std::nullopt;
    }
}

ColumnType EngineType::column_type() const {
    switch (id) {
        case DUCKDB_TYPE_BOOLEAN:
            return ColumnType::boolean;
        case DUCKDB_TYPE_TINYINT:
        case DUCKDB_TYPE_SMALLINT:
        case DUCKDB_TYPE_INTEGER:
        case DUCKDB_TYPE_BIGINT:
        case DUCKDB_TYPE_UTINYINT:
        case DUCKDB_TYPE_USMALLINT:
        case DUCKDB_TYPE_UINTEGER:
        case DUCKDB_TYPE_UBIGINT:
        case DUCKDB_TYPE_HUGEINT:
        case DUCKDB_TYPE_UHUGEINT:
        case DUCKDB_TYPE_FLOAT:
        case DUCKDB_TYPE_DOUBLE:
        case DUCKDB_TYPE_DECIMAL:
            return ColumnType::number;
        case DUCKDB_TYPE_DATE:
        case DUCKDB_TYPE_TIMESTAMP:
        case DUCKDB_TYPE_TIMESTAMP_S:
        case DUCKDB_TYPE_TIMESTAMP_MS:
        case DUCKDB_TYPE_TIMESTAMP_NS:
        case DUCKDB_TYPE_TIMESTAMP_TZ:
            return ColumnType::time;
        default:
            return ColumnType::text;
    }
}

}  // namespace casement::data
