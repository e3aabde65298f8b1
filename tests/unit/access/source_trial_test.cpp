// Trying a source that nobody has saved: what answers, what does not, and not too many at a time.
#include "access/source_trial.h"

#include "base/shape.h"
#include "support/run.h"
#include "support/temp_dir.h"

#include <filesystem>
#include <fstream>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>
#include <sqlite3.h>

namespace casement::access {
namespace {

using boost::asio::ip::tcp;
namespace json = boost::json;

class SourceTrialTest : public testing::Test {
  protected:
    Result<void> asked(const std::string& type, json::object settings,
                       const std::string& secret = "") {
        return test::run(trial.ask(type, {std::move(settings), Secret(secret), ""}));
    }
    /// A database file that can be read.
    json::object a_file() {
        const std::string path = folder / "shop.db";
        sqlite3* handle = nullptr;
        EXPECT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(handle, "CREATE TABLE IF NOT EXISTS orders (id)", nullptr, nullptr,
                               nullptr),
                  SQLITE_OK);
        sqlite3_close(handle);
        return {{"database", path}};
    }
    /// Listens, and never says a word; what is connected breaks when it is closed.
    tcp::acceptor silent_server() { return {nobody_, {asio::ip::address_v4::loopback(), 0}}; }
    static json::object metrics_at(const tcp::acceptor& server) {
        return {{"url", "http://127.0.0.1:" + std::to_string(server.local_endpoint().port())}};
    }

    test::TempDir folder;
    SourceTrial trial;

  private:
    asio::io_context nobody_;
};

TEST_F(SourceTrialTest, SaysThatASourceAnswers) {
    EXPECT_TRUE(asked("sqlite", a_file()));
    std::ofstream(folder / "orders.csv") << "id,total\n1,9.5\n";
    EXPECT_TRUE(asked("duckdb", {{"tables", {{"orders", folder / "orders.csv"}}}}));
}

TEST_F(SourceTrialTest, SaysWhatToLookAtWhereNoneDoes) {
    const auto gone = asked("sqlite", {{"database", folder / "none.db"}});
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().code, "source_unavailable");
    EXPECT_FALSE(gone.error().message.empty());
    EXPECT_FALSE(std::filesystem::exists(folder / "none.db")) << "asking makes no file";

    std::ofstream(folder / "text.db") << "This is no database, however long it gets to be.";
    const auto other = asked("sqlite", {{"database", folder / "text.db"}});
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().code, "source_unavailable");
}

TEST_F(SourceTrialTest, NeverRepeatsTheSecret) {
    auto closed = silent_server();
    const std::int64_t port = closed.local_endpoint().port();
    const json::object metrics = metrics_at(closed);
    closed.close();
    const std::string secret = "correct-horse-battery";
    const json::object database{{"host", "127.0.0.1"},
                                {"port", port},
                                {"database", "shop"},
                                {"user", "ada"},
                                {"ssl_mode", "disable"}};
    for (const auto& [type, settings] : {std::pair{"postgres", database},
                                         {"prometheus", metrics},
                                         {"mysql",
                                          {{"host", "127.0.0.1"},
                                           {"port", port},
                                           {"database", "shop"},
                                           {"user", "ada"},
                                           {"tls", "off"}}}}) {
        const auto refused = asked(type, settings, secret);
        ASSERT_FALSE(refused) << type;
        EXPECT_EQ(refused.error().code, "source_unavailable") << type;
        EXPECT_NE(refused.error().message.find(std::to_string(port)), std::string::npos)
            << refused.error().message;
        EXPECT_EQ(refused.error().message.find(secret), std::string::npos) << type;
    }
}

TEST_F(SourceTrialTest, SettingsThatAreWrongAfterAllAreAnError) {
    EXPECT_EQ(asked("sqlite", {}).error().code, "invalid_source");
    EXPECT_EQ(asked("sqlite", {{"database", 5}}).error().code, "invalid_source");
    EXPECT_EQ(asked("sqlite", {{"database", "file:" + (folder / "shop.db")}}).error().code,
              "invalid_source");
    EXPECT_EQ(asked("duckdb", {{"threads", "many"}}).error().code, "invalid_source");
    EXPECT_EQ(asked("prometheus", {{"url", nullptr}}).error().code, "invalid_source");
}

TEST_F(SourceTrialTest, ATypeThatTheEngineDoesNotKnowIsNeverAsked) {
    for (const auto* type : {"", "oracle", "SQLITE", "sqlite "}) {
        const auto refused = asked(type, a_file());
        ASSERT_FALSE(refused) << type;
        EXPECT_EQ(refused.error().kind, ErrorKind::internal) << type;
    }
}

TEST_F(SourceTrialTest, EightAreTriedAtATimeAndTheRestIsToldToComeAgain) {
    auto silent = silent_server();
    asio::io_context context;
    std::vector<std::string> codes;
    for (int i = 0; i < 10; ++i) {
        asio::co_spawn(context, trial.ask("prometheus", {metrics_at(silent), Secret(), ""}),
                       [&](std::exception_ptr failed, const Result<void>& answer) {
                           EXPECT_EQ(failed, nullptr);
                           codes.emplace_back(answer ? "ok" : answer.error().code);
                           if (codes.back() == "too_busy") {
                               EXPECT_EQ(answer.error().kind, ErrorKind::rate_limited);
                           }
                           // Those that wait are let go when both have been refused.
                           if (codes.size() == 2) silent.close();
                       });
    }
    context.run();
    std::vector<std::string> expected(10, "source_unavailable");
    expected[0] = expected[1] = "too_busy";
    EXPECT_EQ(codes, expected);
    // All places are free again.
    for (int i = 0; i < 10; ++i)
        EXPECT_TRUE(asked("sqlite", a_file())) << i;
}

}  // namespace
}  // namespace casement::access
