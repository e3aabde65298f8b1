#include "access/attempts.h"

#include <string>

#include <gtest/gtest.h>

namespace casement::access {
namespace {

using namespace std::chrono_literals;

class AttemptsTest : public ::testing::Test {
  protected:
    void fail(std::string_view caller, int times) {
        for (int i = 0; i < times; ++i)
            attempts.failed(caller);
    }
    ManualClock clock{parse_rfc3339("2026-03-11T18:30:00Z").value()};
    crypto::SystemRandom random;
    Attempts attempts{{3, 100s}, random, clock};
};

TEST_F(AttemptsTest, OneFailureTooManyShutsOutForAWhile) {
    fail("192.0.2.1", 3);
    EXPECT_EQ(attempts.wait("192.0.2.1"), 0s);
    fail("192.0.2.1", 1);
    EXPECT_EQ(attempts.wait("192.0.2.1"), 100s);
    EXPECT_EQ(attempts.wait("192.0.2.2"), 0s);
    clock.advance(99s);
    EXPECT_EQ(attempts.wait("192.0.2.1"), 1s);
    clock.advance(1s);
    EXPECT_EQ(attempts.wait("192.0.2.1"), 0s);
}

TEST_F(AttemptsTest, FailuresOfAnotherMinuteDoNotCount) {
    fail("a", 3);
    clock.advance(60s);
    fail("a", 3);
    EXPECT_EQ(attempts.wait("a"), 0s);
}

TEST_F(AttemptsTest, WhoGoesOnFailingWaitsAnew) {
    fail("a", 4);
    clock.advance(50s);
    fail("a", 1);
    EXPECT_EQ(attempts.wait("a"), 100s);
}

TEST_F(AttemptsTest, AllAddressesOfOneLineCountAsOne) {
    EXPECT_EQ(network_of("192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(network_of("::ffff:192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(network_of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    EXPECT_EQ(network_of("2001:db8:1:2:ffff::"), "2001:db8:1:2::");
    EXPECT_NE(network_of("2001:db8:1:3::1"), network_of("2001:db8:1:2::1"));
    EXPECT_EQ(network_of("no address"), "no address");
}

TEST_F(AttemptsTest, ManyInventedCallersShutNobodyElseOut) {
    fail("one of old", 4);
    for (std::size_t i = 0; i < Attempts::kMostCallers - 1; ++i)
        attempts.failed("caller " + std::to_string(i));
    EXPECT_EQ(attempts.wait("one of old"), 100s);
    EXPECT_EQ(attempts.wait("somebody else"), 0s);
    // Two generations later he is forgotten: that is the price of a bounded memory.
    for (std::size_t i = 0; i < 2 * Attempts::kMostCallers; ++i)
        attempts.failed("another " + std::to_string(i));
    EXPECT_EQ(attempts.wait("one of old"), 0s);
    EXPECT_EQ(attempts.wait("somebody else"), 0s);
}

}  // namespace
}  // namespace casement::access
