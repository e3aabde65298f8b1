// Dashboards, sessions as an administrator sees them, the organization, the audit trail, health.
#include "access/people_services.h"
#include "console/console_page.h"
#include "server.h"

#include <prometheus/counter.h>

namespace casement::console {
namespace {

using http::Method;
using test::ServerTest;

class Manage : public ServerTest {
  protected:
    test::Reply create(json::object document) {
        return api(Method::post, "/dashboards", json::object{{"document", std::move(document)}});
    }
};

TEST_F(Manage, DashboardsAreWrittenReadAndReplaced) {
    const auto made = create(test::document("flights", {"select 1"}));
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.json().at("document"), test::document("flights", {"select 1"}));
    EXPECT_EQ(create(test::document("flights", {"select 1"})).status, 409);

    auto next = test::document("flights", {"select 2"});
    next["title"] = "Departures";
    const auto put = api(Method::put, "/dashboards/flights", json::object{{"document", next}});
    EXPECT_EQ(put.status, 200) << put.body;
    EXPECT_EQ(put.json().at("title"), "Departures");
    const auto number = std::to_string(put.json().at("id").as_int64());
    EXPECT_EQ(api(Method::get, "/dashboards/" + number).json().at("document"), next);

    next["uid"] = "other";
    EXPECT_EQ(api(Method::put, "/dashboards/flights", json::object{{"document", next}}).code(),
              "uid_mismatch");
    next.erase("uid");
    EXPECT_EQ(api(Method::put, "/dashboards/flights", json::object{{"document", next}}).status,
              200);
    const auto unnamed = create(next);
    EXPECT_EQ(unnamed.status, 201);
    EXPECT_EQ(unnamed.json().at("uid").as_string().size(), 11U);
}

TEST_F(Manage, ADocumentThatIsWrongIsRefusedWithItsPath) {
    auto wrong = test::document("flights", {"select 1"});
    wrong["panels"].at(0).at("queries").at(0).as_object().erase("sql");
    const auto reply = create(wrong);
    EXPECT_EQ(reply.status, 400) << reply.body;
    EXPECT_EQ(reply.json().at("error").at("field"), "document.panels[0].queries[0].sql");
    EXPECT_EQ(api(Method::post, "/dashboards", json::object{{"document", "text"}}).status, 400);
    EXPECT_EQ(api(Method::get, "/dashboards/flights").status, 404);
}

TEST_F(Manage, TheBinGivesDashboardsBack) {
    create(test::document("flights", {"select 1"}));
    const auto shared = share("flights", "ATL");
    const auto first = opened(shared, "n1");
    EXPECT_EQ(api(Method::del, "/dashboards/flights").status, 204);
    EXPECT_EQ(api(Method::get, "/dashboards/flights").status, 404);
    EXPECT_EQ(viewer("/query", access_token(first), json::object{}).code(), "share_not_found");
    EXPECT_EQ(api(Method::get, "/dashboards").json().at("dashboards").as_array().size(), 0U);
    EXPECT_EQ(
        api(Method::get, "/dashboards?deleted=true").json().at("dashboards").as_array().size(), 1U);
    EXPECT_EQ(api(Method::post, "/dashboards/flights/restore").status, 200);
    EXPECT_EQ(viewer("/query", access_token(first), json::object{}).status, 200);
    EXPECT_EQ(api(Method::post, "/dashboards/flights/restore").status, 404);
}

TEST_F(Manage, AVendorsDashboardIsChangedThroughItsOwnApi) {
    store::Dashboard row;
    row.org = 1;
    row.uid = "abc-def-ghi";
    row.dialect = "datadog";
    row.title = "Theirs";
    const std::function<Result<bool>(store::Transaction&)> write =
        [&](store::Transaction& tx) -> Result<bool> {
        if (auto inserted = tx.insert(row); !inserted) return inserted.error();
        return true;
    };
    catalog().write_now<bool>(write).value();
    auto document = test::document("abc-def-ghi", {"select 1"});
    EXPECT_EQ(
        api(Method::put, "/dashboards/abc-def-ghi", json::object{{"document", document}}).code(),
        "other_dialect");
}

TEST_F(Manage, SessionsAreListedAndEnded) {
    create(test::document("flights", {"select 1"}));
    const auto shared = share("flights", "ATL");
    const auto other = share("flights", "ORD");
    const auto first = opened(shared, "n1");
    const auto second = opened(other, "n1");
    const auto all = api(Method::get, "/sessions").json();
    EXPECT_EQ(all.at("sessions").as_array().size(), 2U);
    const auto of_one = api(Method::get, "/sessions?share=" + shared.token).json();
    ASSERT_EQ(of_one.at("sessions").as_array().size(), 1U);
    EXPECT_EQ(of_one.at("sessions").at(0).at("id"), json::value(session_id(first)));
    EXPECT_EQ(of_one.at("sessions").at(0).at("share"), json::value(shared.token));
    EXPECT_EQ(api(Method::get, "/sessions?share=unknown").status, 404);

    EXPECT_EQ(
        api(Method::del, "/sessions/" + session_id(first), std::nullopt, stranger_token).code(),
        "session_not_found");
    EXPECT_EQ(api(Method::del, "/sessions/" + session_id(first)).status, 204);
    EXPECT_EQ(viewer("/query", access_token(first), json::object{}).code(), "session_ended");
    EXPECT_EQ(viewer("/query", access_token(second), json::object{}).status, 200);
    EXPECT_EQ(api(Method::del, "/sessions/" + session_id(first)).status, 404);
    EXPECT_EQ(open(link(shared, "n1"), mine).code(), "session_ended");
    EXPECT_EQ(audit.of("session.ended").size(), 1U);
}

TEST_F(Manage, TheOrganizationsSwitchTurnsEmbedsOff) {
    create(test::document("flights", {"select 1"}));
    const auto shared = share("flights", "ATL");
    const auto first = opened(shared, "n1");
    EXPECT_EQ(api(Method::get, "/organization").json().at("embed_sharing"), true);
    const auto off = api(Method::patch, "/organization",
                         json::object{{"embed_sharing", false}, {"name", "Acme"}});
    EXPECT_EQ(off.status, 200) << off.body;
    EXPECT_EQ(off.json().at("name"), "Acme");
    EXPECT_EQ(viewer("/query", access_token(first), json::object{}).code(), "embed_disabled");
    EXPECT_EQ(open(link(shared, "n2"), mine).code(), "embed_disabled");
    EXPECT_EQ(api(Method::post, "/dashboards/flights/shares", json::object{}).code(),
              "embed_disabled");
    api(Method::patch, "/organization", json::object{{"embed_sharing", true}});
    EXPECT_EQ(viewer("/query", access_token(first), json::object{}).status, 200);
}

TEST_F(Manage, MeSaysWhoAndWhatFor) {
    const auto me = api(Method::get, "/me").json();
    EXPECT_EQ(me.at("organization").at("id"), 1);
    EXPECT_EQ(me.at("permissions").as_array().size(), 10U);
    const auto reader = api(Method::get, "/me", std::nullopt, viewer_token).json();
    EXPECT_EQ(reader.at("permissions"), (json::array{"dashboards_read"}));
}

TEST_F(Manage, SourcesAreNamesWithoutWhatTheyHold) {
    store::Source row;
    row.org = 1;
    row.name = "flights";
    row.type = "duckdb";
    row.settings = {{"tables", {{"flights", "/srv/private/flights.parquet"}}},
                    {"memory_limit", "512MB"},
                    {"database", "/srv/private/other.duckdb"}};
    row.secret = Secret("hunter2-hunter2");
    const std::function<Result<bool>(store::Transaction&)> write =
        [&](store::Transaction& tx) -> Result<bool> {
        if (auto inserted = tx.insert(row); !inserted) return inserted.error();
        return true;
    };
    catalog().write_now<bool>(write).value();
    const auto reply = api(Method::get, "/sources");
    EXPECT_EQ(reply.json().at("sources"),
              (json::array{json::object{{"name", "flights"},
                                        {"type", "duckdb"},
                                        {"provisioned", false},
                                        {"tables", json::array{"flights"}}}}));
    EXPECT_EQ(reply.body.find("private"), std::string::npos);
    EXPECT_EQ(reply.body.find("hunter2"), std::string::npos);
}

TEST_F(Manage, TheAuditTrailIsReadInPagesAndChecked) {
    for (int i = 0; i < 5; ++i) {
        const std::function<Result<bool>(store::Transaction&)> write =
            [&](store::Transaction& tx) -> Result<bool> {
            store::AuditRow row;
            row.org = 1;
            row.actor = "system";
            row.action = "test.happened";
            row.object = "thing:" + std::to_string(i);
            if (auto appended = tx.append(row); !appended) return appended.error();
            return true;
        };
        catalog().write_now<bool>(write).value();
    }
    const auto newest = api(Method::get, "/audit?limit=2").json();
    ASSERT_EQ(newest.at("rows").as_array().size(), 2U);
    EXPECT_EQ(newest.at("rows").at(0).at("object"), "thing:4");
    const auto older =
        api(Method::get, "/audit?limit=2&before=" + std::to_string(newest.at("next").as_int64()))
            .json();
    EXPECT_EQ(older.at("rows").at(0).at("object"), "thing:2");
    const auto verified = api(Method::get, "/audit/verify").json();
    EXPECT_EQ(verified.at("intact"), true);
    EXPECT_TRUE(verified.at("first_broken").is_null());
    const auto strangers = api(Method::get, "/audit", std::nullopt, stranger_token).body;
    EXPECT_EQ(strangers.find("thing:"), std::string::npos);
}

TEST_F(Manage, TimesOfPanelsAreInTheTrailForThoseWhoAskForThem) {
    const std::function<Result<bool>(store::Transaction&)> write =
        [&](store::Transaction& tx) -> Result<bool> {
        for (const auto* action : {"panels.timed", "test.happened", "panels.timed"}) {
            store::AuditRow row;
            row.org = 1;
            row.actor = "system";
            row.action = action;
            row.object = "the:test";
            if (auto appended = tx.append(row); !appended) return appended.error();
        }
        return true;
    };
    catalog().write_now<bool>(write).value();
    const auto found = [&](const std::string& query) {
        std::string actions;
        const auto answer = api(Method::get, "/audit?object=the:test" + query).json();
        for (const auto& row : answer.at("rows").as_array()) {
            actions += std::string(row.at("action").as_string()) + " ";
        }
        return actions;
    };
    EXPECT_EQ(found(""), "test.happened ");
    EXPECT_EQ(found("&panel_times=false"), "test.happened ");
    EXPECT_EQ(found("&panel_times=true"), "panels.timed test.happened panels.timed ");
    EXPECT_EQ(found("&panel_times=true&limit=1"), "panels.timed ");
    EXPECT_EQ(found("&limit=1"), "test.happened ") << "what is left out takes no place of a page";
    EXPECT_EQ(found("&action=panels.timed"), "panels.timed panels.timed ");
    EXPECT_EQ(found("&action=panels.&panel_times=false"), "panels.timed panels.timed ");
    for (const auto* wrong :
         {"panel_times=", "panel_times=1", "panel_times=yes", "panel_times=TRUE",
          "panel_times=true&panel_times=true", "panel_times=true&panel_times=false"}) {
        EXPECT_EQ(api(Method::get, std::string("/audit?") + wrong).status, 400) << wrong;
    }
    EXPECT_EQ(api(Method::get, "/audit/verify").json().at("intact"), true);
}

// -- health -------------------------------------------------------------------------------------

TEST_F(Manage, HealthIsForEveryoneAndMetricsForTheFew) {
    EXPECT_EQ(call({.target = "/healthz"}).status, 200);
    EXPECT_EQ(call({.target = "/readyz"}).json().at("status"), "ready");
    prometheus::BuildCounter()
        .Name("things_total")
        .Help("h")
        .Register(registry())
        .Add({})
        .Increment();
    const auto metrics = call({.target = "/metrics"});
    EXPECT_EQ(metrics.status, 200);
    EXPECT_NE(metrics.body.find("things_total 1"), std::string::npos);
    EXPECT_NE(metrics.body.find("casement_query_runs_total "), std::string::npos);
    EXPECT_EQ(call({.target = "/metrics", .client = "::1"}).status, 200);
    EXPECT_EQ(call({.target = "/metrics", .client = "::ffff:127.0.0.1"}).status, 200);
    for (const auto* client : {"10.0.0.1", "128.0.0.1", "2001:db8::1", "::ffff:10.0.0.1", "::2"}) {
        const auto refused = call({.target = "/metrics", .client = client});
        EXPECT_EQ(refused.status, 403) << client;
        EXPECT_EQ(refused.body.find("things_total"), std::string::npos);
    }
}

TEST_F(Manage, AMetricsClientThatIsNoBlockIsRefusedAtTheStart) {
    http::Router other;
    access::ViewService views(engine, clock);
    access::DocumentCache documents;
    const access::EmbedUsers people(catalog(), audit, clock);
    const access::AuthorViews authors(catalog(), documents, people);
    const access::CatalogParts catalog_parts{catalog(), audit, random, clock};
    access::DashboardService dashboards(catalog_parts);
    access::ShareService shares(catalog_parts);
    access::ShareInvitations share_invitations(catalog_parts, catalog(), sessions(), nullptr,
                                               {{}, Secret("signs invitations")});
    access::ShareVisits visits(catalog(), clock);
    access::SnapshotService snapshots(catalog_parts);
    access::ModelService models(catalog_parts);
    access::OrganizationService organizations(catalog_parts);
    access::SignIn sign_in(catalog(), audit, clock);
    access::ConsoleAccounts accounts(catalog(), sign_in, audit, random, clock, Secret("key"));
    access::Authenticator authenticator(catalog(), clock);
    access::KeyService keys(catalog_parts);
    access::EmbedAdmin embedding(catalog_parts);
    test::TestEmbedUrls urls;
    test::TestShareLinks share_links;
    access::UserSlots slots(catalog(), -1);
    access::PeopleServices people_services(catalog_parts, service(), slots);
    Dependencies parts{.catalog = catalog(),
                       .session_store = sessions(),
                       .sessions = service(),
                       .dashboards = dashboards,
                       .shares = shares,
                       .share_links = share_links,
                       .share_invitations = share_invitations,
                       .visits = visits,
                       .snapshots = snapshots,
                       .documents = documents,
                       .models = models,
                       .organizations = organizations,
                       .views = views,
                       .authors = authors,
                       .sign_in = sign_in,
                       .accounts = accounts,
                       .people = people_services,
                       .content = content,
                       .pages = pages,
                       .authenticator = authenticator,
                       .audit = audit,
                       .random = random,
                       .verifiers = {},
                       .explainers = {},
                       .registry = registry(),
                       .engine = engine,
                       .clock = clock,
                       .keys = {keys, embedding, urls}};
    parts.metrics_clients = {"10.0.0.0/8", "10.1.2.3", "the office"};
    EXPECT_THROW(add_console_routes(other, parts), std::invalid_argument);
}

TEST_F(Manage, TheFrontPageSaysWhatThisIsAndRunsNothing) {
    const auto page = call({.target = "/"});
    if (has_console()) {
        EXPECT_EQ(page.status, 302);
        EXPECT_EQ(page.headers.find("Location"), kConsolePath);
        return;
    }
    EXPECT_EQ(page.status, 200);
    EXPECT_NE(page.body.find("Casement"), std::string::npos);
    EXPECT_EQ(page.body.find("<script"), std::string::npos);
    const std::string policy(page.headers.find("Content-Security-Policy").value());
    EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos);
}

}  // namespace
}  // namespace casement::console
