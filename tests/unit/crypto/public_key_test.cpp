#include "crypto/public_key.h"

#include "base/encoding.h"

#include <string>

#include <gtest/gtest.h>

namespace casement::crypto {
namespace {

constexpr std::string_view kPayload =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlf"
    "Q";

std::string bytes(std::string_view text) {
    return from_base64url(text).value();
}

// RFC 7515, appendix A.2.
struct Rsa {
    const std::string modulus = bytes(
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-"
        "4qPCJrcS2mJPMEzP1Pt0Bm4"
        "d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-"
        "bSf63kpaSHSXndS5z5re"
        "xMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_"
        "I5IhlJH7aGhyxX"
        "FvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ");
    const std::string exponent = bytes("AQAB");
    const std::string message = "eyJhbGciOiJSUzI1NiJ9." + std::string(kPayload);
    const std::string signature = bytes(
        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
        "O8W2Fp5"
        "jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_"
        "nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb"
        "1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-"
        "eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QO"
        "YEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw");
};

// RFC 7515, appendix A.3.
struct P256 {
    const std::string x = bytes("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU");
    const std::string y = bytes("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    const std::string message = "eyJhbGciOiJFUzI1NiJ9." + std::string(kPayload);
    const std::string signature = bytes(
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
};

TEST(PublicKey, AnRsaSignatureHoldsForWhatWasSignedAndNothingElse) {
    const Rsa rsa;
    const auto key = PublicKey::rsa(rsa.modulus, rsa.exponent);
    ASSERT_TRUE(key);
    EXPECT_TRUE(key->verifies_rs256(rsa.message, rsa.signature));
    EXPECT_FALSE(key->verifies_rs256(rsa.message + "x", rsa.signature));
    auto changed = rsa.signature;
    changed.back() = static_cast<char>(changed.back() ^ 1);
    EXPECT_FALSE(key->verifies_rs256(rsa.message, changed));
    EXPECT_FALSE(key->verifies_rs256(rsa.message, {}));
    EXPECT_FALSE(key->verifies_rs256(rsa.message, rsa.signature + rsa.signature));
}

TEST(PublicKey, ASignatureOfACurveHoldsForWhatWasSignedAndNothingElse) {
    const P256 curve;
    const auto key = PublicKey::p256(curve.x, curve.y);
    ASSERT_TRUE(key);
    EXPECT_TRUE(key->verifies_es256(curve.message, curve.signature));
    EXPECT_FALSE(key->verifies_es256(curve.message + "x", curve.signature));
    for (std::size_t i = 0; i < curve.signature.size(); ++i) {
        auto changed = curve.signature;
        changed[i] = static_cast<char>(changed[i] ^ 0x40);
        EXPECT_FALSE(key->verifies_es256(curve.message, changed)) << i;
    }
    // A pair of zeros passed for a signature of anything in another product once (CVE-2022-21449).
    EXPECT_FALSE(key->verifies_es256(curve.message, std::string(64, '\0')));
    EXPECT_FALSE(key->verifies_es256(curve.message, {}));
    EXPECT_FALSE(key->verifies_es256(curve.message, curve.signature.substr(1)));
}

TEST(PublicKey, OneKindOfKeyIsNotTakenForTheOther) {
    const Rsa rsa;
    const P256 curve;
    EXPECT_FALSE(
        PublicKey::rsa(rsa.modulus, rsa.exponent)->verifies_es256(curve.message, curve.signature));
    EXPECT_FALSE(PublicKey::p256(curve.x, curve.y)->verifies_rs256(rsa.message, rsa.signature));
}

TEST(PublicKey, WhatIsNoKeyOrAWeakOneIsNone) {
    const Rsa rsa;
    const P256 curve;
    EXPECT_FALSE(PublicKey::rsa({}, rsa.exponent));
    EXPECT_FALSE(PublicKey::rsa(rsa.modulus, {}));
    EXPECT_FALSE(PublicKey::rsa(rsa.modulus.substr(0, 128), rsa.exponent)) << "1024 bits";
    EXPECT_FALSE(PublicKey::rsa(std::string(100'000, 'x'), rsa.exponent));
    EXPECT_FALSE(PublicKey::p256(curve.x, curve.x)) << "not on the curve";
    EXPECT_FALSE(PublicKey::p256(curve.x, {}));
    EXPECT_FALSE(PublicKey::p256(curve.x + "x", curve.y));
    EXPECT_FALSE(PublicKey::p256(std::string(32, '\0'), std::string(32, '\0')));
}

}  // namespace
}  // namespace casement::crypto
