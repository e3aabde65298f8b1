// What the measurements of queries share: medians, and a query run through the engine as a panel's
// is.
#pragma once

#include "base/clock.h"
#include "data/engine.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace casement::bench {

inline double median(std::vector<double> times) {
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return *middle;
}

inline double milliseconds_of(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
        .count();
}

/// An engine without a cache, and one source in it.
class Bench {
  public:
    explicit Bench(data::SourceDefinition definition) {
        definition.revision = 1;
        const auto shared = std::make_shared<const data::SourceDefinition>(std::move(definition));
        data::EngineOptions options;
        options.cache_bytes = 0;
        options.cache_time = std::chrono::milliseconds{0};
        engine_ = data::Engine::create(
            options, [shared](std::int64_t, const std::string&) { return shared; }, clock_);
    }

    using Parameters = decltype(data::Query::parameters);

    /// All of them at once; returns when the last has its result.
    void run(const std::vector<std::string>& texts, const Parameters& parameters = {}) {
        boost::asio::io_context context;
        std::vector<std::future<Result<data::Outcome>>> all;
        for (const auto& text : texts) {
            data::Query query;
            query.org = 1;
            query.source = "source";
            query.text = text;
            query.parameters = parameters;
            all.push_back(boost::asio::co_spawn(context, engine_->run(std::move(query), nullptr),
                                                boost::asio::use_future));
        }
        context.run();
        for (auto& each : all) {
            if (const auto outcome = each.get(); !outcome) {
                throw std::runtime_error(outcome.error().message);
            }
        }
    }

  private:
    SystemClock clock_;
    std::unique_ptr<data::Engine> engine_;
};

}  // namespace casement::bench
