#include "dashboards/importers/grafana_sql_values.h"

#include <charconv>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace casement::dashboards {
namespace {

// The casts tell the engine the types before the values are there.
constexpr std::string_view kFrom = "CAST($from AS TIMESTAMP)";
constexpr std::string_view kTo = "CAST($to AS TIMESTAMP)";
constexpr std::string_view kInterval = "CAST($interval AS INTERVAL)";

std::string whole_seconds(std::string_view moment) {
    return fmt::format("CAST(floor(epoch({})) AS BIGINT)", moment);
}

/// `YYYY-MM-DD HH:mm:ss` and parts of it, as strftime writes them; nullopt for other letters.
std::optional<std::string> strftime_format(std::string_view pattern) {
    static constexpr std::pair<std::string_view, std::string_view> kParts[] = {
        {"YYYY", "%Y"}, {"MM", "%m"}, {"DD", "%d"}, {"HH", "%H"}, {"mm", "%M"}, {"ss", "%S"}};
    std::string format;
    while (!pattern.empty()) {
        bool known = false;
        for (const auto& [part, code] : kParts) {
            if (!pattern.starts_with(part)) continue;
            format += code;
            pattern.remove_prefix(part.size());
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

/// `${__from:date:…}`: behind "date".
std::optional<BuiltIn> moment_as_date(std::string_view moment, std::string_view how) {
    using enum BuiltIn::Type;
    if (how.starts_with(':')) how.remove_prefix(1);
    if (how.empty() || how == "iso") {
        return BuiltIn{text, fmt::format("strftime({}, '%Y-%m-%dT%H:%M:%S.%gZ')", moment)};
    }
    if (how == "seconds") return BuiltIn{number, whole_seconds(moment)};
    if (how == "ms") return BuiltIn{number, fmt::format("epoch_ms({})", moment)};
    const auto format = strftime_format(how);
    if (!format) return std::nullopt;
    return BuiltIn{text, fmt::format("strftime(timezone($timezone, timezone('UTC', {})), '{}')",
                                     moment, *format)};
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

std::optional<BuiltIn> built_in(const SqlReference& reference) {
    using enum BuiltIn::Type;
    const auto name = reference.name;
    const auto format = reference.format;
    if (!reference.path.empty()) return std::nullopt;
    if (name == "__from" || name == "__to") {
        const auto moment = name == "__from" ? kFrom : kTo;
        if (format.empty() || format == "raw") {
            return BuiltIn{number, fmt::format("epoch_ms({})", moment)};
        }
        if (!format.starts_with("date")) return std::nullopt;
        return moment_as_date(moment, format.substr(4));
    }
    if (!format.empty() && format != "raw") return std::nullopt;
    if (name == "__interval") return BuiltIn{interval, std::string(kInterval)};
    if (name == "__interval_ms") return BuiltIn{number, fmt::format("epoch_ms({})", kInterval)};
    if (name == "__timezone") return BuiltIn{text, "$timezone"};
    if (name == "__range_ms") {
        return BuiltIn{number, fmt::format("(epoch_ms({}) - epoch_ms({}))", kTo, kFrom)};
    }
    if (name == "__range_s") {
        return BuiltIn{number, fmt::format("CAST(round((epoch_ms({}) - epoch_ms({})) / 1000) AS "
                                           "BIGINT)",
                                           kTo, kFrom)};
    }
    return std::nullopt;
}

std::optional<std::string> epoch_moment(std::string_view macro) {
    if (macro == "__unixEpochFrom") return whole_seconds(kFrom);
    if (macro == "__unixEpochTo") return whole_seconds(kTo);
    if (macro == "__unixEpochNanoFrom") return fmt::format("epoch_ns({})", kFrom);
    if (macro == "__unixEpochNanoTo") return fmt::format("epoch_ns({})", kTo);
    return std::nullopt;
}

std::optional<std::string> text_of(const SqlVariable& variable, std::string_view format) {
    auto name = parameter_of(variable);
    if (!variable.multi) {
        const bool as_it_is = format.empty() || format == "raw" || format == "csv" ||
                              format == "pipe" || format == "glob";
        if (as_it_is) return name;
        if (format == "regex") return escaped(name);
        return std::nullopt;
    }
    if (format == "raw" || format == "csv") return fmt::format("array_to_string({}, ',')", name);
    if (format == "pipe") return fmt::format("array_to_string({}, '|')", name);
    if (format == "regex") {
        const auto joined = fmt::format("(SELECT string_agg({}, '|') FROM unnest({}) AS c(choice))",
                                        escaped("choice"), name);
        return fmt::format("CASE WHEN len({0}) = 1 THEN {1} ELSE '(' || {1} || ')' END", name,
                           joined);
    }
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

// A month is a capital M to Grafana; the engine takes it for a minute.
std::string seconds_of_text(std::string_view expression) {
    return fmt::format("epoch(CAST(replace({}, 'M', 'mon') AS INTERVAL))", expression);
}

std::string time_bucket(std::string_view time, std::string_view seconds) {
    return epoch_bucket(fmt::format("epoch({})", time), seconds);
}

std::string epoch_bucket(std::string_view seconds_column, std::string_view seconds) {
    return fmt::format("make_timestamp(CAST(floor(({0}) / {1}) * {1} * 1000000 AS BIGINT))",
                       seconds_column, seconds);
}

}  // namespace casement::dashboards
