// Row scope on PostgreSQL. A query over a model runs as
//
//     WITH "casement_scope_0" AS MATERIALIZED
//         (SELECT "id", "origin", … FROM "public"."flights" WHERE "origin" = ANY($3))
//     SELECT * FROM (<the author's text>) AS casement_scope LIMIT …
//
// where each place of the author's text that names a relation of the model names the fence instead.
//
// Why no foreign row can come through:
// - The text is taken apart by PostgreSQL's own parser, and every kind of node, function, type and
//   operator in it stands in a list (postgres_scope_walk.h, postgres_names.h). A relation that it
//   names is one of the model's, or defined by a WITH that is in sight there.
// - The text that is sent is parsed once more, and may then name nothing but fences: if the
//   rewriting ever missed a place, that place is refused.
// - It runs with search_path = pg_catalog, so that no name in it can mean a function, operator or
//   type that somebody has put into the database, and a relation that slipped through would not be
//   found.
// - MATERIALIZED is a fence for PostgreSQL's planner: conditions of the author's text are not moved
//   into it, and so never see a row that the filter takes out. A condition that fails on purpose
//   (1/(amount-7), a cast of a text) fails on the rows of its own tenant only; what the server says
//   about it is withheld all the same.
// - Values of filters are bound. A column that is hidden is not in the fence at all.
#pragma once

#include "base/error.h"
#include "data/postgres_bind.h"
#include "data/scope.h"

#include <set>
#include <string>
#include <vector>

namespace casement::data {

/// A text that is proven to read only a model's relations, with fences in their places.
struct PostgresProof {
    std::string text;
    std::vector<std::string> parameters;  ///< names of $1, $2, …
    /// What stands behind casement_scope_0, casement_scope_1, …
    std::vector<std::string> relations;
    /// Names behind a dot: no function of one argument may have them, see PostgresScopeUse.
    std::set<std::string> fields;
};

/// Needs no server. Errors: query_refused, query_invalid.
[[nodiscard]] Result<PostgresProof> prove_postgres(const std::string& text,
                                                   const std::string& model,
                                                   const std::vector<std::string>& relations);

/// A relation as the server has it.
struct PostgresRelation {
    struct Column {
        std::string name;
        std::string type;   ///< as SQL writes it, with its schema where it needs one
        unsigned base = 0;  ///< number of the type, of a domain that of what is below it
        bool is_enum = false;
        bool plain_collation = true;  ///< compares byte by byte
    };
    std::string schema;
    std::string name;
    std::vector<Column> columns;
};

struct PostgresFence {
    const ScopedRelation* scoped = nullptr;
    const PostgresRelation* relation = nullptr;
};

struct PostgresFences {
    std::string with;  ///< "WITH … ", or empty
    std::vector<PostgresValue> values;
};

/// `first` is the number of the first parameter that is free. Errors: unprocessable
/// "model_unusable" when a filter or covered column does not go with its relation.
[[nodiscard]] Result<PostgresFences> postgres_fences(const std::vector<PostgresFence>& fences,
                                                     std::size_t first, const std::string& model);

[[nodiscard]] Error postgres_model_unusable(const std::string& model, const std::string& reason);

}  // namespace casement::data
