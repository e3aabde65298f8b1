#include "access/principal.h"
#include "access/provisioning.h"
#include "unit/app/provisioning_fixture.h"

#include <condition_variable>
#include <mutex>
#include <set>

#include <gtest/gtest.h>

namespace casement::app {
namespace {

TEST_F(Provisioning, AppliesOnceAndThenFindsNothingToDo) {
    const auto first = apply();
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ(first->added, 3);
    const auto before = catalog().snapshot();
    const auto modified = before->dashboard_by_uid(1, "numbers")->modified_at;
    const auto again = apply();
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(again->unchanged, 3);
    EXPECT_EQ(again->added + again->changed + again->removed, 0);
    const auto after = catalog().snapshot();
    EXPECT_EQ(after->dashboard_by_uid(1, "numbers")->modified_at, modified);
    const auto* north = after->share_by_token("north-share");
    ASSERT_NE(north, nullptr);
    EXPECT_TRUE(north->provisioned);
    ASSERT_EQ(north->credentials.size(), 1U);
    EXPECT_EQ(north->credentials[0].secret.reveal(), kGood);
}

TEST_F(Provisioning, ASourcesSecretIsKeptChangedAndTakenAway) {
    const std::string source =
        "name: shop\ntype: postgres\nsettings: { host: db, database: shop, user: reader }\n";
    folder.write("sources/shop.yaml", source + "secret_env: SHOP\n");
    const auto secret = [&] {
        const auto snapshot = catalog().snapshot();
        return std::string(snapshot->source_by_name(1, "shop")->secret.reveal());
    };
    environment["SHOP"] = "first";
    ASSERT_TRUE(apply());
    EXPECT_EQ(secret(), "first");
    EXPECT_EQ(apply()->changed, 0);
    environment["SHOP"] = "second";
    EXPECT_EQ(apply()->changed, 1);
    EXPECT_EQ(secret(), "second");
    folder.write("sources/shop.yaml", source);
    EXPECT_EQ(apply()->changed, 1);
    EXPECT_EQ(secret(), "");
}

TEST_F(Provisioning, AnErrorLeavesTheCatalogAsItWas) {
    ASSERT_TRUE(apply());
    const auto version = catalog().snapshot()->version();
    std::string changed = kDashboard;
    changed.replace(changed.find("\"Numbers\""), 9, "\"Renamed\"");
    folder.write("dashboards/numbers.json", changed);
    folder.write("shares/broken.yaml", "shares:\n  - token: other-share\n    dashboard: nowhere\n");
    const auto failed = apply();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().message,
              "shares/broken.yaml:2: there is no dashboard with the uid \"nowhere\"");
    EXPECT_EQ(catalog().snapshot()->version(), version);
    EXPECT_EQ(catalog().snapshot()->dashboard_by_uid(1, "numbers")->title, "Numbers");
}

TEST_F(Provisioning, AConflictInTheMiddleTakesEverythingBack) {
    ASSERT_TRUE(apply());
    // The same token, now for another dashboard: found only while writing.
    std::string second = kDashboard;
    second.replace(second.find("\"uid\": \"numbers\""), 16, "\"uid\": \"second\"");
    folder.write("dashboards/second.json", second);
    std::string text = kShares;
    text.replace(text.find("dashboard: numbers"), 18, "dashboard: second");
    folder.write("shares/regions.yaml", text);
    const auto failed = apply();
    ASSERT_FALSE(failed);
    EXPECT_NE(failed.error().message.find("shares/regions.yaml:2: the token"), std::string::npos);
    EXPECT_EQ(catalog().snapshot()->dashboard_by_uid(1, "second"), nullptr);
}

TEST_F(Provisioning, WhatLeavesTheFolderLeavesTheCatalog) {
    ASSERT_TRUE(apply());
    folder.remove("shares/regions.yaml");
    auto report = apply();
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->removed, 1);
    EXPECT_EQ(share("north-share"), nullptr);
    folder.remove("dashboards/numbers.json");
    folder.remove("sources/numbers.yaml");
    report = apply();
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->removed, 2);
    const auto after = catalog().snapshot();
    EXPECT_EQ(after->source_by_name(1, "numbers"), nullptr);
    ASSERT_NE(after->dashboard_by_uid(1, "numbers"), nullptr);
    EXPECT_TRUE(after->dashboard_by_uid(1, "numbers")->deleted_at);
    // It comes back out of the bin, not as a second one.
    folder.write("dashboards/numbers.json", kDashboard);
    folder.write("sources/numbers.yaml", kSource);
    ASSERT_TRUE(apply());
    EXPECT_FALSE(catalog().snapshot()->dashboard_by_uid(1, "numbers")->deleted_at);
}

