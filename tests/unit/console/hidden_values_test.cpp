// Values of attributes that are hidden: queries use them, and no answer tells them.
#include "server.h"

namespace casement::console {
namespace {

using http::Method;
using test::ServerTest;

constexpr std::string_view kValue = "t0p-s3cret-region";

class HiddenValues : public ServerTest {
  protected:
    /// A dashboard whose variable stands for the attribute "region", and somebody who has it.
    std::int64_t prepare(bool hidden) {
        const auto attribute = api(Method::post, "/user-attributes",
                                   json::object{{"name", "region"},
                                                {"label", "Region"},
                                                {"type", "string"},
                                                {"default", kValue},
                                                {"hidden", hidden},
                                                {"domains", "https://app.example.com"}});
        EXPECT_EQ(attribute.status, 201) << attribute.body;
        auto document = test::document("flights", {"select 1"});
        document["variables"] = json::array{
            json::object{{"name", "airport"}, {"type", "text"}, {"attribute", "region"}}};
        const auto made =
            api(Method::post, "/dashboards", json::object{{"document", std::move(document)}});
        EXPECT_EQ(made.status, 201) << made.body;
        store::User user;
        user.org = 1;
        user.uuid = random.uuid();
        user.handle = "ada@example.com";
        user.name = "Ada";
        user.role = "Viewer";
        const std::function<Result<std::int64_t>(store::Transaction&)> write =
            [&](store::Transaction& tx) -> Result<std::int64_t> {
            if (auto inserted = tx.insert(user); !inserted) return inserted.error();
            return user.id;
        };
        return catalog().write_now<std::int64_t>(write).value();
    }
    std::vector<json::object> drawn(json::object as) {
        const auto reply = api(Method::post, "/draw",
                               json::object{{"dashboard", "flights"}, {"as", std::move(as)}});
        EXPECT_EQ(reply.status, 200) << reply.body;
        EXPECT_TRUE(reply.complete()) << reply.body;
        return reply.lines();
    }
    static bool tells(const json::value& what) {
        return json::serialize(what).find(kValue) != std::string::npos;
    }
};

TEST_F(HiddenValues, AreUsedByAQueryAndNotToldToItsPage) {
    const auto user = prepare(true);
    const auto lines = drawn({{"user", user}});
    ASSERT_GE(lines.size(), 2U);
    EXPECT_FALSE(tells(lines.at(0))) << json::serialize(lines.at(0));
    // The engine of this test answers with what was bound.
    EXPECT_TRUE(tells(lines.at(1))) << json::serialize(lines.at(1));
}

TEST_F(HiddenValues, AreToldWhereTheyAreNotHidden) {
    const auto user = prepare(false);
    EXPECT_TRUE(tells(drawn({{"user", user}}).at(0)));
}

TEST_F(HiddenValues, AreInNoListAndInNoAuditRow) {
    const auto user = std::to_string(prepare(true));
    drawn({{"user", std::stoll(user)}});
    int asked = 0;
    for (const auto& operation : operations()) {
        if (operation.method != Method::get || operation.caller != Caller::principal) continue;
        auto path = operation.path;
        if (path.starts_with("/users/") || path.starts_with("/external-people/")) {
            if (const auto at = path.find("{id}"); at != std::string::npos)
                path.replace(at, 4, user);
        }
        if (path.find('{') != std::string::npos) continue;
        const auto reply = call({.target = std::string(kApiRoot) + path,
                                 .headers = {{"Authorization", "Bearer " + admin_token}}});
        EXPECT_EQ(reply.body.find(kValue), std::string::npos) << path << ": " << reply.body;
        asked += reply.status == 200 ? 1 : 0;
    }
    EXPECT_GT(asked, 20) << "most of them answered";
    const auto listed = api(Method::get, "/user-attributes").body;
    EXPECT_NE(listed.find("\"hidden\":true"), std::string::npos) << listed;
    EXPECT_NE(listed.find("https://app.example.com"), std::string::npos) << "kept as it was given";
    EXPECT_EQ(audit.text().find(kValue), std::string::npos);
}

TEST_F(HiddenValues, WhatAPersonMayEditNarrowsNothing) {
    const auto user = prepare(false);
    const auto id = api(Method::get, "/user-attributes").json().at("attributes").as_array();
    std::int64_t attribute = 0;
    for (const auto& one : id)
        if (one.at("name") == "region") attribute = one.at("id").as_int64();
    ASSERT_EQ(api(Method::patch, "/user-attributes/" + std::to_string(attribute),
                  json::object{{"editable", true}})
                  .status,
              200);
    // Where a value is his own to choose, it is as if there were none.
    for (const auto& line : drawn({{"user", user}}))
        EXPECT_FALSE(tells(line)) << json::serialize(line);
}

}  // namespace
}  // namespace casement::console
