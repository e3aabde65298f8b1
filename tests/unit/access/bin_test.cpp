#include "access/bin.h"

#include "access/dashboard_service.h"
#include "unit/store/catalog_people_fixture.h"

#include <thread>

namespace casement::access {
namespace {

using namespace std::chrono_literals;
using store::Engine;
using store::engine_name;

class Bin : public store::PeopleTest {
  protected:
    /// A dashboard in the bin since now, with a share and its credential.
    store::Dashboard binned(store::Catalog& catalog, const std::string& uid) {
        auto row = a_dashboard(uid);
        row.deleted_at = clock.now();
        row = insert(catalog, row);
        const auto share = insert(catalog, a_share(row.id, "share-of-" + uid));
        insert(catalog, a_credential(share.id, "a secret of " + uid));
        return row;
    }
    static std::vector<store::AuditRow> purges(store::Catalog& catalog) {
        auto rows = catalog.audit(1, 0, 1000).value();
        std::erase_if(rows, [](const auto& row) { return row.action != "dashboard.purged"; });
        return rows;
    }
};
CASEMENT_ON_BOTH_ENGINES(Bin);

TEST_P(Bin, ADashboardIsGoneForGoodWhenItsTimeIsOverAndNotBefore) {
    const auto catalog = open();
    const auto row = binned(*catalog, "flights");
    const auto kept = insert(*catalog, a_dashboard("kept"));
    clock.advance(kBinTime - 1us);
    EXPECT_EQ(purge_bin(*catalog, clock).value(), 0U);
    EXPECT_NE(catalog->snapshot()->dashboard(row.id), nullptr);

    clock.advance(1us);
    EXPECT_EQ(purge_bin(*catalog, clock).value(), 1U);
    EXPECT_EQ(catalog->snapshot()->dashboard(row.id), nullptr);
    EXPECT_EQ(catalog->snapshot()->share_by_token("share-of-flights"), nullptr);
    EXPECT_EQ(sql("SELECT COUNT(*) FROM credentials"), "0");
    EXPECT_NE(catalog->snapshot()->dashboard(kept.id), nullptr);
    // Its name is free again.
    insert(*catalog, a_dashboard("flights"));
    EXPECT_EQ(purge_bin(*catalog, clock).value(), 0U);
}

TEST_P(Bin, EveryPurgeLeavesOneRowInTheChain) {
    const auto catalog = open();
    const auto row = binned(*catalog, "flights");
    clock.advance(kBinTime);
    ASSERT_TRUE(purge_bin(*catalog, clock));
    const auto rows = purges(*catalog);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows.front().actor, "system");
    EXPECT_EQ(rows.front().object, "dashboard:" + std::to_string(row.id));
    EXPECT_EQ(rows.front().at, clock.now());
    EXPECT_EQ(rows.front().detail,
              (json::object{
                  {"uid", "flights"}, {"shares", 1}, {"deleted_at", to_rfc3339(*row.deleted_at)}}));
    EXPECT_EQ(catalog->verify_audit(1).value(), std::nullopt);
}

TEST_P(Bin, ALookIsGoneForGoodAsWell) {
    const auto catalog = open();
    auto look = a_look("orders");
    look.deleted_at = clock.now();
    look = insert(*catalog, look);
    const auto kept = insert(*catalog, a_look("kept"));
    clock.advance(kBinTime - 1us);
    EXPECT_EQ(purge_bin(*catalog, clock).value(), 0U);
    clock.advance(1us);
    EXPECT_EQ(purge_bin(*catalog, clock).value(), 1U);
    EXPECT_EQ(catalog->snapshot()->find<store::Look>(look.id), nullptr);
    EXPECT_NE(catalog->snapshot()->find<store::Look>(kept.id), nullptr);
    const auto rows = catalog->audit(1, 0, 1000).value();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows.front().action, "look.purged");
    EXPECT_EQ(rows.front().object, "look:" + std::to_string(look.id));
    EXPECT_EQ(rows.front().detail,
              (json::object{{"deleted_at", to_rfc3339(*look.deleted_at)}, {"title", "orders"}}));
}

TEST_P(Bin, OneThatWasRestoredInTheMeantimeStays) {
    const auto catalog = open();
    auto row = binned(*catalog, "flights");
    clock.advance(kBinTime);
    // Another process restored it, and this one has not seen that yet.
    const auto behind = try_open(1h);
    ASSERT_TRUE(behind);
    row.deleted_at.reset();
    ASSERT_TRUE(write(*catalog, [&](store::Transaction& tx) { return tx.update(row); }));
    EXPECT_EQ(purge_bin(**behind, clock).value(), 0U);
    EXPECT_NE(catalog->snapshot()->dashboard(row.id), nullptr);
    EXPECT_TRUE(purges(*catalog).empty());
}

TEST_P(Bin, SeveralProcessesPurgeEachDashboardOnce) {
    constexpr std::size_t kDashboards = 12;
    const auto first = open();
    for (std::size_t i = 0; i < kDashboards; ++i)
        binned(*first, "d" + std::to_string(i));
    const auto second = open();
    clock.advance(kBinTime);
    std::size_t of_second = 0;
    std::thread other([&] { of_second = purge_bin(*second, clock).value(); });
    const auto of_first = purge_bin(*first, clock).value();
    other.join();
    EXPECT_EQ(of_first + of_second, kDashboards);
    EXPECT_EQ(purges(*first).size(), kDashboards);
    EXPECT_TRUE(test::eventually([&] { return first->snapshot()->dashboards(1).empty(); }));
}

TEST_P(Bin, TheKeeperPurgesAtTheStartAndThenAgainAndAgain) {
    const auto catalog = open();
    const auto old = binned(*catalog, "old");
    clock.advance(kBinTime);
    const auto young = binned(*catalog, "young");
    const auto gone = [&](const store::Dashboard& row) {
        return catalog->snapshot()->dashboard(row.id) == nullptr;
    };
    {
        const BinKeeper hourly(*catalog, clock);
        EXPECT_TRUE(test::eventually([&] { return gone(old); }));
    }
    EXPECT_FALSE(gone(young));
    const BinKeeper often(*catalog, clock, 5ms);
    clock.advance(kBinTime);
    EXPECT_TRUE(test::eventually([&] { return gone(young); }));
}

}  // namespace
}  // namespace casement::access
