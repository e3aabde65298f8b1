#include "access/session_service.h"

#include "access/catalog_service.h"
#include "base/encoding.h"
#include "store/secret_box.h"
#include "support/temp_folder.h"

#include <filesystem>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

namespace casement::access {
namespace {

using namespace std::chrono_literals;

class RecordedAudit final : public Audit {
  public:
    void record(AuditEvent event) override { events.push_back(std::move(event)); }
    std::vector<AuditEvent> events;
};

/// A catalog with one dashboard and one share, on real SQLite files.
class SessionServiceTest : public ::testing::Test {
  protected:
    void SetUp() override {
        const Secret master(random.bytes(32));
        box.emplace(store::SecretBox::create(master, random).value());
        store::CatalogOptions options;
        options.database = "sqlite:" + (folder.path() / "catalog.db").string();
        catalog = store::Catalog::open(options, *box, clock).value();
        sessions = store::open_sqlite_session_store((folder.path() / "sessions.db").string(), clock)
                       .value();
        service =
            std::make_unique<SessionService>(*catalog, *sessions, documents, audit, random, clock,
                                             Secret("a key of thirty-two bytes, fixed"));
        catalogs = std::make_unique<CatalogService>(*catalog, audit, random, clock);

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
        run(catalogs->create_dashboard(who, dashboard)).value();
        NewShare wanted;
        wanted.title = "For one airport";
        wanted.settings = {{"session_length_seconds", 3600}};
        share = run(catalogs->create_share(who, "flights", wanted)).value();
    }

