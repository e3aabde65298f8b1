#include "crypto/totp.h"

#include <gtest/gtest.h>

namespace casement::crypto {
namespace {

const Secret kSecret("12345678901234567890");  // RFC 6238, appendix B

Time at(std::int64_t unix_seconds) {
    return from_unix_seconds(unix_seconds);
}

TEST(Totp, GivesTheCodesOfTheStandard) {
    // The standard's table has eight digits; six are the last of them.
    EXPECT_EQ(totp_code(kSecret, totp_step(at(59))), "287082");
    EXPECT_EQ(totp_code(kSecret, totp_step(at(1'111'111'109))), "081804");
    EXPECT_EQ(totp_code(kSecret, totp_step(at(1'111'111'111))), "050471");
    EXPECT_EQ(totp_code(kSecret, totp_step(at(1'234'567'890))), "005924");
    EXPECT_EQ(totp_code(kSecret, totp_step(at(2'000'000'000))), "279037");
    EXPECT_EQ(totp_code(kSecret, totp_step(at(20'000'000'000))), "353130");
}

TEST(Totp, TakesOneStepEitherSideAndNoMore) {
    const auto now = at(1'800'000'000);
    const auto step = totp_step(now);
    for (const std::int64_t off : {-1, 0, 1}) {
        EXPECT_EQ(find_totp_step(kSecret, totp_code(kSecret, step + off), now), step + off);
    }
    for (const std::int64_t off : {-2, 2}) {
        EXPECT_EQ(find_totp_step(kSecret, totp_code(kSecret, step + off), now), std::nullopt);
    }
}

TEST(Totp, RefusesWhatIsNoCode) {
    const auto now = at(1'800'000'000);
    const auto good = totp_code(kSecret, totp_step(now));
    for (const std::string& code :
         {std::string(), good.substr(1), good + "0", " " + good.substr(1), std::string(6, '\0')}) {
        EXPECT_EQ(find_totp_step(kSecret, code, now), std::nullopt) << code;
    }
    // A secret that could not be unsealed has a code too; nobody comes in with it.
    EXPECT_EQ(find_totp_step(Secret(), totp_code(Secret(), totp_step(now)), now), std::nullopt);
}

TEST(Totp, WritesBase32AsTheStandardDoes) {
    EXPECT_EQ(to_base32(""), "");
    EXPECT_EQ(to_base32("f"), "MY");
    EXPECT_EQ(to_base32("fo"), "MZXQ");
    EXPECT_EQ(to_base32("foo"), "MZXW6");
    EXPECT_EQ(to_base32("foob"), "MZXW6YQ");
    EXPECT_EQ(to_base32("fooba"), "MZXW6YTB");
    EXPECT_EQ(to_base32("foobar"), "MZXW6YTBOI");
}

TEST(Totp, TheUriKeepsNamesFromWritingTheRestOfIt) {
    EXPECT_EQ(totp_uri(kSecret, "Casement", "a&secret=B@example.org"),
              "otpauth://totp/Casement:a%26secret%3DB%40example.org?secret="
              "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Casement&algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace casement::crypto
