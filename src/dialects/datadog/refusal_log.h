// Refused links in the audit trail. Anyone can send junk to a known share's address, so at most one
// row a second is written for each share and reason; the next one says how many were left out.
#pragma once

#include "access/audit.h"
#include "base/clock.h"
#include "store/records.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace casement::datadog {

class RefusalLog {
  public:
    /// Both must outlive it.
    RefusalLog(access::Audit& audit, const Clock& clock) : audit_(&audit), clock_(&clock) {}

    /// Any thread. `client` is the address it came from.
    void record(const store::Share& share, const Error& reason, std::string client);

  private:
    struct Entry {
        Time written_at{};
        std::int64_t left_out = 0;  ///< refusals since then that have no row
    };
    /// How many refusals were left out before the row that is due now; nullopt when none is.
    [[nodiscard]] std::optional<std::int64_t> due(std::int64_t share, std::string_view code);

    access::Audit* audit_;
    const Clock* clock_;
    std::mutex mutex_;
    std::map<std::pair<std::int64_t, std::string_view>, Entry> entries_;
};

}  // namespace casement::datadog
