#include "dashboards/importers/grafana_sql_values.h"

#include <charconv>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace casement::dashboards {
namespace {

using enum SqlFlavour;

/// `YYYY-MM-DD HH:mm:ss` and parts of it with the codes of strftime; nullopt for other letters.
std::optional<std::string> strftime_format(std::string_view pattern, SqlFlavour flavour) {
    struct Part {
        std::string_view written, code, mysql, postgresql;
    };
    static constexpr Part kParts[] = {{"YYYY", "%Y", "%Y", "YYYY"}, {"MM", "%m", "%m", "MM"},
                                      {"DD", "%d", "%d", "DD"},     {"HH", "%H", "%H", "HH24"},
                                      {"mm", "%M", "%i", "MI"},     {"ss", "%S", "%s", "SS"}};
    std::string format;
    while (!pattern.empty()) {
        bool known = false;
        for (const auto& part : kParts) {
            if (!pattern.starts_with(part.written)) continue;
            format += flavour == mysql        ? part.mysql
                      : flavour == postgresql ? part.postgresql
                                              : part.code;
            pattern.remove_prefix(part.written.size());
            known = true;
            break;
        }
        if (known) continue;
        if (std::string_view("-/:. _").find(pattern.front()) == std::string_view::npos) {
            return std::nullopt;
        }
        format += pattern.front();
        pattern.remove_prefix(1);
    }
    return format.empty() ? std::nullopt : std::optional(format);
}

/// Every character that means something in a regular expression behind a backslash.
std::string escaped(std::string_view text) {
    return fmt::format(R"(regexp_replace({}, '([\\^$*+?.()|\[\]{{}}/])', '\\\1', 'g'))", text);
}

std::optional<std::int64_t> unit_milliseconds(std::string_view unit) {
    static constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
        {"ms", 1},         {"s", 1000},        {"m", 60'000},        {"h", 3'600'000},
        {"d", 86'400'000}, {"w", 604'800'000}, {"M", 2'592'000'000}, {"y", 31'536'000'000}};
    for (const auto& [name, length] : kUnits) {
        if (name == unit) return length;
    }
    return std::nullopt;
}

}  // namespace

std::string parameter_of(const SqlVariable& variable) {
    return "$" + (variable.parameter.empty() ? variable.name : variable.parameter);
}

bool is_built_in_name(std::string_view name) {
    return name.starts_with("__");
}

// -- moments and lengths ----------------------------------------------------------------------
// DuckDB and PostgreSQL are told the types of values before the values are there.

std::string SqlValues::from() const {
    return flavour_ == mysql ? "CAST($from AS DATETIME(3))" : "$from";
}
std::string SqlValues::to() const {
    return flavour_ == mysql ? "CAST($to AS DATETIME(3))" : "$to";
}

std::string SqlValues::time_name() const {
    return flavour_ == mysql ? "`time`" : "\"time\"";
}

std::string SqlValues::epoch(std::string_view moment) const {
    switch (flavour_) {
        case postgresql:
            return fmt::format("extract(epoch FROM {})", moment);
        case mysql:
            return fmt::format("UNIX_TIMESTAMP({})", moment);
        case sqlite:
            return fmt::format("((julianday({}) - 2440587.5) * 86400)", moment);
        case duckdb:
            break;
    }
    return fmt::format("epoch({})", moment);
}

std::string SqlValues::whole_seconds(std::string_view moment) const {
    switch (flavour_) {
        case mysql:
            return fmt::format("FLOOR({})", epoch(moment));
        case sqlite:
            return fmt::format("CAST(strftime('%s', {}) AS INTEGER)", moment);
        case postgresql:
        case duckdb:
            break;
    }
    return fmt::format("CAST(floor({}) AS BIGINT)", epoch(moment));
}

