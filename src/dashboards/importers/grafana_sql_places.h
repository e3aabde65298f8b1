// Where a value may stand in a query: at which places a bound value means what a pasted one meant.
#pragma once

#include "dashboards/importers/grafana_sql_lexer.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::dashboards {

/// What surrounds one token.
struct SqlPlace {
    enum class Clause { none, select, from, condition, by, limit, values, names };
    static constexpr std::size_t kNothing = static_cast<std::size_t>(-1);

    Clause clause = Clause::none;
    /// What stands before the innermost open parenthesis or bracket, in lower case: a function's
    /// name, a key word such as "in", an operator; empty at the outermost level.
    std::string opener;
    bool in_call = false;     ///< that is a function's name
    bool in_bracket = false;  ///< the innermost is a bracket
    std::size_t open = kNothing;
    std::size_t before = kNothing;  ///< the nearest token that is no space and no comment
    std::size_t after = kNothing;
    bool ends_between = false;  ///< `before` is the AND of a BETWEEN
};

/// One for each token. Nothing depends on the text being valid SQL.
[[nodiscard]] std::vector<SqlPlace> sql_places(const std::vector<SqlToken>& tokens);

/// How a value stands in Grafana's text.
enum class Pasted {
    quoted,  ///< as a literal, in quotes
    bare,    ///< as it is: a number, or else a name or a piece of SQL
};

/// Why a value cannot be bound in the place of the tokens `first` to `last`, as the end of a
/// sentence that begins with what stands there ("stands where a table is named"); nullopt: it can.
[[nodiscard]] std::optional<std::string> cannot_bind(const std::vector<SqlToken>& tokens,
                                                     const std::vector<SqlPlace>& places,
                                                     std::size_t first, std::size_t last,
                                                     Pasted pasted);

/// Is the token next to an operator of arithmetic?
[[nodiscard]] bool in_arithmetic(const std::vector<SqlToken>& tokens, const SqlPlace& place);

/// ASCII letters in lower case.
[[nodiscard]] std::string lower_word(std::string_view text);

}  // namespace casement::dashboards
