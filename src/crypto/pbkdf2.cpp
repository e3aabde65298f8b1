#include "crypto/pbkdf2.h"

#include <limits>
#include <stdexcept>

#include <openssl/evp.h>

namespace casement::crypto {

Secret pbkdf2_sha256(const Secret& password, std::string_view salt, unsigned iterations,
                     std::size_t length) {
    static constexpr std::size_t kMostBytes = 1024;
    static constexpr auto kMostIterations = static_cast<unsigned>(std::numeric_limits<int>::max());
    if (length == 0 || length > kMostBytes || iterations == 0 || iterations > kMostIterations) {
        throw std::logic_error("PBKDF2: length or iterations out of bounds");
    }
    const auto text = password.reveal();
    std::string out(length, '\0');
    if (PKCS5_PBKDF2_HMAC(text.data(), static_cast<int>(text.size()),
                          reinterpret_cast<const unsigned char*>(salt.data()),
                          static_cast<int>(salt.size()), static_cast<int>(iterations), EVP_sha256(),
                          static_cast<int>(length),
                          reinterpret_cast<unsigned char*>(out.data())) != 1) {
        throw std::runtime_error("PBKDF2 failed");
    }
    return Secret(std::move(out));
}

}  // namespace casement::crypto
