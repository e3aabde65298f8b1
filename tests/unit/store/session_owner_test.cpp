// Sessions that belong to somebody, and sessions that were derived from another.
#include "session_fixture.h"
#include "store/migrations.h"
#include "store/session_sql.h"

#include <algorithm>
#include <filesystem>
#include <latch>
#include <mutex>
#include <thread>

#include <sqlite3.h>

namespace casement::store {
namespace {

class SessionOwnerTest : public SessionTest {
  protected:
    SessionRow owned(const std::string& id, std::int64_t owner, std::int64_t org = 1) {
        auto row = a_session(id, "secret of " + id, in_days(1));
        row.owner = owner;
        row.org = org;
        return row;
    }
    SessionRow derived(const std::string& id, const std::string& family) {
        auto row = a_session(id, "secret of " + id, in_days(1));
        row.family = family;
        return row;
    }
    Redeemed::Outcome create(const SessionRow& row) { return redeem("n-" + row.id, row).outcome; }
    Result<Redeemed> replace(const SessionRow& row) {
        auto redemption = a_redemption("n-" + row.id, row);
        redemption.replaces = true;
        return test::run(store->redeem(redemption));
    }
    std::vector<std::string> of_owner(std::int64_t org, std::int64_t owner,
                                      std::size_t limit = 10) {
        std::vector<std::string> ids;
        for (const auto& row : test::run(store->list_of_owner(org, owner, limit)).value())
            ids.push_back(row.id);
        return ids;
    }
    bool live(const std::string& id) { return !find(id)->ended_at.has_value(); }

