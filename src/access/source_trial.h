// Whether a source answers that nobody has saved yet: it is opened, asked once, and dropped.
#pragma once

#include "base/error.h"
#include "base/pool.h"
#include "data/source_types.h"

#include <atomic>
#include <string>

#include <boost/asio/awaitable.hpp>

namespace casement::access {

namespace asio = boost::asio;

class SourceTrial {
  public:
    /// `settings` have been checked, for a type that the engine knows. Takes some seconds at most
    /// where a server is asked. Errors: source_unavailable, whose message says what to look at;
    /// rate_limited too_busy, when too many are tried at the same time.
    [[nodiscard]] asio::awaitable<Result<void>> ask(std::string type,
                                                    data::SourceSettings settings);

  private:
    /// A slow server holds up other trials, and nothing else of this one.
    BlockingPool pool_{"source-trial", 2};
    std::atomic<int> waiting_{0};
};

}  // namespace casement::access
