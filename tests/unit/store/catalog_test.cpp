#include "store/catalog.h"

#include "catalog_fixture.h"
#include "store/migrations.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <latch>
#include <thread>

#include <sys/stat.h>

namespace casement::store {
namespace {

TEST_P(CatalogTest, StartsWithOneOrganization) {
    const auto catalog = open();
    const auto snapshot = catalog->snapshot();
    ASSERT_EQ(snapshot->organizations().size(), 1U);
    EXPECT_EQ(snapshot->organization(1)->name, "Main");
    EXPECT_EQ(snapshot->organization(2), nullptr);
    EXPECT_TRUE(catalog->healthy());
}

TEST_P(CatalogTest, GivesBackEveryMemberOfEveryRow) {
    const Time later = clock.now() + std::chrono::hours(5);
    std::int64_t dashboard_id = 0;
    {
        const auto catalog = open();
        User user = a_user("ada@example.org");
        user.name = "Ada";
        user.password_hash = "$scrypt$…";
        user.disabled = true;
        user = insert(*catalog, user);
        ApiKey key;
        key.org = 1;
        key.kind = ApiKey::Kind::datadog_app_key;
        key.name = "ci";
        key.public_id = "client";
        key.hash = std::string("\x00\x01\xff", 3) + std::string(29, 'h');
        key.suffix = "abcd";
        key.role = "Viewer";
        key.user = user.id;
        key.expires_at = later;
        insert(*catalog, key);
        Dashboard dashboard = a_dashboard("flights");
        dashboard.deleted_at = later;
        dashboard.provisioned = true;
        dashboard_id = insert(*catalog, dashboard).id;
        Source source;
        source.org = 1;
        source.name = "flights";
        source.type = "duckdb";
        source.settings = {{"path", "/data"}};
        source.secret = Secret("source-secret");
        insert(*catalog, source);
        Share share = a_share(dashboard_id, "token1");
        share.sharer = user.id;
        share.credentials = {a_credential(0, "first-secret"), a_credential(0, "second-secret")};
        share.credentials[1].note = "rotation";
        share.credentials[1].expires_at = later;
        share.credentials[1].disabled = true;
        insert(*catalog, share);
    }
    const auto catalog = open();
    const auto snapshot = catalog->snapshot();
    const User* user = snapshot->user_by_handle(1, "ada@example.org");
    ASSERT_NE(user, nullptr);
    EXPECT_EQ(user->name, "Ada");
    EXPECT_EQ(user->password_hash, "$scrypt$…");
    EXPECT_TRUE(user->disabled);
    EXPECT_EQ(user->created_at, clock.now());
    EXPECT_EQ(snapshot->user(user->id), user);

    const ApiKey* key =
        snapshot->key_by_hash(std::string("\x00\x01\xff", 3) + std::string(29, 'h'));
    ASSERT_NE(key, nullptr);
    EXPECT_EQ(key->kind, ApiKey::Kind::datadog_app_key);
    EXPECT_EQ(key->public_id, "client");
    EXPECT_EQ(key->user, user->id);
    EXPECT_EQ(key->expires_at, later);
    EXPECT_EQ(snapshot->key(key->id), key);

    const Dashboard* dashboard = snapshot->dashboard_by_uid(1, "flights");
    ASSERT_NE(dashboard, nullptr);
    EXPECT_EQ(dashboard, snapshot->dashboard(dashboard_id));
    EXPECT_EQ(json::serialize(dashboard->document), R"({"title":"Flights","panels":[]})");
    EXPECT_EQ(dashboard->deleted_at, later);
    EXPECT_EQ(dashboard->modified_at, clock.now());
    EXPECT_TRUE(dashboard->provisioned);

    const Source* source = snapshot->source_by_name(1, "flights");
    ASSERT_NE(source, nullptr);
    EXPECT_EQ(source->secret, Secret("source-secret"));

    const Share* share = snapshot->share_by_token("token1");
    ASSERT_NE(share, nullptr);
    EXPECT_EQ(share->title, "For Ä and 東京");
    EXPECT_EQ(share->sharer, user->id);
    ASSERT_EQ(share->credentials.size(), 2U);
    EXPECT_EQ(share->credentials[0].secret, Secret("first-secret"));
    EXPECT_FALSE(share->credentials[0].expires_at.has_value());
    EXPECT_EQ(share->credentials[1].secret, Secret("second-secret"));
    EXPECT_EQ(share->credentials[1].note, "rotation");
    EXPECT_EQ(share->credentials[1].expires_at, later);
    EXPECT_TRUE(share->credentials[1].disabled);
    EXPECT_EQ(share->credentials[1].share, share->id);
    EXPECT_EQ(snapshot->shares_of_dashboard(dashboard_id), std::vector<const Share*>{share});
}

TEST_P(CatalogTest, ShowsItsOwnWritesAtOnce) {
    const auto catalog = open();
    const auto before = catalog->snapshot();
    auto dashboard = insert(*catalog, a_dashboard("one"));
    EXPECT_EQ(before->dashboard_by_uid(1, "one"), nullptr) << "a snapshot changed";
    EXPECT_NE(catalog->snapshot()->dashboard_by_uid(1, "one"), nullptr);

    dashboard.uid = "two";
    ASSERT_TRUE(write(*catalog, [&](Transaction& tx) { return tx.update(dashboard); }));
    EXPECT_EQ(catalog->snapshot()->dashboard_by_uid(1, "one"), nullptr);
    EXPECT_NE(catalog->snapshot()->dashboard_by_uid(1, "two"), nullptr);

    ASSERT_TRUE(
        write(*catalog, [&](Transaction& tx) { return tx.remove_dashboard(dashboard.id); }));
    EXPECT_EQ(catalog->snapshot()->dashboard(dashboard.id), nullptr);
    EXPECT_EQ(catalog->snapshot()->dashboard_by_uid(1, "two"), nullptr);
    EXPECT_GT(catalog->snapshot()->version(), before->version());
}

TEST_P(CatalogTest, LetsRowsTradeTheirNames) {
    const auto catalog = open();
    auto first = insert(*catalog, a_user("first"));
    auto second = insert(*catalog, a_user("second"));
    ASSERT_TRUE(write(*catalog, [&](Transaction& tx) -> Result<void> {
        first.handle = "between";
        auto step = tx.update(first);
        if (!step) return step;
        second.handle = "first";
        step = tx.update(second);
        if (!step) return step;
        first.handle = "second";
        return tx.update(first);
    }));
    EXPECT_EQ(catalog->snapshot()->user_by_handle(1, "first")->id, second.id);
    EXPECT_EQ(catalog->snapshot()->user_by_handle(1, "second")->id, first.id);
    EXPECT_EQ(catalog->snapshot()->user_by_handle(1, "between"), nullptr);
    EXPECT_EQ(catalog->snapshot()->users(1).size(), 2U);
}

TEST_P(CatalogTest, KeepsOrganizationsApart) {
    const auto catalog = open();
    Organization other;
    other.name = "Other";
    other = insert(*catalog, other);
    EXPECT_EQ(other.id, 2);
    insert(*catalog, a_dashboard("same", 1));
    insert(*catalog, a_dashboard("same", 2));
    const auto snapshot = catalog->snapshot();
    EXPECT_NE(snapshot->dashboard_by_uid(1, "same"), snapshot->dashboard_by_uid(2, "same"));
    EXPECT_EQ(snapshot->dashboards(1).size(), 1U);
    EXPECT_EQ(snapshot->dashboards(2).size(), 1U);
    EXPECT_TRUE(snapshot->dashboards(3).empty());
}

TEST_P(CatalogTest, RefusesASecondRowOfTheSameName) {
    const auto catalog = open();
    const auto dashboard = insert(*catalog, a_dashboard("flights"));
    insert(*catalog, a_share(dashboard.id, "token"));
    const auto version = catalog->snapshot()->version();

    const auto again = write(*catalog, [&](Transaction& tx) -> Result<void> {
        auto row = a_dashboard("flights");
        return tx.insert(row);
    });
    ASSERT_FALSE(again.has_value());
    EXPECT_EQ(again.error().code, "already_exists");
    EXPECT_EQ(again.error().kind, ErrorKind::conflict);
    EXPECT_EQ(catalog->snapshot()->version(), version);

    const auto token = write(*catalog, [&](Transaction& tx) -> Result<void> {
        auto row = a_share(dashboard.id, "token");
        return tx.insert(row);
    });
    ASSERT_FALSE(token.has_value());
    EXPECT_EQ(token.error().code, "already_exists");
    EXPECT_TRUE(catalog->healthy());
}

TEST_P(CatalogTest, GoesOnInATransactionAfterAConflict) {
    const auto catalog = open();
    insert(*catalog, a_user("ada"));
    ASSERT_TRUE(write(*catalog, [&](Transaction& tx) -> Result<void> {
        auto twice = a_user("ada");
        if (tx.insert(twice)) return internal_error("the conflict was not seen");
        auto grace = a_user("grace");
        return tx.insert(grace);
    }));
    EXPECT_EQ(catalog->snapshot()->users(1).size(), 2U);
    EXPECT_NE(catalog->snapshot()->user_by_handle(1, "grace"), nullptr);
    const auto other = open();
    EXPECT_EQ(other->snapshot()->version(), catalog->snapshot()->version());
}

TEST_P(CatalogTest, RefusesRowsThatReferToNothing) {
    const auto catalog = open();
    for (const auto& work : std::vector<std::function<Result<void>(Transaction&)>>{
             [](Transaction& tx) {
                 auto row = a_share(99, "t");
                 return tx.insert(row);
             },
             [](Transaction& tx) {
                 auto row = a_dashboard("x", 99);
                 return tx.insert(row);
             },
             [](Transaction& tx) {
                 auto row = a_credential(99, "secret");
                 return tx.insert(row);
             },
             [](Transaction& tx) {
                 auto row = a_user("nobody");
                 row.id = 99;
                 return tx.update(row);
             },
             [](Transaction& tx) { return tx.remove_dashboard(99); },
             [](Transaction& tx) { return tx.remove_share(99); },
             [](Transaction& tx) { return tx.remove_source(99); },
             [](Transaction& tx) { return tx.remove_credential(99); }}) {
        const auto result = write(*catalog, work);
        ASSERT_FALSE(result.has_value());
        EXPECT_EQ(result.error().kind, ErrorKind::not_found) << result.error().message;
    }
}

TEST_P(CatalogTest, RefusesTextThatADatabaseCannotHold) {
    const auto catalog = open();
    for (const std::string& bad :
         {std::string("a\0b", 3), std::string("\xff\xfe"), std::string("\xed\xa0\x80")}) {
        const auto result = write(*catalog, [&](Transaction& tx) -> Result<void> {
            auto row = a_dashboard("x");
            row.title = bad;
            return tx.insert(row);
        });
        ASSERT_FALSE(result.has_value());
        EXPECT_EQ(result.error().code, "invalid_text");
        EXPECT_EQ(result.error().field, "title");
    }
    EXPECT_TRUE(catalog->snapshot()->dashboards(1).empty());
}

TEST_P(CatalogTest, UndoesEverythingWhenTheWorkFails) {
    const auto catalog = open();
    const auto result = write(*catalog, [&](Transaction& tx) -> Result<void> {
        auto row = a_dashboard("gone");
        auto inserted = tx.insert(row);
        if (!inserted) return inserted;
        return forbidden("no", "Changed my mind.");
    });
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, "no");
    EXPECT_THROW((void)write(*catalog,
                             [&](Transaction& tx) -> Result<void> {
                                 auto row = a_dashboard("gone");
                                 auto inserted = tx.insert(row);
                                 throw std::runtime_error("a bug");
                             }),
                 std::runtime_error);
    EXPECT_EQ(sql("SELECT COUNT(*) FROM dashboards"), "0");
    insert(*catalog, a_dashboard("kept"));
    EXPECT_EQ(catalog->snapshot()->dashboards(1).size(), 1U);
}

TEST_P(CatalogTest, ReadsInsideATransactionWhatItWrote) {
    const auto catalog = open();
    const auto dashboard = insert(*catalog, a_dashboard("flights"));
    ASSERT_TRUE(write(*catalog, [&](Transaction& tx) -> Result<void> {
        auto share = a_share(dashboard.id, "token");
        share.credentials = {a_credential(0, "the secret")};
        auto inserted = tx.insert(share);
        if (!inserted) return inserted;
        EXPECT_EQ(tx.count_shares(dashboard.id).value(), 1);
        EXPECT_EQ(tx.share(share.id).value().credentials.at(0).secret, Secret("the secret"));
        EXPECT_EQ(tx.dashboard(dashboard.id).value().uid, "flights");
        EXPECT_EQ(tx.dashboard(99).error().kind, ErrorKind::not_found);
        return {};
    }));
}

TEST_P(CatalogTest, ChangesCredentialsWithTheirShare) {
    const auto catalog = open();
    const auto dashboard = insert(*catalog, a_dashboard("flights"));
    auto share = a_share(dashboard.id, "token");
    share.credentials = {a_credential(0, "old secret")};
    share = insert(*catalog, share);
    auto credential = insert(*catalog, a_credential(share.id, "new secret"));
    ASSERT_EQ(catalog->snapshot()->share(share.id)->credentials.size(), 2U);

    credential.disabled = true;
    credential.share = 12345;  // not the caller's to say
    ASSERT_TRUE(write(*catalog, [&](Transaction& tx) { return tx.update(credential); }));
    EXPECT_TRUE(catalog->snapshot()->share(share.id)->credentials[1].disabled);
    EXPECT_EQ(catalog->snapshot()->share(share.id)->credentials[1].secret, Secret("new secret"));

    const auto old_id = share.credentials[0].id;
    ASSERT_TRUE(write(*catalog, [&](Transaction& tx) { return tx.remove_credential(old_id); }));
    ASSERT_EQ(catalog->snapshot()->share(share.id)->credentials.size(), 1U);

    share.title = "New title";
    share.token = "another";
    ASSERT_TRUE(write(*catalog, [&](Transaction& tx) { return tx.update(share); }));
    EXPECT_EQ(catalog->snapshot()->share(share.id)->title, "New title");
    EXPECT_EQ(catalog->snapshot()->share(share.id)->token, "token");
    EXPECT_EQ(catalog->snapshot()->share(share.id)->credentials.size(), 1U);
}

TEST_P(CatalogTest, RemovesADashboardWithItsSharesAndTheirCredentials) {
    const auto catalog = open();
    const auto dashboard = insert(*catalog, a_dashboard("flights"));
    auto share = a_share(dashboard.id, "token");
    share.credentials = {a_credential(0, "secret")};
    share = insert(*catalog, share);
    ASSERT_TRUE(
        write(*catalog, [&](Transaction& tx) { return tx.remove_dashboard(dashboard.id); }));
    EXPECT_EQ(catalog->snapshot()->share(share.id), nullptr);
    EXPECT_EQ(catalog->snapshot()->share_by_token("token"), nullptr);
    EXPECT_TRUE(catalog->snapshot()->shares_of_dashboard(dashboard.id).empty());
    EXPECT_EQ(sql("SELECT COUNT(*) FROM credentials"), "0");
    const auto fresh = insert(*catalog, a_dashboard("flights"));
    EXPECT_NE(fresh.id, dashboard.id) << "an id was used again";
}

TEST_P(CatalogTest, KeepsSecretsSealedOnDisk) {
    const auto catalog = open();
    const auto dashboard = insert(*catalog, a_dashboard("flights"));
    auto share = a_share(dashboard.id, "token");
    share.credentials = {a_credential(0, "CANARY-credential-secret")};
    share = insert(*catalog, share);
    Source source;
    source.org = 1;
    source.name = "s";
    source.type = "postgresql";
    source.secret = Secret("CANARY-source-secret");
    insert(*catalog, source);
    EXPECT_EQ(sql("SELECT secret FROM credentials").find("CANARY"), std::string::npos);
    EXPECT_EQ(sql("SELECT secret FROM sources").find("CANARY"), std::string::npos);
    if (GetParam() == Engine::sqlite) {
        std::size_t files = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
            std::ifstream file(entry.path(), std::ios::binary);
            const std::string bytes((std::istreambuf_iterator<char>(file)), {});
            EXPECT_EQ(bytes.find("CANARY"), std::string::npos) << entry.path();
            struct stat status{};
            ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
            EXPECT_EQ(status.st_mode & 0777U, 0600U) << entry.path();
            ++files;
        }
        EXPECT_GE(files, 2U);
    }
}

