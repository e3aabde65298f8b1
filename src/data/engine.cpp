#include "data/engine.h"

#include "base/log.h"
#include "base/pool.h"
#include "data/cache.h"
#include "data/flight.h"
#include "data/source_types.h"

#include <algorithm>
#include <mutex>
#include <thread>
#include <unordered_map>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace casement::data {
namespace {

unsigned pool_threads(unsigned wanted) {
    return wanted != 0 ? wanted : std::max(1U, std::thread::hardware_concurrency());
}

Error unknown_source(const std::string& name) {
    return not_found("unknown_source", fmt::format("There is no source \"{}\".", name));
}

Error too_busy() {
    return {ErrorKind::rate_limited,
            "too_busy",
            "Too many queries are waiting. Try again in a moment.",
            {}};
}

/// A source that is opened by whoever needs it first, and once.
struct SourceSlot {
    std::int64_t revision = 0;
    std::mutex opening;
    std::shared_ptr<Source> source;
};

/// What callers, runs and their callbacks share. It outlives the engine for as long as one of
/// them is on its way.
struct State {
    State(const EngineOptions& options, const Clock& the_clock)
        : clock(the_clock), cache(options.cache_bytes, options.cache_time) {}

    const Clock& clock;
    std::mutex mutex;
    ResultCache cache;
    std::unordered_map<std::string, std::shared_ptr<Flight>> flights;
    std::map<std::pair<std::int64_t, std::string>, std::shared_ptr<SourceSlot>> sources;
    EngineStats stats;
    std::size_t queued = 0;

    /// Out of the way of newcomers; another flight of this key may already have taken the place.
    void retire(const std::shared_ptr<Flight>& flight) {
        const auto found = flights.find(flight->key);
        if (found != flights.end() && found->second == flight) flights.erase(found);
    }
};

class PooledEngine final : public Engine {
  public:
    PooledEngine(EngineOptions options, SourceLookup lookup, const Clock& clock)
        : options_(std::move(options)),
          lookup_(std::move(lookup)),
          state_(std::make_shared<State>(options_, clock)),
          pool_("queries", pool_threads(options_.threads)) {}

    ~PooledEngine() override {
        std::vector<std::shared_ptr<Flight>> flights;
        {
            const std::lock_guard lock(state_->mutex);
            for (const auto& [key, flight] : state_->flights)
                flights.push_back(flight);
        }
        for (const auto& flight : flights)
            flight->work.cancel();
        pool_.join();
        const std::lock_guard lock(state_->mutex);
        state_->sources.clear();
    }

    asio::awaitable<Result<Outcome>> run(Query query,
                                         std::shared_ptr<Cancellation> cancellation) override {
        const auto definition = lookup_(query.org, query.source);
        if (!definition) {
            forget(query.org, query.source);
            co_return unknown_source(query.source);
        }
        if (cancellation && cancellation->cancelled()) co_return cancelled_error();
        std::string key = cache_key(query, definition->revision);

        auto waiter = std::make_shared<Waiter>();
        std::shared_ptr<Flight> flight;
        {
            const std::lock_guard lock(state_->mutex);
            auto table = query.fresh ? nullptr : state_->cache.get(key, state_->clock.now());
            if (table) {
                ++state_->stats.cache_hits;
                co_return Outcome{std::move(table), true};
            }
            if (const auto found = state_->flights.find(key); found != state_->flights.end()) {
                ++state_->stats.shared_runs;
                flight = found->second;
                flight->waiters.push_back(waiter);
            } else {
                if (state_->queued >= options_.queue) co_return too_busy();
                flight = std::make_shared<Flight>();
                flight->key = key;
                flight->waiters.push_back(waiter);
                state_->flights.emplace(std::move(key), flight);
                ++state_->queued;
                start(flight, std::move(query), definition);
            }
        }
        Cancellation::Registration registration;
        if (cancellation) {
            registration = cancellation->on_cancel(
                [state = state_, flight, waiter] { leave(*state, flight, waiter); });
        }
        auto waiting = wait_for(state_, waiter);
        co_await std::move(waiting);

        Result<TablePtr> result = *waiter->result;
        if (!result) co_return result.error();
        co_return Outcome{*result, false};
    }

