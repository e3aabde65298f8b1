// Many at once, and the process killed in the middle.
#include "crash_child.h"
#include "session_fixture.h"

#include <array>
#include <fstream>
#include <latch>
#include <map>
#include <mutex>
#include <thread>

#include <boost/asio/detached.hpp>
#include <boost/asio/thread_pool.hpp>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace casement::store {
namespace {

class SessionConcurrencyTest : public SessionTest {
  protected:
    /// Redeems all of them at once from coroutines on four threads.
    std::vector<Result<Redeemed>> redeem_all(const std::vector<Redemption>& redemptions) {
        std::vector<std::optional<Result<Redeemed>>> results(redemptions.size());
        asio::thread_pool threads(4);
        for (std::size_t n = 0; n < redemptions.size(); ++n) {
            asio::co_spawn(
                threads,
                [](SessionStore& where, const Redemption& what,
                   std::optional<Result<Redeemed>>& out) -> asio::awaitable<void> {
                    auto result = co_await where.redeem(what);
                    out.emplace(std::move(result));
                }(*store, redemptions[n], results[n]),
                asio::detached);
        }
        threads.join();
        std::vector<Result<Redeemed>> all;
        all.reserve(results.size());
        for (auto& result : results)
            all.push_back(std::move(result.value()));
        return all;
    }
};

TEST_F(SessionConcurrencyTest, OneNonceOpensOneSessionHoweverManyCome) {
    constexpr int kCount = 100'000;
    std::vector<Redemption> redemptions;
    redemptions.reserve(kCount);
    for (int n = 0; n < kCount; ++n) {
        const std::string number = std::to_string(n);
        redemptions.push_back(a_redemption("nonce", a_session(number, number, in_days(30))));
    }
    std::string winner;
    int created = 0;
    const auto results = redeem_all(redemptions);
    for (const auto& result : results) {
        ASSERT_TRUE(result.has_value()) << result.error().message;
        if (result->outcome == Outcome::created) {
            ++created;
            winner = result->session.id;
        }
    }
    ASSERT_EQ(created, 1);
    for (const auto& result : results) {
        if (result->outcome == Outcome::created) continue;
        ASSERT_EQ(result->outcome, Outcome::already_used);
        ASSERT_EQ(result->session.id, winner);
    }
    EXPECT_EQ(test::run(store->list(1, 0, 10)).value().size(), 1U);
}

TEST_F(SessionConcurrencyTest, OneBrowserGetsOneSessionHoweverOftenItAsks) {
    std::vector<Redemption> redemptions;
    for (int n = 0; n < 2000; ++n) {
        // Ten nonces, one secret each, asked for again and again.
        const std::string nonce = std::to_string(n % 10);
        redemptions.push_back(
            a_redemption(nonce, a_session("s" + std::to_string(n), nonce, in_days(30))));
    }
    std::map<std::string, std::string> session_of;
    std::map<std::string, int> created;
    const auto results = redeem_all(redemptions);
    for (std::size_t n = 0; n < results.size(); ++n) {
        ASSERT_TRUE(results[n].has_value());
        ASSERT_NE(results[n]->outcome, Outcome::already_used);
        const auto& nonce = redemptions[n].nonce;
        const auto [place, first] = session_of.emplace(nonce, results[n]->session.id);
        EXPECT_EQ(place->second, results[n]->session.id);
        if (results[n]->outcome == Outcome::created) ++created[nonce];
    }
    EXPECT_EQ(created.size(), 10U);
    for (const auto& [nonce, count] : created)
        EXPECT_EQ(count, 1) << nonce;
}

TEST_F(SessionConcurrencyTest, NeverShowsAnEndedSessionAsLive) {
    SessionStoreOptions options;
    options.cache_bytes = 1;  // every find() goes to the disk and races with the writer
    for (const bool cached : {true, false}) {
        if (!cached) open(options);
        for (int round = 0; round < 60; ++round) {
            const std::string id = (cached ? "c" : "u") + std::to_string(round);
            redeem(id, id, "secret");
            std::atomic<bool> ended{false};
            std::latch start(3);
            std::vector<std::thread> threads;
            for (int i = 0; i < 2; ++i) {
                threads.emplace_back([&] {
                    start.arrive_and_wait();
                    for (bool last = false; !last;) {
                        last = ended;  // the round after the end is the one that counts
                        const auto row = find(id);
                        if (last && !row->ended_at) ADD_FAILURE() << "an ended session lives";
                    }
                });
            }
            threads.emplace_back([&] {
                start.arrive_and_wait();
                EXPECT_TRUE(test::run(store->end(id)).value());
                ended = true;
            });
            for (auto& thread : threads)
                thread.join();
            EXPECT_TRUE(find(id)->ended_at.has_value());
        }
    }
}

TEST_F(SessionConcurrencyTest, DoesEverythingAtOnce) {
    SessionStoreOptions options;
    options.touch_interval = milliseconds(1);
    options.purge_interval = milliseconds(5);
    open(options);
    std::atomic<bool> stop{false};
    std::vector<std::thread> threads;
    threads.emplace_back([&] {
        while (!stop)
            (void)test::run(store->list(1, 17, 50));
    });
    threads.emplace_back([&] {
        while (!stop)
            clock.advance(std::chrono::microseconds(50));
    });
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&, i] {
            for (int n = 0; n < 150; ++n) {
                const std::string id = std::to_string(i) + "-" + std::to_string(n);
                EXPECT_EQ(redeem(id, id, "secret").outcome, Outcome::created);
                store->touch(id);
                (void)test::run(store->set_cookie(id, crypto::sha256(id)));
                if (n % 3 == 0) (void)test::run(store->end(id));
                (void)store->peek(id);
                (void)test::run(store->last_use_of_credential(5));
            }
        });
    }
    for (std::size_t i = 2; i < threads.size(); ++i)
        threads[i].join();
    stop = true;
    threads[0].join();
    threads[1].join();
    open();
    EXPECT_EQ(find("0-1")->cookie_hash, crypto::sha256("0-1"));
    EXPECT_TRUE(find("2-0")->ended_at.has_value());
}

