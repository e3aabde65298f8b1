// The calls about public dashboards and annotations where a running server has too few
// organizations, groups and moments; what each of them answers is held against one in
// tests/conformance/grafana.
#include "dialects/grafana/public_page.h"
#include "dialects/grafana/public_share.h"
#include "store/annotation_store.h"
#include "unit/grafana/account_world.h"

#include <prometheus/registry.h>

namespace casement::grafana {
namespace {

using http::Method;

class PublicApiTest : public AccountWorld {
  protected:
    json::value ask(int status, Method method, const std::string& path, const std::string& key,
                    const std::string& body = {}) {
        auto made = request(method, path, key, body);
        const auto response = run(served.handle(made));
        EXPECT_EQ(response.status, status) << to_string(method) << " " << path << "\n"
                                           << response.body;
        auto parsed = parse_json(response.body.empty() ? "{}" : response.body);
        return parsed ? std::move(*parsed) : json::value(nullptr);
    }
    std::string key_of(store::OrgId org, std::string_view role) {
        auto made =
            create_account_credentials(*catalog, random, clock, org, std::string(role)).value();
        return std::string(made.api_key.reveal());
    }
    store::OrgId other_org() {
        store::Organization other;
        other.name = "Other";
        return put(other).id;
    }
    store::Dashboard dashboard(const std::string& uid, store::OrgId org = 1,
                               std::int64_t folder = 0) {
        store::Dashboard row;
        row.org = org;
        row.uid = uid;
        row.dialect = "grafana";
        row.title = uid;
        row.folder = folder;
        row.document = {{"title", uid}, {"panels", json::array{}}};
        return put(row);
    }
    json::value publish(const std::string& uid) {
        return ask(200, Method::post, path_of(uid), admin, R"({"isEnabled": true})");
    }
    static std::string path_of(std::string_view dashboard) {
        return "/api/dashboards/uid/" + std::string(dashboard) + "/public-dashboards";
    }
    static std::string text(const json::value& object, std::string_view name) {
        return std::string(object.at(name).as_string());
    }
    int page(const std::string& path) {
        auto made = request(Method::get, path, {});
        auto response = run(served.handle(made));
        policy = std::string(response.headers.find("Content-Security-Policy").value_or(""));
        return response.status;
    }

    access::ShareService shares{{*catalog, audit, random, clock}};
    access::DocumentCache documents;
    std::unique_ptr<data::Engine> engine = data::Engine::create(
        {}, [](std::int64_t, const std::string&) { return data::SourceDefinitionPtr(); }, clock);
    access::ViewService views{*engine, clock};
    PublicVerifier verifier{random, clock};
    prometheus::Registry registry;
    std::string policy;
    http::Router served;
    const bool ready = [this] {
        add_grafana_routes(served, {.catalog = *catalog,
                                    .authenticator = authenticator,
                                    .keys = keys,
                                    .key_check = check,
                                    .slots = slots,
                                    .engine = *engine,
                                    .audit = audit,
                                    .random = random,
                                    .clock = clock,
                                    .key_rules = {},
                                    .anonymous = anonymous,
                                    .publics = PublicServices{shares, documents, views}});
        add_public_page(served, {*catalog, verifier, audit, clock, registry});
        return true;
    }();
};

TEST_F(PublicApiTest, AnotherOrganizationsAreNotThere) {
    dashboard("d");
    const auto made = publish("d");
    const auto uid = text(made, "uid");
    const auto org = other_org();
    const auto stranger = key_of(org, "Admin");
    ask(404, Method::get, path_of("d"), stranger);
    ask(404, Method::post, path_of("d"), stranger, "{}");
    ask(404, Method::patch, path_of("d") + "/" + uid, stranger, R"({"isEnabled": false})");
    ask(404, Method::del, path_of("d") + "/" + uid, stranger);
    const auto list = ask(200, Method::get, "/api/dashboards/public-dashboards", stranger);
    EXPECT_EQ(list.at("totalCount"), 0);

    // The same uid on a dashboard of his own is another thing.
    dashboard("d", org);
    ask(404, Method::patch, path_of("d") + "/" + uid, stranger, R"({"isEnabled": false})");
    const auto own = ask(200, Method::post, path_of("d"), stranger, R"({"uid": ")" + uid + "\"}");
    EXPECT_NE(text(own, "accessToken"), text(made, "accessToken"));
    EXPECT_EQ(ask(200, Method::get, path_of("d"), admin), made);
}

TEST_F(PublicApiTest, ATokenIsTakenInEveryOrganization) {
    dashboard("d");
    const auto token = text(publish("d"), "accessToken");
    const auto org = other_org();
    dashboard("e", org);
    const auto refused = ask(400, Method::post, path_of("e"), key_of(org, "Admin"),
                             R"({"accessToken": ")" + token + "\"}");
    EXPECT_EQ(refused.at("messageId"), "publicdashboards.accessTokenExists");
}

