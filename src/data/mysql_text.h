// A query's text as MySQL and MariaDB read it: what it names, what it may not say, and the text
// with a `?` for each value. The server is pinned to the rules that are followed here (kSqlMode),
// so that both see the same strings, names and comments.
#pragma once

#include "base/error.h"
#include "data/query.h"

#include <string>
#include <string_view>
#include <vector>

namespace casement::data {

/// Backslashes escape, and "…" is a string; `…` quotes names.
inline constexpr std::string_view kMysqlMode =
    "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

/// A text that passed, cut at its values.
struct MysqlText {
    struct Place {
        std::string name;
        bool in_list = false;  ///< alone between commas or brackets of IN (…): may be a list
    };
    /// One more than `places`: the text before, between and after them.
    std::vector<std::string> parts;
    std::vector<Place> places;
    std::size_t end = 0;  ///< of the statement in the text: its semicolon, or the text's end

    /// Errors: query_refused for what is not one SELECT, or asks for what is closed to queries
    /// (files, locks, waiting, who the account is, variables of the server); query_invalid for
    /// what cannot be taken apart.
    [[nodiscard]] static Result<MysqlText> read(const std::string& text);
};

/// A statement with `?` and the values in their order.
struct MysqlStatement {
    std::string text;
    std::vector<Scalar> values;
};

/// Lists become as many `?` as they have entries; an empty one becomes NULL, which nothing equals.
/// Errors: query_invalid for a name without a value or a list in the wrong place,
/// invalid_parameter for a value that cannot be bound.
[[nodiscard]] Result<MysqlStatement> render(const MysqlText& text,
                                            const std::map<std::string, Value>& values);

}  // namespace casement::data
