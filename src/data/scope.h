// Row scope: which relations of a source a query may touch, and which of their rows. A source
// applies it to the query with its engine's own parser; a query that it cannot prove to stay inside
// is refused. Values are bound, never spliced.
#pragma once

#include "base/error.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace casement::data {

/// Rows stay whose `column` passes. What cannot be read as `type`, or is missing: no rows.
struct RowFilter {
    std::string column;
    enum class Type { text, number, time } type = Type::text;
    std::vector<std::string> values;
    enum class Kind {
        one_of,  ///< the column is one of `values`; none: no rows
        range,   ///< from values[0] up to and including values[1]; "" is an open end; exactly two
    } kind = Kind::one_of;
};

/// A column that this viewer does not see as it is.
struct CoveredColumn {
    std::string name;
    enum class How {
        hidden,   ///< the relation does not have it
        as_null,  ///< NULL of its own type
        as_text,  ///< the text "***" where it has a value
    } how = How::hidden;
};

struct ScopedRelation {
    std::string name;                ///< as the source calls it
    std::vector<RowFilter> filters;  ///< all of them hold; none: every row
    std::vector<CoveredColumn> covered{};
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
    /// For sources of this type. Errors: unprocessable "scope_not_provable" for a type whose
    /// queries cannot be proven.
    [[nodiscard]] static Result<std::unique_ptr<ScopeProver>> create(std::string_view source_type);

    /// Whether the text, whatever the source has besides, reads only these relations. What it says
    /// about columns and types is not looked at. Errors: query_refused, query_invalid.
    [[nodiscard]] virtual Result<void> prove(const std::string& text, const std::string& model,
                                             const std::vector<std::string>& relations) = 0;
};

}  // namespace casement::data
