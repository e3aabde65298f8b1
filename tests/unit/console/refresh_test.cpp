// A page that refreshes itself gets what is new, and nobody learns anything by what it says it has.
#include "data/table_writer.h"
#include "server.h"

#include <cmath>

namespace casement::console {
namespace {

using test::ServerTest;

/// A second a row, as a live source has it: samples never change once they are there.
data::TablePtr seconds_of(const data::Query& query) {
    const auto time = [&](const char* name) {
        return to_unix_millis(std::get<Time>(std::get<data::Scalar>(query.parameters.at(name))));
    };
    data::TableWriter writer({{"time", data::ColumnType::time, {}},
                              {"load", data::ColumnType::number, {{"host", "web-1"}}},
                              {"state", data::ColumnType::text, {}}},
                             query.limits);
    for (auto at = time("to") - 3'600'000; at < time("to"); at += 1000) {
        writer.column(0).add_integer(at);
        writer.column(1).add_number(std::sin(static_cast<double>(at / 1000)) * 100);
        writer.column(2).add_text(at % 7000 == 0 ? "busy" : "idle");
        EXPECT_TRUE(writer.advance(1));
    }
    return std::move(writer).finish();
}

class Refreshes : public ServerTest {
  protected:
    Refreshes() {
        engine.answer = seconds_of;
        const auto made =
            api(http::Method::post, "/dashboards",
                json::object{{"document", test::document("flights", {"select $from $to"})}});
        EXPECT_EQ(made.status, 201) << made.body;
        shared = share("flights", "ATL");
        first = opened(shared, "n1");
    }

    /// The panel's line, for a page that has what `have` says.
    json::object line(json::value have = json::array{}, std::string token = "") {
        const auto reply = viewer("/query", token.empty() ? access_token(first) : token,
                                  json::object{{"have", std::move(have)}});
        EXPECT_TRUE(reply.complete()) << reply.body;
        bytes = reply.body.size();
        return reply.lines().at(0);
    }
    static json::array had(const json::object& answer) {
        return {json::object{{"panel", 1}, {"version", answer.at("version")}}};
    }
    static bool is_whole(const json::object& answer) {
        return answer.at("frames").at(0).at("columns").at(0).as_object().contains("name");
    }

