// What an administrator may do to users, and that an organization keeps an administrator.
#include "access/user_service.h"

#include "access/last_admin.h"
#include "store/console_store.h"
#include "unit/access/embed_world.h"

namespace casement::access {
namespace {

using test::run;

class UserServiceTest : public ::testing::Test, protected EmbedWorld {
  protected:
    UserServiceTest() {
        who.org = 1;
        who.actor = "key:1";
        who.permissions = permissions_of_role("Admin");
    }
    /// Somebody who can sign in, unless `password` is empty.
    store::User somebody(const std::string& handle, const std::string& role,
                         const std::string& password = "a hash", store::OrgId org = 1) {
        store::User row;
        row.org = org;
        row.uuid = "uuid of " + handle;
        row.handle = handle;
        row.name = "Ada Lovelace";
        row.role = role;
        row.password_hash = password;
        return put(row);
    }
    std::string code_of_update(std::int64_t id, UserChange change) {
        const auto done = run(service.update(who, id, std::move(change)));
        return done ? "" : std::string(done.error().code);
    }
    std::string demote(std::int64_t id) {
        return code_of_update(id, {.name = {}, .role = "Editor", .disabled = {}});
    }
    std::string disable(std::int64_t id) {
        return code_of_update(id, {.name = {}, .role = {}, .disabled = true});
    }
    void open_console_session(const store::User& user, const std::string& id) {
        store::ConsoleSession row;
        row.id = id;
        row.secret_hash = std::string(32 - id.size(), 'h') + id;
        row.org = user.org;
        row.user = user.id;
        row.mark = store::password_mark(user.password_hash);
        row.created_at = clock.now();
        row.last_seen_at = clock.now();
        ASSERT_TRUE(console.open_console_session_now(row, {}, {}));
    }

