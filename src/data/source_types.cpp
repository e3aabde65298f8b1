#include "data/source_types.h"

#include "data/common_settings.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace casement::data {
namespace {

constexpr SourceType kTypes[] = {
    {"duckdb", check_duckdb_settings, open_duckdb_source, duckdb_prover, duckdb_relations},
    {"postgres", check_postgres_settings, open_postgres_source, postgres_prover, nullptr},
    // As newer clients of Grafana's API call it.
    {"grafana-postgresql-datasource", check_postgres_settings, open_postgres_source,
     postgres_prover, nullptr},
    {"mysql", check_mysql_settings, open_mysql_source, nullptr, nullptr},
    {"sqlite", check_sqlite_settings, open_sqlite_source, sqlite_prover, sqlite_relations},
    {"prometheus", check_prometheus_settings, open_prometheus_source, prometheus_prover, nullptr},
};

}  // namespace

std::span<const SourceType> source_types() {
    return kTypes;
}

std::string source_type_names() {
    std::vector<std::string> names;
    for (const auto& each : kTypes)
        names.push_back(fmt::format("\"{}\"", each.name));
    return fmt::format("{}", fmt::join(names, ", "));
}

const SourceType* find_source_type(std::string_view name) {
    const auto* const found =
        std::find_if(std::begin(kTypes), std::end(kTypes),
                     [&](const SourceType& type) { return type.name == name; });
    return found == std::end(kTypes) ? nullptr : found;
}

Result<void> check_source(std::string_view type, const boost::json::object& settings) {
    const SourceType* known = find_source_type(type);
    if (known != nullptr) {
        if (auto common = read_common_settings(settings); !common) return common.error();
        return known->check(without_common(settings));
    }
    return invalid("invalid_source",
                   fmt::format("A source's type must be one of {}.", source_type_names()), "type");
}

}  // namespace casement::data
