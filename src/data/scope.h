// Row scope: which relations of a source a query may touch, and which of their rows. A source
// applies it to the query with its engine's own parser; a query that it cannot prove to stay inside
// is refused. Values are bound, never spliced.
#pragma once

#include "base/error.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace casement::data {

struct DuckDbSettings;

/// Rows stay whose `column` is one of `values`. No values: no rows.
struct RowFilter {
    std::string column;
    enum class Type { text, number } type = Type::text;
    std::vector<std::string> values;
};

struct ScopedRelation {
    std::string name;                ///< as the source calls it
    std::vector<RowFilter> filters;  ///< all of them hold; none: every row
};

struct Scope {
    std::string model;  ///< for messages and logs
    std::vector<ScopedRelation> relations;
    /// Unambiguous text of everything above: part of the cache key.
    std::string key;
};
using ScopePtr = std::shared_ptr<const Scope>;

/// Fills `key`.
[[nodiscard]] ScopePtr make_scope(std::string model, std::vector<ScopedRelation> relations);

/// Proves texts without their source, for whoever writes them. One caller at a time; blocking, for
/// some milliseconds.
class ScopeProver {
  public:
    virtual ~ScopeProver() = default;
    [[nodiscard]] static Result<std::unique_ptr<ScopeProver>> create();

    /// Whether the text, whatever the source has besides, reads only these relations. What it says
    /// about columns and types is not looked at. Errors: query_refused, query_invalid.
    [[nodiscard]] virtual Result<void> prove(const std::string& text, const std::string& model,
                                             const std::vector<std::string>& relations) = 0;
};

/// Names of the relations that a source has, in lower case; a database file is opened for that.
/// nullopt: it cannot be read now.
[[nodiscard]] std::optional<std::set<std::string>> relation_names(const DuckDbSettings& settings);

}  // namespace casement::data
