// What somebody tries who is not the administrator of this organization.
#include "unit/looker/admin_world.h"

namespace casement::looker {
namespace {

using http::Method;

/// One of everything, in organization 1.
class LookerAdminAttacks : public AdminWorld {
  protected:
    LookerAdminAttacks() {
        ids["user"] = id(post("/users", R"({"first_name": "Ada"})"));
        session = open_session("insider");
        ids["embed"] = id(get("/users/credential/embed/insider"));
        ids["group"] = id(post("/groups", R"({"name": "Staff"})"));
        ids["attribute"] =
            id(post("/user_attributes", R"({"name": "airport", "label": "A", "type": "string"})"));
        ids["role"] = id(get("/roles").at(0));
        ids["permissions"] = id(post("/permission_sets", R"({"name": "P"})"));
        ids["models"] = id(post("/model_sets", R"({"name": "M"})"));
        ids["folder"] = id(post("/folders", R"({"name": "F"})"));
        ids["theme"] = id(post("/themes", R"({"name": "t"})"));
        ids["dashboard"] = id(post("/dashboards", R"({"title": "D", "slug": "d"})"));
        ids["look"] = id(post("/looks", R"({"casement_document": {"title": "L", "panels": [
            {"id": 1, "type": "text", "grid": {"x": 0, "y": 0, "w": 1, "h": 1},
             "markdown": "x"}]}})"));
        ids["session"] = session;
    }
    struct Try {
        Method method;
        std::string path;
        std::string body;
    };
    /// Calls that name something of organization 1; "{name}" stands for its id.
    std::vector<Try> tries() const {
        std::vector<Try> list;
        const auto add = [&](Method method, const std::string& path, const std::string& body = {}) {
            list.push_back({method, filled(path), filled(body)});
        };
        for (const auto* path :
             {"/users/{user}", "/users/{embed}", "/groups/{group}", "/user_attributes/{attribute}",
              "/roles/{role}", "/permission_sets/{permissions}", "/model_sets/{models}",
              "/folders/{folder}", "/themes/{theme}", "/dashboards/{dashboard}", "/dashboards/d",
              "/looks/{look}"}) {
            add(Method::get, path);
            add(Method::patch, path, "{}");
            add(Method::del, path);
        }
        for (const auto* path :
             {"/users/{embed}/credentials_embed", "/users/{embed}/credentials_embed/{embed}",
              "/users/{embed}/sessions", "/users/{embed}/sessions/{session}", "/users/{user}/roles",
              "/users/{user}/attribute_values", "/users/credential/embed/insider",
              "/groups/{group}/users", "/user_attributes/{attribute}/group_values",
              "/roles/{role}/groups", "/roles/{role}/users", "/folders/{folder}/children",
              "/folders/{folder}/dashboards", "/folders/{folder}/looks",
              "/dashboards/{dashboard}/dashboard_elements",
              "/dashboards/{dashboard}/dashboard_filters",
              "/dashboards/{dashboard}/dashboard_layouts"}) {
            add(Method::get, path);
        }
        add(Method::del, "/users/{embed}/credentials_embed/{embed}");
        add(Method::del, "/users/{embed}/sessions/{session}");
        add(Method::put, "/users/{user}/roles", "[]");
        add(Method::patch, "/users/{user}/attribute_values/{attribute}", R"({"value": "x"})");
        add(Method::del, "/users/{user}/attribute_values/{attribute}");
        add(Method::post, "/groups/{group}/users", R"({"user_id": "{user}"})");
        add(Method::del, "/groups/{group}/users/{user}");
        add(Method::patch, "/groups/{group}/attribute_values/{attribute}", R"({"value": "x"})");
        add(Method::del, "/groups/{group}/attribute_values/{attribute}");
        add(Method::post, "/user_attributes/{attribute}/group_values", "[]");
        add(Method::put, "/roles/{role}/groups", "[]");
        add(Method::put, "/roles/{role}/users", "[]");
        add(Method::put, "/themes/default?name=t");
        return list;
    }
    std::string filled(std::string text) const {
        for (const auto& [name, value] : ids) {
            const auto mark = "{" + name + "}";
            for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
                text.replace(at, mark.size(), value);
            }
        }
        return text;
    }

    std::map<std::string, std::string> ids;
    std::string session;
};

