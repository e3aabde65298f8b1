#include "unit/looker/admin_world.h"

namespace casement::looker {
namespace {

using http::Method;

class LookerUsers : public AdminWorld {
  protected:
    std::string user(const std::string& first, const std::string& last) {
        return id(
            post("/users", R"({"first_name": ")" + first + R"(", "last_name": ")" + last + "\"}"));
    }
    std::string embed_user(const std::string& external_id) {
        return id(post("/users/embed_user", R"({"external_user_id": ")" + external_id + "\"}"));
    }
    store::User stored(const std::string& id) { return *catalog->snapshot()->user(std::stoll(id)); }
};

TEST_F(LookerUsers, AreMadeShownChangedAndRemoved) {
    const auto made = post("/users", R"({"first_name": "Ada", "last_name": "Lovelace",
        "locale": "en", "credentials_email": {"email": "ada@example.com"}})");
    EXPECT_EQ(text(made, "display_name"), "Ada Lovelace");
    EXPECT_EQ(text(made, "email"), "ada@example.com");
    EXPECT_EQ(text(made, "is_disabled"), "false");
    EXPECT_EQ(text(made, "url"), "https://dash.example/api/4.0/users/" + id(made));
    EXPECT_TRUE(made.at("can").is_object());
    const auto changed =
        patch("/users/" + id(made), R"({"last_name": "King", "locale": null, "email": "x@y.z"})");
    EXPECT_EQ(text(changed, "display_name"), "Ada King");
    EXPECT_EQ(text(changed, "locale"), "en");
    EXPECT_EQ(text(changed, "email"), "ada@example.com");
    EXPECT_EQ(text(get("/users/" + id(made) + "?fields=id,last_name"), "email"), "(absent)");
    EXPECT_EQ(refused(Method::post, "/users", R"({"email": "ada@example.com"})"),
              "email:already_exists");
    EXPECT_EQ(refused(Method::post, "/users", R"({"email": "no address"})"), "email:invalid");
    remove("/users/" + id(made));
    expect(404, Method::get, "/users/" + id(made));
    for (const auto* action : {"user.created", "user.changed", "user.deleted"})
        EXPECT_EQ(audit.of(action).size(), 1U) << action;
}

TEST_F(LookerUsers, NobodySetsWhatIdentifiesAPerson) {
    const std::string mean = R"({"role": "Admin", "org": 2, "uuid": "mine", "handle": "root",
        "password_hash": "x", "id": "1", "profile": {"roles": [1]}, "role_ids": ["1"],
        "group_ids": ["1"], "first_name": "Eve"})";
    const auto made = post("/users", mean);
    const auto before = stored(id(made));
    EXPECT_EQ(before.role, "Viewer");
    EXPECT_EQ(before.org, 1);
    EXPECT_NE(before.uuid, "mine");
    EXPECT_EQ(before.password_hash, "");
    (void)patch("/users/" + id(made), mean);
    const auto after = stored(id(made));
    EXPECT_EQ(after.role, "Viewer");
    EXPECT_EQ(after.handle, before.handle);
    EXPECT_EQ(after.uuid, before.uuid);
    EXPECT_FALSE(after.profile.contains("roles"));
}

