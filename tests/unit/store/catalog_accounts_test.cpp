// Service accounts, their keys, and what is kept of a dashboard's changes.
#include "catalog_people_fixture.h"

namespace casement::store {
namespace {

using namespace std::chrono_literals;

class Accounts : public PeopleTest {
  protected:
    static ServiceAccount an_account(const std::string& name, OrgId org = 1) {
        ServiceAccount row;
        row.org = org;
        row.name = name;
        row.login = "sa-" + name;
        row.role = "Viewer";
        return row;
    }
    static AccountKey a_key(const std::string& name, std::int64_t account = 0, OrgId org = 1) {
        AccountKey row;
        row.org = org;
        row.account = account;
        row.name = name;
        row.hash = Secret("hash of " + name);
        row.suffix = "0001";
        row.role = "Viewer";
        row.author = "mara";
        return row;
    }
    static DashboardVersion a_version(std::int64_t dashboard, std::int64_t revision) {
        DashboardVersion row;
        row.dashboard = dashboard;
        row.revision = revision;
        row.parent = revision - 1;
        row.title = "Title " + std::to_string(revision);
        row.document = {{"title", row.title}};
        row.author = "mara";
        row.created_at = from_unix_micros(revision);
        return row;
    }
    static Result<void> keep(Catalog& catalog, const DashboardVersion& row) {
        return write(catalog, [&](Transaction& tx) { return tx.keep_version(row); });
    }
    static std::vector<std::int64_t> revisions(const std::vector<DashboardVersion>& rows) {
        std::vector<std::int64_t> out;
        for (const auto& row : rows)
            out.push_back(row.revision);
        return out;
    }
};
CASEMENT_ON_BOTH_ENGINES(Accounts);

TEST_P(Accounts, ComeBackAsTheyWereWritten) {
    const auto catalog = open();
    auto account = insert(*catalog, an_account("reporting"));
    EXPECT_EQ(account.uid, "account-" + std::to_string(account.id));
    auto key = a_key("nightly", account.id);
    key.expires_at = clock.now() + 1h;
    key.previous_hash = Secret("the hash before");
    key.previous_until = clock.now() + 1min;
    key = insert(*catalog, key);

    const auto snapshot = open()->snapshot();
    const auto* found = snapshot->by_name<ServiceAccount>(1, "sa-reporting");
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->id, account.id);
    EXPECT_EQ(found->name, "reporting");
    EXPECT_EQ(found->created_at, clock.now());
    const auto* stored = snapshot->by_name<AccountKey>(1, "nightly");
    ASSERT_NE(stored, nullptr);
    EXPECT_EQ(stored->account, account.id);
    EXPECT_EQ(stored->hash.reveal(), "hash of nightly");
    EXPECT_EQ(stored->previous_hash.reveal(), "the hash before");
    EXPECT_EQ(stored->previous_until, key.previous_until);
    EXPECT_EQ(stored->expires_at, key.expires_at);
    EXPECT_FALSE(stored->revoked);
    ASSERT_EQ(snapshot->keys_of_account(account.id).size(), 1U);
}

TEST_P(Accounts, TheHashThatSignsLinksIsSealedOnDisk) {
    const auto catalog = open();
    insert(*catalog, a_key("nightly"));
    EXPECT_EQ(sql("SELECT COUNT(*) FROM account_keys WHERE hash LIKE '%hash of%'"), "0");
}

TEST_P(Accounts, AKeysNameIsUniqueInItsOrganizationOverBothKinds) {
    const auto catalog = open();
    const auto account = insert(*catalog, an_account("reporting"));
    insert(*catalog, a_key("nightly"));
    EXPECT_EQ(insert_fails(*catalog, a_key("nightly", account.id)).code, "already_exists");
    const auto other = insert(*catalog, named<Organization>("other"));
    insert(*catalog, a_key("nightly", 0, other.id));
    EXPECT_EQ(insert_fails(*catalog, an_account("reporting")).code, "already_exists");
}

TEST_P(Accounts, AnAccountTakesItsKeysWithIt) {
    const auto catalog = open();
    const auto account = insert(*catalog, an_account("reporting"));
    const auto key = insert(*catalog, a_key("nightly", account.id));
    const auto kept = insert(*catalog, a_key("own"));
    ASSERT_TRUE(catalog->note_key_use(KeyTable::account_keys, key.id, clock.now()));
    ASSERT_TRUE(remove<ServiceAccount>(*catalog, account.id));
    EXPECT_EQ(catalog->snapshot()->find<AccountKey>(key.id), nullptr);
    EXPECT_NE(catalog->snapshot()->find<AccountKey>(kept.id), nullptr);
    EXPECT_EQ(sql("SELECT COUNT(*) FROM account_key_uses"), "0");
    insert(*catalog, a_key("nightly"));
}

TEST_P(Accounts, TheLastUseOfAKeyNeverGoesBack) {
    const auto catalog = open();
    const auto key = insert(*catalog, a_key("nightly"));
    EXPECT_TRUE(catalog->key_uses_now(KeyTable::account_keys, 1).value().empty());
    ASSERT_TRUE(catalog->note_key_use(KeyTable::account_keys, key.id, clock.now()));
    ASSERT_TRUE(catalog->note_key_use(KeyTable::account_keys, key.id, clock.now() - 1h));
    EXPECT_EQ(catalog->key_uses_now(KeyTable::account_keys, 1).value(),
              (KeyUses{{key.id, clock.now()}}));
    ASSERT_TRUE(catalog->note_key_use(KeyTable::account_keys, key.id, clock.now() + 1h));
    EXPECT_EQ(catalog->key_uses_now(KeyTable::account_keys, 1).value(),
              (KeyUses{{key.id, clock.now() + 1h}}));
    EXPECT_TRUE(catalog->key_uses_now(KeyTable::account_keys, 2).value().empty());
    ASSERT_TRUE(remove<AccountKey>(*catalog, key.id));
    EXPECT_EQ(sql("SELECT COUNT(*) FROM account_key_uses"), "0");
}

TEST_P(Accounts, UsesOfBothKindsOfKeysStandApartThoughTheirIdsAreTheSame) {
    const auto catalog = open();
    const auto account_key = insert(*catalog, a_key("nightly"));
    ApiKey key;
    key.org = 1;
    key.kind = ApiKey::Kind::service_token;
    key.name = "deploy";
    key.hash = "its hash";
    key.role = "Viewer";
    key = insert(*catalog, key);
    ASSERT_EQ(key.id, account_key.id);
    ASSERT_TRUE(catalog->note_key_use(KeyTable::api_keys, key.id, clock.now()));
    EXPECT_TRUE(catalog->key_uses_now(KeyTable::account_keys, 1).value().empty());
    ASSERT_TRUE(catalog->note_key_use(KeyTable::account_keys, key.id, clock.now() - 1h));
    ASSERT_TRUE(catalog->note_key_use(KeyTable::api_keys, key.id, clock.now() - 2h));
    EXPECT_EQ(catalog->key_uses_now(KeyTable::api_keys, 1).value(),
              (KeyUses{{key.id, clock.now()}}));
    EXPECT_EQ(catalog->key_uses_now(KeyTable::account_keys, 1).value(),
              (KeyUses{{key.id, clock.now() - 1h}}));
    EXPECT_TRUE(catalog->key_uses_now(KeyTable::api_keys, 2).value().empty());
    ASSERT_TRUE(remove<ApiKey>(*catalog, key.id));
    EXPECT_EQ(sql("SELECT COUNT(*) FROM api_key_uses"), "0");
    EXPECT_EQ(sql("SELECT COUNT(*) FROM account_key_uses"), "1");
}

TEST_P(Accounts, VersionsOfADashboardComeNewestFirstAndGoWithIt) {
    const auto catalog = open();
    const auto dashboard = insert(*catalog, a_dashboard("orders"));
    const auto other = insert(*catalog, a_dashboard("other"));
    for (const std::int64_t revision : {1, 2, 3})
        ASSERT_TRUE(keep(*catalog, a_version(dashboard.id, revision)));
    ASSERT_TRUE(keep(*catalog, a_version(other.id, 1)));
    EXPECT_EQ(keep(*catalog, a_version(dashboard.id, 2)).error().code, "already_exists");

    const auto all = catalog->dashboard_versions_now(dashboard.id, 0, 10).value();
    EXPECT_EQ(revisions(all), (std::vector<std::int64_t>{3, 2, 1}));
    EXPECT_EQ(all.front().title, "Title 3");
    EXPECT_EQ(all.front().document, (json::object{{"title", "Title 3"}}));
    EXPECT_EQ(revisions(catalog->dashboard_versions_now(dashboard.id, 3, 1).value()),
              std::vector<std::int64_t>{2});
    EXPECT_EQ(catalog->dashboard_version_now(dashboard.id, 1).value().title, "Title 1");
    EXPECT_EQ(catalog->dashboard_version_now(dashboard.id, 4).error().kind, ErrorKind::not_found);

    ASSERT_TRUE(remove<Dashboard>(*catalog, dashboard.id));
    EXPECT_TRUE(catalog->dashboard_versions_now(dashboard.id, 0, 10).value().empty());
    EXPECT_EQ(catalog->dashboard_versions_now(other.id, 0, 10).value().size(), 1U);
}

TEST_P(Accounts, FoldersAndSourcesAreFoundByUid) {
    const auto catalog = open();
    auto folder = a_folder("Reports");
    folder.uid = "reports";
    folder = insert(*catalog, folder);
    const auto unnamed = insert(*catalog, a_folder("Reports"));
    Source source = named<Source>("Main warehouse");
    source.uid = "warehouse";
    source.type = "duckdb";
    source = insert(*catalog, source);
    const auto snapshot = catalog->snapshot();
    EXPECT_EQ(snapshot->folder_by_uid(1, "reports")->id, folder.id);
    EXPECT_EQ(snapshot->folder_by_uid(1, "folder-" + std::to_string(unnamed.id))->id, unnamed.id);
    EXPECT_EQ(snapshot->folder_by_uid(2, "reports"), nullptr);
    EXPECT_EQ(snapshot->source_by_uid(1, "warehouse")->id, source.id);
    EXPECT_EQ(snapshot->source_by_uid(1, "Main warehouse"), nullptr);
    auto twice = a_folder("Other");
    twice.uid = "reports";
    EXPECT_EQ(insert_fails(*catalog, twice).code, "already_exists");
}

}  // namespace
}  // namespace casement::store