TEST_P(CatalogTest, DropsASecretThatWasMovedToAnotherRow) {
    std::int64_t share_id = 0;
    {
        const auto catalog = open();
        const auto dashboard = insert(*catalog, a_dashboard("flights"));
        auto share = a_share(dashboard.id, "token");
        share.credentials = {a_credential(0, "mine"), a_credential(0, "theirs")};
        share_id = insert(*catalog, share).id;
    }
    sql("UPDATE credentials SET secret = (SELECT secret FROM credentials WHERE id = 1) "
        "WHERE id = 2");
    const auto catalog = open();
    const Share* share = catalog->snapshot()->share(share_id);
    ASSERT_NE(share, nullptr);
    ASSERT_EQ(share->credentials.size(), 1U);
    EXPECT_EQ(share->credentials[0].secret, Secret("mine"));
}

TEST_P(CatalogTest, RefusesAnotherMasterKey) {
    open();
    box = SecretBox::create(Secret(random.bytes(32)), random).value();
    const auto opened = try_open();
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, "master_key_mismatch");
}

TEST_P(CatalogTest, MigratesOnceHoweverManyStartAtOnce) {
    std::latch start(4);
    std::vector<std::thread> threads;
    std::atomic<int> opened{0};
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            start.arrive_and_wait();
            const auto catalog = try_open();
            if (catalog) ++opened;
            if (!catalog) ADD_FAILURE() << catalog.error().message;
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(opened, 4);
    EXPECT_EQ(sql("SELECT COUNT(*) FROM organizations"), "1");
    EXPECT_EQ(sql("SELECT COUNT(*) FROM migrations"), std::to_string(catalog_migrations().size()));
    open();
    EXPECT_EQ(sql("SELECT COUNT(*) FROM migrations"), std::to_string(catalog_migrations().size()));
}

