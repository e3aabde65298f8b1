// Keys over the API: when each was used last.
#include "server.h"

namespace casement::console {
namespace {

using namespace std::chrono_literals;
using http::Method;
using test::ServerTest;

class KeyApi : public ServerTest {
  protected:
    json::object made(std::string_view kind) {
        const auto reply =
            api(Method::post, "/keys", json::object{{"kind", kind}, {"name", "used"}});
        EXPECT_EQ(reply.status, 201) << reply.body;
        return reply.json();
    }
    json::value last_use(const json::value& id) {
        const auto listed = api(Method::get, "/keys").json();
        for (const auto& key : listed.at("keys").as_array()) {
            if (key.at("id") == id) return key.at("last_used_at");
        }
        return "not listed";
    }
};

TEST_F(KeyApi, SaysWhenAKeyWasUsedLast) {
    const auto key = made("service_token");
    const auto id = key.at("key").at("id");
    EXPECT_EQ(key.at("key").at("last_used_at"), nullptr);
    EXPECT_EQ(last_use(id), nullptr);
    const auto first = to_rfc3339(clock.now());
    const std::string secret(key.at("secret").get_string());
    EXPECT_EQ(api(Method::get, "/dashboards", std::nullopt, secret).status, 200);
    EXPECT_EQ(last_use(id), json::value(first));
    clock.advance(30s);
    EXPECT_EQ(api(Method::get, "/dashboards", std::nullopt, secret).status, 200);
    EXPECT_EQ(last_use(id), json::value(first)) << "within a minute it is one use";
    clock.advance(30s);
    EXPECT_EQ(api(Method::get, "/dashboards", std::nullopt, secret).status, 200);
    EXPECT_EQ(last_use(id), json::value(to_rfc3339(clock.now())));
    // What is refused for its role has proven itself all the same.
    clock.advance(10min);
    EXPECT_EQ(api(Method::get, "/keys", std::nullopt, secret).code(), "missing_permission");
    EXPECT_EQ(last_use(id), json::value(to_rfc3339(clock.now())));
    const auto changed = api(Method::patch, "/keys/" + std::to_string(id.as_int64()),
                             json::object{{"disabled", true}});
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(changed.json().at("last_used_at"), json::value(to_rfc3339(clock.now())));
    clock.advance(10min);
    EXPECT_EQ(api(Method::get, "/dashboards", std::nullopt, secret).status, 401);
    EXPECT_EQ(last_use(id), json::value(to_rfc3339(clock.now() - 10min)));
}

TEST_F(KeyApi, TellsNobodyElsesUses) {
    const auto key = made("service_token");
    const std::string secret(key.at("secret").get_string());
    EXPECT_EQ(api(Method::get, "/dashboards", std::nullopt, secret).status, 200);
    const auto theirs = api(Method::get, "/keys", std::nullopt, stranger_token);
    ASSERT_EQ(theirs.status, 200);
    const auto listed = theirs.json();
    for (const auto& one : listed.at("keys").as_array())
        EXPECT_NE(one.at("name"), "used");
}

}  // namespace
}  // namespace casement::console
