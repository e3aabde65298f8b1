// Audit rows of refused links. Anyone can send links, so what they may write is bounded: junk that
// names no share writes nothing, and no share gets more than a few rows a second.
#pragma once

#include "access/audit.h"
#include "base/clock.h"
#include "base/error.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/ip/address.hpp>
#include <boost/json.hpp>

namespace casement::access {

class RefusalLog {
  public:
    RefusalLog(Audit& audit, const Clock& clock) : audit_(&audit), clock_(&clock) {}

    struct Refused {
        store::OrgId org = 0;
        std::int64_t share = 0;  ///< must exist; 0: a link of the organization itself
        bool signature_held = false;
        std::string dialect;
        /// Made into text only for a row that is really written: most refusals write none.
        boost::asio::ip::address client;

        [[nodiscard]] static Refused of(const store::Share& share, std::string_view dialect,
                                        const boost::asio::ip::address& client) {
            Refused refused;
            refused.org = share.org;
            refused.share = share.id;
            refused.dialect = dialect;
            refused.client = client;
            return refused;
        }
    };
    /// At most one row per share, reason and second; ten when the signature held, because only a
    /// holder of a real link can cause those. "count" of a row is the number it stands for.
    void record(const Refused& what, const Error& reason);

  private:
    struct Window {
        Time start{};
        int rows = 0;
        std::int64_t left_out = 0;
    };
    /// Reasons are our own codes, so the map grows with shares, not with requests.
    static constexpr std::size_t kMaxWindows = 16'384;

    Audit* audit_;
    const Clock* clock_;
    std::mutex mutex_;
    std::map<std::pair<std::pair<store::OrgId, std::int64_t>, std::string_view>, Window> windows_;
};

}  // namespace casement::access
