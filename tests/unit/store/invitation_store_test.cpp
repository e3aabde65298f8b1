// Links that let somebody choose a password: the same for all processes, and spent together with
// what they do or not at all.
#include "store/invitation_store.h"

#include "catalog_people_fixture.h"
#include "crypto/hash.h"

#include <atomic>
#include <thread>

namespace casement::store {
namespace {

using std::chrono::hours;

class InvitationStoreTest : public PeopleTest {
  protected:
    Invitation an_invitation(const std::string& id, const std::string& handle) const {
        Invitation row;
        row.id = id;
        row.secret_hash = crypto::sha256(id);
        row.org = 1;
        row.handle = handle;
        row.name = "Grace Ä";
        row.role = "Editor";
        row.author = "ada@example.org";
        row.created_at = clock.now();
        row.expires_at = clock.now() + hours(1);
        return row;
    }
    static Result<void> add(Catalog& catalog, const Invitation& row, Time forget_before = {}) {
        return InvitationStore::of(catalog).add_invitation_now(row, forget_before);
    }
    static std::optional<Invitation> find(Catalog& catalog, const std::string& id) {
        return InvitationStore::of(catalog).find_invitation_now(crypto::sha256(id)).value();
    }
    Result<void> redeem(Catalog& catalog, const std::string& id, const InvitationStore::Use& use) {
        return InvitationStore::of(catalog).redeem_invitation_now(crypto::sha256(id), clock.now(),
                                                                  use);
    }
    /// Makes the user that an invitation is for.
    static Result<void> join(Transaction& tx, const Invitation& row) {
        auto user = a_user(row.handle, row.org);
        return tx.insert(user);
    }
};

TEST_P(InvitationStoreTest, GivesBackEveryMember) {
    const auto catalog = open();
    auto row = an_invitation("one", "grace@example.org");
    row.user = 7;
    row.mark = "mark";
    ASSERT_TRUE(add(*catalog, row).has_value());
    const auto found = find(*catalog, "one");
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->id, "one");
    EXPECT_EQ(found->secret_hash, row.secret_hash);
    EXPECT_EQ(found->org, 1);
    EXPECT_EQ(found->user, 7);
    EXPECT_EQ(found->mark, "mark");
    EXPECT_EQ(found->handle, "grace@example.org");
    EXPECT_EQ(found->name, "Grace Ä");
    EXPECT_EQ(found->role, "Editor");
    EXPECT_EQ(found->author, "ada@example.org");
    EXPECT_EQ(found->created_at, row.created_at);
    EXPECT_EQ(found->expires_at, row.expires_at);
    EXPECT_FALSE(found->used_at.has_value());
    EXPECT_FALSE(found->revoked_at.has_value());
    EXPECT_FALSE(find(*catalog, "another").has_value());
}

TEST_P(InvitationStoreTest, ListsTheNewestFirstAndForgetsWhatEndedLongAgo) {
    const auto catalog = open();
    ASSERT_TRUE(add(*catalog, an_invitation("old", "old@example.org")).has_value());
    clock.advance(hours(2));
    ASSERT_TRUE(add(*catalog, an_invitation("new", "new@example.org")).has_value());
    auto& store = InvitationStore::of(*catalog);
    auto listed = store.invitations_now(1, 10).value();
    ASSERT_EQ(listed.size(), 2U);
    EXPECT_EQ(listed[0].id, "new");
    EXPECT_EQ(listed[1].id, "old");
    EXPECT_EQ(store.invitations_now(1, 1).value().size(), 1U);
    EXPECT_TRUE(store.invitations_now(2, 10).value().empty());
    ASSERT_TRUE(
        add(*catalog, an_invitation("third", "third@example.org"), clock.now()).has_value());
    EXPECT_FALSE(find(*catalog, "old").has_value());
    EXPECT_TRUE(find(*catalog, "new").has_value());
}

TEST_P(InvitationStoreTest, OneHandleHasOneThatIsGood) {
    const auto catalog = open();
    ASSERT_TRUE(add(*catalog, an_invitation("one", "grace@example.org")).has_value());
    EXPECT_EQ(add(*catalog, an_invitation("two", "grace@example.org")).error().code,
              "already_invited");
    EXPECT_FALSE(find(*catalog, "two").has_value());
    auto& store = InvitationStore::of(*catalog);
    ASSERT_TRUE(store.revoke_invitation_now(1, "one", clock.now()).value().has_value());
    EXPECT_TRUE(add(*catalog, an_invitation("two", "grace@example.org")).has_value());
    clock.advance(hours(2));
    EXPECT_TRUE(add(*catalog, an_invitation("three", "grace@example.org")).has_value())
        << "the one before has expired";
}

TEST_P(InvitationStoreTest, AnotherPasswordLinkEndsTheUsersOthers) {
    const auto catalog = open();
    auto first = an_invitation("first", "grace@example.org");
    auto second = an_invitation("second", "grace@example.org");
    first.user = second.user = 7;
    auto other = an_invitation("other", "eve@example.org");
    other.user = 8;
    for (const auto& row : {first, other, second})
        ASSERT_TRUE(add(*catalog, row).has_value());
    EXPECT_TRUE(find(*catalog, "first")->revoked_at.has_value());
    EXPECT_FALSE(find(*catalog, "second")->revoked_at.has_value());
    EXPECT_FALSE(find(*catalog, "other")->revoked_at.has_value());
}

TEST_P(InvitationStoreTest, NobodyRevokesAnotherOrganizationsNorOneTwice) {
    const auto catalog = open();
    ASSERT_TRUE(add(*catalog, an_invitation("one", "grace@example.org")).has_value());
    auto& store = InvitationStore::of(*catalog);
    EXPECT_FALSE(store.revoke_invitation_now(2, "one", clock.now()).value().has_value());
    const auto revoked = store.revoke_invitation_now(1, "one", clock.now()).value();
    ASSERT_TRUE(revoked.has_value());
    EXPECT_EQ(revoked->handle, "grace@example.org");
    EXPECT_FALSE(store.revoke_invitation_now(1, "one", clock.now()).value().has_value());
    EXPECT_EQ(redeem(*catalog, "one", join).error().code, "invitation_over");
}

TEST_P(InvitationStoreTest, WhatFailsSpendsNothing) {
    const auto catalog = open();
    ASSERT_TRUE(add(*catalog, an_invitation("one", "grace@example.org")).has_value());
    const auto refused = redeem(*catalog, "one", [](Transaction& tx, const Invitation& row) {
        EXPECT_TRUE(join(tx, row).has_value());
        return Result<void>{conflict("no", "No.")};
    });
    EXPECT_EQ(refused.error().code, "no");
    EXPECT_EQ(catalog->snapshot()->user_by_handle(1, "grace@example.org"), nullptr);
    EXPECT_FALSE(find(*catalog, "one")->used_at.has_value());
    ASSERT_TRUE(redeem(*catalog, "one", join).has_value());
    EXPECT_NE(catalog->snapshot()->user_by_handle(1, "grace@example.org"), nullptr);
    EXPECT_TRUE(find(*catalog, "one")->used_at.has_value());
    EXPECT_EQ(redeem(*catalog, "one", join).error().code, "invitation_over");
}

TEST_P(InvitationStoreTest, EndsWithItsTime) {
    const auto catalog = open();
    ASSERT_TRUE(add(*catalog, an_invitation("one", "grace@example.org")).has_value());
    clock.advance(hours(1));
    EXPECT_EQ(redeem(*catalog, "one", join).error().code, "invitation_over");
    EXPECT_FALSE(InvitationStore::of(*catalog)
                     .revoke_invitation_now(1, "one", clock.now())
                     .value()
                     .has_value());
}

TEST_P(InvitationStoreTest, OfManyAtOnceInTwoProcessesOneIsTheFirst) {
    const auto catalog = open();
    const auto other = open();
    ASSERT_TRUE(add(*catalog, an_invitation("one", "grace@example.org")).has_value());
    std::atomic<int> redeemed{0};
    std::atomic<int> over{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 6; ++i) {
        threads.emplace_back([&, &mine = i % 2 == 0 ? *catalog : *other] {
            const auto done = redeem(mine, "one", join);
            if (done) {
                ++redeemed;
            } else if (done.error().code == "invitation_over") {
                ++over;
            }
        });
    }
    threads.clear();
    EXPECT_EQ(redeemed, 1);
    EXPECT_EQ(over, 5);
}

CASEMENT_ON_BOTH_ENGINES(InvitationStoreTest);

}  // namespace
}  // namespace casement::store
