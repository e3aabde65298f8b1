// Audit rows of what viewers saw: which panels, by which variables (their names; values can be
// personal data), never the data. A page refreshes itself, so repeats are counted, not written.
#pragma once

#include "access/audit.h"
#include "access/session_service.h"
#include "access/variables.h"
#include "base/clock.h"

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <boost/asio/ip/address.hpp>

namespace casement::console {

namespace asio = boost::asio;

class ViewLog {
  public:
    ViewLog(access::Audit& audit, const Clock& clock) : audit_(&audit), clock_(&clock) {}

    struct Seen {
        std::string_view action;  ///< "query", "export", "query.refused"
        std::vector<int> panels;
        const access::ChosenValues* variables = nullptr;  ///< only the names are written
        std::string_view reason;                          ///< code, of a refusal
        /// Made into text only for a row that is really written.
        asio::ip::address client;
        std::string_view content;  ///< what makes it the same call again: the body
    };
    /// One row per session, action and content a minute, and kRowsAMinute in all; the next row
    /// says how many were left out ("left_out").
    void record(const access::Viewer& viewer, const Seen& seen);
    /// The same of who has no session: `actor` as in audit rows, which names one of all
    /// organizations.
    void record(store::OrgId org, const std::string& actor, const access::View& view,
                const Seen& seen);

    static constexpr std::size_t kRowsAMinute = 60;

  private:
    struct Minute {
        Time start{};
        std::vector<std::size_t> seen;  ///< hashes of what was written
        std::int64_t left_out = 0;
    };
    struct Shard {
        std::mutex mutex;
        std::unordered_map<std::string, Minute> sessions;
    };
    static constexpr std::size_t kShards = 16;
    static constexpr std::size_t kSessionsAShard = 4096;

    access::Audit* audit_;
    const Clock* clock_;
    std::array<Shard, kShards> shards_;
};

}  // namespace casement::console
