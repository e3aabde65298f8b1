// PostgreSQL's own scanner and parser (libpg_query), over texts that no server has seen yet.
#pragma once

#include "base/error.h"

#include <cstddef>
#include <string>
#include <vector>

#include <boost/json.hpp>

namespace casement::data {

struct PostgresToken {
    /// Kinds that somebody asks about; a single character's kind is the character itself.
    static constexpr int kParameter = 267;  ///< $1

    std::size_t start = 0;  ///< byte in the text
    std::size_t end = 0;    ///< behind its last byte
    int kind = 0;
};

/// Without comments. Errors: query_invalid.
[[nodiscard]] Result<std::vector<PostgresToken>> postgres_tokens(const std::string& text);

struct PostgresSelect {
    boost::json::object node;  ///< SelectStmt, as libpg_query writes it
    std::string text;          ///< of this statement alone: without a semicolon and what follows
};

/// Errors: query_invalid with the parser's message; query_refused when the text is anything but one
/// SELECT (VALUES and TABLE count as such), or is nested deeper than anybody writes.
[[nodiscard]] Result<PostgresSelect> parse_postgres_select(const std::string& text);

}  // namespace casement::data
