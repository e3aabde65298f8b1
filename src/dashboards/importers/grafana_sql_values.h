// Grafana's values as expressions over bound names.
#pragma once

#include "dashboards/importers/grafana_sql.h"
#include "dashboards/importers/grafana_sql_lexer.h"

#include <optional>
#include <string>
#include <string_view>

namespace casement::dashboards {

/// What a name is bound by in the query.
[[nodiscard]] std::string parameter_of(const SqlVariable& variable);

/// What Grafana itself offers: `__from`, `__timezone`, …
struct BuiltIn {
    enum class Type { number, text, interval };
    Type type = Type::number;
    std::string expression;
};
/// nullopt: there is no such thing, or it cannot be bound.
[[nodiscard]] std::optional<BuiltIn> built_in(const SqlReference& reference);
[[nodiscard]] bool is_built_in_name(std::string_view name);

/// What `$__unixEpochFrom()` and its like stand for; nullopt for another macro's name.
[[nodiscard]] std::optional<std::string> epoch_moment(std::string_view macro);

/// The text that a reference inside a quoted literal stands for. nullopt: this format cannot be
/// made of bound values exactly.
[[nodiscard]] std::optional<std::string> text_of(const SqlVariable& variable,
                                                 std::string_view format);

/// The length of "5m", "1h30m", "1d" in seconds, as SQL; nullopt: no duration.
[[nodiscard]] std::optional<std::string> seconds_of(std::string_view duration);
/// The same of an expression whose value is such a text.
[[nodiscard]] std::string seconds_of_text(std::string_view expression);

/// A moment's bucket, as a TIMESTAMP: buckets are counted from 1970 on, as Grafana counts.
[[nodiscard]] std::string time_bucket(std::string_view time, std::string_view seconds);
/// The same of a number of seconds since 1970.
[[nodiscard]] std::string epoch_bucket(std::string_view seconds_column, std::string_view seconds);

}  // namespace casement::dashboards