std::string SqlValues::milliseconds_of(std::string_view moment) const {
    switch (flavour_) {
        case mysql:
            return fmt::format("FLOOR({} * 1000)", epoch(moment));
        case sqlite:
            return fmt::format("CAST(round({} * 1000) AS INTEGER)", epoch(moment));
        case postgresql:
            return fmt::format("CAST({} * 1000 AS BIGINT)", epoch(moment));
        case duckdb:
            break;
    }
    return fmt::format("epoch_ms({})", moment);
}

std::string SqlValues::nanoseconds_of(std::string_view moment) const {
    if (flavour_ == duckdb) return fmt::format("epoch_ns({})", moment);
    return fmt::format("({} * 1000000)", milliseconds_of(moment));
}

std::string SqlValues::interval_seconds() const {
    switch (flavour_) {
        case postgresql:
            return "extract(epoch FROM CAST($interval AS INTERVAL))";
        case mysql:
        case sqlite:
            return "$interval";
        case duckdb:
            break;
    }
    return "epoch(CAST($interval AS INTERVAL))";
}

/// A moment as text, in the page's time zone.
std::string SqlValues::written(std::string_view moment, std::string_view format) const {
    switch (flavour_) {
        case postgresql:
            return fmt::format("to_char(timezone($timezone, {}), '{}')", moment, format);
        case mysql:
            return fmt::format("DATE_FORMAT({}, '{}')", moment, format);
        case sqlite:
            return fmt::format("strftime('{}', {})", format, moment);
        case duckdb:
            break;
    }
    return fmt::format("strftime(timezone($timezone, timezone('UTC', {})), '{}')", moment, format);
}

/// `${__from:date:…}`: behind "date".
std::optional<BuiltIn> SqlValues::moment_as_date(std::string_view moment,
                                                 std::string_view how) const {
    using enum BuiltIn::Type;
    if (how.starts_with(':')) how.remove_prefix(1);
    if (how.empty() || how == "iso") {
        switch (flavour_) {
            case postgresql:
                return BuiltIn{text, fmt::format("to_char(timezone('UTC', {}), "
                                                 "'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')",
                                                 moment)};
            case mysql:
                return BuiltIn{text, fmt::format("DATE_FORMAT({}, '%Y-%m-%dT%H:%i:%sZ')", moment)};
            case sqlite:
                return BuiltIn{text, fmt::format("strftime('%Y-%m-%dT%H:%M:%fZ', {})", moment)};
            case duckdb:
                break;
        }
        return BuiltIn{text, fmt::format("strftime({}, '%Y-%m-%dT%H:%M:%S.%gZ')", moment)};
    }
    if (how == "seconds") return BuiltIn{number, whole_seconds(moment)};
    if (how == "ms") return BuiltIn{number, milliseconds_of(moment)};
    const auto format = strftime_format(how, flavour_);
    if (!format) return std::nullopt;
    return BuiltIn{text, written(moment, *format)};
}

std::optional<BuiltIn> SqlValues::built_in(const SqlReference& reference) const {
    using enum BuiltIn::Type;
    const auto name = reference.name;
    const auto format = reference.format;
    const auto typed = [&](std::string_view parameter) {
        switch (flavour_) {
            case postgresql:
                return fmt::format("CAST({} AS TIMESTAMPTZ)", parameter);
            case duckdb:
                return fmt::format("CAST({} AS TIMESTAMP)", parameter);
            case mysql:
            case sqlite:
                break;
        }
        return parameter == "$from" ? from() : to();
    };
    const auto begin = typed("$from");
    const auto end = typed("$to");
    if (!reference.path.empty()) return std::nullopt;
    if (name == "__from" || name == "__to") {
        const auto& moment = name == "__from" ? begin : end;
        if (format.empty() || format == "raw") return BuiltIn{number, milliseconds_of(moment)};
        if (!format.starts_with("date")) return std::nullopt;
        return moment_as_date(moment, format.substr(4));
    }
    if (!format.empty() && format != "raw") return std::nullopt;
    if (name == "__interval") {
        if (!has_lists()) return std::nullopt;
        return BuiltIn{interval, "CAST($interval AS INTERVAL)"};
    }
    if (name == "__interval_ms") {
        if (flavour_ == duckdb) return BuiltIn{number, "epoch_ms(CAST($interval AS INTERVAL))"};
        return BuiltIn{number, fmt::format("({} * 1000)", interval_seconds())};
    }
    if (name == "__timezone") return BuiltIn{text, "$timezone"};
    if (name == "__range_ms") {
        return BuiltIn{number,
                       fmt::format("({} - {})", milliseconds_of(end), milliseconds_of(begin))};
    }
    if (name == "__range_s") {
        const auto range = fmt::format("({} - {})", milliseconds_of(end), milliseconds_of(begin));
        const std::string_view whole = flavour_ == mysql    ? "SIGNED"
                                       : flavour_ == sqlite ? "INTEGER"
                                                            : "BIGINT";
        return BuiltIn{number, fmt::format("CAST(round({} / {}) AS {})", range,
                                           flavour_ == duckdb ? "1000" : "1000.0", whole)};
    }
    return std::nullopt;
}

