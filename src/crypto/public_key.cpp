#include "crypto/public_key.h"

#include <string>
#include <utility>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

namespace casement::crypto {
namespace {

template <auto Free>
struct Freed {
    template <class Thing>
    void operator()(Thing* thing) const {
        Free(thing);
    }
};
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;
using Pkey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

constexpr std::size_t kLongestNumber = 2048;
constexpr std::size_t kCoordinate = 32;
constexpr int kLeastBits = 2048;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Number number(std::string_view bytes) {
    if (bytes.empty() || bytes.size() > kLongestNumber) return nullptr;
    return Number(BN_bin2bn(bytes_of(bytes), static_cast<int>(bytes.size()), nullptr));
}

Pkey make_key(const char* type, const Builder& builder) {
    const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    EVP_PKEY* made = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
        return nullptr;
    }
    return Pkey(made);
}

bool verifies(EVP_PKEY* key, std::string_view message, std::string_view signature) {
    const DigestContext context(EVP_MD_CTX_new());
    return context &&
           EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                            message.size()) == 1;
}

}  // namespace

struct PublicKey::Key {
    Pkey key;
};

std::optional<PublicKey> PublicKey::rsa(std::string_view modulus, std::string_view exponent) {
    const auto n = number(modulus);
    const auto e = number(exponent);
    const Builder builder(OSSL_PARAM_BLD_new());
    if (!n || !e || !builder ||
        !OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) ||
        !OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get())) {
        return std::nullopt;
    }
    auto key = make_key("RSA", builder);
    if (!key || EVP_PKEY_get_bits(key.get()) < kLeastBits) return std::nullopt;
    return PublicKey(std::make_shared<const Key>(Key{std::move(key)}));
}

std::optional<PublicKey> PublicKey::p256(std::string_view x, std::string_view y) {
    const Builder builder(OSSL_PARAM_BLD_new());
    if (x.size() != kCoordinate || y.size() != kCoordinate || !builder) return std::nullopt;
    // An uncompressed point (SEC 1 §2.3.3).
    const auto point = "\x04" + std::string(x) + std::string(y);
    if (!OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1",
                                         0) ||
        !OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                          point.size())) {
        return std::nullopt;
    }
    auto key = make_key("EC", builder);
    if (!key) return std::nullopt;
    return PublicKey(std::make_shared<const Key>(Key{std::move(key)}));
}

bool PublicKey::verifies_rs256(std::string_view message, std::string_view signature) const {
    auto* key = key_->key.get();
    return EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA && verifies(key, message, signature);
}

bool PublicKey::verifies_es256(std::string_view message, std::string_view signature) const {
    auto* key = key_->key.get();
    if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC || signature.size() != 2 * kCoordinate) {
        return false;
    }
    // OpenSSL takes the two numbers as DER.
    const Signature pair(ECDSA_SIG_new());
    auto r = number(signature.substr(0, kCoordinate));
    auto s = number(signature.substr(kCoordinate));
    if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.get(), s.get()) != 1) return false;
    // They are the pair's now.
    static_cast<void>(r.release());
    static_cast<void>(s.release());
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(pair.get(), &der);
    if (size <= 0) return false;
    const std::string encoded(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return verifies(key, message, encoded);
}

}  // namespace casement::crypto