TEST_F(Provisioning, WithoutPruningNothingLeaves) {
    ASSERT_TRUE(apply());
    folder.remove("shares/regions.yaml");
    const auto report = apply(false);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->removed, 0);
    EXPECT_NE(share("north-share"), nullptr);
}

TEST_F(Provisioning, AShareWithoutACredentialIsMadeAndSaysSo) {
    environment.clear();
    const auto report = apply();
    ASSERT_TRUE(report);
    ASSERT_EQ(report->notes.size(), 1U);
    EXPECT_NE(report->notes[0].find("has no credential"), std::string::npos);
    EXPECT_TRUE(share("north-share")->credentials.empty());
    environment["NORTH"] = kGood;
    const auto later = apply();
    ASSERT_TRUE(later);
    EXPECT_EQ(later->changed, 1);
    EXPECT_EQ(share("north-share")->credentials.size(), 1U);
}

TEST_F(Provisioning, ANewCredentialReplacesTheOldOneAndSparesTheOnesMadeByHand) {
    ASSERT_TRUE(apply());
    auto added = catalog().write_now<bool>([&](store::Transaction& tx) -> Result<bool> {
        store::Credential row;
        row.share = share("north-share")->id;
        row.secret = Secret("made-by-hand-0123456789");
        row.suffix = row.secret.suffix();
        if (auto done = tx.insert(row); !done) return done.error();
        return true;
    });
    ASSERT_TRUE(added) << added.error().message;
    environment["NORTH"] = kOther;
    ASSERT_TRUE(apply());
    std::set<std::string> secrets;
    for (const auto& one : share("north-share")->credentials) {
        secrets.emplace(one.secret.reveal());
    }
    EXPECT_EQ(secrets, (std::set<std::string>{kOther, "made-by-hand-0123456789"}));
}

TEST_F(Provisioning, WhatWasStoppedByHandStaysStopped) {
    ASSERT_TRUE(apply());
    auto stopped = catalog().write_now<bool>([&](store::Transaction& tx) -> Result<bool> {
        auto row = *share("north-share");
        row.status = "paused";
        if (auto done = tx.update(row); !done) return done.error();
        row.credentials[0].disabled = true;
        if (auto done = tx.update(row.credentials[0]); !done) return done.error();
        return true;
    });
    ASSERT_TRUE(stopped) << stopped.error().message;
    const auto report = apply();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->notes.size(), 1U);
    EXPECT_EQ(share("north-share")->status, "paused");
    ASSERT_EQ(share("north-share")->credentials.size(), 1U);
    EXPECT_TRUE(share("north-share")->credentials[0].disabled);
}

TEST_F(Provisioning, EveryChangeLeavesAnAuditRow) {
    ASSERT_TRUE(apply());
    ASSERT_TRUE(apply());
    const auto rows = catalog().audit(1, 0, 10);
    ASSERT_TRUE(rows);
    ASSERT_EQ(rows->size(), 1U);
    EXPECT_EQ(rows->front().action, "provisioning.applied");
}

TEST_F(Provisioning, CredentialsMadeByAnotherProcessAreSeenWithinASecond) {
    // Two catalogs over one database: what the command line opens, and what the server has.
    crypto::SystemRandom random;
    SystemClock clock;
    Configuration configuration;
    configuration.store.folder = data.path("data");
    const auto before = catalog().snapshot()->keys(1).size();
    auto other = open_catalog(configuration, random, clock, WhenMissing::refuse);
    ASSERT_TRUE(other) << other.error().message;
    // Shared, because the catalog keeps the listener longer than this test runs.
    struct Change {
        std::mutex mutex;
        std::condition_variable happened;
    };
    const auto change = std::make_shared<Change>();
    catalog().on_change([change](const store::SnapshotPtr&) {
        const std::lock_guard lock(change->mutex);
        change->happened.notify_all();
    });
    const auto made = access::create_credentials(*other->catalog, random, 1, "Admin");
    ASSERT_TRUE(made) << made.error().message;
    std::unique_lock lock(change->mutex);
    EXPECT_TRUE(change->happened.wait_for(lock, std::chrono::seconds(60), [&] {
        return catalog().snapshot()->keys(1).size() == before + 4;
    }));
    lock.unlock();
    const access::Authenticator authenticator(catalog(), clock);
    EXPECT_TRUE(authenticator.by_token(made->service_token.reveal()));
}

}  // namespace
}  // namespace casement::app
