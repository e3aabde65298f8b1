// Digests and keyed digests over OpenSSL. Binary results are std::string of raw bytes.
#pragma once

#include "crypto/secret.h"

#include <string>
#include <string_view>

namespace casement::crypto {

/// 32 raw bytes.
[[nodiscard]] std::string sha256(std::string_view data);
/// 32 raw bytes.
[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view message);
/// 20 raw bytes. For links of dialects that know no other; nothing of our own is keyed with it.
[[nodiscard]] std::string hmac_sha1(std::string_view key, std::string_view message);
/// Lower-case hex of HMAC-SHA256, 64 characters.
[[nodiscard]] std::string hmac_sha256_hex(std::string_view key, std::string_view message);

}  // namespace casement::crypto
