#include "access/session_service.h"

#include "access/dashboard_service.h"
#include "access/organization_service.h"
#include "access/share_service.h"
#include "base/encoding.h"
#include "store/secret_box.h"
#include "support/recorded_audit.h"
#include "support/run.h"
#include "support/temp_dir.h"

#include <filesystem>

#include <gtest/gtest.h>

namespace casement::access {
namespace {

using namespace std::chrono_literals;

using test::RecordedAudit;
using test::run;

/// A catalog with one dashboard and one share, on real SQLite files.
class SessionServiceTest : public ::testing::Test {
  protected:
    void SetUp() override {
        const Secret master(random.bytes(32));
        box.emplace(store::SecretBox::create(master, random).value());
        store::CatalogOptions options;
        options.database = "sqlite:" + (folder / "catalog.db");
        catalog = store::Catalog::open(options, *box, clock).value();
        sessions = store::open_sqlite_session_store(folder / "sessions.db", clock).value();
        people.emplace(*catalog, audit, clock);
        service =
            std::make_unique<SessionService>(*catalog, *sessions, documents, *people, audit, random,
                                             clock, Secret("a key of thirty-two bytes, fixed"));
        const CatalogParts parts{*catalog, audit, random, clock};
        dashboards.emplace(parts);
        shares.emplace(parts);
        organizations.emplace(parts);

        who.org = 1;
        who.actor = "key:1";
        who.handle = "tests";
        who.permissions = permissions_of_role("Admin");
        NewDashboard dashboard;
        dashboard.uid = "flights";
        dashboard.title = "Flights";
        dashboard.document = parse_json(R"({"uid": "flights", "title": "Flights", "panels": []})")
                                 .value()
                                 .as_object();
        run(dashboards->create(who, dashboard)).value();
        NewShare wanted;
        wanted.title = "For one airport";
        wanted.settings = {{"session_length_seconds", 3600}};
        share = run(shares->create(who, "flights", wanted)).value();
    }

    VerifiedLink link(std::string nonce) {
        VerifiedLink made;
        made.dialect = "datadog";
        made.org = 1;
        made.share = share.id;
        made.credential = share.credentials.front().id;
        made.scope = "share:" + std::to_string(share.id);
        made.nonce = std::move(nonce);
        return made;
    }
    Result<OpenedSession> open(std::string nonce, std::string secret) {
        return run(service->open(link(std::move(nonce)), std::move(secret), {"127.0.0.1", "test"}));
    }
    std::string code(const Result<Viewer>& result) {
        return result ? "ok" : std::string(result.error().code);
    }
    std::string code(const Result<OpenedSession>& result) {
        return result ? "ok" : std::string(result.error().code);
    }

