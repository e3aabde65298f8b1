#include "unit/looker/admin_world.h"

namespace casement::looker {
namespace {

using http::Method;

class LookerGroups : public AdminWorld {
  protected:
    std::string group(const std::string& name) {
        return id(post("/groups", R"({"name": ")" + name + "\"}"));
    }
    std::string attribute(const std::string& body) { return id(post("/user_attributes", body)); }
};

TEST_F(LookerGroups, AreMadeFoundRenamedAndRemoved) {
    const auto south = group("South"), north = group("North");
    EXPECT_EQ(text(get("/groups/" + south), "name"), "South");
    EXPECT_EQ(text(get("/groups/" + south), "user_count"), "0");
    EXPECT_EQ(all(get("/groups?sorts=name"), "name"), "North,South");
    EXPECT_EQ(all(get("/groups/search?name=%25OUT%25"), "id"), south);
    EXPECT_EQ(all(get("/groups?ids=" + north), "id"), north);
    EXPECT_EQ(all(get("/groups/search?name=south&id=" + north + "&filter_or=true"), "id"),
              south + "," + north);
    EXPECT_EQ(refused(Method::post, "/groups", R"({"name": "South"})"), "name:already_exists");
    EXPECT_EQ(refused(Method::patch, "/groups/" + north, R"({"name": "South"})"),
              "name:already_exists");
    EXPECT_EQ(refused(Method::post, "/groups", "{}"), "name:missing_field");
    EXPECT_EQ(refused(Method::post, "/groups", R"({"name": ["a"]})"), "name:invalid");
    EXPECT_EQ(text(patch("/groups/" + north, R"({"name": "East", "external_group_id": "x"})"),
                   "external_group_id"),
              "null");
    remove("/groups/" + north);
    expect(404, Method::get, "/groups/" + north);
    expect(404, Method::del, "/groups/" + north);
}

TEST_F(LookerGroups, HaveMembersOfBothKinds) {
    const auto south = group("South");
    const auto user = id(post("/users", R"({"first_name": "Ada"})"));
    const auto embed = id(post("/users/embed_user", R"({"external_user_id": "x"})"));
    const auto path = "/groups/" + south + "/users";
    for (const auto& person : {user, embed, user}) {
        EXPECT_EQ(id(post(path, R"({"user_id": ")" + person + "\"}")), person);
    }
    EXPECT_EQ(all(get(path), "id"), user + "," + embed);
    EXPECT_EQ(all(get("/users/search?group_id=" + south + "&limit=1&offset=1"), "id"), embed);
    EXPECT_EQ(text(get("/groups/" + south), "user_count"), "2");
    remove(path + "/" + user);
    EXPECT_EQ(all(get(path), "id"), embed);
    EXPECT_EQ(refused(Method::post, path, R"({"user_id": "99999"})"), "user_id:invalid");
    EXPECT_EQ(refused(Method::post, path, R"({"user_id": "1 OR 1"})"), "user_id:invalid");
    EXPECT_EQ(refused(Method::post, path, "{}"), "user_id:missing_field");
    expect(404, Method::post, "/groups/99999/users", R"({"user_id": ")" + user + "\"}");
}

TEST_F(LookerGroups, NobodyJoinsAnExternalGroupByItsNumber) {
    (void)open_session("insider", "acme");
    const auto acme = id(get("/groups/search?external_group_id=acme").at(0));
    const auto embed = id(get("/users/credential/embed/insider"));
    const auto outsider = id(post("/users/embed_user", R"({"external_user_id": "outsider"})"));
    const auto path = "/groups/" + acme + "/users";
    EXPECT_EQ(refused(Method::post, path, R"({"user_id": ")" + outsider + "\"}"),
              "user_id:invalid");
    (void)refused(Method::del, path + "/" + embed, "");
    EXPECT_EQ(refused(Method::patch, "/groups/" + acme, R"({"name": "Mine"})"), "name:invalid");
    EXPECT_EQ(text(get("/groups/" + acme), "externally_managed"), "true");
}

TEST_F(LookerGroups, TakeTheirAttributeValuesAlong) {
    const auto south = group("South"), north = group("North");
    const auto airport = attribute(R"({"name": "airport", "label": "Airport", "type": "string"})");
    const auto values = "/user_attributes/" + airport + "/group_values";
    const auto set =
        expect(200, Method::post, values, R"([{"group_id": ")" + north + R"(", "value": "JFK"},
            {"group_id": ")" + south + R"(", "value": "ATL"}])");
    EXPECT_EQ(all(set, "group_id"), north + "," + south);
    EXPECT_EQ(all(get(values), "rank"), "0,1");
    remove("/groups/" + north);
    EXPECT_EQ(all(get(values), "value"), "ATL");
    EXPECT_EQ(refused(Method::post, values, R"([{"group_id": "99999", "value": "x"}])"),
              "group_id:invalid");
    EXPECT_EQ(refused(Method::post, values,
                      R"([{"group_id": ")" + south + R"(", "value": "a"}, {"group_id": ")" + south +
                          R"(", "value": "b"}])"),
              "group_id:invalid");
    EXPECT_EQ(refused(Method::post, values, R"([{"value": "x"}])"), "group_id:missing_field");
    expect(400, Method::post, values, "{}");
}

