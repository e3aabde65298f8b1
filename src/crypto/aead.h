// Authenticated encryption: AES-256-GCM over OpenSSL. What was changed, moved or sealed under
// another key does not open.
#pragma once

#include "crypto/secret.h"

#include <optional>
#include <string>
#include <string_view>

namespace casement::crypto {

inline constexpr std::size_t kAeadKeySize = 32;
inline constexpr std::size_t kAeadNonceSize = 12;
inline constexpr std::size_t kAeadTagSize = 16;

/// Ciphertext followed by its 16-byte tag. `nonce` must never be used twice with one key: 12
/// random bytes do for 2^32 messages (NIST SP 800-38D §8.3). `associated` is authenticated, not
/// stored. Throws std::logic_error on a key or nonce of another size.
[[nodiscard]] std::string aes_256_gcm_seal(const Secret& key, std::string_view nonce,
                                           std::string_view plain, std::string_view associated);

/// The plain text, or nullopt when a single bit of key, nonce, text or `associated` differs.
[[nodiscard]] std::optional<Secret> aes_256_gcm_open(const Secret& key, std::string_view nonce,
                                                     std::string_view sealed,
                                                     std::string_view associated);

}  // namespace casement::crypto
