// What an engine's callers, runs and their callbacks share. It outlives the engine for as long as
// one of them is on its way.
#pragma once

#include "base/clock.h"
#include "data/cache.h"
#include "data/common_settings.h"
#include "data/engine.h"
#include "data/flight.h"
#include "data/lanes.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace casement::data {

/// A source that is opened by whoever needs it first, and once. What is not `opening`'s is guarded
/// by the engine's mutex.
struct SourceSlot {
    std::int64_t revision = 0;
    CommonSettings common;
    std::mutex opening;              ///< held while it opens
    std::shared_ptr<Source> source;  ///< guarded by `opening`

    bool opened = false;
    bool versioned = false;  ///< it can tell when its data changes
    std::uint64_t version = 0;
    Time verified{};  ///< when it last told

    /// Whether a cached result of `version` may be served without looking at the source again: a
    /// look costs a turn on the pool, so one holds for a second.
    [[nodiscard]] bool is_known(Time now) const;
};

struct EngineState {
    EngineState(EngineOptions the_options, const Clock& the_clock);

    const EngineOptions options;
    const Clock& clock;
    std::mutex mutex;
    ResultCache cache;
    std::unordered_map<std::string, std::shared_ptr<Flight>> flights;
    std::map<WorkLanes::Key, std::shared_ptr<SourceSlot>> sources;
    EngineStats stats;
    WorkLanes lanes;  ///< called without the mutex

    // With the mutex held:

    /// The slot of this definition; queries that still run on an older one keep it.
    [[nodiscard]] std::shared_ptr<SourceSlot> slot(const WorkLanes::Key& place,
                                                   const SourceDefinition& definition);
    /// How long the results of this query may be served again, and how much longer while they are
    /// renewed.
    struct Times {
        std::chrono::milliseconds fresh, stale;
    };
    [[nodiscard]] Times times(const Query& query, const SourceSlot& slot) const;
    /// Out of the way of newcomers; another flight of this key may already have taken the place.
    void retire(const std::shared_ptr<Flight>& flight);

    // Without:

    /// The opened source, which `opens` and nobody else at the time. Blocking.
    [[nodiscard]] Result<std::shared_ptr<Source>> open(SourceSlot& slot,
                                                       const SourceDefinition& definition);
    /// Tells everyone who waits for the flight.
    void land(const std::shared_ptr<Flight>& flight, const Result<Outcome>& result);
};
using EngineStatePtr = std::shared_ptr<EngineState>;

/// The key of a cached result: that of its query, and the version of the data.
[[nodiscard]] std::string versioned_key(std::string key, std::uint64_t version);

}  // namespace casement::data