TEST_F(PublicApiTest, WhoDoesNotSeeTheFolderDoesNotManageWhatIsInIt) {
    store::Group group;
    group.org = 1;
    group.name = "board";
    store::Folder folder;
    folder.org = 1;
    folder.name = "Board";
    folder.groups = {put(group).id};
    dashboard("d", 1, put(folder).id);
    dashboard("open");
    const auto uid = text(publish("d"), "uid");
    const auto editor = key_of(1, "Editor");
    ask(404, Method::get, path_of("d"), editor);
    ask(404, Method::patch, path_of("d") + "/" + uid, editor, "{}");
    ask(404, Method::del, path_of("d") + "/" + uid, editor);
    // Nor does he learn through another dashboard that it is there.
    ask(404, Method::patch, path_of("open") + "/" + uid, editor, "{}");
    const auto list = ask(200, Method::get, "/api/dashboards/public-dashboards", editor);
    EXPECT_EQ(list.at("totalCount"), 0);
}

TEST_F(PublicApiTest, OfTwoThatAreThereTheOlderCounts) {
    const auto row = dashboard("d");
    const auto first = publish("d");
    store::Share second;
    second.org = 1;
    second.dashboard = row.id;
    second.token = make_access_token(random);
    second.type = "open";
    second.status = "active";
    second.settings = public_settings("second");
    put(second);
    EXPECT_EQ(ask(200, Method::get, path_of("d"), admin), first);
    const auto list = ask(200, Method::get, "/api/dashboards/public-dashboards", admin);
    EXPECT_EQ(list.at("totalCount"), 1);
}

TEST_F(PublicApiTest, ASwitchedOffOrganizationsPageStandsInNoFrame) {
    dashboard("d");
    const auto path = "/public-dashboards/" + text(publish("d"), "accessToken");
    EXPECT_EQ(page(path), 200);
    EXPECT_NE(policy.find("frame-ancestors *"), std::string::npos) << policy;
    auto row = *catalog->snapshot()->organization(1);
    row.settings["embed_sharing"] = false;
    change(row);
    EXPECT_EQ(page(path), 200);
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos) << policy;
}

TEST_F(PublicApiTest, APageMayBeFramedByTheOriginsOfItsShareOnly) {
    dashboard("d");
    const auto token = text(publish("d"), "accessToken");
    auto share = *catalog->snapshot()->share_by_token(token);
    share.settings["allowed_origins"] = json::array{"https://app.example"};
    change(share);
    EXPECT_EQ(page("/public-dashboards/" + token), 200);
    EXPECT_NE(policy.find("frame-ancestors 'self' https://app.example"), std::string::npos) << policy;
    // A list that cannot be read is nobody's.
    share.settings["allowed_origins"] = 3;
    change(share);
    EXPECT_EQ(page("/public-dashboards/" + token), 200);
    EXPECT_NE(policy.find("frame-ancestors 'none'"), std::string::npos) << policy;
}

