// A query's text as PostgreSQL takes it: `$name` becomes `$1`, and what is closed to every query
// is refused.
#pragma once

#include "base/error.h"

#include <string>
#include <vector>

#include <boost/json.hpp>

namespace casement::data {

struct PostgresText {
    std::string text;
    std::vector<std::string> parameters;  ///< names of $1, $2, …
};

/// Finds names with PostgreSQL's scanner: `$name` in a text, a quoted name, a comment or between
/// dollar quotes is none. Errors: query_invalid; query_refused for "$1", and for a spelling that
/// named_parameters() of data/query.h does not see.
[[nodiscard]] Result<PostgresText> number_parameters(const std::string& text);

/// One SELECT, its parameters numbered, that only reads: no SELECT INTO, no row locks, nothing that
/// writes inside of WITH, no function that reaches beyond the query. Errors: query_invalid,
/// query_refused.
[[nodiscard]] Result<PostgresText> read_postgres_text(const std::string& text);

/// The text up to the semicolon that ends it: behind that are none but comments. A text that the
/// scanner cannot read comes back as it is.
[[nodiscard]] std::string postgres_statement(const std::string& text);

/// Around a text that read_postgres_text or the scope has let through, so that the server stops at
/// the limit by itself. `with` stands before it: "" or "WITH … ".
[[nodiscard]] std::string limited(const std::string& with, const std::string& text,
                                  std::size_t rows);

}  // namespace casement::data
