#include "access/embed_users.h"

#include "unit/access/embed_world.h"
#include "unit/store/catalog_fixture.h"

#include <latch>
#include <thread>

namespace casement::access {
namespace {

using namespace std::chrono_literals;
using Names = std::map<std::string, std::vector<std::string>, std::less<>>;

class EmbedUsersTest : public testing::Test, public EmbedWorld {
  protected:
    std::string code(const Result<PreparedLogin>& result) {
        return result ? "ok" : std::string(result.error().code);
    }
    /// As a link that opened its session leaves it.
    PreparedLogin log_in(const EmbedLogin& of) {
        const auto prepared = prepare(of).value();
        test::run(people.logged_in(of, prepared)).value();
        return prepared;
    }
};

TEST_F(EmbedUsersTest, MakesAPersonOnceAndFindsHimAgain) {
    EmbedLogin link = login();
    link.first_name = "Alice";
    const auto first = prepare(link).value();
    EXPECT_GT(first.user, 0);
    EXPECT_EQ(first.org, 1);
    EXPECT_EQ(first.grant.user, first.user);
    EXPECT_EQ(first.grant.name, "Alice User");
    EXPECT_EQ(first.session_length, 900s);
    EXPECT_EQ(prepare(link)->user, first.user);
    EXPECT_NE(prepare(login("user-5"))->user, first.user);
    EXPECT_EQ(audit.of("embed_user.created").size(), 2U);
}

TEST_F(EmbedUsersTest, ARefusedLoginMakesNobody) {
    EmbedLogin link = login();
    link.models = {};
    EXPECT_EQ(code(prepare(link)), "nothing_granted");
    EXPECT_FALSE(catalog->embed_user_by_external_id_now(1, "user-4").has_value());
    EXPECT_TRUE(audit.events().empty());
}

TEST_F(EmbedUsersTest, PreparingChangesNothingOfAKnownPerson) {
    EmbedLogin link = login();
    link.first_name = "Alice";
    link.last_name = "Jones";
    link.timezone = "Europe/Berlin";
    log_in(link);
    const auto before = stored("user-4");

    clock.advance(1h);
    EmbedLogin replayed = login();
    replayed.first_name = "Mallory";
    replayed.permissions = grantable_permissions();
    replayed.models = {"everything"};
    replayed.attributes = {{"airport", "ORD"}};
    replayed.external_group_id = "other";
    ASSERT_TRUE(prepare(replayed));
    const auto after = stored("user-4");
    EXPECT_EQ(after.first_name, "Alice");
    EXPECT_EQ(after.last_name, "Jones");
    EXPECT_EQ(after.grant, before.grant);
    EXPECT_EQ(after.timezone, "Europe/Berlin");
    EXPECT_EQ(after.external_group, 0);
    EXPECT_EQ(after.logged_in_at, before.logged_in_at);
}

TEST_F(EmbedUsersTest, ALoginReplacesWhatTheFormerOneGranted) {
    const auto pilots = group("pilots");
    EmbedLogin link = login();
    link.permissions = {"access_data", "explore"};
    link.group_ids = {std::to_string(pilots.id), "999"};
    link.external_group_id = "acme";
    link.attributes = {{"airport", "ATL"}};
    log_in(link);
    const auto first = stored("user-4");
    const auto* external = catalog->snapshot()->group_by_external_id(1, "acme");
    ASSERT_NE(external, nullptr);
    EXPECT_EQ(first.external_group, external->id);
    EXPECT_EQ(first.logged_in_at, clock.now());
    EXPECT_EQ(first.grant, (json::object{{"permissions", {"access_data"}},
                                         {"models", {"flights"}},
                                         {"groups", {pilots.id}},
                                         {"external_group_id", "acme"},
                                         {"attributes", {{"airport", "ATL"}}}}));
    log_in(login());
    const auto second = stored("user-4");
    EXPECT_EQ(second.id, first.id);
    EXPECT_EQ(second.external_group, 0);
    EXPECT_EQ(second.grant.at("groups").as_array().size(), 0U);
    EXPECT_EQ(second.grant.at("attributes").as_object().size(), 0U);
}

TEST_F(EmbedUsersTest, NamesAreKeptUnlessTheLinkSaysOthers) {
    EmbedLogin link = login();
    EXPECT_EQ(log_in(link).grant.name, "Embed User");
    EXPECT_EQ(stored("user-4").last_name, "User");
    link.first_name = "Alice";
    EXPECT_EQ(log_in(link).grant.name, "Alice User");
    EXPECT_EQ(stored("user-4").first_name, "Alice");
    link.first_name = "";
    link.last_name = "Jones";
    EXPECT_EQ(log_in(link).grant.name, "Alice Jones");
    link.last_name = std::nullopt;
    EXPECT_EQ(log_in(link).grant.name, "Alice Jones");
    EXPECT_EQ(stored("user-4").last_name, "Jones");
}

TEST_F(EmbedUsersTest, TheTimeOfALoginIsWrittenOncePerMinute) {
    log_in(login());
    const auto first = clock.now();
    clock.advance(59s);
    log_in(login());
    EXPECT_EQ(stored("user-4").logged_in_at, first);
    clock.advance(1s);
    log_in(login());
    EXPECT_EQ(stored("user-4").logged_in_at, clock.now());
    clock.advance(1s);
    EmbedLogin other = login();
    other.models = {"carriers"};
    log_in(other);
    EXPECT_EQ(stored("user-4").logged_in_at, clock.now());
}

TEST_F(EmbedUsersTest, WhatTheApiSetOutlivesLoginsAndCountsForNothingInThem) {
    attribute("airport", "string", "DFW");
    log_in(login());
    auto row = stored("user-4");
    row.profile = {{"attributes", {{"airport", "ATL"}}},
                   {"roles", {role("more", {"access_data"}, {"more"}).id}}};
    change(row);
    EmbedLogin link = login();
    link.models = {"carriers"};
    const auto prepared = log_in(link);
    EXPECT_EQ(prepared.grant.attributes, (Names{{"airport", {"DFW"}}}));
    EXPECT_FALSE(prepared.grant.allows("access_data", "more"));
    EXPECT_EQ(stored("user-4").profile, row.profile);
}

TEST_F(EmbedUsersTest, ADisabledPersonStaysOut) {
    const auto prepared = log_in(login());
    auto row = stored("user-4");
    row.disabled = true;
    change(row);
    EmbedLogin link = login();
    link.external_group_id = "made for nobody";
    EXPECT_EQ(code(prepare(link)), "user_disabled");
    EXPECT_EQ(catalog->snapshot()->group_by_external_id(1, "made for nobody"), nullptr);
    const auto late = test::run(people.logged_in(login(), prepared));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, "user_disabled");
}

TEST_F(EmbedUsersTest, APersonRemovedMeanwhileIsNotMadeAnew) {
    const auto prepared = prepare(login()).value();
    remove<store::EmbedUser>(prepared.user);
    const auto late = test::run(people.logged_in(login(), prepared));
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, "user_removed");
    EXPECT_FALSE(catalog->embed_user_by_external_id_now(1, "user-4").has_value());
}

