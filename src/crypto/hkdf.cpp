#include "crypto/hkdf.h"

#include <memory>
#include <stdexcept>
#include <string>

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

namespace casement::crypto {
namespace {

constexpr std::size_t kLongest = std::size_t{255} * 32;  // RFC 5869 §2.3

struct FreeContext {
    void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
};

EVP_KDF* method() {
    static EVP_KDF* const fetched = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
    if (fetched == nullptr) throw std::runtime_error("OpenSSL has no HKDF");
    return fetched;
}

OSSL_PARAM octets(const char* name, std::string_view value) {
    // OpenSSL only reads what goes into a derivation.
    return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(value.data()), value.size());
}

}  // namespace

Secret hkdf_sha256(const Secret& key, std::string_view salt, std::string_view info,
                   std::size_t length) {
    if (length == 0 || length > kLongest) throw std::logic_error("HKDF: length out of bounds");
    const std::unique_ptr<EVP_KDF_CTX, FreeContext> context(EVP_KDF_CTX_new(method()));
    if (!context) throw std::bad_alloc();
    char digest[] = "SHA256";
    OSSL_PARAM parameters[5] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        octets(OSSL_KDF_PARAM_KEY, key.reveal()),
    };
    // Absent and empty mean the same to RFC 5869, but OpenSSL refuses an empty octet string.
    std::size_t used = 2;
    if (!salt.empty()) parameters[used++] = octets(OSSL_KDF_PARAM_SALT, salt);
    if (!info.empty()) parameters[used++] = octets(OSSL_KDF_PARAM_INFO, info);
    parameters[used] = OSSL_PARAM_construct_end();
    std::string out(length, '\0');
    if (EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(out.data()), out.size(),
                       parameters) != 1) {
        throw std::runtime_error("HKDF failed");
    }
    return Secret(std::move(out));
}

}  // namespace casement::crypto
