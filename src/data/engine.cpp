#include "data/engine.h"

#include "base/log.h"
#include "data/engine_state.h"
#include "data/query_errors.h"
#include "data/schema.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace casement::data {
namespace {

using Moment = WorkLanes::Moment;

// A look at a source (health, description) waits no longer than this for its turn.
constexpr std::chrono::seconds kLookTime{10};

Error unknown_source(const std::string& name) {
    return not_found("unknown_source", fmt::format("There is no source \"{}\".", name));
}

Error too_busy() {
    return {ErrorKind::rate_limited,
            "too_busy",
            "Too many queries of this source are waiting. Try again in a moment.",
            {}};
}

Error waited_too_long() {
    return {ErrorKind::rate_limited,
            "too_busy",
            "The source was busy with other queries until this one's time was over. Try again in "
            "a moment.",
            {}};
}

Error bug(const std::exception& failure) {
    log::error("query_exception", {{"what", failure.what()}});
    return internal_error();
}

/// One query on its way through the pool.
struct Run {
    EngineStatePtr state;
    std::shared_ptr<Flight> flight;
    std::shared_ptr<SourceSlot> slot;
    SourceDefinitionPtr definition;
    Query query;
    Moment until;

    void fly() {
        Result<Outcome> result = query_cancelled();
        try {
            result = answer();
        } catch (const std::exception& failure) {
            result = bug(failure);
        }
        if (!result) count(result.error());
        state->land(flight, result);
    }

    void expire() {
        const auto error = waited_too_long();
        count(error);
        state->land(flight, error);
    }

  private:
    Result<Outcome> answer() {
        if (flight->work.cancelled()) return query_cancelled();
        auto source = state->open(*slot, *definition);
        if (!source) return source.error();
        const auto version = (*source)->data_version();
        const auto key = versioned_key(flight->key, version.value_or(0));
        EngineState::Times times{};
        {
            const std::lock_guard lock(state->mutex);
            slot->opened = true;
            slot->versioned = version.has_value();
            slot->version = version.value_or(0);
            slot->verified = state->clock.now();
            times = state->times(query, *slot);
            // Whoever asked may not have known of which version the data is.
            auto table = query.fresh || times.fresh.count() <= 0
                             ? nullptr
                             : state->cache.get(key, state->clock.now(), times.fresh);
            if (table) {
                ++state->stats.cache_hits;
                return Outcome{std::move(table), true};
            }
            ++state->stats.runs;
            ++state->stats.by_type[definition->type].runs;
        }
        const auto begun = std::chrono::steady_clock::now();
        // Waiting counts: what is left of the time is what the source gets.
        query.limits.time =
            std::max(std::chrono::milliseconds{1},
                     std::chrono::duration_cast<std::chrono::milliseconds>(until - begun));
        auto table = (*source)->run(query, flight->work);
        const auto took =
            std::chrono::duration_cast<microseconds>(std::chrono::steady_clock::now() - begun);
        const std::lock_guard lock(state->mutex);
        state->stats.by_type[definition->type].microseconds +=
            static_cast<std::uint64_t>(took.count());
        if (!table) return table.error();
        if (times.fresh.count() > 0) {
            state->cache.put(key, *table, state->clock.now(), times.fresh + times.stale);
        }
        return Outcome{std::move(*table), false};
    }

    void count(const Error& error) {
        const std::lock_guard lock(state->mutex);
        if (error.code == "query_cancelled") {
            ++state->stats.cancelled;
        } else if (error.code == "too_busy") {
            ++state->stats.too_busy;
        } else {
            ++state->stats.failed;
            ++state->stats.by_type[definition->type].failed;
        }
    }
};

class PooledEngine final : public Engine, public SchemaReader {
  public:
    PooledEngine(EngineOptions options, SourceLookup lookup, const Clock& clock)
        : lookup_(std::move(lookup)),
          state_(std::make_shared<EngineState>(std::move(options), clock)) {}

    ~PooledEngine() override {
        std::vector<std::shared_ptr<Flight>> flights;
        {
            const std::lock_guard lock(state_->mutex);
            for (const auto& [key, flight] : state_->flights)
                flights.push_back(flight);
        }
        for (const auto& flight : flights)
            flight->work.cancel();
        state_->lanes.stop();
        const std::lock_guard lock(state_->mutex);
        state_->sources.clear();
    }

