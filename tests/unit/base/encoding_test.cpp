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

TEST(Encoding, Base64IsPaddedAndHasOneSpelling) {
    EXPECT_EQ(to_base64(""), "");
    EXPECT_EQ(to_base64("f"), "Zg==");
    EXPECT_EQ(to_base64("fo"), "Zm8=");
    EXPECT_EQ(to_base64("foo"), "Zm9v");
    EXPECT_EQ(to_base64("\xFB\xFF\xBF"), "+/+/");
    EXPECT_TRUE(rc::check(
        [](const std::string& bytes) { RC_ASSERT(from_base64(to_base64(bytes)) == bytes); }));
    for (const auto* text : {"Zg", "Zg=", "Zh==", "Zm8", "Z===", "====", "=", "Zg==Zg==", "-_-_",
                             "Zm9v\n", "Zm 9", "Z=g=", "Zm8=Zm9v"}) {
        EXPECT_FALSE(from_base64(text).has_value()) << text;
    }
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

/// Table 3-7 of the Unicode standard, for two bytes followed by as many 0x80 as the first asks for.
bool is_well_formed(unsigned first, unsigned second) {
    const auto within = [&](unsigned low, unsigned high) {
        return second >= low && second <= high;
    };
    if (first < 0xC2 || first > 0xF4) return false;
    if (first == 0xE0) return within(0xA0, 0xBF);
    if (first == 0xED) return within(0x80, 0x9F);
    if (first == 0xF0) return within(0x90, 0xBF);
    if (first == 0xF4) return within(0x80, 0x8F);
    return within(0x80, 0xBF);
}

TEST(Utf8, TakesEveryBeginningThatUnicodeAllowsAndNoOther) {
    for (unsigned first = 0x80; first <= 0xFF; ++first) {
        for (unsigned second = 0; second <= 0xFF; ++second) {
            std::string text{static_cast<char>(first), static_cast<char>(second)};
            if (first >= 0xE0) text += '\x80';
            if (first >= 0xF0) text += '\x80';
            EXPECT_EQ(is_utf8(text), is_well_formed(first, second)) << first << " " << second;
        }
    }
}

TEST(Encoding, Utf8HasOneSpellingForACharacter) {
    EXPECT_TRUE(is_utf8("caf\xC3\xA9 \xF0\x9F\x9B\xAB"));
    EXPECT_FALSE(is_utf8("\xC0\xAF"));          // overlong "/"
    EXPECT_FALSE(is_utf8("\xED\xA0\x80"));      // surrogate
    EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
    EXPECT_FALSE(is_utf8("\xE2\x82"));          // cut off
    EXPECT_FALSE(is_utf8("\x80"));
}

TEST(Utf8, IsCheckedWhereverInATextItStands) {
    for (std::size_t at = 0; at <= 24; ++at) {
        for (const std::size_t behind : {0U, 1U, 7U, 8U, 9U}) {
            const std::string before(at, 'a');
            const std::string after(behind, 'b');
            EXPECT_TRUE(is_utf8(before + "caf\xC3\xA9\xF0\x9F\x9B\xAB" + after)) << at;
            EXPECT_FALSE(is_utf8(before + "\xC3" + after)) << at;
            EXPECT_FALSE(is_utf8(before + "\x80" + after)) << at;
            EXPECT_FALSE(is_utf8(before + "\xF0\x9F\x9B" + after)) << at;
        }
    }
}

}  // namespace
}  // namespace casement
