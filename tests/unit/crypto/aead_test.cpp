#include "crypto/aead.h"

#include "base/encoding.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace casement::crypto {
namespace {

struct Vector {
    const char* key;
    const char* nonce;
    const char* plain;
    const char* associated;
    const char* sealed;  ///< ciphertext and tag
};

// McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13 to 16 (the set that NIST
// validates against).
constexpr Vector kVectors[] = {
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "00000000000000000000000000000000", "",
     "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
     "",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
     "b094dac5d93471bdec1a502270e3cc6c"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
     "76fc6ece0f4e1768cddf8853bb2d551b"},
};

TEST(Aead, SealsAsThePublishedVectors) {
    for (const auto& vector : kVectors) {
        const Secret key(*from_hex(vector.key));
        const std::string nonce = *from_hex(vector.nonce);
        const std::string associated = *from_hex(vector.associated);
        const std::string sealed =
            aes_256_gcm_seal(key, nonce, *from_hex(vector.plain), associated);
        EXPECT_EQ(to_hex(sealed), vector.sealed);
        const auto opened = aes_256_gcm_open(key, nonce, sealed, associated);
        ASSERT_TRUE(opened.has_value());
        EXPECT_EQ(to_hex(opened->reveal()), vector.plain);
    }
}

TEST(Aead, DoesNotOpenWhatWasChangedAnywhere) {
    EXPECT_TRUE(rc::check([](const std::string& plain, const std::string& associated) {
        const Secret key(std::string(32, 'k'));
        std::string nonce(12, 'n');
        std::string sealed = aes_256_gcm_seal(key, nonce, plain, associated);
        const auto at = *rc::gen::inRange<std::size_t>(0, sealed.size());
        const auto bit = *rc::gen::inRange(0, 8);
        sealed[at] = static_cast<char>(sealed[at] ^ (1 << bit));
        RC_ASSERT(!aes_256_gcm_open(key, nonce, sealed, associated).has_value());
        sealed[at] = static_cast<char>(sealed[at] ^ (1 << bit));
        RC_ASSERT(!aes_256_gcm_open(key, nonce, sealed, associated + "x").has_value());
        RC_ASSERT(!aes_256_gcm_open(Secret(std::string(32, 'K')), nonce, sealed, associated));
        RC_ASSERT(aes_256_gcm_open(key, nonce, sealed, associated)->reveal() == plain);
        nonce[0] = 'm';
        RC_ASSERT(!aes_256_gcm_open(key, nonce, sealed, associated).has_value());
    }));
}

TEST(Aead, RefusesWhatIsShorterThanATag) {
    const Secret key(std::string(32, 'k'));
    const std::string nonce(12, 'n');
    EXPECT_FALSE(aes_256_gcm_open(key, nonce, "", "").has_value());
    EXPECT_FALSE(aes_256_gcm_open(key, nonce, std::string(15, 't'), "").has_value());
}

TEST(Aead, TreatsAKeyOrNonceOfAnotherSizeAsABug) {
    EXPECT_THROW((void)aes_256_gcm_seal(Secret("short"), std::string(12, 'n'), "", ""),
                 std::logic_error);
    EXPECT_THROW((void)aes_256_gcm_seal(Secret(std::string(32, 'k')), "short", "", ""),
                 std::logic_error);
}

}  // namespace
}  // namespace casement::crypto
