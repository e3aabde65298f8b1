#include "crypto/aead.h"

#include <climits>
#include <memory>
#include <stdexcept>

#include <openssl/crypto.h>
#include <openssl/evp.h>

namespace casement::crypto {
namespace {

struct FreeContext {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const unsigned char* bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

void must(int result) {
    if (result != 1) throw std::runtime_error("AES-256-GCM failed");
}

const EVP_CIPHER* cipher() {
    static const EVP_CIPHER* const fetched = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
    if (fetched == nullptr) throw std::runtime_error("OpenSSL has no AES-256-GCM");
    return fetched;
}

Context start(bool seal, const Secret& key, std::string_view nonce, std::string_view associated) {
    if (key.reveal().size() != kAeadKeySize) throw std::logic_error("AES-256 key of a wrong size");
    if (nonce.size() != kAeadNonceSize) throw std::logic_error("GCM nonce of a wrong size");
    if (associated.size() > INT_MAX) throw std::length_error("too much associated data");
    Context context(EVP_CIPHER_CTX_new());
    if (!context) throw std::bad_alloc();
    must(EVP_CipherInit_ex2(context.get(), cipher(), bytes(key.reveal()), bytes(nonce),
                            seal ? 1 : 0, nullptr));
    int length = 0;
    if (!associated.empty()) {
        must(EVP_CipherUpdate(context.get(), nullptr, &length, bytes(associated),
                              static_cast<int>(associated.size())));
    }
    return context;
}

}  // namespace

std::string aes_256_gcm_seal(const Secret& key, std::string_view nonce, std::string_view plain,
                             std::string_view associated) {
    if (plain.size() > INT_MAX - kAeadTagSize) throw std::length_error("too much to seal");
    const Context context = start(true, key, nonce, associated);
    std::string out(plain.size() + kAeadTagSize, '\0');
    int length = 0;
    if (!plain.empty()) {
        must(EVP_CipherUpdate(context.get(), bytes(out), &length, bytes(plain),
                              static_cast<int>(plain.size())));
    }
    int rest = 0;
    must(EVP_CipherFinal_ex(context.get(), bytes(out) + length, &rest));
    must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kAeadTagSize,
                             bytes(out) + plain.size()));
    return out;
}

std::optional<Secret> aes_256_gcm_open(const Secret& key, std::string_view nonce,
                                       std::string_view sealed, std::string_view associated) {
    if (sealed.size() < kAeadTagSize || sealed.size() > INT_MAX) return std::nullopt;
    const std::size_t size = sealed.size() - kAeadTagSize;
    const Context context = start(false, key, nonce, associated);
    std::string tag(sealed.substr(size));
    must(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, kAeadTagSize, tag.data()));
    std::string out(size, '\0');
    int length = 0;
    if (size > 0) {
        must(EVP_CipherUpdate(context.get(), bytes(out), &length, bytes(sealed),
                              static_cast<int>(size)));
    }
    int rest = 0;
    unsigned char none[16];
    if (EVP_CipherFinal_ex(context.get(), none, &rest) != 1) {
        // What GCM wrote so far is not authenticated; nobody may see it.
        OPENSSL_cleanse(out.data(), out.size());
        return std::nullopt;
    }
    return Secret(std::move(out));
}

}  // namespace casement::crypto
