#include "crypto/password.h"

#include "base/encoding.h"

#include <string>

#include <gtest/gtest.h>

namespace casement::crypto {
namespace {

constexpr PasswordCost kCheap{4, 8, 1};

// The published hash in a PHC string, whose base64 has the other alphabet and no padding.
std::string phc(std::string_view start, std::string_view hash_hex) {
    std::string hash = to_base64url(*from_hex(hash_hex));
    for (char& letter : hash)
        letter = letter == '-' ? '+' : letter == '_' ? '/' : letter;
    return std::string(start) + hash;
}

// RFC 7914 §12.
TEST(Password, OpensThePublishedScryptVectors) {
    const std::string first =
        phc("$scrypt$ln=10,r=8,p=16$TmFDbA$",
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
            "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
    EXPECT_TRUE(verify_password(Secret("password"), first));
    EXPECT_FALSE(verify_password(Secret("Password"), first));
    EXPECT_TRUE(
        verify_password(Secret("pleaseletmein"),
                        phc("$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$",
                            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                            "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")));
}

TEST(Password, KnowsItsOwnAndNoOther) {
    SystemRandom random;
    const std::string stored = hash_password(Secret("correct horse"), random, kCheap);
    EXPECT_TRUE(stored.starts_with("$scrypt$ln=4,r=8,p=1$"));
    EXPECT_EQ(stored.find("horse"), std::string::npos);
    EXPECT_TRUE(verify_password(Secret("correct horse"), stored));
    EXPECT_FALSE(verify_password(Secret("correct horsf"), stored));
    EXPECT_FALSE(verify_password(Secret(""), stored));
    EXPECT_NE(stored, hash_password(Secret("correct horse"), random, kCheap));
}

TEST(Password, RefusesStringsThatAreBrokenOrTooDear) {
    const std::string salt = "AAAAAAAAAAAAAAAAAAAAAA";
    const std::string hash = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for (const std::string& bad :
         {std::string(), std::string("$scrypt$"), std::string("password"),
          "$scrypt$ln=4,r=8,p=1$" + salt, "$scrypt$ln=4,r=8,p=1$" + salt + "$",
          "$scrypt$ln=4,r=8,p=1$" + salt + "$AAAA", "$scrypt$ln=40,r=8,p=1$" + salt + "$" + hash,
          "$scrypt$ln=24,r=64,p=1$" + salt + "$" + hash,
          "$scrypt$ln=0,r=8,p=1$" + salt + "$" + hash, "$scrypt$ln=4,r=0,p=1$" + salt + "$" + hash,
          "$scrypt$ln=-4,r=8,p=1$" + salt + "$" + hash,
          "$argon2id$ln=4,r=8,p=1$" + salt + "$" + hash,
          "$scrypt$ln=4,r=8,p=1$" + salt + "$" + hash + "$"}) {
        // Says whether it could be read, without the work that a check does on purpose.
        EXPECT_TRUE(password_needs_rehash(bad, kCheap)) << bad;
    }
    EXPECT_FALSE(password_needs_rehash("$scrypt$ln=4,r=8,p=1$" + salt + "$" + hash, kCheap));
    EXPECT_FALSE(verify_password(Secret(""), ""));
    EXPECT_FALSE(verify_password(Secret(""), "$scrypt$ln=4,r=8,p=1$" + salt + "$"));
    EXPECT_FALSE(verify_password(Secret(""), "$scrypt$ln=24,r=64,p=64$" + salt + "$" + hash));
}

TEST(Password, AsksToBeHashedAnewWhenItsCostIsOld) {
    SystemRandom random;
    const std::string cheap = hash_password(Secret("x"), random, kCheap);
    EXPECT_TRUE(password_needs_rehash(cheap));
    EXPECT_FALSE(password_needs_rehash(cheap, kCheap));
}

}  // namespace
}  // namespace casement::crypto