    TablePtr cached(const Query& query) override {
        const auto definition = lookup_(query.org, query.source);
        if (!definition) return nullptr;
        const std::string key = cache_key(query, definition->revision);
        const std::lock_guard lock(state_->mutex);
        auto table = state_->cache.get(key, state_->clock.now());
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

    EngineStats stats() const override {
        const std::lock_guard lock(state_->mutex);
        return state_->stats;
    }

  private:
    /// Calls `ask` with the opened source on the pool.
    template <class Answer, class Ask>
    asio::awaitable<Result<Answer>> ask_source(std::int64_t org, std::string source, Ask ask) {
        const auto definition = lookup_(org, source);
        if (!definition) co_return unknown_source(source);
        {
            const std::lock_guard lock(state_->mutex);
            if (state_->queued >= options_.queue) co_return too_busy();
            ++state_->queued;
        }
        auto work = [state = state_, folder = options_.data_folder, org, source,
                     ask = std::move(ask), found = definition]() -> Result<Answer> {
            started(*state);
            try {
                auto opened = open_source(*state, folder, org, source, *found);
                if (!opened) return opened.error();
                return ask(**opened);
            } catch (const std::exception& failure) {
                return bug(failure);
            }
        };
        auto answer = co_await pool_.run(std::move(work));
        co_return answer;
    }

    static Error cancelled_error() {
        return unavailable("query_cancelled", "The query was stopped because nobody waits for it.");
    }

    static Error bug(const std::exception& failure) {
        log::error("query_exception", {{"what", failure.what()}});
        return internal_error();
    }

    static void started(State& state) {
        const std::lock_guard lock(state.mutex);
        --state.queued;
    }

    void forget(std::int64_t org, const std::string& name) {
        std::shared_ptr<SourceSlot> dropped;
        const std::lock_guard lock(state_->mutex);
        if (const auto found = state_->sources.find({org, name}); found != state_->sources.end()) {
            dropped = std::move(found->second);
            state_->sources.erase(found);
        }
    }

    static Result<std::shared_ptr<Source>> open_source(State& state, const std::string& folder,
                                                       std::int64_t org, const std::string& name,
                                                       const SourceDefinition& definition) {
        std::shared_ptr<SourceSlot> slot;
        {
            const std::lock_guard lock(state.mutex);
            auto& place = state.sources[{org, name}];
            if (!place || place->revision != definition.revision) {
                // Queries that still run on the old one hold it; it closes after the last.
                place = std::make_shared<SourceSlot>();
                place->revision = definition.revision;
            }
            slot = place;
        }
        const std::lock_guard opening(slot->opening);
        if (slot->source) return slot->source;
        if (auto ok = check_source(definition.type, definition.settings); !ok) return ok.error();
        auto opened = find_source_type(definition.type)
                          ->open({definition.settings, definition.secret, folder});
        if (!opened) return opened.error();
        slot->source = std::move(*opened);
        return slot->source;
    }

    void start(const std::shared_ptr<Flight>& flight, Query query, SourceDefinitionPtr definition) {
        pool_.post([state = state_, folder = options_.data_folder, flight, query = std::move(query),
                    definition = std::move(definition)] {
            started(*state);
            Result<TablePtr> result = cancelled_error();
            try {
                result = run_query(*state, folder, *flight, query, *definition);
            } catch (const std::exception& failure) {
                result = bug(failure);
            }
            land(*state, flight, result);
        });
    }

    static Result<TablePtr> run_query(State& state, const std::string& folder, const Flight& flight,
                                      const Query& query, const SourceDefinition& definition) {
        if (flight.work.cancelled()) return cancelled_error();
        auto source = open_source(state, folder, query.org, query.source, definition);
        if (!source) return source.error();
        {
            const std::lock_guard lock(state.mutex);
            ++state.stats.runs;
        }
        return (*source)->run(query, flight.work);
    }

    static void land(State& state, const std::shared_ptr<Flight>& flight,
                     const Result<TablePtr>& result) {
        std::vector<std::function<void()>> wake;
        {
            const std::lock_guard lock(state.mutex);
            state.retire(flight);
            if (result) {
                state.cache.put(flight->key, *result, state.clock.now());
            } else if (result.error().code == "query_cancelled") {
                ++state.stats.cancelled;
            } else {
                ++state.stats.failed;
            }
            for (const auto& waiter : flight->waiters)
                wake.push_back(waiter->settle(result));
            flight->waiters.clear();
        }
        for (const auto& resume : wake) {
            if (resume) resume();
        }
    }

    /// A caller gives up: it returns at once, and the run stops when it was the last.
    static void leave(State& state, const std::shared_ptr<Flight>& flight,
                      const std::shared_ptr<Waiter>& waiter) {
        std::function<void()> resume;
        bool last = false;
        {
            const std::lock_guard lock(state.mutex);
            if (waiter->result) return;
            resume = waiter->settle(cancelled_error());
            std::erase(flight->waiters, waiter);
            last = flight->waiters.empty();
            if (last) state.retire(flight);
        }
        if (last) flight->work.cancel();
        if (resume) resume();
    }

    /// Sleeps until the waiter is settled, and wakes on the caller's executor.
    static asio::awaitable<void> wait_for(std::shared_ptr<State> state,
                                          std::shared_ptr<Waiter> waiter) {
        auto start = [state, waiter](auto handler) {
            using Handler = decltype(handler);
            auto shared = std::make_shared<Handler>(std::move(handler));
            auto executor = asio::get_associated_executor(*shared);
            // Keeps the caller's context running while nothing else does.
            auto guard = asio::make_work_guard(executor);
            std::function<void()> resume = [shared, executor, guard] {
                asio::post(executor, [shared] { std::move (*shared)(); });
            };
            {
                const std::lock_guard lock(state->mutex);
                if (!waiter->result) {
                    waiter->resume = std::move(resume);
                    return;
                }
            }
            resume();
        };
        asio::use_awaitable_t<> token;
        auto operation =
            asio::async_initiate<asio::use_awaitable_t<>, void()>(std::move(start), token);
        co_await std::move(operation);
    }

    const EngineOptions options_;
    const SourceLookup lookup_;
    const std::shared_ptr<State> state_;
    BlockingPool pool_;
};

}  // namespace

std::unique_ptr<Engine> Engine::create(EngineOptions options, SourceLookup sources,
                                       const Clock& clock) {
    return std::make_unique<PooledEngine>(std::move(options), std::move(sources), clock);
}

}  // namespace casement::data
