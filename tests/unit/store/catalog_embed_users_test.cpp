// People whom only the application knows: found or made by logins, searched by administrators.
#include "catalog_fixture.h"
#include "support/run.h"

#include <latch>
#include <set>
#include <thread>

#include <libpq-fe.h>

namespace casement::store {
namespace {

using test::eventually;

class EmbedUserTest : public CatalogTest {
  protected:
    static EmbedUser a_person(const std::string& external, OrgId org = 1) {
        EmbedUser row;
        row.org = org;
        row.external_user_id = external;
        row.grant = {{"permissions", {"access_data"}}};
        return row;
    }
    static Result<EmbedUser> put(Catalog& catalog, EmbedUser row) {
        return catalog.write_now<EmbedUser>([&](Transaction& tx) -> Result<EmbedUser> {
            EmbedUser stored = row;
            auto done = tx.put_embed_user(stored);
            if (!done) return done.error();
            return stored;
        });
    }
    static std::vector<std::string> found(Catalog& catalog, const EmbedUserQuery& query) {
        const auto rows = catalog.search_embed_users_now(query);
        EXPECT_TRUE(rows.has_value()) << (rows ? "" : rows.error().message);
        std::vector<std::string> names;
        for (const auto& row : rows.value())
            names.push_back(row.external_user_id);
        EmbedUserQuery all = query;
        all.limit = kMaxEmbedUserPage;
        all.offset = 0;
        const auto count = catalog.count_embed_users_now(query);
        EXPECT_EQ(static_cast<std::size_t>(count.value()),
                  catalog.search_embed_users_now(all).value().size());
        return names;
    }
    static EmbedUserQuery of(OrgId org = 1) {
        EmbedUserQuery query;
        query.org = org;
        return query;
    }
    using Names = std::vector<std::string>;
};

TEST_P(EmbedUserTest, GivesBackEveryMember) {
    const auto catalog = open();
    EmbedUser person = a_person("zoë/東京 'quoted'");
    person.first_name = "Zoë";
    person.last_name = "O'Hara";
    person.grant = {{"models", {"flights"}},
                    {"attributes", {{"city", std::string_view("a\0b", 3)}}}};
    person.external_group = 4;
    person.profile = {{"roles", {1, 2}}};
    person.timezone = "US/Pacific";
    person.disabled = true;
    person.logged_in_at = clock.now() + std::chrono::seconds(1);
    person = insert(*catalog, person);
    const auto loaded = catalog->embed_user_by_external_id_now(1, "zoë/東京 'quoted'").value();
    EXPECT_EQ(loaded.id, person.id);
    EXPECT_EQ(loaded.first_name, "Zoë");
    EXPECT_EQ(loaded.last_name, "O'Hara");
    EXPECT_EQ(loaded.grant, person.grant);
    EXPECT_EQ(loaded.external_group, 4);
    EXPECT_EQ(loaded.profile, person.profile);
    EXPECT_EQ(loaded.timezone, "US/Pacific");
    EXPECT_TRUE(loaded.disabled);
    EXPECT_EQ(loaded.created_at, clock.now());
    EXPECT_EQ(loaded.logged_in_at, person.logged_in_at);
    EXPECT_EQ(catalog->embed_user_now(1, person.id).value().external_user_id, "zoë/東京 'quoted'");
    EXPECT_EQ(catalog->embed_user_now(2, person.id).error().kind, ErrorKind::not_found)
        << "another organization's";
}

TEST_P(EmbedUserTest, IsReadFromACoroutine) {
    const auto catalog = open();
    const auto person = insert(*catalog, a_person("one"));
    const auto ask = [&]() -> asio::awaitable<bool> {
        auto by_id = co_await catalog->embed_user(1, person.id);
        EXPECT_EQ(by_id.value().external_user_id, "one");
        auto by_name = co_await catalog->embed_user_by_external_id(1, "one");
        EXPECT_EQ(by_name.value().id, person.id);
        auto missing = co_await catalog->embed_user_by_external_id(1, "two");
        EXPECT_EQ(missing.error().kind, ErrorKind::not_found);
        EmbedUserQuery query = of();
        auto rows = co_await catalog->search_embed_users(query);
        EXPECT_EQ(rows.value().size(), 1U);
        auto count = co_await catalog->count_embed_users(query);
        EXPECT_EQ(count.value(), 1);
        co_return true;
    };
    EXPECT_TRUE(test::run(ask()));
}

TEST_P(EmbedUserTest, SharesItsCountOfIdsWithUsers) {
    const auto catalog = open();
    std::set<std::int64_t> ids;
    for (int i = 0; i < 5; ++i) {
        const auto name = std::to_string(i);
        ids.insert(insert(*catalog, a_user(name)).id);
        ids.insert(insert(*catalog, a_person(name)).id);
        ids.insert(put(*catalog, a_person("put" + name)).value().id);
    }
    EXPECT_EQ(ids.size(), 15U);
}

TEST_P(EmbedUserTest, ReplacesWhatALinkSaysAndKeepsTheRest) {
    const auto catalog = open();
    EmbedUser first = a_person("one");
    first.first_name = "Ada";
    first.last_name = "King";
    first.timezone = "Europe/London";
    first.logged_in_at = clock.now();
    first = put(*catalog, first).value();
    first.profile = {{"roles", {3}}};
    first.disabled = true;
    ASSERT_TRUE(write(*catalog, [&](Transaction& tx) { return tx.update(first); }));
    clock.advance(std::chrono::hours(1));

    EmbedUser second = a_person("one");
    second.last_name = "Lovelace";
    second.grant = {{"permissions", json::array{}}};
    second.external_group = 9;
    second.logged_in_at = clock.now();
    const auto stored = put(*catalog, second).value();
    const auto loaded = catalog->embed_user_by_external_id_now(1, "one").value();
    for (const auto& row : {stored, loaded}) {
        EXPECT_EQ(row.id, first.id);
        EXPECT_EQ(row.first_name, "Ada");
        EXPECT_EQ(row.last_name, "Lovelace");
        EXPECT_EQ(row.grant, second.grant);
        EXPECT_EQ(row.external_group, 9);
        EXPECT_EQ(row.timezone, "");
        EXPECT_EQ(row.logged_in_at, clock.now());
        EXPECT_EQ(row.profile, first.profile);
        EXPECT_TRUE(row.disabled);
        EXPECT_EQ(row.created_at, first.created_at);
    }
}

TEST_P(EmbedUserTest, MakesOneRowOfAHundredLoginsAtOnce) {
    const auto one = open();
    const auto two = open();
    constexpr int kTasks = 100;
    std::latch done(kTasks);
    std::mutex mutex;
    std::set<std::int64_t> ids;
    for (int i = 0; i < kTasks; ++i) {
        Catalog& catalog = i % 2 == 0 ? *one : *two;
        catalog.pool().post([&, i] {
            EmbedUser row = a_person("the same");
            row.first_name = std::to_string(i);
            const auto stored = put(catalog, row);
            EXPECT_TRUE(stored.has_value()) << (stored ? "" : stored.error().message);
            if (stored) {
                const std::lock_guard lock(mutex);
                ids.insert(stored->id);
            }
            done.count_down();
        });
    }
    done.wait();
    EXPECT_EQ(ids.size(), 1U);
    EXPECT_EQ(sql("SELECT COUNT(*) FROM embed_users"), "1");
    EXPECT_TRUE(one->healthy() && two->healthy());
}

TEST_P(EmbedUserTest, LosesNoChangeWhenManyReadAndThenWrite) {
    const auto one = open();
    const auto two = open();
    insert(*one, a_person("counted"));
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&, i] {
            for (int n = 0; n < 10; ++n) {
                const auto result =
                    write(i % 2 == 0 ? *one : *two, [&](Transaction& tx) -> Result<void> {
                        auto row = tx.embed_user_by_external_id(1, "counted");
                        if (!row) return row.error();
                        row->timezone += "x";
                        return tx.update(*row);
                    });
                if (!result) ADD_FAILURE() << result.error().message;
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(one->embed_user_by_external_id_now(1, "counted").value().timezone,
              std::string(40, 'x'));
}

TEST_P(EmbedUserTest, FindsTheOtherOneAfterAConflict) {
    const auto catalog = open();
    const auto made = insert(*catalog, a_person("one"));
    ASSERT_TRUE(write(*catalog, [&](Transaction& tx) -> Result<void> {
        auto again = a_person("one");
        auto inserted = tx.insert(again);
        EXPECT_EQ(inserted.error().code, "already_exists");
        auto found = tx.embed_user_by_external_id(1, "one");
        EXPECT_EQ(found.value().id, made.id);
        EXPECT_EQ(tx.load<EmbedUser>(made.id).value().external_user_id, "one");
        return {};
    }));
    auto elsewhere = Organization{};
    elsewhere.name = "Other";
    insert(*catalog, elsewhere);
    EXPECT_NE(insert(*catalog, a_person("one", 2)).id, made.id);
}

TEST_P(EmbedUserTest, DoesNotTouchTheSnapshot) {
    const auto catalog = open();
    const auto before = catalog->snapshot();
    const auto person = put(*catalog, a_person("one")).value();
    ASSERT_TRUE(write(*catalog, [&](Transaction& tx) { return tx.remove<EmbedUser>(person.id); }));
    EXPECT_EQ(catalog->embed_user_now(1, person.id).error().kind, ErrorKind::not_found);
    EXPECT_EQ(catalog->snapshot(), before);
}

TEST_P(EmbedUserTest, RefusesIdsThatAreTooLongOrNoText) {
    const auto catalog = open();
    EXPECT_TRUE(put(*catalog, a_person(std::string(255, 'x'))).has_value());
    for (const auto& [text, code] : std::vector<std::pair<std::string, std::string>>{
             {"", "invalid_external_user_id"},
             {std::string(256, 'x'), "invalid_external_user_id"},
             {std::string("a\0b", 3), "invalid_text"},
             {"\xff\xfe", "invalid_text"}}) {
        const auto result = put(*catalog, a_person(text));
        ASSERT_FALSE(result.has_value());
        EXPECT_EQ(result.error().code, code);
        EXPECT_EQ(result.error().field, "external_user_id");
        EXPECT_EQ(catalog->embed_user_by_external_id_now(1, text).error().kind,
                  ErrorKind::not_found);
    }
    EXPECT_EQ(put(*catalog, a_person("nowhere", 99)).error().kind, ErrorKind::not_found);
    EXPECT_EQ(sql("SELECT COUNT(*) FROM embed_users"), "1");
    EXPECT_TRUE(catalog->healthy());
}

TEST_P(EmbedUserTest, SearchesWithWildcards) {
    const auto catalog = open();
    const auto add = [&](const std::string& external, const std::string& first) {
        auto row = a_person(external);
        row.first_name = first;
        row.last_name = "Of " + external;
        insert(*catalog, row);
    };
    add("user_1", "Ada");
    add("userX1", "adam");
    add("100%", "Grace");
    add("a!b", "Ann_e");
    EmbedUserQuery query = of();
    EXPECT_EQ(found(*catalog, query), (Names{"user_1", "userX1", "100%", "a!b"}));
    query.external_user_id = "user%";
    EXPECT_EQ(found(*catalog, query), (Names{"user_1", "userX1"}));
    query.external_user_id = "%er_1%";
    EXPECT_EQ(found(*catalog, query), (Names{"user_1"})) << "an underscore is no wildcard";
    query.external_user_id = "user_1";
    EXPECT_EQ(found(*catalog, query), (Names{"user_1"}));
    query.external_user_id = "USER_1";
    EXPECT_EQ(found(*catalog, query), Names{}) << "an id is compared as it is";
    query.external_user_id = "%a!b";
    EXPECT_EQ(found(*catalog, query), (Names{"a!b"}));
    query.external_user_id.reset();
    query.first_name = "ADA%";
    EXPECT_EQ(found(*catalog, query), (Names{"user_1", "userX1"}));
    query.last_name = "of userx%";
    EXPECT_EQ(found(*catalog, query), (Names{"userX1"}));
    query.last_name.reset();
    query.first_name = "ann_e";
    EXPECT_EQ(found(*catalog, query), (Names{"a!b"}));
    query.first_name = "ad";
    EXPECT_EQ(found(*catalog, query), Names{}) << "without % the whole text must fit";
    EXPECT_EQ(found(*catalog, of(2)), Names{});
}

TEST_P(EmbedUserTest, TakesEveryTextForATextOnly) {
    const auto catalog = open();
    insert(*catalog, a_person("one"));
    for (const std::string& text :
         {std::string("' OR '1'='1"), std::string("'; DROP TABLE embed_users; --"),
          std::string("\\%"), std::string("!"), std::string("%!"), std::string("!%"),
          std::string("_ne"), std::string("[o]ne"), std::string(":first_name"), std::string("$1"),
          std::string("one\0", 4), std::string("\xff%"), std::string(256, '%'),
          std::string("o\nne%")}) {
        for (auto member : {&EmbedUserQuery::external_user_id, &EmbedUserQuery::first_name,
                            &EmbedUserQuery::last_name}) {
            EmbedUserQuery query = of();
            query.*member = text;
            EXPECT_EQ(found(*catalog, query), Names{}) << text;
        }
    }
    EXPECT_EQ(found(*catalog, of()), Names{"one"});
    EXPECT_TRUE(catalog->healthy());
}

TEST_P(EmbedUserTest, FindsMembersOfAGroupHoweverTheyCameIntoIt) {
    const auto catalog = open();
    auto by_link = a_person("link");
    by_link.grant = {{"groups", {5, 15}}};
    insert(*catalog, by_link);
    auto by_profile = a_person("profile");
    by_profile.profile = {{"groups", {"5", "x", -5, nullptr}}};
    by_profile = insert(*catalog, by_profile);
    auto by_external = a_person("external");
    by_external.external_group = 5;
    by_external = put(*catalog, by_external).value();
    auto none = a_person("none");
    none.grant = {{"groups", "5"}};
    none.profile = {{"groups", {55, "5 "}}};
    none.disabled = true;
    insert(*catalog, none);
    EmbedUserQuery query = of();
    query.group = 5;
    EXPECT_EQ(found(*catalog, query), (Names{"link", "profile", "external"}));
    by_profile.profile = {};
    by_external.external_group = 0;
    ASSERT_TRUE(write(*catalog, [&](Transaction& tx) { return tx.update(by_profile); }));
    ASSERT_TRUE(put(*catalog, by_external));
    EXPECT_EQ(found(*catalog, query), (Names{"link"}));
    query.group = 55;
    query.disabled = false;
    EXPECT_EQ(found(*catalog, query), Names{});
    query.disabled = true;
    EXPECT_EQ(found(*catalog, query), Names{"none"});
}

TEST_P(EmbedUserTest, GivesPagesInTheOrderThatWasAskedFor) {
    const auto catalog = open();
    for (const std::string name : {"b", "B", "é", "a"}) {
        auto row = a_person(name);
        row.first_name = "same";
        if (name == "a") row.logged_in_at = clock.now();
        insert(*catalog, row);
        clock.advance(std::chrono::seconds(1));
    }
    EmbedUserQuery query = of();
    using Sort = EmbedUserQuery::Sort;
    query.sort = Sort::external_user_id;
    EXPECT_EQ(found(*catalog, query), (Names{"B", "a", "b", "é"}));
    query.sort = Sort::first_name;
    EXPECT_EQ(found(*catalog, query), (Names{"b", "B", "é", "a"}));
    query.descending = true;
    EXPECT_EQ(found(*catalog, query), (Names{"a", "é", "B", "b"}));
    query.sort = Sort::logged_in_at;
    EXPECT_EQ(found(*catalog, query).front(), "a");
    query.sort = Sort::created_at;
    query.limit = 2;
    query.offset = 1;
    EXPECT_EQ(found(*catalog, query), (Names{"é", "B"}));
    query.offset = std::numeric_limits<std::size_t>::max();
    EXPECT_EQ(found(*catalog, query), Names{});
    query.offset = 0;
    query.limit = 0;
    EXPECT_EQ(found(*catalog, query), Names{});
}

TEST_P(EmbedUserTest, SaysWhenARowCannotBeReadAndSearchesOn) {
    const auto catalog = open();
    const auto bad = insert(*catalog, a_person("bad"));
    insert(*catalog, a_person("good"));
    sql("UPDATE embed_users SET profile = 'no json' WHERE external_user_id = 'bad'");
    EXPECT_EQ(catalog->embed_user_now(1, bad.id).error().kind, ErrorKind::internal);
    EXPECT_EQ(put(*catalog, a_person("bad")).error().kind, ErrorKind::internal);
    EXPECT_EQ(catalog->search_embed_users_now(of()).value().size(), 1U);
    EXPECT_TRUE(catalog->healthy());
}

CASEMENT_ON_BOTH_ENGINES(EmbedUserTest);

class PostgresEmbedUserTest : public EmbedUserTest {};

TEST_P(PostgresEmbedUserTest, LogsInBesideAChangeOfTheConfiguration) {
    const auto catalog = open();
    put(*catalog, a_person("known")).value();
    const std::unique_ptr<PGconn, decltype(&PQfinish)> other(PQconnectdb(address_.c_str()),
                                                             &PQfinish);
    const auto run = [&](const char* text) {
        const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(other.get(), text),
                                                                   &PQclear);
        return PQresultStatus(result.get()) == PGRES_COMMAND_OK;
    };
    ASSERT_TRUE(run("BEGIN"));
    ASSERT_TRUE(run("UPDATE counters SET value = value WHERE name = 'version'"));
    std::atomic<bool> configured{false};
    std::thread writer([&] {
        insert(*catalog, a_user("waits"));
        configured = true;
    });
    EXPECT_TRUE(put(*catalog, a_person("known")).has_value());
    EXPECT_TRUE(put(*catalog, a_person("new")).has_value());
    EXPECT_FALSE(configured);
    ASSERT_TRUE(run("COMMIT"));
    writer.join();
}

INSTANTIATE_TEST_SUITE_P(On, PostgresEmbedUserTest, testing::Values(Engine::postgresql),
                         engine_name);

}  // namespace
}  // namespace casement::store
