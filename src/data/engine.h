// Runs queries: finds the source, answers from the cache, lets identical queries in flight share
// one run, and keeps every run inside its limits.
#pragma once

#include "base/cancellation.h"
#include "base/clock.h"
#include "base/error.h"
#include "crypto/secret.h"
#include "data/query.h"
#include "data/source.h"
#include "data/table.h"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/json.hpp>

namespace casement::data {

namespace asio = boost::asio;

/// How an engine learns of a source: by organization and name. `revision` changes whenever
/// anything about it does; then the old connection is dropped once its queries end.
struct SourceDefinition {
    std::string type;
    json::object settings;
    Secret secret;  ///< password or token; may be empty
    std::int64_t revision = 0;
};
using SourceDefinitionPtr = std::shared_ptr<const SourceDefinition>;
/// Null: there is no such source.
using SourceLookup = std::function<SourceDefinitionPtr(std::int64_t org, const std::string& name)>;

struct EngineOptions {
    unsigned threads = 0;     ///< that queries may run on at once; they come as needed; 0 = 64
    std::size_t queue = 256;  ///< waiting queries of one source; more get "too_busy"
    std::size_t cache_bytes = std::size_t{64} * 1024 * 1024;
    std::chrono::milliseconds cache_time{10'000};  ///< age up to which a result is served again
    /// How much older a result may be that is served at once while a new one is fetched; a source
    /// may say otherwise. Never for a `fresh` query, nor across scopes, values or revisions.
    std::chrono::milliseconds stale_time{0};
    std::string data_folder;  ///< where relative file paths start
};

struct Outcome {
    TablePtr table;
    bool from_cache = false;
};

struct EngineStats {
    std::uint64_t runs = 0;  ///< reached a source
    std::uint64_t cache_hits = 0;
    std::uint64_t stale_hits = 0;   ///< of those: served though old, and renewed behind it
    std::uint64_t shared_runs = 0;  ///< joined an identical run in flight
    std::uint64_t cancelled = 0;
    std::uint64_t failed = 0;
    std::uint64_t too_busy = 0;  ///< found no place, or its time was over before its turn
    std::size_t waiting = 0, running = 0, threads = 0;  ///< now
    struct OfType {
        std::uint64_t runs = 0, failed = 0, microseconds = 0;
    };
    std::map<std::string, OfType, std::less<>> by_type;  ///< type of the source
};

class Engine {
  public:
    virtual ~Engine() = default;
    [[nodiscard]] static std::unique_ptr<Engine> create(EngineOptions options, SourceLookup sources,
                                                        const Clock& clock);

    /// A query waits its turn among those of its source; its time limit counts from here, waiting
    /// included. Errors besides Source::run's: not_found unknown_source, rate_limited too_busy.
    /// A run shared by several callers is cancelled when the last of them has cancelled. Callers
    /// resume on their own executor. `cancellation` may be null.
    [[nodiscard]] virtual asio::awaitable<Result<Outcome>> run(
        Query query, std::shared_ptr<Cancellation> cancellation) = 0;

    /// The cached table for `query`, at once and without a coroutine, or nullptr. Never a stale
    /// one.
    [[nodiscard]] virtual TablePtr cached(const Query& query) = 0;

    /// Whether the source answers now; see Source::check. Errors besides: not_found unknown_source.
    [[nodiscard]] virtual asio::awaitable<Result<void>> check(std::int64_t org,
                                                              std::string source) = 0;

    /// Prepares `text` on the source without running it; see Source::describe.
    [[nodiscard]] virtual asio::awaitable<Result<Source::Description>> describe(
        std::int64_t org, std::string source, std::string text) = 0;

    [[nodiscard]] virtual EngineStats stats() const = 0;
};

}  // namespace casement::data
