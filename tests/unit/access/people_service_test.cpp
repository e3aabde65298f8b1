#include "access/people_service.h"

#include "access/attribute_service.h"
#include "access/folder_service.h"
#include "access/folder_sight.h"
#include "access/group_service.h"
#include "access/look_service.h"
#include "access/role_service.h"
#include "access/theme_service.h"
#include "support/eventually.h"
#include "unit/access/embed_world.h"

#include <regex>
#include <thread>

#include <rapidcheck.h>

namespace casement::access {
namespace {

using test::run;

class PeopleServiceTest : public ::testing::Test, protected EmbedWorld {
  protected:
    PeopleServiceTest() {
        who.org = 1;
        who.actor = "key:1";
        who.handle = "tests";
        who.permissions = permissions_of_role("Admin");
    }
    std::vector<std::string> names(PersonQuery query) {
        std::vector<std::string> found;
        for (const auto& person : run(search_people(parts, 1, std::move(query))).value())
            found.push_back(person.first_name() + std::to_string(person.id()));
        return found;
    }
    store::EmbedUser embed_user(const std::string& external_id, const std::string& first) {
        store::EmbedUser row;
        row.org = 1;
        row.external_user_id = external_id;
        row.first_name = first;
        return put(row);
    }

    Principal who;
    CatalogParts parts{*catalog, audit, random, clock};
    std::unique_ptr<store::SessionStore> rows =
        store::open_sqlite_session_store(folder / "sessions.db", clock).value();
    SessionService sessions{
        *catalog, *rows,  documents, people,
        audit,    random, clock,     Secret("a key of thirty-two bytes, fixed")};
    PeopleService service{parts, sessions};
};

TEST(IsLike, AgreesWithARegularExpression) {
    EXPECT_TRUE(rc::check([] {
        const auto of = [](const std::string& letters) {
            return rc::gen::resize(10,
                                   rc::gen::container<std::string>(rc::gen::elementOf(letters)));
        };
        const auto pattern = *of("aAbB%");
        const auto text = *of("aAbB");
        std::string expression;
        for (const char c : pattern)
            expression += c == '%' ? std::string(".*") : std::string(1, c);
        const std::regex meant(expression, std::regex::icase);
        RC_ASSERT(is_like(pattern, text) == std::regex_match(text, meant));
    }));
    EXPECT_FALSE(is_like(std::string(256, '%'), "a")) << "longer than any name";
}

TEST_F(PeopleServiceTest, APageIsASliceOfTheWhole) {
    for (const auto kind : {0, 1, 3, 3, 2, 0, 1, 1, 2, 0, 3, 2}) {
        const std::string first = kind < 2 ? "a" : "b";
        if (kind % 2 == 0) {
            (void)user("u" + random.id(), "Viewer", {{"first_name", first}});
        } else {
            (void)embed_user("x" + random.id(), first);
        }
    }
    EXPECT_TRUE(rc::check([this] {
        PersonQuery query;
        query.sort = *rc::gen::element(PersonQuery::Sort::id, PersonQuery::Sort::first_name);
        query.descending = *rc::gen::arbitrary<bool>();
        query.limit = 1000;
        const auto whole = names(query);
        query.limit = *rc::gen::inRange<std::size_t>(0, 14);
        query.offset = *rc::gen::inRange<std::size_t>(0, 14);
        const auto page = names(query);
        RC_ASSERT(whole.size() == 12U);
        const auto start = std::min(query.offset, whole.size());
        const auto end = std::min(start + query.limit, whole.size());
        RC_ASSERT(page ==
                  std::vector<std::string>(whole.begin() + static_cast<std::ptrdiff_t>(start),
                                           whole.begin() + static_cast<std::ptrdiff_t>(end)));
    }));
}

TEST_F(PeopleServiceTest, AnEditKeepsWhoAPersonIs) {
    const auto ada = user("ada", "Editor");
    const auto changed = run(edit_person(parts, 1, ada.id, [](Person& person) -> Result<void> {
                             auto& row = std::get<store::User>(person.row);
                             row.handle = "eve";
                             row.role = "Admin";
                             row.password_hash = "hers";
                             row.org = 2;
                             row.name = "Ada";
                             return {};
                         })).value();
    EXPECT_EQ(changed.user()->handle, "ada");
    const auto* stored_row = catalog->snapshot()->user(ada.id);
    EXPECT_EQ(stored_row->role, "Editor");
    EXPECT_EQ(stored_row->password_hash, "");
    EXPECT_EQ(stored_row->org, 1);
    EXPECT_EQ(stored_row->name, "Ada");
    auto person = embed_user("x", "X");
    (void)run(edit_person(parts, 1, person.id, [](Person& of) -> Result<void> {
        std::get<store::EmbedUser>(of.row).grant["permissions"] = json::array{"see_sql"};
        return {};
    })).value();
    EXPECT_TRUE(stored("x").grant.empty()) << "grants come from links";
}

TEST_F(PeopleServiceTest, ALoginThatRunsWhileItsPersonIsRemovedLeavesNothingLive) {
    const auto prepared = prepare(login("x")).value();
    EXPECT_TRUE(run(service.remove(who, prepared.user)));
    EXPECT_EQ(run(people.logged_in(login("x"), prepared)).error().code, "user_removed");
    const auto again = prepare(login("x")).value();
    EXPECT_NE(again.user, prepared.user);
    PersonChange change;
    change.disabled = true;
    EXPECT_TRUE(run(service.update(who, again.user, change)));
    EXPECT_EQ(prepare(login("x")).error().code, "user_disabled");
}

TEST_F(PeopleServiceTest, BuiltInsAreMadeOnceByHoweverMany) {
    auto second =
        store::Catalog::open({"sqlite:" + (folder / "catalog.db"), 4, milliseconds{50}}, box, clock)
            .value();
    std::vector<std::thread> threads;
    for (auto* of : {catalog.get(), second.get(), catalog.get(), second.get()}) {
        threads.emplace_back([this, of] {
            RoleService roles({*of, audit, random, clock});
            EXPECT_TRUE(run(roles.ensure_built_ins(who)));
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(audit.of("roles.built_in_created").size(), 1U);
    // What the other process wrote is seen here a moment later.
    EXPECT_TRUE(test::eventually(
        [this] { return catalog->snapshot()->list<store::Role>(1).size() == 1U; }));
    EXPECT_EQ(catalog->snapshot()->list<store::ModelSet>(1).size(), 1U);
}

TEST_F(PeopleServiceTest, EverythingNeedsOrgManage) {
    who.permissions = permissions_of_role("Editor");
    const auto refused = [](const auto& result) {
        return !result && result.error().code == "missing_permission";
    };
    GroupService groups(parts);
    RoleService roles(parts);
    AttributeService attributes(parts);
    ThemeService themes(parts);
    EXPECT_TRUE(refused(run(service.find(who, 1))));
    EXPECT_TRUE(refused(run(service.find_embed_user(who, "x"))));
    EXPECT_TRUE(refused(run(service.search(who, {}))));
    EXPECT_TRUE(refused(run(service.create(who, {}))));
    EXPECT_TRUE(refused(run(service.create_embed_user(who, "x"))));
    EXPECT_TRUE(refused(run(service.update(who, 1, {}))));
    EXPECT_TRUE(refused(run(service.remove(who, 1))));
    EXPECT_TRUE(refused(run(service.set_roles(who, 1, {}))));
    EXPECT_TRUE(refused(run(service.set_attribute(who, 1, 1, "x"))));
    EXPECT_TRUE(refused(run(groups.create(who, "g"))));
    EXPECT_TRUE(refused(run(groups.rename(who, 1, "g"))));
    EXPECT_TRUE(refused(run(groups.remove(who, 1))));
    EXPECT_TRUE(refused(run(groups.add_member(who, 1, 1))));
    EXPECT_TRUE(refused(run(groups.remove_member(who, 1, 1))));
    EXPECT_TRUE(refused(run(groups.set_value(who, 1, 1, "x"))));
    EXPECT_TRUE(refused(run(roles.create(who, RoleChange{}))));
    EXPECT_TRUE(refused(run(roles.create(who, PermissionSetChange{}))));
    EXPECT_TRUE(refused(run(roles.create(who, ModelSetChange{}))));
    EXPECT_TRUE(refused(run(roles.update(who, 1, RoleChange{}))));
    EXPECT_TRUE(refused(run(roles.remove_role(who, 1))));
    EXPECT_TRUE(refused(run(roles.set_groups(who, 1, {}))));
    EXPECT_TRUE(refused(run(roles.set_users(who, 1, {}))));
    EXPECT_TRUE(refused(run(attributes.create(who, {}))));
    EXPECT_TRUE(refused(run(attributes.update(who, 1, [](auto&) { return Result<void>{}; }))));
    EXPECT_TRUE(refused(run(attributes.remove(who, 1))));
    EXPECT_TRUE(refused(run(attributes.set_group_values(who, 1, {}))));
    EXPECT_TRUE(refused(run(themes.create(who, {}))));
    EXPECT_TRUE(refused(run(themes.set_default(who, "t"))));
    who.permissions = permissions_of_role("Viewer");
    FolderService folders(parts);
    LookService looks(parts);
    EXPECT_TRUE(refused(run(folders.create(who, {}))));
    EXPECT_TRUE(refused(run(folders.remove(who, 1))));
    EXPECT_TRUE(refused(run(looks.create(who, {}))));
    EXPECT_TRUE(refused(run(looks.remove(who, 1))));
    EXPECT_TRUE(audit.events().empty());
}

TEST_F(PeopleServiceTest, WhoIsInAGroupSeesItsFolderAndWhatLiesBelow) {
    const auto staff = group("Staff");
    const auto ada = user("ada", "Viewer", {{"groups", json::array{staff.id}}});
    store::Folder row;
    row.org = 1;
    row.name = "Closed";
    row.groups = {staff.id};
    const auto closed = put(row);
    row.name = "Below";
    row.parent = closed.id;
    row.groups = {};
    const auto below = put(row);
    row.name = "External";
    row.parent = 0;
    row.external_group = staff.id;
    row.groups = {staff.id};
    const auto external = put(row);
    const auto snapshot = catalog->snapshot();
    who.permissions = permissions_of_role("Viewer");
    const FolderSight stranger(*snapshot, who);
    who.user = ada.id;
    const FolderSight member(*snapshot, who);
    EXPECT_FALSE(stranger.sees(closed.id));
    EXPECT_FALSE(stranger.sees(below.id));
    EXPECT_TRUE(stranger.sees(0));
    EXPECT_FALSE(stranger.sees(99999));
    EXPECT_TRUE(member.sees(closed.id));
    EXPECT_TRUE(member.sees(below.id));
    EXPECT_FALSE(member.sees(external.id)) << "whatever its number";
}

}  // namespace
}  // namespace casement::access