TEST_F(LookerUsers, SearchesBothKindsInOneOrder) {
    const auto clients = all(get("/users"), "id") + ",";  // those of the API, made before
    const auto ada = user("Ada", "One"), bob = user("Bob", "Two");
    const auto first = embed_user("x-1");
    const auto eve = user("Eve", "Three");
    const auto second = embed_user("x-2");
    (void)patch("/users/" + second, R"({"first_name": "Adele"})");
    EXPECT_EQ(all(get("/users/search"), "id"),
              clients + ada + "," + bob + "," + first + "," + eve + "," + second);
    EXPECT_EQ(all(get("/users?sorts=id%20desc&limit=2&offset=1"), "id"), eve + "," + first);
    EXPECT_EQ(all(get("/users?sorts=id%20desc&per_page=2&page=2"), "id"), first + "," + bob);
    EXPECT_EQ(all(get("/users/search?embed_user=true"), "id"), first + "," + second);
    EXPECT_EQ(all(get("/users/search?embed_user=false"), "id"),
              clients + ada + "," + bob + "," + eve);
    EXPECT_EQ(all(get("/users/search?first_name=AD%25&sorts=first_name"), "id"),
              ada + "," + second);
    EXPECT_EQ(all(get("/users/search?id=" + first), "id"), first);
    EXPECT_EQ(all(get("/users/search?id=none"), "id"), "");
    EXPECT_EQ(all(get("/users/search?email=user-%25&last_name=t%25"), "id"), bob + "," + eve);
    EXPECT_EQ(all(get("/users?ids=" + eve + "," + ada + ",99999"), "id"), eve + "," + ada);
    (void)patch("/users/" + bob, R"({"is_disabled": true})");
    EXPECT_EQ(all(get("/users/search?is_disabled=true"), "id"), bob);
    for (const auto* query :
         {"limit=x", "limit=-1", "offset=1e3", "sorts=password_hash", "embed_user=maybe",
          "filter_or=true", "sorts=id%20sideways", "fields=a(b"}) {
        expect(400, Method::get, std::string("/users/search?") + query);
    }
    expect(422, Method::get, "/users/search?limit=1&limit=2");
}

TEST_F(LookerUsers, AnEmbedUserIsFoundByTheApplicationsId) {
    const auto made = embed_user("a/b %41");
    EXPECT_EQ(embed_user("a/b %41"), made) << "made once";
    const auto found = get("/users/credential/embed/a%2Fb%20%2541");
    EXPECT_EQ(id(found), made);
    EXPECT_EQ(text(found.at("credentials_embed").at(0), "external_user_id"), "a/b %41");
    EXPECT_EQ(text(found, "display_name"), "Embed User");
    EXPECT_EQ(text(found, "email"), "null");
    expect(404, Method::get, "/users/credential/embed/nobody");
    expect(404, Method::get, "/users/credential/saml/a%2Fb%20%2541");
    EXPECT_EQ(refused(Method::post, "/users/embed_user", "{}"), "external_user_id:missing_field");
    EXPECT_EQ(refused(Method::post, "/users/embed_user", R"({"external_user_id": 7})"),
              "external_user_id:invalid");
}

TEST_F(LookerUsers, ACredentialsEndIsThePersonsEnd) {
    const auto session = open_session("gone");
    const auto person = id(get("/users/credential/embed/gone"));
    const auto path = "/users/" + person + "/credentials_embed";
    EXPECT_EQ(all(get(path), "external_user_id"), "gone");
    EXPECT_EQ(text(get(path + "/" + person), "type"), "embed");
    expect(404, Method::get, path + "/1");
    expect(404, Method::del, path + "/1");
    EXPECT_TRUE(is_live(session));
    remove(path + "/" + person);
    EXPECT_FALSE(is_live(session));
    expect(404, Method::get, path);
    EXPECT_EQ(get("/users/" + user("Ada", "One") + "/credentials_embed"), json::array());
}

TEST_F(LookerUsers, DisablingOrRemovingEndsEverySessionOfThatPersonAlone) {
    const auto one = open_session("one"), again = open_session("one"), two = open_session("two");
    const auto person = id(get("/users/credential/embed/one"));
    (void)patch("/users/" + person, R"({"first_name": "Still", "is_disabled": false})");
    EXPECT_TRUE(is_live(one));
    (void)patch("/users/" + person, R"({"is_disabled": true})");
    EXPECT_FALSE(is_live(one));
    EXPECT_FALSE(is_live(again));
    EXPECT_TRUE(is_live(two));
    remove("/users/" + id(get("/users/credential/embed/two")));
    EXPECT_FALSE(is_live(two));
}