TEST_F(PublicApiTest, APublicDashboardEndsWithItsShare) {
    dashboard("d");
    const auto token = text(publish("d"), "accessToken");
    const auto seen = "/api/public/dashboards/" + token;
    ask(200, Method::get, seen, {});
    auto share = *catalog->snapshot()->share_by_token(token);
    share.settings["expires_at"] = to_rfc3339(clock.now());
    change(share);
    EXPECT_EQ(ask(404, Method::get, seen, {}).at("messageId"), "publicdashboards.notFound");
    EXPECT_EQ(page("/public-dashboards/" + token), 410);
    share.settings.erase("expires_at");
    share.type = "invite";
    change(share);
    ask(404, Method::get, seen, {});
    EXPECT_EQ(page("/public-dashboards/" + token), 404);
}

TEST_F(PublicApiTest, LeavesAuditRowsOfWhatWasMadeAndRefused) {
    dashboard("d");
    const auto made = publish("d");
    EXPECT_EQ(audit.of("share.created").size(), 1U);
    ask(200, Method::patch, path_of("d") + "/" + text(made, "uid"), admin,
        R"({"isEnabled": false})");
    EXPECT_EQ(audit.of("share.changed").size(), 1U);
    ask(403, Method::get, "/api/public/dashboards/" + text(made, "accessToken"), {});
    ASSERT_EQ(audit.of("link.refused").size(), 1U);
    // Who guesses tokens writes nothing.
    ask(404, Method::get, "/api/public/dashboards/" + std::string(32, '0'), {});
    EXPECT_EQ(audit.of("link.refused").size(), 1U);
}

TEST_F(PublicApiTest, AnotherOrganizationsAnnotationsAreNotThere) {
    dashboard("d");
    const auto made = ask(200, Method::post, "/api/annotations", admin,
                          R"({"dashboardUID": "d", "text": "x", "tags": ["t"]})");
    ask(200, Method::post, "/api/annotations", admin, R"({"text": "everybody's", "tags": ["t"]})");
    const auto one = "/api/annotations/" + std::to_string(made.at("id").as_int64());
    const auto stranger = key_of(other_org(), "Admin");
    ask(404, Method::get, one, stranger);
    ask(404, Method::put, one, stranger, R"({"text": "y"})");
    ask(404, Method::patch, one, stranger, R"({"text": "y"})");
    ask(404, Method::del, one, stranger);
    EXPECT_TRUE(ask(200, Method::get, "/api/annotations", stranger).as_array().empty());
    const auto tags = ask(200, Method::get, "/api/annotations/tags", stranger);
    EXPECT_TRUE(tags.at("result").at("tags").as_array().empty());
    const auto id = catalog->snapshot()->dashboard_by_uid(1, "d")->id;
    ask(404, Method::post, "/api/annotations", stranger,
        R"({"text": "y", "dashboardId": )" + std::to_string(id) + "}");
    EXPECT_EQ(ask(200, Method::get, one, admin).at("text"), "x");
}

TEST_F(PublicApiTest, HiddenAnnotationsDoNotShortenAnAnswer) {
    store::Group group;
    group.org = 1;
    group.name = "board";
    store::Folder folder;
    folder.org = 1;
    folder.name = "Board";
    folder.groups = {put(group).id};
    const auto hidden = dashboard("hidden", 1, put(folder).id).id;
    auto& annotations = store::AnnotationStore::of(*catalog);
    store::Annotation row;
    row.org = 1;
    row.text = "seen";
    row.starts_at = row.ends_at = clock.now();
    annotations.add_annotation_now(row).value();
    row.text = "hidden";
    row.dashboard = hidden;
    for (int i = 0; i < 20; ++i) {
        row.starts_at = row.ends_at = clock.now() + std::chrono::minutes(i);
        annotations.add_annotation_now(row).value();
    }
    const auto list =
        ask(200, Method::get, "/api/annotations?limit=1", key_of(1, "Viewer")).as_array();
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list.front().at("text"), "seen");
}

}  // namespace
}  // namespace casement::grafana
