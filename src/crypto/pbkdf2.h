// PBKDF2 with HMAC-SHA256 (RFC 8018 §5.2), for key hashes of a dialect that stores them so.
// Passwords of our own are kept as scrypt (crypto/password.h).
#pragma once

#include "crypto/secret.h"

#include <string_view>

namespace casement::crypto {

/// `length` raw bytes (1 to 1024). Takes time in proportion to `iterations`: call it on a
/// BlockingPool, after a rate limiter. Throws std::logic_error on another length or no iterations.
[[nodiscard]] Secret pbkdf2_sha256(const Secret& password, std::string_view salt,
                                   unsigned iterations, std::size_t length);

}  // namespace casement::crypto