TEST_F(LookerUsers, SessionsAreListedAndEndedOneByOne) {
    const auto first = open_session("one"), second = open_session("one");
    const auto stranger = open_session("two");
    const auto path = "/users/" + id(get("/users/credential/embed/one")) + "/sessions";
    EXPECT_EQ(get(path).as_array().size(), 2U);
    EXPECT_EQ(text(get(path + "/" + first), "ip_address"), "192.0.2.9");
    EXPECT_EQ(text(get(path + "/" + first), "browser"), "Browser/1");
    EXPECT_EQ(get("/users/credential/embed/one").at("sessions").as_array().size(), 2U);
    expect(404, Method::del, path + "/" + stranger);
    expect(404, Method::get, path + "/" + stranger);
    expect(404, Method::del, path + "/" + std::string(3000, 'a'));
    remove(path + "/" + first);
    EXPECT_FALSE(is_live(first));
    EXPECT_TRUE(is_live(second));
    EXPECT_TRUE(is_live(stranger));
    expect(404, Method::del, path + "/" + first);
    EXPECT_EQ(all(get(path), "id"), second);
    clock.advance(seconds{901});
    expect(404, Method::del, path + "/" + second);
}

TEST_F(LookerUsers, HaveTheRolesThatAreSet) {
    const auto role = id(get("/roles").at(0));
    for (const auto& person : {user("Ada", "One"), embed_user("x")}) {
        const auto path = "/users/" + person + "/roles";
        EXPECT_EQ(get(path), json::array());
        EXPECT_EQ(all(put_list(path, "[\"" + role + "\"]"), "id"), role);
        EXPECT_EQ(all(get(path), "name"), "Admin");
        EXPECT_EQ(get("/users/" + person).at("role_ids"), (json::array{json::string(role)}));
        EXPECT_EQ(refused(Method::put, path, R"(["99999"])"), "role_ids:invalid");
        EXPECT_EQ(refused(Method::put, path, R"([null])"), "role_ids:invalid");
        expect(400, Method::put, path, R"({"role_ids": []})");
        EXPECT_EQ(put_list(path, "[]"), json::array());
    }
    EXPECT_EQ(audit.of("user.roles_changed").size(), 4U);
}

TEST_F(LookerUsers, RolesComeThroughGroupsToo) {
    const auto role = id(get("/roles").at(0));
    const auto group = id(post("/groups", R"({"name": "Staff"})"));
    (void)put_list("/roles/" + role + "/groups", "[\"" + group + "\"]");
    const auto person = user("Ada", "One");
    (void)post("/groups/" + group + "/users", R"({"user_id": ")" + person + "\"}");
    EXPECT_EQ(all(get("/users/" + person + "/roles"), "id"), role);
    EXPECT_EQ(get("/users/" + person + "/roles?direct_association_only=true"), json::array());
    EXPECT_EQ(all(get("/roles/" + role + "/users"), "id"), person);
    EXPECT_EQ(get("/roles/" + role + "/users?direct_association_only=true"), json::array());
}

TEST_F(LookerUsers, TheCallerIsShownAndDoesNotShutHimselfOut) {
    EXPECT_EQ(text(get("/user"), "is_service_account"), "true");
    EXPECT_EQ(call(Method::get, "/user", {}, &viewer).status, 200);
    const auto person = user("Ada", "One");
    catalog
        ->write_now<void>([&](store::Transaction& tx) -> Result<void> {
            for (const auto* key : catalog->snapshot()->keys(1)) {
                if (key->role != "Admin" || key->kind != store::ApiKey::Kind::service_token) {
                    continue;
                }
                auto row = *key;
                row.user = std::stoll(person);
                return tx.update(row);
            }
            return {};
        })
        .value();
    EXPECT_EQ(id(get("/user")), person);
    expect(403, Method::del, "/users/" + person);
    expect(403, Method::patch, "/users/" + person, R"({"is_disabled": true})");
    (void)patch("/users/" + person, R"({"first_name": "Augusta"})");
}

// -- attribute values -------------------------------------------------------------------------

class LookerAttributeValues : public LookerUsers {
  protected:
    std::string attribute(const std::string& name, const std::string& more = {}) {
        return id(post("/user_attributes", R"({"name": ")" + name + R"(", "label": ")" + name +
                                               R"(", "type": "string")" + more + "}"));
    }
};

