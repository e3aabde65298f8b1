// Sessions of persons: opened by a signed login, joined by token, bound to a browser, ended with
// what they stand on.
#include "access/session_service.h"
#include "access/sign_in.h"
#include "base/encoding.h"
#include "crypto/password.h"
#include "store/secret_box.h"
#include "support/recorded_audit.h"
#include "support/run.h"
#include "support/temp_dir.h"

#include <gtest/gtest.h>

namespace casement::access {
namespace {

using namespace std::chrono_literals;
using test::run;

class PersonSessions : public ::testing::Test {
  protected:
    void SetUp() override {
        box.emplace(store::SecretBox::create(Secret(random.bytes(32)), random).value());
        store::CatalogOptions options;
        options.database = "sqlite:" + (folder / "catalog.db");
        catalog = store::Catalog::open(options, *box, clock).value();
        sessions = store::open_sqlite_session_store(folder / "sessions.db", clock).value();
        people.emplace(*catalog, audit, clock);
        service =
            std::make_unique<SessionService>(*catalog, *sessions, documents, *people, audit, random,
                                             clock, Secret("a key of thirty-two bytes, fixed"));
        catalog
            ->write_now<bool>([&](store::Transaction& tx) -> Result<bool> {
                secret.org = 1;
                secret.algorithm = "hmac/sha-256";
                secret.secret = Secret("s3cret");
                if (auto done = tx.insert(secret); !done) return done.error();
                store::Source source;
                source.org = 1;
                source.name = "thelook";
                source.type = "duckdb";
                if (auto done = tx.insert(source); !done) return done.error();
                store::Dashboard dashboard;
                dashboard.org = 1;
                dashboard.uid = "orders";
                dashboard.dialect = "casement";
                dashboard.title = "Orders";
                dashboard.document = parse_json(R"({"title": "Orders",
                      "variables": [{"name": "region", "type": "text", "default": ["none"],
                                     "attribute": "region"}],
                      "panels": [{"id": 1, "type": "table", "grid": {"x":0,"y":0,"w":24,"h":8},
                                  "queries": [{"source": "thelook", "sql": "select 1"}]},
                                 {"id": 2, "type": "table", "grid": {"x":0,"y":8,"w":24,"h":8},
                                  "queries": [{"source": "thelook",
                                               "sql": "select $region"}]}]})")
                                         .value()
                                         .as_object();
                if (auto done = tx.insert(dashboard); !done) return done.error();
                return true;
            })
            .value();
    }

    EmbedLogin login(const std::string& user, seconds length = 600s) {
        EmbedLogin made;
        made.org = 1;
        made.external_user_id = user;
        made.permissions = {"access_data", "see_looks", "see_user_dashboards"};
        made.models = {"thelook"};
        made.session_length = length;
        made.secret = secret.id;
        made.target = "/embed/dashboards/orders";
        return made;
    }
    VerifiedLink link(std::string nonce, EmbedLogin who) {
        VerifiedLink made;
        made.dialect = "looker";
        made.org = 1;
        made.scope = "looker:1";
        made.nonce = std::move(nonce);
        made.nonce_for = 3600s;
        made.target = who.target;
        made.login = std::make_shared<const EmbedLogin>(std::move(who));
        return made;
    }
    VerifiedLink frame(const std::string& family) {
        VerifiedLink made;
        made.dialect = "looker";
        made.org = 1;
        made.scope = "looker-frame:" + family;
        made.family = family;
        made.target = "/embed/dashboards/orders";
        return made;
    }
    Result<OpenedSession> open(VerifiedLink what, const std::string& with,
                               const std::string& agent = "Firefox") {
        return run(service->open(std::move(what), with, {"127.0.0.1", agent}));
    }
    template <class T>
    static std::string code(const Result<T>& result) {
        return result ? "ok" : std::string(result.error().code);
    }
    std::string authorized(const OpenedSession& opened, const std::string& agent = "Firefox") {
        return code(run(service->authorize(opened.access_token, agent)));
    }

