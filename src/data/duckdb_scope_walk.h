// The proof that a query reads nothing but a scope's relations. It walks the tree that the engine's
// own parser makes, against a list of everything that a tree may be made of: what is not in the
// list is refused, so that a newer engine's new syntax is closed until somebody looks at it.
#pragma once

#include "base/error.h"

#include <set>
#include <string>
#include <string_view>

#include <boost/json.hpp>

namespace casement::data {

/// What a text's names may stand for. All in lower case.
struct ScopeNames {
    std::string model;                   ///< for messages
    std::set<std::string> relations;     ///< may be read
    std::set<std::string> taken;         ///< every relation of the source: closed to WITH
    std::set<std::string> functions;     ///< may be called
    std::set<std::string> closed_types;  ///< types that the source brings along
};

/// Names that begin so are ours: parameters and the alias around the author's query.
inline constexpr std::string_view kScopePrefix = "casement_scope";

/// What a proven text reads.
struct ScopeUse {
    std::set<std::string> relations;  ///< in lower case
    /// Each of them is read in one place, and so is every name that a WITH defines: the engine has
    /// no reason to copy a part of its plan.
    bool once = true;
};

/// `statement` is an element of json_serialize_sql's statements. Errors: query_refused.
[[nodiscard]] Result<ScopeUse> walk_scoped(const boost::json::value& statement,
                                           const ScopeNames& names);

}  // namespace casement::data
