#include "crypto/hkdf.h"

#include "base/encoding.h"

#include <gtest/gtest.h>

namespace casement::crypto {
namespace {

std::string derive(std::string_view key, std::string_view salt, std::string_view info,
                   std::size_t length) {
    const Secret secret(*from_hex(key));
    return to_hex(hkdf_sha256(secret, *from_hex(salt), *from_hex(info), length).reveal());
}

std::string counting(int first, int last) {
    std::string bytes;
    for (int value = first; value <= last; ++value)
        bytes.push_back(static_cast<char>(value));
    return to_hex(bytes);
}

// RFC 5869 §A.1 to §A.3.
TEST(Hkdf, GivesTheKeysOfRfc5869) {
    const std::string key = to_hex(std::string(22, '\x0b'));
    EXPECT_EQ(
        derive(key, counting(0x00, 0x0c), counting(0xf0, 0xf9), 42),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    EXPECT_EQ(derive(counting(0x00, 0x4f), counting(0x60, 0xaf), counting(0xb0, 0xff), 82),
              "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
              "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
              "cc30c58179ec3e87c14c01d5c1f3434f1d87");
    EXPECT_EQ(
        derive(key, "", "", 42),
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Hkdf, RefusesLengthsItCannotGive) {
    const Secret key("key");
    EXPECT_THROW((void)hkdf_sha256(key, "", "", 0), std::logic_error);
    EXPECT_THROW((void)hkdf_sha256(key, "", "", 8161), std::logic_error);
    EXPECT_EQ(hkdf_sha256(key, "", "", 8160).reveal().size(), 8160U);
}

}  // namespace
}  // namespace casement::crypto