    test::TempDir folder;
    crypto::SystemRandom random;
    ManualClock clock{parse_rfc3339("2026-03-11T18:30:00Z").value()};
    std::optional<store::SecretBox> box;
    std::unique_ptr<store::Catalog> catalog;
    std::unique_ptr<store::SessionStore> sessions;
    DocumentCache documents;
    RecordedAudit audit;
    std::optional<EmbedUsers> people;
    std::unique_ptr<SessionService> service;
    std::optional<DashboardService> dashboards;
    std::optional<ShareService> shares;
    std::optional<OrganizationService> organizations;
    Principal who;
    store::Share share;
    const std::string mine = to_base64url(std::string(32, 'm'));
    const std::string theirs = to_base64url(std::string(32, 't'));
};

TEST_F(SessionServiceTest, OpensOnceAndOnlyForTheBrowserThatOpenedIt) {
    const auto first = open("n1", mine);
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_TRUE(first->created);
    EXPECT_FALSE(first->cookie.empty());

    const auto again = open("n1", mine);
    ASSERT_TRUE(again);
    EXPECT_FALSE(again->created);
    EXPECT_EQ(again->viewer.session->id, first->viewer.session->id);

    const auto stranger = open("n1", theirs);
    ASSERT_FALSE(stranger);
    EXPECT_EQ(stranger.error().code, "link_already_used");
    EXPECT_EQ(stranger.error().field, first->viewer.session->id);
}

TEST_F(SessionServiceTest, ALinkBeyondItsWindowFindsOnlyItsOwnSession) {
    auto late = link("n2");
    late.outside_window = gone("link_expired", "late");
    EXPECT_EQ(code(run(service->open(late, mine, {}))), "link_expired");
    ASSERT_TRUE(open("n2", mine));
    EXPECT_EQ(code(run(service->open(late, mine, {}))), "ok");
    EXPECT_EQ(code(run(service->open(late, theirs, {}))), "link_already_used");
}

TEST_F(SessionServiceTest, RefusesASecretThatIsNotThirtyTwoBytes) {
    for (const auto* bad : {"", "short", "mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm=",
                            "********************************************"}) {
        EXPECT_EQ(code(open("n3", bad)), "invalid_secret") << bad;
    }
    EXPECT_TRUE(open("n3", mine));  // and none of that spent the link
}

TEST_F(SessionServiceTest, TheCookieResumesAndAnotherDoesNot) {
    const auto opened = open("n4", mine).value();
    const auto id = opened.viewer.session->id;
    EXPECT_EQ(code(run(service->resume(id, {opened.cookie, ""}, {"", "test"}))), "ok");
    EXPECT_EQ(code(run(service->resume(id, {"x" + opened.cookie.substr(1), ""}, {"", "test"}))),
              "no_session_cookie");
    EXPECT_EQ(code(run(service->resume(id, {"", ""}, {"", "test"}))), "no_session_cookie");
    EXPECT_EQ(code(run(service->resume("unknown", {opened.cookie, ""}, {"", "test"}))),
              "no_session_cookie");
}

TEST_F(SessionServiceTest, AnAccessTokenIsGoodForTenMinutesOfItsOwnSession) {
    const auto opened = open("n5", mine).value();
    EXPECT_EQ(opened.access_token_life, kAccessTokenLife);
    EXPECT_EQ(code(run(service->authorize(opened.access_token, "test"))), "ok");
    clock.advance(kAccessTokenLife);
    EXPECT_EQ(code(run(service->authorize(opened.access_token, "test"))), "access_token_expired");
}

TEST_F(SessionServiceTest, NoByteOfAnAccessTokenCanBeChanged) {
    const auto token = open("n6", mine).value().access_token;
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto forged = token;
        forged[i] = forged[i] == 'A' ? 'B' : 'A';
        if (forged == token) continue;
        EXPECT_EQ(code(run(service->authorize(forged, "test"))), "invalid_access_token") << i;
    }
    EXPECT_EQ(code(run(service->authorize("", "test"))), "invalid_access_token");
    EXPECT_EQ(code(run(service->authorize(std::string(100'000, '.'), "test"))),
              "invalid_access_token");
}

TEST_F(SessionServiceTest, TheSessionEndsWhenItsTimeIsOver) {
    const auto opened = open("n7", mine).value();
    // A rest too short for a token is none.
    clock.advance(3600s - 999ms);
    EXPECT_EQ(code(open("n7", mine)), "session_expired");
    clock.advance(999ms);
    EXPECT_EQ(code(open("n7", mine)), "session_expired");
    EXPECT_EQ(code(open("n7", theirs)), "session_expired");
    EXPECT_EQ(
        code(run(service->resume(opened.viewer.session->id, {opened.cookie, ""}, {"", "test"}))),
        "session_expired");
}

TEST_F(SessionServiceTest, KillingItTakesEffectAtOnceAndCutsWhatRuns) {
    const auto opened = open("n8", mine).value();
    auto cancellation = std::make_shared<Cancellation>();
    const auto watch = service->watch(opened.viewer, cancellation);
    EXPECT_FALSE(cancellation->cancelled());
    const auto id = opened.viewer.session->id;
    EXPECT_FALSE(run(service->end(2, id, "key:9")));  // another organization
    EXPECT_TRUE(run(service->end(1, id, "key:1")));
    EXPECT_TRUE(cancellation->cancelled());
    EXPECT_EQ(code(run(service->authorize(opened.access_token, "test"))), "session_ended");
    EXPECT_EQ(code(open("n8", mine)), "session_ended");
    EXPECT_EQ(code(run(service->resume(id, {opened.cookie, ""}, {"", "test"}))), "session_ended");
    EXPECT_FALSE(run(service->end(1, id, "key:1")));
}

TEST_F(SessionServiceTest, PausingTheShareStopsItsSessionsAndActivatingLetsThemGoOn) {
    const auto opened = open("n9", mine).value();
    auto cancellation = std::make_shared<Cancellation>();
    const auto watch = service->watch(opened.viewer, cancellation);
    const auto set_status = [&](const char* status) {
        run(shares->update(who, share.token, "", [=](store::Share& row) -> Result<void> {
            row.status = status;
            return {};
        })).value();
    };
    set_status("paused");
    EXPECT_TRUE(cancellation->cancelled());
    EXPECT_EQ(code(run(service->authorize(opened.access_token, "test"))), "share_paused");
    EXPECT_EQ(code(open("other", theirs)), "share_paused");
    set_status("active");
    EXPECT_EQ(code(run(service->authorize(opened.access_token, "test"))), "ok");
}

TEST_F(SessionServiceTest, AShareThatBecomesAnotherTypeClosesItsSessions) {
    const auto opened = open("n14", mine).value();
    run(shares->update(who, share.token, "", [](store::Share& row) -> Result<void> {
        row.type = "embed";
        return {};
    })).value();
    EXPECT_EQ(code(run(service->authorize(opened.access_token, "test"))), "share_not_found");
}

TEST_F(SessionServiceTest, ARotationIsInvisibleAndARemovedCredentialTakesItsSessions) {
    const auto opened = open("n10", mine).value();
    const auto old = share.credentials.front().id;
    const auto fresh = run(shares->rotate_credential(who, share.token, 60s, "second")).value();
    EXPECT_NE(fresh.id, old);
    clock.advance(120s);  // the old one signs nothing new any more, but its session goes on
    EXPECT_EQ(code(run(service->authorize(opened.access_token, "test"))), "ok");
    ASSERT_TRUE(run(shares->remove_credential(who, share.token, old)));
    EXPECT_EQ(code(run(service->authorize(opened.access_token, "test"))), "session_ended");
}

TEST_F(SessionServiceTest, ABinnedDashboardAnswersNotFoundUntilItIsRestored) {
    const auto opened = open("n11", mine).value();
    ASSERT_TRUE(run(dashboards->bin(who, {"flights"})));
    EXPECT_EQ(code(run(service->authorize(opened.access_token, "test"))), "share_not_found");
    ASSERT_TRUE(run(dashboards->restore(who, {"flights"})));
    EXPECT_EQ(code(run(service->authorize(opened.access_token, "test"))), "ok");
}

TEST_F(SessionServiceTest, SwitchingEmbeddingOffClosesEverySession) {
    const auto opened = open("n12", mine).value();
    ASSERT_TRUE(run(organizations->update(who, [](store::Organization& row) -> Result<void> {
        row.settings["embed_sharing"] = false;
        return {};
    })));
    EXPECT_EQ(code(run(service->authorize(opened.access_token, "test"))), "embed_disabled");
    EXPECT_EQ(run(shares->create(who, "flights", {})).error().code, "embed_disabled");
}

TEST_F(SessionServiceTest, ARedeemLeavesARowThatHoldsNoSecret) {
    const auto opened = open("n13", mine).value();
    const auto found = audit.of("link.redeemed");
    ASSERT_EQ(found.size(), 1U);
    const auto text = json::serialize(found.front().detail);
    for (const auto& secret : {mine, opened.cookie, opened.access_token,
                               std::string(share.credentials.front().secret.reveal())}) {
        EXPECT_EQ(text.find(secret), std::string::npos);
    }
}

}  // namespace
}  // namespace casement::access
