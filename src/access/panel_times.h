// How long those who looked waited for the queries of panels. Gathered in memory and put into the
// audit trail once a minute, where Usage counts it: nothing is written for a request.
#pragma once

#include "access/audit.h"
#include "base/clock.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <unordered_map>
#include <vector>

namespace casement::access {

struct PanelFigures {
    std::int64_t runs = 0;    ///< queries put to a source, those that failed included
    std::int64_t failed = 0;  ///< of them
    microseconds total{};
    microseconds longest{};

    void add(const PanelFigures& other);
};

/// A panel of what was looked at: "share:12", "dashboard:7", "look:3", as audit rows name it.
struct PanelTime {
    std::string object;
    std::int64_t panel = 0;
    PanelFigures figures;
};

class PanelTimes {
  public:
    /// `audit` must outlive it. What is gathered is written every `interval`, on a thread of its
    /// own that sleeps while there is nothing.
    explicit PanelTimes(Audit& audit, std::chrono::milliseconds interval = std::chrono::minutes{1});
    /// Writes what is left.
    ~PanelTimes();
    PanelTimes(const PanelTimes&) = delete;
    PanelTimes& operator=(const PanelTimes&) = delete;

    /// Of one query that reached its source; what came from the cache is none. Any thread. Of a
    /// panel that is known since the last writing nothing is allocated.
    void note(store::OrgId org, std::string_view object, int panel, microseconds took, bool failed);

    /// What is not in the trail yet.
    [[nodiscard]] std::vector<PanelTime> waiting(store::OrgId org) const;
    /// Hands what is gathered to the trail now.
    void write();

    /// Panels of one interval; of more than these nothing is noted.
    static constexpr std::size_t kMostPanels = 4000;
    /// Panels of one audit row.
    static constexpr std::size_t kPanelsOfARow = 200;
    static constexpr std::string_view kAction = "panels.timed";

  private:
    struct Key {
        store::OrgId org = 0;
        std::string_view object;
        int panel = 0;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct Hash {
        std::size_t operator()(const Key& key) const noexcept;
    };
    struct Entry {
        std::string object;  ///< what the key looks into
        PanelFigures figures;
    };
    // An entry stays where it is, and so does the text that its key looks into.
    using Gathered = std::unordered_map<Key, std::unique_ptr<Entry>, Hash>;

    void run();

    Audit& audit_;
    const std::chrono::milliseconds interval_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    Gathered gathered_;
    bool stopping_ = false;
    std::thread thread_;
};

/// What rows of kAction say; entries that say something else are passed over.
[[nodiscard]] std::vector<PanelTime> panel_times_in(const boost::json::object& detail);

}  // namespace casement::access
