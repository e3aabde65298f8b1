// What was looked at, counted from the audit trail: nothing is counted while people look.
#pragma once

#include "access/panel_times.h"
#include "base/clock.h"
#include "store/records.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace casement::access {

struct UsageCounts {
    std::int64_t opened = 0;    ///< links that opened a session
    std::int64_t seen = 0;      ///< calls for data; what a page repeats within a minute is in it
    std::int64_t exported = 0;  ///< panels taken as CSV
    std::int64_t refused = 0;   ///< links and views that were refused

    void add(const UsageCounts& other);
};

/// Adds up rows of one organization, newest first or in any other order. A value; not for several
/// threads.
class Usage {
  public:
    /// `step`: the length of what stands in `over_time`, counted from 1970 in UTC.
    explicit Usage(std::chrono::seconds step = std::chrono::hours(24)) : step_(step) {}

    /// Rows of other actions count for nothing.
    void add(const store::AuditRow& row);
    /// What is not in the trail yet.
    void add(const PanelTime& time);

    struct Subject {
        UsageCounts counts;
        /// Addresses that opened it; of many, the first kMostViewers.
        std::set<std::string> viewers;
        Time last_at{};
    };
    static constexpr std::size_t kMostViewers = 10'000;
    /// Different names of each list; what comes after that many counts in `over_time` only.
    static constexpr std::size_t kMostNames = 5000;

    /// Begin of each step that has anything.
    std::map<Time, UsageCounts> over_time;
    /// By audit object: "share:12", "person:4", "dashboard:7".
    std::map<std::string, Subject> subjects;
    /// By address.
    std::map<std::string, Subject> clients;
    /// Calls for a panel, by object and panel id.
    std::map<std::pair<std::string, std::int64_t>, std::int64_t> panels;
    /// How long the queries of panels took that reached a source, by object and panel id.
    std::map<std::pair<std::string, std::int64_t>, PanelFigures> panel_times;
    /// Refusals by action and reason.
    std::map<std::pair<std::string, std::string>, std::int64_t> reasons;

  private:
    std::chrono::seconds step_;
};

}  // namespace casement::access
