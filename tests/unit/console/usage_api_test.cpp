// What panels' queries took, over the API.
#include "server.h"

namespace casement::console {
namespace {

using http::Method;
using test::ServerTest;

class UsageApi : public ServerTest {
  protected:
    Shared dashboard(std::vector<std::string> queries) {
        const auto made =
            api(Method::post, "/dashboards",
                json::object{{"document", test::document("flights", std::move(queries))}});
        EXPECT_EQ(made.status, 201) << made.body;
        return share("flights", "ATL");
    }
    std::string opened_without_data(const Shared& shared) {
        const auto reply = open(link(shared, "n1"), mine, {{"data", false}});
        EXPECT_EQ(reply.status, 201) << reply.body;
        return access_token(reply.lines().at(0));
    }
    json::array slow(std::string_view token = {}) {
        const auto usage = api(Method::get, "/usage", std::nullopt, token);
        EXPECT_EQ(usage.status, 200) << usage.body;
        return usage.json().at("slow_panels").as_array();
    }
    json::object panel(std::int64_t id) {
        for (const auto& one : slow())
            if (one.at("panel") == id) return one.as_object();
        return {};
    }
};

TEST_F(UsageApi, PanelsSayHowLongTheirQueriesTookAndHowOftenTheyFailed) {
    const auto shared = dashboard({"select 1", "fail"});
    EXPECT_TRUE(slow().empty());
    const auto token = opened_without_data(shared);
    ASSERT_TRUE(viewer("/query", token, json::object{}).complete());
    const auto good = panel(1);
    ASSERT_FALSE(good.empty());
    EXPECT_EQ(good.at("share"), json::value(shared.token));
    EXPECT_EQ(good.at("dashboard"), "flights");
    EXPECT_EQ(good.at("runs"), 1);
    EXPECT_EQ(good.at("failed"), 0);
    EXPECT_GE(good.at("longest_ms").to_number<double>(), good.at("mean_ms").to_number<double>());
    const auto bad = panel(2);
    EXPECT_EQ(bad.at("runs"), 1);
    EXPECT_EQ(bad.at("failed"), 1);
    // From the cache nobody is asked; what failed is asked again.
    ASSERT_TRUE(viewer("/query", token, json::object{}).complete());
    EXPECT_EQ(panel(1).at("runs"), 1);
    EXPECT_EQ(panel(2).at("runs"), 2);
    EXPECT_TRUE(slow(stranger_token).empty()) << "another organization's";
    EXPECT_EQ(api(Method::get, "/usage", std::nullopt, viewer_token).status, 403);
    // A range that is over has nothing of now.
    const auto past = api(Method::get, "/usage?from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z");
    EXPECT_TRUE(past.json().at("slow_panels").as_array().empty());
}

TEST_F(UsageApi, ADraftThatIsKeptNowhereIsNoPanelOfAnybody) {
    const auto drawn = api(Method::post, "/draw",
                           json::object{{"document", test::document("draft", {"select 1"})}});
    ASSERT_EQ(drawn.status, 200) << drawn.body;
    ASSERT_GT(engine.runs, 0);
    EXPECT_TRUE(slow().empty());
}

}  // namespace
}  // namespace casement::console