    Principal who;
    CatalogParts parts{*catalog, audit, random, clock};
    store::ConsoleStore& console = store::ConsoleStore::of(*catalog);
    std::unique_ptr<store::SessionStore> rows =
        store::open_sqlite_session_store(folder / "sessions.db", clock).value();
    SessionService sessions{
        *catalog, *rows,  documents, people,
        audit,    random, clock,     Secret("a key of thirty-two bytes, fixed")};
    UserService service{parts, sessions};
};

TEST_F(UserServiceTest, TheLastAdministratorCannotGo) {
    const auto only = somebody("ada", "Admin");
    somebody("bob", "Editor");
    EXPECT_EQ(demote(only.id), "last_admin");
    EXPECT_EQ(disable(only.id), "last_admin");
    // What leaves him an enabled Admin is no matter of others.
    EXPECT_EQ(code_of_update(only.id, {.name = "Ada", .role = "Admin", .disabled = false}), "");
    EXPECT_EQ(catalog->snapshot()->user(only.id)->role, "Admin");
    const auto second = somebody("carol", "Admin");
    EXPECT_EQ(demote(only.id), "");
    EXPECT_EQ(demote(second.id), "last_admin");
}

TEST_F(UserServiceTest, WhoCannotSignInOrIsElsewhereStandsInForNobody) {
    const auto only = somebody("ada", "Admin");
    somebody("no-password", "Admin", "");
    auto off = somebody("off", "Admin");
    off.disabled = true;
    change(off);
    somebody("elsewhere", "Admin", "a hash", another_organization());
    EXPECT_EQ(demote(only.id), "last_admin");
    EXPECT_EQ(disable(only.id), "last_admin");
    off.disabled = false;
    change(off);
    EXPECT_EQ(disable(only.id), "");
}

TEST_F(UserServiceTest, AnAdministratorWithoutAPasswordMayGoWhereAnotherIs) {
    const auto first = somebody("first", "Admin", "");
    EXPECT_EQ(demote(first.id), "last_admin");
    somebody("second", "Admin", "");
    EXPECT_EQ(demote(first.id), "");
}

TEST_F(UserServiceTest, TwoWhoGoAtOnceAreNotEachOthersReason) {
    const auto first = somebody("first", "Admin");
    const auto second = somebody("second", "Admin");
    // As the second saw things before the first had gone.
    const auto before = catalog->snapshot();
    ASSERT_EQ(demote(first.id), "");
    const auto done = catalog->write_now<void>([&](store::Transaction& tx) {
        return check_other_admin(tx, *before, *before->user(second.id));
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, "last_admin");
}

TEST_F(UserServiceTest, NobodyTakesHisOwnPlaceAway) {
    const auto me = somebody("ada", "Admin");
    somebody("bob", "Admin");
    who.user = me.id;
    EXPECT_EQ(disable(me.id), "own_user");
    EXPECT_EQ(demote(me.id), "own_user");
    EXPECT_EQ(code_of_update(me.id, {.name = "Ada", .role = {}, .disabled = {}}), "");
    const auto reset = run(service.reset_totp(who, me.id));
    ASSERT_FALSE(reset);
    EXPECT_EQ(reset.error().code, "own_user");
}

TEST_F(UserServiceTest, AnotherRoleAndBeingDisabledEndWhatTheConsoleOpened) {
    const auto user = somebody("ada", "Editor");
    open_console_session(user, "one");
    EXPECT_EQ(code_of_update(user.id, {.name = "Ada", .role = {}, .disabled = {}}), "");
    EXPECT_EQ(console.console_sessions_now(user.id)->size(), 1U);
    EXPECT_EQ(disable(user.id), "");
    EXPECT_EQ(console.console_sessions_now(user.id)->size(), 0U);
}

TEST_F(UserServiceTest, EndingSessionsCountsThoseOfThatUserAlone) {
    const auto user = somebody("ada", "Editor");
    const auto other = somebody("bob", "Editor");
    open_console_session(user, "one");
    open_console_session(user, "two");
    open_console_session(other, "three");
    EXPECT_EQ(run(service.end_sessions(who, user.id)).value(), 2U);
    EXPECT_EQ(run(service.end_sessions(who, user.id)).value(), 0U);
    EXPECT_EQ(console.console_sessions_now(other.id)->size(), 1U);
}

TEST_F(UserServiceTest, AWrongNameOrRoleChangesNothing) {
    const auto user = somebody("ada", "Editor");
    EXPECT_EQ(code_of_update(user.id, {.name = {}, .role = "Owner", .disabled = true}),
              "invalid_role");
    EXPECT_EQ(code_of_update(user.id, {.name = {}, .role = "", .disabled = {}}), "invalid_role");
    EXPECT_EQ(code_of_update(user.id, {.name = "", .role = "Viewer", .disabled = {}}),
              "invalid_name");
    const auto now = catalog->snapshot();
    EXPECT_EQ(now->user(user.id)->role, "Editor");
    EXPECT_FALSE(now->user(user.id)->disabled);
}

TEST_F(UserServiceTest, AnotherOrganizationsUsersAreNotThere) {
    const auto theirs = somebody("ada", "Editor", "a hash", another_organization());
    open_console_session(theirs, "one");
    EXPECT_EQ(demote(theirs.id), "not_found");
    EXPECT_EQ(service.find(who, theirs.id).error().kind, ErrorKind::not_found);
    EXPECT_EQ(run(service.reset_totp(who, theirs.id)).error().kind, ErrorKind::not_found);
    EXPECT_EQ(run(service.end_sessions(who, theirs.id)).error().kind, ErrorKind::not_found);
    EXPECT_EQ(console.console_sessions_now(theirs.id)->size(), 1U);
}

TEST_F(UserServiceTest, EverythingNeedsOrgManage) {
    const auto user = somebody("ada", "Viewer");
    who.permissions = permissions_of_role("Editor");
    EXPECT_EQ(service.find(who, user.id).error().code, "missing_permission");
    EXPECT_EQ(disable(user.id), "missing_permission");
    EXPECT_EQ(run(service.reset_totp(who, user.id)).error().code, "missing_permission");
    EXPECT_EQ(run(service.end_sessions(who, user.id)).error().code, "missing_permission");
    EXPECT_EQ(run(set_group_roles(parts, who, group("g").id, {})).error().code,
              "missing_permission");
}

TEST_F(UserServiceTest, AGroupGetsRolesOfItsOwnOrganizationEachOnce) {
    const auto team = group("team");
    const auto ours = role("ours", {"access_data"}, {"flights"});
    const auto theirs = role("theirs", {"access_data"}, {"flights"}, another_organization());
    const auto refused = run(set_group_roles(parts, who, team.id, {ours.id, theirs.id}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().field, "roles");
    const auto set = run(set_group_roles(parts, who, team.id, {ours.id, ours.id}));
    ASSERT_TRUE(set);
    EXPECT_EQ(set->roles, (std::vector<std::int64_t>{ours.id}));
}

}  // namespace
}  // namespace casement::access
