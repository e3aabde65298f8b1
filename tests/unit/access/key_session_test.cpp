// Sessions of keys: opened by a sharable link, narrowed as it says, ended with the key.
#include "access/account_keys.h"
#include "access/session_owner.h"
#include "access/session_service.h"
#include "access/view_service.h"
#include "support/recorded_audit.h"
#include "support/run.h"
#include "unit/access/content_world.h"

#include <gtest/gtest.h>

namespace casement::access {
namespace {

using namespace std::chrono_literals;
using test::run;

class KeySessions : public ContentTest {
  protected:
    KeySessions() {
        sessions = store::open_sqlite_session_store(folder / "sessions.db", clock).value();
        people.emplace(*catalog, audit, clock);
        service =
            std::make_unique<SessionService>(*catalog, *sessions, documents, *people, audit, random,
                                             clock, Secret("a key of thirty-two bytes, fixed"));
        account.org = 1;
        account.name = "Reporting";
        account.login = "sa-reporting";
        account.role = "Viewer";
        account = put(account);
        key.org = 1;
        key.account = account.id;
        key.name = "nightly";
        key.hash = Secret("hash");
        key.role = "Viewer";
        key = put(key);
    }

    store::Dashboard regional(const std::string& uid, const std::string& attribute = "") {
        store::Dashboard row;
        row.org = 1;
        row.uid = uid;
        row.dialect = "casement";
        row.title = uid;
        row.document = document(
            {"plain"},
            R"(, "variables": [{"name": "region", "type": "list",
            "choices": [{"value": "eu"}, {"value": "us"}, {"value": "asia"}], "default": ["eu"])" +
                (attribute.empty() ? std::string() : R"(, "attribute": ")" + attribute + "\"") +
                "}]");
        return put(row);
    }
    VerifiedLink link(KeyGrant grant = {}, std::string nonce = {}, seconds length = 600s) {
        auto login = std::make_shared<KeyLogin>();
        grant.key = key.id;
        grant.proof = proof_of(key.hash);
        if (grant.target.empty()) grant.target = "/d/sales/x";
        login->grant = std::move(grant);
        login->session_length = length;
        VerifiedLink made;
        made.dialect = "grafana";
        made.org = 1;
        made.scope = "account_key:" + std::to_string(key.id);
        made.nonce = std::move(nonce);
        made.target = login->grant.target;
        made.key = std::move(login);
        return made;
    }
    Result<OpenedSession> open(VerifiedLink what, const std::string& with) {
        return run(service->open(std::move(what), with, {"127.0.0.1", "Firefox"}));
    }
    template <class T>
    static std::string code(const Result<T>& result) {
        return result ? "ok" : std::string(result.error().code);
    }
    std::string authorized(const OpenedSession& opened) {
        return code(run(service->authorize(opened.access_token, "Firefox")));
    }
    std::string looks_at(const KeyGrant& grant, const std::string& uid) {
        auto opened = open(link(grant), random.token()).value();
        const auto seen = service->look_at(opened.viewer, {ContentRef::Type::dashboard, uid});
        view = opened.viewer.view;
        return code(seen);
    }
    void change(store::AccountKey row) {
        catalog
            ->write_now<bool>([&](store::Transaction& tx) -> Result<bool> {
                if (auto done = tx.update(row); !done) return done.error();
                return true;
            })
            .value();
    }

    test::RecordedAudit audit;
    std::unique_ptr<store::SessionStore> sessions;
    std::optional<EmbedUsers> people;
    std::unique_ptr<SessionService> service;
    store::ServiceAccount account;
    store::AccountKey key;
    ViewPtr view;
};

TEST_F(KeySessions, TheGrantComesBackAsItWas) {
    KeyGrant grant;
    grant.key = 17;
    grant.proof = proof_of(Secret("hash"));
    grant.dashboard = "sales";
    grant.panel = 4;
    grant.locked = {{"region", {"eu"}}, {"shop", {}}};
    grant.bounded = {{"year", {"2025", "2026"}}};
    grant.target = "/d/sales?var-region=eu";
    Grant whole;
    whole.dialect = "grafana";
    whole.key = grant;
    EXPECT_EQ(read_grant(write_grant(whole)).value(), whole);
    EXPECT_EQ(code(read_grant(R"({"dialect":"grafana","key":17})")), "grant_unreadable");
    EXPECT_EQ(
        code(read_grant(R"({"dialect":"grafana","key":-1,"proof":"","dashboard":"","locked":{},)"
                        R"("bounded":{},"target":"","panel":0})")),
        "grant_unreadable");
}

TEST_F(KeySessions, AGrantOfNobodysKeyStandsOnAnonymousAccessAlone) {
    const auto whole = std::make_shared<Grant>();
    whole->dialect = "grafana";
    whole->key.emplace();
    Standing standing{1, 0, 0, whole};
    EXPECT_EQ(code(check_standing(*catalog->snapshot(), standing, clock.now())), "session_ended");
    standing.admits_anonymous = true;
    EXPECT_EQ(code(check_standing(*catalog->snapshot(), standing, clock.now())), "ok");
    // The grant of a key does not: whoever may come in without one is somebody else.
    whole->key->key = key.id;
    EXPECT_EQ(code(check_standing(*catalog->snapshot(), standing, clock.now())), "session_ended");
}

