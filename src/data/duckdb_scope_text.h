// The SQL around a scoped query. Names are quoted, values are bound.
#pragma once

#include "base/error.h"
#include "data/duckdb_scope.h"

#include <string>
#include <vector>

namespace casement::data {

/// One relation of the scope as the source has it.
struct ScopeTarget {
    const ScopedRelation* scoped = nullptr;
    const ScopeCatalog::Relation* relation = nullptr;
};

/// `text` over `targets`, narrowed. `once` is ScopeUse's. Errors: model_unusable.
[[nodiscard]] Result<ScopedText> narrowed(const std::string& text,
                                          const std::vector<ScopeTarget>& targets, bool once,
                                          const std::string& model);

/// The same form over relations of the same columns with no rows, which needs no source.
[[nodiscard]] std::string stubbed(const std::string& text, const std::vector<ScopeTarget>& targets);

/// Whether the covered columns are there, and not all hidden. Errors: model_unusable.
[[nodiscard]] Result<void> check_covers(const ScopeTarget& target, const std::string& model);

[[nodiscard]] Error model_unusable(const std::string& model, const std::string& reason);

}  // namespace casement::data
