#include "crypto/hash.h"

#include "base/encoding.h"

#include <memory>
#include <stdexcept>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

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
struct FreeContext {
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

/// Keyed digests, one after another, on one context: fetching methods and making contexts costs
/// more than hashing a short message does. It keeps the last key until the next call; whoever can
/// read this process's memory finds the same keys in the catalog.
class KeyedDigest {
  public:
    explicit KeyedDigest(std::string digest) {
        static EVP_MAC* const method = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
        const OSSL_PARAM settings[] = {
            OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
            OSSL_PARAM_construct_end()};
        context_.reset(method == nullptr ? nullptr : EVP_MAC_CTX_new(method));
        if (!context_ || EVP_MAC_CTX_set_params(context_.get(), settings) != 1) {
            throw std::runtime_error("OpenSSL has no HMAC-" + digest);
        }
    }

    std::string operator()(std::string_view key, std::string_view message) {
        // No pointer at all would mean the key of the call before.
        const unsigned char* start = key.empty() ? bytes(kEmpty) : bytes(key);
        auto* const context = context_.get();
        std::string digest(EVP_MAX_MD_SIZE, '\0');
        std::size_t size = 0;
        if (EVP_MAC_init(context, start, key.size(), nullptr) != 1 ||
            EVP_MAC_update(context, bytes(message), message.size()) != 1 ||
            EVP_MAC_final(context, reinterpret_cast<unsigned char*>(digest.data()), &size,
                          digest.size()) != 1) {
            throw std::runtime_error("HMAC failed");
        }
        digest.resize(size);
        return digest;
    }

  private:
    static constexpr std::string_view kEmpty{""};
    std::unique_ptr<EVP_MAC_CTX, FreeContext> context_;
};

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
    thread_local KeyedDigest digest("SHA256");
    return digest(key, message);
}

std::string hmac_sha1(std::string_view key, std::string_view message) {
    thread_local KeyedDigest digest("SHA1");
    return digest(key, message);
}

std::string hmac_sha256_hex(std::string_view key, std::string_view message) {
    return to_hex(hmac_sha256(key, message));
}

}  // namespace casement::crypto