std::optional<std::string> SqlValues::epoch_moment(std::string_view macro) const {
    std::string begin = from();
    std::string end = to();
    if (flavour_ == duckdb || flavour_ == postgresql) {
        const std::string_view type = flavour_ == duckdb ? "TIMESTAMP" : "TIMESTAMPTZ";
        begin = fmt::format("CAST($from AS {})", type);
        end = fmt::format("CAST($to AS {})", type);
    }
    if (macro == "__unixEpochFrom") return whole_seconds(begin);
    if (macro == "__unixEpochTo") return whole_seconds(end);
    if (macro == "__unixEpochNanoFrom") return nanoseconds_of(begin);
    if (macro == "__unixEpochNanoTo") return nanoseconds_of(end);
    return std::nullopt;
}

std::optional<std::string> seconds_of(std::string_view duration) {
    std::int64_t total = 0;
    if (duration.empty() || duration.size() > 32) return std::nullopt;
    while (!duration.empty()) {
        std::int64_t count = 0;
        const auto [end, failed] =
            std::from_chars(duration.data(), duration.data() + duration.size(), count);
        if (failed != std::errc{} || count < 0 || count > 1'000'000) return std::nullopt;
        duration.remove_prefix(static_cast<std::size_t>(end - duration.data()));
        const auto digit = duration.find_first_of("0123456789");
        const auto unit = duration.substr(0, digit);
        const auto length = unit_milliseconds(unit);
        if (!length) return std::nullopt;
        duration.remove_prefix(unit.size());
        total += count * *length;
    }
    if (total <= 0) return std::nullopt;
    if (total % 1000 == 0) return fmt::format("{}", total / 1000);
    return fmt::format("{}.{:03}", total / 1000, total % 1000);
}

// A month is a capital M to Grafana; the engines take it for a minute.
std::optional<std::string> SqlValues::seconds_of_text(std::string_view expression) const {
    switch (flavour_) {
        case postgresql:
            return fmt::format("extract(epoch FROM CAST(replace({}, 'M', 'mon') AS INTERVAL))",
                               expression);
        case duckdb:
            return fmt::format("epoch(CAST(replace({}, 'M', 'mon') AS INTERVAL))", expression);
        case mysql:
        case sqlite:
            break;
    }
    // Where the engine reads no lengths: the number in front, times what the letters behind it
    // stand for. Whatever else stands there ("1h30m") has no length.
    const bool is_mysql = flavour_ == mysql;
    const auto number = fmt::format("CAST({} AS {})", expression, is_mysql ? "SIGNED" : "INTEGER");
    const auto behind = is_mysql
                            ? fmt::format("BINARY SUBSTR({}, LENGTH({}) + 1)", expression, number)
                            : fmt::format("substr({}, length({}) + 1)", expression, number);
    return fmt::format(
        "({} * CASE {} WHEN 'ms' THEN 0.001 WHEN 's' THEN 1 WHEN 'm' THEN 60 WHEN 'h' "
        "THEN 3600 WHEN 'd' THEN 86400 WHEN 'w' THEN 604800 WHEN 'M' THEN 2592000 "
        "WHEN 'y' THEN 31536000 END)",
        number, behind);
}