TEST_P(CatalogTest, RefusesADatabaseThatIsNewerOrWasChanged) {
    open();
    sql("INSERT INTO migrations VALUES (999, '0999_future', 'x', 0)");
    auto opened = try_open();
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, "database_too_new");
    EXPECT_NE(opened.error().message.find("0999_future"), std::string::npos);
    sql("DELETE FROM migrations WHERE number = 999");
    sql("UPDATE migrations SET checksum = 'another' WHERE number = 1");
    opened = try_open();
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, "database_changed");
}

CASEMENT_ON_BOTH_ENGINES(CatalogTest);

TEST(CatalogAddress, SaysWhatIsWrongWithoutRepeatingIt) {
    crypto::SystemRandom random;
    const SecretBox box = SecretBox::create(Secret(random.bytes(32)), random).value();
    const SystemClock clock;
    for (const auto* address :
         {"", "sqlite:", "sqlite::memory:", "sqlite:/nowhere/at/all/catalog.db", "hunter2 is my",
          "host=x pasword=hunter2"}) {
        CatalogOptions options;
        options.database = address;
        const auto opened = Catalog::open(options, box, clock);
        ASSERT_FALSE(opened.has_value()) << address;
        EXPECT_EQ(opened.error().code, "database_invalid") << address;
        EXPECT_EQ(opened.error().message.find("hunter2"), std::string::npos);
    }
    CatalogOptions options;
    options.database = "postgresql://nobody:hunter2@127.0.0.1:1/none";
    const auto opened = Catalog::open(options, box, clock);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, "store_unavailable");
    EXPECT_EQ(opened.error().message.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace casement::store
