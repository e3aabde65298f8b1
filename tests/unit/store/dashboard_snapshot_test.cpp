// Dashboard snapshots: their rows in memory, their documents in the database only.
#include "catalog_people_fixture.h"

namespace casement::store {
namespace {

using namespace std::chrono_literals;

class DashboardSnapshots : public PeopleTest {
  protected:
    static DashboardSnapshot a_snapshot(const std::string& key, OrgId org = 1) {
        DashboardSnapshot row;
        row.org = org;
        row.key = key;
        row.delete_hash = std::string("\0\x01\xff", 3) + "hash of " + key;
        row.name = "Flights in May";
        row.dialect = "casement";
        row.author = "mara";
        row.creator = "user:3";
        row.user = 3;
        row.bytes = 100;
        return row;
    }
};
CASEMENT_ON_BOTH_ENGINES(DashboardSnapshots);

TEST_P(DashboardSnapshots, ComeBackAsTheyWereWritten) {
    const auto catalog = open();
    auto row = a_snapshot("key-a");
    row.expires_at = clock.now() + 1h;
    row = insert(*catalog, row);
    const auto never = insert(*catalog, a_snapshot("key-b"));

    const auto snapshot = open()->snapshot();
    const auto* found = snapshot->by_name<DashboardSnapshot>(0, "key-a");
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->id, row.id);
    EXPECT_EQ(found->org, 1);
    EXPECT_EQ(found->delete_hash, row.delete_hash);
    EXPECT_EQ(found->name, "Flights in May");
    EXPECT_EQ(found->dialect, "casement");
    EXPECT_EQ(found->author, "mara");
    EXPECT_EQ(found->creator, "user:3");
    EXPECT_EQ(found->user, 3);
    EXPECT_EQ(found->bytes, 100);
    EXPECT_EQ(found->expires_at, row.expires_at);
    EXPECT_EQ(found->created_at, clock.now());
    EXPECT_EQ(snapshot->dashboard_snapshot_by_delete_hash(row.delete_hash), found);
    EXPECT_EQ(snapshot->dashboard_snapshot_by_delete_hash("key-a"), nullptr);
    EXPECT_EQ(snapshot->find<DashboardSnapshot>(never.id)->expires_at, std::nullopt);
    EXPECT_EQ(snapshot->list<DashboardSnapshot>(1).size(), 2U);
}

TEST_P(DashboardSnapshots, HaveKeysThatAreUniqueOverOrganizations) {
    const auto catalog = open();
    const auto other = insert(*catalog, named<Organization>("other"));
    insert(*catalog, a_snapshot("key-a"));
    EXPECT_EQ(insert_fails(*catalog, a_snapshot("key-a", other.id)).code, "already_exists");
    auto same_delete_key = a_snapshot("key-b", other.id);
    same_delete_key.delete_hash = a_snapshot("key-a").delete_hash;
    EXPECT_EQ(insert_fails(*catalog, same_delete_key).code, "already_exists");
    EXPECT_EQ(catalog->snapshot()->list<DashboardSnapshot>(other.id).size(), 0U);
}

TEST_P(DashboardSnapshots, TakeTheirDocumentsWithThem) {
    const auto catalog = open();
    const auto row = insert(*catalog, a_snapshot("key-a"));
    const auto kept = insert(*catalog, a_snapshot("key-b"));
    // As long as the longest that the API takes.
    const std::string document = R"({"title":")" + std::string(8 * 1024 * 1024, 'x') + R"("})";
    for (const auto id : {row.id, kept.id}) {
        ASSERT_TRUE(write(
            *catalog, [&](Transaction& tx) { return tx.keep_snapshot_document(id, document); }));
    }
    EXPECT_EQ(catalog->snapshot_document_now(row.id).value(), document);
    const auto again =
        write(*catalog, [&](Transaction& tx) { return tx.keep_snapshot_document(row.id, "{}"); });
    EXPECT_EQ(again.error().code, "already_exists");

    ASSERT_TRUE(remove<DashboardSnapshot>(*catalog, row.id));
    EXPECT_EQ(catalog->snapshot()->find<DashboardSnapshot>(row.id), nullptr);
    EXPECT_EQ(catalog->snapshot()->dashboard_snapshot_by_delete_hash(row.delete_hash), nullptr);
    EXPECT_EQ(catalog->snapshot_document_now(row.id).error().kind, ErrorKind::not_found);
    EXPECT_EQ(catalog->snapshot_document_now(kept.id).value(), document);
    EXPECT_EQ(sql("SELECT COUNT(*) FROM dashboard_snapshot_documents"), "1");
}

TEST_P(DashboardSnapshots, AreSeenByOtherProcessesAndGoForThemToo) {
    const auto catalog = open();
    const auto other = open();
    const auto row = insert(*catalog, a_snapshot("key-a"));
    EXPECT_TRUE(test::eventually(
        [&] { return other->snapshot()->by_name<DashboardSnapshot>(0, "key-a") != nullptr; }));
    ASSERT_TRUE(remove<DashboardSnapshot>(*catalog, row.id));
    EXPECT_TRUE(test::eventually(
        [&] { return other->snapshot()->by_name<DashboardSnapshot>(0, "key-a") == nullptr; }));
}

TEST_P(DashboardSnapshots, AreCountedForEachOrganization) {
    const auto catalog = open();
    const auto other = insert(*catalog, named<Organization>("other"));
    insert(*catalog, a_snapshot("key-a"));
    insert(*catalog, a_snapshot("key-b"));
    insert(*catalog, a_snapshot("key-c", other.id));
    const auto totals = [&](OrgId org) {
        return catalog
            ->write_now<DashboardSnapshotTotals>(
                [org](Transaction& tx) { return tx.dashboard_snapshot_totals(org); })
            .value();
    };
    EXPECT_EQ(totals(1).count, 2);
    EXPECT_EQ(totals(1).bytes, 200);
    EXPECT_EQ(totals(other.id).count, 1);
    EXPECT_EQ(totals(999).bytes, 0);
}

TEST_P(DashboardSnapshots, HaveNoDocumentThatADatabaseCannotHold) {
    const auto catalog = open();
    const auto row = insert(*catalog, a_snapshot("key-a"));
    const auto kept = write(*catalog, [&](Transaction& tx) {
        return tx.keep_snapshot_document(row.id, std::string("{\0}", 3));
    });
    EXPECT_EQ(kept.error().code, "invalid_text");
}

}  // namespace
}  // namespace casement::store
