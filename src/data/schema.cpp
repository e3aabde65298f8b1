#include "data/schema.h"

#include <utility>

namespace casement::data {

void add_column(Schema& schema, std::string relation, std::string column, std::string type) {
    auto& relations = schema.relations;
    if (relations.empty() || relations.back().name != relation) {
        relations.push_back({std::move(relation), {}});
    }
    relations.back().columns.push_back({std::move(column), std::move(type)});
}

Schema schema_of(const Table& rows) {
    Schema schema;
    schema.cut = rows.truncated || rows.rows >= kMostSchemaRows;
    if (rows.cells.size() < 3) return schema;
    for (std::size_t row = 0; row < rows.rows; ++row) {
        add_column(schema, rows.cells[0].texts.at(row), rows.cells[1].texts.at(row),
                   rows.cells[2].texts.at(row));
    }
    return schema;
}

}  // namespace casement::data