std::string SqlValues::time_bucket(std::string_view time, std::string_view seconds) const {
    return epoch_bucket(flavour_ == sqlite ? whole_seconds(time) : epoch(time), seconds);
}

std::string SqlValues::epoch_bucket(std::string_view seconds_column,
                                    std::string_view seconds) const {
    switch (flavour_) {
        case postgresql:
            return fmt::format("to_timestamp(floor(({0}) / {1}) * {1})", seconds_column, seconds);
        case mysql:
            return fmt::format("FROM_UNIXTIME(FLOOR(({0}) / {1}) * {1})", seconds_column, seconds);
        case sqlite:
            // Whole seconds are the shortest bucket where times are.
            return fmt::format(
                "datetime(({0}) - ({0}) % max(1, CAST({1} AS INTEGER)), "
                "'unixepoch')",
                seconds_column, seconds);
        case duckdb:
            break;
    }
    return fmt::format("make_timestamp(CAST(floor(({0}) / {1}) * {1} * 1000000 AS BIGINT))",
                       seconds_column, seconds);
}

// -- variables --------------------------------------------------------------------------------

bool SqlValues::has_lists() const {
    return flavour_ == duckdb || flavour_ == postgresql;
}

std::string SqlValues::number(std::string_view parameter) const {
    switch (flavour_) {
        case postgresql:
            return fmt::format("CAST({} AS DOUBLE PRECISION)", parameter);
        case mysql:
            return fmt::format("({} + 0)", parameter);
        case sqlite:
            return fmt::format("CAST({} AS NUMERIC)", parameter);
        case duckdb:
            break;
    }
    return fmt::format("CAST({} AS DOUBLE)", parameter);
}

std::string SqlValues::members(std::string_view parameter) const {
    return has_lists() ? fmt::format("SELECT unnest({})", parameter) : std::string(parameter);
}

std::string SqlValues::joined(const std::vector<std::string>& texts) const {
    if (texts.size() == 1) return texts.front();
    std::string list;
    for (const auto& text : texts) {
        if (!list.empty()) list += flavour_ == mysql ? ", " : " || ";
        list += text;
    }
    return flavour_ == mysql ? fmt::format("CONCAT({})", list) : fmt::format("({})", list);
}

std::optional<std::string> SqlValues::text_of(const SqlVariable& variable,
                                              std::string_view format) const {
    auto name = parameter_of(variable);
    // What is shown for a value is not bound beside it.
    if (format == "text" && (variable.multi || variable.labelled)) return std::nullopt;
    if (!variable.multi) {
        // Of one value, JSON is the value itself, without quotes (grafana.md §4.5).
        const bool as_it_is = format.empty() || format == "raw" || format == "csv" ||
                              format == "pipe" || format == "glob" || format == "text" ||
                              format == "json";
        if (as_it_is) return name;
        if (format == "regex" && has_lists()) return escaped(name);
        return std::nullopt;
    }
    if (!has_lists()) return std::nullopt;
    if (format == "raw" || format == "csv") return fmt::format("array_to_string({}, ',')", name);
    if (format == "pipe") return fmt::format("array_to_string({}, '|')", name);
    if (format == "json") {
        const std::string_view writes = flavour_ == postgresql ? "array_to_json" : "to_json";
        const std::string_view type = flavour_ == postgresql ? "TEXT" : "VARCHAR";
        return fmt::format("CAST({}({}) AS {})", writes, name, type);
    }
    if (format == "regex") {
        const auto joined = fmt::format("(SELECT string_agg({}, '|') FROM unnest({}) AS c(choice))",
                                        escaped("choice"), name);
        const std::string_view count = flavour_ == postgresql ? "cardinality" : "len";
        return fmt::format("CASE WHEN {2}({0}) = 1 THEN {1} ELSE '(' || {1} || ')' END", name,
                           joined, count);
    }
    return std::nullopt;
}

}  // namespace casement::dashboards
