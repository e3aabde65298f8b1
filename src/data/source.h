// A connection to data. One implementation per engine.
#pragma once

#include "base/cancellation.h"
#include "base/error.h"
#include "data/query.h"
#include "data/table.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace casement::data {

class Source {
  public:
    virtual ~Source() = default;

    /// Blocking; runs on the engine's pool. Honours the query's limits and `cancellation`.
    /// Errors: query_refused (not a single SELECT, or a closed door), query_invalid (the engine's
    /// own message, for the author's eyes: callers never show it to a viewer), query_timeout,
    /// query_cancelled, query_too_large, source_unavailable, model_unusable.
    /// A query with a scope runs inside it or not at all: a source that cannot apply one refuses
    /// the query.
    [[nodiscard]] virtual Result<TablePtr> run(const Query& query,
                                               const Cancellation& cancellation) = 0;

    /// Asks for as little as shows that the source can be used. Blocking, for some seconds at most.
    /// Errors: source_unavailable, whose message says what to look at, for whoever administers the
    /// source; it never has the secret in it.
    [[nodiscard]] virtual Result<void> check(const Cancellation& cancellation) = 0;

    /// Changes whenever the data behind the source may have, where that can be told cheaply (files
    /// that were written); part of the cache key. Blocking, for less than a millisecond or so.
    /// nullopt: it cannot be told, and results are as old as the cache lets them be.
    [[nodiscard]] virtual std::optional<std::uint64_t> data_version() { return std::nullopt; }

    /// Prepares without running: is it one SELECT, which `$names` does it bind, what columns come.
    struct Description {
        std::vector<std::string> parameters;
        std::vector<Column> columns;
        /// The text as it can stand in brackets on lines of its own: up to the semicolon that ends
        /// it, by the engine's reading. Empty for a language without brackets around queries.
        std::string statement;
    };
    [[nodiscard]] virtual Result<Description> describe(const std::string& text) = 0;
};

/// Settings of a `duckdb` source (provisioning, API):
///   database: path of a .duckdb file, opened read-only; or
///   tables:   {name: path or list of paths of .parquet / .csv / .json files, globs allowed}
///   memory_limit: "512MB" · threads: 2
/// Relative paths start at `folder`.
struct DuckDbSettings {
    std::string database;
    std::vector<std::pair<std::string, std::vector<std::string>>> tables;
    std::string memory_limit = "512MB";
    unsigned threads = 2;
    std::string folder;
};
[[nodiscard]] Result<std::unique_ptr<Source>> open_duckdb(const DuckDbSettings& settings);

}  // namespace casement::data
