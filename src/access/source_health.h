// Whether sources answer, asked when somebody wants to know. What was found stands for some
// seconds, and one question is under way at a time for each source, however many people ask: a
// source cannot be hammered through this.
#pragma once

#include "base/clock.h"
#include "data/engine.h"
#include "store/records.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

namespace casement::access {

namespace asio = boost::asio;

struct SourceFinding {
    bool reachable = false;
    std::string error;  ///< why not; empty when it is. Without paths of this server.
    std::chrono::milliseconds latency{};
    Time at{};
};

class SourceHealth {
  public:
    /// All must outlive it and what it has under way.
    SourceHealth(data::Engine& engine, const Clock& clock);

    static constexpr std::chrono::seconds kGoodFor{10};
    /// How long a caller waits; the question itself goes on under the source's own limits.
    static constexpr std::chrono::seconds kPatience{8};

    /// Asks the source, unless it was asked within kGoodFor as the same revision.
    [[nodiscard]] asio::awaitable<SourceFinding> test(store::OrgId org, std::string name,
                                                      std::int64_t revision);
    /// What was found last, however long ago; nullopt: it was not asked since this server started,
    /// or it has changed since.
    [[nodiscard]] std::optional<SourceFinding> last(store::OrgId org, const std::string& name,
                                                    std::int64_t revision) const;

  private:
    struct State;
    const std::shared_ptr<State> state_;
};

}  // namespace casement::access
