// A bundle that is larger than other bodies may be, over a real socket.
#include "server.h"
#include "unit/http/loopback.h"

#include <fmt/format.h>

namespace casement::console {
namespace {

using http::testing::LoopbackServer;
using http::testing::post;
using http::testing::RawClient;

constexpr std::size_t kMegabyte = std::size_t{1024} * 1024;

class LargeBundle : public test::ServerTest {
  protected:
    LargeBundle() : server(router()) {}

    http::testing::Answer send(std::string_view path, const std::string& body,
                               std::string_view token) {
        return RawClient(server.port()).ask(post(target(path), body, headers(token)));
    }
    /// A head that promises a body and waits to be told to send it.
    http::testing::Answer promise(std::string_view path, std::size_t length,
                                  std::string_view token) {
        return RawClient(server.port())
            .ask(fmt::format("POST {} HTTP/1.1\r\nHost: h\r\n{}Content-Length: {}\r\n"
                             "Expect: 100-continue\r\n\r\n",
                             target(path), headers(token), length));
    }
    static std::string target(std::string_view path) {
        return std::string(kApiRoot) + std::string(path);
    }
    static std::string headers(std::string_view token) {
        const std::string type = "Content-Type: application/json\r\n";
        if (token.empty()) return type;
        return fmt::format("{}Authorization: Bearer {}\r\n", type, token);
    }
    /// A bundle of dashboards with about as much text as this in all.
    static std::string bundle(std::size_t bytes) {
        const std::string query = "select 1 -- " + std::string(10'000, 'x');
        json::array dashboards;
        for (std::size_t i = 0; i * 20 * query.size() < bytes; ++i) {
            dashboards.push_back(
                json::object{{"document", test::document("flights-" + std::to_string(i),
                                                         std::vector<std::string>(20, query))}});
        }
        return json::serialize(json::object{{"dashboards", std::move(dashboards)}});
    }

    LoopbackServer server;
};

TEST_F(LargeBundle, IsAppliedForWhoMay) {
    store::Source source;
    source.org = 1;
    source.name = "flights";
    source.type = "duckdb";
    ASSERT_TRUE(
        catalog().write_now<void>([&](store::Transaction& tx) { return tx.insert(source); }));
    const auto body = bundle(kMegabyte + kMegabyte / 2);
    ASSERT_GT(body.size(), kUsualBody);
    const auto answer = send("/apply", body, admin_token);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(api(http::Method::get, "/dashboards/flights-7").status, 200);
}

TEST_F(LargeBundle, IsNotEvenReadFromAnybodyElse) {
    const auto nobody = promise("/apply", 60 * kMegabyte, "");
    EXPECT_EQ(nobody.status, 401);
    EXPECT_NE(nobody.body.find("missing_credentials"), std::string::npos) << nobody.body;
    EXPECT_NE(nobody.header("WWW-Authenticate"), "");
    EXPECT_EQ(promise("/apply", 60 * kMegabyte, "a made-up token").status, 401);
    const auto reader = promise("/apply", 60 * kMegabyte, viewer_token);
    EXPECT_EQ(reader.status, 403);
    EXPECT_NE(reader.body.find("missing_permission"), std::string::npos) << reader.body;
    // In chunks it is read up to the usual limit, and no further.
    RawClient chunks(server.port());
    chunks.send(
        fmt::format("POST {} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "100001\r\n",
                    target("/apply")));
    EXPECT_EQ(chunks.read().status, 401);
}

TEST_F(LargeBundle, HasALimitToo) {
    const auto most = 64 * kMegabyte;
    EXPECT_EQ(promise("/apply", most + 1, admin_token).status, 413);
    RawClient client(server.port());
    client.send(
        fmt::format("POST {} HTTP/1.1\r\nHost: h\r\n{}Content-Length: {}\r\n"
                    "Expect: 100-continue\r\n\r\n",
                    target("/apply"), headers(admin_token), most));
    EXPECT_TRUE(client.read_until("100 Continue"));
}

TEST_F(LargeBundle, LeavesOtherOperationsTheirLimit) {
    EXPECT_EQ(promise("/dashboards", 2 * kMegabyte, admin_token).status, 413);
    EXPECT_EQ(promise("/sessions", 2 * kMegabyte, admin_token).status, 413);
    EXPECT_EQ(send("/apply", "{}", "").status, 401);
}

}  // namespace
}  // namespace casement::console
