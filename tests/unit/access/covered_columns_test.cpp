// Columns that a model covers, seen through the session of a signed embed link: with the permission
// as they are, without it covered, and never by the other's cache or session.
#include "base/encoding.h"
#include "tenant_world.h"

namespace casement::access {
namespace {

using namespace std::chrono_literals;

class CoveredColumns : public testing::Test, public TenantWorld {
  protected:
    CoveredColumns() {
        sessions = store::open_sqlite_session_store(folder / "sessions.db", clock).value();
        service =
            std::make_unique<SessionService>(*catalog, *sessions, documents, people, audit, random,
                                             clock, Secret("a key of thirty-two bytes, fixed"));
        secret.org = 1;
        secret.algorithm = "hmac/sha-256";
        secret.secret = Secret("s3cret");
        secret = put(secret);
        attribute("tenant");
        attribute("owner");
        store::Dashboard row = dashboard_of(document("select id, ssn from orders order by id"));
        row.id = 0;
        put(row);
    }

    Viewer signed_in(const std::string& user, Texts more) {
        EmbedLogin login;
        login.org = 1;
        login.external_user_id = user;
        login.permissions = {"access_data", "see_looks", "see_user_dashboards",
                             "download_without_limit"};
        login.permissions.insert(login.permissions.end(), more.begin(), more.end());
        login.models = {"sales"};
        login.attributes = {{"tenant", "acme"}};
        login.session_length = 600s;
        login.secret = secret.id;
        login.target = "/embed/dashboards/t";
        VerifiedLink link;
        link.dialect = "looker";
        link.org = 1;
        link.scope = "looker:1";
        link.nonce = "nonce of " + user + std::to_string(++links);
        link.nonce_for = 3600s;
        link.target = login.target;
        link.login = std::make_shared<const EmbedLogin>(std::move(login));
        auto opened =
            test::run(service->open(link, to_base64url(random.bytes(32)), {"127.0.0.1", "Firefox"}))
                .value();
        auto viewer = test::run(service->authorize(opened.access_token, "Firefox")).value();
        service->look_at(viewer, {ContentRef::Type::dashboard, "t"}).value();
        return viewer;
    }

    std::unique_ptr<store::SessionStore> sessions;
    std::unique_ptr<SessionService> service;
    store::EmbedSecret secret;
    int links = 0;
};

TEST_F(CoveredColumns, AreSeenByWhoHasThePermissionAndByNobodyElse) {
    const auto clerk = look(signed_in("clerk", {}));
    EXPECT_TRUE(clerk.data) << clerk.everything;
    EXPECT_TRUE(has(clerk.everything, "***")) << clerk.everything;
    EXPECT_FALSE(has(clerk.everything, "SSN-")) << clerk.everything;
    const auto auditor = look(signed_in("auditor", {"see_sql"}));
    EXPECT_FALSE(auditor.cached);
    EXPECT_TRUE(has(auditor.everything, "MARKACMESSN-3")) << auditor.everything;
    EXPECT_FALSE(has(auditor.everything, kGlobex));
    const auto again = look(signed_in("clerk", {}));
    EXPECT_TRUE(again.cached);
    EXPECT_FALSE(has(again.everything, "SSN-"));
    EXPECT_FALSE(has(look(signed_in("other", {"see_drill_overlay"})).everything, "SSN-"));
}

TEST_F(CoveredColumns, ANewLoginWithoutThePermissionCoversThemAgain) {
    EXPECT_TRUE(has(look(signed_in("ada", {"see_sql"})).everything, "MARKACMESSN-3"));
    EXPECT_FALSE(has(look(signed_in("ada", {})).everything, "SSN-"));
}

TEST_F(CoveredColumns, APermissionForAnotherModelOpensNothing) {
    auto grant = person({"acme"}, {});
    grant.roles.push_back({{"access_data", "see_looks", "see_sql"}, {"other"}, false});
    const auto row = dashboard_of(document("select ssn from orders"));
    EXPECT_FALSE(has(look(viewer(row, grant)).everything, "SSN-"));
    grant.roles.push_back({{"access_data", "see_looks", "see_sql"}, {"sales"}, false});
    EXPECT_TRUE(has(look(viewer(row, grant)).everything, "MARKACMESSN-3"));
}

TEST_F(CoveredColumns, AKeyOpensNone) {
    const auto row = dashboard_of(document("select ssn from orders"));
    const auto seen = look(viewer(row, key({"acme"}, {})));
    EXPECT_TRUE(has(seen.everything, "***")) << seen.everything;
    EXPECT_FALSE(has(seen.everything, "SSN-"));
}

TEST_F(CoveredColumns, AHiddenOneIsNotThere) {
    sales.document["relations"].at("orders").at("columns").at("ssn").as_object()["show"] = "hidden";
    change(sales);
    const auto row = dashboard_of(document("select ssn from orders"));
    const auto clerk = look(viewer(row, person({"acme"}, {})));
    EXPECT_FALSE(clerk.data) << clerk.everything;
    EXPECT_FALSE(has(clerk.everything, "SSN-"));
    EXPECT_TRUE(
        has(look(viewer(row, person({"acme"}, {}, {"see_sql"}))).everything, "MARKACMESSN-3"));
    const auto all = dashboard_of(document("select * from orders"));
    const auto star = look(viewer(all, person({"acme"}, {})));
    EXPECT_TRUE(star.data && !has(star.everything, "ssn")) << star.everything;
}

}  // namespace
}  // namespace casement::access
