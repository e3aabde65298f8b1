// Panel lines: from the cache at once, else as each finishes; cut when the right to see them ends.
#include "console/panel_stream.h"
#include "server.h"

#include <boost/asio/post.hpp>

namespace casement::console {
namespace {

using test::ServerTest;

class Streams : public ServerTest {
  protected:
    Shared dashboard(std::vector<std::string> queries) {
        const auto made = api(http::Method::post, "/dashboards",
                              json::object{{"document", test::document("flights", queries)}});
        EXPECT_EQ(made.status, 201) << made.body;
        return share("flights", "ATL", {{"download", true}});
    }
    json::object opened_without_data(const Shared& shared) {
        const auto reply = open(link(shared, "n1"), mine, {{"data", false}});
        EXPECT_EQ(reply.status, 201) << reply.body;
        return reply.lines().at(0);
    }
    /// Runs on another thread, as the store and the catalog do, and is done when it returns.
    static void elsewhere(const std::function<void()>& work) {
        std::thread thread(work);
        thread.join();
    }
};

TEST_F(Streams, AreAWholeBodyWhenEverythingIsCached) {
    const auto shared = dashboard({"select 1", "select 2"});
    const auto first = opened_without_data(shared);
    const auto cold = viewer("/query", access_token(first), json::object{});
    EXPECT_TRUE(cold.streamed);
    EXPECT_TRUE(cold.complete());
    const auto runs = engine.runs;
    const auto warm = viewer("/query", access_token(first), json::object{});
    EXPECT_FALSE(warm.streamed);
    EXPECT_TRUE(warm.complete());
    EXPECT_EQ(engine.runs, runs);
    EXPECT_EQ(warm.lines().size(), 3U);
}

TEST_F(Streams, SendWhatTheyHaveAndKeepAFailureInItsLine) {
    const auto shared = dashboard({"select 1", "fail", "select 3"});
    const auto first = opened_without_data(shared);
    const auto reply = viewer("/query", access_token(first), json::object{});
    EXPECT_TRUE(reply.complete());
    ASSERT_EQ(reply.lines().size(), 4U);
    int failed = 0;
    for (const auto& line : reply.lines()) {
        if (const auto* error = line.if_contains("error")) {
            ++failed;
            EXPECT_EQ(line.at("panel"), 2);
            EXPECT_EQ(error->at("code"), "query_failed");
        }
    }
    EXPECT_EQ(failed, 1);
}

TEST_F(Streams, GiveEveryPanelItsTurnWhenThereAreMany) {
    std::vector<std::string> queries;
    for (int i = 0; i < 50; ++i)
        queries.push_back("select " + std::to_string(i));
    const auto shared = dashboard(queries);
    const auto first = opened_without_data(shared);
    const auto reply = viewer("/query", access_token(first), json::object{});
    EXPECT_TRUE(reply.complete());
    std::set<std::int64_t> panels;
    for (const auto& line : reply.lines()) {
        if (const auto* panel = line.if_contains("panel")) panels.insert(panel->as_int64());
    }
    EXPECT_EQ(panels.size(), 50U);
}

TEST_F(Streams, AreCutWhenTheSessionIsEnded) {
    const auto shared = dashboard({"select 1", "hang"});
    const auto first = opened_without_data(shared);
    engine.on_hang = [&] { elsewhere([&] { run(sessions().end(session_id(first))).value(); }); };
    const auto reply = viewer("/query", access_token(first), json::object{});
    EXPECT_TRUE(reply.streamed);
    EXPECT_FALSE(reply.complete());
    EXPECT_EQ(engine.cancelled, 1);
    EXPECT_EQ(viewer("/query", access_token(first), json::object{}).code(), "session_ended");
}

TEST_F(Streams, AreCutWhenTheShareIsPausedOrItsCredentialSwitchedOff) {
    const auto shared = dashboard({"hang"});
    const auto first = opened_without_data(shared);
    int cuts = 0;
    const std::vector<std::function<void()>> reasons{
        [&] {
            api(http::Method::patch, "/shares/" + shared.token, json::object{{"status", "paused"}});
        },
        [&] {
            api(http::Method::patch,
                "/shares/" + shared.token + "/credentials/" + std::to_string(shared.credential_id),
                json::object{{"disabled", true}});
        },
    };
    for (const auto& reason : reasons) {
        engine.on_hang = [&] { elsewhere(reason); };
        const auto reply = viewer("/query", access_token(first), json::object{});
        EXPECT_TRUE(reply.streamed);
        EXPECT_FALSE(reply.complete());
        EXPECT_EQ(engine.cancelled, ++cuts);
        api(http::Method::patch, "/shares/" + shared.token, json::object{{"status", "active"}});
    }
}

// A client that goes away in the middle of a line.
class GoneWriter final : public http::BodyWriter {
  public:
    asio::awaitable<bool> write(std::string_view) override { co_return false; }
};

TEST_F(Streams, StopTheQueriesWhenTheClientIsGone) {
    const auto shared = dashboard({"select 1", "hang", "hang 2"});
    const auto first = opened_without_data(shared);
    auto authorized = run(service().authorize(access_token(first), ""));
    ASSERT_TRUE(authorized);
    access::ViewService views(engine, clock);
    auto selection = run(views.select(*authorized, {}, nullptr));
    ASSERT_TRUE(selection);
    http::Request request;
    request.cancellation = std::make_shared<Cancellation>();
    auto response =
        answer_panels(service(), views, request, {200, "", *authorized, *selection, {1, 2, 3}});
    GoneWriter writer;
    ASSERT_TRUE(response.stream);
    run([](http::Response& streaming, http::BodyWriter& to) -> asio::awaitable<bool> {
        co_await streaming.stream(to);
        co_return true;
    }(response, writer));
    EXPECT_TRUE(request.cancellation->cancelled());
    EXPECT_EQ(engine.cancelled, 2);
}

TEST_F(Streams, LeaveAnAuditRowPerCallAndNotPerPanelOrRefresh) {
    const auto shared = dashboard({"select 1", "select 2"});
    const auto first = opened_without_data(shared);
    const auto token = access_token(first);
    const json::object one{{"panels", json::array{1}}};
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(viewer("/query", token, one).status, 200);
    ASSERT_EQ(audit.of("query").size(), 1U);
    const auto row = audit.of("query").at(0);
    EXPECT_EQ(row.actor, "session:" + session_id(first));
    EXPECT_EQ(row.detail.at("panels"), (json::array{1}));
    EXPECT_EQ(viewer("/query", token, json::object{{"panels", json::array{2}}}).status, 200);
    EXPECT_EQ(audit.of("query").size(), 2U);
    EXPECT_EQ(audit.of("query").at(1).detail.at("left_out"), 9);
    EXPECT_EQ(viewer("/export", token, json::object{{"panel", 1}}).status, 200);
    EXPECT_EQ(audit.of("export").size(), 1U);
}

TEST_F(Streams, ExportIsAFileOfThePanel) {
    const auto shared = dashboard({"select 1"});
    const auto first = opened_without_data(shared);
    const auto reply = viewer("/export", access_token(first), json::object{{"panel", 1}});
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.headers.find("Content-Type"), "text/csv; charset=utf-8");
    EXPECT_EQ(reply.headers.find("Content-Disposition"),
              "attachment; filename=\"flights-panel-1.csv\"");
    EXPECT_EQ(reply.body, "airport\r\nATL\r\n");

    api(http::Method::patch, "/shares/" + shared.token, json::object{{"download", false}});
    const auto refused = viewer("/export", access_token(first), json::object{{"panel", 1}});
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.code(), "download_not_allowed");
    EXPECT_EQ(audit.of("query.refused").size(), 1U);
}

TEST_F(Streams, ViewIsTheDashboardAsItIsNow) {
    const auto shared = dashboard({"select 1"});
    const auto first = opened_without_data(shared);
    api(http::Method::patch, "/shares/" + shared.token, json::object{{"title", "Renamed"}});
    const auto reply = viewer("/view", access_token(first), json::object{});
    EXPECT_EQ(reply.status, 200) << reply.body;
    ASSERT_EQ(reply.lines().size(), 1U);
    EXPECT_EQ(reply.lines().at(0).at("dashboard").at("title"), "Renamed");
    EXPECT_EQ(reply.lines().at(0).at("session"), first.at("session"));
    EXPECT_EQ(reply.lines().at(0).at("access_token"), first.at("access_token"));
}

}  // namespace
}  // namespace casement::console
