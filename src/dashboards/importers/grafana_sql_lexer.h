// The text of a Grafana SQL query in pieces, as far as one must understand it to know where a value
// stands: strings, names, comments, and Grafana's own references. The engine's parser has the last
// word on everything else.
#pragma once

#include "dashboards/importers/grafana_sql.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::dashboards {

/// `$name`, `${name}`, `${name.path}`, `${name:format}`, `[[name]]`, `[[name:format]]`.
struct SqlReference {
    std::string_view text;  ///< the whole of it
    std::string_view name;
    std::string_view path;    ///< of `${name.path}`, or empty
    std::string_view format;  ///< or empty
    bool is_braced = false;
};

struct SqlToken {
    enum class Kind {
        space,
        comment,
        word,         ///< a name or a key word, as written
        number,       ///< also what begins like one: 5m, 0x1F
        string,       ///< '…', quotes included; in MySQL's words also "…"
        quoted_name,  ///< "…" or `…`, as the flavour has it
        dollar_text,  ///< $$…$$ or $tag$…$tag$
        reference,
        symbol,  ///< one character, or "::"
        broken,  ///< a quote or comment without an end, to the end of the text
    };
    Kind kind = Kind::symbol;
    std::string_view text;
    SqlReference reference{};
};

/// Whether a name is a variable's: `[[name]]` of another name is a list inside a list.
using IsVariable = std::function<bool(std::string_view name)>;

/// Every byte of `text` in exactly one token, in order. The tokens look into `text`.
[[nodiscard]] std::vector<SqlToken> sql_tokens(std::string_view text, const IsVariable& is_variable,
                                               SqlFlavour flavour = SqlFlavour::duckdb);

/// The reference at the beginning of `text`, or one whose text is empty.
[[nodiscard]] SqlReference reference_at(std::string_view text, const IsVariable& is_variable);

}  // namespace casement::dashboards
