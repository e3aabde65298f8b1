// How many pages that need no signature one address may open: each makes a session, and each of
// those is a row that is kept for a day.
#pragma once

#include "access/address_limit.h"
#include "base/error.h"

#include <memory>
#include <string>

namespace casement::access {

class OpeningLimit {
  public:
    /// Sessions that one address may ask for in a minute.
    static constexpr std::int64_t kSessionsAMinute = 300;

    /// Both must outlive it.
    OpeningLimit(crypto::Random& random, const Clock& clock);

    /// Counts one. `client` is an address as text; what cannot be read is one address all together.
    /// Any thread. Errors: rate_limited "too_many_attempts".
    [[nodiscard]] Result<void> take(const std::string& client) const;

  private:
    std::unique_ptr<AddressLimit> limit_;  ///< who asks is const, and counts
};

}  // namespace casement::access