    using Ids = std::vector<std::string>;
};

TEST_F(SessionOwnerTest, KnowsOwnerAndFamilyOverARestart) {
    auto row = owned("child", 7);
    row.family = "parent";
    create(owned("parent", 7));
    ASSERT_EQ(create(row), Outcome::created);
    EXPECT_EQ(store->peek("child")->owner, 7);
    open();
    EXPECT_EQ(find("child")->owner, 7);
    EXPECT_EQ(find("child")->family, "parent");
    EXPECT_EQ(find("parent")->family, "");
}

TEST_F(SessionOwnerTest, ListsTheLiveSessionsOfAnOwnerNewestFirst) {
    for (const char* id : {"a", "b", "c", "d"})
        create(owned(id, 7));
    create(owned("neighbour", 8));
    create(owned("other organization", 7, 2));
    create(owned("nobody's", 0));
    EXPECT_TRUE(test::run(store->end("b")).value());
    EXPECT_EQ(of_owner(1, 7), (Ids{"d", "c", "a"}));
    EXPECT_EQ(of_owner(1, 7, 2), (Ids{"d", "c"}));
    EXPECT_EQ(of_owner(2, 7), Ids{"other organization"});
    EXPECT_EQ(of_owner(1, 0), Ids{});
    clock.advance(std::chrono::days(2));
    EXPECT_EQ(of_owner(1, 7), Ids{});
}

TEST_F(SessionOwnerTest, EndsTheSessionsOfAnOwnerAndNobodyElses) {
    for (const char* id : {"a", "b", "c"})
        create(owned(id, 7));
    create(owned("neighbour", 8));
    create(owned("other organization", 7, 2));
    create(owned("nobody's", 0));
    Ids heard;
    store->on_end([&](const std::string& id) {
        heard.push_back(id);
        EXPECT_TRUE(store->peek(id)->ended_at.has_value());
    });
    EXPECT_EQ(test::run(store->end_of_owner(1, 7, "b")).value(), 2U);
    std::ranges::sort(heard);
    EXPECT_EQ(heard, (Ids{"a", "c"}));
    EXPECT_EQ(test::run(store->end_of_owner(1, 7, "b")).value(), 0U);
    EXPECT_EQ(test::run(store->end_of_owner(1, 0, "")).value(), 0U);
    open();
    EXPECT_EQ(find("a")->ended_at, clock.now());
    EXPECT_FALSE(live("c"));
    for (const char* id : {"b", "neighbour", "other organization", "nobody's"})
        EXPECT_TRUE(live(id)) << id;
    EXPECT_EQ(test::run(store->end_of_owner(1, 7, "")).value(), 1U);
    EXPECT_FALSE(live("b"));
}

TEST_F(SessionOwnerTest, EndsAFamilyWithItsFirstSession) {
    create(owned("parent", 7));
    create(derived("one", "parent"));
    create(derived("two", "parent"));
    create(owned("stranger", 7));
    create(derived("stranger's", "stranger"));
    Ids heard;
    store->on_end([&](const std::string& id) { heard.push_back(id); });
    EXPECT_EQ(test::run(store->end_of_family("")).value(), 0U);
    EXPECT_EQ(test::run(store->end_of_family("nobody")).value(), 0U);
    EXPECT_EQ(test::run(store->end_of_family("parent")).value(), 3U);
    std::ranges::sort(heard);
    EXPECT_EQ(heard, (Ids{"one", "parent", "two"}));
    EXPECT_EQ(test::run(store->end_of_family("parent")).value(), 0U);
    open();
    for (const char* id : {"parent", "one", "two"})
        EXPECT_FALSE(live(id)) << id;
    EXPECT_TRUE(live("stranger"));
    EXPECT_TRUE(live("stranger's"));
}

TEST_F(SessionOwnerTest, DerivesNothingFromASessionThatWasEnded) {
    create(owned("parent", 7));
    create(derived("before", "parent"));
    (void)test::run(store->end_of_family("parent")).value();
    for (const char* family : {"parent", "never was"}) {
        const auto late = test::run(store->redeem(a_redemption("late", derived("late", family))));
        ASSERT_FALSE(late.has_value());
        EXPECT_EQ(late.error().code, "session_ended");
        EXPECT_FALSE(find("late").has_value());
    }
    // What was derived while it stood is found again by its own browser, as it is.
    const auto again = redeem("n-before", derived("before", "parent"));
    EXPECT_EQ(again.outcome, Outcome::same_browser);
    EXPECT_TRUE(again.session.ended_at.has_value());
    // Nothing was spent by the refusal.
    EXPECT_EQ(redeem("late", owned("late", 7)).outcome, Outcome::created);
}

TEST_F(SessionOwnerTest, ReplacesTheOwnersOtherSessionsInOneStep) {
    create(owned("old", 7));
    create(owned("older", 7));
    create(owned("neighbour", 8));
    create(owned("other organization", 7, 2));
    Ids heard;
    store->on_end([&](const std::string& id) { heard.push_back(id); });
    ASSERT_EQ(replace(owned("new", 7))->outcome, Outcome::created);
    std::ranges::sort(heard);
    EXPECT_EQ(heard, (Ids{"old", "older"}));
    EXPECT_EQ(store->peek("old")->ended_at, clock.now());
    EXPECT_EQ(of_owner(1, 7), Ids{"new"});
    open();
    EXPECT_FALSE(live("old"));
    for (const char* id : {"new", "neighbour", "other organization"})
        EXPECT_TRUE(live(id)) << id;
}

TEST_F(SessionOwnerTest, ReplacesNothingUnlessASessionWasCreated) {
    ASSERT_EQ(replace(owned("first", 7))->outcome, Outcome::created);
    ASSERT_EQ(create(owned("second", 7)), Outcome::created);
    // The browser of the first reloads; a thief has its link; a link whose window is over.
    EXPECT_EQ(replace(owned("first", 7))->outcome, Outcome::same_browser);
    auto stolen = a_redemption("n-first", a_session("thief", "another", in_days(1)));
    stolen.session.owner = 7;
    stolen.replaces = true;
    EXPECT_EQ(test::run(store->redeem(stolen))->outcome, Outcome::already_used);
    auto late = a_redemption("fresh", owned("late", 7));
    late.replaces = true;
    late.may_create = false;
    EXPECT_EQ(test::run(store->redeem(late))->outcome, Outcome::unused);
    EXPECT_EQ(of_owner(1, 7), (Ids{"second", "first"}));
    // Without an owner there is nobody whose sessions could be meant.
    create(owned("nobody's", 0));
    ASSERT_EQ(replace(owned("nobody's either", 0))->outcome, Outcome::created);
    EXPECT_TRUE(live("nobody's"));
}

TEST_F(SessionOwnerTest, LeavesOneOfManyThatReplaceEachOtherAtOnce) {
    constexpr std::size_t kThreads = 8;
    constexpr std::size_t kRounds = 25;
    std::mutex mutex;
    std::vector<std::string> heard;
    store->on_end([&](const std::string& id) {
        const std::lock_guard lock(mutex);
        heard.push_back(id);
    });
    for (std::size_t round = 0; round < kRounds; ++round) {
        std::latch start(kThreads);
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < kThreads; ++i) {
            threads.emplace_back([&, i] {
                const auto id = std::to_string(round) + "-" + std::to_string(i);
                start.arrive_and_wait();
                const auto created = replace(owned(id, 7));
                ASSERT_TRUE(created.has_value());
                EXPECT_EQ(created->outcome, Outcome::created);
            });
        }
        for (auto& thread : threads)
            thread.join();
        const auto alive = of_owner(1, 7);
        ASSERT_EQ(alive.size(), 1U);
        std::size_t in_memory = 0;
        for (std::size_t i = 0; i < kThreads; ++i) {
            const auto row = store->peek(std::to_string(round) + "-" + std::to_string(i));
            if (row != nullptr && !row->ended_at) ++in_memory;
        }
        EXPECT_EQ(in_memory, 1U);
    }
    EXPECT_EQ(heard.size(), kThreads * kRounds - 1) << "each that was replaced, and each once";
    std::ranges::sort(heard);
    EXPECT_EQ(std::ranges::adjacent_find(heard), heard.end());
    const auto last = of_owner(1, 7);
    open();
    EXPECT_EQ(of_owner(1, 7), last);
}

TEST_F(SessionOwnerTest, NoDerivedSessionOutlivesTheEndOfItsFamily) {
    for (int round = 0; round < 40; ++round) {
        const std::string parent = "p" + std::to_string(round);
        create(owned(parent, 7));
        std::latch start(3);
        std::vector<std::thread> threads;
        for (int i = 0; i < 2; ++i) {
            threads.emplace_back([&, i] {
                const auto id = parent + "-" + std::to_string(i);
                start.arrive_and_wait();
                const auto made = test::run(store->redeem(a_redemption(id, derived(id, parent))));
                if (!made) {
                    EXPECT_EQ(made.error().code, "session_ended");
                }
            });
        }
        threads.emplace_back([&] {
            start.arrive_and_wait();
            EXPECT_GE(test::run(store->end_of_family(parent)).value(), 1U);
        });
        for (auto& thread : threads)
            thread.join();
        for (int i = 0; i < 2; ++i) {
            const auto row = find(parent + "-" + std::to_string(i));
            EXPECT_TRUE(!row || row->ended_at) << "a session lives without its family";
        }
    }
}

TEST_F(SessionOwnerTest, SpendsTheNonceOfASessionThatIsOverAtOnce) {
    auto row = owned("short", 7);
    row.expires_at = clock.now();
    ASSERT_EQ(redeem("nonce", row).outcome, Outcome::created);
    EXPECT_EQ(of_owner(1, 7), Ids{});
    clock.advance(std::chrono::minutes(59));
    EXPECT_EQ(test::run(store->purge()).value(), 0U);
    open();
    EXPECT_EQ(redeem("nonce", owned("thief", 7)).outcome, Outcome::already_used);
    clock.advance(std::chrono::minutes(2));
    EXPECT_EQ(test::run(store->purge()).value(), 1U);
}

TEST_F(SessionOwnerTest, RemembersANonceAsLongAsItIsAskedToAndNeverLessThanAnHour) {
    const auto with = [&](const std::string& id, std::chrono::seconds nonce_for) {
        auto row = owned(id, 7);
        row.expires_at = clock.now() + std::chrono::seconds(60);
        auto redemption = a_redemption(id, row);
        redemption.nonce_for = nonce_for;
        EXPECT_EQ(test::run(store->redeem(redemption))->outcome, Outcome::created);
    };
    with("day", std::chrono::hours(24));
    with("second", std::chrono::seconds(1));
    with("negative", std::chrono::seconds(-100'000));
    clock.advance(std::chrono::minutes(59));
    EXPECT_EQ(test::run(store->purge()).value(), 0U);
    clock.advance(std::chrono::minutes(2));
    EXPECT_EQ(test::run(store->purge()).value(), 2U);
    clock.advance(std::chrono::minutes(22 * 60 + 58));
    EXPECT_EQ(redeem("day", owned("thief", 7)).outcome, Outcome::already_used);
    clock.advance(std::chrono::minutes(2));
    EXPECT_EQ(test::run(store->purge()).value(), 1U);
}

TEST_F(SessionOwnerTest, TakesOverAFileFromBeforeThereWereOwners) {
    store.reset();
    std::filesystem::remove(path);
    sqlite3* old = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &old), SQLITE_OK);
    for (const auto& statement : statements_of(sessions_migrations().front().sql)) {
        ASSERT_EQ(sqlite3_exec(old, statement.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    }
    ASSERT_EQ(sqlite3_exec(old, "PRAGMA user_version = 1", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_stmt* insert = nullptr;
    ASSERT_EQ(sqlite3_prepare_v2(
                  old,
                  "INSERT INTO sessions (id, id_key, nonce_key, org, share, credential, "
                  "grant_json, secret_hash, cookie_hash, client, user_agent, created_at, "
                  "expires_at, last_seen_at, nonce_until) VALUES ('kept', 1, x'00', 1, 17, 5, "
                  "'{}', x'00', x'', '', '', 1, ?1, 1, ?1)",
                  -1, &insert, nullptr),
              SQLITE_OK);
    sqlite3_bind_int64(insert, 1, to_unix_micros(in_days(30)));
    ASSERT_EQ(sqlite3_step(insert), SQLITE_DONE);
    sqlite3_finalize(insert);
    sqlite3_close(old);

    open();
    const auto rows = test::run(store->list(1, 17, 10)).value();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].id, "kept");
    EXPECT_EQ(rows[0].owner, 0);
    EXPECT_EQ(rows[0].family, "");
    create(owned("new", 7));
    EXPECT_EQ(test::run(store->end_of_owner(1, 7, "")).value(), 1U);
}

TEST_F(SessionOwnerTest, FindsAnOwnersSessionsByTheirIndex) {
    store.reset();
    sqlite::Connection connection(path, milliseconds(1000));
    const SessionReads reads(connection);
    const SessionWrites writes(connection);
    const auto plan_of = [&](const std::string& sql) {
        sqlite::Statement explain(connection, "EXPLAIN QUERY PLAN " + sql);
        auto run = explain.run();
        std::string plan;
        while (run.step())
            plan += run.text(3) + "; ";
        return plan;
    };
    std::vector<std::string> statements;
    for (auto* at = sqlite3_next_stmt(connection.handle(), nullptr); at != nullptr;
         at = sqlite3_next_stmt(connection.handle(), at)) {
        statements.emplace_back(sqlite3_sql(at));
    }
    std::size_t by_owner = 0;
    std::size_t by_family = 0;
    for (const auto& sql : statements) {
        if (sql.find("owner != 0") != std::string::npos) {
            ++by_owner;
            EXPECT_NE(plan_of(sql).find("USING INDEX sessions_owner"), std::string::npos) << sql;
            EXPECT_EQ(plan_of(sql).find("TEMP B-TREE"), std::string::npos) << sql;
        }
        if (sql.find("family != ''") != std::string::npos) {
            ++by_family;
            EXPECT_NE(plan_of(sql).find("USING INDEX sessions_family"), std::string::npos) << sql;
        }
    }
    EXPECT_EQ(by_owner, 2U);
    EXPECT_EQ(by_family, 1U);
}

}  // namespace
}  // namespace casement::store
