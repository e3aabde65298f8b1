// What there is to ask a source for: its relations with their columns, or the names of metrics and
// labels. For whoever writes queries, and so may read all of it anyway.
#pragma once

#include "base/cancellation.h"
#include "base/error.h"
#include "data/table.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>

namespace casement::data {

class Engine;

struct SchemaColumn {
    std::string name;
    std::string type;  ///< as the source calls it
};
struct SchemaRelation {
    std::string name;  ///< as a query of the source can say it
    std::vector<SchemaColumn> columns;
};
struct Schema {
    std::vector<SchemaRelation> relations;  ///< in the order of names; or metrics, without columns
    std::vector<std::string> labels;        ///< of a source of metrics
    bool cut = false;                       ///< the source has more than is read of it
};

/// Columns (or metrics) that are read at the most.
inline constexpr std::size_t kMostSchemaRows = 50'000;
/// Of what the source answers.
inline constexpr std::size_t kMostSchemaBytes = std::size_t{32} * 1024 * 1024;

/// A source that can tell what it has.
class TellsSchema {
  public:
    virtual ~TellsSchema() = default;
    /// Blocking, for some seconds at most. Errors: source_unavailable, query_timeout,
    /// query_too_large.
    [[nodiscard]] virtual Result<Schema> schema(const Cancellation& cancellation) = 0;
};

/// One more column, of the last relation or of another one that begins with it.
void add_column(Schema& schema, std::string relation, std::string column, std::string type);
/// From rows of relation, column and type, in the order in which they are to stand.
[[nodiscard]] Schema schema_of(const Table& rows);

/// An engine, as far as it passes such a question on.
class SchemaReader {
  public:
    virtual ~SchemaReader() = default;
    /// Errors besides those of the source: not_found unknown_source, rate_limited too_busy.
    [[nodiscard]] virtual boost::asio::awaitable<Result<Schema>> schema(std::int64_t org,
                                                                        std::string source) = 0;
};
/// Of an engine that Engine::create has made.
[[nodiscard]] SchemaReader& schema_reader(Engine& engine);

}  // namespace casement::data
