#include "access/source_health.h"

#include <map>
#include <mutex>
#include <regex>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace casement::access {
namespace {

using Timer = std::shared_ptr<asio::steady_timer>;

std::string without_paths(const std::string& message) {
    static const std::regex path(R"((^|[^A-Za-z0-9_./-])/[A-Za-z0-9_.-]+/[^\s'",;:)\]]*)");
    return std::regex_replace(message, path, "$1(a file of the server)");
}

}  // namespace

struct SourceHealth::State {
    struct Entry {
        std::int64_t revision = 0;
        std::optional<SourceFinding> last;
        bool under_way = false;
        std::vector<Timer> waiting;
    };
    using Name = std::pair<store::OrgId, std::string>;

    State(data::Engine& of_engine, const Clock& of_clock) : engine(of_engine), clock(of_clock) {}

    data::Engine& engine;
    const Clock& clock;
    std::mutex mutex;
    /// As many as there are sources; of those that went, one small entry each stays.
    std::map<Name, Entry> entries;

    static asio::awaitable<void> ask(std::shared_ptr<State> state, Name name,
                                     std::int64_t revision) {
        const auto begun = std::chrono::steady_clock::now();
        auto answered = co_await state->engine.check(name.first, name.second);
        SourceFinding found;
        found.latency = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - begun);
        found.reachable = answered.has_value();
        if (!answered) found.error = without_paths(answered.error().message);
        found.at = state->clock.now();
        std::vector<Timer> waiting;
        {
            const std::lock_guard lock(state->mutex);
            auto& entry = state->entries[name];
            if (entry.revision == revision) entry.last = std::move(found);
            entry.under_way = false;
            waiting.swap(entry.waiting);
        }
        for (const auto& timer : waiting) {
            // On its own thread. One that does not wait yet will not wait then.
            asio::post(timer->get_executor(),
                       [timer] { timer->expires_at(asio::steady_timer::time_point::min()); });
        }
    }
};

SourceHealth::SourceHealth(data::Engine& engine, const Clock& clock)
    : state_(std::make_shared<State>(engine, clock)) {}

std::optional<SourceFinding> SourceHealth::last(store::OrgId org, const std::string& name,
                                                std::int64_t revision) const {
    const std::lock_guard lock(state_->mutex);
    const auto found = state_->entries.find({org, name});
    if (found == state_->entries.end() || found->second.revision != revision) return std::nullopt;
    return found->second.last;
}

asio::awaitable<SourceFinding> SourceHealth::test(store::OrgId org, std::string name,
                                                  std::int64_t revision) {
    const State::Name key(org, std::move(name));
    const auto executor = co_await asio::this_coro::executor;
    const auto timer = std::make_shared<asio::steady_timer>(executor, kPatience);
    bool begins = false;
    {
        const std::lock_guard lock(state_->mutex);
        auto& entry = state_->entries[key];
        if (entry.revision != revision) {
            entry.revision = revision;
            entry.last.reset();
        }
        const Time now = state_->clock.now();
        if (entry.last && now >= entry.last->at && now - entry.last->at < kGoodFor) {
            co_return *entry.last;
        }
        begins = !std::exchange(entry.under_way, true);
        entry.waiting.push_back(timer);
    }
    if (begins) asio::co_spawn(executor, State::ask(state_, key, revision), asio::detached);
    boost::system::error_code ended;
    co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, ended));
    const std::lock_guard lock(state_->mutex);
    auto& entry = state_->entries[key];
    if (!entry.under_way && entry.last && entry.revision == revision) co_return *entry.last;
    SourceFinding late;
    late.error = fmt::format("It has not answered within {} seconds.", kPatience.count());
    late.latency = kPatience;
    late.at = state_->clock.now();
    co_return late;
}

}  // namespace casement::access
