#include "data/engine.h"

#include "data_test_support.h"

#include <future>
#include <optional>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

namespace casement::data {
namespace {

using namespace std::chrono_literals;

constexpr const char* kEndless =
    "select count(*) from range(1000000) a, range(1000000) b where (a.range * b.range) % 7 = 3";
/// A noticeable part of a second: long enough that others arrive meanwhile.
constexpr const char* kSlow = "select sum(a.range * b.range) from range(30000) a, range(3000) b";

/// An engine over the people source, and a thread that runs its callers.
class Engines : public ::testing::Test {
  protected:
    void SetUp() override {
        folder_.write("people.csv", kPeople);
        make({});
        thread_ = std::thread([this] { io_.run(); });
    }
    void TearDown() override {
        guard_.reset();
        thread_.join();
        engine_.reset();
    }

    void make(EngineOptions options, unsigned threads = 2) {
        options.data_folder = folder_.path();
        options.threads = threads;
        engine_ = Engine::create(
            options,
            [this](std::int64_t org, const std::string& name) -> SourceDefinitionPtr {
                if (name != "people" || org > 2) return nullptr;
                SourceDefinition definition;
                definition.type = "duckdb";
                definition.settings = settings_;
                definition.settings["tables"] = {{"people", "people.csv"}};
                definition.revision = revision_.load();
                return std::make_shared<const SourceDefinition>(std::move(definition));
            },
            clock_);
    }

    using Future = std::future<Result<Outcome>>;
    Future start(Query query, std::shared_ptr<Cancellation> cancellation = nullptr) {
        return asio::co_spawn(io_, engine_->run(std::move(query), std::move(cancellation)),
                              asio::use_future);
    }
    Result<Outcome> run(Query query) { return start(std::move(query)).get(); }
    std::string values(Query query) {
        const auto outcome = run(std::move(query));
        if (!outcome) return std::string(outcome.error().code);
        const std::string& json = outcome->table->json;
        const auto from = json.find("\"values\":") + 9;
        return json.substr(from, json.find("]}", from) + 1 - from);
    }

    /// Waits until the engine has begun `runs` runs.
    void wait_for_runs(std::uint64_t runs) {
        while (engine_->stats().runs < runs)
            std::this_thread::yield();
    }

