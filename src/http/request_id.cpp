#include "http/request_id.h"

#include "base/encoding.h"

#include <array>
#include <stdexcept>
#include <string_view>

#include <openssl/rand.h>

namespace casement::http {

std::string new_request_id() {
    constexpr std::size_t kBytes = 16;
    // Asking OpenSSL for each id alone would cost more than the rest of a small request.
    thread_local std::array<unsigned char, 64 * kBytes> store;
    thread_local std::size_t used = store.size();
    if (used == store.size()) {
        if (RAND_bytes(store.data(), static_cast<int>(store.size())) != 1) {
            throw std::runtime_error("the system's random generator failed");
        }
        used = 0;
    }
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
    const auto* bytes = reinterpret_cast<const char*>(store.data() + used);
    used += kBytes;
    return to_base64url(std::string_view(bytes, kBytes));
}

}  // namespace casement::http
