// Faults that hit other servers of this kind, tried on the viewer's and the organization's API.
#include "console/person.h"
#include "crypto/password.h"
#include "samples.h"
#include "server.h"

#include <set>

namespace casement::console {
namespace {

using test::kCanary;
using test::Reply;
using test::ServerTest;

class Attacks : public ServerTest {
  protected:
    Attacks() {
        for (const auto* uid : {"flights", "secrets"}) {
            api(http::Method::post, "/dashboards",
                json::object{{"document", test::document(uid, {"select 1", "select 2", "fail"})}});
        }
        mine_only = share("flights", "ATL", {{"download", true}});
        first = opened(mine_only, "n1");
        token = access_token(first);
    }

    Shared mine_only;
    json::object first;
    std::string token;
};

TEST_F(Attacks, PanelsThatAreNotOnTheDashboardAreNotFound) {
    for (const std::int64_t id : {0, 4, 5, 99, 1'000'000}) {
        const auto reply = viewer("/query", token, json::object{{"panels", json::array{id}}});
        ASSERT_EQ(reply.status, 200) << reply.body;
        EXPECT_EQ(reply.lines().at(0).at("error").at("code"), "panel_not_found") << id;
        const auto exported = viewer("/export", token, json::object{{"panel", id}});
        EXPECT_EQ(exported.status, 404) << id;
    }
    EXPECT_EQ(viewer("/query", token, json::object{{"panels", json::array{-1}}}).status, 400);
    EXPECT_EQ(viewer("/query", token, json::object{{"panels", json::array{1'000'001}}}).status,
              400);
    const auto no_query = viewer("/export", token, json::object{{"panel", 1}, {"query", "B"}});
    EXPECT_EQ(no_query.status, 404);
    // One dashboard's panels are never another's: the same ids exist there.
    const auto other = opened(share("secrets", "ORD"), "n2");
    EXPECT_EQ(other.at("dashboard").at("uid"), "secrets");
    EXPECT_EQ(first.at("dashboard").at("uid"), "flights");
}

TEST_F(Attacks, ALockedVariableStaysLockedOnEveryWay) {
    const json::object wanted{{"airport", json::array{"ORD"}}};
    for (const auto* path : {"/query", "/view"}) {
        const auto reply = viewer(path, token, json::object{{"variables", wanted}});
        EXPECT_EQ(reply.status, 403) << path << reply.body;
        EXPECT_EQ(reply.code(), "variable_locked") << path;
    }
    const auto exported =
        viewer("/export", token, json::object{{"panel", 1}, {"variables", wanted}});
    EXPECT_EQ(exported.code(), "variable_locked");
    EXPECT_EQ(open(link(mine_only, "n1"), mine, {{"variables", wanted}}).code(), "variable_locked");
    EXPECT_EQ(open(link(mine_only, "n9"), mine, {{"variables", wanted}}).code(), "variable_locked");
    for (const json::value& odd :
         {json::value(json::array{""}), json::value(json::array{"*"}), json::value(json::array{}),
          json::value(json::array{"ATL", "ORD"}), json::value(nullptr), json::value("ORD"),
          json::value(json::object{})}) {
        const auto reply =
            viewer("/query", token, json::object{{"variables", json::object{{"airport", odd}}}});
        EXPECT_EQ(reply.body.find("\"ORD\""), std::string::npos) << odd;
        EXPECT_GE(reply.status, 400) << odd;
    }
    EXPECT_EQ(
        viewer("/query", token, json::object{{"variables", {{"tenant", json::array{"1"}}}}}).code(),
        "unknown_variable");
    const auto rows = audit.of("query.refused");
    ASSERT_FALSE(rows.empty());
    EXPECT_EQ(rows[0].detail.at("reason"), "variable_locked");
    EXPECT_EQ(rows[0].detail.at("variables"), (json::array{"airport"}));
    EXPECT_EQ(audit.text().find("ORD"), std::string::npos) << "values are not for the trail";
}

TEST_F(Attacks, NoViewerEverReceivesAQueryOrASecret) {
    std::string everything = json::serialize(first);
    everything += open(link(mine_only, "n3"), mine).body;
    for (const auto* path : {"/query", "/view"}) {
        everything += viewer(path, token, json::object{}).body;
    }
    for (const int panel : {1, 2, 3}) {
        everything += viewer("/export", token, json::object{{"panel", panel}}).body;
    }
    everything += viewer("/query", token, json::object{{"panels", "x"}}).body;
    for (const std::string_view kept :
         {kCanary, std::string_view("select 1"), std::string_view("syntax error"),
          std::string_view("\"sql\""), std::string_view("\"source\""),
          std::string_view(mine_only.credential), std::string_view(mine_only.token),
          std::string_view(mine), std::string_view("ORD")}) {
        EXPECT_EQ(everything.find(kept), std::string::npos) << kept;
    }
    EXPECT_NE(everything.find("query_failed"), std::string::npos);
    // The dashboard is an allow-list of members.
    std::set<std::string> members;
    for (const auto& [name, value] : first.at("dashboard").as_object())
        members.emplace(name);
    EXPECT_EQ(members,
              (std::set<std::string>{"uid", "title", "description", "theme", "high_density",
                                     "timezone", "refresh_seconds", "time", "download",
                                     "allowed_origins", "variables", "settles", "panels"}));
}

TEST_F(Attacks, EveryTextRefusesEveryOtherType) {
    // The calls about one's own account are a person's.
    store::User user;
    user.org = 1;
    user.uuid = random.uuid();
    user.handle = "ada@example.org";
    user.role = "Admin";
    user.password_hash = crypto::hash_password(Secret("correct horse"), random, {8, 8, 1});
    const std::function<Result<bool>(store::Transaction&)> insert =
        [&](store::Transaction& tx) -> Result<bool> {
        if (auto done = tx.insert(user); !done) return done.error();
        return true;
    };
    catalog().write_now<bool>(insert).value();
    const auto signed_in =
        run(accounts().sign_in({user.handle, Secret("correct horse"), {}, 1}, {})).value();
    const auto cookie = std::string(kConsoleCookie) + "=" + signed_in.cookie;
    int tried = 0;
    for (const auto& operation : operations()) {
        if (!operation.body) continue;
        const auto whole = test::sample(*operation.body);
        std::string path(operation.path);
        for (const auto& [name, value] :
             {std::pair{"{token}", mine_only.token}, std::pair{"{id}", std::string("flights")}}) {
            const auto at = path.find(name);
            if (at != std::string::npos) path.replace(at, std::string_view(name).size(), value);
        }
        test::for_each_confusion(
            *operation.body, whole, [&](const std::string& field, const json::value& body) {
                ++tried;
                test::Ask ask{
                    .method = operation.method,
                    .target = std::string(kApiRoot) + path,
                    .body = json::serialize(body),
                    .headers = {{"Content-Type", "application/json"}, {"X-Casement", "1"}}};
                const bool as_viewer = operation.caller == Caller::viewer;
                if (operation.caller == Caller::person) {
                    ask.headers.emplace_back("Cookie", cookie);
                } else {
                    ask.headers.emplace_back("Authorization",
                                             "Bearer " + (as_viewer ? token : admin_token));
                }
                const auto reply = call(std::move(ask));
                EXPECT_EQ(reply.status, 400) << operation.id << " " << field << reply.body;
                EXPECT_EQ(reply.code(), "invalid_body") << operation.id << " " << field;
                const auto error = reply.json();
                ASSERT_TRUE(error.contains("error"));
                EXPECT_EQ(text_at(error.at("error").as_object(), "field").value_or(""), field)
                    << operation.id;
            });
    }
    EXPECT_GT(tried, 200);
}

TEST_F(Attacks, BodiesAreBounded) {
    const auto send = [&](std::string body) {
        return call({.method = http::Method::post,
                     .target = std::string(kApiRoot) + "/sessions",
                     .body = std::move(body),
                     .headers = {{"Content-Type", "application/json"}}});
    };
    EXPECT_EQ(send(std::string(300 * 1024, ' ')).code(), "body_too_large");
    EXPECT_EQ(send(std::string(300 * 1024, ' ')).status, 413);
    const auto deep = std::string(10'000, '[') + std::string(10'000, ']');
    EXPECT_EQ(send(deep).status, 400);
    EXPECT_EQ(send(R"({"link": )" + deep + "}").status, 400);
    EXPECT_EQ(send("").status, 400);
    EXPECT_EQ(send("null").status, 400);
    EXPECT_EQ(send("[]").status, 400);
    EXPECT_EQ(send(R"({"link":"/a","link":"/b","secret":"c"})").status, 400);
    EXPECT_EQ(send(R"({"link":"/test/a","secret":"c","more":1})").code(), "invalid_body");
    EXPECT_EQ(send("{\"link\":\"/test/\\u0000\",\"secret\":\"c\"}").code(), "invalid_body");
    EXPECT_EQ(send("{\"link\":\"\xff\",\"secret\":\"c\"}").status, 400);
    json::array panels;
    for (int i = 0; i < 1001; ++i)
        panels.emplace_back(1);
    EXPECT_EQ(viewer("/query", token, json::object{{"panels", panels}}).status, 400);
    panels.pop_back();
    const auto same = viewer("/query", token, json::object{{"panels", panels}});
    EXPECT_EQ(same.lines().size(), 2U) << "a panel asked for a thousand times comes once";
}

TEST_F(Attacks, ValuesAreValuesWhateverTheyHold) {
    const auto free =
        api(http::Method::patch, "/shares/" + mine_only.token,
            json::object{{"selectable_template_vars",
                          json::array{json::object{{"name", "airport"},
                                                   {"default_values", json::array{"ATL"}},
                                                   {"visible_tags", json::array{"*"}}}}}});
    ASSERT_EQ(free.status, 200) << free.body;
    for (const std::string value : {"' or 1=1 --", "\"; drop table x", "ATL' /*", "$airport",
                                    "\\u0027", "ATL\n", "<script>"}) {
        const auto reply =
            viewer("/query", token,
                   json::object{{"panels", json::array{1}},
                                {"variables", json::object{{"airport", json::array{value}}}}});
        // Bound as it is, or refused because it is no choice; never an error of the query.
        EXPECT_TRUE(reply.status == 200 || reply.code() == "value_not_allowed") << reply.body;
        EXPECT_EQ(reply.body.find("query_failed"), std::string::npos);
    }
    const auto huge =
        viewer("/query", token,
               json::object{{"variables",
                             json::object{{"airport", json::array{std::string(200'000, 'a')}}}}});
    EXPECT_EQ(huge.status, 400);
}

TEST_F(Attacks, ASecretIsShownOnceAndNeverWritten) {
    std::string everything = audit.text();
    for (const auto* path : {"", "/credentials"}) {
        everything += api(http::Method::get, "/shares/" + mine_only.token + path).body;
    }
    everything += api(http::Method::get, "/shares").body;
    everything += api(http::Method::get, "/sessions").body;
    everything += api(http::Method::get, "/audit").body;
    for (const std::string_view kept :
         {std::string_view(mine_only.credential), std::string_view(mine), std::string_view(token),
          std::string_view(admin_token)}) {
        EXPECT_EQ(everything.find(kept), std::string::npos);
    }
}

}  // namespace
}  // namespace casement::console
