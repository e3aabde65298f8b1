// Audit rows of what strangers were shown through the API. Pages refresh themselves, so repeats are
// counted, not written.
#pragma once

#include "access/audit.h"
#include "base/clock.h"
#include "store/records.h"

#include <map>
#include <mutex>
#include <utility>

#include <boost/asio/ip/address.hpp>

namespace casement::grafana {

class PublicLog {
  public:
    PublicLog(access::Audit& audit, const Clock& clock) : audit_(&audit), clock_(&clock) {}

    /// One row for a panel of a share a minute; the next one says how many were left out
    /// ("left_out"). `panel` must be one of the dashboard's: strangers choose it. Any thread.
    void record(const store::Share& share, int panel, const boost::asio::ip::address& client);

  private:
    struct Minute {
        Time start{};
        std::int64_t left_out = 0;
    };
    static constexpr std::size_t kMostPanels = 16'384;

    access::Audit* audit_;
    const Clock* clock_;
    std::mutex mutex_;
    std::map<std::pair<std::int64_t, int>, Minute> minutes_;
};

}  // namespace casement::grafana
