// Signing in to the console, on a real catalog: who gets in, what ends a session, what a second
// factor asks for, and who is slowed down.
#include "access/console_accounts.h"

#include "crypto/password.h"
#include "crypto/totp.h"
#include "store/secret_box.h"
#include "support/recorded_audit.h"
#include "support/run.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>

namespace casement::access {
namespace {

using casement::test::run;

constexpr const char* kPassword = "correct horse";

class ConsoleAccountsTest : public ::testing::Test {
  protected:
    ConsoleAccountsTest() : catalog(open()) { restart(); }

    std::unique_ptr<store::Catalog> open() {
        store::CatalogOptions options;
        options.database = "sqlite:" + (folder / "catalog.db");
        options.connections = 1;
        return store::Catalog::open(options, box, clock).value();
    }
    /// What is in memory alone is gone.
    void restart() {
        accounts.reset();
        sign_in.emplace(*catalog, audit, clock, Secret("limits"));
        accounts.emplace(*catalog, *sign_in, audit, random, clock, Secret("cookies"));
    }

    template <class T>
    T write(std::function<Result<T>(store::Transaction&)> work) {
        return catalog->write_now<T>(work).value();
    }
    store::User a_user(const std::string& handle, const std::string& password, store::OrgId org = 1,
                       const std::string& role = "Editor") {
        store::User row;
        row.org = org;
        row.uuid = random.uuid();
        row.handle = handle;
        row.name = "Ada";
        row.role = role;
        if (!password.empty()) {
            row.password_hash = crypto::hash_password(Secret(password), random, {8, 8, 1});
        }
        return write<store::User>([&](store::Transaction& tx) -> Result<store::User> {
            if (auto done = tx.insert(row); !done) return done.error();
            return row;
        });
    }
    store::OrgId an_organization(const std::string& name) {
        return write<store::OrgId>([&](store::Transaction& tx) -> Result<store::OrgId> {
            store::Organization row;
            row.name = name;
            if (auto done = tx.insert(row); !done) return done.error();
            return row.id;
        });
    }

    static Browser browser(std::string client = "192.0.2.1") {
        return {std::move(client), "Firefox", {}, {}};
    }
    Result<ConsoleAccounts::Opened> try_sign_in(const std::string& handle,
                                                const std::string& password,
                                                const std::string& code = {},
                                                Browser from = browser(), store::OrgId org = 0) {
        return run(accounts->sign_in({handle, Secret(password), code, org}, std::move(from)));
    }
    ConsoleAccounts::Opened signed_in(const std::string& code = {}) {
        auto opened = try_sign_in("ada@example.org", kPassword, code);
        EXPECT_TRUE(opened.has_value()) << (opened ? "" : opened.error().message);
        return std::move(*opened);
    }
    std::string state_of(const std::string& cookie) {
        const auto found = run(accounts->find(cookie));
        return found ? "open" : std::string(found.error().code);
    }
    template <class T>
    static std::string code_of(const Result<T>& result) {
        return result ? "" : std::string(result.error().code);
    }
    std::string totp_now(const Secret& secret, int steps = 0) const {
        return crypto::totp_code(secret, crypto::totp_step(clock.now()) + steps);
    }
    Secret secret_of(std::int64_t user) {
        return store::ConsoleStore::of(*catalog).totp_now(user).value()->secret;
    }
    /// A second factor for who is signed in; its recovery codes.
    std::vector<std::string> with_totp(const SignedIn& me) {
        EXPECT_TRUE(run(accounts->start_totp(me)).has_value());
        auto codes =
            run(accounts->activate_totp(me, totp_now(secret_of(me.who.user)), "192.0.2.1"));
        EXPECT_TRUE(codes.has_value());
        clock.advance(seconds{30});
        return std::move(*codes);
    }