TEST_F(SessionConcurrencyTest, FinishesWhatWaitsWhenItIsClosed) {
    asio::thread_pool threads(2);
    std::atomic<int> created{0};
    for (int n = 0; n < 200; ++n) {
        asio::co_spawn(
            threads,
            [](SessionStore& where, Redemption what, std::atomic<int>& count)
                -> asio::awaitable<void> {
                const auto result = co_await where.redeem(std::move(what));
                if (result && result->outcome == Outcome::created) ++count;
            }(*store,
                a_redemption(std::to_string(n),
                             a_session("s" + std::to_string(n), "x", in_days(1))),
                created),
            asio::detached);
    }
    threads.join();
    store.reset();
    EXPECT_EQ(created, 200);
    open();
    EXPECT_EQ(test::run(store->list(1, 0, 1000)).value().size(), 200U);
}

TEST_F(SessionConcurrencyTest, KeepsItsWordWhenItIsKilled) {
    store.reset();
    std::size_t promised = 0;
    for (int round = 0; round < 4; ++round) {
        std::array<int, 2> pipe{};
        ASSERT_EQ(::pipe(pipe.data()), 0);
        const pid_t child = start_crash_child(path, round, pipe[1]);
        ::close(pipe[1]);
        // Killed while it is busy, each time after another number of answers.
        std::string answers;
        std::array<char, 4096> buffer{};
        while (std::count(answers.begin(), answers.end(), '\n') < 300 + 170 * round) {
            const ssize_t count = ::read(pipe[0], buffer.data(), buffer.size());
            ASSERT_GT(count, 0) << "the child ended by itself";
            answers.append(buffer.data(), static_cast<std::size_t>(count));
        }
        ASSERT_EQ(::kill(child, SIGKILL), 0);
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        ASSERT_TRUE(WIFSIGNALED(status));
        // What it said before it died counts.
        for (ssize_t count = 1; count > 0;) {
            count = ::read(pipe[0], buffer.data(), buffer.size());
            if (count > 0) answers.append(buffer.data(), static_cast<std::size_t>(count));
        }
        ::close(pipe[0]);

        open();
        std::istringstream lines(answers.substr(0, answers.rfind('\n') + 1));
        std::string nonce;
        std::string id;
        while (lines >> nonce >> id) {
            ++promised;
            const auto found = find(id);
            ASSERT_TRUE(found.has_value()) << "an answered session is gone: " << id;
            EXPECT_EQ(found->secret_hash, crypto::sha256("secret of " + nonce));
            const auto thief = redeem(nonce, a_session("thief-" + id, "another", in_days(1)));
            ASSERT_EQ(thief.outcome, Outcome::already_used);
            EXPECT_EQ(thief.session.id, id);
            const auto owner =
                redeem(nonce, a_session("owner-" + id, "secret of " + nonce, in_days(1)));
            ASSERT_EQ(owner.outcome, Outcome::same_browser);
        }
        store.reset();
    }
    EXPECT_GE(promised, 1000U);
}

}  // namespace
}  // namespace casement::store