TEST_F(EmbedUsersTest, TheSameExternalIdInAnotherOrganizationIsAnotherPerson) {
    EmbedLogin theirs = login();
    theirs.org = another_organization();
    EXPECT_NE(prepare(login())->user, prepare(theirs)->user);
}

TEST_F(EmbedUsersTest, AnExternalGroupAndItsFolderAreMadeOnFirstUse) {
    EmbedLogin link = login();
    link.external_group_id = "Allegra K";
    const auto first = prepare(link).value();
    const auto snapshot = catalog->snapshot();
    const auto* external = snapshot->group_by_external_id(1, "Allegra K");
    ASSERT_NE(external, nullptr);
    EXPECT_EQ(external->name, "Allegra K");
    EXPECT_EQ(first.grant.groups, std::vector<std::int64_t>{external->id});
    const auto* shared = snapshot->folder_of_external_group(external->id);
    ASSERT_NE(shared, nullptr);
    EXPECT_EQ(shared->name, "Embed Shared Group Allegra K");
    EXPECT_EQ(shared->groups, std::vector<std::int64_t>{external->id});
    EXPECT_EQ(audit.of("group.created").size(), 1U);

    EmbedLogin colleague = login("user-5");
    colleague.external_group_id = "Allegra K";
    EXPECT_EQ(prepare(colleague)->grant.groups, first.grant.groups);
    EXPECT_EQ(catalog->snapshot()->list<store::Group>(1).size(), 1U);
    EXPECT_EQ(catalog->snapshot()->list<store::Folder>(1).size(), 1U);
    EXPECT_EQ(audit.of("group.created").size(), 1U);
}

