#include "access/account_service.h"

#include "access/people_service.h"
#include "unit/access/embed_world.h"

#include <atomic>
#include <thread>

namespace casement::access {
namespace {

using namespace std::chrono_literals;
using store::AccountKey;
using store::ServiceAccount;
using test::run;

class AccountServiceTest : public ::testing::Test, protected EmbedWorld {
  protected:
    static Principal caller(Permissions permissions, store::OrgId org = 1) {
        Principal who;
        who.org = org;
        who.actor = "key:1";
        who.handle = "tests";
        who.permissions = permissions;
        return who;
    }
    static NewKey a_key(const std::string& name) {
        return {name, Secret("hash of " + name), "0001", {}};
    }
    ServiceAccount account(const std::string& name, const std::string& role = "Viewer") {
        return run(service.create(admin, {name, role, false})).value();
    }
    const AccountKey& row(std::int64_t id) {
        held = catalog->snapshot();
        return *held->find<AccountKey>(id);
    }

    const Principal admin = caller(permissions_of_role("Admin"));
    CatalogParts parts{*catalog, audit, random, clock};
    UserSlots slots{*catalog, -1};
    AccountService service{parts, slots};
    store::SnapshotPtr held;
};

TEST_F(AccountServiceTest, EverythingNeedsThePermissionToManageTheOrganization) {
    const auto key = run(service.create_key(admin, a_key("key"), "Viewer")).value();
    const auto id = account("reporting").id;
    const auto editor = caller(permissions_of_role("Editor"));
    const std::vector<Error> refused{
        run(service.create(editor, {"x", "Viewer", false})).error(),
        run(service.update(editor, id, {})).error(),
        run(service.remove(editor, id)).error(),
        run(service.create_key(editor, a_key("other"), "Viewer")).error(),
        run(service.create_token(editor, id, a_key("other"))).error(),
        run(service.remove_key(editor, 0, key.id)).error(),
        run(service.rotate(editor, key.id, {Secret("h"), "0002", 0s, {}})).error(),
        run(service.revoke(editor, key.id)).error(),
        run(service.migrate(editor, key.id)).error(),
        run(service.migrate_all(editor)).error()};
    for (const auto& error : refused)
        EXPECT_EQ(error.code, "missing_permission");
}

TEST_F(AccountServiceTest, NobodyGetsAtARoleAboveHisOwn) {
    const auto half = caller({Permission::org_manage, Permission::dashboards_read});
    const auto code = [](const auto& result) {
        return result ? std::string("done") : std::string(result.error().code);
    };
    EXPECT_EQ(code(run(service.create(half, {"a", "Editor", false}))), "role_forbidden");
    EXPECT_EQ(code(run(service.create(half, {"a", "Viewer", false}))), "done");
    EXPECT_EQ(code(run(service.create_key(half, a_key("k"), "Admin"))), "role_forbidden");
    EXPECT_EQ(code(run(service.create_key(half, a_key("k"), "None"))), "done");
    const auto low = account("low");
    AccountChange raise;
    raise.role = "Admin";
    EXPECT_EQ(code(run(service.update(half, low.id, raise))), "role_forbidden");

    const auto high = account("high", "Admin");
    const auto token = run(service.create_token(admin, high.id, a_key("t"))).value();
    EXPECT_EQ(code(run(service.create_token(half, high.id, a_key("u")))), "role_forbidden")
        << "its token would have the rights that the caller has not";
    EXPECT_EQ(code(run(service.rotate(half, token.id, {Secret("h"), "0002", 0s, {}}))),
              "role_forbidden");
    EXPECT_EQ(code(run(service.update(half, high.id, {}))), "role_forbidden");
    EXPECT_EQ(code(run(service.remove(half, high.id))), "role_forbidden");
    const auto key = run(service.create_key(admin, a_key("of an admin"), "Admin")).value();
    EXPECT_EQ(code(run(service.migrate(half, key.id))), "role_forbidden");
    EXPECT_EQ(code(run(service.remove_key(half, 0, key.id))), "role_forbidden");
    EXPECT_EQ(code(run(service.create(admin, {"b", "Root", false}))), "role_unknown");
}

TEST_F(AccountServiceTest, AnotherOrganizationsRowsAreNotThere) {
    const auto id = account("reporting").id;
    const auto key = run(service.create_key(admin, a_key("key"), "Viewer")).value();
    const auto stranger = caller(permissions_of_role("Admin"), another_organization());
    EXPECT_EQ(run(service.update(stranger, id, {})).error().code, "account_not_found");
    EXPECT_EQ(run(service.remove(stranger, id)).error().code, "account_not_found");
    EXPECT_EQ(run(service.create_token(stranger, id, a_key("t"))).error().code,
              "account_not_found");
    EXPECT_EQ(run(service.remove_key(stranger, 0, key.id)).error().code, "key_not_found");
    EXPECT_EQ(run(service.rotate(stranger, key.id, {Secret("h"), "0002", 0s, {}})).error().code,
              "key_not_found");
    EXPECT_EQ(run(service.migrate(stranger, key.id)).error().code, "key_not_found");
    EXPECT_EQ(run(service.migrate_all(stranger)).value().total, 0U);
}

TEST_F(AccountServiceTest, NamesAreUniqueInTheOrganization) {
    const auto id = account("Night Report").id;
    EXPECT_EQ(catalog->snapshot()->find<ServiceAccount>(id)->login, "sa-1-night-report");
    EXPECT_EQ(run(service.create(admin, {"night report", "Viewer", false})).error().code,
              "account_name_taken");
    ASSERT_TRUE(run(service.create_key(admin, a_key("key"), "Viewer")));
    EXPECT_EQ(run(service.create_token(admin, id, a_key("key"))).error().code, "key_name_taken");
}

TEST_F(AccountServiceTest, ATokenIsRemovedThroughItsOwnAccountOnly) {
    const auto one = account("one");
    const auto other = account("other");
    const auto token = run(service.create_token(admin, one.id, a_key("t"))).value();
    EXPECT_EQ(run(service.remove_key(admin, other.id, token.id)).error().code, "key_not_found");
    EXPECT_EQ(run(service.remove_key(admin, 0, token.id)).error().code, "key_not_found");
    EXPECT_TRUE(run(service.remove_key(admin, one.id, token.id)));
    EXPECT_EQ(audit.of("account_key.deleted").size(), 1U);
}

TEST_F(AccountServiceTest, ARotatedKeyKeepsTheOneBeforeForTheOverlap) {
    const auto key = run(service.create_key(admin, a_key("key"), "Viewer")).value();
    ASSERT_TRUE(run(service.rotate(admin, key.id, {Secret("second"), "0002", 1h, {}})));
    EXPECT_TRUE(is_hash_of(row(key.id), Secret("hash of key"), clock.now()));
    EXPECT_TRUE(is_hash_of(row(key.id), Secret("second"), clock.now()));
    EXPECT_EQ(row(key.id).rotated_at, clock.now());
    EXPECT_EQ(row(key.id).suffix, "0002");

    ASSERT_TRUE(run(service.rotate(admin, key.id, {Secret("third"), "0003", 1h, {}})));
    EXPECT_FALSE(is_hash_of(row(key.id), Secret("hash of key"), clock.now()))
        << "one before, not all of them";
    EXPECT_TRUE(is_hash_of(row(key.id), Secret("second"), clock.now()));

    ASSERT_TRUE(run(service.rotate(admin, key.id, {Secret("fourth"), "0004", 0s, {}})));
    EXPECT_EQ(hashes_of(row(key.id), clock.now()).size(), 1U);
    EXPECT_EQ(audit.of("account_key.rotated").size(), 3U);
    EXPECT_EQ(audit.text().find("third"), std::string::npos) << "a hash signs links";
}

TEST_F(AccountServiceTest, RotationMakesNoSecretLiveLongerThanItWasMeantTo) {
    auto what = a_key("key");
    what.expires_at = clock.now() + 10min;
    const auto key = run(service.create_key(admin, what, "Viewer")).value();
    const auto next_year = clock.now() + 24h * 365;
    ASSERT_TRUE(run(service.rotate(admin, key.id, {Secret("second"), "0002", 24h, next_year})));
    EXPECT_EQ(row(key.id).previous_until, what.expires_at);
    EXPECT_EQ(row(key.id).expires_at, next_year);

    auto over = a_key("over");
    over.expires_at = clock.now() + 1s;
    const auto other = run(service.create_key(admin, over, "Viewer")).value();
    clock.advance(1s);
    EXPECT_EQ(run(service.rotate(admin, other.id, {Secret("h"), "0002", 24h, {}})).error().code,
              "key_over");
    ASSERT_TRUE(run(service.rotate(admin, other.id, {Secret("h"), "0002", 24h, next_year})));
    EXPECT_EQ(hashes_of(row(other.id), clock.now()).size(), 1U) << "what is over stays over";

    ASSERT_TRUE(run(service.revoke(admin, key.id)));
    EXPECT_EQ(hashes_of(row(key.id), clock.now()).size(), 1U);
    EXPECT_EQ(run(service.rotate(admin, key.id, {Secret("h"), "0003", 0s, {}})).error().code,
              "key_revoked");
}

TEST_F(AccountServiceTest, AMigratedKeyIsTheSameRowUnderAnAccountOfItsRole) {
    const auto key = run(service.create_key(admin, a_key("Old Key"), "Editor")).value();
    const auto made = run(service.migrate(admin, key.id)).value();
    EXPECT_EQ(made.login, "sa-autogen-1-old-key");
    EXPECT_EQ(made.name, "sa-autogen-Old Key");
    EXPECT_EQ(made.role, "Editor");
    EXPECT_EQ(row(key.id).account, made.id);
    EXPECT_TRUE(is_hash_of(row(key.id), Secret("hash of Old Key"), clock.now()));
    EXPECT_EQ(run(service.migrate(admin, key.id)).error().code, "key_not_found");
}

TEST_F(AccountServiceTest, AllAreMigratedAlsoWhereALoginIsTaken) {
    ASSERT_TRUE(run(service.create_key(admin, a_key("a b"), "Viewer")));
    ASSERT_TRUE(run(service.create_key(admin, a_key("a-b"), "Viewer")));
    ASSERT_TRUE(run(service.create_key(admin, a_key("A-B"), "Viewer")));
    const auto done = run(service.migrate_all(admin)).value();
    EXPECT_EQ(done.total, 3U);
    EXPECT_EQ(done.migrated, 3U);
    EXPECT_TRUE(done.failures.empty());
    EXPECT_EQ(run(service.migrate_all(admin)).value().total, 0U);
}

TEST_F(AccountServiceTest, UsersAndServiceAccountsShareTheOrganizationsSlots) {
    UserSlots three(*catalog, 3);
    AccountService counted(parts, three);
    (void)user("ada", "Viewer");
    ASSERT_TRUE(run(counted.create(admin, {"one", "Viewer", false})));
    ASSERT_TRUE(run(counted.create(admin, {"two", "Viewer", false})));
    const auto refused = run(counted.create(admin, {"three", "Viewer", false}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "quota_reached");
    const auto key = run(counted.create_key(admin, a_key("key"), "Viewer")).value();
    const auto moved = run(counted.migrate_all(admin)).value();
    EXPECT_EQ(moved.total, 1U);
    ASSERT_EQ(moved.failures.size(), 1U);
    EXPECT_EQ(moved.failures[0].key, key.id);

    const auto rows = store::open_sqlite_session_store(folder / "sessions.db", clock).value();
    SessionService sessions{
        *catalog, *rows,  documents, people,
        audit,    random, clock,     Secret("a key of thirty-two bytes, fixed")};
    PeopleService persons(parts, sessions, &three);
    EXPECT_EQ(run(persons.create(admin, {})).error().code, "quota_reached");
    const auto elsewhere = caller(permissions_of_role("Admin"), another_organization());
    EXPECT_TRUE(run(counted.create(elsewhere, {"one", "Viewer", false})))
        << "each organization has its own";
}

TEST_F(AccountServiceTest, TheLastSlotIsGivenOnce) {
    UserSlots slots_of_five(*catalog, 5);
    AccountService counted(parts, slots_of_five);
    std::atomic<int> made{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&, i] {
            for (int n = 0; n < 2; ++n) {
                const auto name = "account " + std::to_string(i) + std::to_string(n);
                if (run(counted.create(admin, {name, "Viewer", false}))) ++made;
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(made.load(), 5);
    EXPECT_EQ(catalog->snapshot()->list<ServiceAccount>(1).size(), 5U);
}

}  // namespace
}  // namespace casement::access
