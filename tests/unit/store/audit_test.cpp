// The audit trail: its chain, and the queue in front of it.
#include "catalog_fixture.h"
#include "store/audit_queue.h"
#include "support/file_size_limit.h"
#include "support/run.h"

#include <thread>

namespace casement::store {
namespace {

class AuditTest : public CatalogTest {
  protected:
    static std::vector<AuditRow> events(int count, OrgId org = 1) {
        std::vector<AuditRow> rows;
        for (int n = 0; n < count; ++n)
            rows.push_back(an_event("action." + std::to_string(n), org));
        return rows;
    }
};

TEST_P(AuditTest, ReturnsRowsNewestFirst) {
    const auto catalog = open();
    ASSERT_TRUE(catalog->append_audit(events(150)));
    const auto newest = catalog->audit(1, 0, 100).value();
    ASSERT_EQ(newest.size(), 100U);
    EXPECT_EQ(newest.front().id, 150);
    EXPECT_EQ(newest.front().action, "action.149");
    EXPECT_EQ(newest.front().at, clock.now());
    EXPECT_EQ(newest.front().client, "192.0.2.7");
    EXPECT_EQ(json::serialize(newest.front().detail), R"({"reason":"why"})");
    const auto older = catalog->audit(1, newest.back().id, 100).value();
    ASSERT_EQ(older.size(), 50U);
    EXPECT_EQ(older.front().id, 50);
    EXPECT_TRUE(catalog->audit(2, 0, 100).value().empty());
    EXPECT_EQ(catalog->audit_head(1).value().chain, newest.front().chain);
}

TEST_P(AuditTest, ChainsEachOrganizationOnItsOwn) {
    const auto catalog = open();
    std::vector<AuditRow> rows;
    for (int n = 0; n < 10; ++n)
        rows.push_back(an_event("x", n % 2 == 0 ? 1 : 2));
    ASSERT_TRUE(catalog->append_audit(rows));
    auto mine = an_event("within a transaction");
    ASSERT_TRUE(write(*catalog, [&](Transaction& tx) { return tx.append(mine); }));
    EXPECT_EQ(mine.id, 6);
    EXPECT_EQ(mine.chain.size(), 64U);
    EXPECT_EQ(catalog->audit_head(1).value().id, 6);
    EXPECT_EQ(catalog->audit_head(2).value().id, 5);
    for (const OrgId org : {1, 2, 3}) {
        EXPECT_EQ(catalog->verify_audit(org).value(), std::nullopt) << org;
    }
}

TEST_P(AuditTest, DoesNotChangeTheSnapshot) {
    const auto catalog = open();
    const auto version = catalog->snapshot()->version();
    ASSERT_TRUE(catalog->append_audit(events(3)));
    auto row = an_event("x");
    ASSERT_TRUE(write(*catalog, [&](Transaction& tx) { return tx.append(row); }));
    EXPECT_EQ(sql("SELECT value FROM counters WHERE name = 'version'"), std::to_string(version));
}

TEST_P(AuditTest, RepairsWhatAVisitorSent) {
    const auto catalog = open();
    auto row = an_event("link.refused");
    row.client = std::string("bad\0\xff\xc3\xa4", 7);
    row.object = "\xed\xa0\x80";
    row.detail = {{"agent", std::string("\xfe\0x", 3)}};
    ASSERT_TRUE(catalog->append_audit({row}));
    const auto stored = catalog->audit(1, 0, 1).value().at(0);
    EXPECT_EQ(stored.client, "bad\xEF\xBF\xBD\xEF\xBF\xBD\xc3\xa4");
    EXPECT_EQ(catalog->verify_audit(1).value(), std::nullopt);
}

TEST_P(AuditTest, FindsEveryKindOfTampering) {
    const auto catalog = open();
    ASSERT_TRUE(catalog->append_audit(events(8)));
    ASSERT_TRUE(catalog->append_audit(events(3, 2)));
    struct Case {
        const char* change;
        std::optional<std::int64_t> first_broken;
    };
    const std::vector<Case> cases{
        {"UPDATE audit SET actor = 'user:1' WHERE org = 1 AND id = 4", 4},
        {"UPDATE audit SET at = at + 1 WHERE org = 1 AND id = 1", 1},
        {"UPDATE audit SET detail = '{}' WHERE org = 1 AND id = 8", 8},
        {"UPDATE audit SET object = '', client = 'share:1192.0.2.7' WHERE org = 1 AND id = 2", 2},
        {"DELETE FROM audit WHERE org = 1 AND id = 5", 5},
        {"DELETE FROM audit WHERE org = 1 AND id = 1", 1},
        {"DELETE FROM audit WHERE org = 1 AND id = 8", 8},
        {"DELETE FROM audit WHERE org = 1", 1},
        {"DELETE FROM audit WHERE org = 1 AND id = 3; "
         "UPDATE audit SET id = 3 WHERE org = 1 AND id = 8",
         3},
        {"UPDATE audit SET id = 99 WHERE org = 1 AND id = 3; "
         "UPDATE audit SET id = 3 WHERE org = 1 AND id = 4; "
         "UPDATE audit SET id = 4 WHERE org = 1 AND id = 99",
         3},
        {"INSERT INTO audit SELECT org, 9, at, actor, action, object, client, detail, chain "
         "FROM audit WHERE org = 1 AND id = 8",
         9},
        {"UPDATE audit SET org = 3 WHERE org = 1", 1},
    };
    sql("CREATE TABLE saved AS SELECT * FROM audit");
    for (const auto& [change, first_broken] : cases) {
        sql(change);
        EXPECT_EQ(catalog->verify_audit(1).value(), first_broken) << change;
        EXPECT_EQ(catalog->verify_audit(2).value(), std::nullopt) << change;
        sql("DELETE FROM audit");
        sql("INSERT INTO audit SELECT * FROM saved");
        ASSERT_EQ(catalog->verify_audit(1).value(), std::nullopt);
    }
}

TEST_P(AuditTest, ShowsACutEndAgainstAHeadKeptElsewhere) {
    const auto catalog = open();
    ASSERT_TRUE(catalog->append_audit(events(5)));
    const AuditHead kept = catalog->audit_head(1).value();
    sql("DELETE FROM audit WHERE org = 1 AND id > 3");
    sql("UPDATE audit_heads SET id = 3, chain = (SELECT chain FROM audit WHERE org = 1 AND id = 3) "
        "WHERE org = 1");
    EXPECT_EQ(catalog->verify_audit(1).value(), std::nullopt);
    EXPECT_LT(catalog->audit_head(1).value().id, kept.id);
}

TEST_P(AuditTest, QueueWritesWhatManyThreadsHandOver) {
    const auto catalog = open();
    {
        AuditQueue queue(*catalog);
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&, i] {
                for (int n = 0; n < 500; ++n) {
                    auto row = an_event(std::to_string(n));
                    row.actor = "thread:" + std::to_string(i);
                    if (!queue.post(std::move(row))) ADD_FAILURE() << "refused";
                }
            });
        }
        for (auto& thread : threads)
            thread.join();
        queue.flush();
        EXPECT_EQ(queue.waiting(), 0U);
        EXPECT_EQ(catalog->audit_head(1).value().id, 2000);
    }
    EXPECT_EQ(catalog->verify_audit(1).value(), std::nullopt);
    std::map<std::string, int> last;
    for (const auto& row : catalog->audit(1, 0, 2000).value()) {
        const int n = std::stoi(row.action);
        if (last.contains(row.actor)) EXPECT_EQ(n, last[row.actor] - 1) << "out of order";
        last[row.actor] = n;
    }
    EXPECT_EQ(last.size(), 4U);
}