    Shared shared;
    json::object first;
    std::size_t bytes = 0;  ///< of the last answer
};

TEST_F(Refreshes, SayThatNothingHasChanged) {
    const auto old = line();
    EXPECT_TRUE(is_whole(old));
    const auto now = line(had(old));
    EXPECT_EQ(now.at("unchanged"), true);
    EXPECT_EQ(now.at("version"), old.at("version"));
    EXPECT_EQ(now.at("to"), old.at("to"));
    EXPECT_FALSE(now.contains("frames"));
    EXPECT_LT(bytes, 200U);
}

TEST_F(Refreshes, SendOnlyTheRowsThatAreNew) {
    const auto old = line();
    const auto whole_bytes = bytes;
    clock.advance(seconds{10});
    const auto now = line(had(old));
    EXPECT_NE(now.at("version"), old.at("version"));
    EXPECT_EQ(now.at("to").as_int64(), old.at("to").as_int64() + 10'000);
    const auto& frame = now.at("frames").at(0);
    EXPECT_EQ(frame.at("kept"), (json::object{{"from", 10}, {"rows", 3590}, {"at", 0}}));
    EXPECT_EQ(frame.at("rows"), 3600);
    EXPECT_EQ(frame.at("columns").at(1).at("values").as_array().size(), 10U);
    // An hour of seconds, of which ten are new.
    EXPECT_GT(whole_bytes, 140'000U);
    EXPECT_LT(bytes, 1000U);
    RecordProperty("whole", static_cast<int>(whole_bytes));
    RecordProperty("new", static_cast<int>(bytes));
    // The next goes on from here.
    clock.advance(seconds{10});
    EXPECT_FALSE(is_whole(line(had(now))));
}

TEST_F(Refreshes, GoOnFromTheLinesThatTheSessionOpenedWith) {
    const auto reply = open(link(shared, "n2"), theirs);
    ASSERT_EQ(reply.status, 201);
    const auto lines = reply.lines();
    ASSERT_EQ(lines.size(), 3U);
    const auto now = line(had(lines.at(1)), access_token(lines.at(0)));
    EXPECT_EQ(now.at("unchanged"), true);
}

TEST_F(Refreshes, ServeAVersionOfAnotherSessionTheWhole) {
    const auto mine_old = line();
    const auto other = open(link(shared, "n2"), theirs).lines().at(0);
    const auto theirs_old = line(json::array{}, access_token(other));
    EXPECT_NE(theirs_old.at("version"), mine_old.at("version"));
    EXPECT_TRUE(is_whole(line(had(theirs_old))));
    clock.advance(seconds{10});
    EXPECT_TRUE(is_whole(line(had(theirs_old))));
    EXPECT_FALSE(is_whole(line(had(mine_old))));
}

TEST_F(Refreshes, ServeTheWholeForWhatIsNoVersionOfThisPanel) {
    const auto old = line();
    const auto& version = old.at("version");
    const json::value of_clone =
        json::array{json::object{{"panel", 1}, {"repeat", ""}, {"version", version}}};
    const json::value of_another = json::array{json::object{{"panel", 2}, {"version", version}}};
    const json::value made_up = json::array{json::object{{"panel", 1}, {"version", "AAAA"}}};
    json::value twice = had(old);
    twice.as_array().push_back(json::object{{"panel", 1}, {"version", std::string(22, 'B')}});
    for (const auto& have : {of_clone, of_another, made_up, twice})
        EXPECT_TRUE(is_whole(line(have))) << have;
    // The same twice is no contradiction.
    json::value same = had(old);
    same.as_array().push_back(had(old).at(0));
    EXPECT_EQ(line(same).at("unchanged"), true);
}

TEST_F(Refreshes, RefuseWhatHasTheWrongShape) {
    const json::object fine{{"panel", 1}, {"version", "A"}};
    const auto with = [&](std::string_view name, json::value value) {
        json::object changed = fine;
        changed[name] = std::move(value);
        return json::array{changed};
    };
    const std::vector<json::value> wrong = {
        "A",
        nullptr,
        json::object{{"1", "A"}},
        json::array{1},
        json::array{json::object{{"panel", 1}}},
        json::array{json::object{{"version", "A"}}},
        with("panel", "1"),
        with("panel", -1),
        with("version", 7),
        with("version", ""),
        with("version", nullptr),
        with("version", json::value(std::string(65, 'A'))),
        with("repeat", 1),
        with("more", true),
        json::array(1001, fine),
    };
    for (const auto& have : wrong) {
        const auto reply = viewer("/query", access_token(first),
                                  json::object{{"have", have}, {"panels", json::array{1}}});
        EXPECT_EQ(reply.status, 400) << have;
    }
    EXPECT_EQ(viewer("/export", access_token(first),
                     json::object{{"panel", 1}, {"have", json::array{fine}}})
                  .status,
              400);
}

TEST_F(Refreshes, NeverSayOfAFailureThatItIsUnchanged) {
    const auto old = line();
    engine.answer = nullptr;
    api(http::Method::put, "/dashboards/flights",
        json::object{{"document", test::document("flights", {"fail $from $to"})}});
    const auto failed = line(had(old));
    EXPECT_EQ(failed.at("error").at("code"), "query_failed");
    EXPECT_FALSE(failed.contains("version"));
    EXPECT_FALSE(failed.contains("unchanged"));
}

TEST_F(Refreshes, SendTheWholeWhenAColumnHasChanged) {
    const auto old = line();
    engine.answer = [](const data::Query& query) {
        auto table = std::make_shared<data::Table>(*seconds_of(query));
        table->columns.at(1).labels["host"] = "web-2";
        table->json.replace(table->json.find("web-1"), 5, "web-2");
        return table;
    };
    clock.advance(seconds{10});
    const auto now = line(had(old));
    EXPECT_TRUE(is_whole(now));
    EXPECT_EQ(now.at("frames").at(0).at("columns").at(1).at("labels").at("host"), "web-2");
}

TEST_F(Refreshes, CountAsOneCallForTheAudit) {
    auto now = line();
    const auto rows = audit.of("query").size();
    for (int i = 0; i < 3; ++i) {
        clock.advance(seconds{10});
        now = line(had(now));
        EXPECT_FALSE(is_whole(now));
    }
    EXPECT_EQ(audit.of("query").size(), rows);
}

}  // namespace
}  // namespace casement::console