TEST_F(KeySessions, ALinkThatMayBeUsedOftenGivesEachBrowserItsOwnSession) {
    const auto mine = random.token();
    const auto first = open(link(), mine).value();
    EXPECT_TRUE(first.created);
    const auto again = open(link(), mine).value();
    EXPECT_FALSE(again.created);
    EXPECT_EQ(again.viewer.session->id, first.viewer.session->id);
    EXPECT_NE(open(link(), random.token())->viewer.session->id, first.viewer.session->id);
    EXPECT_EQ(first.viewer.session->expires_at, clock.now() + 600s);
}

TEST_F(KeySessions, AfterItsWindowALinkOnlyFindsTheSessionOfItsBrowser) {
    const auto mine = random.token();
    const auto first = open(link(), mine).value();
    auto late = link();
    late.outside_window = gone("link_expired", "Too late.");
    EXPECT_EQ(open(late, mine)->viewer.session->id, first.viewer.session->id);
    EXPECT_EQ(code(open(late, random.token())), "link_expired");
}

TEST_F(KeySessions, ANonceOpensOnce) {
    const auto mine = random.token();
    EXPECT_EQ(code(open(link({}, "once"), mine)), "ok");
    EXPECT_EQ(code(open(link({}, "once"), mine)), "ok");
    EXPECT_EQ(code(open(link({}, "once"), random.token())), "link_already_used");
}

TEST_F(KeySessions, EndWithWhatTheyStandOn) {
    const auto opened = open(link(), random.token()).value();
    auto cancellation = std::make_shared<Cancellation>();
    const auto watch = service->watch(opened.viewer, cancellation);
    EXPECT_EQ(authorized(opened), "ok");
    auto revoked = key;
    revoked.revoked = true;
    change(revoked);
    EXPECT_TRUE(cancellation->cancelled());
    EXPECT_EQ(authorized(opened), "session_ended");
    change(key);
    EXPECT_EQ(authorized(opened), "ok");
    auto powerless = account;
    powerless.role = "None";
    catalog
        ->write_now<bool>([&](store::Transaction& tx) -> Result<bool> {
            if (auto done = tx.update(powerless); !done) return done.error();
            return true;
        })
        .value();
    EXPECT_EQ(authorized(opened), "session_ended");
}

TEST_F(KeySessions, EndWhenTheSecretThatOpenedThemIsRotatedAway) {
    const auto old = open(link(), random.token()).value();
    const auto cancellation = std::make_shared<Cancellation>();
    const auto watch = service->watch(old.viewer, cancellation);
    key.previous_hash = key.hash;
    key.previous_until = clock.now() + 60s;
    key.hash = Secret("the next one");
    change(key);
    EXPECT_EQ(authorized(old), "ok") << "the overlap lasts";
    const auto fresh = open(link(), random.token()).value();
    clock.advance(60s);
    EXPECT_EQ(authorized(old), "session_ended");
    EXPECT_EQ(authorized(fresh), "ok");
    EXPECT_FALSE(cancellation->cancelled());
    key.hash = Secret("and without an overlap");
    key.previous_hash = Secret();
    key.previous_until.reset();
    change(key);
    EXPECT_TRUE(cancellation->cancelled());
    EXPECT_EQ(authorized(fresh), "session_ended");
    KeyGrant without;
    without.target = "/d/sales/x";
    auto unproven = link(without);
    auto login = std::make_shared<KeyLogin>(*unproven.key);
    login->grant.proof.clear();
    unproven.key = login;
    EXPECT_EQ(code(open(unproven, random.token())), "session_ended");
}

TEST_F(KeySessions, LastNoLongerThanTheirKey) {
    key.expires_at = clock.now() + 60s;
    change(key);
    const auto opened = open(link(), random.token()).value();
    EXPECT_EQ(opened.viewer.session->expires_at, clock.now() + 60s);
    clock.advance(60s);
    EXPECT_EQ(code(open(link(), random.token())), "api_key_expired");
}

TEST_F(KeySessions, AreOwnedByTheirKeyAndNotByAPersonOfThatNumber) {
    const auto opened = open(link(), random.token()).value();
    EXPECT_EQ(run(service->end_all_of(1, key.id, "key:1")).value(), 0U);
    EXPECT_EQ(authorized(opened), "ok");
    EXPECT_EQ(run(service->end_all_of(1, owner_of_key(key.id), "key:1")).value(), 1U);
    EXPECT_EQ(authorized(opened), "session_ended");
}

