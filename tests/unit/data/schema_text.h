// What a source says that it has, as one text.
#pragma once

#include "data/schema.h"
#include "data/source.h"

#include <string>

namespace casement::data {

/// "people(name VARCHAR, age INTEGER); notes(word TEXT)", or "code: message".
inline std::string schema_text(Source& source) {
    auto* tells = dynamic_cast<TellsSchema*>(&source);
    if (tells == nullptr) return "it does not tell";
    const Cancellation never;
    const auto schema = tells->schema(never);
    if (!schema) return std::string(schema.error().code) + ": " + schema.error().message;
    std::string out;
    for (const auto& relation : schema->relations) {
        std::string columns;
        for (const auto& column : relation.columns)
            columns += (columns.empty() ? "" : ", ") + column.name + " " + column.type;
        out += (out.empty() ? "" : "; ") + relation.name + "(" + columns + ")";
    }
    return schema->cut ? out + "; and more" : out;
}

}  // namespace casement::data