    casement::test::TempDir folder;
    crypto::SystemRandom random;
    ManualClock clock{from_unix_seconds(1'800'000'000)};
    casement::test::RecordedAudit audit;
    store::SecretBox box = store::SecretBox::create(Secret(random.bytes(32)), random).value();
    std::unique_ptr<store::Catalog> catalog;
    std::optional<SignIn> sign_in;
    std::optional<ConsoleAccounts> accounts;
};

TEST_F(ConsoleAccountsTest, APersonSignsInWithWhatHisRolePermits) {
    const auto user = a_user("ada@example.org", kPassword);
    const auto opened = signed_in();
    const auto found = run(accounts->find(opened.cookie)).value();
    EXPECT_EQ(found.who.user, user.id);
    EXPECT_EQ(found.who.org, 1);
    EXPECT_EQ(found.who.key, 0);
    EXPECT_EQ(found.who.actor, "user:" + std::to_string(user.id));
    EXPECT_TRUE(found.who.permissions.has(Permission::dashboards_write));
    EXPECT_FALSE(found.who.permissions.has(Permission::org_manage));
    EXPECT_EQ(audit.of("user.signed_in").size(), 1U);
}

TEST_F(ConsoleAccountsTest, WhoIsUnknownDisabledWithoutPasswordOrWrongFailsAlike) {
    a_user("ada@example.org", kPassword);
    a_user("none@example.org", "");
    auto disabled = a_user("off@example.org", kPassword);
    disabled.disabled = true;
    write<bool>([&](store::Transaction& tx) -> Result<bool> {
        if (auto done = tx.update(disabled); !done) return done.error();
        return true;
    });
    const auto wrong = try_sign_in("ada@example.org", "wrong horse").error();
    EXPECT_EQ(wrong.code, "login_failed");
    for (const auto* handle : {"eve@example.org", "none@example.org", "off@example.org"}) {
        const auto error = try_sign_in(handle, kPassword).error();
        EXPECT_EQ(error.code, wrong.code) << handle;
        EXPECT_EQ(error.message, wrong.message) << handle;
        EXPECT_EQ(error.field, wrong.field) << handle;
    }
    EXPECT_EQ(code_of(try_sign_in("ada@example.org", kPassword, {}, browser(), 99)),
              "login_failed");
    EXPECT_EQ(audit.of("user.sign_in_refused").size(), 4U) << "none for an organization of nobody";
    EXPECT_EQ(audit.text().find("horse"), std::string::npos);
}

TEST_F(ConsoleAccountsTest, EverySignInHasItsOwnSessionAndEndsTheOneBefore) {
    a_user("ada@example.org", kPassword);
    const auto first = signed_in();
    auto again = browser();
    again.session = first.cookie;
    const auto second = try_sign_in("ada@example.org", kPassword, {}, again).value();
    EXPECT_NE(first.cookie, second.cookie);
    EXPECT_NE(first.signed_in.session.id, second.signed_in.session.id);
    EXPECT_EQ(state_of(first.cookie), "signed_out");
    EXPECT_EQ(state_of(second.cookie), "open");
    // A cookie that somebody put into the browser before becomes nobody's session.
    auto fixed = browser();
    fixed.session = std::string(43, 'A') + "." + std::string(22, 'A');
    const auto third = try_sign_in("ada@example.org", kPassword, {}, fixed).value();
    EXPECT_NE(third.cookie, fixed.session);
    EXPECT_EQ(state_of(fixed.session), "signed_out");
    EXPECT_EQ(state_of(second.cookie), "open") << "another browser's stays";
}

TEST_F(ConsoleAccountsTest, OnlyCookiesOfThisServerAreAskedAbout) {
    a_user("ada@example.org", kPassword);
    const auto cookie = signed_in().cookie;
    EXPECT_TRUE(accounts->is_genuine(cookie));
    auto changed = cookie;
    changed[3] = changed[3] == 'A' ? 'B' : 'A';
    for (const auto& junk : {std::string(), changed, cookie.substr(0, 43), cookie.substr(0, 44),
                             cookie + "A", std::string(43, 'A') + ".", std::string(5000, 'x')}) {
        EXPECT_FALSE(accounts->is_genuine(junk)) << junk;
        EXPECT_EQ(state_of(junk), "signed_out");
    }
}

TEST_F(ConsoleAccountsTest, ASessionOutlivesARestartAndEndsUnseenOrOld) {
    a_user("ada@example.org", kPassword);
    const auto seldom = signed_in().cookie;
    restart();
    EXPECT_EQ(state_of(seldom), "open");
    clock.advance(std::chrono::hours{12} - seconds{1});
    EXPECT_EQ(state_of(seldom), "open") << "and was seen now";
    clock.advance(std::chrono::hours{12});
    EXPECT_EQ(state_of(seldom), "signed_out");
    const auto often = signed_in().cookie;
    for (int i = 0; i < 60; ++i) {
        EXPECT_EQ(state_of(often), "open") << i;
        clock.advance(std::chrono::hours{12} - seconds{1});
    }
    clock.advance(seconds{61});
    EXPECT_EQ(state_of(often), "signed_out") << "thirty days are the end of it";
}

TEST_F(ConsoleAccountsTest, SigningOutEndsTheSessionAndNoOther) {
    a_user("ada@example.org", kPassword);
    const auto one = signed_in().cookie;
    const auto two = signed_in().cookie;
    auto here = browser();
    here.session = one;
    EXPECT_TRUE(run(accounts->sign_out(here)).has_value());
    EXPECT_EQ(state_of(one), "signed_out");
    EXPECT_EQ(state_of(two), "open");
    EXPECT_TRUE(run(accounts->sign_out(here)).has_value()) << "twice is no error";
    EXPECT_EQ(audit.of("user.signed_out").size(), 1U);
}

TEST_F(ConsoleAccountsTest, OneEndsOnesOwnSessionsAndNobodyElses) {
    a_user("ada@example.org", kPassword);
    a_user("eve@example.org", kPassword);
    const auto mine = signed_in();
    const auto other = signed_in();
    const auto eves = try_sign_in("eve@example.org", kPassword).value();
    const auto me = run(accounts->find(mine.cookie)).value();
    EXPECT_EQ(run(accounts->sessions_of(me.who.user)).value().size(), 2U);
    EXPECT_TRUE(run(accounts->end_session(me, other.signed_in.session.id, "c")).has_value());
    EXPECT_EQ(state_of(other.cookie), "signed_out");
    EXPECT_EQ(code_of(run(accounts->end_session(me, eves.signed_in.session.id, "c"))),
              "session_not_found");
    EXPECT_EQ(state_of(eves.cookie), "open");
    EXPECT_EQ(audit.of("user.session_ended").size(), 1U);
}

TEST_F(ConsoleAccountsTest, AnotherPasswordEndsEverySessionButTheBrowsersOwn) {
    a_user("ada@example.org", kPassword);
    const auto other = signed_in();
    const auto mine = signed_in();
    const auto me = run(accounts->find(mine.cookie)).value();
    const auto change = [&](const std::string& from, const std::string& to) {
        return run(accounts->change_password(me, Secret(from), Secret(to), browser()));
    };
    EXPECT_EQ(code_of(change("wrong horse", "battery staple")), "wrong_password");
    EXPECT_EQ(code_of(change(kPassword, "short")), "weak_password");
    EXPECT_EQ(code_of(change(kPassword, "ada@example.org")), "weak_password");
    EXPECT_EQ(state_of(other.cookie), "open");
    const auto opened = change(kPassword, "battery staple").value();
    EXPECT_EQ(state_of(other.cookie), "signed_out");
    EXPECT_EQ(state_of(mine.cookie), "signed_out") << "whoever has taken it is out too";
    EXPECT_EQ(state_of(opened.cookie), "open");
    EXPECT_EQ(code_of(try_sign_in("ada@example.org", kPassword)), "login_failed");
    EXPECT_TRUE(try_sign_in("ada@example.org", "battery staple").has_value());
    EXPECT_EQ(audit.of("user.password_changed").size(), 1U);
    EXPECT_EQ(audit.of("user.password_refused").size(), 1U);
}

TEST_F(ConsoleAccountsTest, ASecondFactorIsAskedForAndNoCodeIsGoodTwice) {
    const auto user = a_user("ada@example.org", kPassword);
    const auto me = run(accounts->find(signed_in().cookie)).value();
    EXPECT_EQ(code_of(run(accounts->activate_totp(me, "123456", "c"))), "totp_not_set");
    ASSERT_TRUE(run(accounts->start_totp(me)).has_value());
    EXPECT_TRUE(try_sign_in("ada@example.org", kPassword).has_value()) << "not active yet";
    const auto secret = secret_of(user.id);
    EXPECT_EQ(code_of(run(accounts->activate_totp(me, totp_now(secret, 5), "c"))), "wrong_totp");
    const auto first = totp_now(secret);
    const auto codes = run(accounts->activate_totp(me, first, "c")).value();
    EXPECT_EQ(codes.size(), 10U);
    EXPECT_EQ(code_of(run(accounts->start_totp(me))), "totp_active");

    auto refused = try_sign_in("ada@example.org", kPassword).error();
    EXPECT_EQ(refused.code, "totp_required");
    EXPECT_EQ(refused.field, "");
    refused = try_sign_in("ada@example.org", kPassword, first).error();
    EXPECT_EQ(refused.code, "totp_required") << "the code that activated it is used";
    EXPECT_EQ(refused.field, "totp");
    EXPECT_EQ(code_of(try_sign_in("ada@example.org", "wrong horse", totp_now(secret, 1))),
              "login_failed");
    clock.advance(seconds{30});
    const auto code = totp_now(secret);
    EXPECT_TRUE(try_sign_in("ada@example.org", kPassword, code).has_value());
    EXPECT_EQ(code_of(try_sign_in("ada@example.org", kPassword, code)), "totp_required");
    restart();
    EXPECT_EQ(code_of(try_sign_in("ada@example.org", kPassword, code)), "totp_required")
        << "a restart forgets no code";
    EXPECT_EQ(audit.of("user.totp_activated").size(), 1U);
}

TEST_F(ConsoleAccountsTest, RecoveryCodesAreGoodOnceEachHoweverTheyAreTyped) {
    a_user("ada@example.org", kPassword);
    const auto codes = with_totp(signed_in().signed_in);
    ASSERT_EQ(codes.size(), 10U);
    EXPECT_TRUE(try_sign_in("ada@example.org", kPassword, codes[0]).has_value());
    EXPECT_EQ(code_of(try_sign_in("ada@example.org", kPassword, codes[0])), "totp_required");
    std::string typed;
    for (const char c : codes[1])
        if (c != '-') typed += static_cast<char>(std::tolower(c));
    EXPECT_TRUE(try_sign_in("ada@example.org", kPassword, typed).has_value());
    for (const auto& event : audit.of("user.signed_in")) {
        EXPECT_EQ(json::serialize(event.detail).find(codes[1].substr(0, 4)), std::string::npos);
    }
}

TEST_F(ConsoleAccountsTest, CodesCannotBeGuessedByTryingThem) {
    const auto user = a_user("ada@example.org", kPassword);
    with_totp(signed_in().signed_in);
    std::string last;
    for (int i = 0; i < 11; ++i) {
        // From many addresses, and slowly enough for every other limit.
        clock.advance(seconds{20});
        last = code_of(try_sign_in("ada@example.org", kPassword, "000000",
                                   browser("192.0.2." + std::to_string(i))));
    }
    EXPECT_EQ(last, "too_many_attempts");
    EXPECT_EQ(code_of(try_sign_in("ada@example.org", kPassword, totp_now(secret_of(user.id)))),
              "too_many_attempts");
    clock.advance(std::chrono::hours{1});
    EXPECT_TRUE(
        try_sign_in("ada@example.org", kPassword, totp_now(secret_of(user.id))).has_value());
}

TEST_F(ConsoleAccountsTest, TheSecondFactorGoesWithThePasswordAlone) {
    a_user("ada@example.org", kPassword);
    const auto me = signed_in().signed_in;
    EXPECT_EQ(code_of(run(accounts->remove_totp(me, Secret(kPassword), browser()))),
              "totp_not_set");
    with_totp(me);
    EXPECT_EQ(code_of(run(accounts->remove_totp(me, Secret("wrong horse"), browser()))),
              "wrong_password");
    EXPECT_TRUE(run(accounts->has_totp(me.who.user)).value());
    EXPECT_TRUE(run(accounts->remove_totp(me, Secret(kPassword), browser())).has_value());
    EXPECT_TRUE(try_sign_in("ada@example.org", kPassword).has_value());
    EXPECT_EQ(audit.of("user.totp_removed").size(), 1U);
}

TEST_F(ConsoleAccountsTest, OneGoesOverOnlyToWhereThePasswordWasRightToo) {
    const auto second = an_organization("Second");
    const auto third = an_organization("Third");
    const auto fourth = an_organization("Fourth");
    a_user("ada@example.org", kPassword);
    const auto there = a_user("ada@example.org", kPassword, second, "Admin");
    a_user("ada@example.org", "another password", third);
    a_user("eve@example.org", kPassword, fourth);
    const auto opened = signed_in();
    EXPECT_EQ(accounts->organizations_of(opened.signed_in), (std::vector<store::OrgId>{1, second}));
    for (const auto org : {third, fourth, store::OrgId{99}}) {
        EXPECT_EQ(code_of(run(accounts->switch_to(opened.signed_in, org, browser()))),
                  "sign_in_again");
    }
    clock.advance(std::chrono::hours{1});
    const auto moved = run(accounts->switch_to(opened.signed_in, second, browser())).value();
    EXPECT_EQ(moved.signed_in.who.user, there.id);
    EXPECT_EQ(moved.signed_in.who.org, second);
    EXPECT_TRUE(moved.signed_in.who.permissions.has(Permission::org_manage));
    EXPECT_EQ(moved.signed_in.session.created_at, opened.signed_in.session.created_at)
        << "going over makes no session younger";
    EXPECT_EQ(state_of(opened.cookie), "signed_out");
    const auto switched = audit.of("user.organization_switched");
    ASSERT_EQ(switched.size(), 1U);
    EXPECT_EQ(switched[0].org, second);

    const auto back = run(accounts->switch_to(moved.signed_in, 1, browser())).value();
    EXPECT_EQ(back.signed_in.who.org, 1);
    // Another password there ends what the old one proved.
    auto changed = there;
    changed.password_hash = crypto::hash_password(Secret("quite another"), random, {8, 8, 1});
    write<bool>([&](store::Transaction& tx) -> Result<bool> {
        if (auto done = tx.update(changed); !done) return done.error();
        return true;
    });
    EXPECT_EQ(code_of(run(accounts->switch_to(back.signed_in, second, browser()))),
              "sign_in_again");
    EXPECT_EQ(accounts->organizations_of(back.signed_in), (std::vector<store::OrgId>{1}));
}

TEST_F(ConsoleAccountsTest, ASecondFactorThereIsNotWalkedAround) {
    const auto second = an_organization("Second");
    a_user("ada@example.org", kPassword);
    a_user("ada@example.org", kPassword, second);
    const auto before = signed_in();
    with_totp(try_sign_in("ada@example.org", kPassword, {}, browser(), second).value().signed_in);
    EXPECT_EQ(code_of(run(accounts->switch_to(before.signed_in, second, browser()))),
              "sign_in_again");
    EXPECT_EQ(accounts->organizations_of(signed_in().signed_in), (std::vector<store::OrgId>{1}));
}

TEST_F(ConsoleAccountsTest, WhoMakesHimselfAUserOfAVictimsHandleGuessesNoFaster) {
    const auto second = an_organization("Second");
    a_user("victim@example.org", "the victim's own", second);
    a_user("victim@example.org", kPassword);  // the attacker's, in his organization
    std::string last;
    for (int i = 0; i < 10; ++i) {
        last = code_of(try_sign_in("victim@example.org", kPassword, {}, browser(), 1));
        EXPECT_EQ(last, "") << i;
    }
    // Each of them was a guess at the victim's password too, and counted as one.
    EXPECT_EQ(code_of(try_sign_in("victim@example.org", "a guess", {}, browser(), second)),
              "too_many_attempts");
}

TEST_F(ConsoleAccountsTest, StrangersWhoGuessDoNotKeepAKnownBrowserOut) {
    a_user("ada@example.org", kPassword);
    auto known = browser("198.51.100.7");
    known.device = signed_in().device;
    std::string last;
    for (int i = 0; i < 31; ++i) {
        const auto address = "203.0.113." + std::to_string(i);
        last = code_of(try_sign_in("ada@example.org", "guess", {}, browser(address)));
    }
    EXPECT_EQ(last, "too_many_attempts") << "of many addresses";
    EXPECT_EQ(code_of(try_sign_in("ada@example.org", kPassword, {}, browser("198.51.100.8"))),
              "too_many_attempts");
    EXPECT_TRUE(try_sign_in("ada@example.org", kPassword, {}, known).has_value());
    // What the browser keeps is good for its user alone, and opens nothing.
    auto forged = known;
    forged.device[2] = forged.device[2] == 'A' ? 'B' : 'A';
    EXPECT_EQ(code_of(try_sign_in("ada@example.org", kPassword, {}, forged)), "too_many_attempts");
    EXPECT_EQ(code_of(try_sign_in("ada@example.org", "guess", {}, known)), "login_failed");
}

TEST_F(ConsoleAccountsTest, OneAddressThatGuessesKeepsNobodyElseOut) {
    a_user("ada@example.org", kPassword);
    std::string last;
    for (int i = 0; i < 40; ++i)
        last = code_of(try_sign_in("ada@example.org", "guess", {}, browser("203.0.113.9")));
    EXPECT_EQ(last, "too_many_attempts");
    EXPECT_TRUE(try_sign_in("ada@example.org", kPassword, {}, browser("198.51.100.7")).has_value());
}

TEST_F(ConsoleAccountsTest, TheFirstAdminIsMadeWithTheCodeAndOnce) {
    const std::string code(accounts->set_up_code().code().reveal());
    EXPECT_EQ(code.size(), 26U);
    EXPECT_TRUE(accounts->set_up_code().is_open());
    const auto attempt = [&](const std::string& with, const std::string& client = "192.0.2.1") {
        return run(accounts->set_up(
            {with, "Example", "root@example.org", "Root", Secret(kPassword)}, browser(client)));
    };
    EXPECT_EQ(code_of(attempt("WRONG")), "wrong_code");
    EXPECT_EQ(code_of(attempt(code.substr(1))), "wrong_code");
    EXPECT_EQ(code_of(run(accounts->set_up(
                  {code, "Example", "root@example.org", "Root", Secret("short")}, browser()))),
              "weak_password");
    EXPECT_TRUE(accounts->set_up_code().is_open()) << "a mistake burns nothing";
    const auto opened = attempt(code).value();
    EXPECT_TRUE(opened.signed_in.who.permissions.has(Permission::org_manage));
    EXPECT_EQ(state_of(opened.cookie), "open");
    EXPECT_EQ(catalog->snapshot()->organization(1)->name, "Example");
    EXPECT_FALSE(accounts->set_up_code().is_open());
    EXPECT_EQ(code_of(attempt(code)), "set_up_done");
    EXPECT_EQ(audit.of("user.set_up").size(), 1U);
    EXPECT_EQ(audit.text().find(code), std::string::npos);
    restart();
    EXPECT_TRUE(accounts->set_up_code().code().empty());
}

TEST_F(ConsoleAccountsTest, TheCodeIsDeadOnceAnAdminHasAPassword) {
    const std::string code(accounts->set_up_code().code().reveal());
    a_user("api-client", "", 1, "Admin");
    EXPECT_TRUE(accounts->set_up_code().is_open()) << "one without a password cannot sign in";
    a_user("root@example.org", kPassword, 1, "Admin");
    EXPECT_FALSE(accounts->set_up_code().is_open());
    EXPECT_EQ(code_of(run(
                  accounts->set_up({code, "Example", "eve", "Eve", Secret(kPassword)}, browser()))),
              "set_up_done");
}

TEST_F(ConsoleAccountsTest, ANewStartDrawsANewCodeAndGuessingItIsSlow) {
    const std::string before(accounts->set_up_code().code().reveal());
    restart();
    const std::string code(accounts->set_up_code().code().reveal());
    EXPECT_NE(code, before);
    const auto attempt = [&](const std::string& with, const std::string& client) {
        return code_of(run(accounts->set_up(
            {with, "Example", "root@example.org", "Root", Secret(kPassword)}, browser(client))));
    };
    EXPECT_EQ(attempt(before, "192.0.2.1"), "wrong_code");
    std::string last;
    for (int i = 0; i < 10; ++i)
        last = attempt("GUESS", "203.0.113.9");
    EXPECT_EQ(attempt(code, "203.0.113.9"), "too_many_attempts");
    EXPECT_EQ(attempt(code, "192.0.2.1"), "") << "who guesses keeps nobody else out";
}

}  // namespace
}  // namespace casement::access