TEST_F(LookerAdminAttacks, AnotherOrganizationsThingsAreNotThere) {
    for (const auto& one : tries())
        EXPECT_EQ(call(one.method, one.path, one.body, &other).status, 404)
            << to_string(one.method) << " " << one.path;
    EXPECT_EQ(all(expect(200, Method::get, "/users", {}, &other), "display_name"), "API client");
    EXPECT_EQ(expect(200, Method::get, "/users/search?embed_user=true", {}, &other),
              json::value(json::array()));
    for (const auto* path : {"/groups", "/user_attributes", "/folders", "/themes", "/dashboards",
                             "/looks", "/lookml_models"}) {
        EXPECT_EQ(expect(200, Method::get, path, {}, &other), json::array()) << path;
    }
    EXPECT_TRUE(is_live(session));
}

TEST_F(LookerAdminAttacks, AnotherOrganizationsThingsAreNotUsedEither) {
    const auto group = id(expect(200, Method::post, "/groups", R"({"name": "Ours"})", &other));
    const auto role = id(expect(200, Method::get, "/roles", {}, &other).at(0));
    const auto user = id(expect(200, Method::post, "/users", "{}", &other));
    const auto attribute = id(expect(200, Method::post, "/user_attributes",
                                     R"({"name": "a", "label": "A", "type": "string"})", &other));
    for (const auto& one : std::vector<Try>{
             {Method::post, "/groups/" + group + "/users", R"({"user_id": "{user}"})"},
             {Method::post, "/groups/" + group + "/users", R"({"user_id": "{embed}"})"},
             {Method::put, "/users/" + user + "/roles", R"(["{role}"])"},
             {Method::put, "/roles/" + role + "/groups", R"(["{group}"])"},
             {Method::put, "/roles/" + role + "/users", R"(["{user}"])"},
             {Method::patch, "/roles/" + role, R"({"permission_set_id": "{permissions}"})"},
             {Method::post, "/roles",
              R"({"name": "R", "permission_set_id": "{permissions}", "model_set_id": "{models}"})"},
             {Method::post, "/user_attributes/" + attribute + "/group_values",
              R"([{"group_id": "{group}", "value": "x"}])"},
             {Method::post, "/folders", R"({"name": "F", "parent_id": "{folder}"})"},
             {Method::post, "/folders", R"({"name": "F", "casement_group_ids": ["{group}"]})"},
             {Method::post, "/dashboards", R"({"title": "T", "folder_id": "{folder}"})"}}) {
        const auto status = call(one.method, one.path, filled(one.body), &other).status;
        EXPECT_TRUE(status == 422 || status == 403) << one.path << " " << one.body << status;
    }
    expect(404, Method::patch, "/users/" + user + "/attribute_values/" + ids["attribute"],
           R"({"value": "x"})", &other);
    expect(404, Method::del, "/users/" + user + "/sessions/" + session, {}, &other);
    EXPECT_TRUE(is_live(session));
}

TEST_F(LookerAdminAttacks, WhoDoesNotManageTheOrganizationManagesNobody) {
    for (const auto* who : {&viewer, &editor}) {
        for (const auto& one : tries()) {
            const bool content = one.path.starts_with("/folders") ||
                                 one.path.starts_with("/dashboards") ||
                                 one.path.starts_with("/looks");
            const bool theme = one.path.starts_with("/themes");
            const bool reads = one.method == Method::get;
            if (reads && (content || theme)) continue;
            if (content && who == &editor) continue;
            EXPECT_EQ(call(one.method, one.path, one.body, who).status, 403)
                << to_string(one.method) << " " << one.path;
        }
        for (const auto* path :
             {"/users", "/groups", "/user_attributes", "/roles", "/permission_sets", "/model_sets",
              "/permissions", "/users/search", "/groups/search"}) {
            expect(403, Method::get, path, {}, who);
        }
        for (const auto* path : {"/users", "/users/embed_user", "/groups", "/user_attributes",
                                 "/roles", "/permission_sets", "/model_sets", "/themes"}) {
            expect(403, Method::post, path, "{}", who);
        }
    }
    expect(403, Method::post, "/dashboards", R"({"title": "T"})", &viewer);
    EXPECT_TRUE(is_live(session));
}