// -- definitions ------------------------------------------------------------------------------

TEST_F(LookerGroups, AttributesAreDefinedOnceByNameAndByLabel) {
    const auto airport = attribute(R"({"name": "airport", "label": "Airport", "type": "string",
        "default_value": "ATL", "id": "77", "is_system": true})");
    const auto shown = get("/user_attributes/" + airport);
    EXPECT_EQ(text(shown, "default_value"), "ATL");
    EXPECT_EQ(text(shown, "is_system"), "false");
    EXPECT_EQ(text(shown, "user_can_edit"), "false");
    EXPECT_EQ(text(shown, "user_can_view"), "true");
    const auto wrong = [&](const std::string& body) {
        return refused(Method::post, "/user_attributes", body);
    };
    EXPECT_EQ(wrong(R"({"name": "airport", "label": "Other", "type": "string"})"),
              "name:already_exists");
    EXPECT_EQ(wrong(R"({"name": "other", "label": "Airport", "type": "string"})"),
              "label:already_exists");
    EXPECT_EQ(wrong(R"({"name": "Upper", "label": "U", "type": "string"})"), "name:invalid");
    EXPECT_EQ(wrong(R"({"name": "a", "label": "A", "type": "colour"})"), "type:invalid");
    EXPECT_EQ(wrong(R"({"name": "a", "label": "A"})"), "type:missing_field");
    EXPECT_EQ(wrong(R"({"name": "a", "label": "A", "type": "number", "default_value": "x"})"),
              "default_value:invalid");
    EXPECT_EQ(wrong(R"({"name": "a", "label": "A", "type": "string", "user_can_edit": "yes"})"),
              "user_can_edit:invalid");
    EXPECT_EQ(
        text(patch("/user_attributes/" + airport, R"({"default_value": null})"), "default_value"),
        "null");
    EXPECT_EQ(
        text(patch("/user_attributes/" + airport, R"({"default_value": ""})"), "default_value"),
        "");
    remove("/user_attributes/" + airport);
    expect(404, Method::get, "/user_attributes/" + airport);
}

TEST_F(LookerGroups, AnAttributeKeepsItsNameAndStaysHidden) {
    const auto token = attribute(
        R"({"name": "token", "label": "Token", "type": "string", "value_is_hidden": true})");
    const auto path = "/user_attributes/" + token;
    EXPECT_EQ(refused(Method::patch, path, R"({"value_is_hidden": false})"),
              "value_is_hidden:invalid");
    EXPECT_EQ(refused(Method::patch, path, R"({"name": "other"})"), "name:invalid");
    EXPECT_EQ(text(patch(path, R"({"name": "token", "label": "T"})"), "label"), "T");
    EXPECT_EQ(text(get(path), "value_is_hidden"), "true");
}

TEST_F(LookerGroups, AnotherTypeNeedsValuesThatAreOfIt) {
    const auto limit = attribute(
        R"({"name": "limit", "label": "Limit", "type": "string", "default_value": "10"})");
    const auto path = "/user_attributes/" + limit;
    const auto south = group("South");
    const auto of_group = "/groups/" + south + "/attribute_values/" + limit;
    (void)patch(of_group, R"({"value": "many"})");
    EXPECT_EQ(refused(Method::patch, path, R"({"type": "number"})"), "type:invalid");
    (void)patch(of_group, R"({"value": "20"})");
    const auto person = id(post("/users", R"({"first_name": "Ada"})"));
    const auto own = "/users/" + person + "/attribute_values/" + limit;
    (void)patch(own, R"({"value": "few"})");
    EXPECT_EQ(refused(Method::patch, path, R"({"type": "number"})"), "type:invalid");
    (void)patch(own, R"({"value": "30"})");
    EXPECT_EQ(refused(Method::patch, path, R"({"type": "number", "default_value": "x"})"),
              "default_value:invalid");
    EXPECT_EQ(text(patch(path, R"({"type": "number"})"), "type"), "number");
}

TEST_F(LookerGroups, ANewAttributeInheritsNothingFromAnOlderOne) {
    const auto person = id(post("/users", R"({"first_name": "Ada"})"));
    const std::string body = R"({"name": "airport", "label": "Airport", "type": "string"})";
    const auto first = attribute(body);
    (void)patch("/users/" + person + "/attribute_values/" + first, R"({"value": "ATL"})");
    remove("/user_attributes/" + first);
    (void)attribute(body);
    EXPECT_EQ(get("/users/" + person + "/attribute_values"), json::array());
}

// -- roles ------------------------------------------------------------------------------------

