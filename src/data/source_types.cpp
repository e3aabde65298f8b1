#include "data/source_types.h"

#include "base/encoding.h"
#include "data/common_settings.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace casement::data {
namespace {

constexpr SourceType kTypes[] = {
    {"duckdb", check_duckdb_settings, open_duckdb_source, duckdb_prover, duckdb_relations, nullptr},
    {"postgres", check_postgres_settings, open_postgres_source, postgres_prover, nullptr, nullptr},
    // As newer clients of Grafana's API call it.
    {"grafana-postgresql-datasource", check_postgres_settings, open_postgres_source,
     postgres_prover, nullptr, nullptr},
    {"mysql", check_mysql_settings, open_mysql_source, nullptr, nullptr, nullptr},
    {"sqlite", check_sqlite_settings, open_sqlite_source, sqlite_prover, sqlite_relations,
     sqlite_fits},
    {"prometheus", check_prometheus_settings, open_prometheus_source, prometheus_prover, nullptr,
     prometheus_fits},
};

Error not_provable(std::string_view type) {
    std::vector<std::string_view> provable;
    for (const auto& each : kTypes) {
        // The same under another name.
        const bool known = each.prover == nullptr || each.name.starts_with("grafana-");
        if (!known) provable.push_back(each.name);
    }
    return {ErrorKind::unprocessable, "scope_not_provable",
            fmt::format("No model can stand on a source of type \"{}\", because what its queries "
                        "read cannot be proven. Copy the data to a source of type {}, or give the "
                        "source an account that sees these rows only and name it without a model.",
                        utf8_head(type, 64), fmt::join(provable, ", ")),
            "source"};
}

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

Result<void> check_scope(std::string_view type, const Scope& scope) {
    const auto* known = find_source_type(type);
    if (known == nullptr || known->prover == nullptr) return not_provable(type);
    return known->fits == nullptr ? Result<void>{} : known->fits(scope);
}

Result<std::unique_ptr<ScopeProver>> ScopeProver::create(std::string_view source_type) {
    const auto* known = find_source_type(source_type);
    if (known == nullptr || known->prover == nullptr) return not_provable(source_type);
    return known->prover();
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