    asio::awaitable<Result<Outcome>> run(Query query,
                                         std::shared_ptr<Cancellation> cancellation) override {
        const auto definition = lookup_(query.org, query.source);
        if (!definition) {
            forget({query.org, query.source});
            co_return unknown_source(query.source);
        }
        if (cancellation && cancellation->cancelled()) co_return query_cancelled();
        const auto waiter = std::make_shared<Waiter>();
        auto joined = join(std::move(query), definition, waiter);
        if (joined.at_once) co_return std::move(*joined.at_once);

        Cancellation::Registration registration;
        if (cancellation) {
            registration = cancellation->on_cancel([state = state_, flight = joined.flight,
                                                    waiter] { leave(*state, flight, waiter); });
        }
        auto waiting = settled(engine_mutex(), waiter);
        co_await std::move(waiting);
        co_return *waiter->result;
    }

    TablePtr cached(const Query& query) override {
        if (query.fresh) return nullptr;
        const auto definition = lookup_(query.org, query.source);
        if (!definition) return nullptr;
        std::string key = cache_key(query, definition->revision);
        const std::lock_guard lock(state_->mutex);
        const auto slot = state_->slot({query.org, query.source}, *definition);
        auto table = look_up(key, query, *slot, state_->times(query, *slot).fresh,
                             slot->is_known(state_->clock.now()));
        if (table) ++state_->stats.cache_hits;
        return table;
    }

    asio::awaitable<Result<void>> check(std::int64_t org, std::string source) override {
        auto ask = [](Source& opened) {
            const Cancellation nobody;
            return opened.check(nobody);
        };
        auto checked = ask_source<void>(org, std::move(source), std::move(ask));
        auto result = co_await std::move(checked);
        co_return result;
    }

    asio::awaitable<Result<Source::Description>> describe(std::int64_t org, std::string source,
                                                          std::string text) override {
        auto ask = [text = std::move(text)](Source& opened) { return opened.describe(text); };
        auto described = ask_source<Source::Description>(org, std::move(source), std::move(ask));
        auto result = co_await std::move(described);
        co_return result;
    }

    asio::awaitable<Result<Schema>> schema(std::int64_t org, std::string source) override {
        auto ask = [](Source& opened) -> Result<Schema> {
            auto* tells = dynamic_cast<TellsSchema*>(&opened);
            if (tells == nullptr) return internal_error();
            const Cancellation nobody;
            return tells->schema(nobody);
        };
        auto told = ask_source<Schema>(org, std::move(source), std::move(ask));
        auto result = co_await std::move(told);
        co_return result;
    }

    EngineStats stats() const override {
        const auto now = state_->lanes.figures();
        const std::lock_guard lock(state_->mutex);
        auto stats = state_->stats;
        stats.waiting = now.waiting;
        stats.running = now.running;
        stats.threads = now.threads;
        return stats;
    }

  private:
    [[nodiscard]] std::shared_ptr<std::mutex> engine_mutex() const {
        return {state_, &state_->mutex};
    }

    /// With the mutex held. `known`: the version of the data is the slot's.
    TablePtr look_up(const std::string& key, const Query& query, const SourceSlot& slot,
                     std::chrono::milliseconds age, bool known) const {
        const auto now = state_->clock.now();
        if (query.fresh || age.count() <= 0 || !known) return nullptr;
        return state_->cache.get(versioned_key(key, slot.version), now, age);
    }

    struct Joined {
        std::optional<Result<Outcome>> at_once;
        std::shared_ptr<Flight> flight;
    };

    /// Answers from the cache, or puts the waiter on the flight of this query, which takes off if
    /// there is none yet.
    Joined join(Query query, const SourceDefinitionPtr& definition,
                const std::shared_ptr<Waiter>& waiter) {
        std::string key = cache_key(query, definition->revision);
        const WorkLanes::Key place{query.org, query.source};
        Joined joined;
        std::shared_ptr<Flight> starting;
        std::shared_ptr<SourceSlot> slot;
        {
            const std::lock_guard lock(state_->mutex);
            slot = state_->slot(place, *definition);
            const auto times = state_->times(query, *slot);
            if (auto table =
                    look_up(key, query, *slot, times.fresh, slot->is_known(state_->clock.now()))) {
                ++state_->stats.cache_hits;
                joined.at_once = Outcome{std::move(table), true};
                return joined;
            }
            const auto flying = state_->flights.find(key);
            auto old = times.stale.count() > 0 && times.fresh.count() > 0
                           ? look_up(key, query, *slot, times.fresh + times.stale, slot->opened)
                           : nullptr;
            if (old) {
                ++state_->stats.cache_hits;
                ++state_->stats.stale_hits;
                joined.at_once = Outcome{std::move(old), true};
                if (flying != state_->flights.end()) return joined;
            } else if (flying != state_->flights.end()) {
                ++state_->stats.shared_runs;
                joined.flight = flying->second;
                joined.flight->waiters.push_back(waiter);
                return joined;
            }
            starting = std::make_shared<Flight>();
            starting->key = key;
            starting->background = joined.at_once.has_value();
            if (!starting->background) starting->waiters.push_back(waiter);
            state_->flights.emplace(std::move(key), starting);
        }
        joined.flight = starting;
        start(starting, place, slot, std::move(query), definition);
        return joined;
    }