TEST_F(LookerGroups, AnOrganizationBeginsWithOneRole) {
    const auto roles = get("/roles");
    ASSERT_EQ(roles.as_array().size(), 1U);
    const auto& admin_role = roles.at(0);
    EXPECT_EQ(text(admin_role, "name"), "Admin");
    EXPECT_EQ(text(admin_role.at("permission_set"), "name"), "Admin");
    EXPECT_EQ(text(admin_role.at("model_set"), "name"), "All");
    EXPECT_EQ(text(admin_role.at("model_set"), "all_access"), "true");
    EXPECT_EQ(get("/roles").as_array().size(), 1U) << "made once";
    EXPECT_EQ(audit.of("roles.built_in_created").size(), 1U);
    for (const auto& path :
         {"/roles/" + id(admin_role), "/permission_sets/" + text(admin_role, "permission_set_id"),
          "/model_sets/" + text(admin_role, "model_set_id")}) {
        expect(403, Method::del, path);
        expect(403, Method::patch, path, R"({"name": "Mine"})");
    }
    EXPECT_EQ(get("/permissions").as_array().size(),
              get("/permission_sets").at(0).at("permissions").as_array().size());
}

TEST_F(LookerGroups, RolesAreMadeOfTwoSets) {
    const auto set = post("/permission_sets",
                          R"({"name": "Readers", "permissions": ["access_data", "see_looks",
                              "access_data"], "built_in": true})");
    EXPECT_EQ(json::serialize(set.at("permissions")), R"(["access_data","see_looks"])");
    EXPECT_EQ(text(set, "built_in"), "false");
    const auto models = post("/model_sets", R"({"name": "Flights", "models": ["flights"]})");
    const auto role = post("/roles", R"({"name": "Reader", "permission_set_id": ")" + id(set) +
                                         R"(", "model_set_id": )" + id(models) + "}");
    EXPECT_EQ(text(role.at("model_set"), "name"), "Flights");
    EXPECT_EQ(text(role, "users_url"), text(role, "url") + "/users");
    EXPECT_EQ(all(get("/roles/search?name=read%25"), "id"), id(role));
    EXPECT_EQ(all(get("/roles/search?built_in=true"), "name"), "Admin");
    EXPECT_EQ(all(get("/model_sets/search?models=flights"), "name"), "Flights");
    EXPECT_EQ(all(get("/permission_sets/search?permissions=see_sql"), "name"), "Admin");
    expect(409, Method::del, "/permission_sets/" + id(set));
    expect(409, Method::del, "/model_sets/" + id(models));
    EXPECT_EQ(text(patch("/roles/" + id(role), R"({"name": "R"})"), "model_set_id"), id(models));
    (void)patch("/model_sets/" + id(models), R"({"models": []})");
    EXPECT_EQ(get("/model_sets/" + id(models)).at("models"), json::array());
    remove("/roles/" + id(role));
    remove("/permission_sets/" + id(set));
    remove("/model_sets/" + id(models));
}

TEST_F(LookerGroups, SetsAndRolesRefuseWhatTheyCannotBe) {
    (void)get("/roles");
    EXPECT_EQ(
        refused(Method::post, "/permission_sets", R"({"name": "P", "permissions": ["root"]})"),
        "permissions:invalid");
    EXPECT_EQ(refused(Method::post, "/permission_sets", R"({"name": "Admin"})"),
              "name:already_exists");
    EXPECT_EQ(refused(Method::post, "/model_sets", R"({"models": ["a"]})"), "name:missing_field");
    EXPECT_EQ(refused(Method::post, "/model_sets", R"({"name": "M", "models": "a"})"),
              "models:invalid");
    EXPECT_EQ(refused(Method::post, "/roles", R"({"name": "R"})"),
              "permission_set_id:missing_field");
    EXPECT_EQ(refused(Method::post, "/roles", R"({"name": "R", "permission_set_id": "99999",
                      "model_set_id": "1"})"),
              "permission_set_id:invalid");
}

TEST_F(LookerGroups, ARoleGoesToGroupsAndUsersAsAWhole) {
    const auto role = id(get("/roles").at(0));
    const auto south = group("South"), north = group("North");
    const auto groups = "/roles/" + role + "/groups";
    EXPECT_EQ(all(put_list(groups, "[\"" + south + "\",\"" + north + "\"]"), "id"),
              south + "," + north);
    EXPECT_EQ(all(put_list(groups, "[\"" + north + "\"]"), "id"), north);
    EXPECT_EQ(get("/groups/" + south).at("role_ids"), json::array());
    EXPECT_EQ(refused(Method::put, groups, R"(["99999"])"), "group_ids:invalid");
    const auto one = id(post("/users", R"({"first_name": "One"})"));
    const auto two = id(post("/users", R"({"first_name": "Two"})"));
    const auto users = "/roles/" + role + "/users";
    EXPECT_EQ(all(put_list(users, "[\"" + one + "\"]"), "id"), one);
    EXPECT_EQ(all(put_list(users, "[\"" + two + "\"]"), "id"), two);
    const auto embed = id(post("/users/embed_user", R"({"external_user_id": "x"})"));
    EXPECT_EQ(refused(Method::put, users, "[\"" + embed + "\"]"), "user_ids:invalid");
    EXPECT_EQ(all(get(users), "id"), two);
}

}  // namespace
}  // namespace casement::looker
