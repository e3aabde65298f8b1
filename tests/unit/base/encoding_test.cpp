#include "base/encoding.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement {
namespace {

TEST(Encoding, HexAndBase64UrlComeBackAsTheyWere) {
    EXPECT_TRUE(rc::check([](const std::string& bytes) {
        RC_ASSERT(from_hex(to_hex(bytes)) == bytes);
        RC_ASSERT(from_base64url(to_base64url(bytes)) == bytes);
        RC_ASSERT(percent_decode(percent_encode(bytes)) == bytes);
    }));
}

TEST(Encoding, Base64UrlRefusesASecondSpellingOfTheSameBytes) {
    EXPECT_EQ(from_base64url("AA"), std::string(1, '\0'));
    EXPECT_FALSE(from_base64url("AB").has_value());  // trailing bits not zero
    EXPECT_FALSE(from_base64url("AA==").has_value());
    EXPECT_FALSE(from_base64url("A").has_value());
    EXPECT_FALSE(from_base64url("A+").has_value());
}

TEST(Encoding, OnlyFormDecodingTurnsPlusIntoASpace) {
    EXPECT_EQ(percent_decode("a+b%20c"), "a+b c");
    EXPECT_EQ(form_decode("a+b%2Bc"), "a b+c");
    EXPECT_FALSE(percent_decode("%").has_value());
    EXPECT_FALSE(percent_decode("%4").has_value());
    EXPECT_FALSE(percent_decode("%zz").has_value());
}

TEST(Encoding, TheHeadOfATextCutsNoCharacter) {
    EXPECT_EQ(utf8_head("caf\xC3\xA9", 5), "caf\xC3\xA9");
    EXPECT_EQ(utf8_head("caf\xC3\xA9", 4), "caf");
    EXPECT_EQ(utf8_head("\xF0\x9F\x9B\xAB!", 3), "");
    EXPECT_EQ(utf8_head("", 3), "");
}

TEST(Encoding, Utf8HasOneSpellingForACharacter) {
    EXPECT_TRUE(is_utf8("caf\xC3\xA9 \xF0\x9F\x9B\xAB"));
    EXPECT_FALSE(is_utf8("\xC0\xAF"));          // overlong "/"
    EXPECT_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
    EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
    EXPECT_FALSE(is_utf8("\xE2\x82"));          // cut off
    EXPECT_FALSE(is_utf8("\x80"));
}

}  // namespace
}  // namespace casement
