// Several catalogs on one database, and databases that fail.
#include "catalog_fixture.h"
#include "support/file_size_limit.h"

#include <thread>

namespace casement::store {
namespace {

using test::eventually;

class SharedCatalogTest : public CatalogTest {};

TEST_P(SharedCatalogTest, SeesTheOthersChanges) {
    const auto writer = open();
    const auto reader = open();
    const auto dashboard = insert(*writer, a_dashboard("flights"));
    EXPECT_TRUE(
        eventually([&] { return reader->snapshot()->dashboard_by_uid(1, "flights") != nullptr; }));
    auto share = a_share(dashboard.id, "token");
    share.credentials = {a_credential(0, "secret")};
    share = insert(*writer, share);
    EXPECT_TRUE(eventually([&] { return reader->snapshot()->share_by_token("token") != nullptr; }));
    const auto credential_id = share.credentials[0].id;
    ASSERT_TRUE(
        write(*writer, [&](Transaction& tx) { return tx.remove_credential(credential_id); }));
    EXPECT_TRUE(
        eventually([&] { return reader->snapshot()->share(share.id)->credentials.empty(); }));
    ASSERT_TRUE(write(*writer, [&](Transaction& tx) { return tx.remove_dashboard(dashboard.id); }));
    EXPECT_TRUE(eventually([&] { return reader->snapshot()->dashboard(dashboard.id) == nullptr; }));
    EXPECT_EQ(reader->snapshot()->share(share.id), nullptr);
    EXPECT_EQ(reader->snapshot()->version(), writer->snapshot()->version());
}

TEST_P(SharedCatalogTest, LoadsOnlyWhatIsNew) {
    const auto writer = open();
    const auto reader = open();
    const auto kept = insert(*writer, a_dashboard("kept"));
    ASSERT_TRUE(eventually([&] { return reader->snapshot()->dashboard(kept.id) != nullptr; }));
    const auto before = reader->snapshot();
    const Dashboard* row = before->dashboard(kept.id);
    const Organization* main = before->organization(1);
    insert(*writer, a_dashboard("new"));
    ASSERT_TRUE(
        eventually([&] { return reader->snapshot()->dashboard_by_uid(1, "new") != nullptr; }));
    EXPECT_EQ(reader->snapshot()->dashboard(kept.id), row) << "an old row was loaded again";
    EXPECT_EQ(reader->snapshot()->organization(1), main);
}

TEST_P(SharedCatalogTest, TellsListenersOfEachChange) {
    const auto writer = open();
    const auto reader = open();
    std::atomic<std::int64_t> seen{0};
    reader->on_change([&](const SnapshotPtr& snapshot) { seen = snapshot->version(); });
    insert(*writer, a_dashboard("flights"));
    EXPECT_TRUE(eventually([&] { return seen == writer->snapshot()->version(); }));
}

TEST_P(SharedCatalogTest, StartsOverWhenDeletionsWereForgotten) {
    const auto writer = open();
    const auto first = insert(*writer, a_dashboard("first"));
    const auto second = insert(*writer, a_dashboard("second"));
    // A reader that looks only once an hour: it knows both, and sleeps through what follows.
    const auto reader = try_open(std::chrono::hours(1)).value();
    ASSERT_NE(reader->snapshot()->dashboard(first.id), nullptr);
    if (GetParam() == Engine::postgresql) {
        // It must not be told either.
        ASSERT_TRUE(eventually([&] {
            return sql("SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity "
                       "WHERE datname = current_database() AND query LIKE 'LISTEN%'") != "0";
        }));
    }
    ASSERT_TRUE(write(*writer, [&](Transaction& tx) { return tx.remove_dashboard(first.id); }));
    clock.advance(std::chrono::hours(25));
    ASSERT_TRUE(write(*writer, [&](Transaction& tx) { return tx.remove_dashboard(second.id); }));
    EXPECT_EQ(sql("SELECT COUNT(*) FROM tombstones"), "1");
    // Its own write makes it look.
    insert(*reader, a_dashboard("third"));
    EXPECT_EQ(reader->snapshot()->dashboards(1).size(), 1U);
    EXPECT_EQ(reader->snapshot()->dashboard(first.id), nullptr);
}

TEST_P(SharedCatalogTest, LosesNoChangeUnderManyWriters) {
    constexpr int kThreads = 4;
    constexpr int kEach = 15;
    const auto one = open();
    const auto two = open();
    auto counted = insert(*one, a_dashboard("counted"));
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
            Catalog& catalog = i % 2 == 0 ? *one : *two;
            for (int n = 0; n < kEach; ++n) {
                const auto result = write(catalog, [&](Transaction& tx) -> Result<void> {
                    // Check, then write: right only when nobody comes in between.
                    auto row = tx.dashboard(counted.id);
                    if (!row) return row.error();
                    row->title = std::to_string(std::stoi("0" + row->title.substr(7)) + 1);
                    row->title = "Flights" + row->title;
                    return tx.update(*row);
                });
                if (!result) ADD_FAILURE() << result.error().message;
                auto mine = a_dashboard("d" + std::to_string(i) + "-" + std::to_string(n));
                insert(catalog, mine);
                if (catalog.snapshot()->dashboard_by_uid(1, mine.uid) == nullptr) {
                    ADD_FAILURE() << "a write is not in the writer's own snapshot";
                }
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    const auto complete = [&](Catalog& catalog) {
        const auto snapshot = catalog.snapshot();
        return snapshot->dashboards(1).size() == 1U + kThreads * kEach &&
               snapshot->dashboard(counted.id)->title ==
                   "Flights" + std::to_string(kThreads * kEach);
    };
    EXPECT_TRUE(eventually([&] { return complete(*one) && complete(*two); }));
}

TEST_P(SharedCatalogTest, GivesManyReadersOneSnapshotEach) {
    const auto catalog = open();
    std::atomic<bool> stop{false};
    std::vector<std::thread> readers;
    for (int i = 0; i < 4; ++i) {
        readers.emplace_back([&] {
            std::int64_t last = 0;
            while (!stop) {
                const auto snapshot = catalog->snapshot();
                if (snapshot->version() < last) ADD_FAILURE() << "time went backwards";
                last = snapshot->version();
                for (const auto* row : snapshot->dashboards(1)) {
                    if (snapshot->dashboard_by_uid(1, row->uid) != row) ADD_FAILURE();
                }
            }
        });
    }
    for (int n = 0; n < 30; ++n) {
        const auto row = insert(*catalog, a_dashboard("d" + std::to_string(n)));
        if (n % 3 == 0) {
            ASSERT_TRUE(
                write(*catalog, [&](Transaction& tx) { return tx.remove_dashboard(row.id); }));
        }
    }
    stop = true;
    for (auto& reader : readers)
        reader.join();
    EXPECT_EQ(catalog->snapshot()->dashboards(1).size(), 20U);
}

CASEMENT_ON_BOTH_ENGINES(SharedCatalogTest);

class SqliteCatalogTest : public CatalogTest {};

TEST_P(SqliteCatalogTest, WaitsForAnotherProcessThatWrites) {
    const auto catalog = open();
    sqlite3* other = nullptr;
    ASSERT_EQ(sqlite3_open(address_.substr(7).c_str(), &other), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
    std::atomic<bool> done{false};
    std::thread writer([&] {
        insert(*catalog, a_dashboard("waited"));
        done = true;
    });
    EXPECT_FALSE(eventually([&] { return done.load(); }, std::chrono::milliseconds(100)));
    ASSERT_EQ(sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr), SQLITE_OK);
    writer.join();
    sqlite3_close(other);
    EXPECT_NE(catalog->snapshot()->dashboard_by_uid(1, "waited"), nullptr);
}

TEST_P(SqliteCatalogTest, RefusesWritesWhileTheDiskIsFullAndRecovers) {
    const auto catalog = open();
    insert(*catalog, a_dashboard("before"));
    {
        const test::FileSizeLimit full(4096);
        const auto result = write(*catalog, [&](Transaction& tx) -> Result<void> {
            auto row = a_dashboard("during");
            return tx.insert(row);
        });
        ASSERT_FALSE(result.has_value());
        EXPECT_EQ(result.error().code, "store_unavailable");
        EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
        EXPECT_FALSE(catalog->healthy());
        EXPECT_NE(catalog->snapshot()->dashboard_by_uid(1, "before"), nullptr);
    }
    EXPECT_TRUE(eventually([&] { return catalog->healthy(); }));
    EXPECT_EQ(catalog->snapshot()->dashboard_by_uid(1, "during"), nullptr);
    insert(*catalog, a_dashboard("during"));
}

INSTANTIATE_TEST_SUITE_P(On, SqliteCatalogTest, testing::Values(Engine::sqlite), engine_name);

class PostgresCatalogTest : public CatalogTest {};

TEST_P(PostgresCatalogTest, IsToldOfChangesWithoutPolling) {
    const auto writer = open();
    const auto reader = try_open(std::chrono::hours(1)).value();
    const auto listeners = [&] {
        return sql(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND query LIKE 'LISTEN%'");
    };
    ASSERT_TRUE(eventually([&] { return listeners() == "2"; }));
    insert(*writer, a_dashboard("told"));
    EXPECT_TRUE(
        eventually([&] { return reader->snapshot()->dashboard_by_uid(1, "told") != nullptr; }));
}

TEST_P(PostgresCatalogTest, TriesAgainAfterADeadlock) {
    sql("ALTER DATABASE " + sql("SELECT current_database()") + " SET deadlock_timeout = '2s'");
    const auto catalog = open();
    ASSERT_TRUE(catalog->append_audit({an_event("a", 1), an_event("a", 2)}));
    const std::unique_ptr<PGconn, decltype(&PQfinish)> other(PQconnectdb(address_.c_str()),
                                                             &PQfinish);
    const auto run = [&](const char* text) {
        const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(other.get(), text),
                                                                   &PQclear);
        return PQresultStatus(result.get()) == PGRES_COMMAND_OK;
    };
    ASSERT_TRUE(run("SET deadlock_timeout = '1min'"));
    ASSERT_TRUE(run("BEGIN"));
    ASSERT_TRUE(run("UPDATE audit_heads SET id = id WHERE org = 2"));
    std::atomic<int> runs{0};
    std::thread writer([&] {
        const auto result = write(*catalog, [&](Transaction& tx) -> Result<void> {
            ++runs;
            auto first = an_event("b", 1);
            auto second = an_event("b", 2);
            auto appended = tx.append(first);
            if (!appended) return appended;
            return tx.append(second);
        });
        EXPECT_TRUE(result.has_value());
    });
    ASSERT_TRUE(eventually([&] {
        return sql("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() "
                   "AND wait_event_type = 'Lock'") == "1";
    }));
    EXPECT_TRUE(run("UPDATE audit_heads SET id = id WHERE org = 1"));
    EXPECT_TRUE(run("COMMIT"));
    writer.join();
    EXPECT_GE(runs, 2);  // twice, or more often where the other side is slow to commit
    EXPECT_EQ(catalog->audit_head(1).value().id, 2);
    EXPECT_EQ(catalog->audit_head(2).value().id, 2);
    EXPECT_EQ(catalog->verify_audit(2).value(), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(On, PostgresCatalogTest, testing::Values(Engine::postgresql), engine_name);

TEST(PostgresRestart, IsSurvivedByTheCatalog) {
    test::Postgres cluster;
    crypto::SystemRandom random;
    const SecretBox box = SecretBox::create(Secret(random.bytes(32)), random).value();
    const SystemClock clock;
    CatalogOptions options;
    options.database = cluster.fresh_database();
    options.refresh_interval = std::chrono::milliseconds(50);
    const auto catalog = Catalog::open(options, box, clock).value();
    const auto other = Catalog::open(options, box, clock).value();
    const auto add = [&](const std::string& name) {
        return catalog->write_now<void>([&](Transaction& tx) -> Result<void> {
            Organization row;
            row.name = name;
            return tx.insert(row);
        });
    };
    cluster.stop_server();
    EXPECT_TRUE(eventually([&] { return !catalog->healthy(); }));
    const auto refused = add("while it is down");
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, "store_unavailable");
    EXPECT_EQ(catalog->append_audit({AuditRow{}}).error().code, "store_unavailable");
    EXPECT_EQ(catalog->audit(1, 0, 10).error().code, "store_unavailable");
    EXPECT_EQ(catalog->snapshot()->organizations().size(), 1U) << "the snapshot must stay";

    cluster.start_server();
    EXPECT_TRUE(eventually([&] { return catalog->healthy() && other->healthy(); }));
    EXPECT_TRUE(add("after").has_value());
    EXPECT_TRUE(eventually([&] { return other->snapshot()->organizations().size() == 2; }));

    // Connections that break unnoticed: the next write finds a fresh one.
    cluster.stop_server();
    cluster.start_server();
    EXPECT_TRUE(add("at once").has_value());
}

}  // namespace
}  // namespace casement::store
