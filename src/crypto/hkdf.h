// HKDF with SHA-256 (RFC 5869): many keys from one, none of which tells about another.
#pragma once

#include "crypto/secret.h"

#include <string_view>

namespace casement::crypto {

/// `length` bytes (1 to 8160) for the purpose `info`. Throws std::logic_error on another length.
[[nodiscard]] Secret hkdf_sha256(const Secret& key, std::string_view salt, std::string_view info,
                                 std::size_t length);

}  // namespace casement::crypto
