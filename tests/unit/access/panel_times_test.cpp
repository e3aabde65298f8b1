#include "access/panel_times.h"

#include "access/usage.h"
#include "support/eventually.h"
#include "support/recorded_audit.h"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace casement::access {
namespace {

using namespace std::chrono_literals;

struct PanelTimesTest : ::testing::Test {
    test::RecordedAudit audit;

    static store::AuditRow row_of(const AuditEvent& event) {
        store::AuditRow row;
        row.org = event.org;
        row.action = event.action;
        row.detail = event.detail;
        return row;
    }
    PanelFigures counted(store::OrgId org, const std::string& object, std::int64_t panel) {
        usage = Usage();
        for (const auto& event : audit.of("panels.timed")) {
            if (event.org == org) usage.add(row_of(event));
        }
        return usage.panel_times[{object, panel}];
    }
    Usage usage;
};

TEST_F(PanelTimesTest, AddUpWhatEachPanelsQueriesTookAndReachTheTrailTogether) {
    PanelTimes times(audit, 1h);
    times.note(1, "share:12", 3, 2000us, false);
    times.note(1, "share:12", 3, 5000us, true);
    times.note(1, "share:12", 4, 1us, false);
    times.note(2, "share:12", 3, 7us, false);
    EXPECT_EQ(times.waiting(1).size(), 2U);
    EXPECT_TRUE(audit.of("panels.timed").empty()) << "nothing is written for a query";
    times.write();
    EXPECT_TRUE(times.waiting(1).empty());
    ASSERT_EQ(audit.of("panels.timed").size(), 2U) << "one row of each organization";
    const auto figures = counted(1, "share:12", 3);
    EXPECT_EQ(figures.runs, 2);
    EXPECT_EQ(figures.failed, 1);
    EXPECT_EQ(figures.total, 7000us);
    EXPECT_EQ(figures.longest, 5000us);
    EXPECT_EQ(counted(2, "share:12", 3).total, 7us);
    times.note(1, "share:12", 3, 10'000us, false);
    times.write();
    EXPECT_EQ(counted(1, "share:12", 3).runs, 3);
    EXPECT_EQ(counted(1, "share:12", 3).longest, 10'000us);
    times.write();
    EXPECT_EQ(audit.of("panels.timed").size(), 3U) << "of nothing there is no row";
}

TEST_F(PanelTimesTest, AreBoundedInMemoryAndInEachRow) {
    PanelTimes times(audit, 1h);
    const int most = static_cast<int>(PanelTimes::kMostPanels);
    for (int panel = 0; panel < most + 500; ++panel)
        times.note(1, "dashboard:7", panel, 1us, false);
    EXPECT_EQ(times.waiting(1).size(), PanelTimes::kMostPanels);
    times.note(1, "dashboard:7", 0, 1us, false);
    times.write();
    EXPECT_EQ(audit.of("panels.timed").size(), PanelTimes::kMostPanels / PanelTimes::kPanelsOfARow);
    for (const auto& event : audit.of("panels.timed"))
        EXPECT_LE(panel_times_in(event.detail).size(), PanelTimes::kPanelsOfARow);
    EXPECT_EQ(counted(1, "dashboard:7", 0).runs, 2) << "those that are known go on";
}

TEST_F(PanelTimesTest, AreWrittenByThemselvesAndAtTheEnd) {
    {
        PanelTimes times(audit, 1ms);
        times.note(1, "share:1", 1, 1us, false);
        EXPECT_TRUE(test::eventually([&] { return counted(1, "share:1", 1).runs == 1; }));
        times.note(1, "share:1", 1, 1us, false);
        EXPECT_TRUE(test::eventually([&] { return counted(1, "share:1", 1).runs == 2; }));
    }
    {
        PanelTimes times(audit, 1h);
        times.note(1, "share:2", 1, 1us, false);
    }
    EXPECT_EQ(counted(1, "share:2", 1).runs, 1);
}

TEST_F(PanelTimesTest, LoseNothingWhenManyThreadsNote) {
    PanelTimes times(audit, 1ms);
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&times] {
            for (int i = 0; i < 5000; ++i)
                times.note(1, "share:1", i % 3, 2us, i % 10 == 0);
        });
    }
    threads.clear();
    times.write();
    EXPECT_TRUE(test::eventually([&] {
        return counted(1, "share:1", 0).runs + counted(1, "share:1", 1).runs +
                   counted(1, "share:1", 2).runs ==
               20'000;
    }));
    EXPECT_EQ(counted(1, "share:1", 0).total, counted(1, "share:1", 0).runs * 2us);
}

TEST_F(PanelTimesTest, RowsThatSayAnythingElseArePassedOver) {
    for (const auto* detail :
         {R"({})", R"({"panels": 7})", R"({"panels": [7, null, {}, {"object": 3, "panel": 1}]})",
          R"({"panels": [{"object": "share:1", "panel": "1", "runs": 1}]})",
          R"({"panels": [{"object": "share:1", "panel": 1}]})",
          R"({"panels": [{"object": "share:1", "panel": 1, "runs": -5}]})"}) {
        EXPECT_TRUE(panel_times_in(boost::json::parse(detail).as_object()).empty()) << detail;
    }
    const auto odd = panel_times_in(
        boost::json::parse(
            R"({"panels": [{"object": "share:1", "panel": 1, "runs": 2, "total_us": "x",
                "longest_us": -1}]})")
            .as_object());
    ASSERT_EQ(odd.size(), 1U);
    EXPECT_EQ(odd[0].figures.total, 0us);
    EXPECT_EQ(odd[0].figures.longest, 0us);
}

}  // namespace
}  // namespace casement::access
