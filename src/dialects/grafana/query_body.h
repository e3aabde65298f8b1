// What a query that an author sends asks for (grafana.md §5, /ds/query). Pure.
#pragma once

#include "base/clock.h"
#include "base/shape.h"
#include "store/catalog.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace casement::grafana {

/// Queries in one request.
inline constexpr std::int64_t kMostQueries = 32;

enum class QueryFormat { table, time_series };

struct AskedQuery {
    std::string ref_id;
    /// In the snapshot that it was read with; nullptr: an expression, which is no source.
    const store::Source* source = nullptr;
    std::string text;  ///< as the client wrote it, macros and all; may be empty
    QueryFormat format = QueryFormat::table;
    std::chrono::milliseconds interval{};
    /// Set for a source that is asked in PromQL: what the query says besides its text.
    std::optional<json::object> promql;
};

struct AskedQueries {
    Time from{}, to{};
    std::vector<AskedQuery> queries;
};

[[nodiscard]] const Shape& queries_shape();
/// `body` fits the shape. Sources are found by uid, by name, or by number; where only a type or
/// nothing is said, it is the organization's default source. Errors: invalid "query_time_range",
/// "no_queries", "query_ref_id"; not_found "datasource_not_found".
[[nodiscard]] Result<AskedQueries> read_queries(const json::object& body,
                                                const store::Snapshot& snapshot, store::OrgId org,
                                                Time now);

}  // namespace casement::grafana