TEST_F(LookerAttributeValues, ComeFromThePersonThenTheGroupsThenTheDefault) {
    const auto airport = attribute("airport", R"(, "default_value": "JFK")");
    const auto empty = attribute("empty");
    const auto person = user("Ada", "One");
    const auto path = "/users/" + person + "/attribute_values";
    EXPECT_EQ(all(get(path), "source"), "default");
    EXPECT_EQ(all(get(path + "?include_unset=true"), "name"), "airport,empty");
    const auto group = id(post("/groups", R"({"name": "South"})"));
    (void)post("/groups/" + group + "/users", R"({"user_id": ")" + person + "\"}");
    const auto of_group =
        patch("/groups/" + group + "/attribute_values/" + airport, R"({"value": "ATL"})");
    EXPECT_EQ(text(of_group, "rank"), "0");
    EXPECT_EQ(all(get(path), "value"), "ATL");
    EXPECT_EQ(text(patch(path + "/" + airport, R"({"value": "SFO"})"), "value"), "SFO");
    EXPECT_EQ(all(get(path + "?all_values=true"), "value"), "SFO,ATL,JFK");
    EXPECT_EQ(all(get(path + "?all_values=true"), "source"), "user,group: South,default");
    EXPECT_EQ(get(path + "?user_attribute_ids=" + empty), json::array());
    remove(path + "/" + airport);
    remove("/groups/" + group + "/attribute_values/" + airport);
    EXPECT_EQ(all(get(path), "value"), "JFK");
    EXPECT_EQ(refused(Method::patch, path + "/" + airport, "{}"), "value:missing_field");
    expect(404, Method::patch, path + "/99999", R"({"value": "x"})");
    expect(404, Method::patch, "/users/99999/attribute_values/" + airport, R"({"value": "x"})");
}

TEST_F(LookerAttributeValues, AreHeldToTheirType) {
    const auto number =
        id(post("/user_attributes", R"({"name": "limit", "label": "Limit", "type": "number"})"));
    const auto path = "/users/" + embed_user("x") + "/attribute_values/" + number;
    EXPECT_EQ(refused(Method::patch, path, R"({"value": "ten"})"), "value:invalid");
    EXPECT_EQ(refused(Method::patch, path, R"({"value": 10})"), "value:invalid");
    EXPECT_EQ(text(patch(path, R"({"value": "10"})"), "value"), "10");
}

TEST_F(LookerAttributeValues, HiddenOnesComeBackBlankEverywhere) {
    const auto secret = attribute("token", R"(, "value_is_hidden": true, "default_value": "t0p")");
    const auto person = user("Ada", "One");
    const auto group = id(post("/groups", R"({"name": "South"})"));
    (void)post("/groups/" + group + "/users", R"({"user_id": ")" + person + "\"}");
    std::string seen;
    const auto see = [&](Method method, const std::string& path, const std::string& body = {}) {
        seen += json::serialize(expect(200, method, path, body));
    };
    see(Method::patch, "/groups/" + group + "/attribute_values/" + secret, R"({"value": "t0p"})");
    see(Method::get, "/user_attributes/" + secret + "/group_values");
    see(Method::get, "/user_attributes/" + secret);
    see(Method::get, "/user_attributes");
    see(Method::patch, "/users/" + person + "/attribute_values/" + secret, R"({"value": "t0p"})");
    see(Method::get, "/users/" + person + "/attribute_values?all_values=true");
    see(Method::get, "/users/" + person);
    EXPECT_EQ(seen.find("t0p"), std::string::npos) << seen;
    for (const auto& event : audit.events())
        EXPECT_EQ(json::serialize(event.detail).find("t0p"), std::string::npos) << event.action;
    EXPECT_EQ(all(get("/users/" + person + "/attribute_values"), "value"), "");
}

TEST_F(LookerAttributeValues, OfAnEmbedUserAreTheLastLinksBeforeTheStored) {
    const auto airport = attribute("airport");
    const auto person = embed_user("x");
    const auto path = "/users/" + person + "/attribute_values";
    EXPECT_EQ(text(patch(path + "/" + airport, R"({"value": "ATL"})"), "value"), "ATL");
    auto row = catalog->embed_user_by_external_id_now(1, "x").value();
    row.grant["attributes"] = json::object{{"airport", "SFO"}};
    catalog->write_now<void>([&](store::Transaction& tx) { return tx.update(row); }).value();
    EXPECT_EQ(all(get(path), "value"), "SFO");
}

}  // namespace
}  // namespace casement::looker
