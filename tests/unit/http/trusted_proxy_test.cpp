#include "http/trusted_proxy.h"

#include <gtest/gtest.h>

namespace casement::http {
namespace {

Request request_of(std::initializer_list<std::pair<std::string, std::string>> headers) {
    Request request;
    for (const auto& [name, value] : headers)
        request.headers.add(name, value);
    return request;
}

TrustedProxies trusting(std::vector<std::string> blocks) {
    return TrustedProxies::parse(blocks).value();
}

struct Seen {
    std::string client;
    bool secure = false;
    std::string host;
};

Seen resolve(const TrustedProxies& proxies, const std::string& peer, Request request,
             bool tls = false) {
    EXPECT_TRUE(proxies.resolve(asio::ip::make_address(peer), tls, request));
    return {request.client.to_string(), request.secure, request.host};
}

TEST(TrustedProxies, BelieveNothingFromStrangers) {
    const auto seen = resolve(trusting({"10.0.0.0/8"}), "192.0.2.7",
                              request_of({{"Host", "Real.Example"},
                                          {"X-Forwarded-For", "198.51.100.1"},
                                          {"X-Forwarded-Proto", "https"},
                                          {"X-Forwarded-Host", "evil.example"}}));
    EXPECT_EQ(seen.client, "192.0.2.7");
    EXPECT_FALSE(seen.secure);
    EXPECT_EQ(seen.host, "real.example");
}

TEST(TrustedProxies, BelieveTheRightmostStrangerInTheChain) {
    const auto seen = resolve(trusting({"10.0.0.0/8"}), "10.0.0.1",
                              request_of({{"Host", "inner:8080"},
                                          {"X-Forwarded-For", "1.1.1.1, 198.51.100.1"},
                                          {"X-Forwarded-For", "10.2.3.4"},
                                          {"X-Forwarded-Proto", "http, https"},
                                          {"X-Forwarded-Host", "evil.example, Public.Example"}}));
    EXPECT_EQ(seen.client, "198.51.100.1");
    EXPECT_TRUE(seen.secure);
    EXPECT_EQ(seen.host, "public.example");
}

TEST(TrustedProxies, StopAtAnEntryThatIsNoAddress) {
    const auto proxies = trusting({"10.0.0.0/8"});
    EXPECT_EQ(resolve(proxies, "10.0.0.1",
                      request_of({{"Host", "h"}, {"X-Forwarded-For", "9.9.9.9, x, 10.0.0.9"}}))
                  .client,
              "10.0.0.9");
    EXPECT_EQ(
        resolve(proxies, "10.0.0.1", request_of({{"Host", "h"}, {"X-Forwarded-For", ""}})).client,
        "10.0.0.1");
}

TEST(TrustedProxies, ReadEntriesWithPortsAndSixes) {
    const auto proxies = trusting({"fd00::/8", "127.0.0.1"});
    EXPECT_EQ(resolve(proxies, "127.0.0.1",
                      request_of({{"Host", "h"}, {"X-Forwarded-For", "192.0.2.1:5555"}}))
                  .client,
              "192.0.2.1");
    EXPECT_EQ(resolve(proxies, "fd00::1",
                      request_of({{"Host", "h"}, {"X-Forwarded-For", "[2001:db8::1]:443"}}))
                  .client,
              "2001:db8::1");
    EXPECT_EQ(
        resolve(proxies, "fe00::1", request_of({{"Host", "h"}, {"X-Forwarded-For", "2001:db8::1"}}))
            .client,
        "fe00::1");
}

TEST(TrustedProxies, KnowAMappedAddressForWhatItIs) {
    const auto proxies = trusting({"10.0.0.0/8"});
    EXPECT_TRUE(proxies.trusts(asio::ip::make_address("::ffff:10.1.2.3")));
    EXPECT_FALSE(proxies.trusts(asio::ip::make_address("::ffff:11.1.2.3")));
    EXPECT_EQ(resolve(proxies, "::ffff:192.0.2.1", request_of({{"Host", "h"}})).client,
              "192.0.2.1");
}

TEST(TrustedProxies, RefuseBlocksThatAreNone) {
    for (const std::string bad :
         {"10.0.0.0/33", "10.0.0/8", "x", "", "fd00::/129", "10.0.0.0/", "10.0.0.0/8x"}) {
        const auto parsed = TrustedProxies::parse({bad});
        ASSERT_FALSE(parsed) << bad;
        EXPECT_EQ(parsed.error().code, "invalid_trusted_proxy");
    }
}

TEST(Host, LosesTheSchemesOwnPortOnly) {
    EXPECT_EQ(normalized_host("A.Example:80", false), "a.example");
    EXPECT_EQ(normalized_host("a.example:80", true), "a.example:80");
    EXPECT_EQ(normalized_host("a.example:443", true), "a.example");
    EXPECT_EQ(normalized_host("a.example:8443", true), "a.example:8443");
    EXPECT_EQ(normalized_host("[::1]:8080", false), "[::1]:8080");
    EXPECT_EQ(normalized_host("[::1]", false), "[::1]");
    EXPECT_EQ(normalized_host("a.example:", false), "a.example");
}

TEST(Host, IsRefusedWhenItIsNoHost) {
    for (const std::string bad :
         {"", ":80", "a b", "a/b", "a@b", "a:b", "a:123456", "[::1", "[x]", "[::1]x",
          "[::1%25eth0]", "a\"b", "<x>", "a,b", "a?b", "a#b", "a\\b", "\xc3\xa4.example"}) {
        EXPECT_EQ(normalized_host(bad, false), std::nullopt) << bad;
    }
    EXPECT_EQ(normalized_host(std::string(256, 'a'), false), std::nullopt);
}

}  // namespace
}  // namespace casement::http