TEST_P(AuditTest, QueueAnswersWhenTheRowIsOnDisk) {
    const auto catalog = open();
    AuditQueue queue(*catalog);
    EXPECT_TRUE(test::run(queue.append(an_event("x"))).has_value());
    EXPECT_EQ(sql("SELECT COUNT(*) FROM audit"), "1");
}

TEST_P(AuditTest, QueueWritesTheRestWhenItStops) {
    const auto catalog = open();
    AuditQueueOptions options;
    options.linger = std::chrono::hours(1);
    AuditQueue queue(*catalog, options);
    for (int n = 0; n < 100; ++n)
        ASSERT_TRUE(queue.post(an_event("x")));
    queue.stop();
    EXPECT_EQ(sql("SELECT COUNT(*) FROM audit"), "100");
    const auto late = queue.post(an_event("late"));
    ASSERT_FALSE(late.has_value());
    EXPECT_EQ(late.error().code, "audit_full");
    EXPECT_EQ(test::run(queue.append(an_event("late"))).error().code, "audit_full");
}

TEST_P(AuditTest, QueueRefusesRowsInsteadOfLosingThem) {
    const auto catalog = open();
    AuditQueueOptions options;
    options.capacity = 10;
    options.linger = std::chrono::hours(1);
    AuditQueue queue(*catalog, options);
    int taken = 0;
    for (int n = 0; n < 30; ++n) {
        const auto posted = queue.post(an_event("x"));
        if (posted) ++taken;
        if (!posted) EXPECT_EQ(posted.error().kind, ErrorKind::unavailable);
    }
    EXPECT_EQ(taken, 10);
    queue.flush();
    EXPECT_EQ(sql("SELECT COUNT(*) FROM audit"), "10");
    EXPECT_TRUE(queue.post(an_event("x")).has_value());
}

CASEMENT_ON_BOTH_ENGINES(AuditTest);

class AuditOnAFullDiskTest : public AuditTest {};

TEST_P(AuditOnAFullDiskTest, QueueKeepsItsRowsUntilTheyCanBeWritten) {
    const auto catalog = open();
    AuditQueue queue(*catalog);
    {
        const test::FileSizeLimit full(4096);
        for (int n = 0; n < 10; ++n)
            ASSERT_TRUE(queue.post(an_event("kept")));
        const auto waited = test::run(queue.append(an_event("refused")));
        ASSERT_FALSE(waited.has_value());
        EXPECT_EQ(waited.error().code, "store_unavailable");
        EXPECT_TRUE(test::eventually([&] { return queue.waiting() == 10; }));
    }
    queue.flush();
    const auto rows = catalog->audit(1, 0, 100).value();
    EXPECT_EQ(rows.size(), 10U);
    for (const auto& row : rows)
        EXPECT_EQ(row.action, "kept");
    EXPECT_EQ(catalog->verify_audit(1).value(), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(On, AuditOnAFullDiskTest, testing::Values(Engine::sqlite), engine_name);

}  // namespace
}  // namespace casement::store
