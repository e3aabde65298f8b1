#include "app/transfer.h"

#include "unit/http/certificate.h"
#include "unit/http/loopback.h"

#include <atomic>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace casement::app {
namespace {

using http::Method;
using http::Request;
using http::Response;
using http::testing::LoopbackServer;
using http::testing::temporary_file;

constexpr Transfer::Limits kLimits{
    .connecting = std::chrono::seconds{5}, .whole = std::chrono::seconds{20}, .answer = 1000};

class TransferTest : public ::testing::Test {
  protected:
    /// Answers with `answer`, and keeps what was asked.
    void answer_at(std::string_view path, Method method, Response answer) {
        router_.add(method, path,
                    [this, answer = std::move(answer)](
                        Request& request) -> boost::asio::awaitable<Response> {
                        ++asked_;
                        body_ = request.body;
                        authorization_ = request.headers.find("Authorization").value_or("");
                        co_return answer;
                    });
    }
    static Transfer::Outcome run(Transfer& transfer) {
        // What the machine of the test has for a proxy is nobody's business here.
        transfer.set(CURLOPT_PROXY, std::string());
        return transfer.run();
    }
    static std::string url(const LoopbackServer& server, std::string_view path) {
        return fmt::format("http://127.0.0.1:{}{}", server.port(), path);
    }

    http::Router router_;
    std::atomic<int> asked_{0};
    std::string body_;
    std::string authorization_;
};

TEST_F(TransferTest, SendsABodyAndTakesTheAnswer) {
    answer_at("/here", Method::post, Response::text(201, "made"));
    LoopbackServer server(router_);
    const std::string body("all\0of it", 9);
    Transfer transfer(url(server, "/here"), "http,https", kLimits);
    ASSERT_TRUE(transfer.usable());
    transfer.header("Expect:");
    transfer.bearer(Secret("token-of-the-caller"));
    transfer.post(body);
    const auto outcome = run(transfer);
    EXPECT_TRUE(outcome.done()) << outcome.reason;
    EXPECT_EQ(outcome.status, 201);
    EXPECT_EQ(outcome.body, "made");
    EXPECT_EQ(body_, body);
    EXPECT_EQ(authorization_, "Bearer token-of-the-caller");
}

TEST_F(TransferTest, FollowsNoRedirect) {
    Response away = Response::text(302, "away");
    away.headers.set("Location", "/elsewhere");
    answer_at("/here", Method::get, std::move(away));
    answer_at("/elsewhere", Method::get, Response::text(200, "taken"));
    LoopbackServer server(router_);
    Transfer transfer(url(server, "/here"), "http,https", kLimits);
    transfer.bearer(Secret("token-of-the-caller"));
    const auto outcome = run(transfer);
    EXPECT_EQ(outcome.status, 302);
    EXPECT_EQ(outcome.body, "away");
    EXPECT_EQ(asked_, 1);
}

TEST_F(TransferTest, AnAnswerThatIsTooLongIsAFailureAndNothingOfItIsGiven) {
    answer_at("/fits", Method::get, Response::text(200, std::string(1000, 'x')));
    answer_at("/long", Method::get, Response::text(200, std::string(1001, 'x')));
    LoopbackServer server(router_);
    Transfer fits(url(server, "/fits"), "http,https", kLimits);
    EXPECT_EQ(run(fits).body.size(), 1000U);
    Transfer long_one(url(server, "/long"), "http,https", kLimits);
    const auto outcome = run(long_one);
    EXPECT_EQ(outcome.code, CURLE_WRITE_ERROR);
    EXPECT_EQ(outcome.body, "");
    EXPECT_NE(outcome.reason, "");
}

TEST_F(TransferTest, SpeaksTheNamedProtocolsAlone) {
    const auto file = temporary_file("secret.txt", "of this machine");
    for (const std::string& address :
         {"file://" + file, std::string("ftp://127.0.0.1/x"), std::string("smtp://127.0.0.1:1")}) {
        Transfer transfer(address, "http,https", kLimits);
        const auto outcome = run(transfer);
        EXPECT_EQ(outcome.code, CURLE_UNSUPPORTED_PROTOCOL) << address;
        EXPECT_EQ(outcome.body, "");
    }
    Transfer mail("http://127.0.0.1:1/", "smtp,smtps", kLimits);
    EXPECT_EQ(run(mail).code, CURLE_UNSUPPORTED_PROTOCOL);
}

TEST_F(TransferTest, GivesUpOnWhoTakesTheCallAndSaysNothing) {
    // Accepted by the system, answered by nobody.
    boost::asio::io_context io;
    const boost::asio::ip::tcp::acceptor silent(io, {boost::asio::ip::address_v4::loopback(), 0});
    auto limits = kLimits;
    limits.whole = std::chrono::seconds{1};
    Transfer transfer(fmt::format("http://127.0.0.1:{}/", silent.local_endpoint().port()),
                      "http,https", limits);
    EXPECT_EQ(run(transfer).code, CURLE_OPERATION_TIMEDOUT);
}

TEST_F(TransferTest, BelievesNoCertificateThatNobodyVouchesFor) {
    answer_at("/here", Method::get, Response::text(200, "taken"));
    const auto pem = http::testing::self_signed("localhost");
    const auto certificate = temporary_file("own.pem", pem.certificate);
    http::ServerOptions options;
    options.tls = http::TlsFiles{certificate, temporary_file("own-key.pem", pem.key)};
    LoopbackServer server(router_, options);
    const auto ask = [&](const std::string& host, bool vouched) {
        Transfer transfer(fmt::format("https://{}:{}/here", host, server.port()), "http,https",
                          kLimits);
        transfer.bearer(Secret("token-of-the-caller"));
        if (vouched) transfer.set(CURLOPT_CAINFO, certificate);
        return run(transfer).code;
    };
    EXPECT_EQ(ask("localhost", false), CURLE_PEER_FAILED_VERIFICATION);
    // Vouched for, but another's.
    EXPECT_EQ(ask("127.0.0.1", true), CURLE_PEER_FAILED_VERIFICATION);
    EXPECT_EQ(asked_, 0);
    EXPECT_EQ(ask("localhost", true), CURLE_OK);
    EXPECT_EQ(asked_, 1);
}

}  // namespace
}  // namespace casement::app
