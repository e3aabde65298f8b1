// The console's sessions and second factors: kept beside the snapshot, the same for all processes,
// and gone with what they stand on.
#include "store/console_store.h"

#include "catalog_people_fixture.h"
#include "crypto/hash.h"

namespace casement::store {
namespace {

class ConsoleStoreTest : public PeopleTest {
  protected:
    static constexpr const char* kPassword = "$scrypt$ln=1,r=1,p=1$c2FsdA$aGFzaA";

    User a_person(Catalog& catalog, const std::string& handle = "ada@example.org", OrgId org = 1) {
        auto row = a_user(handle, org);
        row.password_hash = kPassword;
        return insert(catalog, row);
    }
    ConsoleSession a_session(const User& user, const std::string& id) const {
        ConsoleSession row;
        row.id = id;
        row.secret_hash = crypto::sha256(id);
        row.org = user.org;
        row.user = user.id;
        row.mark = password_mark(user.password_hash);
        row.proven = {{user.id, row.mark, true}};
        row.client = "192.0.2.7";
        row.user_agent = "Firefox";
        row.created_at = clock.now();
        row.last_seen_at = clock.now();
        return row;
    }
    static Result<void> keep(Catalog& catalog, const ConsoleSession& row,
                             const std::string& replaces = {}, ConsoleSessionLimits limits = {}) {
        return ConsoleStore::of(catalog).open_console_session_now(row, limits, replaces);
    }
    static std::optional<ConsoleSession> find(Catalog& catalog, const std::string& id) {
        return ConsoleStore::of(catalog).find_console_session_now(crypto::sha256(id)).value();
    }
    static void update(Catalog& catalog, const User& row) {
        const auto done = write(catalog, [&](Transaction& tx) { return tx.update(row); });
        EXPECT_TRUE(done.has_value());
    }
    Totp a_totp(const User& user) const {
        Totp row;
        row.user = user.id;
        row.secret = Secret("a secret of twenty..");
        row.created_at = clock.now();
        return row;
    }
};

TEST_P(ConsoleStoreTest, GivesBackEveryMemberOfASession) {
    const auto catalog = open();
    const auto user = a_person(*catalog);
    const auto row = a_session(user, "one");
    ASSERT_TRUE(keep(*catalog, row).has_value());
    const auto found = find(*catalog, "one");
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->id, "one");
    EXPECT_EQ(found->secret_hash, row.secret_hash);
    EXPECT_EQ(found->org, 1);
    EXPECT_EQ(found->user, user.id);
    EXPECT_EQ(found->mark, row.mark);
    EXPECT_EQ(found->proven, row.proven);
    EXPECT_EQ(found->client, "192.0.2.7");
    EXPECT_EQ(found->user_agent, "Firefox");
    EXPECT_EQ(found->created_at, row.created_at);
    EXPECT_EQ(found->last_seen_at, row.last_seen_at);
    EXPECT_FALSE(find(*catalog, "another").has_value());
}

TEST_P(ConsoleStoreTest, SessionsOutliveARestartAndEndForEveryProcessAtOnce) {
    const auto catalog = open();
    const auto user = a_person(*catalog);
    ASSERT_TRUE(keep(*catalog, a_session(user, "one")).has_value());
    const auto other = open();
    EXPECT_TRUE(find(*other, "one").has_value());
    EXPECT_TRUE(ConsoleStore::of(*other).end_console_session_now(user.id, "one").value());
    EXPECT_FALSE(find(*catalog, "one").has_value());
    EXPECT_FALSE(ConsoleStore::of(*catalog).end_console_session_now(user.id, "one").value());
}

TEST_P(ConsoleStoreTest, NobodyEndsAnotherUsersSession) {
    const auto catalog = open();
    const auto user = a_person(*catalog);
    const auto other = a_person(*catalog, "eve@example.org");
    ASSERT_TRUE(keep(*catalog, a_session(user, "one")).has_value());
    EXPECT_FALSE(ConsoleStore::of(*catalog).end_console_session_now(other.id, "one").value());
    EXPECT_TRUE(find(*catalog, "one").has_value());
    EXPECT_TRUE(ConsoleStore::of(*catalog).console_sessions_now(other.id).value().empty());
}

TEST_P(ConsoleStoreTest, AnotherPasswordEndsAllSessionsThatTheOldOneOpened) {
    const auto catalog = open();
    auto user = a_person(*catalog);
    const auto old = a_session(user, "old");
    ASSERT_TRUE(keep(*catalog, old).has_value());
    user.name = "Ada";
    update(*catalog, user);
    EXPECT_TRUE(find(*catalog, "old").has_value()) << "another name is no other password";
    user.password_hash = std::string(kPassword) + "x";
    update(*catalog, user);
    EXPECT_FALSE(find(*catalog, "old").has_value());
    // A sign-in that was on its way with the old password comes too late.
    auto late = a_session(user, "late");
    late.mark = old.mark;
    EXPECT_EQ(keep(*catalog, late).error().code, "user_changed");
    EXPECT_TRUE(keep(*catalog, a_session(user, "new")).has_value());
}

TEST_P(ConsoleStoreTest, ADisabledOrRemovedUserLosesEverything) {
    const auto catalog = open();
    auto user = a_person(*catalog);
    ASSERT_TRUE(keep(*catalog, a_session(user, "one")).has_value());
    user.disabled = true;
    update(*catalog, user);
    EXPECT_FALSE(find(*catalog, "one").has_value());
    EXPECT_EQ(keep(*catalog, a_session(user, "two")).error().code, "user_changed");
    user.disabled = false;
    update(*catalog, user);
    EXPECT_FALSE(find(*catalog, "one").has_value()) << "what ended stays ended";
    ASSERT_TRUE(keep(*catalog, a_session(user, "three")).has_value());
    auto& store = ConsoleStore::of(*catalog);
    const auto totp = a_totp(user);
    ASSERT_TRUE(store.start_totp_now(totp).has_value());
    ASSERT_TRUE(store.activate_totp_now(user.id, totp.created_at, 7, {"hash"}).has_value());
    EXPECT_TRUE(remove<User>(*catalog, user.id).has_value());
    EXPECT_FALSE(find(*catalog, "three").has_value());
    EXPECT_FALSE(store.totp_now(user.id).value().has_value());
    EXPECT_EQ(sql("SELECT COUNT(*) FROM console_recovery_codes"), "0");
}

TEST_P(ConsoleStoreTest, AUserOfAnotherOrganizationOrOfAnotherPasswordHasNoSession) {
    const auto catalog = open();
    auto user = a_person(*catalog);
    auto row = a_session(user, "one");
    row.org = 2;
    EXPECT_EQ(keep(*catalog, row).error().code, "user_changed");
    const auto shown = a_session(user, "two");
    user.password_hash.clear();
    update(*catalog, user);
    EXPECT_EQ(keep(*catalog, shown).error().code, "user_changed");
}

TEST_P(ConsoleStoreTest, AUserWithoutAPasswordHasTheSessionsThatOthersOpenForHimUntilHeHasOne) {
    const auto catalog = open();
    auto user = a_person(*catalog);
    user.password_hash.clear();
    update(*catalog, user);
    ASSERT_TRUE(keep(*catalog, a_session(user, "one")).has_value());
    user.name = "Another";
    update(*catalog, user);
    EXPECT_TRUE(find(*catalog, "one").has_value());
    user.password_hash = "$argon2id$new";
    update(*catalog, user);
    EXPECT_FALSE(find(*catalog, "one").has_value());
}

TEST_P(ConsoleStoreTest, ASessionTakesAnothersPlaceInOneStep) {
    const auto catalog = open();
    const auto user = a_person(*catalog);
    ASSERT_TRUE(keep(*catalog, a_session(user, "one")).has_value());
    ASSERT_TRUE(keep(*catalog, a_session(user, "two"), "one").has_value());
    EXPECT_FALSE(find(*catalog, "one").has_value());
    EXPECT_TRUE(find(*catalog, "two").has_value());
    // One that may not be opened ends nothing.
    auto wrong = a_session(user, "three");
    wrong.mark = "other";
    EXPECT_FALSE(keep(*catalog, wrong, "two").has_value());
    EXPECT_TRUE(find(*catalog, "two").has_value());
}

TEST_P(ConsoleStoreTest, WhatIsOverGoesWhenSomebodySignsIn) {
    const auto catalog = open();
    const auto user = a_person(*catalog);
    const auto other = a_person(*catalog, "eve@example.org");
    ASSERT_TRUE(keep(*catalog, a_session(other, "unseen")).has_value());
    clock.advance(std::chrono::hours{13});
    for (const auto* id : {"a", "b", "c"}) {
        clock.advance(seconds{1});
        ConsoleSessionLimits limits;
        limits.seen_before = clock.now() - std::chrono::hours{12};
        limits.most = 2;
        ASSERT_TRUE(keep(*catalog, a_session(user, id), {}, limits).has_value());
    }
    EXPECT_EQ(sql("SELECT COUNT(*) FROM console_sessions"), "2");
    EXPECT_FALSE(find(*catalog, "unseen").has_value());
    EXPECT_FALSE(find(*catalog, "a").has_value());
    const auto listed = ConsoleStore::of(*catalog).console_sessions_now(user.id).value();
    ASSERT_EQ(listed.size(), 2U);
    EXPECT_EQ(listed[0].id, "c");
    EXPECT_EQ(listed[1].id, "b");
}

TEST_P(ConsoleStoreTest, TheLastCallIsNotedAndNeverTakenBack) {
    const auto catalog = open();
    const auto user = a_person(*catalog);
    ASSERT_TRUE(keep(*catalog, a_session(user, "one")).has_value());
    auto& store = ConsoleStore::of(*catalog);
    const auto later = clock.now() + seconds{90};
    ASSERT_TRUE(store.note_console_session_now("one", later).has_value());
    ASSERT_TRUE(store.note_console_session_now("one", clock.now()).has_value());
    EXPECT_EQ(find(*catalog, "one")->last_seen_at, later);
}

TEST_P(ConsoleStoreTest, ASecondFactorIsSealedAndBecomesActiveByItsOwnCode) {
    const auto catalog = open();
    const auto user = a_person(*catalog);
    auto& store = ConsoleStore::of(*catalog);
    EXPECT_FALSE(store.totp_now(user.id).value().has_value());
    const auto first = a_totp(user);
    ASSERT_TRUE(store.start_totp_now(first).has_value());
    EXPECT_EQ(sql("SELECT secret FROM console_totp").find("twenty"), std::string::npos);
    clock.advance(seconds{1});
    auto second = a_totp(user);
    second.secret = Secret("another of twenty...");
    ASSERT_TRUE(store.start_totp_now(second).has_value());
    // The code was of the first, which is not there any more.
    EXPECT_EQ(store.activate_totp_now(user.id, first.created_at, 7, {"h"}).error().code,
              "totp_changed");
    EXPECT_FALSE(store.totp_now(user.id).value()->active);
    ASSERT_TRUE(store.activate_totp_now(user.id, second.created_at, 7, {"h"}).has_value());
    const auto found = store.totp_now(user.id).value();
    EXPECT_TRUE(found->active);
    EXPECT_EQ(found->secret, second.secret);
    EXPECT_EQ(found->last_step, 7);
    // An active one is not replaced by whoever sits at the browser.
    EXPECT_EQ(store.start_totp_now(a_totp(user)).error().code, "totp_active");
    EXPECT_EQ(store.totp_now(user.id).value()->secret, second.secret);
}

TEST_P(ConsoleStoreTest, ASealedSecretMovedToAnotherUserDoesNotOpen) {
    const auto catalog = open();
    const auto user = a_person(*catalog);
    const auto other = a_person(*catalog, "eve@example.org");
    auto& store = ConsoleStore::of(*catalog);
    ASSERT_TRUE(store.start_totp_now(a_totp(user)).has_value());
    sql("UPDATE console_totp SET person = " + std::to_string(other.id));
    EXPECT_TRUE(store.totp_now(other.id).value()->secret.empty());
}

TEST_P(ConsoleStoreTest, NoCodeIsGoodTwiceInAnyProcess) {
    const auto catalog = open();
    const auto other = open();
    const auto user = a_person(*catalog);
    auto& store = ConsoleStore::of(*catalog);
    const auto totp = a_totp(user);
    ASSERT_TRUE(store.start_totp_now(totp).has_value());
    EXPECT_FALSE(store.spend_totp_step_now(user.id, 9).value()) << "it is not active yet";
    EXPECT_FALSE(store.spend_recovery_code_now(user.id, "h1").value());
    ASSERT_TRUE(store.activate_totp_now(user.id, totp.created_at, 7, {"h1", "h2"}).has_value());
    EXPECT_FALSE(store.spend_totp_step_now(user.id, 7).value()) << "the code that activated it";
    EXPECT_TRUE(store.spend_totp_step_now(user.id, 9).value());
    EXPECT_FALSE(ConsoleStore::of(*other).spend_totp_step_now(user.id, 9).value());
    EXPECT_FALSE(store.spend_totp_step_now(user.id, 8).value()) << "older than one that was used";
    EXPECT_TRUE(ConsoleStore::of(*other).spend_recovery_code_now(user.id, "h1").value());
    EXPECT_FALSE(store.spend_recovery_code_now(user.id, "h1").value());
    EXPECT_TRUE(store.remove_totp_now(user.id).value());
    EXPECT_FALSE(store.remove_totp_now(user.id).value());
    EXPECT_FALSE(store.spend_recovery_code_now(user.id, "h2").value());
}

CASEMENT_ON_BOTH_ENGINES(ConsoleStoreTest);

}  // namespace
}  // namespace casement::store
