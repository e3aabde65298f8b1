#include "crypto/hash.h"

#include "base/encoding.h"

#include <array>
#include <climits>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace casement::crypto {
namespace {

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

// Fetched once: an implicit fetch per call costs more than hashing a short message does.
const EVP_MD* sha256_method() {
    static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    if (method == nullptr) throw std::runtime_error("OpenSSL has no SHA-256");
    return method;
}

}  // namespace

std::string sha256(std::string_view data) {
    std::string digest(32, '\0');
    unsigned int size = 0;
    if (EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(digest.data()), &size,
                   sha256_method(), nullptr) != 1) {
        throw std::runtime_error("SHA-256 failed");
    }
    return digest;
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
    if (key.size() > INT_MAX) throw std::length_error("HMAC key is too long");
    std::string digest(32, '\0');
    unsigned int size = 0;
    if (HMAC(sha256_method(), key.data(), static_cast<int>(key.size()), bytes(message),
             message.size(), reinterpret_cast<unsigned char*>(digest.data()), &size) == nullptr) {
        throw std::runtime_error("HMAC-SHA256 failed");
    }
    return digest;
}

std::string hmac_sha256_hex(std::string_view key, std::string_view message) {
    return to_hex(hmac_sha256(key, message));
}

}  // namespace casement::crypto