    test::TempDir folder;
    crypto::SystemRandom random;
    ManualClock clock{parse_rfc3339("2026-03-11T18:30:00Z").value()};
    std::optional<store::SecretBox> box;
    std::unique_ptr<store::Catalog> catalog;
    std::unique_ptr<store::SessionStore> sessions;
    DocumentCache documents;
    test::RecordedAudit audit;
    std::optional<EmbedUsers> people;
    std::unique_ptr<SessionService> service;
    store::EmbedSecret secret;
    const std::string mine = to_base64url(std::string(32, 'm'));
    const std::string theirs = to_base64url(std::string(32, 't'));
};

TEST_F(PersonSessions, OpenOnceAndOnlyForTheBrowserThatOpenedIt) {
    const auto first = open(link("n1", login("u1")), mine).value();
    EXPECT_TRUE(first.created);
    ASSERT_NE(first.viewer.person(), nullptr);
    EXPECT_EQ(first.viewer.person()->external_user_id, "u1");
    EXPECT_EQ(code(open(link("n1", login("u1")), theirs)), "link_already_used");
    const auto again = open(link("n1", login("u1")), mine).value();
    EXPECT_FALSE(again.created);
    EXPECT_EQ(again.viewer.session->id, first.viewer.session->id);
}

TEST_F(PersonSessions, ANewLoginEndsTheOlderOneOfThisPersonOnly) {
    const auto first = open(link("n1", login("u1")), mine).value();
    const auto other = open(link("n2", login("u2")), mine).value();
    const auto second = open(link("n3", login("u1")), theirs).value();
    EXPECT_EQ(authorized(first), "session_ended");
    EXPECT_EQ(authorized(other), "ok");
    EXPECT_EQ(authorized(second), "ok");
}

TEST_F(PersonSessions, AReplayChangesNothingOfThePerson) {
    auto rich = login("u1");
    rich.attributes = {{"region", "EU"}};
    ASSERT_TRUE(open(link("n1", rich), mine));
    auto poor = login("u1");
    poor.attributes = {{"region", "US"}};
    ASSERT_TRUE(open(link("n2", poor), mine));
    EXPECT_EQ(code(open(link("n1", rich), theirs)), "session_ended");
    const auto user = catalog->embed_user_by_external_id_now(1, "u1").value();
    EXPECT_EQ(user.grant.at("attributes").at("region"), "US");
}

TEST_F(PersonSessions, ASessionOfNoLengthIsOverAtOnceAndItsNonceSpent) {
    EXPECT_EQ(code(open(link("n1", login("u1", 0s)), mine)), "session_expired");
    EXPECT_EQ(code(open(link("n1", login("u1", 600s)), theirs)), "session_expired");
}

TEST_F(PersonSessions, ALateLinkMakesNobody) {
    auto late = link("n1", login("nobody"));
    late.outside_window = gone("link_expired", "Too late.");
    EXPECT_EQ(code(open(late, mine)), "link_expired");
    EXPECT_FALSE(catalog->embed_user_by_external_id_now(1, "nobody"));
    // But it still finds the session of the browser that used it in time.
    ASSERT_TRUE(open(link("n1", login("nobody")), mine));
    EXPECT_EQ(code(open(late, mine)), "ok");
    EXPECT_EQ(code(open(late, theirs)), "link_already_used");
}

TEST_F(PersonSessions, EndWithTheSecretThatSignedThem) {
    const auto opened = open(link("n1", login("u1")), mine).value();
    EXPECT_EQ(authorized(opened), "ok");
    catalog
        ->write_now<bool>([&](store::Transaction& tx) -> Result<bool> {
            auto row = tx.load<store::EmbedSecret>(secret.id).value();
            row.enabled = false;
            if (auto done = tx.update(row); !done) return done.error();
            return true;
        })
        .value();
    EXPECT_EQ(authorized(opened), "session_ended");
    EXPECT_EQ(code(open(link("n2", login("u1")), mine)), "session_ended");
}

TEST_F(PersonSessions, EndWithTheOrganizationsSwitch) {
    const auto opened = open(link("n1", login("u1")), mine).value();
    catalog
        ->write_now<bool>([&](store::Transaction& tx) -> Result<bool> {
            auto row = tx.load<store::Organization>(1).value();
            row.settings["looker"] = {{"embed_enabled", false}};
            if (auto done = tx.update(row); !done) return done.error();
            return true;
        })
        .value();
    EXPECT_EQ(authorized(opened), "embed_disabled");
    EXPECT_EQ(code(open(link("n2", login("u1")), mine)), "embed_disabled");
}

TEST_F(PersonSessions, AreResumedByCookieOrSecretAndLeft) {
    const auto opened = open(link("n1", login("u1")), mine).value();
    const auto id = opened.viewer.session->id;
    EXPECT_EQ(code(run(service->resume(id, {"", mine}, {"", "Firefox"}))), "ok");
    EXPECT_EQ(code(run(service->resume(id, {"", theirs}, {"", "Firefox"}))), "no_session_cookie");
    EXPECT_EQ(code(run(service->resume(id, {"", "short"}, {"", "Firefox"}))), "no_session_cookie");
    EXPECT_FALSE(run(service->leave(id, {"", theirs})));
    EXPECT_EQ(authorized(opened), "ok");
    EXPECT_TRUE(run(service->leave(id, {"", mine})));
    EXPECT_EQ(authorized(opened), "session_ended");
}

TEST_F(PersonSessions, AFrameJoinsAReferenceSessionAndEndsWithIt) {
    auto who = login("u1");
    who.cookieless = true;
    const auto reference = run(service->open_reference(who, {"10.0.0.1", "Firefox"})).value();
    const auto first = open(frame(reference.id), mine).value();
    const auto second = open(frame(reference.id), theirs).value();
    EXPECT_NE(first.viewer.session->id, second.viewer.session->id);
    // The same frame again is the same session; another browser is not let in.
    EXPECT_EQ(open(frame(reference.id), mine).value().viewer.session->id, first.viewer.session->id);
    EXPECT_EQ(code(open(frame(reference.id), mine, "Chrome")), "user_agent_changed");
    EXPECT_EQ(authorized(first, "Chrome"), "user_agent_changed");
    EXPECT_EQ(authorized(first), "ok");

    ASSERT_TRUE(run(service->end(1, reference.id, "key:1")));
    EXPECT_EQ(authorized(first), "session_ended");
    EXPECT_EQ(authorized(second), "session_ended");
    EXPECT_EQ(code(open(frame(reference.id), mine)), "session_ended");
    EXPECT_EQ(code(open(frame("unknown"), mine)), "session_not_found");
}

TEST_F(PersonSessions, AFrameLivesNoLongerThanItsReference) {
    auto who = login("u1", 300s);
    who.cookieless = true;
    const auto reference = run(service->open_reference(who, {"10.0.0.1", "Firefox"})).value();
    clock.advance(200s);
    const auto opened = open(frame(reference.id), mine).value();
    EXPECT_EQ(opened.session_rest, 100s);
    clock.advance(101s);
    EXPECT_EQ(code(open(frame(reference.id), mine)), "session_expired");
}

TEST_F(PersonSessions, SeeOnlyWhatTheirGrantOpens) {
    auto opened = open(link("n1", login("u1")), mine).value();
    auto& viewer = opened.viewer;
    EXPECT_FALSE(viewer.view);
    EXPECT_EQ(code(service->look_at(viewer, {ContentRef::Type::dashboard, "elsewhere"})),
              "content_not_found");
    ASSERT_TRUE(service->look_at(viewer, {ContentRef::Type::dashboard, "orders"}));
    ASSERT_TRUE(viewer.view);
    EXPECT_FALSE(viewer.view->settings.download);
    EXPECT_FALSE(viewer.view->drill);

    auto stranger = login("u2");
    stranger.models = {"another"};
    auto other = open(link("n2", stranger), mine).value();
    EXPECT_EQ(code(service->look_at(other.viewer, {ContentRef::Type::dashboard, "orders"})),
              "content_not_found");
}

TEST_F(PersonSessions, AQueryWhoseAttributeHasNoValueDoesNotRun) {
    auto without = open(link("n1", login("u1")), mine).value();
    ASSERT_TRUE(service->look_at(without.viewer, {ContentRef::Type::dashboard, "orders"}));
    const auto& view = *without.viewer.view;
    const auto& panels = view.document->panels;
    EXPECT_FALSE(view.plan(panels[0], panels[0].queries[0]).refused);
    ASSERT_TRUE(view.plan(panels[1], panels[1].queries[0]).refused);
    EXPECT_EQ(view.plan(panels[1], panels[1].queries[0]).refused->code, "attribute_missing");

    auto who = login("u2");
    who.attributes = {{"region", "EU"}};
    auto with = open(link("n2", who), mine).value();
    ASSERT_TRUE(service->look_at(with.viewer, {ContentRef::Type::dashboard, "orders"}));
    const auto& rule = with.viewer.view->rules.at(0);
    EXPECT_EQ(rule.mode, VariableMode::locked);
    EXPECT_EQ(rule.defaults, std::vector<std::string>{"EU"});
    EXPECT_FALSE(with.viewer.view
                     ->plan(with.viewer.view->document->panels[1],
                            with.viewer.view->document->panels[1].queries[0])
                     .refused);
}

TEST_F(PersonSessions, AUserOfTheServerSignsInWithHisPassword) {
    store::User user;
    user.org = 1;
    user.uuid = random.uuid();
    user.handle = "ann@example.com";
    user.name = "Ann";
    user.role = "Admin";
    user.password_hash = crypto::hash_password(Secret("correct horse"), random, {8, 8, 1});
    catalog
        ->write_now<bool>([&](store::Transaction& tx) -> Result<bool> {
            if (auto done = tx.insert(user); !done) return done.error();
            return true;
        })
        .value();
    SignIn sign_in(*catalog, audit, clock);
    const auto attempt = [&](const std::string& name, const std::string& password) {
        return run(sign_in.check({1, name, Secret(password), "10.0.0.1", {}}));
    };
    EXPECT_EQ(attempt("ann@example.com", "correct horse").value(), user.id);
    EXPECT_EQ(code(attempt("ann@example.com", "wrong")), "login_failed");
    EXPECT_EQ(code(attempt("bob@example.com", "wrong")), "login_failed");
    EXPECT_EQ(code(attempt("", "")), "login_failed");

    VerifiedLink signed_in;
    signed_in.dialect = "looker";
    signed_in.org = 1;
    signed_in.scope = "user:1";
    signed_in.user = user.id;
    signed_in.session_length = 3600s;
    signed_in.target = "/embed/dashboards/orders";
    auto opened = open(signed_in, mine).value();
    EXPECT_TRUE(opened.viewer.person()->ordinary);
    EXPECT_TRUE(service->look_at(opened.viewer, {ContentRef::Type::dashboard, "orders"}));

    user.disabled = true;
    catalog
        ->write_now<bool>([&](store::Transaction& tx) -> Result<bool> {
            if (auto done = tx.update(user); !done) return done.error();
            return true;
        })
        .value();
    EXPECT_EQ(authorized(opened), "session_ended");
    EXPECT_EQ(code(attempt("ann@example.com", "correct horse")), "login_failed");
}

TEST_F(PersonSessions, GuessingAPasswordIsSlowedDown) {
    SignIn sign_in(*catalog, audit, clock);
    std::string last;
    for (int i = 0; i < 12; ++i) {
        last = code(run(sign_in.check({1, "ann@example.com", Secret("guess"), "10.0.0.1", {}})));
    }
    EXPECT_EQ(last, "too_many_attempts");
}

}  // namespace
}  // namespace casement::access
