// Guests of shares and visits: the same on both engines and for all processes.
#include "store/share_guest_store.h"

#include "catalog_people_fixture.h"
#include "support/run.h"

#include <atomic>
#include <thread>

namespace casement::store {
namespace {

using std::chrono::hours;

class ShareGuestStoreTest : public PeopleTest {
  protected:
    Share some_share(Catalog& catalog, const std::string& token) {
        const auto dashboard = insert(catalog, a_dashboard("board-" + token));
        auto row = a_share(dashboard.id, token);
        row.type = "invite";
        return insert(catalog, row);
    }
    ShareGuest a_guest(const Share& share, const std::string& email) const {
        ShareGuest row;
        row.org = share.org;
        row.share = share.id;
        row.email = email;
        row.invitee = 3;
        row.mailed_at = clock.now();
        row.link_ends_at = clock.now() + hours(24);
        return row;
    }
    static std::int64_t put(Catalog& catalog, const ShareGuest& guest) {
        const auto id = ShareGuestStore::of(catalog).put_mail_now(guest);
        EXPECT_TRUE(id.has_value()) << (id ? "" : id.error().message);
        return id ? *id : 0;
    }
    static std::optional<ShareGuest> find(Catalog& catalog, std::int64_t id) {
        return test::run(ShareGuestStore::of(catalog).find(id)).value();
    }
    static std::vector<ShareGuest> list(Catalog& catalog, std::int64_t share) {
        return test::run(ShareGuestStore::of(catalog).list(share)).value();
    }
    static std::map<std::int64_t, Time> visits(Catalog& catalog, OrgId org) {
        return test::run(ShareGuestStore::of(catalog).visits(org)).value();
    }
    void visit(Catalog& catalog, OrgId org, std::int64_t share, std::int64_t guest) const {
        auto done =
            test::run(ShareGuestStore::of(catalog).note_visit(org, share, guest, clock.now()));
        EXPECT_TRUE(done.has_value()) << (done ? "" : done.error().message);
    }
};

TEST_P(ShareGuestStoreTest, GivesBackEveryMember) {
    const auto catalog = open();
    const auto share = some_share(*catalog, "one");
    auto row = a_guest(share, "änna'); DROP TABLE share_guests; --@example.org");
    row.invitee = 9'000'000'000;
    const auto id = put(*catalog, row);
    ASSERT_GT(id, 0);
    const auto found = find(*catalog, id);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(found->id, id);
    EXPECT_EQ(found->org, 1);
    EXPECT_EQ(found->share, share.id);
    EXPECT_EQ(found->email, row.email);
    EXPECT_EQ(found->invitee, row.invitee);
    EXPECT_EQ(found->mailed_at, row.mailed_at);
    EXPECT_EQ(found->link_ends_at, row.link_ends_at);
    EXPECT_EQ(found->mail_state, "queued");
    EXPECT_EQ(found->mail_error, "");
    EXPECT_FALSE(found->opened_at.has_value());
    EXPECT_FALSE(found->revoked_at.has_value());
    EXPECT_FALSE(find(*catalog, id + 1).has_value());
}

TEST_P(ShareGuestStoreTest, KnowsAGuestByShareAndAddress) {
    const auto catalog = open();
    const auto one = some_share(*catalog, "one");
    const auto other = some_share(*catalog, "other");
    const auto anna = put(*catalog, a_guest(one, "anna@example.org"));
    const auto there = put(*catalog, a_guest(other, "anna@example.org"));
    const auto bob = put(*catalog, a_guest(one, "bob@example.org"));
    EXPECT_NE(anna, there);
    EXPECT_NE(anna, bob);
    auto& store = ShareGuestStore::of(*catalog);
    ASSERT_TRUE(store.note_mail_now(anna, "failed", "550 no such mailbox").has_value());
    EXPECT_EQ(find(*catalog, anna)->mail_error, "550 no such mailbox");
    EXPECT_EQ(find(*catalog, bob)->mail_state, "queued");

    clock.advance(hours(1));
    auto again = a_guest(one, "anna@example.org");
    again.invitee = 4;
    EXPECT_EQ(put(*catalog, again), anna) << "another mail to the same guest";
    const auto listed = list(*catalog, one.id);
    ASSERT_EQ(listed.size(), 2U);
    EXPECT_EQ(listed[0].email, "anna@example.org");
    EXPECT_EQ(listed[1].email, "bob@example.org");
    EXPECT_EQ(listed[0].invitee, 4);
    EXPECT_EQ(listed[0].mailed_at, again.mailed_at);
    EXPECT_EQ(listed[0].link_ends_at, again.link_ends_at);
    EXPECT_EQ(listed[0].mail_state, "queued");
    EXPECT_EQ(listed[0].mail_error, "") << "what the mail before met is not this one's";
    EXPECT_EQ(list(*catalog, other.id).size(), 1U);
}

TEST_P(ShareGuestStoreTest, AnotherMailDoesNotTakeARevocationBack) {
    const auto catalog = open();
    const auto share = some_share(*catalog, "one");
    const auto anna = put(*catalog, a_guest(share, "anna@example.org"));
    const auto bob = put(*catalog, a_guest(share, "bob@example.org"));
    const auto at = clock.now();
    const auto done = test::run(ShareGuestStore::of(*catalog).revoke({anna, 987'654}, at));
    ASSERT_TRUE(done.has_value());
    EXPECT_EQ(find(*catalog, anna)->revoked_at, at);
    EXPECT_FALSE(find(*catalog, bob)->revoked_at.has_value());
    clock.advance(hours(1));
    put(*catalog, a_guest(share, "anna@example.org"));
    EXPECT_EQ(find(*catalog, anna)->revoked_at, at) << "links made until then stay shut";
}

TEST_P(ShareGuestStoreTest, RemembersTheLastVisitOfAShareAndOfAGuest) {
    const auto catalog = open();
    const auto one = some_share(*catalog, "one");
    const auto other = some_share(*catalog, "other");
    const auto anna = put(*catalog, a_guest(one, "anna@example.org"));
    EXPECT_TRUE(visits(*catalog, 1).empty());
    visit(*catalog, 1, one.id, 0);
    EXPECT_FALSE(find(*catalog, anna)->opened_at.has_value()) << "it was not the guest";
    clock.advance(hours(1));
    visit(*catalog, 1, one.id, anna);
    EXPECT_EQ(find(*catalog, anna)->opened_at, clock.now());
    const auto seen = visits(*catalog, 1);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen.at(one.id), clock.now());
    EXPECT_FALSE(seen.contains(other.id));
}

TEST_P(ShareGuestStoreTest, CountsNoVisitOfAShareThatIsGoneOrAnotherOrganizations) {
    const auto catalog = open();
    Organization second;
    second.name = "Other";
    const auto org = insert(*catalog, second).id;
    const auto share = some_share(*catalog, "one");
    visit(*catalog, org, share.id, 0);
    visit(*catalog, 1, share.id + 1000, 0);
    EXPECT_TRUE(visits(*catalog, 1).empty());
    EXPECT_TRUE(visits(*catalog, org).empty());
    visit(*catalog, 1, share.id, 0);
    EXPECT_EQ(visits(*catalog, 1).size(), 1U);
    EXPECT_TRUE(visits(*catalog, org).empty());
}

TEST_P(ShareGuestStoreTest, TellsAddressesOfGuestsOfOneOrganizationOnly) {
    const auto catalog = open();
    const auto share = some_share(*catalog, "one");
    const auto anna = put(*catalog, a_guest(share, "anna@example.org"));
    const auto bob = put(*catalog, a_guest(share, "bob@example.org"));
    put(*catalog, a_guest(share, "carl@example.org"));
    const auto addresses = [&](OrgId org, std::vector<std::int64_t> ids) {
        return test::run(ShareGuestStore::of(*catalog).addresses(org, std::move(ids))).value();
    };
    const std::map<std::int64_t, std::string> asked{{anna, "anna@example.org"},
                                                    {bob, "bob@example.org"}};
    EXPECT_EQ(addresses(share.org, {anna, bob, anna, 987'654, -1}), asked);
    EXPECT_TRUE(addresses(share.org, {}).empty());
    EXPECT_TRUE(addresses(share.org + 1, {anna, bob}).empty());
}

TEST_P(ShareGuestStoreTest, GuestsAndVisitsGoWithTheShare) {
    const auto catalog = open();
    const auto share = some_share(*catalog, "one");
    const auto kept = some_share(*catalog, "kept");
    const auto anna = put(*catalog, a_guest(share, "anna@example.org"));
    const auto bob = put(*catalog, a_guest(kept, "bob@example.org"));
    visit(*catalog, 1, share.id, anna);
    visit(*catalog, 1, kept.id, bob);
    ASSERT_TRUE(remove<Share>(*catalog, share.id).has_value());
    EXPECT_FALSE(find(*catalog, anna).has_value());
    EXPECT_TRUE(find(*catalog, bob).has_value());
    EXPECT_EQ(visits(*catalog, 1).size(), 1U);
    EXPECT_EQ(sql("SELECT COUNT(*) FROM share_guests"), "1");
    EXPECT_EQ(sql("SELECT COUNT(*) FROM share_visits"), "1");
}

TEST_P(ShareGuestStoreTest, OfManyMailsAtOnceInTwoProcessesOneGuestIsMade) {
    const auto catalog = open();
    const auto process = open();
    const auto share = some_share(*catalog, "one");
    std::atomic<int> failed{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 6; ++i) {
        threads.emplace_back([&, &mine = i % 2 == 0 ? *catalog : *process] {
            const auto id =
                ShareGuestStore::of(mine).put_mail_now(a_guest(share, "anna@example.org"));
            if (!id) ++failed;
        });
    }
    threads.clear();
    EXPECT_EQ(failed, 0);
    EXPECT_EQ(list(*catalog, share.id).size(), 1U);
    EXPECT_EQ(list(*process, share.id).size(), 1U);
}

CASEMENT_ON_BOTH_ENGINES(ShareGuestStoreTest);

}  // namespace
}  // namespace casement::store