TEST_F(KeySessions, SeeTheDashboardsOfTheirOrganization) {
    regional("sales");
    store::Organization other;
    other.name = "Other";
    other = put(other);
    auto foreign = dashboard("mine", {"plain"});
    foreign.org = other.id;
    foreign.uid = "foreign";
    put(foreign);
    store::Group group;
    group.org = 1;
    group.name = "Board";
    group = put(group);
    const auto kept = folder_row("Kept", 0, {group.id});
    dashboard("secret", {"plain"}, folder_row("Below", kept.id).id);
    dashboard("open", {"plain"}, folder_row("For all").id);
    EXPECT_EQ(looks_at({}, "sales"), "ok");
    EXPECT_EQ(looks_at({}, "open"), "ok");
    EXPECT_EQ(looks_at({}, "secret"), "content_not_found");
    EXPECT_EQ(looks_at({}, "foreign"), "content_not_found");
    EXPECT_EQ(looks_at({}, "nothing"), "content_not_found");
    KeyGrant bound;
    bound.dashboard = "sales";
    EXPECT_EQ(looks_at(bound, "sales"), "ok");
    EXPECT_EQ(looks_at(bound, "open"), "content_not_found");
}

TEST_F(KeySessions, LockAndBoundWhatTheLinkSays) {
    regional("sales");
    const auto mode = [&] { return view->rules.front().mode; };
    EXPECT_EQ(looks_at({}, "sales"), "ok");
    EXPECT_EQ(mode(), VariableMode::free);
    KeyGrant grant;
    grant.locked = {{"region", {"us"}}};
    EXPECT_EQ(looks_at(grant, "sales"), "ok");
    EXPECT_EQ(mode(), VariableMode::locked);
    EXPECT_EQ(view->rules.front().defaults, std::vector<std::string>{"us"});
    EXPECT_EQ(code(apply_rules(view->rules, {{"region", {"eu"}}})), "variable_locked");
    grant.locked.clear();
    grant.bounded = {{"region", {"us", "asia"}}};
    EXPECT_EQ(looks_at(grant, "sales"), "ok");
    EXPECT_EQ(mode(), VariableMode::bounded);
    EXPECT_EQ(apply_rules(view->rules, {})->at("region"), std::vector<std::string>{"us"});
    EXPECT_EQ(code(apply_rules(view->rules, {{"region", {"eu"}}})), "value_not_allowed");
    EXPECT_EQ(apply_rules(view->rules, {{"region", {"asia"}}})->at("region"),
              std::vector<std::string>{"asia"});
}

TEST_F(KeySessions, ALockOfAVariableThatIsNotThereOpensNothing) {
    dashboard("plain", {"plain"});
    KeyGrant grant;
    grant.locked = {{"region", {"us"}}};
    EXPECT_EQ(looks_at(grant, "plain"), "variable_missing");
    grant.locked.clear();
    grant.bounded = {{"region", {"us"}}};
    EXPECT_EQ(looks_at(grant, "plain"), "variable_missing");
}

TEST_F(KeySessions, ALinkOfOnePanelShowsNoOther) {
    dashboard("three", {"plain", "plain", "plain"});
    KeyGrant grant;
    grant.dashboard = "three";
    grant.panel = 2;
    ASSERT_EQ(looks_at(grant, "three"), "ok");
    ASSERT_EQ(view->document->panels.size(), 1U);
    EXPECT_EQ(view->document->panels.front().id, 2);
    EXPECT_EQ(view->panels.size(), 1U);
    grant.panel = 9;
    ASSERT_EQ(looks_at(grant, "three"), "ok");
    EXPECT_TRUE(view->document->panels.empty());
}

TEST_F(KeySessions, OnlyTheLinkGivesAnAttributeItsValue) {
    regional("mine", "region");
    EXPECT_EQ(looks_at({}, "mine"), "ok");
    EXPECT_EQ(view->rules.front().mode, VariableMode::locked);
    EXPECT_TRUE(view->rules.front().defaults.empty());
    KeyGrant grant;
    grant.bounded = {{"region", {"us"}}};
    EXPECT_EQ(looks_at(grant, "mine"), "ok");
    EXPECT_EQ(view->rules.front().mode, VariableMode::locked);
    grant.bounded.clear();
    grant.locked = {{"region", {"us"}}};
    EXPECT_EQ(looks_at(grant, "mine"), "ok");
    EXPECT_EQ(view->rules.front().defaults, std::vector<std::string>{"us"});
}

TEST_F(KeySessions, UrlsChooseOnlyWhatIsTheirsToChoose) {
    regional("sales");
    KeyGrant grant;
    grant.bounded = {{"region", {"us", "asia"}}};
    ASSERT_EQ(looks_at(grant, "sales"), "ok");
    EXPECT_EQ(values_of_url(*view, {{"region", {"asia", "us"}}}).at("region"),
              std::vector<std::string>{"asia"});
    EXPECT_TRUE(values_of_url(*view, {{"region", {"eu"}}, {"other", {"x"}}}).empty());
    grant.bounded.clear();
    grant.locked = {{"region", {"us"}}};
    ASSERT_EQ(looks_at(grant, "sales"), "ok");
    EXPECT_TRUE(values_of_url(*view, {{"region", {"us"}}}).empty());
    ASSERT_EQ(looks_at({}, "sales"), "ok");
    EXPECT_EQ(values_of_url(*view, {{"region", {"$__all"}}}).at("region"),
              std::vector<std::string>{"*"});
}

}  // namespace
}  // namespace casement::access
