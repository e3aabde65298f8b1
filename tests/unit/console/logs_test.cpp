#include "access/refusal_log.h"
#include "console/view_log.h"
#include "fake_parts.h"

#include <gtest/gtest.h>

namespace casement::console {
namespace {

using test::RecordedAudit;

struct Logs : ::testing::Test {
    ManualClock clock{Time{std::chrono::days{20'000}}};
    RecordedAudit audit;
};

TEST_F(Logs, RefusalsAreBoundedPerShareReasonAndSecond) {
    access::RefusalLog log(audit, clock);
    access::RefusalLog::Refused what{.org = 1,
                                     .share = 7,
                                     .signature_held = false,
                                     .dialect = "",
                                     .client = boost::asio::ip::make_address("::1")};
    const auto bad = unauthenticated("bad_signature", "");
    const auto paused = forbidden("share_paused", "");
    for (int i = 0; i < 1000; ++i)
        log.record(what, bad);
    log.record(what, paused);
    what.share = 8;
    log.record(what, bad);
    EXPECT_EQ(audit.of("link.refused").size(), 3U);
    what.signature_held = true;
    what.share = 9;
    for (int i = 0; i < 1000; ++i)
        log.record(what, paused);
    EXPECT_EQ(audit.of("link.refused").size(), 13U);
    // A clock that was set back does not silence it.
    clock.advance(-std::chrono::hours{1});
    log.record(what, paused);
    EXPECT_EQ(audit.of("link.refused").size(), 14U);
    EXPECT_EQ(audit.of("link.refused").back().detail.at("count"), 991);
}

TEST_F(Logs, ManySharesDoNotGrowWithoutBound) {
    access::RefusalLog log(audit, clock);
    for (std::int64_t share = 1; share < 40'000; ++share) {
        log.record({.org = 1, .share = share, .signature_held = false, .dialect = "", .client = {}},
                   forbidden("x", ""));
        if (share % 1000 == 0) clock.advance(seconds{2});
    }
    EXPECT_EQ(audit.of("link.refused").size(), 39'999U);
}

struct ViewLogs : Logs {
    ViewLogs() {
        auto row = std::make_shared<store::SessionRow>();
        row->id = "one";
        row->org = 1;
        viewer.session = row;
        auto view = std::make_shared<access::View>();
        view->object = "dashboard:5";
        viewer.view = view;
    }
    access::Viewer viewer;
};

TEST_F(ViewLogs, NamesVariablesButNotTheirValues) {
    ViewLog log(audit, clock);
    const access::ChosenValues variables{{"customer", {"Jane Doe"}}};
    log.record(viewer,
               {"query", {1, 2}, &variables, {}, boost::asio::ip::make_address("::1"), "body"});
    ASSERT_EQ(audit.of("query").size(), 1U);
    EXPECT_NE(audit.text().find("customer"), std::string::npos);
    EXPECT_EQ(audit.text().find("Jane"), std::string::npos);
}

TEST_F(ViewLogs, CountsWhatIsTheSameAgainAndBoundsTheRest) {
    ViewLog log(audit, clock);
    for (int i = 0; i < 100; ++i)
        log.record(viewer, {"query", {1}, nullptr, {}, {}, "same"});
    EXPECT_EQ(audit.of("query").size(), 1U);
    for (int i = 0; i < 1000; ++i) {
        log.record(viewer, {"query", {1}, nullptr, {}, {}, std::to_string(i)});
    }
    EXPECT_EQ(audit.of("query").size(), ViewLog::kRowsAMinute);
    clock.advance(seconds{60});
    log.record(viewer, {"query", {1}, nullptr, {}, {}, "same"});
    const auto rows = audit.of("query");
    EXPECT_EQ(rows.size(), ViewLog::kRowsAMinute + 1);
    EXPECT_EQ(rows.back().detail.at("left_out"), 941);
}

}  // namespace
}  // namespace casement::console
