#include "data/engine_state.h"

#include "data/source_types.h"

#include <utility>

namespace casement::data {
namespace {

constexpr unsigned kUsualThreads = 64;
constexpr seconds kVersionHolds{1};

}  // namespace

bool SourceSlot::is_known(Time now) const {
    if (!opened) return false;
    return !versioned || (now >= verified && now - verified <= kVersionHolds);
}

EngineState::EngineState(EngineOptions the_options, const Clock& the_clock)
    : options(std::move(the_options)),
      clock(the_clock),
      cache(options.cache_bytes),
      lanes(options.threads == 0 ? kUsualThreads : options.threads, options.queue) {}

std::shared_ptr<SourceSlot> EngineState::slot(const WorkLanes::Key& place,
                                              const SourceDefinition& definition) {
    auto& found = sources[place];
    if (!found || found->revision != definition.revision) {
        found = std::make_shared<SourceSlot>();
        found->revision = definition.revision;
        // Wrong settings are said when it opens.
        if (auto common = read_common_settings(definition.settings)) found->common = *common;
    }
    return found;
}

EngineState::Times EngineState::times(const Query& query, const SourceSlot& slot) const {
    return {query.cache_time.value_or(slot.common.cache_time.value_or(options.cache_time)),
            slot.common.stale_time.value_or(options.stale_time)};
}

void EngineState::retire(const std::shared_ptr<Flight>& flight) {
    const auto found = flights.find(flight->key);
    if (found != flights.end() && found->second == flight) flights.erase(found);
}

Result<std::shared_ptr<Source>> EngineState::open(SourceSlot& slot,
                                                  const SourceDefinition& definition) {
    const std::lock_guard opening(slot.opening);
    if (!slot.source) {
        if (auto ok = check_source(definition.type, definition.settings); !ok) return ok.error();
        auto opened = find_source_type(definition.type)
                          ->open({without_common(definition.settings), definition.secret,
                                  options.data_folder});
        if (!opened) return opened.error();
        slot.source = std::move(*opened);
    }
    return slot.source;
}

void EngineState::land(const std::shared_ptr<Flight>& flight, const Result<Outcome>& result) {
    std::vector<std::function<void()>> wake;
    {
        const std::lock_guard lock(mutex);
        retire(flight);
        for (const auto& waiter : flight->waiters)
            wake.push_back(waiter->settle(result));
        flight->waiters.clear();
    }
    for (const auto& resume : wake) {
        if (resume) resume();
    }
}

std::string versioned_key(std::string key, std::uint64_t version) {
    // In this machine's order: a key never leaves the process.
    key.append(reinterpret_cast<const char*>(&version), sizeof version);
    return key;
}

}  // namespace casement::data
