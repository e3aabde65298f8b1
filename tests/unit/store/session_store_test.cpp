#include "store/session_store.h"

#include "session_fixture.h"
#include "support/eventually.h"
#include "support/file_size_limit.h"

#include <filesystem>
#include <fstream>
#include <thread>

#include <sqlite3.h>
#include <sys/stat.h>

namespace casement::store {
namespace {

TEST_F(SessionTest, OpensOnceForEachNonce) {
    const auto first = redeem("nonce", "first", "secret");
    EXPECT_EQ(first.outcome, Outcome::created);
    EXPECT_EQ(first.session.id, "first");
    EXPECT_EQ(first.session.created_at, clock.now());
    EXPECT_EQ(first.session.last_seen_at, clock.now());

    const auto same = redeem("nonce", "second", "secret");
    EXPECT_EQ(same.outcome, Outcome::same_browser);
    EXPECT_EQ(same.session.id, "first");
    EXPECT_EQ(same.session.grant, first.session.grant);

    const auto other = redeem("nonce", "third", "another secret");
    EXPECT_EQ(other.outcome, Outcome::already_used);
    EXPECT_EQ(other.session.id, "first");
    EXPECT_TRUE(other.session.grant.empty());
    EXPECT_TRUE(other.session.secret_hash.empty());
    EXPECT_TRUE(other.session.client.empty());
    EXPECT_FALSE(find("second").has_value());
    EXPECT_FALSE(find("third").has_value());
}

TEST_F(SessionTest, TellsScopesAndNoncesApart) {
    auto one = a_redemption("2:x", a_session("a", "s", in_days(1)));
    one.scope = "share:1";
    auto two = a_redemption("x", a_session("b", "s", in_days(1)));
    two.scope = "share:1:2";
    EXPECT_EQ(test::run(store->redeem(one))->outcome, Outcome::created);
    EXPECT_EQ(test::run(store->redeem(two))->outcome, Outcome::created);
    EXPECT_EQ(redeem("x", "c", "s").outcome, Outcome::created);
    EXPECT_EQ(redeem("X", "d", "s").outcome, Outcome::created);
    EXPECT_EQ(redeem(std::string("x\0", 2), "e", "s").outcome, Outcome::created);
    EXPECT_EQ(redeem(std::string(100'000, 'x'), "f", "s").outcome, Outcome::created);
    EXPECT_EQ(redeem(std::string(100'000, 'x'), "g", "t").outcome, Outcome::already_used);
}

TEST_F(SessionTest, CreatesNothingWhenItMayNot) {
    const auto session = a_session("one", "secret", in_days(1));
    EXPECT_EQ(redeem("nonce", session, false).outcome, Outcome::unused);
    EXPECT_FALSE(find("one").has_value());
    EXPECT_EQ(redeem("nonce", session, true).outcome, Outcome::created);
    for (const bool fresh : {false, true}) {
        if (fresh) open();  // nothing in memory
        const auto same = redeem("nonce", a_session("two", "secret", in_days(1)), false);
        EXPECT_EQ(same.outcome, Outcome::same_browser);
        EXPECT_EQ(same.session.id, "one");
        EXPECT_EQ(redeem("nonce", a_session("two", "other", in_days(1)), false).outcome,
                  Outcome::already_used);
    }
}

TEST_F(SessionTest, RefusesWhatIsNoRedemption) {
    const auto good = a_redemption("nonce", a_session("id", "secret", in_days(1)));
    for (const auto& spoil : std::vector<std::function<void(Redemption&)>>{
             [](Redemption& r) { r.scope.clear(); }, [](Redemption& r) { r.nonce.clear(); },
             [](Redemption& r) { r.session.id.clear(); },
             [](Redemption& r) { r.session.secret_hash.clear(); },
             [](Redemption& r) { r.session.secret_hash.resize(31); }}) {
        auto redemption = good;
        spoil(redemption);
        const auto result = test::run(store->redeem(redemption));
        ASSERT_FALSE(result.has_value());
        EXPECT_EQ(result.error().code, "session_invalid");
    }
}

TEST_F(SessionTest, RefusesASecondSessionOfTheSameName) {
    redeem("one", "same name", "a");
    const auto result =
        test::run(store->redeem(a_redemption("two", a_session("same name", "b", in_days(1)))));
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().kind, ErrorKind::internal);
    EXPECT_EQ(find("same name")->secret_hash, crypto::sha256("a"));
    EXPECT_EQ(redeem("two", "another name", "b").outcome, Outcome::created);
}

TEST_F(SessionTest, KeepsEverythingOverARestart) {
    auto session = a_session("one", "secret", in_days(30));
    session.cookie_hash = crypto::sha256("cookie");
    session.user_agent = std::string(1000, 'u');
    redeem("nonce", session);
    open();
    EXPECT_EQ(store->peek("one"), nullptr);
    const auto found = find("one");
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->org, 1);
    EXPECT_EQ(found->share, 17);
    EXPECT_EQ(found->credential, 5);
    EXPECT_EQ(found->grant, session.grant);
    EXPECT_EQ(found->secret_hash, session.secret_hash);
    EXPECT_EQ(found->cookie_hash, session.cookie_hash);
    EXPECT_EQ(found->client, "192.0.2.7");
    EXPECT_EQ(found->user_agent, std::string(256, 'u'));
    EXPECT_EQ(found->created_at, clock.now());
    EXPECT_EQ(found->expires_at, session.expires_at);
    EXPECT_FALSE(found->ended_at.has_value());
    ASSERT_NE(store->peek("one"), nullptr);
    EXPECT_EQ(redeem("nonce", "two", "other").outcome, Outcome::already_used);
    EXPECT_EQ(redeem("nonce", "two", "secret").session.id, "one");
}

TEST_F(SessionTest, EndsForGood) {
    redeem("nonce", "one", "secret");
    std::vector<std::string> heard;
    store->on_end([&](const std::string& id) {
        heard.push_back(id);
        EXPECT_TRUE(store->peek(id)->ended_at.has_value());
    });
    EXPECT_EQ(store->peek("one")->ended_at, std::nullopt);
    EXPECT_TRUE(test::run(store->end("one")).value());
    EXPECT_EQ(heard, std::vector<std::string>{"one"});
    EXPECT_EQ(store->peek("one")->ended_at, clock.now());
    EXPECT_FALSE(test::run(store->end("one")).value());
    EXPECT_FALSE(test::run(store->end("nobody")).value());
    EXPECT_EQ(heard.size(), 1U);
    open();
    EXPECT_EQ(find("one")->ended_at, clock.now());
    const auto again = redeem("nonce", "two", "secret");
    EXPECT_EQ(again.outcome, Outcome::same_browser);
    EXPECT_TRUE(again.session.ended_at.has_value());
}

TEST_F(SessionTest, ReplacesTheCookie) {
    redeem("nonce", "one", "secret");
    EXPECT_TRUE(test::run(store->set_cookie("one", crypto::sha256("new"))).has_value());
    EXPECT_EQ(store->peek("one")->cookie_hash, crypto::sha256("new"));
    open();
    EXPECT_EQ(find("one")->cookie_hash, crypto::sha256("new"));
    EXPECT_EQ(test::run(store->set_cookie("nobody", "x")).error().code, "session_not_found");
    EXPECT_TRUE(test::run(store->end("one")).value());
    EXPECT_EQ(test::run(store->set_cookie("one", "x")).error().code, "session_not_found");
}

TEST_F(SessionTest, NotesWhenASessionWasLastSeen) {
    const Time opened = clock.now();
    redeem("nonce", "one", "secret");
    clock.advance(std::chrono::seconds(5));
    store->touch("one");
    EXPECT_EQ(store->peek("one")->last_seen_at, opened) << "written more often than needed";
    clock.advance(std::chrono::seconds(40));
    store->touch("one");
    store->touch("nobody");
    EXPECT_EQ(store->peek("one")->last_seen_at, clock.now());
    open();
    EXPECT_EQ(find("one")->last_seen_at, clock.now());
}

TEST_F(SessionTest, WritesActivityByItself) {
    SessionStoreOptions options;
    options.touch_interval = milliseconds(1);
    open(options);
    redeem("nonce", "one", "secret");
    clock.advance(std::chrono::minutes(1));
    store->touch("one");
    // A list comes from the disk.
    EXPECT_TRUE(test::eventually([&] {
        const auto rows = test::run(store->list(1, 0, 10)).value();
        return rows.size() == 1 && rows[0].last_seen_at == clock.now();
    }));
}

TEST_F(SessionTest, ListsLiveSessionsNewestFirst) {
    for (int n = 0; n < 6; ++n) {
        auto session = a_session("s" + std::to_string(n), "x", in_days(n == 4 ? 1 : 30));
        session.share = n % 2 == 0 ? 17 : 18;
        redeem("n" + std::to_string(n), session);
    }
    auto foreign = a_session("foreign", "x", in_days(30));
    foreign.org = 2;
    redeem("f", foreign);
    EXPECT_TRUE(test::run(store->end("s3")).value());
    clock.advance(std::chrono::days(2));
    const auto ids = [&](std::int64_t share, std::size_t limit) {
        std::string all;
        for (const auto& row : test::run(store->list(1, share, limit)).value())
            all += row.id + " ";
        return all;
    };
    EXPECT_EQ(ids(0, 10), "s5 s2 s1 s0 ");
    EXPECT_EQ(ids(0, 2), "s5 s2 ");
    EXPECT_EQ(ids(17, 10), "s2 s0 ");
    EXPECT_EQ(ids(18, 10), "s5 s1 ");
    EXPECT_EQ(ids(99, 10), "");
}

TEST_F(SessionTest, KnowsWhenACredentialWasLastUsed) {
    EXPECT_EQ(test::run(store->last_use_of_credential(5)).value(), std::nullopt);
    redeem("one", "one", "x");
    clock.advance(std::chrono::hours(1));
    redeem("two", "two", "x");
    EXPECT_EQ(test::run(store->last_use_of_credential(5)).value(), clock.now());
    EXPECT_EQ(test::run(store->last_use_of_credential(6)).value(), std::nullopt);
}

TEST_F(SessionTest, ForgetsSessionsThatAreOver) {
    for (int n = 0; n < 1200; ++n) {
        redeem("n" + std::to_string(n), a_session("s" + std::to_string(n), "x", in_days(1)));
    }
    redeem("long", a_session("long", "x", in_days(30)));
    EXPECT_EQ(test::run(store->purge()).value(), 0U);
    clock.advance(std::chrono::days(1) + std::chrono::seconds(1));
    EXPECT_TRUE(find("s7").has_value()) << "an expired session is the caller's to judge";
    EXPECT_EQ(test::run(store->purge()).value(), 1200U);
    EXPECT_EQ(store->peek("s7"), nullptr);
    EXPECT_FALSE(find("s7").has_value());
    EXPECT_TRUE(find("long").has_value());
}

TEST_F(SessionTest, FinishesALongPurgeBesideItsHousekeeping) {
    SessionStoreOptions options;
    options.touch_interval = milliseconds(1);
    open(options);
    for (int round = 0; round < 3; ++round) {
        // More than one step's worth, so that the purge is put back in line.
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&, i] {
                for (int n = 0; n < 200; ++n) {
                    const std::string id =
                        std::to_string(round) + "-" + std::to_string(i) + "-" + std::to_string(n);
                    redeem(id, a_session(id, "x", in_days(1)));
                    store->touch(id);
                }
            });
        }
        for (auto& thread : threads)
            thread.join();
        clock.advance(std::chrono::days(2));
        EXPECT_EQ(test::run(store->purge()).value(), 800U);
    }
}

TEST_F(SessionTest, RemembersANonceAsLongAsItsLinkIsGood) {
    // A session of a minute, and one that is killed at once: a link lives for 31 minutes.
    redeem("short", a_session("short", "x", clock.now() + std::chrono::minutes(1)));
    redeem("killed", a_session("killed", "x", clock.now() + std::chrono::minutes(1)));
    EXPECT_TRUE(test::run(store->end("killed")).value());
    clock.advance(std::chrono::minutes(32));
    EXPECT_EQ(test::run(store->purge()).value(), 0U);
    open();
    EXPECT_EQ(redeem("short", "thief", "y").outcome, Outcome::already_used);
    EXPECT_EQ(redeem("killed", "thief", "y").outcome, Outcome::already_used);
    EXPECT_EQ(redeem("killed", "me", "x").outcome, Outcome::same_browser);
    clock.advance(std::chrono::minutes(29));
    EXPECT_EQ(test::run(store->purge()).value(), 2U);
}

TEST_F(SessionTest, PurgesByItself) {
    SessionStoreOptions options;
    options.purge_interval = milliseconds(1);
    open(options);
    redeem("one", a_session("one", "x", in_days(1)));
    clock.advance(std::chrono::days(2));
    EXPECT_TRUE(test::eventually([&] { return store->peek("one") == nullptr; }));
    EXPECT_FALSE(find("one").has_value());
}

TEST_F(SessionTest, HoldsNoMoreInMemoryThanAllowed) {
    SessionStoreOptions options;
    options.cache_bytes = 64 * 4096;
    open(options);
    int remembered = 0;
    for (int n = 0; n < 500; ++n)
        redeem("n" + std::to_string(n), "s" + std::to_string(n), "x");
    for (int n = 0; n < 500; ++n) {
        if (store->peek("s" + std::to_string(n)) != nullptr) ++remembered;
    }
    EXPECT_GT(remembered, 60);
    EXPECT_LT(remembered, 400);
    for (int n = 0; n < 500; ++n)
        EXPECT_TRUE(find("s" + std::to_string(n)).has_value());
}

TEST_F(SessionTest, IsReadableForItsOwnerOnly) {
    redeem("nonce", "one", "secret");
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        struct stat status{};
        ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0777U, 0600U) << entry.path();
        ++files;
    }
    EXPECT_GE(files, 3U);
}

TEST_F(SessionTest, BelongsToOneProcess) {
    const auto second = open_sqlite_session_store(path, clock);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().code, "store_in_use");
    const auto nowhere = open_sqlite_session_store("/nowhere/at/all.db", clock);
    ASSERT_FALSE(nowhere.has_value());
    EXPECT_EQ(nowhere.error().code, "session_store_invalid");
}

