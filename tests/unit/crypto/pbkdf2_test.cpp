#include "crypto/pbkdf2.h"

#include "base/encoding.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace casement::crypto {
namespace {

std::string derived(const char* password, const char* salt, unsigned iterations,
                    std::size_t length) {
    return to_hex(pbkdf2_sha256(Secret(password), salt, iterations, length).reveal());
}

// RFC 7914 §11.
TEST(Pbkdf2, GivesTheBytesOfTheStandardsVectors) {
    EXPECT_EQ(derived("passwd", "salt", 1, 64),
              "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
              "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
    EXPECT_EQ(derived("Password", "NaCl", 80000, 64),
              "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
              "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d");
}

TEST(Pbkdf2, TakesAnEmptyPasswordAndAnEmptySaltForWhatTheyAre) {
    EXPECT_NE(derived("", "salt", 1, 32), derived("", "", 1, 32));
    EXPECT_NE(derived("", "salt", 1, 32), derived("x", "salt", 1, 32));
}

TEST(Pbkdf2, RefusesLengthsAndIterationsOutOfBounds) {
    EXPECT_THROW((void)derived("p", "s", 0, 32), std::logic_error);
    EXPECT_THROW((void)derived("p", "s", 1, 0), std::logic_error);
    EXPECT_THROW((void)derived("p", "s", 1, 1025), std::logic_error);
}

}  // namespace
}  // namespace casement::crypto
