#include "access/address_limit.h"

#include <gtest/gtest.h>

namespace casement::access {
namespace {

boost::asio::ip::address at(const char* text) {
    return boost::asio::ip::make_address(text);
}

struct Limited {
    crypto::SystemRandom random;
    ManualClock clock{parse_rfc3339("2026-03-11T18:30:00Z").value()};
    AddressLimit limit{{2}, random, clock};
};

TEST(AddressLimit, HoldsEachAddressToItsOwnShare) {
    Limited limited;
    EXPECT_TRUE(limited.limit.take(at("192.0.2.1")).allowed);
    EXPECT_TRUE(limited.limit.take(at("192.0.2.1")).allowed);
    const auto third = limited.limit.take(at("192.0.2.1"));
    EXPECT_FALSE(third.allowed);
    EXPECT_GT(third.reset.count(), 0);
    limited.clock.advance(seconds{30});
    EXPECT_TRUE(limited.limit.take(at("192.0.2.1")).allowed);
}

TEST(AddressLimit, TakesANetworkOfIpv6ForOneAddress) {
    Limited limited;
    EXPECT_TRUE(limited.limit.take(at("2001:db8:1:2::1")).allowed);
    EXPECT_TRUE(limited.limit.take(at("2001:db8:1:2:ffff::2")).allowed);
    EXPECT_FALSE(limited.limit.take(at("2001:db8:1:2:1::3")).allowed);
}

TEST(AddressLimit, ShutsNobodyOutForWhatMostOthersDo) {
    Limited limited;
    int shut_out = 0;
    for (int i = 0; i < 200; ++i) {
        const auto text = "198.51." + std::to_string(i) + ".7";
        if (!limited.limit.take(at(text.c_str())).allowed) ++shut_out;
    }
    // Some share a bucket, by a hash that differs from run to run; hardly ever three of two
    // hundred.
    EXPECT_LE(shut_out, 1);
}

}  // namespace
}  // namespace casement::access
