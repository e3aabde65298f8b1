// Grafana's values as expressions over bound names.
#pragma once

#include "dashboards/importers/grafana_sql.h"
#include "dashboards/importers/grafana_sql_lexer.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace casement::dashboards {

/// What a name is bound by in the query.
[[nodiscard]] std::string parameter_of(const SqlVariable& variable);

/// What Grafana itself offers: `__from`, `__timezone`, …
struct BuiltIn {
    enum class Type { number, text, interval };
    Type type = Type::number;
    std::string expression;
};
[[nodiscard]] bool is_built_in_name(std::string_view name);

/// The length of "5m", "1h30m", "1d" in seconds, as SQL; nullopt: no duration.
[[nodiscard]] std::optional<std::string> seconds_of(std::string_view duration);

/// The same values in the words of one engine.
class SqlValues {
  public:
    explicit SqlValues(SqlFlavour flavour) : flavour_(flavour) {}

    /// The ends of the time range, as moments.
    [[nodiscard]] std::string from() const;
    [[nodiscard]] std::string to() const;
    /// nullopt: there is no such thing, or it cannot be bound.
    [[nodiscard]] std::optional<BuiltIn> built_in(const SqlReference& reference) const;
    /// What `$__unixEpochFrom()` and its like stand for; nullopt for another macro's name.
    [[nodiscard]] std::optional<std::string> epoch_moment(std::string_view macro) const;
    /// The text that a reference inside a quoted literal stands for. nullopt: this format cannot
    /// be made of bound values exactly.
    [[nodiscard]] std::optional<std::string> text_of(const SqlVariable& variable,
                                                     std::string_view format) const;
    /// A bound text as a number, beside an operator.
    [[nodiscard]] std::string number(std::string_view parameter) const;
    /// What stands between the parentheses of `IN ( )` for a list.
    [[nodiscard]] std::string members(std::string_view parameter) const;
    /// Whether a list is a value of its own, as for ANY(…).
    [[nodiscard]] bool has_lists() const;
    [[nodiscard]] std::string joined(const std::vector<std::string>& texts) const;
    [[nodiscard]] std::string time_name() const;  ///< "time", as a column's name in quotes
    /// The readable bucket of the picture, in seconds.
    [[nodiscard]] std::string interval_seconds() const;
    /// The length that a text of letters like "5m" has, in seconds. nullopt: not in this engine.
    [[nodiscard]] std::optional<std::string> seconds_of_text(std::string_view expression) const;
    /// A moment's bucket, as a moment: buckets are counted from 1970 on, as Grafana counts.
    [[nodiscard]] std::string time_bucket(std::string_view time, std::string_view seconds) const;
    /// The same of a number of seconds since 1970.
    [[nodiscard]] std::string epoch_bucket(std::string_view seconds_column,
                                           std::string_view seconds) const;

  private:
    [[nodiscard]] std::string epoch(std::string_view moment) const;
    [[nodiscard]] std::string whole_seconds(std::string_view moment) const;
    [[nodiscard]] std::string milliseconds_of(std::string_view moment) const;
    [[nodiscard]] std::string nanoseconds_of(std::string_view moment) const;
    [[nodiscard]] std::optional<BuiltIn> moment_as_date(std::string_view moment,
                                                        std::string_view how) const;
    [[nodiscard]] std::string written(std::string_view moment, std::string_view format) const;

    SqlFlavour flavour_;
};

}  // namespace casement::dashboards