    void start(const std::shared_ptr<Flight>& flight, const WorkLanes::Key& place,
               const std::shared_ptr<SourceSlot>& slot, Query query,
               const SourceDefinitionPtr& definition) {
        const Moment until = std::chrono::steady_clock::now() + query.limits.time;
        const auto run =
            std::make_shared<Run>(Run{state_, flight, slot, definition, std::move(query), until});
        auto ticket =
            state_->lanes.submit(place, slot->common.max_concurrent,
                                 {[run] { run->fly(); }, [run] { run->expire(); }, until});
        if (!ticket) {
            {
                const std::lock_guard lock(state_->mutex);
                ++state_->stats.too_busy;
            }
            state_->land(flight, too_busy());
            return;
        }
        const std::lock_guard lock(state_->mutex);
        flight->ticket = std::move(ticket);
    }

    /// A caller gives up: it returns at once, and the run stops when it was the last.
    static void leave(EngineState& state, const std::shared_ptr<Flight>& flight,
                      const std::shared_ptr<Waiter>& waiter) {
        std::function<void()> resume;
        WorkLanes::Ticket ticket;
        bool last = false;
        {
            const std::lock_guard lock(state.mutex);
            if (waiter->result) return;
            resume = waiter->settle(query_cancelled());
            std::erase(flight->waiters, waiter);
            last = flight->waiters.empty() && !flight->background;
            if (last) {
                state.retire(flight);
                ticket = flight->ticket;
            }
        }
        if (last) {
            flight->work.cancel();
            // What has not begun gives its place to another.
            if (state.lanes.withdraw(ticket)) {
                const std::lock_guard lock(state.mutex);
                ++state.stats.cancelled;
            }
        }
        if (resume) resume();
    }

    /// Calls `ask` with the opened source on the pool.
    template <class Answer, class Ask>
    asio::awaitable<Result<Answer>> ask_source(std::int64_t org, std::string source, Ask ask) {
        const auto definition = lookup_(org, source);
        if (!definition) co_return unknown_source(source);
        const auto waiter = std::make_shared<WaiterFor<Answer>>();
        const WorkLanes::Key place{org, source};
        std::shared_ptr<SourceSlot> slot;
        {
            const std::lock_guard lock(state_->mutex);
            slot = state_->slot(place, *definition);
        }
        auto tell = [state = state_, waiter](Result<Answer> result) {
            std::function<void()> resume;
            {
                const std::lock_guard lock(state->mutex);
                resume = waiter->settle(std::move(result));
            }
            if (resume) resume();
        };
        auto work = [state = state_, slot, definition, ask = std::move(ask), tell] {
            try {
                auto opened = state->open(*slot, *definition);
                tell(opened ? ask(**opened) : Result<Answer>(opened.error()));
            } catch (const std::exception& failure) {
                tell(bug(failure));
            }
        };
        const auto ticket =
            state_->lanes.submit(place, slot->common.max_concurrent,
                                 {std::move(work), [tell] { tell(waited_too_long()); },
                                  std::chrono::steady_clock::now() + kLookTime});
        if (!ticket) co_return too_busy();
        auto waiting = settled(engine_mutex(), waiter);
        co_await std::move(waiting);
        co_return *waiter->result;
    }

    void forget(const WorkLanes::Key& place) {
        std::shared_ptr<SourceSlot> dropped;
        const std::lock_guard lock(state_->mutex);
        if (const auto found = state_->sources.find(place); found != state_->sources.end()) {
            dropped = std::move(found->second);
            state_->sources.erase(found);
        }
    }

    const SourceLookup lookup_;
    const EngineStatePtr state_;
};

}  // namespace

std::unique_ptr<Engine> Engine::create(EngineOptions options, SourceLookup sources,
                                       const Clock& clock) {
    return std::make_unique<PooledEngine>(std::move(options), std::move(sources), clock);
}

SchemaReader& schema_reader(Engine& engine) {
    return dynamic_cast<SchemaReader&>(engine);
}

}  // namespace casement::data
