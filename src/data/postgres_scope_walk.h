// The proof that a query on PostgreSQL reads nothing but a scope's relations. It walks the tree
// that PostgreSQL's own parser makes, against a list of everything that a tree may be made of: what
// is not in the list is refused, so that a newer parser's new syntax is closed until somebody looks
// at it.
#pragma once

#include "base/error.h"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include <boost/json.hpp>

namespace casement::data {

/// Names that begin so are ours: the fences around relations, the alias around the author's query.
inline constexpr std::string_view kPostgresScopePrefix = "casement_scope";

struct PostgresScopeNames {
    std::string model;                ///< for messages
    std::set<std::string> relations;  ///< may be read: "flights", "sales.orders"
};

/// What a proven text reads, and where it says so.
struct PostgresScopeUse {
    struct Place {
        std::size_t at = 0;  ///< byte in the text where the relation's name begins
        std::string relation;
        std::string table;  ///< its last part: what columns are prefixed with
        bool qualified = false;
        bool has_alias = false;
    };
    std::vector<Place> places;
    /// Names behind a dot, which PostgreSQL takes for a call where they are no column.
    std::set<std::string> fields;
};

/// `select` is a SelectStmt. Errors: query_refused.
[[nodiscard]] Result<PostgresScopeUse> walk_postgres_scope(const boost::json::object& select,
                                                           const PostgresScopeNames& names);

}  // namespace casement::data