TEST_F(SessionTest, RefusesAFileThatIsNewerOrNoDatabase) {
    store.reset();
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(handle, "PRAGMA user_version = 99", nullptr, nullptr, nullptr),
              SQLITE_OK);
    sqlite3_close(handle);
    EXPECT_EQ(open_sqlite_session_store(path, clock).error().code, "database_too_new");
    const std::string other = folder / "other.db";
    std::ofstream(other) << std::string(5000, 'x');
    EXPECT_EQ(open_sqlite_session_store(other, clock).error().code, "session_store_invalid");
}

TEST_F(SessionTest, GrantsNothingWhileTheDiskIsFull) {
    redeem("before", "before", "secret");
    {
        const test::FileSizeLimit full(4096);
        const auto refused = test::run(
            store->redeem(a_redemption("during", a_session("during", "secret", in_days(1)))));
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().code, "store_unavailable");
        EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
        EXPECT_FALSE(store->healthy());
        EXPECT_EQ(store->peek("during"), nullptr);
        EXPECT_EQ(test::run(store->end("before")).error().code, "store_unavailable");
        EXPECT_FALSE(store->peek("before")->ended_at.has_value());
        // What is spent stays spent.
        EXPECT_EQ(redeem("before", "thief", "other").outcome, Outcome::already_used);
    }
    EXPECT_TRUE(test::eventually([&] { return store->healthy(); }));
    EXPECT_EQ(redeem("during", "another", "secret").outcome, Outcome::created);
    open();
    EXPECT_TRUE(find("before").has_value());
    EXPECT_TRUE(find("another").has_value());
    EXPECT_FALSE(find("during").has_value());
}

TEST_F(SessionTest, GrantsNothingWhileTheFileIsLocked) {
    SessionStoreOptions options;
    options.busy_timeout = milliseconds(10);
    open(options);
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
    const auto refused =
        test::run(store->redeem(a_redemption("nonce", a_session("one", "secret", in_days(1)))));
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "store_unavailable");
    ASSERT_EQ(sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(other);
    EXPECT_EQ(redeem("nonce", "one", "secret").outcome, Outcome::created);
    EXPECT_TRUE(store->healthy());
}

}  // namespace
}  // namespace casement::store
