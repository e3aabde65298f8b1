#include "data/source_types.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace casement::data {
namespace {

constexpr SourceType kTypes[] = {
    {"duckdb", check_duckdb_settings, open_duckdb_source, duckdb_prover, duckdb_relations},
    {"prometheus", check_prometheus_settings, open_prometheus_source, prometheus_prover, nullptr},
};

}  // namespace

std::span<const SourceType> source_types() {
    return kTypes;
}

const SourceType* find_source_type(std::string_view name) {
    const auto* const found =
        std::find_if(std::begin(kTypes), std::end(kTypes),
                     [&](const SourceType& type) { return type.name == name; });
    return found == std::end(kTypes) ? nullptr : found;
}

Result<void> check_source(std::string_view type, const boost::json::object& settings) {
    const SourceType* known = find_source_type(type);
    if (known != nullptr) return known->check(settings);
    std::vector<std::string> names;
    for (const auto& each : kTypes)
        names.push_back(fmt::format("\"{}\"", each.name));
    const auto* const must = names.size() == 1 ? "must be" : "must be one of";
    return invalid("invalid_source",
                   fmt::format("A source's type {} {}.", must, fmt::join(names, ", ")), "type");
}

}  // namespace casement::data
