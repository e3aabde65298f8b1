#include "access/account_keys.h"

#include "access/account_key_keeper.h"
#include "support/eventually.h"
#include "unit/access/embed_world.h"

namespace casement::access {
namespace {

using namespace std::chrono_literals;
using store::AccountKey;
using store::ServiceAccount;

class AccountKeysTest : public ::testing::Test, protected EmbedWorld {
  protected:
    ServiceAccount an_account(const std::string& name, const std::string& role = "Viewer") {
        ServiceAccount row;
        row.org = 1;
        row.name = name;
        row.login = "sa-1-" + name;
        row.role = role;
        return put(row);
    }
    AccountKey a_key(const std::string& name, std::int64_t account = 0,
                     const std::string& role = "Viewer") {
        AccountKey row;
        row.org = 1;
        row.account = account;
        row.name = name;
        row.hash = Secret("hash of " + name);
        row.role = role;
        return put(row);
    }
    std::string refusal(const AccountKey& key, store::OrgId org = 1) {
        const auto checked = check_account_key(*catalog->snapshot(), org, key.id, clock.now());
        return checked ? "" : std::string(checked.error().code);
    }

    AccountKeys keys{*catalog, audit, clock};
};

TEST_F(AccountKeysTest, EachReasonThatAKeyDoesNotCountIsFoundInTheVendorsOrder) {
    auto key = a_key("nightly");
    EXPECT_EQ(refusal(key), "");
    AccountKey nobody;
    nobody.id = key.id + 1000;
    EXPECT_EQ(refusal(nobody), "api_key_invalid");
    EXPECT_EQ(refusal(key, another_organization()), "api_key_organization_mismatch");
    key.revoked = true;
    change(key);
    EXPECT_EQ(refusal(key, 2), "api_key_revoked");
    key.expires_at = clock.now();
    change(key);
    EXPECT_EQ(refusal(key, 2), "api_key_expired") << "the end itself is over already";
    key.expires_at = clock.now() + 1us;
    change(key);
    EXPECT_EQ(refusal(key), "api_key_revoked");
}

TEST_F(AccountKeysTest, AKeyIsFoundByItsNameInItsOrganizationOnly) {
    const auto key = a_key("nightly");
    const auto other = another_organization();
    const auto snapshot = catalog->snapshot();
    ASSERT_TRUE(check_account_key(*snapshot, 1, "nightly", clock.now()));
    EXPECT_EQ((*check_account_key(*snapshot, 1, "nightly", clock.now()))->id, key.id);
    EXPECT_FALSE(check_account_key(*snapshot, other, "nightly", clock.now()));
    EXPECT_FALSE(check_account_key(*snapshot, 1, "Nightly", clock.now()));
}

TEST_F(AccountKeysTest, ADisabledAccountsKeysAreRefusedUntilItIsEnabledAgain) {
    auto account = an_account("reporting");
    const auto key = a_key("nightly", account.id);
    account.disabled = true;
    change(account);
    EXPECT_EQ(refusal(key), "service_account_disabled");
    account.disabled = false;
    change(account);
    EXPECT_EQ(refusal(key), "");
}

TEST_F(AccountKeysTest, AKeyActsWithTheRoleThatItsAccountHasNow) {
    auto account = an_account("reporting", "Admin");
    const auto token = a_key("token", account.id);
    auto holder = keys.holder(token.id, 0).value();
    EXPECT_EQ(holder.role, "Admin");
    EXPECT_TRUE(holder.principal.require(Permission::org_manage));
    EXPECT_EQ(holder.principal.actor, "account_key:" + std::to_string(token.id));
    EXPECT_EQ(holder.principal.handle, "sa-1-reporting");
    EXPECT_EQ(holder.account, account.id);
    account.role = "None";
    change(account);
    holder = keys.holder(token.id, 1).value();
    EXPECT_EQ(holder.role, "None");
    EXPECT_FALSE(holder.principal.require(Permission::dashboards_read));

    const auto own = a_key("own", 0, "Editor");
    EXPECT_EQ(keys.holder(own.id, 1).value().role, "Editor");
    EXPECT_EQ(keys.holder(own.id, 1).value().principal.handle, "own");
    EXPECT_EQ(keys.holder(own.id, 2).error().code, "api_key_organization_mismatch");
    EXPECT_EQ(keys.holder(own.id, -1).error().code, "api_key_organization_mismatch");
}

TEST_F(AccountKeysTest, TheHashBeforeCountsUntilTheOverlapIsOver) {
    auto key = a_key("nightly");
    key.previous_hash = Secret("the one before");
    key.previous_until = clock.now() + 1h;
    EXPECT_TRUE(is_hash_of(key, Secret("hash of nightly"), clock.now()));
    EXPECT_TRUE(is_hash_of(key, Secret("the one before"), clock.now()));
    EXPECT_FALSE(is_hash_of(key, Secret("another"), clock.now()));
    EXPECT_FALSE(is_hash_of(key, Secret(), clock.now()));
    EXPECT_EQ(hashes_of(key, clock.now()).size(), 2U);
    clock.advance(1h);
    EXPECT_FALSE(is_hash_of(key, Secret("the one before"), clock.now()));
    EXPECT_EQ(hashes_of(key, clock.now()).size(), 1U);
    key.previous_until.reset();
    EXPECT_EQ(hashes_of(key, clock.now()).size(), 1U);
    key.hash = Secret();
    EXPECT_FALSE(is_hash_of(key, Secret(), clock.now())) << "no hash fits nothing";
}

TEST_F(AccountKeysTest, OnlyWhatOneHasOneselfMayBeGranted) {
    const std::vector<std::string> roles{"None", "Viewer", "Editor", "Admin"};
    for (std::size_t own = 0; own < roles.size(); ++own) {
        for (std::size_t wanted = 0; wanted < roles.size(); ++wanted) {
            EXPECT_EQ(may_grant(permissions_of_role(roles[own]), roles[wanted]), wanted <= own)
                << roles[own] << " grants " << roles[wanted];
        }
    }
    EXPECT_FALSE(may_grant(permissions_of_role("Admin"), "Grafana Admin"));
    EXPECT_FALSE(may_grant({Permission::org_manage}, "Admin")) << "what is below is missing";
    EXPECT_TRUE(is_account_role("None"));
    EXPECT_FALSE(is_account_role("viewer"));
    EXPECT_FALSE(is_account_role(""));
}

TEST_F(AccountKeysTest, AUseIsNotedOnceInFiveMinutesWithWhereItCameFrom) {
    const auto key = a_key("nightly");
    const auto holder = keys.holder(key.id, 0).value();
    const auto used_at = [&] {
        const auto uses = catalog->key_uses_now(store::KeyTable::account_keys, 1).value();
        const auto found = uses.find(key.id);
        return found == uses.end() ? Time{} : found->second;
    };
    keys.note_use(holder, "192.0.2.7");
    const auto first = clock.now();
    EXPECT_EQ(test::run(keys.uses(1)).value(), (store::KeyUses{{key.id, first}}));
    EXPECT_TRUE(test::run(keys.uses(another_organization())).value().empty());
    EXPECT_TRUE(test::eventually([&] { return used_at() == first; }));
    clock.advance(4min);
    keys.note_use(holder, "192.0.2.8");
    ASSERT_EQ(audit.of("account_key.used").size(), 1U);
    EXPECT_EQ(audit.of("account_key.used")[0].client, "192.0.2.7");
    EXPECT_EQ(audit.of("account_key.used")[0].actor, "account_key:" + std::to_string(key.id));
    clock.advance(1min);
    keys.note_use(holder, "192.0.2.8");
    EXPECT_TRUE(test::eventually([&] { return used_at() == clock.now(); }));
    EXPECT_EQ(audit.of("account_key.used").size(), 2U);
    EXPECT_EQ(audit.text().find("hash of"), std::string::npos);
}

TEST_F(AccountKeysTest, ExpiredKeysGoOnceTheirTimeIsOver) {
    auto over = a_key("over");
    over.expires_at = clock.now() + 1h;
    change(over);
    const auto kept = a_key("kept");
    EXPECT_EQ(purge_expired_keys(*catalog, clock, 24h).value(), 0U);
    clock.advance(1h + 24h - 1us);
    EXPECT_EQ(purge_expired_keys(*catalog, clock, 24h).value(), 0U);
    clock.advance(1us);
    EXPECT_EQ(purge_expired_keys(*catalog, clock, 24h).value(), 1U);
    EXPECT_EQ(catalog->snapshot()->find<AccountKey>(over.id), nullptr);
    EXPECT_NE(catalog->snapshot()->find<AccountKey>(kept.id), nullptr);
    const auto rows = catalog->audit(1, 0, 10).value();
    ASSERT_FALSE(rows.empty());
    EXPECT_EQ(rows[0].action, "account_key.purged");
}

TEST_F(AccountKeysTest, TheKeeperPurgesAtOnce) {
    auto over = a_key("over");
    over.expires_at = clock.now() - 48h;
    change(over);
    const AccountKeyKeeper keeper(*catalog, clock, 24h);
    EXPECT_TRUE(test::eventually(
        [&] { return catalog->snapshot()->find<AccountKey>(over.id) == nullptr; }));
}

}  // namespace
}  // namespace casement::access