    template <class T>
    T run(asio::awaitable<T> work) {
        asio::io_context context;
        auto future = asio::co_spawn(context, std::move(work), asio::use_future);
        context.run();
        return future.get();
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

    test::TempFolder folder;
    crypto::SystemRandom random;
    ManualClock clock{parse_rfc3339("2026-03-11T18:30:00Z").value()};
    std::optional<store::SecretBox> box;
    std::unique_ptr<store::Catalog> catalog;
    std::unique_ptr<store::SessionStore> sessions;
    DocumentCache documents;
    RecordedAudit audit;
    std::unique_ptr<SessionService> service;
    std::unique_ptr<CatalogService> catalogs;
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
    EXPECT_EQ(code(run(service->resume(id, opened.cookie))), "ok");
    EXPECT_EQ(code(run(service->resume(id, "x" + opened.cookie.substr(1)))), "no_session_cookie");
    EXPECT_EQ(code(run(service->resume(id, ""))), "no_session_cookie");
    EXPECT_EQ(code(run(service->resume("unknown", opened.cookie))), "no_session_cookie");
}

TEST_F(SessionServiceTest, AnAccessTokenIsGoodForTenMinutesOfItsOwnSession) {
    const auto opened = open("n5", mine).value();
    EXPECT_EQ(opened.access_token_life, kAccessTokenLife);
    EXPECT_EQ(code(run(service->authorize(opened.access_token))), "ok");
    clock.advance(kAccessTokenLife);
    EXPECT_EQ(code(run(service->authorize(opened.access_token))), "access_token_expired");
}

TEST_F(SessionServiceTest, NoByteOfAnAccessTokenCanBeChanged) {
    const auto token = open("n6", mine).value().access_token;
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto forged = token;
        forged[i] = forged[i] == 'A' ? 'B' : 'A';
        if (forged == token) continue;
        EXPECT_EQ(code(run(service->authorize(forged))), "invalid_access_token") << i;
    }
    EXPECT_EQ(code(run(service->authorize(""))), "invalid_access_token");
    EXPECT_EQ(code(run(service->authorize(std::string(100'000, '.')))), "invalid_access_token");
}

TEST_F(SessionServiceTest, TheSessionEndsWhenItsTimeIsOver) {
    const auto opened = open("n7", mine).value();
    clock.advance(3600s);
    EXPECT_EQ(code(open("n7", mine)), "session_expired");
    EXPECT_EQ(code(open("n7", theirs)), "session_expired");
    EXPECT_EQ(code(run(service->resume(opened.viewer.session->id, opened.cookie))),
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
    EXPECT_EQ(code(run(service->authorize(opened.access_token))), "session_ended");
    EXPECT_EQ(code(open("n8", mine)), "session_ended");
    EXPECT_EQ(code(run(service->resume(id, opened.cookie))), "session_ended");
    EXPECT_FALSE(run(service->end(1, id, "key:1")));
}

TEST_F(SessionServiceTest, PausingTheShareStopsItsSessionsAndActivatingLetsThemGoOn) {
    const auto opened = open("n9", mine).value();
    auto cancellation = std::make_shared<Cancellation>();
    const auto watch = service->watch(opened.viewer, cancellation);
    const auto set_status = [&](const char* status) {
        run(catalogs->update_share(who, share.token, "", [=](store::Share& row) -> Result<void> {
            row.status = status;
            return {};
        })).value();
    };
    set_status("paused");
    EXPECT_TRUE(cancellation->cancelled());
    EXPECT_EQ(code(run(service->authorize(opened.access_token))), "share_paused");
    EXPECT_EQ(code(open("other", theirs)), "share_paused");
    set_status("active");
    EXPECT_EQ(code(run(service->authorize(opened.access_token))), "ok");
}

TEST_F(SessionServiceTest, AShareThatBecomesAnotherTypeClosesItsSessions) {
    const auto opened = open("n14", mine).value();
    run(catalogs->update_share(who, share.token, "", [](store::Share& row) -> Result<void> {
        row.type = "embed";
        return {};
    })).value();
    EXPECT_EQ(code(run(service->authorize(opened.access_token))), "share_not_found");
}

TEST_F(SessionServiceTest, ARotationIsInvisibleAndARemovedCredentialTakesItsSessions) {
    const auto opened = open("n10", mine).value();
    const auto old = share.credentials.front().id;
    const auto fresh = run(catalogs->rotate_credential(who, share.token, 60s, "second")).value();
    EXPECT_NE(fresh.id, old);
    clock.advance(120s);  // the old one signs nothing new any more, but its session goes on
    EXPECT_EQ(code(run(service->authorize(opened.access_token))), "ok");
    ASSERT_TRUE(run(catalogs->remove_credential(who, share.token, old)));
    EXPECT_EQ(code(run(service->authorize(opened.access_token))), "session_ended");
}

TEST_F(SessionServiceTest, ABinnedDashboardAnswersNotFoundUntilItIsRestored) {
    const auto opened = open("n11", mine).value();
    ASSERT_TRUE(run(catalogs->bin_dashboards(who, {"flights"})));
    EXPECT_EQ(code(run(service->authorize(opened.access_token))), "share_not_found");
    ASSERT_TRUE(run(catalogs->restore_dashboards(who, {"flights"})));
    EXPECT_EQ(code(run(service->authorize(opened.access_token))), "ok");
}

TEST_F(SessionServiceTest, SwitchingEmbeddingOffClosesEverySession) {
    const auto opened = open("n12", mine).value();
    ASSERT_TRUE(
        run(catalogs->update_organization(who, [](store::Organization& row) -> Result<void> {
            row.settings["embed_sharing"] = false;
            return {};
        })));
    EXPECT_EQ(code(run(service->authorize(opened.access_token))), "embed_disabled");
    EXPECT_EQ(run(catalogs->create_share(who, "flights", {})).error().code, "embed_disabled");
}

TEST_F(SessionServiceTest, ARedeemLeavesARowThatHoldsNoSecret) {
    const auto opened = open("n13", mine).value();
    const auto found = std::find_if(audit.events.begin(), audit.events.end(),
                                    [](const auto& e) { return e.action == "link.redeemed"; });
    ASSERT_NE(found, audit.events.end());
    const auto text = json::serialize(found->detail);
    for (const auto& secret : {mine, opened.cookie, opened.access_token,
                               std::string(share.credentials.front().secret.reveal())}) {
        EXPECT_EQ(text.find(secret), std::string::npos);
    }
}

}  // namespace
}  // namespace casement::access