TEST_F(EmbedUsersTest, AnOrdinaryGroupOfTheSameNameIsAnotherOne) {
    const auto ordinary = group("acme", {role("r", {"access_data"}, {"secret"}).id});
    EmbedLogin link = login();
    link.external_group_id = "acme";
    const auto prepared = prepare(link).value();
    EXPECT_NE(prepared.grant.groups, std::vector<std::int64_t>{ordinary.id});
    EXPECT_FALSE(prepared.grant.allows("access_data", "secret"));
}

class EmbedUsersAtOnce : public store::CatalogTest {};

TEST_P(EmbedUsersAtOnce, FirstLoginsMakeOnePersonAndOneGroup) {
    auto catalog = open();
    test::RecordedAudit audit;
    EmbedUsers people(*catalog, audit, clock);
    constexpr int kThreads = 8;
    std::latch start(kThreads);
    std::vector<std::int64_t> users(kThreads);
    std::vector<std::vector<std::int64_t>> groups(kThreads);
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i) {
        threads.emplace_back([&, i] {
            EmbedLogin link = EmbedWorld::login();
            // Half of them without the group, so that both ways of making a person meet.
            if (i % 2 == 0) link.external_group_id = "acme";
            start.arrive_and_wait();
            auto prepared = test::run(people.prepare(link));
            ASSERT_TRUE(prepared) << prepared.error().message;
            users[static_cast<std::size_t>(i)] = prepared->user;
            groups[static_cast<std::size_t>(i)] = prepared->grant.groups;
        });
    }
    for (auto& thread : threads)
        thread.join();
    const auto snapshot = catalog->snapshot();
    EXPECT_EQ(snapshot->list<store::Group>(1).size(), 1U);
    EXPECT_EQ(snapshot->list<store::Folder>(1).size(), 1U);
    const auto id = snapshot->list<store::Group>(1).front()->id;
    for (std::size_t i = 0; i < users.size(); ++i) {
        EXPECT_EQ(users[i], users.front());
        EXPECT_EQ(groups[i],
                  i % 2 == 0 ? std::vector<std::int64_t>{id} : std::vector<std::int64_t>{});
    }
    EXPECT_EQ(audit.of("embed_user.created").size(), 1U);
    EXPECT_EQ(audit.of("group.created").size(), 1U);
}

TEST_P(EmbedUsersAtOnce, AGroupThatAnotherProcessHasJustMadeCounts) {
    const auto ours = try_open(1h).value();
    const auto theirs = open();
    test::RecordedAudit audit;
    EmbedUsers here(*ours, audit, clock);
    EmbedUsers there(*theirs, audit, clock);
    EmbedLogin link = EmbedWorld::login();
    link.external_group_id = "acme";
    const auto first = test::run(there.prepare(link)).value();
    // With SQLite nobody has told this process yet; with PostgreSQL perhaps.
    const auto second = test::run(here.prepare(link)).value();
    EXPECT_EQ(second.user, first.user);
    EXPECT_EQ(second.grant.groups, first.grant.groups);
    ASSERT_TRUE(test::run(here.logged_in(link, second)));
    EXPECT_EQ(ours->embed_user_now(1, second.user)->external_group, first.external_group);
    EXPECT_NE(first.external_group, 0);
}

using store::Engine;
using store::engine_name;
CASEMENT_ON_BOTH_ENGINES(EmbedUsersAtOnce);

}  // namespace
}  // namespace casement::access