TEST_F(LookerAdminAttacks, NothingIsSaidToStrangers) {
    const access::NewCredentials nobody;
    for (const auto& one : tries())
        EXPECT_EQ(call(one.method, one.path, one.body, &nobody).status, 401) << one.path;
    expect(401, Method::get, "/user", {}, &nobody);
}

TEST_F(LookerAdminAttacks, IdsHaveOneSpelling) {
    const auto user = ids["user"];
    for (const auto& spelled :
         {"0" + user, "+" + user, user + ".0", "%20" + user, user + "%2Froles", std::string("-1"),
          std::string("..%2F1"), std::string("99999999999999999999999"), std::string("1e0")}) {
        expect(404, Method::get, "/users/" + spelled);
        expect(404, Method::del, "/users/" + spelled);
        expect(404, Method::get, "/dashboards/" + spelled);
    }
    EXPECT_EQ(get("/users/" + user).at("id").as_string(), user);
}

TEST_F(LookerAdminAttacks, WrongTypesAndSizesAreRefused) {
    const std::string huge(300, 'x');
    for (const auto& [path, member] :
         std::vector<std::pair<std::string, std::string>>{{"/users", "first_name"},
                                                          {"/users/embed_user", "external_user_id"},
                                                          {"/groups", "name"},
                                                          {"/user_attributes", "label"},
                                                          {"/roles", "name"},
                                                          {"/permission_sets", "name"},
                                                          {"/model_sets", "name"},
                                                          {"/folders", "name"},
                                                          {"/themes", "name"},
                                                          {"/dashboards", "title"},
                                                          {"/looks", "title"}}) {
        for (const auto& value :
             {std::string("5"), std::string("{}"), std::string("[\"a\"]"), std::string("true"),
              std::string(R"("a\u0000b")"), "\"" + huge + "\""}) {
            expect(422, Method::post, path, "{\"" + member + "\": " + value + "}");
        }
        expect(400, Method::post, path, R"([{"name": "x"}])");
        expect(400, Method::post, path, "{\"" + member + "\": \"a\", \"" + member + "\": \"b\"}");
        expect(400, Method::post, path, "");
    }
    std::string many = "[";
    for (int i = 1; i <= 6000; ++i)
        many += (i == 1 ? "" : ",") + std::to_string(i);
    expect(422, Method::put, filled("/users/{user}/roles"), many + "]");
    expect(422, Method::post, "/model_sets", R"({"name": "X", "models": [")" + huge + R"("]})");
}

TEST_F(LookerAdminAttacks, EveryChangeLeavesARowBehind) {
    const auto before = audit.events().size();
    (void)patch(filled("/users/{user}"), R"({"first_name": "B"})");
    (void)patch(filled("/groups/{group}"), R"({"name": "G"})");
    (void)patch(filled("/user_attributes/{attribute}"), R"({"label": "B"})");
    (void)patch(filled("/permission_sets/{permissions}"), R"({"name": "B"})");
    (void)patch(filled("/model_sets/{models}"), R"({"name": "B"})");
    (void)patch(filled("/folders/{folder}"), R"({"name": "B"})");
    (void)patch(filled("/themes/{theme}"), R"({"name": "b"})");
    (void)patch(filled("/dashboards/{dashboard}"), R"({"title": "B"})");
    (void)patch(filled("/looks/{look}"), R"({"title": "B"})");
    (void)expect(200, Method::put, "/themes/default?name=b");
    remove(filled("/looks/{look}"));
    remove(filled("/dashboards/{dashboard}"));
    remove(filled("/model_sets/{models}"));
    remove(filled("/user_attributes/{attribute}"));
    remove(filled("/groups/{group}"));
    remove(filled("/users/{user}"));
    const auto events = audit.events();
    ASSERT_EQ(events.size() - before, 16U);
    for (auto place = before; place < events.size(); ++place) {
        EXPECT_EQ(events[place].org, 1);
        EXPECT_FALSE(events[place].actor.empty()) << events[place].action;
        EXPECT_NE(events[place].object.find(':'), std::string::npos);
    }
}

}  // namespace
}  // namespace casement::looker