    TempFolder folder_;
    ManualClock clock_{Time{1h}};
    std::atomic<std::int64_t> revision_{1};
    boost::json::object settings_;  ///< besides the tables; set before the first query
    asio::io_context io_;
    asio::executor_work_guard<asio::io_context::executor_type> guard_ = asio::make_work_guard(io_);
    std::unique_ptr<Engine> engine_;
    std::thread thread_;
};

TEST_F(Engines, RunsAndThenAnswersFromTheCacheUntilItIsOld) {
    const Query query = query_of("select count(*) from people");
    EXPECT_EQ(engine_->cached(query), nullptr);
    const auto first = run(query);
    ASSERT_TRUE(first.has_value()) << first.error().message;
    EXPECT_FALSE(first->from_cache);
    const auto second = run(query);
    EXPECT_TRUE(second->from_cache);
    EXPECT_EQ(second->table, first->table);
    EXPECT_EQ(engine_->cached(query), first->table);
    clock_.advance(11s);
    EXPECT_EQ(engine_->cached(query), nullptr);
    EXPECT_FALSE(run(query)->from_cache);
    EXPECT_EQ(engine_->stats().runs, 2U);
    EXPECT_EQ(engine_->stats().cache_hits, 2U);
}

TEST_F(Engines, AThousandIdenticalQueriesAtOnceRunOnce) {
    std::vector<Future> all;
    for (int i = 0; i < 1000; ++i)
        all.push_back(start(query_of(kSlow)));
    TablePtr table;
    for (auto& one : all) {
        const auto outcome = one.get();
        ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
        if (!table) table = outcome->table;
        EXPECT_EQ(outcome->table, table);
    }
    const auto stats = engine_->stats();
    EXPECT_EQ(stats.runs, 1U);
    EXPECT_EQ(stats.shared_runs + stats.cache_hits, 999U);
}

TEST_F(Engines, TenantsShareNothing) {
    const std::string text = "select name from people where city = $city";
    const auto query = [&](std::int64_t org, const std::string& city, const std::string& scope) {
        Query one = query_of(text, {{"city", Scalar(city)}});
        one.org = org;
        one.scope = make_scope(scope, {{"people", {}}});
        return one;
    };
    std::vector<Future> all;
    for (int i = 0; i < 50; ++i) {
        all.push_back(start(query(1, "London", "")));
        all.push_back(start(query(1, "Brno", "")));
        all.push_back(start(query(2, "London", "")));
        all.push_back(start(query(1, "London", "tenant 2")));
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto outcome = all[i].get();
        ASSERT_TRUE(outcome.has_value());
        EXPECT_EQ(outcome->table->cells[0].texts[0], i % 4 == 1 ? "Kurt" : "Ada");
    }
    EXPECT_EQ(engine_->stats().runs, 4U);
    EXPECT_EQ(engine_->cached(query(2, "Brno", "")), nullptr);
    EXPECT_NE(engine_->cached(query(2, "London", "")), nullptr);
}

TEST_F(Engines, ViewersOfOneModelShareNothingButTheirRows) {
    const std::vector<std::vector<std::string>> attributes = {
        {"London"}, {"Brno"}, {"London", "Brno"}, {}, {"london"}, {"Nowhere"}};
    const auto query = [&](const std::vector<std::string>& cities) {
        Query one = query_of("select string_agg(name, ' ' order by name) from people");
        one.scope = make_scope("crew", {{"people", {{"city", RowFilter::Type::text, cities}}}});
        return one;
    };
    const std::vector<std::string> expected = {R"("Ada")", R"("Kurt")", R"("Ada Kurt")",
                                               "null",     "null",      "null"};
    for (int round = 0; round < 2; ++round) {
        std::vector<Future> all;
        for (int i = 0; i < 30; ++i) {
            for (const auto& cities : attributes)
                all.push_back(start(query(cities)));
        }
        for (std::size_t i = 0; i < all.size(); ++i) {
            const auto outcome = all[i].get();
            ASSERT_TRUE(outcome.has_value()) << outcome.error().message;
            const auto wanted = "\"values\":[" + expected[i % attributes.size()] + "]";
            EXPECT_NE(outcome->table->json.find(wanted), std::string::npos) << outcome->table->json;
        }
    }
    EXPECT_EQ(engine_->stats().runs, attributes.size());
}

TEST_F(Engines, TheLastCallerToLeaveStopsTheRun) {
    auto one = std::make_shared<Cancellation>();
    auto two = std::make_shared<Cancellation>();
    auto first = start(query_of(kEndless), one);
    auto second = start(query_of(kEndless), two);
    wait_for_runs(1);
    one->cancel();
    EXPECT_EQ(first.get().error().code, "query_cancelled");
    EXPECT_EQ(engine_->stats().cancelled, 0U);
    EXPECT_EQ(second.wait_for(0s), std::future_status::timeout) << "the other still waits";
    two->cancel();
    EXPECT_EQ(second.get().error().code, "query_cancelled");
    while (engine_->stats().cancelled < 1)
        std::this_thread::yield();  // the query is without end: this returns only when it is
                                    // stopped
}

TEST_F(Engines, WhoStaysGetsTheResultThatAnotherStartedAndLeft) {
    auto leaver = std::make_shared<Cancellation>();
    auto first = start(query_of(kSlow), leaver);
    auto second = start(query_of(kSlow));
    leaver->cancel();
    EXPECT_EQ(first.get().error().code, "query_cancelled");
    EXPECT_TRUE(second.get().has_value());
}

TEST_F(Engines, ANewcomerDoesNotJoinARunThatIsBeingStopped) {
    auto leaver = std::make_shared<Cancellation>();
    auto first = start(query_of(kSlow), leaver);
    wait_for_runs(1);
    leaver->cancel();
    EXPECT_EQ(first.get().error().code, "query_cancelled");
    EXPECT_TRUE(run(query_of(kSlow)).has_value());
}

TEST_F(Engines, ACancelledCallerIsAnsweredWithoutARun) {
    auto cancellation = std::make_shared<Cancellation>();
    cancellation->cancel();
    EXPECT_EQ(start(query_of("select 1"), cancellation).get().error().code, "query_cancelled");
    EXPECT_EQ(engine_->stats().runs, 0U);
}

TEST_F(Engines, AFullQueueSaysSo) {
    EngineOptions options;
    options.queue = 1;
    make(options);
    std::vector<std::shared_ptr<Cancellation>> cancellations;
    std::vector<Future> all;
    const auto add = [&](int i) {
        cancellations.push_back(std::make_shared<Cancellation>());
        all.push_back(start(query_of(std::string(kEndless) + " and a.range > " + std::to_string(i)),
                            cancellations.back()));
    };
    add(0);
    wait_for_runs(1);
    add(1);
    wait_for_runs(2);
    for (int i = 2; i < 8; ++i)
        add(i);
    int busy = 0;
    for (int i = 3; i < 8; ++i) {
        const auto outcome = all[static_cast<std::size_t>(i)].get();
        EXPECT_EQ(outcome.error().kind, ErrorKind::rate_limited);
        EXPECT_EQ(outcome.error().code, "too_busy");
        ++busy;
    }
    EXPECT_EQ(busy, 5);
    for (const auto& cancellation : cancellations)
        cancellation->cancel();
    for (std::size_t i = 0; i < 3; ++i)
        EXPECT_EQ(all[i].get().error().code, "query_cancelled");
}

TEST_F(Engines, AFailureIsNotCached) {
    EXPECT_EQ(values(query_of("select nonsense from people")), "query_invalid");
    EXPECT_EQ(values(query_of("select nonsense from people")), "query_invalid");
    EXPECT_EQ(engine_->stats().failed, 2U);
    EXPECT_EQ(engine_->stats().cache_hits, 0U);
}

TEST_F(Engines, ANewRevisionOpensTheSourceAnew) {
    const Query query = query_of("select count(*) from people");
    EXPECT_EQ(values(query), "[3]");
    folder_.write("people.csv", "name,city,age\nAda,London,36\n");
    EXPECT_EQ(values(query), "[3]") << "a look at the files holds for a second";
    revision_ = 2;
    EXPECT_EQ(values(query), "[1]");
}

TEST_F(Engines, UnknownSourcesAndOrganizationsAreNotFound) {
    Query query = query_of("select 1");
    query.source = "nothing";
    EXPECT_EQ(values(query), "unknown_source");
    query = query_of("select 1");
    query.org = 3;
    EXPECT_EQ(values(query), "unknown_source");
    EXPECT_EQ(engine_->cached(query), nullptr);
}

TEST_F(Engines, Describes) {
    auto described = asio::co_spawn(
        io_, engine_->describe(1, "people", "select name from people where age > $age"),
        asio::use_future);
    const auto found = described.get();
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->parameters, std::vector<std::string>{"age"});
    auto refused =
        asio::co_spawn(io_, engine_->describe(1, "people", "drop table people"), asio::use_future);
    EXPECT_EQ(refused.get().error().code, "query_refused");
}

TEST_F(Engines, CallersOnManyThreadsComeAndGo) {
    std::vector<std::thread> threads;
    std::atomic<int> answered{0};
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 100; ++i) {
                auto cancellation = std::make_shared<Cancellation>();
                Query query = query_of("select name, $n as n from people",
                                       {{"n", Scalar(std::int64_t{i % 7})}});
                auto future = start(std::move(query), cancellation);
                if ((i + t) % 3 == 0) cancellation->cancel();
                if ((i + t) % 5 == 0) clock_.advance(5s);
                const auto outcome = future.get();
                if (outcome ? outcome->table->cells[1].numbers[0] == i % 7
                            : outcome.error().code == "query_cancelled") {
                    ++answered;
                }
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(answered.load(), 400);
}

TEST_F(Engines, AFileThatChangesMakesTheCacheLookAgain) {
    const Query query = query_of("select count(*) from people");
    EXPECT_EQ(values(query), "[3]");
    clock_.advance(2s);
    EXPECT_EQ(values(query), "[3]");
    EXPECT_EQ(engine_->stats().runs, 1U) << "looking again is not asking again";
    folder_.write("people.csv", "name,city,age\nAda,London,36\n");
    clock_.advance(2s);
    EXPECT_EQ(engine_->cached(query), nullptr);
    EXPECT_EQ(values(query), "[1]");
}

TEST_F(Engines, AQueryMaySayHowLongItsResultHolds) {
    Query query = query_of("select count(*) from people");
    query.cache_time = 60s;
    EXPECT_EQ(values(query), "[3]");
    clock_.advance(30s);
    EXPECT_EQ(values(query), "[3]");
    EXPECT_EQ(engine_->stats().runs, 1U);
    query.cache_time = 0s;
    EXPECT_EQ(values(query), "[3]");
    EXPECT_EQ(values(query), "[3]");
    EXPECT_EQ(engine_->stats().runs, 3U);
}

TEST_F(Engines, AnOldResultIsServedAtOnceAndRenewedOnce) {
    settings_ = {{"stale_seconds", 60}};
    Query query = query_of("select count(*) from people");
    const auto first = run(query);
    ASSERT_TRUE(first.has_value());
    clock_.advance(20s);
    EXPECT_EQ(engine_->cached(query), nullptr) << "only a caller that can start the renewal";
    const auto old = run(query);
    EXPECT_TRUE(old->from_cache);
    EXPECT_EQ(old->table, first->table);
    wait_for_runs(2);
    while (engine_->cached(query) == nullptr)
        std::this_thread::yield();
    EXPECT_NE(engine_->cached(query), first->table);
    EXPECT_EQ(engine_->stats().runs, 2U);
    EXPECT_EQ(engine_->stats().stale_hits, 1U);
    clock_.advance(500ms);
    query.fresh = true;
    EXPECT_FALSE(run(query)->from_cache);
    query.fresh = false;
    revision_ = 2;
    EXPECT_FALSE(run(query)->from_cache) << "never of another revision";
    clock_.advance(120s);
    EXPECT_FALSE(run(query)->from_cache) << "older than that";
}

TEST_F(Engines, WhoWaitsTooLongForATurnIsTold) {
    settings_ = {{"max_concurrent", 1}};
    auto holding = std::make_shared<Cancellation>();
    auto first = start(query_of(kEndless), holding);
    wait_for_runs(1);
    Query late = query_of("select 1");
    late.limits.time = 50ms;
    const auto told = run(late);
    ASSERT_FALSE(told);
    EXPECT_EQ(told.error().code, "too_busy");
    EXPECT_EQ(told.error().kind, ErrorKind::rate_limited);
    EXPECT_EQ(engine_->stats().too_busy, 1U);
    holding->cancel();
    EXPECT_EQ(first.get().error().code, "query_cancelled");
    late.limits.time = 30s;
    EXPECT_EQ(values(late), "[1]");
}

TEST_F(Engines, ASlowSourceHoldsUpNobodyElse) {
    EngineOptions options;
    make(options, 8);
    settings_ = {{"max_concurrent", 256}};
    std::vector<std::shared_ptr<Cancellation>> cancellations;
    std::vector<Future> slow;
    for (int i = 0; i < 20; ++i) {
        cancellations.push_back(std::make_shared<Cancellation>());
        slow.push_back(
            start(query_of(std::string(kEndless) + " and a.range > " + std::to_string(i)),
                  cancellations.back()));
    }
    wait_for_runs(6);
    Query other = query_of("select count(*) from people");
    other.org = 2;
    EXPECT_EQ(values(other), "[3]");
    while (engine_->stats().running != 6)  // three quarters of the threads
        std::this_thread::yield();
    EXPECT_EQ(engine_->stats().waiting, 14U);
    for (const auto& cancellation : cancellations)
        cancellation->cancel();
    for (auto& one : slow)
        EXPECT_EQ(one.get().error().code, "query_cancelled");
}

TEST_F(Engines, MayEndWhileQueriesRun) {
    auto running = start(query_of(kEndless));
    wait_for_runs(1);
    engine_.reset();
    EXPECT_EQ(running.get().error().code, "query_cancelled");
}

}  // namespace
}  // namespace casement::data
