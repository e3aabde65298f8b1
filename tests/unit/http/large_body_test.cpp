// Routes that take bodies above the server's limit, from those who may send them, over real
// sockets.
#include "unit/http/server_fixture.h"

#include <stdexcept>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace casement::http {
namespace {

using testing::echoes;
using testing::post;
using testing::RawClient;
using testing::says;

/// The server's limit is 64 KiB; /large takes 256 KiB from whoever says "Authorization: Bearer me".
class LargeBodies : public testing::ServerTest {
  protected:
    LargeBodies() {
        router.add(Method::post, "/large", echoes(),
                   {kLarge, [](const Request& head) -> Result<void> {
                        if (head.bearer() == "me") return {};
                        return unauthenticated("invalid_credentials", "Who are you?");
                    }});
    }
    static constexpr std::size_t kLarge = std::size_t{256} * 1024;
    static constexpr std::string_view kMe = "Authorization: Bearer me\r\n";
};

std::string chunk(std::size_t size) {
    return fmt::format("{:x}\r\n", size) + std::string(size, 'x') + "\r\n";
}

TEST_F(LargeBodies, AreReadFromWhoMaySendThemToTheByte) {
    RawClient client(port());
    const auto whole = client.ask(post("/large", std::string(kLarge, 'x'), kMe));
    EXPECT_EQ(whole.status, 200);
    EXPECT_EQ(whole.body.size(), std::string_view("/large|").size() + kLarge);
    // The connection goes on, and its next request has the usual limit again.
    EXPECT_EQ(client.ask(post("/echo", std::string(kLarge, 'x'), kMe)).status, 413);
    const auto over = ask(fmt::format(
        "POST /large HTTP/1.1\r\nHost: h\r\n{}Content-Length: {}\r\n\r\n", kMe, kLarge + 1));
    EXPECT_EQ(over.status, 413);
    EXPECT_NE(over.body.find(std::to_string(kLarge)), std::string::npos);
}

TEST_F(LargeBodies, AreRefusedWithoutBeingReadFromAnybodyElse) {
    RawClient client(port());
    client.send(
        "POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\nExpect: "
        "100-continue\r\n\r\n");
    const auto refused = client.read();
    EXPECT_EQ(refused.status, 401);
    EXPECT_NE(refused.body.find("invalid_credentials"), std::string::npos);
    EXPECT_EQ(refused.header("Connection"), "close");
    EXPECT_EQ(refused.header("WWW-Authenticate"), "Bearer realm=\"casement\"");
    EXPECT_TRUE(client.closed());
}

TEST_F(LargeBodies, InChunksHaveTheSameLimits) {
    const auto head = [](std::string_view more) {
        return fmt::format(
            "POST /large HTTP/1.1\r\nHost: h\r\n{}Transfer-Encoding: chunked\r\n\r\n", more);
    };
    EXPECT_EQ(ask(head(kMe) + chunk(100'000) + chunk(100'000) + "0\r\n\r\n").status, 200);
    EXPECT_EQ(ask(head(kMe) + chunk(kLarge) + "1\r\n").status, 413);
    // Whoever may not send more than usual hears of it only when it becomes more.
    EXPECT_EQ(ask(head("") + chunk(60'000) + "0\r\n\r\n").status, 200);
    EXPECT_EQ(ask(head("") + chunk(60'000) + "2000\r\n").status, 401);
}

TEST_F(LargeBodies, BelongToTheirRouteAlone) {
    EXPECT_EQ(ask(post("/echo", std::string(100'000, 'x'), kMe)).status, 413);
    EXPECT_EQ(ask(post("/none", std::string(100'000, 'x'), kMe)).status, 413);
    // A method that the route does not have.
    EXPECT_EQ(
        ask(fmt::format("PUT /large HTTP/1.1\r\nHost: h\r\n{}Content-Length: 100000\r\n\r\n", kMe))
            .status,
        413);
}

TEST_F(LargeBodies, NeverMakeTheServersOwnLimitSmaller) {
    options.limits.body = kLarge * 2;
    EXPECT_EQ(ask(post("/large", std::string(kLarge + 1, 'x'))).status, 200);
}

TEST_F(LargeBodies, NeedSomebodyWhoDecides) {
    EXPECT_THROW(router.add(Method::put, "/other", says("x"), {kLarge, {}}), std::logic_error);
}

}  // namespace
}  // namespace casement::http
