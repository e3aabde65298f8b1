// The text of a Grafana SQL query as a query of our own, in which every value is bound. Grafana
// pastes values into the text; here a macro or a variable becomes an expression over $names, or the
// query is not taken.
#pragma once

#include "base/error.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace casement::dashboards {

/// Whose words the text is in.
enum class SqlFlavour { duckdb, postgresql, mysql, sqlite };

/// Of a source's type; DuckDB's for a type that is not known.
[[nodiscard]] SqlFlavour flavour_of(std::string_view source_type);

struct SqlVariable {
    std::string name;
    bool multi = false;     ///< bound as a list; Grafana quotes such a variable's values itself
    std::string parameter;  ///< the name it is bound by, where that is not `name`
    bool labelled = false;  ///< what is shown for a value may be another text than the value
    bool missing = false;   ///< the document has it, and it was left out: nothing may name it
};

struct ImportedSql {
    std::string text;
    std::vector<std::string> changes;  ///< sentences, for the author: what is not as it was
    /// A column that the text names by a variable's value has a name of its own here.
    struct Renamed {
        std::string column;   ///< as the result has it
        std::string written;  ///< as the document has it: "${title} in hours"
    };
    std::vector<Renamed> renamed;
};

/// `raw` is what Grafana calls rawSql, in the words of the source that will run it: only Grafana's
/// own additions are replaced, nothing is translated. The result names $from, $to, $interval,
/// $timezone and the variables given, and nothing else. Pure, any thread.
/// Errors: unprocessable "query_not_importable" with a sentence that names the place and the
/// reason, for whoever may read the query.
[[nodiscard]] Result<ImportedSql> import_sql(std::string_view raw,
                                             std::span<const SqlVariable> variables,
                                             SqlFlavour flavour = SqlFlavour::duckdb);

}  // namespace casement::dashboards
